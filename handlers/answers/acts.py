"""Whether a day is a day off, where a place is."""

from markupsafe import Markup

from data.model.commemorations import Commemoration
from data.model.places import Place, Region
from data.model.texts import Source
from data.model.timeline import Holiday
from handlers.answers.telling import Query, Told, behind, told
from handlers.reply import bold, lines


def day_off(query: Query) -> Told | None:
    """By the law for the days in question; by the list of the year for a bare date."""
    events = query.events
    if not events:
        return _of_month(query) or _plain_day(query)
    said = [_off(query, event) for event in events[:4]]
    cited = [source for event in events[:4] for source in event.day_off.sources]
    return told(query, said, cited or behind(events[0]), events[:4])


def _off(query: Query, event: Commemoration) -> Markup:
    say, name = query.speaker.say, query.name(event)
    found = query.occurrence(event)
    date = query.speaker.span(found.first, found.last) if found else query.of_day(event)
    note = query.speaker.text(event.day_off.note) if event.day_off.note else ""
    if event.day_off.value is None:
        return lines(say("{name}: whether it is a day off is not in my sources.", name=name), note)
    if not event.day_off.value:
        return lines(bold(say("{name}, {date}: not a day off.", name=name, date=date)), note)
    days = (found.last - found.first).days + 1 if found else 1
    count = query.speaker.count("{n} day.", "{n} days.", days) if days > 1 else ""
    return lines(bold(say("{name}, {date}: a non-working day.", name=name, date=date)), count)


def _of_month(query: Query) -> Told | None:
    """The non-working days of the month that was said, in a year whose list is known."""
    said, lists = query.question.said, query.library.days_off
    if said.day or not said.month or not lists:
        return None
    year = lists.get(said.year or query.today.year) or lists[max(lists)]
    held = [each for each in year.days if any(day.month == said.month for day in each.dates)]
    head = query.speaker.first_upper(f"{query.speaker.month(said.month)} {year.year}")
    if not held:
        nothing = query.speaker.say("{month}: there is no such day in my sources.", month=head)
        return told(query, [nothing], year.cited)
    entries = (_holiday(query, each) for each in held)
    return told(query, [lines(bold(f"{head}:"), *entries)], year.cited)


def _holiday(query: Query, holiday: Holiday) -> Markup:
    event = query.library.commemorations.get(holiday.commemoration or "")
    name = query.name(event) if event else query.speaker.text(holiday.name or {})
    days = query.speaker.span(holiday.dates[0], holiday.dates[-1])
    return query.speaker.say("{day} – {name}", day=days, name=name)


def _plain_day(query: Query) -> Told | None:
    """A day that no commemoration falls on: other holidays, and the days that follow from them."""
    if query.question.subjects and query.day is None:
        return None
    day = query.day or query.today
    lists = query.library.days_off
    year = lists.get(day.year)
    off = {each for holiday in year.days for each in holiday.dates} if year else set()
    extra = {*year.extra.five_day_week, *year.extra.six_day_week} if year else set()
    date = f"{query.speaker.date(day)}, {query.speaker.weekday(day)}"
    if day in off | extra:
        said = query.speaker.say("{date}: a non-working day.", date=date)
    else:
        said = query.speaker.say("{date}: no holiday in my sources.", date=date)
    return told(query, [said], [page for each in lists.values() for page in each.cited])


def where_is(query: Query) -> Told | None:
    places = [place for place in query.towns if _where_sources(place)][:4]
    if places:
        said = [_where(query, place) for place in places]
        return told(query, said, [page for place in places for page in _where_sources(place)])
    regions = [query.library.regions[each] for each in query.question.subjects.regions]
    if not regions or query.towns:
        return None
    said = [_region(query, region) for region in regions]
    return told(query, said, [page for region in regions for page in region.cited])


def _where(query: Query, place: Place) -> Markup:
    speaker, point = query.speaker, place.coordinates
    name = speaker.text(place.names)
    where = f"{point.lat}, {point.lon}" if point else ""
    if place.region is None:
        facts = [speaker.text(fact.text) for fact in place.facts[:1]]
        return lines(bold(name), *facts, where)
    region = query.library.regions[place.region.id]
    said = speaker.say(
        "{place}: {region} economic region.", place=name, region=speaker.text(region.names)
    )
    return lines(bold(said), where)


def _where_sources(place: Place) -> tuple[Source, ...]:
    region = place.region.sources if place.region else ()
    facts = place.facts[0].sources if place.facts else ()
    return region or facts or (place.coordinates.sources if place.coordinates else ())


def _region(query: Query, region: Region) -> Markup:
    speaker = query.speaker
    places = query.names(query.library.places[each] for each in region.places)
    title = speaker.say(
        "{region} economic region: {places}.", region=speaker.text(region.names), places=places
    )
    return lines(bold(title), speaker.text(region.note) if region.note else "")
