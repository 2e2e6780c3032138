"""What is counted day by day: its names, and the picture of it."""

import datetime as dt
from collections.abc import Mapping, Sequence

from data.model.counts import Days, What
from data.model.plots import Panel, Plot, Series
from locales import Speaker

DAYS = 30
"""Days that the picture shows, today included."""
MESSAGES: tuple[What, ...] = ("sent", "blocked", "failed", "uncertain")
"""What became of reminders, notices and announcements."""


def plot(speaker: Speaker, days: Days, today: dt.date) -> Plot:
    """A day on which nothing was counted has none, but nobody knows how many subscribers."""
    every = [since(today, span) for span in range(DAYS, 0, -1)]
    counts = [days.get(day, {}) for day in every]
    there = tuple(each.get("subscribers") for each in counts)
    answered = tuple(each.get("questions", 0) - each.get("unanswered", 0) for each in counts)
    questions = (
        Series(speaker.term("statistics", "Answered"), answered),
        _series(speaker, "unanswered", counts),
    )
    messages = tuple(_series(speaker, what, counts) for what in MESSAGES)
    span = speaker.span(every[0], today)
    return Plot(
        speaker.say("Statistics: {span}", span=span).unescape(),
        tuple(speaker.short_day(day) for day in every),
        (
            Panel(name(speaker, "subscribers"), "line", (Series("", there),)),
            Panel(name(speaker, "questions"), "bars", questions),
            Panel(speaker.term("statistics", "Reminders and announcements"), "bars", messages),
        ),
    )


def name(speaker: Speaker, what: What) -> str:
    match what:
        case "subscribers":
            return speaker.term("statistics", "Subscribers")
        case "questions":
            return speaker.term("statistics", "Questions")
        case "unanswered":
            return speaker.term("statistics", "Without an answer")
    return _fate(speaker, what)


def _fate(speaker: Speaker, what: What) -> str:
    match what:
        case "sent":
            return speaker.term("statistics", "Sent")
        case "blocked":
            return speaker.term("statistics", "Blocked")
        case "failed":
            return speaker.term("statistics", "Failed")
    return speaker.term("statistics", "Uncertain")


def since(today: dt.date, days: int) -> dt.date:
    """The first of so many days that end today."""
    return today - dt.timedelta(days=days - 1)


def _series(speaker: Speaker, what: What, counts: Sequence[Mapping[What, int]]) -> Series:
    return Series(name(speaker, what), tuple(each.get(what, 0) for each in counts))
