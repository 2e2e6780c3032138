"""How a day looks wherever it is shown: its heading, its countdown and the ways on from it."""

import datetime as dt
from collections.abc import Iterable

from markupsafe import Markup, escape

from data.library import Library
from data.model.commemorations import Commemoration
from data.model.days import Occurrence, coming
from data.model.texts import Source
from data.model.topics import Topic
from handlers.ask import Ask, Services
from handlers.publishers import cited
from handlers.reply import Button, Reply, Row, bold, button, lines
from locales import Speaker

MARKS = {"festive": "🎉 ", "solemn": "", "neutral": ""}
"""Before a heading. A solemn day bears no ornament."""


def name(speaker: Speaker, commemoration: Commemoration) -> str:
    """The official name in the language of the chat."""
    return speaker.text(commemoration.names)


def when(speaker: Speaker, today: dt.date, commemoration: Commemoration) -> Markup:
    """``25 November 2025, Tuesday (tomorrow)``, or the rule by which the days are set."""
    found = coming(commemoration, today)
    if found is None:
        rule = commemoration.date.rule_text
        return escape(speaker.text(rule)) if rule else Markup("")
    return dated(speaker, found, today)


def dated(speaker: Speaker, found: Occurrence, today: dt.date) -> Markup:
    """``25 November 2025, Tuesday (tomorrow)``."""
    return speaker.say(
        "{date}, {weekday} ({countdown})",
        date=speaker.span(found.first, found.last),
        weekday=speaker.weekday(found.first),
        countdown=countdown(speaker, found, today),
    )


def countdown(speaker: Speaker, found: Occurrence, today: dt.date) -> Markup:
    """How long it is to go, in words."""
    days = found.days_until(today)
    if days < 0:
        return speaker.count("{n} day ago", "{n} days ago", -days)
    if days == 0:
        return speaker.say("today") if found.first == today else speaker.say("under way")
    if days == 1:
        return speaker.say("tomorrow")
    return speaker.count("in {n} day", "in {n} days", days)


def card(ask: Ask, library: Library, commemoration: Commemoration) -> Reply:
    """One day in short: when it is, what it marks, and where to read on."""
    speaker = ask.speaker
    head = lines(
        Markup("{}{}").format(MARKS[commemoration.tone], bold(name(speaker, commemoration))),
        when(speaker, ask.today, commemoration),
    )
    off = day_off(speaker, commemoration) if ask.private else ""
    return Reply(
        (head, speaker.text(commemoration.summary), off),
        (
            ways_on(speaker, library, commemoration),
            (remind_me(speaker, commemoration.id), *in_private(ask, f"e_{commemoration.id}")),
        ),
        silent=commemoration.tone == "solemn",
        topic=Topic((commemoration.id,)),
    )


def day_off(speaker: Speaker, commemoration: Commemoration) -> Markup:
    """Whether the law gives the day off; nothing where no source says."""
    match commemoration.day_off.value:
        case True:
            return speaker.say("It is a non-working day.")
        case False:
            return speaker.say("It is a working day.")
    return Markup("")


def ways_on(
    speaker: Speaker, library: Library, commemoration: Commemoration, without: str = ""
) -> tuple[Button, ...]:
    """Buttons to the programme (where there is one) and the history of a day."""
    ways = []
    if without != "p" and library.years_with_programme(commemoration.id):
        ways.append(button("📋 " + speaker.term("button", "Programme"), "p", commemoration.id))
    if without != "h":
        ways.append(button("📖 " + speaker.term("button", "History"), "h", commemoration.id))
    return tuple(ways)


def in_private(ask: Ask, start: str) -> Row:
    """Groups are told things in short: a button to all of it, by the deep link ``start``."""
    if ask.private:
        return ()
    return (Button(ask.speaker.term("button", "Open in private"), start=start),)


def remind_me(speaker: Speaker, topic: str) -> Button:
    """Follows a topic (see handlers.topics)."""
    return button("🔔 " + speaker.term("button", "Remind me"), "r", *topic.split("/"))


def sources(speaker: Speaker, given: tuple[Source, ...], limit: int = 3) -> Markup:
    """``Sources: AzerNews, Trend``, as links; at most ``limit``, a publisher once."""
    by_publisher = {source.publisher: source for source in reversed(given)}
    shown = list(by_publisher.values())[::-1][:limit]
    return speaker.count(
        "Source: {links}",
        "Sources: {links}",
        len(shown),
        links=Markup(", ").join(cited(speaker, source) for source in shown),
    )


def languages(ask: Ask, services: Services, payload: str = "") -> Row:
    """A button a language, the guessed or current first; pressed, it goes on to ``payload``."""
    others = [each for each in services.speakers.values() if each is not ask.speaker]
    args = (payload,) if payload else ()
    return tuple(button(each.name, "l", each.language, *args) for each in (ask.speaker, *others))


def offered(speaker: Speaker, offers: Iterable[tuple[str, str]]) -> Markup:
    """A line for each command: its name and what it does."""
    return lines(
        *(
            speaker.say("/{command} – {what}", command=command, what=speaker.say(about))
            for command, about in offers
        )
    )
