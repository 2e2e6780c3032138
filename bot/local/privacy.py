"""Group privacy mode: which messages of a group reach a bot."""

from bot.local.chats import PRESENT, Account, Message

SERVICE = {
    "new_chat_members",
    "left_chat_member",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "forum_topic_created",
}


def hears(bot: Account, message: Message) -> bool:
    """All of a private chat, or as an administrator; else what is addressed to the bot."""
    chat = message.chat
    standing = chat.standing.get(bot.id)
    if standing not in PRESENT:
        return False
    if chat.kind == "private" or standing == "administrator" or SERVICE & message.content.keys():
        return True
    answers = message.reply_to is not None and message.reply_to.sender == bot
    return answers or message.via == bot or _addresses(bot, message)


def _addresses(bot: Account, message: Message) -> bool:
    """A command that names no other bot, or a mention."""
    raw = message.words.plain.encode("utf-16-le")
    for entity in message.words.entities:
        first = 2 * entity["offset"]
        words = raw[first : first + 2 * entity["length"]].decode("utf-16-le")
        name, _, addressee = words.partition("@")
        if entity["type"] == "bot_command" and addressee in {"", bot.username}:
            return True
        if entity["type"] == "mention" and not name and addressee == bot.username:
            return True
    return False
