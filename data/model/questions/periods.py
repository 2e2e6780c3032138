"""Days in a row that people name by the week they are in."""

import datetime as dt
from collections.abc import Collection

from data.model.commemorations import Span

WEEKS = {"lastweek": -1, "thisweek": 0, "nextweek": 1}
"""Ideas of a week from Monday, by its distance from this one."""
WEEKENDS = {"weekend": 0, "nextweekend": 1}
SATURDAY = 5
SUNDAY = 6


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
        return None
    first, last = min(first for first, _ in ends), max(last for _, last in ends)
    return Span(first=monday + dt.timedelta(days=first), last=monday + dt.timedelta(days=last))
