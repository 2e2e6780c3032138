"""Loss and return of the towns: when, how, in which order."""

from collections.abc import Callable, Iterable, Iterator

from markupsafe import Markup

from data.model.places import Place
from data.model.texts import Source
from handlers.answers.statements import cited, passages
from handlers.answers.telling import Query, Told, told
from handlers.reply import bold, lines


def lost(query: Query) -> Told | None:
    towns = query.towns or _all(query, lambda place: place.lost is not None)
    known = [place for place in towns if place.lost]
    if not known:
        return _not_known(query, towns) if towns else None
    if len(known) > 3:
        return _in_order(query, known, lost_=True)
    return told(query, list(_losses(query, known)), turns(known, lost_=True))


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
    return told(query, list(returns(query, known)), turns(known, lost_=False))


def returns(query: Query, places: Iterable[Place]) -> Iterator[Markup]:
    """When each place came back, and how, in the words of the content."""
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
    said = [*passages(query, found[:1]), *(query.speaker.text(fact.text) for fact in facts)]
    behind = [source for fact in facts for source in fact.sources]
    return told(query, said, [*cited(found[:1]), *behind]) if said else None


def _all(query: Query, holds: Callable[[Place], bool]) -> tuple[Place, ...]:
    places = query.library.places.values()
    return tuple(place for place in places if holds(place))


def turns(places: Iterable[Place], *, lost_: bool) -> Iterable[Source]:
    """The sources of the loss or of the return of each place."""
    for place in places:
        turn = place.lost if lost_ else place.returned
        yield from turn.sources if turn else ()


def order(query: Query) -> Told | None:
    """One after the other, by loss or else by return."""
    lost_ = "lose" in query.ideas and "free" not in query.ideas
    turn = "lost" if lost_ else "returned"
    towns = query.places if len(query.places) > 1 else _towns_of_war(query, turn)
    known = [place for place in towns if getattr(place, turn)]
    return _in_order(query, known, lost_=lost_) if known else None


def _towns_of_war(query: Query, turn: str) -> tuple[Place, ...]:
    return _all(query, lambda place: bool(place.city_day) and getattr(place, turn) is not None)


def _in_order(query: Query, places: list[Place], *, lost_: bool) -> Told:
    dated = sorted(_dated(places, lost_=lost_), key=lambda each: each[0])
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
    return told(query, [bold(head), lines(title, *rest)], turns(places, lost_=lost_))


def _dated(places: Iterable[Place], *, lost_: bool) -> Iterator[tuple[str, Place]]:
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
    return told(query, said, turns(known[:4], lost_=False))


def _way(query: Query, place: Place) -> Markup:
    say, name = query.speaker.say, query.speaker.text(place.names)
    match place.returned.how if place.returned else "":
        case "military":
            return say("{place}: in fighting, during the 44-day war of 2020.", place=name)
        case "military_then_administrative":
            return say("{place}: after the operation of 19–20 September 2023.", place=name)
        case "handover_in_two_steps":
            return say("{place}: in two steps, under the trilateral statement.", place=name)
    return say(
        "{place}: handed over without fighting, under the trilateral statement.", place=name
    )
