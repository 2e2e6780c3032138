"""Whether the bot is in a chat, and by which number."""

from telegram import ChatMemberRestricted, Update
from telegram.constants import ChatMemberStatus

from handlers.context import Context

_GONE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


async def on_migration(update: Update, context: Context) -> None:
    """A group became a supergroup and has a new number; both chats are told, in either order."""
    message = update.effective_message
    if message is None:
        return
    old = message.migrate_from_chat_id or message.chat.id
    new = message.migrate_to_chat_id or message.chat.id
    await context.services.chats.migrate(old, new)


async def on_standing(update: Update, context: Context) -> None:
    """The bot was blocked or removed, or let in again; a group may also have silenced it."""
    change = update.my_chat_member
    if change is not None:
        member = change.new_chat_member
        muted = isinstance(member, ChatMemberRestricted) and not member.can_send_messages
        active = member.status not in _GONE and not muted
        services = context.services
        await services.chats.set_active(change.chat.id, active, services.now())
