"""How it came: loss and return, agreements, the war, what happened on a day."""

from collections.abc import Iterable, Iterator

from markupsafe import Markup

from data.model.places import Place
from data.model.questions.passages import Match
from data.model.texts import Source
from data.model.timeline import Milestone
from handlers.answers.telling import Query, Told, behind, told
from handlers.reply import bold, lines

STATEMENTS = ("milestone",)
EVERYTHING = ("milestone", "fact", "area", "resettlement", "lost", "returned", "act")
CLEAR = 5.0
"""Rarity of common words from which on a statement is what was asked for."""
STRONG = 8.0


def lost(query: Query) -> Told | None:
    towns = query.towns or _all(query, lambda place: place.lost is not None)
    known = [place for place in towns if place.lost]
    if not known:
        return _not_known(query, towns) if towns else None
    if len(known) > 3:
        return _in_order(query, known, lost_=True)
    return told(query, list(_losses(query, known)), _sources(known, lost_=True))


def _losses(query: Query, places: Iterable[Place]) -> Iterator[Markup]:
    for place in places:
        if place.lost:
            head = query.speaker.say(
                "{place}: lost on {date}.",
                place=query.speaker.text(place.names),
                date=query.speaker.partial(place.lost.date),
            )
            yield lines(bold(head), query.speaker.text(place.lost.text))


def returned(query: Query) -> Told | None:
    towns = query.towns or _all(query, lambda place: place.returned is not None)
    known = [place for place in towns if place.returned]
    if not known:
        return _not_known(query, towns) if towns else None
    if len(known) > 4:
        return _in_order(query, known, lost_=False)
    return told(query, list(_returns(query, known)), _sources(known, lost_=False))


def _returns(query: Query, places: Iterable[Place]) -> Iterator[Markup]:
    for place in places:
        if place.returned:
            back = place.returned
            district = "district" in query.ideas and back.district_date
            head = query.speaker.say(
                "{place}: under Azerbaijani control since {date}.",
                place=query.speaker.text(place.names),
                date=query.speaker.partial(district or back.date),
            )
            yield lines(bold(head), query.speaker.text(back.text))


def _not_known(query: Query, towns: Iterable[Place]) -> Told | None:
    """What else is said of the place where neither loss nor return has a date of its own."""
    found = [
        match
        for match in query.search(("milestone", "fact"))
        if match.passage.subjects & {place.id for place in towns}
    ]
    facts = [fact for place in towns for fact in place.facts[:1]]
    said = [*_passages(query, found[:1]), *(query.speaker.text(fact.text) for fact in facts)]
    cited = [source for fact in facts for source in fact.sources]
    return told(query, said, [*_cited(found[:1]), *cited]) if said else None


def _all(query: Query, holds: object) -> tuple[Place, ...]:
    places = query.library.places.values()
    return tuple(place for place in places if callable(holds) and holds(place))


def _sources(places: Iterable[Place], lost_: bool) -> Iterable[Source]:
    for place in places:
        turn = place.lost if lost_ else place.returned
        yield from turn.sources if turn else ()


def order(query: Query) -> Told | None:
    """One after the other, by loss or else by return."""
    lost_ = "lose" in query.ideas and "free" not in query.ideas
    turns = "lost" if lost_ else "returned"
    towns = query.places if len(query.places) > 1 else _towns_of_war(query, turns)
    known = [place for place in towns if getattr(place, turns)]
    return _in_order(query, known, lost_) if known else None


def _towns_of_war(query: Query, turns: str) -> tuple[Place, ...]:
    return _all(query, lambda place: bool(place.city_day) and getattr(place, turns) is not None)


def _in_order(query: Query, places: list[Place], lost_: bool) -> Told:
    dated = sorted(
        (turn.date, place)
        for place in places
        for turn in ((place.lost if lost_ else place.returned),)
        if turn
    ) if False else sorted(_dated(places, lost_), key=lambda each: each[0])
    first = dated[-1] if "last" in query.ideas and "first" not in query.ideas else dated[0]
    head = query.speaker.say(
        "{date} – {place}",
        date=query.speaker.partial(first[0]),
        place=query.speaker.text(first[1].names),
    )
    title = bold(
        query.speaker.say("Lost, in the order of the dates:")
        if lost_
        else query.speaker.say("Returned, in the order of the dates:")
    )
    rest = [
        query.speaker.say(
            "{date} – {place}",
            date=query.speaker.partial(date),
            place=query.speaker.text(place.names),
        )
        for date, place in dated
    ]
    return told(query, [bold(head), lines(title, *rest)], _sources(places, lost_))


def _dated(places: Iterable[Place], lost_: bool) -> Iterator[tuple[str, Place]]:
    for place in places:
        if lost_ and place.lost:
            yield place.lost.date, place
        if not lost_ and place.returned:
            yield place.returned.date, place
            if place.returned.district_date:
                yield place.returned.district_date, place


def how(query: Query) -> Told | None:
    known = [place for place in query.towns if place.returned]
    if not known:
        return returned(query)
    said = [
        lines(bold(_way(query, place)), query.speaker.text(place.returned.text))
        for place in known[:4]
        if place.returned
    ]
    return told(query, said, _sources(known[:4], lost_=False))


def _way(query: Query, place: Place) -> Markup:
    say, name = query.speaker.say, query.speaker.text(place.names)
    match place.returned.how if place.returned else "":
        case "military":
            return say("{place}: in fighting, during the 44-day war of 2020.", place=name)
        case "military_then_administrative":
            return say("{place}: after the operation of 19–20 September 2023.", place=name)
        case "handover_in_two_steps":
            return say("{place}: in two steps, under the trilateral statement.", place=name)
    return say("{place}: handed over without fighting, under the trilateral statement.", place=name)


def agreement(query: Query) -> Told | None:
    """The document that the words name, else the trilateral statement of 2020."""
    named = [match for match in query.search(STATEMENTS) if match.weight >= STRONG]
    milestones = [_milestone(query, match) for match in named[:1]]
    statement = next(each for each in query.library.milestones if each.id == "h-2020-11-10")
    shown = list(dict.fromkeys(each.id for each in (*milestones, statement) if each))
    every = {each.id: each for each in query.library.milestones}
    said = [_dated_line(query, every[id_]) for id_ in shown]
    towns = [place for place in query.places if place.returned][:2]
    cited = [source for id_ in shown for source in every[id_].sources]
    unsigned = ""
    if "sign" in query.ideas and "who" in query.ideas:
        unsigned = query.speaker.say("Who signed it is not in my sources.")
    return told(
        query,
        [unsigned, *said, *_returns(query, towns)],
        [*cited, *_sources(towns, lost_=False)],
    )


def _milestone(query: Query, match: Match) -> Milestone | None:
    return next((m for m in query.library.milestones if m.id == match.passage.id), None)


def _dated_line(query: Query, milestone: Milestone) -> Markup:
    speaker = query.speaker
    head = speaker.partial(milestone.date)
    if milestone.last:
        head = f"{head} – {speaker.partial(milestone.last)}"
    said = speaker.say("{day} – {name}", day=bold(head), name=speaker.text(milestone.text))
    side = milestone.attributed_to
    return lines(said, speaker.say("According to: {side}.", side=speaker.text(side)) if side else "")


def war(query: Query) -> Told | None:
    """From its first day to the statement that ended it."""
    every = {each.id: each for each in query.library.milestones}
    start, end, counted = (every[id_] for id_ in ("h-2020-09-27", "h-2020-11-10", "h-2020-11-10-2"))
    if query.question.said.year == 2023 or "operation" in query.question.words:
        start = every["h-2023-09-19"]
        return told(query, [_dated_line(query, start)], start.sources)
    head = query.speaker.say(
        "The war of 2020 lasted 44 days: from {first} to {last}.",
        first=query.speaker.partial(start.date),
        last=query.speaker.partial(end.date),
    )
    shown = [start, end, counted]
    cited = [source for each in shown for source in each.sources]
    return told(query, [bold(head), *(_dated_line(query, each) for each in shown)], cited)


def settlements(query: Query) -> Told | None:
    """Every figure with what it counts."""
    places = [place for place in query.towns if place.settlements][:3]
    if "war" in query.ideas and not query.places:
        return war(query)
    if not places:
        return fact(query)
    said = [
        lines(
            bold(query.speaker.text(place.names)),
            *(
                query.speaker.say(
                    "{value} – {scope}",
                    value=query.speaker.text(each.value),
                    scope=query.speaker.text(each.scope),
                )
                for each in place.settlements.values
            ),
        )
        for place in places
        if place.settlements
    ]
    back = [place for place in places if place.returned and "free" in query.ideas]
    cited = [s for p in places if p.settlements for each in p.settlements.values for s in each.sources]
    return told(query, [*said, *_returns(query, back)], cited)


def history_on_date(query: Query) -> Told | None:
    said = query.question.said
    if said.year is None:
        return None
    prefix = f"{said.year}" + (f"-{said.month:02}" if said.month else "")
    prefix += f"-{said.day:02}" if said.day and said.month else ""
    found = [each for each in query.library.milestones if _falls(each, prefix)]
    if not found:
        return None
    cited = [source for each in found[:6] for source in each.sources]
    events = [id_ for each in found[:6] for id_ in each.commemorations]
    return told(
        query,
        [_dated_line(query, each) for each in found[:6]],
        cited,
        [query.library.commemorations[id_] for id_ in dict.fromkeys(events)],
    )


def _falls(milestone: Milestone, prefix: str) -> bool:
    last = milestone.last or milestone.date
    return milestone.date.startswith(prefix) or milestone.date <= prefix <= last


MEANT = {
    "airport": "airport opened",
    "altitude": "above sea level",
    "casualty": "killed dead civilians",
    "founded": "founded created",
    "oldname": "renamed founded",
    "resolution": "resolution council",
}
"""Words of the content for what people call otherwise, by idea."""


def fact(query: Query) -> Told | None:
    """The statements that share the rare words of the question."""
    more = " ".join(MEANT[idea] for idea in sorted(query.ideas) if idea in MEANT)
    found = [each for each in query.search(EVERYTHING, 4, more) if each.weight >= CLEAR]
    if not found:
        return None
    best = [each for each in found if each.weight >= 0.7 * found[0].weight][:2]
    return told(query, _passages(query, best), _cited(best))


def _passages(query: Query, found: Iterable[Match]) -> list[str]:
    every = {each.id: each for each in query.library.milestones}
    return [
        _dated_line(query, every[match.passage.id])
        if match.passage.kind == "milestone"
        else _stated(query, match)
        for match in found
    ]


def _stated(query: Query, match: Match) -> str:
    text = query.speaker.text(match.passage.text)
    if match.passage.kind != "area":
        return text
    place = query.library.places[match.passage.id]
    return query.speaker.say("{place}: {n} km²", place=query.speaker.text(place.names), n=text)


def _cited(found: Iterable[Match]) -> list[Source]:
    return [source for match in found for source in match.passage.sources]


def area(query: Query) -> Told | None:
    places = [place for place in query.towns if place.area_km2 and place.area_km2.values]
    if not places:
        return fact(query)
    said = [
        lines(
            *(
                query.speaker.say(
                    "{place}: {n} km²", place=query.speaker.text(place.names), n=f"{figure.value:g}"
                )
                for figure in (place.area_km2.values if place.area_km2 else ())
            )
        )
        for place in places
    ]
    cited = [s for p in places if p.area_km2 for f in p.area_km2.values for s in f.sources]
    return told(query, said, cited)


def resettlement(query: Query) -> Told | None:
    places = [place for place in query.towns if place.resettlement]
    if not places:
        return fact(query)
    said = [
        lines(bold(query.speaker.text(place.names)), query.speaker.text(place.resettlement.text))
        for place in places[:3]
        if place.resettlement
    ]
    cited = [s for p in places[:3] if p.resettlement for s in p.resettlement.sources]
    return told(query, said, cited)


def why(query: Query) -> Told | None:
    """What the day recalls, and the facts beside it."""
    events = query.events[:3]
    if not events:
        return None
    said = [
        lines(
            bold(query.line(event)),
            query.speaker.text(event.summary),
            *(query.speaker.text(each.text) for each in event.facts[:2]),
        )
        for event in events
    ]
    cited = [
        source
        for event in events
        for source in (*behind(event), *(s for each in event.facts[:2] for s in each.sources))
    ]
    return told(query, said, cited, events)
