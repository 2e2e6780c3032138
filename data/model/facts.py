"""Statements and the sources behind them, with what is disputed between the sources."""

from typing import Annotated

from pydantic import Field

from data.model.texts import Cited, Evidence, PartialDate, Text, Value

Sources = Annotated[tuple[Cited, ...], Field(min_length=1)]


class Fact(Value):
    """One statement. ``attributed_to`` names the side that it comes from when it is contested."""

    text: Text
    status: Evidence = "sourced"
    attributed_to: Text | None = None
    sources: Sources


class Claim(Value):
    """What one group of sources says in a conflict."""

    value: Text
    note: Text | None = None
    sources: Sources


class Conflict(Value):
    """A point on which sources disagree; all sides are told.

    ``field`` is the editors' name of the point, ``about`` what a person reads.
    """

    field: str
    about: Text
    values: Annotated[tuple[Claim, ...], Field(min_length=1)]
    note: Text | None = None


class LegalAct(Value):
    """The order, decree, law or decision behind a day."""

    act: Text
    number: str | None = None
    date: PartialDate
    title: Text
    title_note: Text | None = None
    sources: Sources
