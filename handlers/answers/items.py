"""Which items of which programmes a question is about, and how an item is told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from markupsafe import Markup

from data.model.commemorations import Commemoration, Span
from data.model.days import coming, upcoming
from data.model.places import Place
from data.model.programmes import Item, Programme
from handlers.answers.telling import Query
from handlers.items import MARK
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


def choose(query: Query, having: Callable[[Entry], bool] | None = None) -> Chosen:
    """The items of the days and places in question, of one year.

    Where the year was left open, one is taken that has an item of which ``having`` holds.
    """
    events = _events(query)
    found = _about(query, events)
    said = query.question.said.year
    if having and not said:
        found = [each for each in found if having(each)] or found
    years = sorted({each.year for each in found if each.year})
    event = _of(query, events, found)
    year = said or _year(query, event, years)
    entries = [each for each in _about(query, events) if each.year == year]
    if not said and not entries:  # programmes whose source is undated
        entries = [each for each in found if each.year is None]
    return Chosen(event, said, year, tuple(entries), tuple(years))


def _events(query: Query) -> tuple[Commemoration, ...]:
    if "silence" in query.ideas and query.places and not _silent(query):
        marked = [
            day for place in query.places for day in query.library.commemorations_of(place.id)
        ]
        solemn = tuple(day for day in marked if day.tone == "solemn")
        return solemn or query.events
    return query.events or _default(query)


def _silent(query: Query) -> bool:
    """Whether a minute of silence is in a programme of the days in question themselves."""
    held = [each for each in query.library.programmes.values() if _of_events(query, each)]
    return any(
        query.touches(f"{programme.id}/{item.id}", "silence")
        for programme in held
        for item in programme.items
    )


def _of_events(query: Query, programme: Programme) -> bool:
    own = query.library.commemoration_of.get(programme.id)
    return any(event.id in (own, *programme.also) for event in query.events)


def _default(query: Query) -> tuple[Commemoration, ...]:
    """The next day with a programme, where neither a day nor a place nor a date was said."""
    if query.question.subjects or query.question.said.day or query.period:
        return ()
    if query.question.said.year and (held := _of_kind(query, query.question.said.year)):
        return held
    for found in upcoming(query.library.commemorations.values(), query.today):
        if query.library.programmes_of(found.commemoration.id, found.year):
            return (found.commemoration,)
    return ()


def _of_kind(query: Query, year: int) -> tuple[Commemoration, ...]:
    """The last day of that year with an item of the kind that is asked for."""
    library = query.library
    of_year = (each for each in library.programmes.values() if each.year == year and each.first)
    held = [each for each in of_year if query.kinds & {item.kind for item in each.items}]
    ordered = sorted(held, key=lambda each: str(each.first), reverse=True)
    ids = [library.commemoration_of.get(each.id, "") for each in ordered]
    return tuple(library.commemorations[id_] for id_ in ids if id_ in library.commemorations)[:1]


def _about(query: Query, events: tuple[Commemoration, ...]) -> list[Entry]:
    every = [
        Entry(programme, item)
        for programme in query.library.programmes.values()
        for item in programme.items
    ]
    said = query.question.said
    asked = query.period or (Span(first=query.day, last=query.day) if query.day else None)
    if asked and (said.year or query.period) and not query.named:
        dated = [each for each in every if on(each, asked) and _in(query, each)]
        if dated:
            return sorted(dated, key=lambda each: _elsewhere(query, each))
    ids = {event.id for event in events}
    if not ids and not query.places:
        return []
    found = [
        each
        for each in every
        if not ids
        or ids & {query.library.commemoration_of.get(each.programme.id), *each.programme.also}
    ]
    own = {event.id for place in query.places if (event := query.own_day(place))}
    if query.places and (not ids or not ids <= own) and "silence" not in query.ideas:
        found = [each for each in found if _in(query, each)]
    return sorted(found, key=lambda each: _elsewhere(query, each))


def _in(query: Query, entry: Entry) -> bool:
    return not query.places or any(_at(entry, place) for place in query.places)


def on(entry: Entry, days: Span) -> bool:
    """Whether it is held on one of the days, as far as is known."""
    programme = entry.programme
    first, last = entry.item.date or programme.first, entry.item.date or programme.last
    return bool(first and last and first <= days.last and days.first <= last)


def _at(entry: Entry, place: Place) -> bool:
    """In the place by its programme, or mentioned by the item."""
    if entry.programme.place == place.id and entry.item.venue is None:
        return True
    texts = [entry.item.title, entry.item.venue, entry.item.organiser]
    return any(place.names["en"] in text["en"] for text in texts if text)


def _elsewhere(query: Query, entry: Entry) -> bool:
    """What is in the town itself comes before what a library elsewhere shows."""
    own = {place for event in query.events for place in event.places}
    return entry.programme.place not in own


def _of(
    query: Query, events: tuple[Commemoration, ...], found: list[Entry]
) -> Commemoration | None:
    if not events:
        id_ = query.library.commemoration_of.get(found[0].programme.id) if found else None
        return query.library.commemorations.get(id_ or "")
    held = {query.library.commemoration_of.get(each.programme.id) for each in found}
    usual = None if query.period and found else events[0]
    return next((each for each in events if each.id in held), usual)


def _year(query: Query, event: Commemoration | None, years: list[int]) -> int | None:
    """The coming one if it is known, else the last that is; the first if that was asked for."""
    if "first" in query.ideas and years:
        return years[0]
    comes = coming(event, query.today) if event else None
    if comes and comes.year in years:
        return comes.year
    before = [year for year in years if year <= query.today.year]
    known = before or years
    return known[-1] if known else None


def heading(query: Query, chosen: Chosen) -> str:
    """``Kalbajar City Day, 25 November 2025``."""
    days = [
        query.speaker.span(each.programme.first, each.programme.last or each.programme.first)
        for each in chosen.entries
        if each.programme.first
    ]
    name = query.name(chosen.event) if chosen.event else query.names(_places(query, chosen))
    if not days:
        undated = query.speaker.say("the source gives no year")
        return f"{name} ({undated})" if chosen.year is None else f"{name}, {chosen.year}"
    return f"{name}, {days[0]}"


def _places(query: Query, chosen: Chosen) -> Iterable[Place]:
    """Those that were asked about, else where it takes place."""
    ids = dict.fromkeys(each.programme.place for each in chosen.entries)
    return query.places or [query.library.places[id_] for id_ in ids if id_]


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
