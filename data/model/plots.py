"""What a picture of numbers over time shows."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Series:
    """One number for each day; None where nobody knows."""

    label: str
    values: tuple[int | None, ...]


@dataclass(frozen=True)
class Panel:
    """One diagram. ``bars`` of several series stand upon one another, the first lowest."""

    title: str
    form: Literal["line", "bars"]
    series: tuple[Series, ...]


@dataclass(frozen=True)
class Plot:
    """Panels one below the other over the same ``days``, which are named as people read them."""

    title: str
    days: tuple[str, ...]
    panels: tuple[Panel, ...]
