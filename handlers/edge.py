"""Where Telegram ends: an update becomes an Ask, a Reply becomes calls.

What an update may lack is looked for here once; no feature sees an Optional of Telegram's.
"""

import re
from dataclasses import replace

from telegram import Chat, ChatMemberRestricted, MaybeInaccessibleMessage, Message, Update
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest
from telegram.ext import CallbackQueryHandler, ChatMemberHandler, MessageHandler, filters

from data.model.staff import Role, suffices
from handlers.ask import Ask, Feature, Services
from handlers.cards import languages
from handlers.context import CityDays, Context
from handlers.editorial import above, too_high
from handlers.menus import show_menu
from handlers.press import decode
from handlers.reply import Reply
from handlers.routing import Command
from handlers.sending import call, edit, send
from locales import guess

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
_PAYLOAD = re.compile(r"([a-z]+)_([a-z0-9-]{1,50})(?:__\w+)?")
_ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)
_GONE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


def attach(application: CityDays) -> None:
    """Have the application's updates answered here."""
    new = filters.UpdateType.MESSAGE
    application.add_handlers(
        [
            MessageHandler(new & filters.TEXT, on_text),
            CallbackQueryHandler(on_press),
            MessageHandler(new & filters.StatusUpdate.MIGRATE, on_migration),
            ChatMemberHandler(on_standing, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(new & filters.ChatType.PRIVATE & filters.LOCATION, on_location),
            MessageHandler(new & filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL, on_other),
        ]
    )


async def on_text(update: Update, context: Context) -> None:
    message = update.effective_message
    if message is None or message.text is None:
        return
    command = _COMMAND.fullmatch(message.text.strip())
    if command is None:
        if _is_addressed(message, context):
            await _hear(message, context, context.routes.written, message.text)
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
        asked = not route.admins or await _may_change(update, context)
        await _answer(message, context, route.feature if asked else _refuse, words or "")


async def on_other(update: Update, context: Context) -> None:
    """Stickers, voice, photos: one friendly line."""
    if update.effective_message is not None:
        await _hear(update.effective_message, context, context.routes.unreadable)


async def on_location(update: Update, context: Context) -> None:
    message = update.effective_message
    if message is not None and message.location is not None:
        where = f"{message.location.latitude} {message.location.longitude}"
        await _answer(message, context, context.routes.located, where)


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


async def on_press(update: Update, context: Context) -> None:
    """The answer takes the place of the menu that was pressed, unless it stands apart."""
    query = update.callback_query
    if query is None or query.message is None:
        return
    ask = await _ask(query.message, query.from_user.language_code, context)
    reply = await _pressed(update, context, ask, query.data or "")
    if reply.menu:
        await show_menu(context, ask.chat_id, reply.menu)
    if reply.then:
        speaker = context.services.speakers[reply.menu or ask.speaker.language]
        ask = replace(ask, speaker=speaker, known=True)
        reply = replace(await _linked(ask, context, reply.then), toast=reply.toast)
    await _toast(context, query.id, reply.toast)
    if reply.apart:
        await send(context.bot, ask.chat_id, reply, **_to(ask))
    elif reply.paragraphs:
        await edit(context.bot, ask.chat_id, query.message.message_id, reply, **_to(ask))


async def _pressed(update: Update, context: Context, ask: Ask, data: str) -> Reply:
    press = decode(data)
    route = context.routes.pressed.get(press.name) if press else None
    role = await _role(update.effective_chat, context) if route and route.staff else None
    if route is None or press is None or (route.staff and role is None):
        old = ask.speaker.say("This menu is old. Here is a new one.")
        fresh = await context.routes.by_command["help"].feature(ask, context.services)
        return replace(fresh, toast=old)
    if route.staff and not suffices(role, route.staff):
        return Reply(toast=above(ask))
    if route.admins and not await _may_change(update, context):
        return Reply(toast=_refusal(ask))
    return await route.feature(replace(ask, args=press.args), context.services)


async def _toast(context: Context, query_id: str, words: str) -> None:
    """Stop the button's clock; words, if any, are shown over the chat."""
    shown = {"text": words[:200]} if words else {}
    try:
        await call(context.bot, "answerCallbackQuery", callback_query_id=query_id, **shown)
    except BadRequest as error:  # pressed long ago; the menu below is still worth renewing
        if "too old" not in error.message.lower() and "invalid" not in error.message.lower():
            raise


async def _hear(message: Message, context: Context, feature: Feature, words: str = "") -> None:
    """What one of the staff was just asked for is taken for that, all else goes to ``feature``."""
    services, chat = context.services, message.chat
    if chat.type == Chat.PRIVATE and await services.staff.knows(chat.id):
        photo = message.photo[-1].file_id if message.photo else ""
        html = message.text_html if message.text else ""
        ask = await _written(message, context)
        ask = replace(ask, words=words, html=html, photo=photo)
        reply = await context.routes.dictated(ask, services)
        if reply.paragraphs:
            await send(context.bot, ask.chat_id, reply)
            return
    await _answer(message, context, feature, words)


async def _answer(message: Message, context: Context, feature: Feature, words: str = "") -> None:
    ask = await _written(message, context)
    reply = await feature(replace(ask, words=words), context.services)
    await send(context.bot, ask.chat_id, reply, **_to(ask))


async def _refuse(ask: Ask, services: Services) -> Reply:
    return Reply((_refusal(ask),))


def _refusal(ask: Ask) -> str:
    return ask.speaker.say("Only the administrators of this group may change this.")


async def _follow(message: Message, context: Context, payload: str) -> None:
    """``/start payload``: the answer, and the choice of a language for whoever is new."""
    ask = await _written(message, context)
    reply = await _linked(ask, context, payload)
    if not ask.known and _PAYLOAD.fullmatch(payload):
        choice = languages(ask, context.services, payload)
        reply = replace(reply, buttons=(*reply.buttons, choice))
    await send(context.bot, ask.chat_id, reply, **_to(ask))


async def _linked(ask: Ask, context: Context, payload: str) -> Reply:
    found = _PAYLOAD.fullmatch(payload)
    route = context.routes.linked.get(found[1]) if found else None
    if found is None or route is None:
        return await context.routes.by_command["start"].feature(ask, context.services)
    return await route.feature(replace(ask, args=(found[2],)), context.services)


async def _written(message: Message, context: Context) -> Ask:
    user = message.from_user
    return await _ask(message, user.language_code if user else None, context)


async def _ask(message: MaybeInaccessibleMessage, client: str | None, context: Context) -> Ask:
    services, chat = context.services, message.chat
    chosen = await services.chats.language(chat.id)
    known = services.speakers.get(chosen or "")
    speaker = known or services.speakers[guess(client, services.speakers)]
    today = services.now().astimezone(services.zone).date()
    return Ask(
        chat.id,
        speaker,
        today,
        kind=chat.type,
        known=known is not None,
        thread=_thread(message),
        message=message.message_id,
    )


async def _command(message: Message, context: Context, name: str) -> Command | None:
    """What is not offered to this person is not there."""
    route = context.routes.by_command.get(name)
    if route is None or route.staff is None:
        return route
    role = await _role(message.chat, context)
    if role is not None and not suffices(role, route.staff):
        return replace(route, feature=too_high)
    return route if role else None


async def _role(chat: Chat | None, context: Context) -> Role | None:
    """A private chat has the number of its person."""
    if chat is None or chat.type != Chat.PRIVATE:
        return None
    return await context.services.staff.role(chat.id)


async def _may_change(update: Update, context: Context) -> bool:
    chat, user = update.effective_chat, update.effective_user
    if chat is None or user is None:
        return False
    message = update.message
    nameless = message and message.sender_chat and message.sender_chat.id == chat.id
    if chat.type == Chat.PRIVATE or nameless:  # only administrators speak in the group's name
        return True
    member = await context.bot.get_chat_member(chat.id, user.id)
    return member.status in _ADMINS


def _is_addressed(message: Message, context: Context) -> bool:
    """In a group the bot answers only when it is spoken to."""
    if message.chat.type == Chat.PRIVATE:
        return True
    replied = message.reply_to_message
    to_us = bool(replied and replied.from_user and replied.from_user.id == context.bot.id)
    return to_us or f"@{context.bot.username}".lower() in (message.text or "").lower()


def _thread(message: MaybeInaccessibleMessage) -> int:
    if isinstance(message, Message) and message.is_topic_message:
        return message.message_thread_id or 0
    return 0


def _to(ask: Ask) -> dict[str, int]:
    """Answers stay in the topic of a forum that they were asked in."""
    return {"message_thread_id": ask.thread} if ask.thread else {}
