"""/stats: how many people the bot reaches and what they ask, in numbers and as a picture."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from data.model.counts import Crowd, Days, What, total
from data.model.outbox import STATUSES, Status
from handlers import diagrams, topics
from handlers.ask import Ask, Services
from handlers.editorial import CHAT_TYPES, number
from handlers.reply import File, Reply, bold, lines
from handlers.routing import Command, Pressed
from locales import N_, Speaker

SPANS = (1, 7, diagrams.DAYS)
"""Days that are summed up, today included."""
TOPICS = 10
"""The most followed ones are listed."""
_EVENTS: tuple[What, ...] = ("questions", "unanswered", *diagrams.MESSAGES)


async def stats(ask: Ask, services: Services) -> Reply:
    """All numbers; then the picture, with the most important of them under it."""
    speaker, tally = ask.speaker, services.tally
    crowds, today = await tally.crowds(), tally.today()
    days = await tally.since(diagrams.since(today, diagrams.DAYS))
    numbers = Reply(
        (
            bold(speaker.say("Statistics")),
            lines(*_chats(speaker, services, crowds)),
            lines(*_followed(speaker, services, await tally.topics())),
            lines(*_counted(speaker, days, today)),
            lines(*_outbox(speaker, await tally.letters())),
        ),
        apart=True,
    )
    plot = diagrams.plot(speaker, days, today)
    picture = await services.picture(plot)
    if picture is None:
        return numbers
    told = lines(bold(plot.title), *_summary(speaker, days, today))
    file = File("stats.png", picture)
    return Reply((told,), apart=True, picture=file, before=(numbers,))


def _chats(speaker: Speaker, services: Services, crowds: Sequence[Crowd]) -> Iterator[str]:
    there = [each for each in crowds if each.active]
    gone = sum(each.many for each in crowds if not each.active)
    subscribed = sum(each.many for each in there if each.subscribed)
    yield _line(speaker.term("statistics", "Chats"), sum(each.many for each in there))
    yield _line(speaker.term("statistics", "Subscribers"), subscribed)
    yield _line(speaker.term("statistics", "Have blocked or removed the bot"), gone)
    for kind in CHAT_TYPES:
        if many := sum(each.many for each in there if each.type == kind):
            yield _line("• " + _chat_type(speaker, kind), many)
    for language in (*services.speakers, None):
        if many := sum(each.many for each in there if each.language == language):
            yield _line("• " + _language(speaker, services, language), many)


def _followed(speaker: Speaker, services: Services, many: Mapping[str, int]) -> Iterator[str]:
    if not many:
        return
    yield bold(speaker.say("What is followed"))
    for topic in [*many][:TOPICS]:
        yield _line(_topic(speaker, services, topic), many[topic])
    if len(many) > TOPICS:
        yield speaker.count("and {n} more", "and {n} more", len(many) - TOPICS)


def _counted(speaker: Speaker, days: Days, today: dt.date) -> Iterator[str]:
    """``Questions: 3 · 20 · 81``"""
    yield bold(speaker.say("Today · last 7 days · last 30 days"))
    for what in _EVENTS:
        sums = (number(total(days, what, diagrams.since(today, span))) for span in SPANS)
        yield _labelled(diagrams.name(speaker, what), " · ".join(sums))


def _outbox(speaker: Speaker, counts: Mapping[Status, int]) -> Iterator[str]:
    told = [_line(_status(speaker, each), counts[each]) for each in STATUSES if counts[each]]
    if told:
        yield bold(speaker.say("Messages by state"))
        yield from told


def _summary(speaker: Speaker, days: Days, today: dt.date) -> Iterator[str]:
    """What the picture shows, for whoever does not see it."""
    known = [counts["subscribers"] for counts in days.values() if "subscribers" in counts]
    change = f"{number(known[0])} → {number(known[-1])}"
    yield _labelled(diagrams.name(speaker, "subscribers"), change)
    for what in _EVENTS:
        many = total(days, what, diagrams.since(today, diagrams.DAYS))
        yield _line(diagrams.name(speaker, what), many)


def _line(label: str, many: int) -> Markup:
    return _labelled(label, number(many))


def _labelled(label: str, value: str) -> Markup:
    return Markup("{}: {}").format(label, value)


def _topic(speaker: Speaker, services: Services, topic: str) -> str:
    try:
        return topics.title(speaker, topics.find(services.library, topic))
    except LookupError:
        return topic  # no longer in the content


def _language(speaker: Speaker, services: Services, language: str | None) -> str:
    known = services.speakers.get(language or "")
    return known.name if known else speaker.term("statistics", "no language chosen")


def _chat_type(speaker: Speaker, kind: str) -> str:
    match kind:
        case "private":
            return speaker.term("statistics", "private chats")
        case "group":
            return speaker.term("statistics", "small groups")
        case "supergroup":
            return speaker.term("statistics", "large groups")
    return speaker.term("statistics", "channels")


def _status(speaker: Speaker, status: Status) -> str:
    match status:
        case "pending":
            return speaker.term("statistics", "Waiting")
        case "sending":
            return speaker.term("statistics", "On their way")
        case "expired":
            return speaker.term("statistics", "Too late to send")
        case "cancelled":
            return speaker.term("statistics", "Called off")
    return diagrams.name(speaker, status)


ROUTES = (
    Command("stats", stats, N_("How many people the bot reaches"), staff="viewer"),
    Pressed("st", stats, staff="viewer"),
)
