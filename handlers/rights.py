"""Who may do what: looked up on the server for every command and every pressed button."""

import logging

from telegram import Chat, Update
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest

from data.model.staff import Role
from handlers.ask import Ask, Services
from handlers.context import Context
from handlers.reply import Reply

log = logging.getLogger(__name__)

_ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


async def role_in(chat: Chat | None, context: Context) -> Role | None:
    """A private chat has the number of its person; elsewhere nobody has a role."""
    if chat is None or chat.type != Chat.PRIVATE:
        return None
    return await context.services.staff.role(chat.id)


async def may_change(update: Update, context: Context) -> bool:
    """In a group its administrators, in private everybody."""
    chat, user = update.effective_chat, update.effective_user
    if chat is None or user is None:
        return False
    message = update.message
    nameless = message and message.sender_chat and message.sender_chat.id == chat.id
    if chat.type == Chat.PRIVATE or nameless:  # only administrators speak in the group's name
        return True
    try:
        member = await context.bot.get_chat_member(chat.id, user.id)
    except BadRequest as error:  # a group that hides its members from bots
        log.info("the rights of a member are not told: %s", error)
        return False
    return member.status in _ADMINS


async def refuse(ask: Ask, services: Services) -> Reply:
    """What whoever may not change a group's settings is told."""
    return Reply((refusal(ask),))


def refusal(ask: Ask) -> str:
    return ask.speaker.say("Only the administrators of this group may change this.")
