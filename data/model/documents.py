"""A content file, read strictly: what is wrong is named with its key."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from data.model.commemorations import Commemoration
from data.model.places import Place, Region
from data.model.texts import Origin, Source
from data.model.timeline import DaysOff, Timeline

Document = Commemoration | Place | Region | Timeline | DaysOff

TYPES: Mapping[str, type[Document]] = {
    "commemoration": Commemoration,
    "place": Place,
    "region": Region,
    "timeline": Timeline,
    "days_off": DaysOff,
}
_SOURCES = TypeAdapter(dict[str, Source])


class ContentError(ValueError):
    """Content that cannot be used; the message names the file and the key, in one line."""


def parse(name: str, body: Mapping[str, Any], languages: frozenset[str]) -> Document:
    """Read one document as it stands in its file (dates as text or as ``date``).

    Raises ContentError, which names ``name`` and the key.
    """
    type_ = TYPES.get(str(body.get("type")))
    if type_ is None:
        raise ContentError(f"{name}: type: must be one of {', '.join(TYPES)}")
    try:
        origin = Origin(_sources(body.get("sources")), languages)
        return type_.model_validate({**body, "sources": origin.sources}, context=origin)
    except ValidationError as error:
        raise ContentError(f"{name}: {_told(error)}") from None


def dump(document: Document) -> dict[str, Any]:
    """The document as its file holds it, JSON types only, without what was left to a default."""
    body = document.model_dump(mode="json", exclude_defaults=True)
    body["sources"] = {
        key: {field: value for field, value in source.items() if field != "key"}
        for key, source in body["sources"].items()
    }
    return body


def _sources(value: object) -> dict[str, Source]:
    if not isinstance(value, Mapping):
        return _SOURCES.validate_python(value)
    keyed = {
        key: {"key": key, **body} if isinstance(body, Mapping) else body
        for key, body in value.items()
    }
    return _SOURCES.validate_python(keyed)


_UNKNOWN = "extra_forbidden"


def _told(error: ValidationError) -> str:
    """The first mistake in one line: ``date.month: Input should be less than or equal to 12``."""
    # an unknown key first: misspelt, it is what the missing one is missing for
    first = min(error.errors(include_url=False), key=lambda each: each["type"] != _UNKNOWN)
    where = ".".join(str(part) for part in first["loc"]) or "the file"
    what = "unknown key" if first["type"] == _UNKNOWN else first["msg"]
    return f"{where}: {what.removeprefix('Value error, ')}"
