"""When a reminder is due: local wall time of each occurrence, as a moment."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never
from zoneinfo import ZoneInfo

from data.model.subscriptions import Lead

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Event:
    """Something to be reminded of.

    ``ref`` is ``<commemoration>@<year>`` or ``<programme>/<item>``. ``start`` is known for items
    that have a time.
    """

    ref: str
    day: dt.date
    start: dt.datetime | None = None


@dataclass(frozen=True)
class Due:
    """A reminder of one event: not before ``at`` and not from ``expires`` on."""

    ref: str
    at: dt.datetime
    expires: dt.datetime


@dataclass(frozen=True)
class Rhythm:
    """All subscribers of a topic who want to be told at the same moment."""

    lead: Lead
    zone: str
    hour: int

    def dues(self, events: Iterable[Event]) -> Iterator[Due]:
        """One for each event that has such a moment, in the order of the events."""
        for event in events:
            due = self._due(event)
            if due:
                yield due

    def _due(self, event: Event) -> Due | None:
        match self.lead:
            case "7d" | "3d":
                at = self._on(event.day - DAY * int(self.lead[0]))
                return Due(event.ref, at, at + DAY)
            case "1d":
                return Due(event.ref, self._on(event.day - DAY), self._begin(event.day))
            case "morning":
                return Due(event.ref, self._on(event.day), self._begin(event.day + DAY))
            case "1h":
                if event.start is None:
                    return None
                start = event.start.astimezone(dt.UTC)
                return Due(event.ref, start - HOUR, start)
        assert_never(self.lead)

    def _on(self, day: dt.date) -> dt.datetime:
        return _moment(day, self.hour, self.zone)

    def _begin(self, day: dt.date) -> dt.datetime:
        return _moment(day, 0, self.zone)


def _moment(day: dt.date, hour: int, zone: str) -> dt.datetime:
    """An hour that a clock change leaves out is the one that its clocks show instead."""
    return dt.datetime.combine(day, dt.time(hour), ZoneInfo(zone)).astimezone(dt.UTC)
