"""The legal act behind a day, whether it is a day off, where a place is."""

import datetime as dt
from collections.abc import Iterable, Iterator

from markupsafe import Markup

from data.model.commemorations import Commemoration
from data.model.days import marked_on
from data.model.facts import LegalAct
from data.model.places import Place, Region
from data.model.texts import Source
from handlers.answers.telling import Query, Told, behind, told
from handlers.reply import bold, lines


def decree(query: Query) -> Told | None:
    """The acts of the days in question; without one, the acts that set up the City Days."""
    events = query.events[:2] or _all_city_days(query)
    acts = list(_acts(events))
    said = [_act(query, act) for act in acts]
    if "number" in query.ideas and any(act.number is None for act in acts):
        said.append(query.speaker.say("I know the number only where it is given here."))
    if query.events:
        said += [_observed(query, event) for event in events]
        said += [query.speaker.text(fact.text) for event in events for fact in event.facts[:1]]
    if not any(said):
        missing = query.speaker.say("The legal act is not in my sources.")
        said = [missing, *(query.speaker.text(event.summary) for event in events)]
    cited = [source for act in acts for source in act.sources]
    cited += [source for event in events for source in behind(event)] if not cited else []
    return told(query, said, cited, events)


def _all_city_days(query: Query) -> tuple[Commemoration, ...]:
    return tuple(query.city_days())


def _acts(events: Iterable[Commemoration]) -> Iterator[LegalAct]:
    seen = set()
    for event in events:
        for act in sorted(event.legal_basis, key=lambda each: str(each.date)):
            key = (act.date, act.act["en"])
            if key not in seen:
                seen.add(key)
                yield act


def _act(query: Query, act: LegalAct) -> Markup:
    speaker = query.speaker
    number = f" № {act.number}" if act.number else ""
    said = speaker.say(
        "<b>{act}{number}, {date}</b>: “{title}”.",
        act=speaker.text(act.act),
        number=number,
        date=speaker.partial(act.date),
        title=speaker.text(act.title),
    )
    return said


def _observed(query: Query, event: Commemoration) -> Markup:
    first = event.first_observed
    if first is None or not first.year:
        return Markup("")
    note = query.speaker.text(first.note) if first.note else ""
    return lines(query.speaker.say("First marked in {year}.", year=first.year), note)


def day_off(query: Query) -> Told | None:
    """By the law for the days in question; by the list of the year for a bare date."""
    events = query.events
    if not events:
        return _plain_day(query)
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


def _plain_day(query: Query) -> Told | None:
    day = query.day or query.today
    year = query.library.days_off.get(day.year)
    listed = [each for each in (year.days if year else ()) if day in each.dates]
    extra = year and day in (*year.extra.five_day_week, *year.extra.six_day_week)
    date = f"{query.speaker.date(day)}, {query.speaker.weekday(day)}"
    say = query.speaker.say
    if listed or extra:
        return told(query, [say("{date}: a non-working day.", date=date)], year.cited if year else ())
    said = say("{date}: no holiday in my sources.", date=date)
    return told(query, [said], year.cited if year else ())


def where_is(query: Query) -> Told | None:
    regions = [query.library.regions[each] for each in query.question.subjects.regions]
    if query.places or query.towns:
        said = [_where(query, place) for place in query.towns[:4]]
        cited = [s for p in query.towns[:4] for s in _where_sources(p)]
        return told(query, said, cited)
    if regions:
        said = [_region(query, region) for region in regions]
        return told(query, said, [s for region in regions for s in region.cited])
    return None


def _where(query: Query, place: Place) -> Markup:
    speaker = query.speaker
    name = speaker.text(place.names)
    if place.region is None:
        facts = [speaker.text(fact.text) for fact in place.facts[:1]]
        return lines(bold(name), *facts)
    region = query.library.regions[place.region.id]
    said = speaker.say(
        "{place}: {region} economic region.", place=name, region=speaker.text(region.names)
    )
    point = place.coordinates
    where = f"{point.lat:.2f}° N, {point.lon:.2f}° E" if point else ""
    return lines(bold(said), where)


def _where_sources(place: Place) -> tuple[Source, ...]:
    if place.region:
        return place.region.sources
    return place.facts[0].sources if place.facts else ()


def _region(query: Query, region: Region) -> Markup:
    speaker = query.speaker
    places = query.names(query.library.places[each] for each in region.places)
    title = speaker.say("{region} economic region: {places}.", region=speaker.text(region.names), places=places)
    return lines(bold(title), speaker.text(region.note) if region.note else "")


def is_marked(query: Query, day: dt.date) -> bool:
    return bool(marked_on(query.library.commemorations.values(), day))
