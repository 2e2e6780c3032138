"""Days that are marked every year: City Days, holidays, memorial days, festivals."""

import calendar
import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field, model_validator

from data.model.facts import Conflict, Fact, LegalAct
from data.model.programmes import Programme
from data.model.texts import Cases, Cited, Evidence, Identifier, Source, Text, Value


class Span(Value):
    """The days of one year, both ends included."""

    first: dt.date
    last: dt.date

    @model_validator(mode="after")
    def _in_order(self) -> "Span":
        if self.last < self.first:
            raise ValueError("“last” comes before “first”")
        return self


class YearlyDate(Value):
    """When in the year the day is.

    ``fixed``: ``month`` and ``day`` of every year. ``range_set_yearly`` and ``movable``: only the
    ``known`` years have dates; ``rule_text`` says who sets the others.
    """

    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    rule: Literal["fixed", "range_set_yearly", "movable"]
    rule_text: Text | None = None
    known: Mapping[int, Span] = {}

    @model_validator(mode="after")
    def _in_calendar(self) -> "YearlyDate":
        if self.rule == "fixed" and self.day is None:
            raise ValueError("a fixed date needs a “day”")
        if self.day and self.day > calendar.monthrange(2000, self.month)[1]:
            raise ValueError(f"month {self.month} has no day {self.day}")
        if wrong := [year for year, span in self.known.items() if span.first.year != year]:
            raise ValueError(f"the dates known for {wrong[0]} are of another year")
        return self

    def span(self, year: int) -> Span | None:
        """The days of that year, or None where nobody has set them."""
        if year in self.known:
            return self.known[year]
        # of the last year that a date can have, the day after would have none
        if self.rule != "fixed" or self.day is None or not dt.MINYEAR <= year < dt.MAXYEAR:
            return None
        return _day(year, self.month, self.day)


@lru_cache(1024)
def _day(year: int, month: int, day: int) -> Span:
    last = min(day, calendar.monthrange(year, month)[1])  # 29 February
    return Span(first=(found := dt.date(year, month, last)), last=found)


class FirstObserved(Value):
    """The year in which the day was first marked, where a source tells it."""

    year: int | None = None
    note: Text | None = None
    status: Evidence
    sources: tuple[Cited, ...] = ()


class DayOff(Value):
    """Whether the law gives the day off; ``value`` is None where no source says."""

    value: bool | None
    note: Text | None = None
    status: Evidence
    sources: tuple[Cited, ...] = ()


class Aliases(Value):
    """Other names of the day by language, and how they are typed without Azerbaijani letters."""

    names: Mapping[str, tuple[str, ...]]
    typings: tuple[str, ...] = ()


class Commemoration(Value):
    """A day with its origin, its legal act and its programmes, in every language of the bot."""

    type: Literal["commemoration"]
    id: Identifier
    kind: Literal["city_day", "national_holiday", "memorial_day", "observance"]
    tone: Literal["solemn", "festive", "neutral"]
    names: Text
    names_note: Text | None = None
    cases: Cases = {}
    date: YearlyDate
    legal_basis: tuple[LegalAct, ...] = ()
    first_observed: FirstObserved | None = None
    day_off: DayOff
    places: tuple[Identifier, ...] = ()
    summary: Text
    facts: tuple[Fact, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    aliases: Aliases
    related: tuple[Identifier, ...] = ()
    programmes: tuple[Programme, ...] = ()
    sources: Mapping[str, Source]
