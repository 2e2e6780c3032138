"""Who may do what: looked up on the server for every command and every pressed button."""

from telegram import Chat, Update
from telegram.constants import ChatMemberStatus

from handlers.ask import Ask, Services
from handlers.context import Context
from handlers.reply import Reply

_ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


def is_staff(chat: Chat, context: Context) -> bool:
    """A private chat has the number of its person."""
    return chat.type == Chat.PRIVATE and chat.id in context.services.staff


async def may_change(update: Update, context: Context) -> bool:
    """In a group its administrators, in private everybody."""
    chat, user = update.effective_chat, update.effective_user
    if chat is None or user is None:
        return False
    message = update.message
    nameless = message and message.sender_chat and message.sender_chat.id == chat.id
    if chat.type == Chat.PRIVATE or nameless:  # only administrators speak in the group's name
        return True
    member = await context.bot.get_chat_member(chat.id, user.id)
    return member.status in _ADMINS


async def refuse(ask: Ask, services: Services) -> Reply:
    """What whoever may not change a group's settings is told."""
    return Reply((refusal(ask),))


def refusal(ask: Ask) -> str:
    return ask.speaker.say("Only the administrators of this group may change this.")
