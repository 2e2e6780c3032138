"""What happens, or happened, on a commemoration of one year."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from data.model.facts import Conflict, Sources
from data.model.texts import Cited, Evidence, Identifier, Text, Value

ItemKind = Literal[
    "ceremony",
    "concert",
    "exhibition",
    "fair",
    "festival",
    "film_screening",
    "fireworks",
    "masterclass",
    "other",
    "parade",
    "performance",
]
Time = Annotated[
    str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d(–([01]\d|2[0-3]):[0-5]\d)?$")
]
"""Baku wall time, ``HH:MM`` or ``HH:MM–HH:MM``."""


class Item(Value):
    """One thing to see or attend.

    ``attested`` are the languages in which a source prints the title; the other titles are our
    translations. No ``date`` means that the sources name no day of their own for it.
    """

    id: Identifier
    kind: ItemKind
    title: Text
    attested: tuple[str, ...] = ()
    date: dt.date | None = None
    time: Time | None = None
    venue: Text | None = None
    organiser: Text | None = None
    performers: tuple[Text, ...] = ()
    note: Text | None = None
    status: Literal["scheduled", "moved", "cancelled"] = "scheduled"
    evidence: Evidence = "sourced"
    sources: Sources


class Programme(Value):
    """The items of one commemoration in one place and year.

    ``first`` and ``last`` span the items; a programme whose page is undated has neither, nor a
    ``year``. ``also`` names further commemorations that it belongs to.
    """

    id: Identifier
    year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    place: Identifier | None = None
    also: tuple[Identifier, ...] = ()
    status: Literal["announced", "held", "announced_and_held", "undated", "moved", "cancelled"]
    organisers: tuple[Text, ...] = ()
    attended_by: tuple[Text, ...] = ()
    summary: Text | None = None
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    notes: tuple[Text, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    sources: tuple[Cited, ...] = ()

    def day_of(self, item: Item) -> dt.date | None:
        """None where the sources leave it open on which of several days it is."""
        if item.date or self.last in (None, self.first):
            return item.date or self.first
        return None

    def start_of(self, item: Item, zone: dt.tzinfo) -> dt.datetime | None:
        """When its day and its time are known. ``zone`` is that of the place."""
        day = self.day_of(item)
        if day is None or item.time is None:
            return None
        return dt.datetime.combine(day, dt.time.fromisoformat(item.time[:5]), zone)

    @model_validator(mode="after")
    def _in_order(self) -> "Programme":
        if self.last and (self.first is None or self.last < self.first):
            raise ValueError(f"programme {self.id}: “last” comes before “first”")
        if self.first and self.first.year != self.year:
            raise ValueError(f"programme {self.id}: “first” is not in the year {self.year}")
        names = [item.id for item in self.items]
        if len(set(names)) < len(names):
            raise ValueError(f"programme {self.id}: two items have the same id")
        return self
