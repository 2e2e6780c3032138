"""What the documents say of one another: every id that is named must be there."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from data.model.commemorations import Commemoration
from data.model.documents import Document
from data.model.places import Place, Region
from data.model.programmes import Programme
from data.model.timeline import DaysOff, Timeline


@dataclass(frozen=True)
class _Link:
    """``key`` of a document names ``id``, which must be of one of ``types``."""

    key: str
    id: str | None
    types: tuple[type[Document], ...]


def problems(documents: Iterable[Document]) -> Iterator[str]:
    """One line each: “file: key: what, how to mend”."""
    every = tuple(documents)
    known = {each.id: each for each in every}
    yield from _twice(every)
    for document in every:
        file = f"{document.id}.yaml"
        for link in _links(document):
            if link.id is not None and not isinstance(known.get(link.id), link.types):
                kinds = " or ".join(type_.__name__.lower() for type_ in link.types)
                yield f"{file}: {link.key}: no {kinds} “{link.id}”; mend the id or add its file"
        for words in _contradictions(document, known):
            yield f"{file}: {words}"


def _links(document: Document) -> Iterator[_Link]:
    match document:
        case Commemoration():
            yield from _each("places", document.places, Place)
            yield from _each("related", document.related, Commemoration)
        case Place():
            yield from _links_of_place(document)
        case Region():
            yield from _each("places", document.places, Place)
        case Timeline():
            for one in document.milestones:
                yield from _each(f"milestones.{one.id}", one.places, Place)
                yield from _each(f"milestones.{one.id}", one.commemorations, Commemoration)
        case DaysOff():
            yield from _each("days", [day.commemoration for day in document.days], Commemoration)
    for programme in _programmes(document):
        yield _Link(f"programmes.{programme.id}", programme.place, (Place,))
        yield from _each(f"programmes.{programme.id}", programme.also, Commemoration)


def _links_of_place(place: Place) -> Iterator[_Link]:
    yield _Link("city_day", place.city_day, (Commemoration,))
    if place.region:
        yield _Link("region", place.region.id, (Region,))
    if place.resettlement:
        yield _Link("resettlement", place.resettlement.first_return_place, (Place,))
    yield from (_Link("see_also", id_, (Place, Commemoration)) for id_ in place.see_also)


def _contradictions(document: Document, known: dict[str, Document]) -> Iterator[str]:
    if isinstance(document, Place):
        yield from _place_against(document, known)
    if isinstance(document, Region):
        yield from _region_against(document, known)
    for programme in _programmes(document):
        days = [item.date for item in programme.items if item.date]
        if programme.first:
            days += [programme.first, programme.last or programme.first]
            if min(days) < programme.first or max(days) > (programme.last or programme.first):
                yield f"programmes.{programme.id}: an item is on a day outside first and last"


def _region_against(region: Region, known: dict[str, Document]) -> Iterator[str]:
    for id_ in region.places:
        place = known.get(id_)
        if isinstance(place, Place) and (place.region is None or place.region.id != region.id):
            yield f"places: {id_}.yaml does not name {region.id} under “region”; mend one of them"


def _place_against(place: Place, known: dict[str, Document]) -> Iterator[str]:
    day = known.get(place.city_day or "")
    if isinstance(day, Commemoration) and place.id not in day.places:
        yield f"city_day: {day.id}.yaml does not name {place.id} under “places”; add it there"
    region = known.get(place.region.id) if place.region else None
    if isinstance(region, Region) and place.id not in region.places:
        yield f"region: {region.id}.yaml does not name {place.id} under “places”; add it there"
    if place.lost and place.returned and place.returned.date < place.lost.date:
        yield "returned.date: is before lost.date; mend one of them"


def _twice(documents: tuple[Document, ...]) -> Iterator[str]:
    yield from _repeated("id", documents, lambda each: [each.id])
    yield from _repeated("programmes", documents, lambda each: [x.id for x in _programmes(each)])
    yield from _repeated("milestones", documents, _milestones)
    yield from _repeated("year", documents, _year)


def _repeated(
    key: str, documents: Iterable[Document], names: Callable[[Document], list[str]]
) -> Iterator[str]:
    """Each document that holds a name which stood before it, or twice in itself."""
    seen: set[str] = set()
    for document in documents:
        counted = Counter(names(document))
        for name in [name for name, count in counted.items() if count > 1 or name in seen]:
            yield f"{document.id}.yaml: {key}: “{name}” stands twice; rename or remove one"
        seen |= counted.keys()


def _each(
    key: str, ids: Iterable[str | None], type_: type[Place] | type[Commemoration]
) -> Iterator[_Link]:
    return (_Link(key, id_, (type_,)) for id_ in ids)


def _programmes(document: Document) -> tuple[Programme, ...]:
    return document.programmes if isinstance(document, Commemoration | Place) else ()


def _milestones(document: Document) -> list[str]:
    return [each.id for each in document.milestones] if isinstance(document, Timeline) else []


def _year(document: Document) -> list[str]:
    return [str(document.year)] if isinstance(document, DaysOff) else []
