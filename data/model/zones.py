"""Where a time zone is: the cities by which people name it, and the nearest to a point."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, radians


@dataclass(frozen=True)
class City:
    """``zone`` is the name in the tz database. ``names`` by language; empty for the city that
    names the zone. Degrees."""

    zone: str
    lat: float
    lon: float
    names: Mapping[str, str]


def nearest(cities: Iterable[City], lat: float, lon: float) -> City:
    """The city closest to the point, which it shares its time zone with almost everywhere.

    Raises ValueError without cities.
    """
    narrowing = cos(radians(lat))  # a degree of longitude is shorter away from the equator

    def distance(city: City) -> float:
        around = abs(city.lon - lon) % 360
        east = min(around, 360 - around) * narrowing
        return east * east + (city.lat - lat) ** 2

    return min(cities, key=distance)
