"""How the answer of an editor is read: text, photo, button or moment."""

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from data.model.announcements import LONGEST_CAPTION, Draft, Way
from handlers.ask import Ask, Services
from handlers.reply import letters

_WAY = re.compile(r"(?P<text>.{1,60}?)[\s\-–—|:]+(?P<url>(?:https?|tg)://\S+)", re.DOTALL)
_MOMENT = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\s+(\d{1,2}):(\d{2})")
FURTHEST = dt.timedelta(days=366)


def read(ask: Ask, services: Services, draft: Draft, zone: str) -> dict[str, Any] | str:
    """The change of the draft that the answer makes, or why it makes none."""
    match draft.waiting:
        case "photo":
            return _photo(ask, services, draft)
        case "button":
            return _way(ask)
        case "at":
            return _moment(ask, services, zone)
    return _words(ask, draft)


def _words(ask: Ask, draft: Draft) -> dict[str, Any] | str:
    # Telegram gave the markup, and has escaped the rest
    html = Markup(ask.html)  # noqa: S704 - Telegram has escaped it
    if not html.strip():
        return ask.speaker.say("Please send text.")
    if (length := letters(html)) > draft.room:
        return ask.speaker.say(
            "That is {length} letters, and only {room} fit.",
            length=length,
            room=draft.room,
        )
    return {"texts": {**draft.texts, draft.waiting: str(html)}}


def _photo(ask: Ask, services: Services, draft: Draft) -> dict[str, Any] | str:
    if not ask.photo:
        return ask.speaker.say("Please send a photo.")
    longest = max(map(letters, draft.texts.values()), default=0)
    if longest > LONGEST_CAPTION:
        return ask.speaker.say(
            "Under a photo only {room} letters fit; shorten the text of {length} letters first.",
            room=LONGEST_CAPTION,
            length=longest,
        )
    return {"photo": ask.photo}


def _way(ask: Ask) -> dict[str, Any] | str:
    found = _WAY.fullmatch(ask.words.strip())
    if found is None:
        return ask.speaker.say("I need words and an address that begins with https://.")
    return {"button": Way(text=found["text"].strip(), url=found["url"])}


def _moment(ask: Ask, services: Services, zone: str) -> dict[str, Any] | str:
    found = _MOMENT.fullmatch(ask.words.strip())
    try:
        day, month, year, hour, minute = map(int, found.groups() if found else ())
        local = dt.datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone))
    except ValueError:
        return ask.speaker.say("I cannot read this day and time.")
    at = local.astimezone(dt.UTC)  # an hour that the clock skips is told as the one that it is
    if not dt.timedelta() < at - services.now() < FURTHEST:
        return ask.speaker.say("That is in the past, or more than a year away.")
    return {"at": at}


def plain(html: str) -> str:
    """The words without their markup."""
    return Markup(html).striptags()  # noqa: S704 - Telegram's own markup, taken away here
