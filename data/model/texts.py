"""Words in every language of the bot, the sources behind them, and days known only in part."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
)


class Value(BaseModel):
    """A frozen record of the content; an unknown key is an error, not a surprise later."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Value):
    """A page that says a fact.

    ``date`` is the day, month or year of publication, where the page shows one.
    """

    key: str
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
    publisher: Annotated[str, StringConstraints(min_length=1)]
    date: "PartialDate | None" = None


@dataclass(frozen=True)
class Origin:
    """What a document is read with: its own sources by key and the languages it must hold."""

    sources: Mapping[str, Source]
    languages: frozenset[str]


def _origin(info: ValidationInfo) -> Origin:
    if not isinstance(info.context, Origin):
        raise TypeError("content is read by data.model.documents.parse, which knows its sources")
    return info.context


def _cited(value: object, info: ValidationInfo) -> object:
    if isinstance(value, Source):
        return value
    source = _origin(info).sources.get(str(value))
    if source is None:
        raise ValueError(f"no source {value!r} under “sources” of this file")
    return source


def _same_in_all(value: object, info: ValidationInfo) -> object:
    """Let a bare number or name-free figure stand for every language."""
    if isinstance(value, int | float | str) and not re.search(r"[^\W\d_]", str(value)):
        return dict.fromkeys(sorted(_origin(info).languages), str(value))
    return value


def _complete(value: Mapping[str, str], info: ValidationInfo) -> Mapping[str, str]:
    languages = _origin(info).languages
    if missing := sorted(languages - value.keys()):
        raise ValueError(f"the text in {', '.join(missing)} is missing")
    if unknown := sorted(value.keys() - languages):
        raise ValueError(f"{', '.join(unknown)} is not a language of the bot")
    if empty := sorted(language for language, words in value.items() if not words.strip()):
        raise ValueError(f"the text in {', '.join(empty)} is empty")
    return value


def _real_day(value: object) -> object:
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        raise ValueError(f"{text!r} is not a day, month or year like 2025-11-25, 2025-11, 2025")
    try:
        dt.date.fromisoformat(
            text + "-01-01"[: 10 - len(text)] if len(text) == 4 else f"{text}-01"[:10]
        )
    except ValueError as error:
        raise ValueError(f"{text} is not in the calendar") from error
    return text


Text = Annotated[Mapping[str, str], BeforeValidator(_same_in_all), AfterValidator(_complete)]
"""One text by language code; a scalar without letters stands for all languages."""

PartialDate = Annotated[str, BeforeValidator(_real_day)]
"""``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``: as much of a day as the source tells."""

Cited = Annotated[Source, BeforeValidator(_cited), PlainSerializer(lambda source: source.key)]
"""Written in a file as the key of one of its sources."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]

Evidence = Literal["sourced", "conflict", "derived", "unverified"]
"""How well a statement stands: told by a source, disputed between sources (see ``conflicts``),
following from another sourced fact, or found nowhere."""

Cases = Mapping[str, Mapping[str, str]]
"""Inflected names by language and case: ``{"az": {"locative": "Kəlbəcərdə"}}``."""

Source.model_rebuild()
