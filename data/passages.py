"""The statements of a Library, for finding what a question speaks of."""

from collections.abc import Iterable, Iterator

from data.library import Library
from data.model.commemorations import Commemoration
from data.model.places import Place
from data.model.programmes import Programme
from data.model.questions.passages import Passage


def of(library: Library) -> Iterator[Passage]:
    """Milestones, facts, figures, and the items of the programmes."""
    for milestone in library.milestones:
        subjects = frozenset({*milestone.places, *milestone.commemorations})
        yield Passage(
            "milestone", milestone.id, milestone.text, subjects, milestone.sources, milestone.date
        )
    for day in library.commemorations.values():
        yield from _day(day)
    for place in library.places.values():
        yield from _place(place)
    for programme in library.programmes.values():
        yield from _items(programme, library.commemoration_of.get(programme.id))


def _day(day: Commemoration) -> Iterator[Passage]:
    subjects = frozenset({day.id, *day.places})
    names = " ".join(day.names.values())
    for n, fact in enumerate(day.facts):
        yield Passage("fact", f"{day.id}/{n}", fact.text, subjects, fact.sources, names)
    for act in day.legal_basis:
        yield Passage("act", day.id, act.title, subjects, act.sources, act.date)


def _place(place: Place) -> Iterator[Passage]:
    subjects = frozenset({place.id})
    names = " ".join(place.names.values())
    for n, fact in enumerate(place.facts):
        yield Passage("fact", f"{place.id}/{n}", fact.text, subjects, fact.sources, names)
    for name, told in (("lost", place.lost), ("returned", place.returned)):
        if told:
            yield Passage(name, place.id, told.text, subjects, told.sources, names)
    if place.resettlement and place.resettlement.sources:
        told_ = place.resettlement
        yield Passage("resettlement", place.id, told_.text, subjects, told_.sources, names)
    for figure in place.area_km2.values if place.area_km2 else ():
        text = dict.fromkeys(place.names, f"{figure.value:g}")
        yield Passage("area", place.id, text, subjects, figure.sources, names)


def _items(programme: Programme, commemoration: str | None) -> Iterator[Passage]:
    subjects = frozenset(filter(None, (programme.place, commemoration, *programme.also)))
    for item in programme.items:
        others = [item.venue, item.organiser, item.note, *item.performers]
        more = " ".join(_words(others))
        id_ = f"{programme.id}/{item.id}"
        yield Passage("item", id_, item.title, subjects, item.sources, more)


def _words(texts: Iterable[object]) -> Iterator[str]:
    for text in texts:
        if isinstance(text, dict):
            yield from text.values()
