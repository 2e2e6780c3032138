"""Where Telegram ends: an update becomes an Ask, a Reply becomes calls.

What an update may lack is looked for here once; no feature sees an Optional of Telegram's.
"""

import logging
import re
from dataclasses import replace
from typing import Any

from telegram import Chat, MaybeInaccessibleMessage, Message, Update
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest
from telegram.ext import CallbackQueryHandler, InlineQueryHandler, MessageHandler, filters

from handlers.ask import Ask, Feature
from handlers.cards import languages
from handlers.context import CityDays, Context
from handlers.menus import show_menu
from handlers.press import decode
from handlers.reply import Reply
from handlers.routing import Command
from handlers.sending import call, edit, send, share
from locales import guess

log = logging.getLogger(__name__)

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
_PAYLOAD = re.compile(r"([a-z]+)_([a-z0-9-]{1,50})(?:__\w+)?")
_ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


def attach(application: CityDays) -> None:
    """Have the application's updates answered here."""
    new = filters.UpdateType.MESSAGE
    application.add_handlers(
        [
            MessageHandler(new & filters.TEXT, on_text),
            CallbackQueryHandler(on_press),
            InlineQueryHandler(on_inline),
            MessageHandler(new & filters.StatusUpdate.MIGRATE, on_migration),
            MessageHandler(new & filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL, on_other),
        ]
    )


async def on_text(update: Update, context: Context) -> None:
    message = update.effective_message
    if message is None or message.text is None:
        return
    routes = context.routes
    command = _COMMAND.fullmatch(message.text.strip())
    if command is None:
        words = _addressed(message, message.text, context)
        if words is not None:
            await _answer(message, context, routes.written, words)
        return
    name, whose, words = command.groups()
    if whose and whose.lower() != context.bot.username.lower():
        return
    route = _command(message, context, name.lower())
    if name.lower() == "start" and words:
        await _follow(message, context, words.strip())
    elif route is not None:
        await _answer(message, context, route.feature, words or "")
    elif message.chat.type == Chat.PRIVATE or whose:
        await _answer(message, context, routes.by_command["help"].feature, "")


async def on_other(update: Update, context: Context) -> None:
    """Stickers, voice, photos: one friendly line."""
    if update.effective_message is not None:
        await _answer(update.effective_message, context, context.routes.unreadable, "")


async def on_migration(update: Update, context: Context) -> None:
    """A group became a supergroup and has a new number."""
    message = update.effective_message
    if message is not None and message.migrate_to_chat_id is not None:
        await context.services.chats.migrate(message.chat.id, message.migrate_to_chat_id)


async def on_press(update: Update, context: Context) -> None:
    """The answer takes the place of the menu that was pressed."""
    query = update.callback_query
    if query is None or query.message is None:
        return
    press = decode(query.data or "")
    route = context.routes.pressed.get(press.name) if press else None
    chat = query.message.chat
    ask = await _ask(chat.id, chat.type, query.from_user.language_code, context)
    if route is None or press is None or (route.staff and not _is_staff(chat, context)):
        reply = await _renewed(ask, context)
    elif route.admins and not await _may_change(update, context):
        refused = ask.speaker.say("Only the administrators of this group may change this.")
        await _toast(context, query.id, refused)
        return
    else:
        reply = await _reply(route.feature, replace(ask, args=press.args), context)
    if reply.then:
        reply = await _followed(ask, context, reply)
    await _toast(context, query.id, reply.toast)
    thread = same_thread(query.message)
    await edit(context.bot, ask.chat_id, query.message.message_id, reply, **thread)
    if reply.menu:
        await show_menu(context, ask.chat_id, reply.menu)


async def _followed(ask: Ask, context: Context, reply: Reply) -> Reply:
    """What comes in the place of the reply, in the language that was chosen."""
    speaker = context.services.speakers[reply.menu or ask.speaker.language]
    after = await _linked(replace(ask, speaker=speaker, known=True), context, reply.then)
    return replace(after, toast=reply.toast, menu=reply.menu)


async def _renewed(ask: Ask, context: Context) -> Reply:
    """In the place of a menu that no longer means anything."""
    old = ask.speaker.say("This menu is old. Here is a new one.")
    return replace(
        await _reply(context.routes.by_command["help"].feature, ask, context), toast=old
    )


async def on_inline(update: Update, context: Context) -> None:
    """The bot's name was typed in some chat: cards to share there."""
    query = update.inline_query
    if query is None:
        return
    user = query.from_user
    ask = await _ask(user.id, "inline", user.language_code, context)
    cards = await context.routes.inline(replace(ask, words=query.query), context.services)
    try:
        await share(context.bot, query.id, cards)
    except BadRequest as error:  # by now another letter has been typed
        if not _is_late(error):
            raise


async def _toast(context: Context, query_id: str, words: str) -> None:
    """Stop the button's clock; words, if any, are shown over the chat."""
    shown = {"text": words[:200]} if words else {}
    try:
        await call(context.bot, "answerCallbackQuery", callback_query_id=query_id, **shown)
    except BadRequest as error:  # pressed long ago; the menu below is still worth renewing
        if not _is_late(error):
            raise


def _is_late(error: BadRequest) -> bool:
    """“Query is too old and response timeout expired or query ID is invalid”."""
    words = error.message.lower().replace("_", " ")
    return "too old" in words or "query id is invalid" in words or "query id invalid" in words


async def _answer(message: Message, context: Context, feature: Feature, words: str) -> None:
    ask = await _written(message, context)
    reply = await _reply(feature, replace(ask, words=words), context)
    await send(context.bot, ask.chat_id, reply, **same_thread(message))


async def _follow(message: Message, context: Context, payload: str) -> None:
    """``/start payload``: the answer, and the choice of a language for whoever is new."""
    ask = await _written(message, context)
    reply = await _linked(ask, context, payload)
    found = _PAYLOAD.fullmatch(payload)
    if not ask.known and found and found[1] in context.routes.linked:
        # without the suffix that tells the source: a button carries 64 bytes
        choice = languages(ask, context.services, f"{found[1]}_{found[2]}")
        reply = replace(reply, buttons=(*reply.buttons, choice))
    await send(context.bot, ask.chat_id, reply, **same_thread(message))


async def _linked(ask: Ask, context: Context, payload: str) -> Reply:
    found = _PAYLOAD.fullmatch(payload)
    route = context.routes.linked.get(found[1]) if found else None
    if found is None or route is None:
        return await _reply(context.routes.by_command["start"].feature, ask, context)
    return await _reply(route.feature, replace(ask, args=(found[2],)), context)


async def _reply(feature: Feature, ask: Ask, context: Context) -> Reply:
    services = context.services
    reply = await feature(ask, services)
    if reply.topic:
        services.topics.remember(ask.chat_id, reply.topic, services.now())
    return reply


async def _written(message: Message, context: Context) -> Ask:
    user = message.from_user
    client = user.language_code if user else None
    return await _ask(message.chat.id, message.chat.type, client, context)


async def _ask(chat_id: int, kind: str, client: str | None, context: Context) -> Ask:
    services = context.services
    chosen = await services.chats.language(chat_id)
    known = services.speakers.get(chosen or "")
    speaker = known or services.speakers[guess(client, services.speakers)]
    today = services.now().astimezone(services.zone).date()
    return Ask(chat_id, speaker, today, kind=kind, known=known is not None)


def _command(message: Message, context: Context, name: str) -> Command | None:
    """What is not offered to this person is not there."""
    route = context.routes.by_command.get(name)
    hidden = route and route.staff and not _is_staff(message.chat, context)
    return None if hidden else route


def _is_staff(chat: Chat, context: Context) -> bool:
    """A private chat has the number of its person."""
    return chat.type == Chat.PRIVATE and chat.id in context.services.staff


async def _may_change(update: Update, context: Context) -> bool:
    chat, user = update.effective_chat, update.effective_user
    if chat is None or user is None:
        return False
    if chat.type == Chat.PRIVATE:
        return True
    try:
        member = await context.bot.get_chat_member(chat.id, user.id)
    except BadRequest as error:  # a group that hides its members from bots
        log.info("the rights of a member are not told: %s", error)
        return False
    return member.status in _ADMINS


def _addressed(message: Message, text: str, context: Context) -> str | None:
    """What is said to the bot, without its name; None in a group that speaks of other things."""
    called = re.compile(rf"@{re.escape(context.bot.username)}\b", re.IGNORECASE)
    replied = message.reply_to_message
    to_us = bool(replied and replied.from_user and replied.from_user.id == context.bot.id)
    if message.chat.type != Chat.PRIVATE and not to_us and not called.search(text):
        return None
    return called.sub(" ", text).strip()


def same_thread(message: MaybeInaccessibleMessage | None) -> dict[str, Any]:
    """Answers stay in the topic of a forum that they were asked in."""
    if isinstance(message, Message) and message.is_topic_message and message.message_thread_id:
        return {"message_thread_id": message.message_thread_id}
    return {}
