"""What an editor has changed of that which people may be on their way to."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from data.audiences import concerned_by
from data.library import Library
from data.model.commemorations import Commemoration
from data.model.days import occurrence
from data.model.programmes import Item, Programme
from data.model.subscriptions import ALL

Told = str | Mapping[str, str] | None
"""As the content has it: a day, a time, a status, a venue in every language; None: nothing."""


Pair = tuple[Told, Told]


@dataclass(frozen=True)
class Change:
    """What is otherwise about one thing.

    ``ref`` is ``<commemoration>@<year>``, ``<programme>`` or ``<programme>/<item>``; ``fields``
    maps ``day`` (or the first and the last of them), ``time``, ``venue`` and ``status`` to old
    and new; ``topics`` are all those
    whose followers it concerns.
    """

    ref: str
    topics: tuple[str, ...]
    fields: Mapping[str, Pair]


def changes(old: Library, new: Library, today: dt.date) -> Iterator[Change]:
    """Of days and items that are known to both and not over in either."""
    for id_, day in new.commemorations.items():
        if id_ in old.commemorations:
            yield from _of_day(old.commemorations[id_], day, today)
    for id_, programme in new.programmes.items():
        if id_ in old.programmes:
            topics = concerned_by(new, programme)
            yield from _of_programme(old.programmes[id_], programme, today, topics)


def _of_day(old: Commemoration, new: Commemoration, today: dt.date) -> Iterator[Change]:
    for year in (today.year, today.year + 1):
        before, after = occurrence(old, year), occurrence(new, year)
        if before is None or after is None or before.span == after.span:
            continue
        if max(before.last, after.last) >= today:
            spans = (_span(before.first, before.last), _span(after.first, after.last))
            yield Change(f"{new.id}@{year}", (ALL, new.id, *new.places), {"day": spans})


def _of_programme(
    old: Programme, new: Programme, today: dt.date, topics: tuple[str, ...]
) -> Iterator[Change]:
    if not _ahead((old.last or old.first, new.last or new.first), today):
        return
    whole: dict[str, Pair] = {
        "day": (_span(old.first, old.last), _span(new.first, new.last)),
        "status": (_off(old), _off(new)),
    }
    if fields := _differing(whole):
        items = tuple(f"{new.id}/{item.id}" for item in new.items)
        yield Change(new.id, (*topics, *items), fields)
    before = {item.id: _Entry(old, item) for item in old.items}
    for entry in (_Entry(new, item) for item in new.items if item.id in before):
        ref = f"{new.id}/{entry.item.id}"
        if fields := _fields(before[entry.item.id], entry, today):
            yield Change(ref, (*topics, ref), fields)


@dataclass(frozen=True)
class _Entry:
    """An item of a programme."""

    programme: Programme
    item: Item

    @property
    def day(self) -> str | None:
        return _span(self.item.date or self.programme.first, self.item.date)

    @property
    def last(self) -> dt.date | None:
        return self.item.date or self.programme.last or self.programme.first


def _fields(before: _Entry, after: _Entry, today: dt.date) -> Mapping[str, Pair]:
    if not _ahead((before.last, after.last), today):
        return {}
    old, new = before.item, after.item
    every: dict[str, Pair] = {
        "time": (old.time, new.time),
        "venue": (old.venue, new.venue),
        "status": (old.status, new.status),
    }
    if old.date or new.date:  # else its day goes with the programme
        every = {"day": (before.day, after.day), **every}
    return _differing(every)


def _ahead(days: tuple[dt.date | None, ...], today: dt.date) -> bool:
    return any(day >= today for day in days if day)


def _differing(fields: Mapping[str, Pair]) -> Mapping[str, Pair]:
    return {name: pair for name, pair in fields.items() if pair[0] != pair[1]}


def _span(first: dt.date | None, last: dt.date | None) -> str | None:
    """``2025-08-26/2025-08-29``, or one day."""
    days = (first, last if last != first else None)
    return "/".join(day.isoformat() for day in days if day) or None


def _off(programme: Programme) -> str:
    """Whether it takes place; that it was announced or held concerns nobody's plans."""
    off = programme.status in {"moved", "cancelled"}
    return programme.status if off else "scheduled"
