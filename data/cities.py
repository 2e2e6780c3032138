"""The cities of the world's time zones, from tzdata and from our own list."""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

from data import yamlfiles
from data.model.zones import City

_OWN = resources.files("data") / "content" / "zones" / "cities.yaml"
_TABLE = resources.files("tzdata") / "zoneinfo" / "zone.tab"
_POINT = re.compile(r"([+-])(\d\d)(\d\d)(?:\d\d)?([+-])(\d{3})(\d\d)(?:\d\d)?")
"""Latitude and longitude in degrees and minutes: ``+4023+04951``."""


@lru_cache(1)
def cities() -> tuple[City, ...]:
    """Some 540. Raises ContentError when our own list is broken."""
    return (*_own(), *_of_zones())


def _own() -> Iterator[City]:
    for zone, those in yamlfiles.read(_OWN).items():
        for each in those:
            yield City(zone, each["lat"], each["lon"], each["names"])


def _of_zones() -> Iterator[City]:
    for line in _TABLE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        _, where, zone, *_ = line.split("\t")
        found = _POINT.fullmatch(where)
        if found is None:
            raise ValueError(f"zone.tab: {where} is no point")
        north, lat, lat_minutes, east, lon, lon_minutes = found.groups()
        yield City(
            zone,
            _degrees(north, lat, lat_minutes),
            _degrees(east, lon, lon_minutes),
            {},
        )


def _degrees(sign: str, degrees: str, minutes: str) -> float:
    return (int(degrees) + int(minutes) / 60) * (-1 if sign == "-" else 1)
