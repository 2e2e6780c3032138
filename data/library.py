"""Everything that is known, in memory and immutable: what every feature reads."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

from data import names
from data.model import dates
from data.model.commemorations import Commemoration
from data.model.dates import Said
from data.model.documents import Document
from data.model.gazetteer import Gazetteer, Named
from data.model.letters import tokens
from data.model.places import Place, Region
from data.model.programmes import Programme
from data.model.timeline import DaysOff, Milestone, Timeline
from data.words import vocabulary

T = TypeVar("T")

SHORT = 64
"""Letters of a text that is worth remembering."""


@dataclass(frozen=True)
class Library:
    """One version of the content. The mappings are by id, ``days_off`` by year; milestones stand
    in the order of their dates."""

    version: int
    published: dt.datetime
    commemorations: Mapping[str, Commemoration]
    places: Mapping[str, Place]
    regions: Mapping[str, Region]
    milestones: tuple[Milestone, ...]
    days_off: Mapping[int, DaysOff]
    source_count: int
    """How many different pages are cited."""

    @classmethod
    def build(
        cls, version: int, published: dt.datetime, documents: Iterable[Document]
    ) -> "Library":
        """From the documents of a version, whose order the mappings keep."""
        every = tuple(documents)
        timelines = [each for each in every if isinstance(each, Timeline)]
        milestones = [milestone for each in timelines for milestone in each.milestones]
        return cls(
            version,
            published,
            commemorations={each.id: each for each in every if isinstance(each, Commemoration)},
            places={each.id: each for each in every if isinstance(each, Place)},
            regions={each.id: each for each in every if isinstance(each, Region)},
            milestones=tuple(sorted(milestones, key=lambda each: each.date)),
            days_off={each.year: each for each in every if isinstance(each, DaysOff)},
            source_count=len({page.url for each in every for page in each.sources.values()}),
        )

    @cached_property
    def programmes(self) -> Mapping[str, Programme]:
        return {programme.id: programme for each in self._holders for programme in each.programmes}

    @cached_property
    def commemoration_of(self) -> Mapping[str, str]:
        """Whose programme it is, by its id; those of a place that no day claims are absent."""
        own = {
            programme.id: each.id
            for each in self.commemorations.values()
            for programme in each.programmes
        }
        also = {each.id: each.also[0] for each in self.programmes.values() if each.also}
        return {**also, **own}

    @cached_property
    def holder_of(self) -> Mapping[str, str]:
        """Whose programme it is, by its id: that of a commemoration, or of a place on a day that
        no commemoration marks."""
        return {programme.id: each.id for each in self._holders for programme in each.programmes}

    @property
    def _holders(self) -> tuple[Commemoration | Place, ...]:
        return (*self.commemorations.values(), *self.places.values())

    def programmes_of(self, id_: str, year: int | None) -> tuple[Programme, ...]:
        """Of a commemoration, or of a place beside those of its commemorations; in the order of
        their days; those without a year for None."""
        return self._by_year.get(id_, {}).get(year, ())

    def years_with_programme(self, commemoration_id: str) -> tuple[int | None, ...]:
        """Ascending; first of all None where a programme has no year."""
        return self._years.get(commemoration_id, ())

    @cached_property
    def _years(self) -> Mapping[str, tuple[int | None, ...]]:
        return {
            id_: tuple(sorted(years, key=lambda year: year or 0))
            for id_, years in self._by_year.items()
        }

    def milestones_of(self, id_: str) -> tuple[Milestone, ...]:
        """Of a place or a commemoration, in the order of their dates."""
        return self._milestones_by_subject.get(id_, ())

    def commemorations_of(self, place_id: str) -> tuple[Commemoration, ...]:
        """That are marked in the place, its City Day first."""
        place = self.places.get(place_id)
        city_day = place.city_day if place else None
        found = self._commemorations_by_place.get(place_id, ())
        return tuple(sorted(found, key=lambda each: each.id != city_day))

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Finds what a person's words name."""
        every = (
            *names.of_commemorations(self.commemorations),
            *names.of_places(self.places),
            *names.of_regions(self.regions),
            *names.in_words(vocabulary().names, self.commemorations),
        )
        return Gazetteer(every, vocabulary())

    def named_in(self, text: str, today: dt.date) -> tuple[Said, tuple[Named, ...]]:
        """The date that a person's words say, and the names that are in them."""
        return (self._seen if len(text) <= SHORT else self._read)(text, today)

    @cached_property
    def _seen(self) -> Callable[[str, dt.date], tuple[Said, tuple[Named, ...]]]:
        """What many people ask is read once."""
        return lru_cache(512)(self._read)

    def _read(self, text: str, today: dt.date) -> tuple[Said, tuple[Named, ...]]:
        named = self.gazetteer.find(tokens(text))
        return dates.read(text, vocabulary(), today), tuple(named)

    @cached_property
    def _by_year(self) -> Mapping[str, Mapping[int | None, tuple[Programme, ...]]]:
        found: dict[str, dict[int | None, tuple[Programme, ...]]] = defaultdict(dict)
        for each in sorted(self.programmes.values(), key=lambda each: each.first or dt.date.max):
            for id_ in dict.fromkeys([self.holder_of[each.id], *each.also]):
                found[id_][each.year] = (*found[id_].get(each.year, ()), each)
        return found

    @cached_property
    def _milestones_by_subject(self) -> Mapping[str, tuple[Milestone, ...]]:
        return _grouped(
            (id_, each) for each in self.milestones for id_ in (*each.places, *each.commemorations)
        )

    @cached_property
    def _commemorations_by_place(self) -> Mapping[str, tuple[Commemoration, ...]]:
        return _grouped(
            (id_, each) for each in self.commemorations.values() for id_ in each.places
        )


def _grouped(pairs: Iterable[tuple[str, T]]) -> Mapping[str, tuple[T, ...]]:
    found: dict[str, list[T]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}
