"""Replies become Bot API calls here and nowhere else.

The raw answers are taken: PTB would build a Message of each, which costs more than all else that
the bot does and is looked at by nobody.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from functools import lru_cache, partial
from typing import Any

from telegram import Bot, InputFile
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from handlers.notices import Draft, draft
from handlers.reply import Button, Card, Cards, File, Reply, Row

log = logging.getLogger(__name__)

PATIENCE = 2
"""How often a refused call is tried again after the pause that Telegram asks for."""
LONGEST_PAUSE = 60
"""Seconds; whoever asked has gone by then."""
NO_PREVIEW = '{"is_disabled":true}'
"""The answers cite several pages; a picture of the first would stand for none of them."""
FRESH = 300
"""Seconds that Telegram may show the same cards for the same words to the same person."""


RECONNECT = 0.5
"""Seconds before a call that found no connection is tried again."""


class NotSent(NetworkError):  # noqa: N818 - PTB names its own without a suffix, too
    """The server got no request: refused, unreachable, or its name is unknown. The wire says so;
    after any other error of the network the call may have arrived."""


async def once(bot: Bot, method: str, **params: Any) -> Any:
    """One call of the Bot API, without files; its bare result. Raises TelegramError."""
    return await bot.request.post(f"{bot.base_url}/{method}", form(**params))


def form(**params: Any) -> RequestData:
    """The parameters as PTB's requests take them; those that are None are left out.

    PTB makes the same by looking for files in each one, which takes twice as long.
    """
    return RequestData([RequestParameter(*each, None) for each in params.items()])


async def call(bot: Bot, method: str, **params: Any) -> Any:
    """The same, once more where the call surely did not arrive or Telegram asks to wait (429)."""
    return await _insist(partial(once, bot, method, **params))


async def _insist(make: Callable[[], Awaitable[Any]]) -> Any:
    for attempt in range(PATIENCE + 1):
        try:
            return await make()
        except (NotSent, RetryAfter) as error:
            seconds = _pause(error)
            if attempt == PATIENCE or seconds > LONGEST_PAUSE:
                raise
            await asyncio.sleep(seconds)
    raise AssertionError("unreachable")


def _pause(error: NotSent | RetryAfter) -> float:
    if isinstance(error, NotSent):
        return RECONNECT
    pause = error.retry_after
    return pause if isinstance(pause, int) else pause.total_seconds()


async def send(bot: Bot, chat_id: int, reply: Reply, **to: Any) -> None:
    """Send the reply as new messages; the buttons stand under the last. ``to``: e.g. a thread."""
    try:
        for each in (*reply.before, reply):
            await _send(bot, chat_id, each, **to)
    except BadRequest as error:
        if not reply.refused:
            raise
        why = Reply((reply.refused, error.message))
        await _send(bot, chat_id, why, **to)


async def _send(bot: Bot, chat_id: int, reply: Reply, **to: Any) -> None:
    quiet: dict[str, Any] = {"disable_notification": True} if reply.silent else {}
    if reply.file is not None:
        await _insist(partial(bot.send_document, chat_id, _upload(reply.file), **quiet, **to))
    if reply.picture is not None:
        text, *_ = reply.messages
        quiet |= {"caption": text, "parse_mode": "HTML"}
        await _insist(partial(bot.send_photo, chat_id, _upload(reply.picture), **quiet, **to))
        return
    if reply.photo:
        method, params = _whole(bot, reply)
        await call(bot, method, chat_id=chat_id, **params, **quiet, **to)
        return
    for number, text in enumerate(reply.messages, start=1):
        buttons = reply.buttons if number == len(reply.messages) else ()
        shown = _shown(bot, text, buttons)
        await call(bot, "sendMessage", chat_id=chat_id, **shown, **quiet, **to)


def _upload(file: File) -> InputFile:
    return InputFile(file.content, filename=file.name)


async def edit(bot: Bot, chat_id: int, message_id: int, reply: Reply, **to: Any) -> None:
    """Show the reply in the place of a message; one that needs several is sent anew."""
    first, *more = reply.messages
    if more:
        await send(bot, chat_id, reply, **to)
        return
    shown = _shown(bot, first, reply.buttons)
    try:
        await call(bot, "editMessageText", chat_id=chat_id, message_id=message_id, **shown)
    except BadRequest as error:
        if "not modified" not in error.message.lower():
            log.info("a message could not be edited, its new text is sent: %s", error)
            await send(bot, chat_id, reply, **to)


async def share(bot: Bot, query_id: str, cards: Cards) -> None:
    """Offer the cards to whoever is typing the bot's name; each is one message."""
    opening = {"text": cards.label, "start_parameter": "inline"}
    await call(
        bot,
        "answerInlineQuery",
        inline_query_id=query_id,
        results=[_article(bot, each) for each in cards.cards],
        cache_time=FRESH,
        is_personal=True,
        **({"button": opening} if cards.label else {}),
    )


def _article(bot: Bot, card: Card) -> dict[str, Any]:
    text, *_ = card.reply.messages
    return {
        "type": "article",
        "id": card.id,
        "title": card.title,
        "description": card.description,
        "reply_markup": _keyboard(bot.username, card.reply.buttons),
        "input_message_content": {
            "message_text": text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        },
    }


def drafted(bot: Bot, paid: bool, reply: Reply) -> Draft:
    """The reply as one message for any chat. ``paid``: faster than is free, for Telegram Stars."""
    if reply.deed == "delete":
        return draft("deleteMessage", False, {})
    method, params = _whole(bot, reply)
    if reply.deed == "edit":
        params.pop("photo", None)
        caption = "caption" in params
        return draft("editMessageCaption" if caption else "editMessageText", False, params)
    return draft(
        method, reply.silent, {**params, **({"allow_paid_broadcast": "true"} if paid else {})}
    )


async def renew(bot: Bot, chat_id: int, message_id: int, reply: Reply) -> bool:
    """As ``edit``, but nothing is sent in the place of a message that is gone: False then."""
    text, *_ = reply.messages
    shown = _shown(bot, text, reply.buttons)
    try:
        await call(bot, "editMessageText", chat_id=chat_id, message_id=message_id, **shown)
    except TelegramError as error:
        log.info("a message was not renewed: %s", error)
        permanent = isinstance(error, BadRequest | Forbidden)
        return not permanent or "not modified" in error.message.lower()
    return True


def _whole(bot: Bot, reply: Reply) -> tuple[str, dict[str, str]]:
    """Method and parameters of a reply that is one message."""
    text, *_ = reply.messages
    shown = _shown(bot, text, reply.buttons)
    if not reply.photo:
        return "sendMessage", shown
    del shown["link_preview_options"]
    return "sendPhoto", {"photo": reply.photo, "caption": shown.pop("text"), **shown}


def _shown(bot: Bot, text: str, buttons: tuple[Row, ...]) -> dict[str, str]:
    shown = {"text": text, "parse_mode": "HTML", "link_preview_options": NO_PREVIEW}
    return {**shown, "reply_markup": _markup(bot.username, buttons)} if any(buttons) else shown


@lru_cache(256)
def _markup(bot: str, buttons: tuple[Row, ...]) -> str:
    """As JSON: many are shown the same buttons, and making that costs more than sending it."""
    return json.dumps(_keyboard(bot, buttons), ensure_ascii=False)


def _keyboard(bot: str, buttons: tuple[Row, ...]) -> dict[str, Any]:
    return {"inline_keyboard": [[_key(bot, each) for each in row] for row in buttons if row]}


def _key(bot: str, button: Button) -> dict[str, str]:
    if button.press:
        return {"text": button.label, "callback_data": button.press}
    url = button.url or f"https://t.me/{bot}?start={button.start}"
    return {"text": button.label, "url": url}
