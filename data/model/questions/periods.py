"""Days in a row that people name by the week they are in."""

import calendar
import datetime as dt
from collections.abc import Collection

from data.model.commemorations import Span

WEEKS = {"lastweek": -1, "thisweek": 0, "nextweek": 1}
"""Ideas of a week from Monday, by its distance from this one."""
WEEKENDS = {"weekend": 0, "nextweekend": 1}
SATURDAY = 5
SUNDAY = 6
LATE = 21
"""The day from which on a month ends, as people speak."""


def period(ideas: Collection[str], today: dt.date) -> Span | None:
    """The days that were said, both ends included; of two neighbouring weeks all; None without."""
    monday = today - dt.timedelta(days=today.weekday())
    ends = [(7 * weeks, 7 * weeks + SUNDAY) for idea, weeks in WEEKS.items() if idea in ideas]
    if not ends:
        ends = [
            (7 * weeks + SATURDAY, 7 * weeks + SUNDAY)
            for idea, weeks in WEEKENDS.items()
            if idea in ideas
        ]
    if not ends and "soon" in ideas:
        ends = [(today.weekday(), today.weekday() + SUNDAY)]
    if not ends:
        return _month_end(today) if "monthend" in ideas else None
    first, last = min(first for first, _ in ends), max(last for _, last in ends)
    return Span(first=monday + dt.timedelta(days=first), last=monday + dt.timedelta(days=last))


def _month_end(today: dt.date) -> Span:
    """From the 21st, or from today if that has passed."""
    last = today.replace(day=calendar.monthrange(today.year, today.month)[1])
    return Span(first=max(today, today.replace(day=LATE)), last=last)
