"""/days, /today and /next: the calendar, and the card of one day."""

import datetime as dt
from dataclasses import replace

from markupsafe import Markup

from data.model.commemorations import Commemoration
from data.model.days import Occurrence, marked_on, upcoming
from handlers.ask import Ask, Services
from handlers.cards import MARKS, card, countdown, in_private, name, when
from handlers.choosing import wanted
from handlers.press import number_in
from handlers.repeating import repeated
from handlers.reply import Button, Reply, bold, button, lines, rows
from handlers.routing import Command, Linked, Pressed
from locales import N_, Speaker

CITY_DAYS = "city_day"
PAGE = 10
"""Days of a list that fit on a screen of a phone."""
FEW = 5
"""Days of a list in a group."""


@repeated
async def days(ask: Ask, services: Services) -> Reply:
    """``args``: ``o`` for the commemorations other than City Days, and the page."""
    speaker, others = ask.speaker, ask.args[:1] == ("o",)
    every = [
        each
        for each in services.library.commemorations.values()
        if (each.kind == CITY_DAYS) != others
    ]
    comings = upcoming(every, ask.today)
    size = PAGE if ask.private else FEW
    page = _number(ask.args[1:], len(comings), size)
    shown = comings[page * size : (page + 1) * size]
    title = speaker.say("Other commemorations") if others else speaker.say("City Days")
    entries = [_entry(speaker, each, ask.today) for each in shown]
    last = (page + 1) * size >= len(comings)
    undated = _undated(speaker, every, comings) if last else Markup("")
    return Reply(
        (bold(title), lines(*entries), undated),
        (
            *rows(_to(speaker, each.commemoration) for each in shown if ask.private),
            _turning(speaker, others, page, last),
            in_private(ask, "d_o" if others else "d_c"),
        ),
    )


@repeated
async def today(ask: Ask, services: Services) -> Reply:
    marked = marked_on(services.library.commemorations.values(), ask.today)
    if len(marked) == 1:
        return card(ask, services.library, marked[0].commemoration)
    date = ask.speaker.date(ask.today)
    if not marked:
        nothing = ask.speaker.say(
            "No commemoration that I know falls on today, {date}.", date=date
        )
        return _with_next(ask, services, nothing)
    return _several(ask.speaker, marked, ask.speaker.say("Today, {date}:", date=date))


@repeated
async def next_(ask: Ask, services: Services) -> Reply:
    comings = upcoming(services.library.commemorations.values(), ask.today)
    first = [each for each in comings if each.first == comings[0].first]
    if len(first) == 1:
        return card(ask, services.library, first[0].commemoration)
    title = ask.speaker.say(
        "{date} ({countdown}):",
        date=ask.speaker.date(first[0].first),
        countdown=countdown(ask.speaker, first[0], ask.today),
    )
    return _several(ask.speaker, first, title)


@repeated
async def show(ask: Ask, services: Services) -> Reply:
    """``args``: a commemoration, or a place whose day it is."""
    target = wanted(ask, services, "e")
    if isinstance(target, Reply):
        return target
    if target.commemoration is None:
        return await days(replace(ask, args=()), services)
    return card(ask, services.library, target.commemoration)


def _entry(speaker: Speaker, found: Occurrence, today: dt.date) -> Markup:
    return speaker.say(
        "<b>{date}</b> – {name}, {countdown}",
        date=speaker.span(found.first, found.last),
        name=name(speaker, found.commemoration),
        countdown=countdown(speaker, found, today),
    )


def _undated(speaker: Speaker, every: list[Commemoration], dated: list[Occurrence]) -> Markup:
    known = {each.commemoration.id for each in dated}
    entries = [
        speaker.say("{name} – {rule}", name=name(speaker, each), rule=speaker.text(rule))
        for each in every
        if each.id not in known and (rule := each.date.rule_text)
    ]
    return lines(*entries)


def _to(speaker: Speaker, commemoration: Commemoration) -> Button:
    return button(name(speaker, commemoration), "e", commemoration.id)


def _turning(speaker: Speaker, others: bool, page: int, last: bool) -> tuple[Button, ...]:
    kind = "o" if others else "c"
    switch = (
        button(speaker.term("button", "City Days"), "d")
        if others
        else button(speaker.term("button", "Other commemorations"), "d", "o")
    )
    back = (button("⬅️", "d", kind, page - 1),) if page else ()
    on = () if last else (button("➡️", "d", kind, page + 1),)
    return (*back, switch, *on)


def _several(speaker: Speaker, found: list[Occurrence], title: Markup) -> Reply:
    names = [
        Markup("{}{}").format(MARKS[each.commemoration.tone], name(speaker, each.commemoration))
        for each in found
    ]
    return Reply(
        (bold(title), lines(*names)),
        rows(_to(speaker, each.commemoration) for each in found),
        silent=any(each.commemoration.tone == "solemn" for each in found),
    )


def _with_next(ask: Ask, services: Services, words: Markup) -> Reply:
    comings = upcoming(services.library.commemorations.values(), ask.today)
    following = comings[0].commemoration
    return Reply(
        (
            words,
            ask.speaker.say(
                "Next comes {name}: {when}.",
                name=name(ask.speaker, following),
                when=when(ask.speaker, ask.today, following),
            ),
        ),
        ((_to(ask.speaker, following),),),
    )


def _number(args: tuple[str, ...], count: int, size: int) -> int:
    """The page that was asked for, or the nearest one that there is."""
    page = number_in(args)
    return min(page, max(0, (count - 1) // size))


ROUTES = (
    Command(
        "days", days, N_("City Days in the order of the calendar"), ("gunler", "dni"), group=True
    ),
    Command("today", today, N_("What is marked today"), aliases=("bugun", "segodnya")),
    Command(
        "next", next_, N_("Which day comes next"), aliases=("novbeti", "blizhayshiy"), group=True
    ),
    Pressed("d", days),
    Pressed("n", next_),
    Pressed("e", show),
    Linked("c", show),
    Linked("d", days),
    Linked("e", show),
)
