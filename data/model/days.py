"""Which days come when: the occurrences of the commemorations in the calendar."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from data.model.commemorations import Commemoration, Span


@dataclass(frozen=True)
class Occurrence:
    """One commemoration in one year."""

    commemoration: Commemoration
    span: Span

    @property
    def first(self) -> dt.date:
        return self.span.first

    @property
    def last(self) -> dt.date:
        return self.span.last

    @property
    def year(self) -> int:
        return self.span.first.year

    def days_until(self, today: dt.date) -> int:
        """Whole days from ``today``; 0 while it lasts, negative when it is over."""
        if today > self.last:
            return (self.last - today).days
        return max(0, (self.first - today).days)

    def anniversary(self, since: str) -> int:
        """Which anniversary of the ``YYYY…`` date it is."""
        return self.year - int(since[:4])


def occurrence(commemoration: Commemoration, year: int) -> Occurrence | None:
    """The commemoration in that year, or None while nobody has set its days."""
    span = commemoration.date.span(year)
    return Occurrence(commemoration, span) if span else None


def coming(commemoration: Commemoration, today: dt.date) -> Occurrence | None:
    """The one that lasts today or comes next; None while its days are not set."""
    for year in (today.year, today.year + 1):
        found = occurrence(commemoration, year)
        if found and found.last >= today:
            return found
    return None


def past(commemoration: Commemoration, today: dt.date) -> Occurrence | None:
    """The last one that was over before today."""
    for year in (today.year, today.year - 1):
        found = occurrence(commemoration, year)
        if found and found.last < today:
            return found
    return None


def upcoming(commemorations: Iterable[Commemoration], today: dt.date) -> list[Occurrence]:
    """All whose days are set, in the order of the calendar from today; equal days keep order."""
    found = (coming(each, today) for each in commemorations)
    return sorted((each for each in found if each), key=lambda each: each.first)


def marked_on(commemorations: Iterable[Commemoration], day: dt.date) -> list[Occurrence]:
    """All that are marked on that day."""
    found = (occurrence(each, day.year) for each in commemorations)
    return [each for each in found if each and each.first <= day <= each.last]
