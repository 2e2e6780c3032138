"""What Telegram shows of the bot: its command menus, name and descriptions, in each language.

Telegram limits these calls tightly, so each is read, compared and only then set.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from handlers.ask import Services
from handlers.context import Context
from handlers.reply import USUAL_MENU
from handlers.sending import call, once
from locales import Speaker, guess

log = logging.getLogger(__name__)

Offers = tuple[tuple[str, str], ...]
"""Commands and what they do, as messages of the catalogues."""


@dataclass(frozen=True)
class _Wish:
    """One thing that Telegram should show: how to read it and how to set it."""

    get: str
    set: str
    where: Mapping[str, Any]
    what: Mapping[str, Any]


async def publish(bot: Bot, services: Services) -> None:
    """Bring what Telegram shows up to date. A failure is logged: the bot answers all the same."""
    try:
        await _publish(bot, services)
    except Exception:  # the store, or a server whose answers have another shape
        log.exception("the menus were not set")


async def _publish(bot: Bot, services: Services) -> None:
    wishes = list(_wishes(services))
    failed = [(each.set, error) for each in wishes if (error := await _grant(bot, each))]
    if failed:
        what, why = failed[0]
        log.warning(
            "%d of %d menus and names were not set; %s: %s", len(failed), len(wishes), what, why
        )
    for user_id in sorted(services.staff.owners):
        if error := await _grant(bot, await _of_staff(services, user_id)):
            # whoever has not written to the bot yet has no chat whose menu could be set
            log.info("a menu of ADMIN_IDS was not set: %s", error)


async def _grant(bot: Bot, wish: _Wish) -> Exception | None:
    """Why it was not granted, if so."""
    try:
        shown = await call(bot, wish.get, **wish.where)
        if not _same(shown, wish.what):
            await call(bot, wish.set, **wish.where, **wish.what)
    except (TelegramError, LookupError) as error:  # the latter: an answer of no known shape
        return error
    return None


async def _of_staff(services: Services, user_id: int) -> _Wish:
    """The menu in the private chat of one who runs the bot."""
    language = await services.chats.language(user_id) or guess(None, services.speakers)
    speaker = services.speakers[language]
    where = {"scope": {"type": "chat", "chat_id": user_id}}
    what = {"commands": _commands(speaker, await services.offers_in(user_id))}
    return _Wish("getMyCommands", "setMyCommands", where, what)


async def show_menu(context: Context, chat_id: int, language: str) -> None:
    """Show the menu in the language that this chat has chosen, whatever its client's is.

    Nobody waits for it: where Telegram asks to wait, the old one stays. ``language`` may be
    USUAL_MENU.
    """
    services = context.services
    where = {"scope": {"type": "chat", "chat_id": chat_id}}
    try:
        if language != USUAL_MENU:
            commands = _commands(services.speakers[language], await services.offers_in(chat_id))
            await once(context.bot, "setMyCommands", commands=commands, **where)
        elif chat_id in services.staff.owners:
            wish = await _of_staff(services, chat_id)
            await once(context.bot, wish.set, **wish.where, **wish.what)
        else:
            await once(context.bot, "deleteMyCommands", **where)
    except TelegramError as error:
        log.warning("the menu of a chat was not set: %s", error)


def _wishes(services: Services) -> Iterator[_Wish]:
    default = next(iter(services.speakers.values()))
    for speaker in services.speakers.values():
        # without a code the words are for all clients whose language has none of its own
        code = {} if speaker is default else {"language_code": speaker.language}
        for scope, offers in (
            ("all_private_chats", services.offers),
            ("all_group_chats", services.group_offers),
        ):
            where = {**code, "scope": {"type": scope}}
            what = {"commands": _commands(speaker, offers)}
            yield _Wish("getMyCommands", "setMyCommands", where, what)
        for name, words in _profile(speaker):
            yield _Wish(f"getMy{name}", f"setMy{name}", code, words)


def _profile(speaker: Speaker) -> Iterator[tuple[str, Mapping[str, str]]]:
    yield "Name", {"name": speaker.say("City Days of Azerbaijan").unescape()}
    yield (
        "ShortDescription",
        {
            "short_description": speaker.say(
                "City Days and commemorations of Azerbaijan: dates, programmes, history."
            ).unescape()
        },
    )
    yield (
        "Description",
        {
            "description": speaker.say(
                "I answer questions about the City Days of the returned towns of Azerbaijan "
                "(Kalbajar, Lachin, Shusha and others) and about other commemorations: when they "
                "are, what is on the programme, how the day came to be. Every fact has a source."
            ).unescape()
        },
    )


def _commands(speaker: Speaker, offers: Offers) -> list[dict[str, str]]:
    return [
        {"command": name, "description": speaker.say(about).unescape()} for name, about in offers
    ]


def _same(shown: Any, wished: Mapping[str, Any]) -> bool:
    if isinstance(shown, list):
        shown = {"commands": shown}
    return isinstance(shown, dict) and all(
        shown.get(key) == value for key, value in wished.items()
    )
