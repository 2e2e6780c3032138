"""Towns, districts, villages: what they are called, how they were lost and how they returned."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from data.model.facts import Conflict, Fact, Sources
from data.model.programmes import Programme
from data.model.texts import Cases, Cited, Evidence, Identifier, PartialDate, Source, Text, Value


class Spellings(Value):
    """How people write a name: ``met`` in sources by language (or ``other``), ``typings`` as they
    are likely to type it."""

    met: Mapping[str, tuple[str, ...]] = {}
    typings: tuple[str, ...] = ()
    forms: Mapping[str, tuple[str, ...]] = {}


class OtherName(Value):
    """A name that is understood when somebody types it; the bot answers with the official one.

    ``editor_note`` is never shown.
    """

    text: str
    script: Literal["latin", "cyrillic"]
    editor_note: str | None = None
    sources: tuple[Cited, ...] = ()


class HistoricName(Value):
    """What the place was called before."""

    name: Text
    sources: Sources


class Coordinates(Value):
    """Degrees, WGS 84."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    status: Evidence
    sources: tuple[Cited, ...] = ()


class InRegion(Value):
    """The economic region that the place belongs to."""

    id: Identifier
    sources: Sources


class Loss(Value):
    """When and how control was lost, with the sides' wording attributed."""

    date: PartialDate
    precision: Literal["day", "month", "year"]
    status: Evidence
    text: Text
    sources: Sources


class Return(Value):
    """When and how the place came back under Azerbaijani control.

    ``district_date``: when the district around the town did, where that was another day.
    """

    date: PartialDate
    district_date: PartialDate | None = None
    precision: Literal["day", "month", "year"]
    how: Literal[
        "military",
        "military_then_administrative",
        "handover_under_statement",
        "handover_in_two_steps",
    ]
    status: Evidence
    text: Text
    sources: Sources


class SettlementCount(Value):
    """A number of settlements and what it counts."""

    value: Text
    scope: Text
    sources: Sources


class Settlements(Value):
    """The numbers that sources give; they count different things."""

    status: Evidence
    values: tuple[SettlementCount, ...] = ()


class AreaFigure(Value):
    """Square kilometres."""

    value: float
    note: Text | None = None
    sources: Sources


class Area(Value):
    """The figures that sources give, in square kilometres."""

    status: Evidence
    values: tuple[AreaFigure, ...] = ()


class Resettlement(Value):
    """The people's return; ``first_return_place`` where it began elsewhere in the district."""

    status: Evidence
    first_return: PartialDate | None = None
    first_return_place: Identifier | None = None
    text: Text
    sources: tuple[Cited, ...] = ()


class Place(Value):
    """A place with its names, dates and figures, in every language of the bot."""

    type: Literal["place"]
    id: Identifier
    kind: Literal["city_and_district", "city", "town", "settlement", "village"]
    names: Text
    names_note: Text | None = None
    cases: Cases = {}
    spellings: Spellings
    other_names: tuple[OtherName, ...] = ()
    historic_names: tuple[HistoricName, ...] = ()
    coordinates: Coordinates | None = None
    region: InRegion | None = None
    city_day: Identifier | None = None
    lost: Loss | None = None
    returned: Return | None = None
    settlements: Settlements | None = None
    area_km2: Area | None = None
    resettlement: Resettlement | None = None
    facts: tuple[Fact, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    programmes: tuple[Programme, ...] = ()
    see_also: tuple[Identifier, ...] = ()
    sources: Mapping[str, Source]


class Region(Value):
    """An economic region and the places in it."""

    type: Literal["region"]
    id: Identifier
    names: Text
    cases: Cases = {}
    spellings: Spellings
    places: tuple[Identifier, ...]
    note: Text | None = None
    legal_basis: Text
    cited: Sources
    sources: Mapping[str, Source]
