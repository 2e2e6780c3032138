"""What happened on a day in history, and which days of a year are off by law."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from data.model.facts import Conflict, Sources
from data.model.texts import Evidence, Identifier, PartialDate, Source, Text, Value


class Milestone(Value):
    """One entry of the chronicle."""

    id: Identifier
    date: PartialDate
    last: PartialDate | None = None
    precision: Literal["day", "month", "year"]
    category: Literal["war", "politics", "return", "law", "commemoration", "culture"]
    text: Text
    places: tuple[Identifier, ...] = ()
    commemorations: tuple[Identifier, ...] = ()
    status: Evidence
    attributed_to: Text | None = None
    conflicts: tuple[Conflict, ...] = ()
    sources: Sources


class Timeline(Value):
    """The chronicle."""

    type: Literal["timeline"]
    id: Identifier
    milestones: Annotated[tuple[Milestone, ...], Field(min_length=1)]
    sources: Mapping[str, Source]

    @model_validator(mode="after")
    def _once_each(self) -> "Timeline":
        names = [milestone.id for milestone in self.milestones]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"the milestone {twice[0]} stands twice")
        return self


class Holiday(Value):
    """Days off with one reason: a commemoration of ours, or a name of its own."""

    dates: Annotated[tuple[dt.date, ...], Field(min_length=1)]
    name: Text | None = None
    commemoration: Identifier | None = None


class ExtraRest(Value):
    """Days off that follow from overlaps with weekends, by working week."""

    five_day_week: tuple[dt.date, ...] = ()
    six_day_week: tuple[dt.date, ...] = ()
    note: Text


class DaysOff(Value):
    """The non-working days of one year."""

    type: Literal["days_off"]
    id: Identifier
    year: int
    rule: Text
    days: Annotated[tuple[Holiday, ...], Field(min_length=1)]
    extra: ExtraRest
    cited: Sources
    sources: Mapping[str, Source]

    @model_validator(mode="after")
    def _of_the_year(self) -> "DaysOff":
        if any(day.year != self.year for holiday in self.days for day in holiday.dates):
            raise ValueError(f"a day off is not in {self.year}")
        return self
