"""Several days at once: all of them, those of a month, neighbours, comparisons."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from data.model.commemorations import Commemoration
from data.model.days import marked_on, past
from data.model.texts import Source
from handlers.answers.calendar import on_date, when_is
from handlers.answers.telling import CITY_DAY, Query, Told, behind, of_year, told
from handlers.reply import bold, lines

SEASONS = {"spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11), "winter": (12, 1, 2)}
"""The months of each, by idea."""


def season(query: Query) -> tuple[int, ...]:
    """The months of the season that is spoken of."""
    return next((SEASONS[idea] for idea in sorted(query.ideas) if idea in SEASONS), ())


def list_all(query: Query) -> Told | None:
    """The City Days in the order of the year."""
    days = query.city_days()
    title = query.speaker.count("There is {n} City Day:", "There are {n} City Days:", len(days))
    entries = lines(*(query.line(each) for each in days))
    return told(query, [lines(bold(title), entries)], behind(days[0]), days)


def list_month(query: Query) -> Told | None:
    """Of the month that was said, else of the season."""
    month = query.question.said.month
    if month is None:
        return _of_season(query)
    found = _of_month(query, month)
    name = query.speaker.first_upper(query.speaker.month(month))
    if not found:
        nothing = query.speaker.say("{month}: there is no such day in my sources.", month=name)
        return told(query, [nothing], behind(query.city_days()[0]))
    entries = lines(bold(f"{name}:"), *(query.line(each) for each in found))
    return told(query, [entries], (source for each in found for source in behind(each)), found)


def _of_month(query: Query, month: int) -> list[Commemoration]:
    every = query.library.commemorations.values()
    found = sorted((each for each in every if each.date.month == month), key=of_year)
    if "cityday" in query.ideas:
        return [each for each in found if each.kind == CITY_DAY]
    return found


def _of_season(query: Query) -> Told | None:
    found = [event for month in season(query) for event in _of_month(query, month)]
    if not found:
        return None
    entries = lines(*(query.line(each) for each in found))
    return told(query, [entries], (source for each in found for source in behind(each)), found)


def count(query: Query) -> Told | None:
    speaker, said = query.speaker, query.question.said
    if query.period:
        days = [each for each in query.events if each.kind == CITY_DAY]
    elif query.day and said.day:
        marked = marked_on(query.library.commemorations.values(), query.day)
        days = [each.commemoration for each in marked if each.commemoration.kind == CITY_DAY]
    elif said.month:
        days = [each for each in query.city_days() if each.date.month == said.month]
    else:
        months = season(query) or range(1, 13)
        days = [each for each in query.city_days() if each.date.month in months]
    if not days:
        return on_date(query) if said.day else list_month(query)
    places = sum(len(each.places) for each in days)
    head = speaker.count("{n} City Day,", "{n} City Days,", len(days))
    head += " " + speaker.count("of {n} town:", "of {n} towns:", places)
    cited = (source for each in days[:1] for source in behind(each))
    return told(query, [lines(bold(head), *(query.line(each) for each in days))], cited, days)


def first_last(query: Query) -> Told | None:
    """The ends of the calendar year; “the latest” may also mean the one added last."""
    days = query.city_days()
    if any(each.date.month in season(query) for each in days):
        return _of_season(query)
    first, last = days[0], days[-1]
    chosen = first if "first" in query.ideas else last
    newest = max(days, key=lambda each: max(str(act.date) for act in each.legal_basis))
    shown = [chosen]
    say = query.speaker.say
    title = (
        say("The first City Day of the year: {day}.", day=query.line(first))
        if chosen is first
        else say("The last City Day of the year: {day}.", day=query.line(last))
    )
    more = ""
    if chosen is last:
        date = max(str(act.date) for act in newest.legal_basis)
        added = query.speaker.partial(date)
        more = say("Added to the list last, on {date}: {day}.", date=added, day=query.line(newest))
    else:
        more = _first_marked(query, days)
    return told(query, [bold(title), more], behind(chosen), shown)


def _first_marked(query: Query, days: list[Commemoration]) -> str:
    """The City Day whose programme is the oldest that the sources have."""
    held = [
        (programme.first, each)
        for each in days
        for year in query.library.years_with_programme(each.id)
        for programme in query.library.programmes_of(each.id, year)
        if programme.first and programme.place in each.places
    ]
    first, event = min(held, key=lambda each: each[0])
    return query.speaker.say(
        "The first one that was marked with a programme: {name}, {date}.",
        name=query.name(event),
        date=query.speaker.date(first),
    )


def after(query: Query) -> Told | None:
    """The neighbour in the calendar of the day that was named, or of the date; before today."""
    before = "before" in query.ideas and "after" not in query.ideas
    start = query.events[-1] if query.events else None
    if start is None:
        return _before_today(query) if before else None
    found = _neighbour(query, start, before=before)
    say = query.speaker.say
    title = (
        say("Before {name}: {day}.", name=query.name(start), day=query.line(found))
        if before
        else say("After {name}: {day}.", name=query.name(start), day=query.line(found))
    )
    occurrence = query.occurrence(found)
    when = query.when(occurrence) if occurrence else ""
    return told(query, [lines(bold(title), when)], behind(found), [found])


def _before_today(query: Query) -> Told | None:
    """The City Day that was celebrated last."""
    over = [(each, found) for each in query.city_days() if (found := past(each, query.today))]
    if not over:
        return None
    day, when = max(over, key=lambda each: each[1].first)
    return told(query, [lines(bold(query.line(day)), query.when(when))], behind(day), [day])


def _neighbour(query: Query, start: Commemoration, *, before: bool) -> Commemoration:
    """The City Day beside a City Day, or the commemoration beside another; round the year."""
    city = start.kind == CITY_DAY or "cityday" in query.ideas
    days = [
        each
        for each in query.library.commemorations.values()
        if each.date.day and (each.kind == CITY_DAY or not city)
    ]
    others = sorted((each for each in days if of_year(each) != of_year(start)), key=of_year)
    if before:
        earlier = [each for each in others if of_year(each) < of_year(start)]
        return (earlier or others)[-1]
    return next((each for each in others if of_year(each) > of_year(start)), others[0])


def shared(query: Query) -> Told | None:
    """Days of one date with the one that was named; else every date that towns have together."""
    speaker = query.speaker
    if query.events:
        dates = {of_year(each) for each in query.events}
    else:
        dates = {of_year(each) for each in query.city_days() if len(each.places) > 1}
    groups: dict[tuple[int, int], list[Commemoration]] = defaultdict(list)
    for each in query.library.commemorations.values():
        if of_year(each) in dates:
            groups[of_year(each)].append(each)
    found = [each for group in groups.values() for each in group]
    paragraphs = [
        lines(
            bold(speaker.first_upper(query.of_day(group[0])) + ":"),
            *(query.name(each) for each in group),
            _towns(query, group),
        )
        for group in groups.values()
    ]
    return told(query, paragraphs, (source for each in found for source in behind(each)), found)


def _towns(query: Query, group: list[Commemoration]) -> str:
    towns = [query.library.places[id_] for each in group for id_ in each.places]
    return query.names(towns) if len(towns) > 1 else ""


def compare(query: Query) -> Told | None:
    """In the order of the year, with the days between."""
    found = sorted(query.events, key=of_year)
    if len(found) < 2:
        return when_is(query)
    say = query.speaker.say
    title = say(
        "First comes {first}, then {second}.",
        first=query.name(found[0]),
        second=query.name(found[1]),
    )
    if of_year(found[0]) == of_year(found[1]):
        title = say("They are on the same day.")
    between = (_date(found[1]) - _date(found[0])).days
    days = query.speaker.count("{n} day lies between.", "{n} days lie between.", between)
    entries = lines(*(query.line(each) for each in found))
    return told(query, [bold(title), entries, days], _cited(found), found)


def _date(event: Commemoration) -> dt.date:
    return dt.date(2001, event.date.month, event.date.day or 1)


def _cited(events: Iterable[Commemoration]) -> Iterable[Source]:
    return (source for each in events for source in behind(each))
