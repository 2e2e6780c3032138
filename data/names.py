"""All names under which something of the content may be asked for."""

from collections.abc import Iterable, Iterator, Mapping

from data.model.commemorations import Commemoration
from data.model.gazetteer import Subject
from data.model.places import Place, Region


def of_commemorations(days: Mapping[str, Commemoration]) -> Iterator[tuple[str, Subject]]:
    """Official names in every case, other names, and how they are typed."""
    for day in days.values():
        names = [*day.names.values(), *day.aliases.typings]
        names += [name for others in day.aliases.names.values() for name in others]
        names += [form for forms in day.cases.values() for form in forms.values()]
        yield from ((name, Subject("commemoration", day.id)) for name in names)


def of_places(places: Mapping[str, Place]) -> Iterator[tuple[str, Subject]]:
    """Official, foreign and historic names, in every case and spelling."""
    for place in places.values():
        names = [*_written(place), *(other.text for other in place.other_names)]
        names += [name for old in place.historic_names for name in old.name.values()]
        yield from ((name, Subject("place", place.id)) for name in names)


def of_regions(regions: Mapping[str, Region]) -> Iterator[tuple[str, Subject]]:
    for region in regions.values():
        yield from ((name, Subject("region", region.id)) for name in _written(region))


def in_words(
    names: Iterable[tuple[str, str]], days: Mapping[str, Commemoration]
) -> Iterator[tuple[str, Subject]]:
    """What people call the days beside their names; those of days that are not there are left."""
    yield from ((name, Subject("commemoration", id_)) for name, id_ in names if id_ in days)


def _written(place: Place | Region) -> Iterator[str]:
    yield from place.names.values()
    yield from place.spellings.typings
    for spelt in (*place.spellings.met.values(), *place.spellings.forms.values()):
        yield from spelt
    for forms in place.cases.values():
        yield from forms.values()
