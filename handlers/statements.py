"""How facts are told wherever they stand: with their sources, and all sides of a dispute."""

import datetime as dt
from collections.abc import Iterable, Mapping

from markupsafe import Markup

from data.model.commemorations import Commemoration
from data.model.facts import Conflict, Fact, LegalAct
from data.model.places import Place
from data.model.texts import Source
from data.model.timeline import Milestone
from handlers.cards import sources
from handlers.publishers import cited
from handlers.reply import lines
from locales import Speaker


def told(speaker: Speaker, text: str, given: tuple[Source, ...]) -> Markup:
    """The text and, below it, where it stands."""
    return lines(text, Markup("<i>{}</i>").format(sources(speaker, given)))


def act(speaker: Speaker, act: LegalAct) -> Markup:
    """Which order or law, its number and day, its title."""
    number = f" № {act.number}" if act.number else ""
    said = speaker.say(
        "<b>Legal act:</b> {act}{number}, {date}: <i>{title}</i>",
        act=speaker.text(act.act),
        number=number,
        date=speaker.partial(act.date),
        title=speaker.text(act.title),
    )
    return told(speaker, said, act.sources)


def milestone(speaker: Speaker, entry: Milestone) -> Markup:
    """``10 November 2020 – The trilateral statement …``, and what sources dispute about it."""
    date = _dates(speaker, entry.date, entry.last or entry.date)
    said = speaker.say("<b>{date}</b> – {text}", date=date, text=speaker.text(entry.text))
    attributed = lines(said, _side(speaker, entry.attributed_to))
    disputes = (conflict(speaker, each) for each in entry.conflicts)
    return lines(told(speaker, attributed, entry.sources), *disputes)


def fact(speaker: Speaker, fact: Fact) -> Markup:
    """One statement, attributed where it is contested."""
    attributed = lines(speaker.text(fact.text), _side(speaker, fact.attributed_to))
    return told(speaker, attributed, fact.sources)


def conflict(speaker: Speaker, conflict: Conflict) -> Markup:
    """All sides, each with its source."""
    said = []
    for claim in conflict.values:
        pages = Markup(", ").join(cited(speaker, each) for each in claim.sources[:2])
        note = f" – {speaker.text(claim.note)}" if claim.note else ""
        said.append(Markup("• {}{} ({})").format(speaker.text(claim.value), note, pages))
    title = speaker.say("Sources differ – {about}:", about=speaker.text(conflict.about))
    return lines(title, *said, speaker.text(conflict.note) if conflict.note else "")


def first_observed(speaker: Speaker, day: Commemoration) -> Iterable[Markup]:
    """The first year of a day, where a source tells it."""
    first = day.first_observed
    if first and first.year:
        said = speaker.say("First marked in {year}.", year=first.year)
        note = speaker.text(first.note) if first.note else ""
        yield told(speaker, lines(said, note), first.sources)


def place(speaker: Speaker, place: Place) -> Iterable[Markup]:
    """What is known of a place beside its loss and return."""
    if place.resettlement:
        text = speaker.text(place.resettlement.text)
        yield told(speaker, text, place.resettlement.sources)
    yield from _figures(speaker, place)
    for old in place.historic_names:
        said = speaker.say("Former name: {name}.", name=speaker.text(old.name))
        yield told(speaker, said, old.sources)
    for each in place.facts:
        yield fact(speaker, each)
    for dispute in place.conflicts:
        yield conflict(speaker, dispute)


def _figures(speaker: Speaker, place: Place) -> Iterable[Markup]:
    # not “count”: the extraction of texts would take the name for that of the function
    for figure in place.settlements.values if place.settlements else ():
        said = speaker.say(
            "Settlements: {value} – {scope}.",
            value=speaker.text(figure.value),
            scope=speaker.text(figure.scope),
        )
        yield told(speaker, said, figure.sources)
    for area in place.area_km2.values if place.area_km2 else ():
        note = speaker.text(area.note) if area.note else ""
        said = speaker.say("Area: {n} km².", n=f"{area.value:g}")
        yield told(speaker, lines(said, note), area.sources)


def _dates(speaker: Speaker, first: str, last: str) -> str:
    """``19–20 September 2023``; a dash between those of which only the month or year is known."""
    if len(first) == len(last) == 10:  # both name a day, 2023-09-19
        return speaker.span(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    return " – ".join(speaker.partial(each) for each in dict.fromkeys((first, last)))


def _side(speaker: Speaker, side: Mapping[str, str] | None) -> Markup:
    return speaker.say("According to: {side}.", side=speaker.text(side)) if side else Markup("")
