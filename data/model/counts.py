"""The numbers of the statistics; none of them tells of anybody."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

What = Literal["subscribers", "questions", "unanswered", "sent", "blocked", "failed", "uncertain"]
"""``subscribers`` is how many there were last on that day; all others add up. ``unanswered`` are
those of the questions that found no answer; the rest is what became of messages that nobody
asked for, ``blocked`` being those that Telegram did not let through to the chat."""

Days = Mapping[dt.date, Mapping[What, int]]
"""What was counted; a day without anything is not there."""


@dataclass(frozen=True)
class Crowd:
    """How many chats are alike in this. ``type`` is Telegram's.

    ``subscribed``: they follow something or accept announcements.
    """

    type: str
    language: str | None
    active: bool
    subscribed: bool
    many: int


def total(days: Days, what: What, first: dt.date) -> int:
    """From the day ``first`` on."""
    return sum(counts.get(what, 0) for day, counts in days.items() if day >= first)
