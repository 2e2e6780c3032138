"""Days in a row: what is marked and what takes place this week, at the weekend, tomorrow."""

from collections.abc import Iterator

from markupsafe import Markup

from data.model.commemorations import Span
from data.model.days import Occurrence
from data.model.programmes import Programme
from data.model.texts import Source
from handlers.answers.calendar import with_next
from handlers.answers.items import Chosen, Entry, heading, on, title
from handlers.answers.telling import CITY_DAY, Query, Told, behind, told
from handlers.reply import bold, lines

ITEMS = 8
"""Items that are listed of one programme."""


def period(query: Query) -> Told | None:
    """The days that are marked, then what is held besides; without any the next day."""
    if query.period is None:
        return None
    days = query.speaker.span(query.period.first, query.period.last)
    marked = [each for each in query.marked_in(query.period) if _wanted(query, each)]
    besides = [] if "cityday" in query.ideas else list(_besides(query, query.period, marked))
    if not marked and not besides:
        nothing = query.speaker.say("No commemoration that I know falls on {day}.", day=days)
        return with_next(query, nothing)
    events = [each.commemoration for each in marked]
    shown = [_marked(query, each, whole=len(marked) == 1) for each in marked]
    shown += [_held(query, entries) for entries in besides]
    cited = [source for event in events for source in behind(event)]
    cited += [source for entries in besides for source in _sources(entries)]
    head = bold(f"{days}:") if marked or len(besides) > 1 else ""  # one programme tells its days
    return told(query, [head, *shown], cited, events)


def _wanted(query: Query, found: Occurrence) -> bool:
    return "cityday" not in query.ideas or found.commemoration.kind == CITY_DAY


def _marked(query: Query, found: Occurrence, *, whole: bool) -> Markup:
    summary = query.speaker.text(found.commemoration.summary) if whole else ""
    return lines(bold(query.name(found.commemoration)), query.when(found), summary)


def _besides(query: Query, days: Span, marked: list[Occurrence]) -> Iterator[tuple[Entry, ...]]:
    """The items of the programmes of those days that belong to none of the days marked."""
    ids = {each.commemoration.id for each in marked}
    for programme in query.library.programmes.values():
        own = query.library.commemoration_of.get(programme.id)
        entries = tuple(each for each in _entries(programme) if on(each, days))
        if entries and not ids & {own, *programme.also}:
            yield entries


def _entries(programme: Programme) -> Iterator[Entry]:
    return (Entry(programme, item) for item in programme.items)


def _held(query: Query, entries: tuple[Entry, ...]) -> Markup:
    id_ = query.library.commemoration_of.get(entries[0].programme.id, "")
    event = query.library.commemorations.get(id_)
    head = heading(query, Chosen(event, None, entries[0].year, entries, ()))
    return lines(bold(head), *(title(query, each.item) for each in entries[:ITEMS]))


def _sources(entries: tuple[Entry, ...]) -> Iterator[Source]:
    return (source for each in entries for source in each.item.sources)


def elsewhen(query: Query) -> Told | None:
    """Where a place is named whose day is not then, and nothing is held there: what else of it is
    marked then, or when its day is.

    None where it is then or something is held, or where no place and days are named.
    """
    if query.period is None or query.named or not query.own:
        return None
    here = {place.id for place in query.places}
    marked = [e for e in query.marked_in(query.period) if here & {*e.commemoration.places}]
    own = any(each.commemoration in query.own for each in marked)
    if own or _is_held(query, query.period):
        return None
    if marked:
        shown = [_marked(query, each, whole=True) for each in marked]
        events = [each.commemoration for each in marked]
        return told(query, shown, (page for each in events for page in behind(each)), events)
    return _nothing_there(query, query.period)


def _nothing_there(query: Query, period: Span) -> Told:
    days = query.speaker.span(period.first, period.last)
    nothing = query.speaker.say(
        "{place}, {days}: nothing in my sources.", place=query.names(query.places), days=days
    )
    own = [_next(query, each) for event in query.own if (each := query.occurrence(event))]
    return told(query, [bold(nothing), *own], behind(query.own[0]), query.own)


def _is_held(query: Query, days: Span) -> bool:
    from_there = (p for p in query.library.programmes.values() if _there(query, p))
    return any(on(each, days) for programme in from_there for each in _entries(programme))


def _there(query: Query, programme: Programme) -> bool:
    return any(programme.place == place.id for place in query.places)


def _next(query: Query, found: Occurrence) -> Markup:
    return lines(bold(query.name(found.commemoration)), query.when(found))
