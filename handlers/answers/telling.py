"""What a composer is given and what it tells."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from markupsafe import Markup, escape

from data.library import Library
from data.model.commemorations import Commemoration, Span
from data.model.dates import NOTHING
from data.model.days import Occurrence, coming, marked_on, occurrence, past
from data.model.letters import tokens
from data.model.places import Place
from data.model.questions.passages import Match, stems
from data.model.questions.periods import period
from data.model.questions.reading import Question
from data.model.texts import Source
from handlers.answers.index import CALLED, Index
from handlers.cards import countdown
from locales import Speaker

CITY_DAY = "city_day"
RETURNED = 2021
"""The first year in which a day of the towns could be celebrated; before it there is history."""


@dataclass(frozen=True)
class Told:
    """An answer before it is dressed: ``sources`` stand behind it, ids and days are its subject.

    ``known`` is False where just what was asked for is in no source; the rest is what is known.
    """

    paragraphs: tuple[str, ...]
    sources: tuple[Source, ...] = ()
    events: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    dates: tuple[dt.date, ...] = ()
    known: bool = True

    def also(self, *paragraphs: str) -> "Told":
        return replace(self, paragraphs=(*self.paragraphs, *paragraphs))


UNUSUAL = 5.0
"""The same for the words that are no clues."""
SPOKEN = 9.0
"""The same for a fact or milestone."""
HINTED = 7.0
"""The same where nothing else was understood."""


@dataclass(frozen=True)
class Query:
    """A question with all that is needed to answer it."""

    library: Library
    speaker: Speaker
    question: Question
    today: dt.date
    index: Index

    @property
    def ideas(self) -> frozenset[str]:
        return self.question.ideas

    @cached_property
    def day(self) -> dt.date | None:
        """The day that was said, in its year or else in this one."""
        return self.question.said.date(self.today.year)

    @cached_property
    def period(self) -> Span | None:
        """The days that are meant by “this week”, “tomorrow”."""
        if self.question.relative and self.day:
            return Span(first=self.day, last=self.day)
        return period(self.ideas, self.today) if self.question.said == NOTHING else None

    @cached_property
    def named(self) -> tuple[Commemoration, ...]:
        """The days that were called by name."""
        return tuple(self.library.commemorations[each] for each in self.question.subjects.events)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        return tuple(self.library.places[each] for each in self.question.subjects.places)

    @cached_property
    def events(self) -> tuple[Commemoration, ...]:
        """The days that are meant: by name, by place (one named apart as well), by date."""
        covered = {place for event in self.named for place in event.places}
        apart = [place for place in self.places if place.id not in covered]
        own = [event for place in apart if (event := self.own_day(place))]
        dated: list[Commemoration] = []
        if self.period and not self.places and not self.named:
            dated = [each.commemoration for each in self.marked_in(self.period)]
        elif self.day and not self.named and not self.period:
            marked = marked_on(self.library.commemorations.values(), self.day)
            dated = [each.commemoration for each in marked]
        here = [event for event in own if event in dated]
        found = [*self.named, *(here or dated if dated else own)]
        return tuple({event.id: event for event in found}.values())

    @cached_property
    def own(self) -> tuple[Commemoration, ...]:
        """The days of the places that were named, whatever else was said."""
        return tuple(event for place in self.places if (event := self.own_day(place)))

    @cached_property
    def towns(self) -> tuple[Place, ...]:
        """The places that are meant: by name, else those of the days that were named."""
        if self.places:
            return self.places
        ids = dict.fromkeys(place for event in self.events for place in event.places)
        return tuple(self.library.places[each] for each in ids)

    def own_day(self, place: Place) -> Commemoration | None:
        """The City Day of a place, else the day of its return."""
        if place.city_day:
            return self.library.commemorations[place.city_day]
        found = self.library.commemorations_of(place.id)
        return next((each for each in found if each.kind == "observance" and each.date.day), None)

    def marked_in(self, period: Span) -> list[Occurrence]:
        """All that is marked on one of the days, in their order."""
        every = self.library.commemorations.values()
        years = sorted({period.first.year, period.last.year})
        found = [each for year in years for day in every if (each := occurrence(day, year))]
        within = (e for e in found if e.first <= period.last and period.first <= e.last)
        return sorted(within, key=lambda each: each.first)

    def city_days(self) -> list[Commemoration]:
        """In the order of the year."""
        every = self.library.commemorations.values()
        return sorted((each for each in every if each.kind == CITY_DAY), key=of_year)

    def occurrence(self, event: Commemoration) -> Occurrence | None:
        """In the year that was said, else the one that lasts or comes, else the last."""
        year = self.question.said.year
        if year and (event.kind != CITY_DAY or year >= RETURNED):
            return occurrence(event, year)
        return coming(event, self.today) or past(event, self.today)

    def asking(self, question: Question) -> "Query":
        return replace(self, question=question)

    def in_year(self, year: int) -> "Query":
        return self.asking(replace(self.question, said=replace(self.question.said, year=year)))

    @cached_property
    def items_named(self) -> Mapping[str, float]:
        """The items that the words of the question call by name, with how clearly."""
        found = self.index.passages.find(stems(self.question.free), frozenset({"item"}), 8)
        return {each.passage.id: each.weight for each in found if each.weight >= CALLED}

    @cached_property
    def spoken(self) -> float:
        """How clearly a statement speaks of these very words, some of them no clues."""
        strays = stems(self.question.strays)
        found = self.search(("milestone", "fact"), 1) if strays else []
        return max((each.weight for each in found if strays & each.stems), default=0.0)

    @cached_property
    def called(self) -> bool:
        """Whether a whole title, or unusual words, name an item: two, or one beside the kind."""
        if self._titled:
            return True
        strays = stems(self.question.strays)
        found = self.index.passages.find(strays, frozenset({"item"}), 1)
        if not found or found[0].weight < UNUSUAL or not self._of_these(found[0].passage.subjects):
            return False
        return len(found[0].stems) > 1 or bool(self.kinds)

    @property
    def _titled(self) -> bool:
        """Whether all words of a title are there, of an item of what is named, if anything is."""
        free = self.index.passages.known(stems(self.question.free))
        return any(title <= free and self._of_these(of) for title, of in self.index.titles.items())

    def _of_these(self, subjects: frozenset[str]) -> bool:
        """Whether they are among the days and places that are named, if any are."""
        ids = {*(event.id for event in self.events), *(town.id for town in self.towns)}
        return not ids or bool(ids & subjects)

    @cached_property
    def held_there(self) -> bool:
        """Whether an item is in the place beyond the content's towns that the question names."""
        return bool(self.index.passages.find(stems(self.question.abroad), frozenset({"item"}), 1))

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of items that are asked for."""
        meant = {"museum": "exhibition", "ashug": "masterclass", "author": "theatre"}
        meant |= {"director": "theatre", "memorial": "ceremony"}
        kinds = {"concert", "exhibition", "fireworks", "food", "film", "masterclass", "parade"}
        kinds |= {"ceremony", "theatre", "kids"}
        return frozenset(meant.get(idea, idea) for idea in self.ideas) & kinds

    def touches(self, item: str, idea: str) -> bool:
        """Whether the words of ``programme/item`` speak of the idea."""
        return idea in self.index.touched.get(item, ())

    def name(self, event: Commemoration) -> str:
        return self.speaker.text(event.names)

    def names(self, places: Iterable[Place]) -> str:
        return ", ".join(self.speaker.text(place.names) for place in places)

    def when(self, found: Occurrence) -> Markup:
        """``25 November 2025, Tuesday (tomorrow)``."""
        return self.speaker.say(
            "{date}, {weekday} ({countdown})",
            date=self.speaker.span(found.first, found.last),
            weekday=self.speaker.weekday(found.first),
            countdown=countdown(self.speaker, found, self.today),
        )

    def line(self, event: Commemoration) -> Markup:
        """``25 November – Kalbajar City Day``."""
        return self.speaker.say("{day} – {name}", day=self.of_day(event), name=self.name(event))

    def of_day(self, event: Commemoration) -> str:
        """``25 November``, or the month where the days are set every year anew."""
        date = event.date
        if date.rule == "fixed" and date.day:
            return self.speaker.day(dt.date(2000, date.month, date.day))
        return self.speaker.month(date.month)

    def search(self, kinds: Iterable[str], limit: int = 4, more: str = "") -> list[Match]:
        """Statements that speak of the words of the question and of ``more``, the best first.

        Where a day or place is named, only those about it, if there are any.
        """
        words = stems((*self.question.words, *tokens(more)))
        found = self.index.passages.find(words, frozenset(kinds), 40)
        for subjects in (self.named, self.towns):
            ids = {each.id for each in subjects}
            if about := [match for match in found if ids & match.passage.subjects]:
                return about[:limit]
        return found[:limit]


def of_year(event: Commemoration) -> tuple[int, int]:
    """Sorts by month and day."""
    return event.date.month, event.date.day or 0


def told(
    query: Query,
    paragraphs: Iterable[str],
    sources: Iterable[Source] = (),
    events: Iterable[Commemoration] = (),
) -> Told:
    """About ``events``, else about what was asked."""
    about = tuple(events) or query.events
    found = [query.occurrence(each) for each in about]
    return Told(
        tuple(escape(each) for each in paragraphs if each),
        tuple(_unique(sources)),
        tuple(each.id for each in about),
        tuple(each.id for each in query.places),
        tuple(each.first for each in found if each),
    )


def _unique(sources: Iterable[Source]) -> Iterable[Source]:
    return {source.url: source for source in sources}.values()


def behind(event: Commemoration) -> tuple[Source, ...]:
    """The sources of the day itself: its legal act, else whatever its file cites."""
    acts = tuple(source for act in event.legal_basis for source in act.sources)
    return acts or event.day_off.sources or tuple(event.sources.values())[:3]
