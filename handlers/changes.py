"""Telling those who follow something that an editor has changed it: old → new, once."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from data.changes import Change, changes
from data.library import Library
from data.model.commemorations import Commemoration
from data.model.outbox import Audience, Mailing, Urgency, Window
from handlers import topics
from handlers.ask import Services
from handlers.cards import name, ways_on
from handlers.following import stop_all
from handlers.notices import Notice
from handlers.reply import Reply, bold, italic, lines
from handlers.topics import Showing
from locales import Speaker

LIFE = dt.timedelta(days=2)
"""How long the news of a change is worth telling."""


async def plan(services: Services, versions: Sequence[Library]) -> None:
    """A mailing for each change from one version to the next; planned again, it stays the one."""
    now = services.now()
    today = now.astimezone(services.zone).date()
    for new, each in _between(versions, today):
        mailing = Mailing(
            f"change {new.version} {each.ref}",
            "change",
            each.ref,
            Urgency.CHANGE,
            body={field: list(pair) for field, pair in each.fields.items()},
        )
        await services.mailings.plan(mailing, Audience(each.topics), Window(now, now + LIFE))


def _between(versions: Sequence[Library], today: dt.date) -> Iterator[tuple[Library, Change]]:
    for old, new in pairwise(versions):
        for each in changes(old, new, today):
            yield new, each


async def tell(notice: Notice, services: Services) -> Reply | None:
    """The words of the kind ``change``."""
    speaker, library = notice.speaker, services.library
    day, item = _about(library, notice.ref)
    if day is None and item is None:
        return None
    title = topics.title(speaker, item) if item else name(speaker, day) if day else ""
    below = italic(name(speaker, day)) if item and day else ""
    return Reply(
        (
            lines(bold(title), below),
            lines(bold(speaker.say("This has changed:")), *_differences(speaker, notice.body)),
        ),
        (ways_on(speaker, library, day) if day else (), (stop_all(speaker),)),
        silent=day is not None and day.tone == "solemn",
    )


def _about(library: Library, ref: str) -> tuple[Commemoration | None, Showing | None]:
    if "@" in ref:
        return library.commemorations.get(ref.partition("@")[0]), None
    if "/" not in ref:
        return library.commemorations.get(library.commemoration_of.get(ref, "")), None
    try:
        found = topics.find(library, ref)
    except LookupError:
        return None, None
    return (found.commemoration, found) if isinstance(found, Showing) else (None, None)


def _differences(speaker: Speaker, fields: Mapping[str, Any]) -> Iterator[Markup]:
    for field, (old, new) in fields.items():
        yield speaker.say(
            "{what}: {old} → {new}",
            what=_label(speaker, field),
            old=_value(speaker, field, old),
            new=_value(speaker, field, new),
        )


def _label(speaker: Speaker, field: str) -> str:
    match field:
        case "day":
            return speaker.term("change", "Day")
        case "time":
            return speaker.term("change", "Time")
        case "venue":
            return speaker.term("change", "Place")
    return speaker.term("change", "Status")


def _value(speaker: Speaker, field: str, value: Any) -> str:
    """``value`` as data.changes.Told; what it is not, is told as not known."""
    if not value:
        return speaker.term("change", "not known")
    match field:
        case "day":
            days = [dt.date.fromisoformat(each) for each in value.split("/")]
            return speaker.span(days[0], days[-1])
        case "venue":
            return speaker.text(value)
        case "status":
            return _status(speaker, value)
    return str(value)


def _status(speaker: Speaker, status: str) -> str:
    match status:
        case "moved":
            return speaker.term("change", "moved")
        case "cancelled":
            return speaker.term("change", "cancelled")
    return speaker.term("change", "takes place")
