"""What happened: agreements, the war, a day in history, figures, and why a day is marked."""

from markupsafe import Markup

from data.model.letters import tokens
from data.model.places import Place
from data.model.questions.passages import MEANT, stems
from data.model.timeline import Milestone
from handlers.answers.returns import returns, turns
from handlers.answers.statements import cited, dated, milestone, passages
from handlers.answers.telling import Query, Told, behind, told
from handlers.reply import bold, lines

STATEMENTS = ("milestone",)
EVERYTHING = ("milestone", "fact", "area", "resettlement", "lost", "returned", "act")
CLEAR = 5.0
"""Rarity of common words from which on a statement is what was asked for."""
MEANT_CLEAR = 3.5
"""The same where a clue says which words of the content are meant."""
STRONG = 8.0
CEASEFIRE = frozenset({"h-1994-05-05", "h-1994-05-12"})


def agreement(query: Query) -> Told | None:
    """The document that the words name, else the trilateral statement of 2020."""
    named = [match for match in query.search(STATEMENTS) if match.weight >= STRONG]
    milestones = [milestone(query, match) for match in named[:1]]
    statement = next(each for each in query.library.milestones if each.id == "h-2020-11-10")
    shown = list(dict.fromkeys(each.id for each in (*milestones, statement) if each))
    every = {each.id: each for each in query.library.milestones}
    said = [dated(query, every[id_]) for id_ in shown]
    towns = [place for place in query.places if place.returned][:2]
    pages = [source for id_ in shown for source in every[id_].sources]
    unsigned = ""
    if "sign" in query.ideas and "who" in query.ideas:
        unsigned = query.speaker.say("Who signed it is not in my sources.")
    return told(
        query,
        [unsigned, *said, *returns(query, towns)],
        [*pages, *turns(towns, lost_=False)],
    )


def war(query: Query) -> Told | None:
    """From its first day to the statement that ended it."""
    every = {each.id: each for each in query.library.milestones}
    start, end, counted = (
        every[id_] for id_ in ("h-2020-09-27", "h-2020-11-10", "h-2020-11-10-2")
    )
    if "firstwar" in query.ideas:
        return _first_war(query)
    if query.question.said.year == 2023 or "operation" in query.ideas:
        start = every["h-2023-09-19"]
        return told(query, [dated(query, start)], start.sources)
    head = query.speaker.say(
        "The war of 2020 lasted 44 days: from {first} to {last}.",
        first=query.speaker.partial(start.date),
        last=query.speaker.partial(end.date),
    )
    shown = [start, end, counted]
    pages = [source for each in shown for source in each.sources]
    return told(query, [bold(head), *(dated(query, each) for each in shown)], pages)


def _first_war(query: Query) -> Told:
    """How it ended, which is all that is known of it as a whole."""
    known = query.speaker.say(
        "Of the first war my sources tell how it ended, not when it began as a whole."
    )
    shown = [each for each in query.library.milestones if each.id in CEASEFIRE]
    pages = [source for each in shown for source in each.sources]
    return told(query, [known, *(dated(query, each) for each in shown)], pages)


def settlements(query: Query) -> Told | None:
    """Every figure with what it counts."""
    places = [place for place in query.towns if place.settlements][:3]
    if "war" in query.ideas and not query.places:
        return war(query)
    if not places:
        return fact(query)
    said = [_figures(query, place) for place in places]
    back = [place for place in places if place.returned and "free" in query.ideas]
    pages = [
        s for p in places if p.settlements for each in p.settlements.values for s in each.sources
    ]
    return told(query, [*said, *returns(query, back)], pages)


def _figures(query: Query, place: Place) -> Markup:
    speaker = query.speaker
    figures = [
        speaker.say(
            "{value} – {scope}", value=speaker.text(each.value), scope=speaker.text(each.scope)
        )
        for each in (place.settlements.values if place.settlements else ())
    ]
    return lines(bold(speaker.text(place.names)), *figures)


def history_on_date(query: Query) -> Told | None:
    said = query.question.said
    if said.year is None:
        return None
    prefix = f"{said.year}" + (f"-{said.month:02}" if said.month else "")
    prefix += f"-{said.day:02}" if said.day and said.month else ""
    found = [each for each in query.library.milestones if falls(each, prefix)]
    found = found or [each for each in query.library.milestones if falls(each, prefix[:7])]
    if not found:
        return None
    pages = [source for each in found[:6] for source in each.sources]
    events = [id_ for each in found[:6] for id_ in each.commemorations]
    return told(
        query,
        [dated(query, each) for each in found[:6]],
        pages,
        [query.library.commemorations[id_] for id_ in dict.fromkeys(events)],
    )


def falls(milestone: Milestone, prefix: str) -> bool:
    """Whether it was on the day, in the month or the year that ``prefix`` is."""
    last = milestone.last or milestone.date
    return milestone.date.startswith(prefix) or milestone.date <= prefix <= last


def fact(query: Query) -> Told | None:
    """The statements that share the rare words of the question."""
    more = " ".join(MEANT[idea] for idea in sorted(query.ideas) if idea in MEANT)
    clear = MEANT_CLEAR if more else CLEAR
    found = [each for each in query.search(EVERYTHING, 4, more) if each.weight >= clear]
    meant = stems(tokens(more))
    found = [each for each in found if not meant or meant & each.stems]
    if not found:
        return None
    best = [each for each in found if each.weight >= 0.7 * found[0].weight][:2]
    return told(query, passages(query, best), cited(best))


def area(query: Query) -> Told | None:
    places = [place for place in query.towns if place.area_km2 and place.area_km2.values]
    if not places:
        return fact(query)
    said = [
        lines(
            *(
                query.speaker.say(
                    "{place}: {n} km²",
                    place=query.speaker.text(place.names),
                    n=f"{figure.value:g}",
                )
                for figure in (place.area_km2.values if place.area_km2 else ())
            )
        )
        for place in places
    ]
    pages = [s for p in places if p.area_km2 for f in p.area_km2.values for s in f.sources]
    return told(query, said, pages)


def resettlement(query: Query) -> Told | None:
    places = [place for place in query.towns if place.resettlement]
    if not places:
        return fact(query)
    said = [
        lines(bold(query.speaker.text(place.names)), query.speaker.text(place.resettlement.text))
        for place in places[:3]
        if place.resettlement
    ]
    pages = [s for p in places[:3] if p.resettlement for s in p.resettlement.sources]
    pages = pages or list(turns(places[:3], lost_=False))  # where no source tells of it
    return told(query, said, pages)


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
    pages = [
        source
        for event in events
        for source in (*behind(event), *(s for each in event.facts[:2] for s in each.sources))
    ]
    return told(query, said, pages, events)
