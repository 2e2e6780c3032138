"""When a day is: dates, weekdays, days left, anniversaries."""

import datetime as dt

from markupsafe import Markup

from data.model.commemorations import Commemoration
from data.model.days import Occurrence, coming, marked_on, occurrence, upcoming
from data.model.timeline import Milestone
from handlers.answers.chronicle import history_on_date
from handlers.answers.telling import CITY_DAY, Query, Told, behind, told
from handlers.cards import countdown
from handlers.reply import bold, lines
from locales.ordinals import ordinal

ASKING = frozenset(
    {"any", "celebrate", "cityday", "day", "happened", "holiday", "programme", "what", "when"}
)
"""Ideas by which a date is asked about."""
SEVERAL = 4
"""Days that one answer tells of when several were named."""


def when_is(query: Query) -> Told | None:
    events = (query.named or query.own or query.events)[:SEVERAL]
    if not events:
        return None
    paragraphs = [lines(_is_on(query, event), _next(query, event)) for event in events]
    if len(events) == 1:
        paragraphs.append(Markup("{}").format(query.speaker.text(events[0].summary)))
    return told(query, paragraphs, (each for event in events for each in behind(event)), events)


def _is_on(query: Query, event: Commemoration) -> Markup:
    say, date = query.speaker.say, event.date
    if date.rule == "fixed":
        return bold(say("{name} is on {day}.", name=query.name(event), day=query.of_day(event)))
    if found := query.occurrence(event):
        span = query.speaker.span(found.first, found.last)
        return bold(say("{name} is on {day}.", name=query.name(event), day=span))
    unset = say("Its dates of {year} are not in my sources.", year=_year(query))
    month = say("{name}: usually in {month}.", name=query.name(event), month=query.of_day(event))
    rule = query.speaker.text(date.rule_text) if date.rule_text else ""
    return lines(bold(month), rule, unset, _known(query, event))


def _next(query: Query, event: Commemoration) -> Markup:
    if event.date.rule != "fixed" and not query.occurrence(event):
        return Markup("")
    found = query.occurrence(event)
    if found and found.first != found.last:
        return _begins(query, found)
    return query.when(found) if found else Markup("")


def _begins(query: Query, found: Occurrence) -> Markup:
    """The first of several days; the span was told before."""
    return query.speaker.say(
        "First day: {date}, {weekday} ({countdown}).",
        date=query.speaker.date(found.first),
        weekday=query.speaker.weekday(found.first),
        countdown=countdown(query.speaker, found, query.today),
    )


def _known(query: Query, event: Commemoration) -> Markup:
    spans = sorted(event.date.known.items())[-3:]
    said = "; ".join(query.speaker.span(span.first, span.last) for _, span in spans)
    return query.speaker.say("Known: {dates}.", dates=said) if spans else Markup("")


def _year(query: Query) -> int:
    return query.question.said.year or query.today.year


def on_date(query: Query) -> Told | None:
    """All that is marked on the day that was said; today where none was."""
    day = query.day or query.today
    speaker = query.speaker
    marked, date = marked_on(query.library.commemorations.values(), day), speaker.day(day)
    if query.question.relative or query.question.said.year:
        date = speaker.date(day)
    history = _history(query)
    if not marked and history:
        return history
    if not marked and not _is_asked(query):
        return None  # a bare date of some other country
    if not marked:
        nothing = speaker.say("No commemoration that I know falls on {day}.", day=date)
        return with_next(query, nothing)
    events = [each.commemoration for each in marked]
    title = speaker.say("{day}: {names}.", day=date, names="; ".join(map(query.name, events)))
    about: list[str] = [speaker.text(each.summary) for each in events[:3]]
    cited = [source for each in events for source in behind(each)]
    if history:
        about, cited = list(history.paragraphs), [*history.sources, *cited]
    return told(query, [bold(title), *about], cited, events)


def _is_asked(query: Query) -> bool:
    question = query.question
    return bool(ASKING & query.ideas) or question.relative or "?" in question.text


def _history(query: Query) -> Told | None:
    """What happened on the day of the year that was said."""
    past = query.question.said.year is not None and not query.question.relative
    return history_on_date(query) if past else None


def with_next(query: Query, nothing: Markup) -> Told:
    following = upcoming(query.library.commemorations.values(), query.today)[0]
    after = query.speaker.say(
        "Next: {name}, {when}.",
        name=query.name(following.commemoration),
        when=query.when(following),
    )
    return told(
        query, [nothing, after], behind(following.commemoration), [following.commemoration]
    )


def next_event(query: Query) -> Told | None:
    """The first one after today; the first City Day beside it where that is another day."""
    every = list(query.library.commemorations.values())
    city = [each for each in every if each.kind == CITY_DAY]
    comings = _after_today(query, city if "cityday" in query.ideas else every)
    towns = _after_today(query, city)
    first = [each for each in comings if each.first == comings[0].first]
    shown = first + [each for each in towns[:1] if each.first != comings[0].first]
    told_ = [
        query.speaker.say(
            "Next: {name}, {when}.", name=query.name(each.commemoration), when=query.when(each)
        )
        for each in shown
    ]
    events = [each.commemoration for each in shown]
    return told(query, told_, behind(events[0]), events)


def _after_today(query: Query, events: list[Commemoration]) -> list[Occurrence]:
    tomorrow = query.today + dt.timedelta(days=1)
    return [each for each in upcoming(events, tomorrow) if each.first > query.today]


def days_left(query: Query) -> Told | None:
    if not query.events:
        return next_event(query)
    found = [each for event in query.events if (each := coming(event, query.today))]
    if not found:
        return when_is(query)
    told_ = [lines(bold(_left(query, each)), query.when(each)) for each in found[:SEVERAL]]
    cited = (source for each in found for source in behind(each.commemoration))
    return told(query, told_, cited, [each.commemoration for each in found])


def _left(query: Query, found: Occurrence) -> Markup:
    name, days = query.name(found.commemoration), found.days_until(query.today)
    if days == 0:
        return query.speaker.say("{name} is today.", name=name)
    return query.speaker.count(
        "{n} day left until: {name}.", "{n} days left until: {name}.", days, name=name
    )


def weekday(query: Query) -> Told | None:
    year, speaker = _year(query), query.speaker
    events = query.named or (() if query.day and not query.places else query.events)
    found = [each for event in events if (each := occurrence(event, year))]
    days = [(query.name(each.commemoration), each.first) for each in found]
    if not found and query.day:
        days = [("", query.day)]
    said = [
        bold(f"{speaker.date(day)}, {speaker.weekday(day)}{f' – {name}' if name else ''}")
        for name, day in days
    ]
    cited = (source for each in found for source in behind(each.commemoration))
    return (
        told(query, [lines(*said)], cited, [each.commemoration for each in found])
        if said
        else None
    )


def anniversary(query: Query) -> Told | None:
    """Counted from the milestone that the day recalls, or from the return of the place."""
    found = [(event, since) for event in query.events if (since := origin(query, event))]
    year = _year(query)
    if any(year <= int(since.date[:4]) for _, since in found):
        year = query.today.year  # the year that was said is the one to count from
    if not found:
        return when_is(query)
    said = [_years(query, event, since, year) for event, since in found]
    since_ = [_since(query, since) for _, since in found]
    cited = (source for _, since in found for source in since.sources)
    return told(query, [lines(*said), *since_], cited, [event for event, _ in found])


def _years(query: Query, event: Commemoration, since: Milestone, year: int) -> Markup:
    speaker, n = query.speaker, year - int(since.date[:4])
    years = speaker.count(
        "{n} year in {year}: {name}.",
        "{n} years in {year}: {name}.",
        n,
        year=year,
        name=query.name(event),
    )
    return lines(
        bold(years), speaker.say("The {nth} anniversary.", nth=ordinal(n, speaker.language))
    )


def _since(query: Query, milestone: Milestone) -> Markup:
    speaker = query.speaker
    date = speaker.partial(milestone.date)
    return speaker.say("{day} – {name}", day=date, name=speaker.text(milestone.text))


def origin(query: Query, event: Commemoration) -> Milestone | None:
    """The first milestone on the very day of the year."""
    day = f"-{event.date.month:02}-{event.date.day:02}" if event.date.day else "?"
    return next(
        (
            each
            for each in query.library.milestones_of(event.id)
            if (each.last or each.date).endswith(day) and each.category != "law"
        ),
        None,
    )
