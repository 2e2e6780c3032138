"""From what Telegram tells to an Ask: who asks, where, and in which language.

What an update may lack is looked for here once; no feature sees an Optional of Telegram's.
"""

import re
from typing import Any

from telegram import Chat, MaybeInaccessibleMessage, Message

from handlers.ask import Ask
from handlers.context import Context
from locales import guess


async def written(message: Message, context: Context, words: str = "") -> Ask:
    user = message.from_user
    return await under(message, user.language_code if user else None, context, words)


async def under(
    message: MaybeInaccessibleMessage, client: str | None, context: Context, words: str = ""
) -> Ask:
    """``message`` is what is answered or whose button was pressed; ``client`` the language code
    of whoever did that."""
    chat = message.chat
    told = {"words": words, "thread": thread_of(message), "message": message.message_id}
    return await asked(chat.id, chat.type, client, context, **told)


async def asked(chat_id: int, kind: str, client: str | None, context: Context, **told: Any) -> Ask:
    """``told``: more of an Ask, as far as it is known."""
    services = context.services
    chosen = await services.chats.language(chat_id)
    known = services.speakers.get(chosen or "")
    speaker = known or services.speakers[guess(client, services.speakers)]
    today = services.now().astimezone(services.zone).date()
    name = context.bot.username
    return Ask(chat_id, speaker, today, kind=kind, known=known is not None, bot=name, **told)


def addressed(message: Message, text: str, context: Context) -> str | None:
    """What is said to the bot, without its name; None in a group that speaks of other things."""
    called = re.compile(rf"@{re.escape(context.bot.username)}\b", re.IGNORECASE)
    replied = message.reply_to_message
    to_us = bool(replied and replied.from_user and replied.from_user.id == context.bot.id)
    if message.chat.type != Chat.PRIVATE and not to_us and not called.search(text):
        return None
    return called.sub(" ", text).strip()


def is_shared(message: Message, context: Context) -> bool:
    """A card of ours that a person picked for this chat: our own words are no question."""
    return message.via_bot is not None and message.via_bot.id == context.bot.id


def to_thread(thread: int) -> dict[str, int]:
    """Answers stay in the topic of a forum that they were asked in."""
    return {"message_thread_id": thread} if thread else {}


def thread_of(message: MaybeInaccessibleMessage | None) -> int:
    """The topic of a forum; 0 outside of one."""
    if isinstance(message, Message) and message.is_topic_message:
        return message.message_thread_id or 0
    return 0
