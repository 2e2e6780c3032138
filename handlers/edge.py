"""Where Telegram ends: an update becomes an Ask, a Reply becomes calls."""

import re
from dataclasses import replace

from telegram import CallbackQuery, Chat, Message, Update
from telegram.error import BadRequest
from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from data.model.staff import suffices
from handlers.ask import Ask, Feature
from handlers.asking import addressed, asked, is_shared, to_thread, under, written
from handlers.cards import languages
from handlers.context import CityDays, Context
from handlers.editorial import above, too_high
from handlers.menus import show_menu
from handlers.press import decode
from handlers.reply import Reply
from handlers.rights import may_change, refusal, refuse, role_in
from handlers.routing import Command
from handlers.sending import call, edit, send, share
from handlers.standing import on_migration, on_standing

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
_PAYLOAD = re.compile(r"([a-z]+)_([a-z0-9-]{1,50})(?:__\w+)?")


def attach(application: CityDays) -> None:
    """Have the application's updates answered here."""
    new = filters.UpdateType.MESSAGE
    application.add_handlers(
        [
            MessageHandler(new & (filters.TEXT | filters.CAPTION), on_text),
            CallbackQueryHandler(on_press),
            InlineQueryHandler(on_inline),
            MessageHandler(new & filters.StatusUpdate.MIGRATE, on_migration),
            ChatMemberHandler(on_standing, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(new & filters.ChatType.PRIVATE & filters.LOCATION, on_location),
            MessageHandler(new & filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL, on_other),
        ]
    )


async def on_text(update: Update, context: Context) -> None:
    """What is written, be it under a photo or a document."""
    message = update.effective_message
    if message is None or is_shared(message, context):
        return
    text = message.text or message.caption or ""
    command = _COMMAND.fullmatch(text.strip())
    if command is None:
        words = addressed(message, text, context)
        if words is not None:
            await _hear(message, context, context.routes.written, words)
        return
    name, whose, words = command.groups()
    if whose and whose.lower() != context.bot.username.lower():
        return
    if name.lower() == "start" and words:
        await _follow(message, context, words.strip())
        return
    route = await _command(message, context, name.lower())
    if route is None and (message.chat.type == Chat.PRIVATE or whose):
        route = context.routes.by_command["help"]
    if route is not None:
        allowed = not route.admins or await may_change(update, context)
        await _answer(message, context, route.feature if allowed else refuse, words or "")


async def on_other(update: Update, context: Context) -> None:
    """Stickers, voice, photos without words: one friendly line."""
    if update.effective_message is not None:
        await _hear(update.effective_message, context, context.routes.unreadable, "")


async def on_location(update: Update, context: Context) -> None:
    message = update.effective_message
    if message is not None and message.location is not None:
        where = f"{message.location.latitude} {message.location.longitude}"
        await _answer(message, context, context.routes.located, where)


async def on_press(update: Update, context: Context) -> None:
    """The answer takes the place of the menu that was pressed, unless it stands apart."""
    query = update.callback_query
    if query is None:
        return
    if query.message is None:  # it stands where we cannot write
        await _dismiss(query, context)
        return
    ask = await under(query.message, query.from_user.language_code, context)
    reply = await _pressed(update, context, ask, query.data or "")
    if reply.then:
        reply = await _followed(ask, context, reply)
    await _toast(context, query.id, reply.toast)
    if reply.apart:
        await send(context.bot, ask.chat_id, reply, **to_thread(ask.thread))
    elif reply.paragraphs:
        await edit(
            context.bot, ask.chat_id, query.message.message_id, reply, **to_thread(ask.thread)
        )
    if reply.menu:
        await show_menu(context, ask.chat_id, reply.menu)


async def _dismiss(query: CallbackQuery, context: Context) -> None:
    user = query.from_user
    ask = await asked(user.id, "inline", user.language_code, context)
    words = ask.speaker.say("This button no longer works. Please ask me in our own chat.")
    await _toast(context, query.id, words)


async def _followed(ask: Ask, context: Context, reply: Reply) -> Reply:
    """What comes in the place of the reply, in the language that was chosen."""
    speaker = context.services.speakers[reply.menu or ask.speaker.language]
    after = await _linked(replace(ask, speaker=speaker, known=True), context, reply.then)
    return replace(after, toast=reply.toast, menu=reply.menu)


async def on_inline(update: Update, context: Context) -> None:
    """The bot's name was typed in some chat: cards to share there."""
    query = update.inline_query
    if query is None:
        return
    user = query.from_user
    ask = await asked(user.id, "inline", user.language_code, context)
    cards = await context.routes.inline(replace(ask, words=query.query), context.services)
    try:
        await share(context.bot, query.id, cards)
    except BadRequest as error:  # by now another letter has been typed
        if not _is_late(error):
            raise


async def _pressed(update: Update, context: Context, ask: Ask, data: str) -> Reply:
    press = decode(data)
    route = context.routes.pressed.get(press.name) if press else None
    role = await role_in(update.effective_chat, context) if route and route.staff else None
    if route is None or press is None or (route.staff and role is None):
        old = ask.speaker.say("This menu is old. Here is a new one.")
        fresh = await _reply(context.routes.by_command["help"].feature, ask, context)
        return replace(fresh, toast=old)
    if route.staff and not suffices(role, route.staff):
        return Reply(toast=above(ask))
    if route.admins and not await may_change(update, context):
        return Reply(toast=refusal(ask))
    return await _reply(route.feature, replace(ask, args=press.args), context)


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


async def _hear(message: Message, context: Context, feature: Feature, words: str) -> None:
    """What one of the staff was just asked for is taken for that, all else goes to ``feature``."""
    services, chat = context.services, message.chat
    if chat.type == Chat.PRIVATE and await services.staff.knows(chat.id):
        photo = message.photo[-1].file_id if message.photo else ""
        html = message.text_html if message.text else ""
        ask = replace(await written(message, context, words), html=html, photo=photo)
        reply = await context.routes.dictated(ask, services)
        if reply.paragraphs:
            await send(context.bot, ask.chat_id, reply)
            return
    await _answer(message, context, feature, words)


async def _answer(message: Message, context: Context, feature: Feature, words: str) -> None:
    ask = await written(message, context, words)
    reply = await _reply(feature, ask, context)
    await send(context.bot, ask.chat_id, reply, **to_thread(ask.thread))


async def _follow(message: Message, context: Context, payload: str) -> None:
    """``/start payload``: the answer, and the choice of a language for whoever is new."""
    ask = await written(message, context)
    reply = await _linked(ask, context, payload)
    found = _PAYLOAD.fullmatch(payload)
    if not ask.known and found and found[1] in context.routes.linked:
        # without the suffix that tells the source: a button carries 64 bytes
        choice = languages(ask, context.services, f"{found[1]}_{found[2]}")
        reply = replace(reply, buttons=(*reply.buttons, choice))
    await send(context.bot, ask.chat_id, reply, **to_thread(ask.thread))


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


async def _command(message: Message, context: Context, name: str) -> Command | None:
    """What is not offered to this person is not there."""
    route = context.routes.by_command.get(name)
    if route is None or route.staff is None:
        return route
    role = await role_in(message.chat, context)
    if role is not None and not suffices(role, route.staff):
        return replace(route, feature=too_high)
    return route if role else None
