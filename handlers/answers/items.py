"""Which items of which programmes a question is about, and how an item is told."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from data.model.commemorations import Commemoration
from data.model.days import coming, upcoming
from data.model.letters import fold
from data.model.places import Place
from data.model.programmes import Item, Programme
from handlers.answers.telling import Query
from handlers.programme import MARK
from handlers.reply import lines


@dataclass(frozen=True)
class Entry:
    """One item with its programme."""

    programme: Programme
    item: Item

    @property
    def key(self) -> str:
        return f"{self.programme.id}/{self.item.id}"

    @property
    def year(self) -> int | None:
        return self.programme.year


@dataclass(frozen=True)
class Chosen:
    """The entries of one year; ``asked`` is the year that was meant.

    ``entries`` are empty where the sources have nothing of the year that was said; ``others`` are
    the years of which they have something.
    """

    event: Commemoration | None
    asked: int | None
    year: int | None
    entries: tuple[Entry, ...]
    others: tuple[int, ...]


def choose(query: Query, timed: bool = False) -> Chosen:
    """The items of the days and places in question, of one year. ``timed``: only with an hour."""
    events = query.events or _default(query)
    found = _about(query, events)
    if timed and not query.question.said.year:
        found = [each for each in found if each.item.time] or found
    said = query.question.said.year
    years = sorted({each.year for each in found if each.year})
    event = _of(query, events, found)
    year = said or _year(query, event, years)
    entries = [each for each in found if each.year == year]
    if not said and not entries:  # programmes whose source is undated
        entries = [each for each in found if each.year is None]
    return Chosen(event, said, year, tuple(entries), tuple(years))


def _default(query: Query) -> tuple[Commemoration, ...]:
    """The next day with a programme, where neither a day nor a place nor a date was said."""
    if query.question.subjects or query.day:
        return ()
    for found in upcoming(query.library.commemorations.values(), query.today):
        if query.library.programmes_of(found.commemoration.id, found.year):
            return (found.commemoration,)
    return ()


def _about(query: Query, events: tuple[Commemoration, ...]) -> list[Entry]:
    ids = {event.id for event in events}
    every = [
        Entry(programme, item)
        for programme in query.library.programmes.values()
        for item in programme.items
        if not ids or ids & {query.library.commemoration_of.get(programme.id), *programme.also}
    ]
    if query.day and query.question.said.year and not query.named:
        dated = [each for each in every if _on(each, query.day)]
        every = dated or every
    own = {event.id for place in query.places if (event := query.own_day(place))}
    if query.places and not ids <= own:
        every = [each for each in every if any(_at(each, place) for place in query.places)]
    elif not ids:
        return []
    return sorted(every, key=lambda each: _distance(query, each))


def _on(entry: Entry, day: dt.date) -> bool:
    programme = entry.programme
    if entry.item.date:
        return entry.item.date == day
    return bool(programme.first and programme.last and programme.first <= day <= programme.last)


def _at(entry: Entry, place: Place) -> bool:
    """In the place by its programme, or mentioned by the item."""
    if entry.programme.place == place.id and entry.item.venue is None:
        return True
    texts = [entry.item.title, entry.item.venue, entry.item.organiser]
    name = fold(place.names["en"])
    return any(name in fold(text["en"]) for text in texts if text)


def _distance(query: Query, entry: Entry) -> tuple[bool, int]:
    """What is in the town itself before what a library elsewhere shows."""
    own = {place for event in query.events for place in event.places}
    return (entry.programme.place not in own, len(query.library.programmes))


def _of(
    query: Query, events: tuple[Commemoration, ...], found: list[Entry]
) -> Commemoration | None:
    if not events:
        id_ = query.library.commemoration_of.get(found[0].programme.id) if found else None
        return query.library.commemorations.get(id_ or "")
    held = {query.library.commemoration_of.get(each.programme.id) for each in found}
    return next((each for each in events if each.id in held), events[0])


def _year(query: Query, event: Commemoration | None, years: list[int]) -> int | None:
    """The coming one if it is known, else the last that is."""
    comes = coming(event, query.today) if event else None
    if comes and comes.year in years:
        return comes.year
    before = [year for year in years if year <= query.today.year]
    return (before or years or [None])[-1]


def heading(query: Query, chosen: Chosen) -> str:
    """``Kalbajar City Day, 25 November 2025``."""
    days = [
        (each.programme.first, each.programme.last or each.programme.first)
        for each in chosen.entries
        if each.programme.first
    ]
    name = query.name(chosen.event) if chosen.event else query.names(query.places)
    if not days:
        undated = query.speaker.say("the source gives no year")
        return f"{name} ({undated})" if chosen.year is None else f"{name}, {chosen.year}"
    first, last = days[0]
    return f"{name}, {query.speaker.span(first, last or first)}"


def tell(query: Query, entries: Iterable[Entry]) -> list[Markup]:
    """Each item with all that is known of it."""
    return [_item(query, each.item) for each in entries]


def title(query: Query, item: Item) -> Markup:
    return Markup("{} {}").format(MARK[item.kind], query.speaker.text(item.title))


def _item(query: Query, item: Item) -> Markup:
    speaker = query.speaker
    performers = ", ".join(speaker.text(each) for each in item.performers)
    return lines(
        title(query, item),
        when(query, item),
        f"📍 {speaker.text(item.venue)}" if item.venue else "",
        speaker.say("Organised by: {names}", names=speaker.text(item.organiser))
        if item.organiser
        else "",
        speaker.say("With: {names}", names=performers) if performers else "",
        speaker.text(item.note) if item.note else "",
    )


def when(query: Query, item: Item) -> str:
    parts = [query.speaker.date(item.date) if item.date else "", item.time or ""]
    said = ", ".join(part for part in parts if part)
    return f"🕑 {said}" if said else ""
