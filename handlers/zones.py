"""Which time zone a person means by the name of a city, in any of the languages."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from zoneinfo import available_timezones

from rapidfuzz import fuzz, process

from data.cities import cities
from data.library import Library
from data.model.letters import fold
from data.model.zones import City, nearest
from locales import Speaker

HOME = "Asia/Baku"
"""Where all places of the Library are."""
CLOSE = 75
"""Per cent of likeness from which a name is suggested."""
OFFERED = 4
"""Suggestions at the most."""


@lru_cache(1)
def known() -> frozenset[str]:
    """All names of zones that the tz database has."""
    return frozenset(available_timezones())


def label(zone: str, speaker: Speaker) -> str:
    """``Нью-Йорк`` for ``America/New_York``."""
    city = zone.rpartition("/")[2].replace("_", " ")
    for each in cities():
        if each.zone == zone and each.names.get("en") == city:
            return each.names[speaker.language]
    return speaker.zone_city(zone)


def located(library: Library, lat: float, lon: float) -> str:
    """The zone of a shared location."""
    return nearest((*cities(), *_places(library)), lat, lon).zone


def named(words: str, speakers: Iterable[Speaker], library: Library) -> tuple[str, ...]:
    """One zone for a name that is known; else those of the names most like it."""
    wanted = fold(words.strip())
    ours = {fold(name): HOME for each in _places(library) for name in each.names.values()}
    zones = {**_in_the_world(tuple(speakers)), **ours}
    if wanted in zones:
        return (zones[wanted],)
    near = process.extract(wanted, zones.keys(), scorer=fuzz.ratio, score_cutoff=CLOSE)
    return tuple(dict.fromkeys(zones[name] for name, *_ in near))[:OFFERED]


@lru_cache(1)
def _in_the_world(speakers: tuple[Speaker, ...]) -> Mapping[str, str]:
    """Zones by folded names; of equal names that of our own list, which comes last, is kept."""
    return {
        fold(name): city.zone for city in reversed(cities()) for name in _names(city, speakers)
    }


def _names(city: City, speakers: tuple[Speaker, ...]) -> Iterator[str]:
    yield from city.names.values()
    if not city.names:
        yield city.zone
        yield from (each.zone_city(city.zone) for each in speakers)


def _places(library: Library) -> Iterator[City]:
    for place in library.places.values():
        if place.coordinates:
            yield City(HOME, place.coordinates.lat, place.coordinates.lon, place.names)
