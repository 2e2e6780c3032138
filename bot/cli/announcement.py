"""The file of ``python -m bot announce``: read and checked, each mistake told with its key."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

import locales
from bot.cli.stored import InputError
from data.model.announcements import LONGEST_CAPTION, LONGEST_TEXT
from data.model.subscriptions import ALL
from handlers.dictation import plain
from handlers.reply import letters

_ADDRESS = re.compile(r"(?:https?|tg)://[^\s/]+\S*", re.IGNORECASE)
_PHOTO = re.compile(r"https?://[^\s/]+\S*|[A-Za-z0-9_-]+", re.IGNORECASE)
_TOLD = {
    "extra_forbidden": "is no key of this file; {keys} are",
    "missing": "is missing",
    "string_type": "must be text",
    "string_too_short": "is empty",
    "too_short": "is empty",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dict_type": "must have a text for each language, like az: …",
    "model_type": "must have keys and values, like {keys}",
}
"""What is wrong by pydantic's name for it."""


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError("must be an address like https://example.org")
    return value


def _photo(value: str) -> str:
    if value and not _PHOTO.fullmatch(value):
        raise ValueError("must be an address like https://example.org/a.jpg, or a file id")
    return value


Words = Annotated[str, Field(min_length=1)]
CONFIG = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Button(BaseModel):
    """Under the text; opens an address."""

    model_config = CONFIG
    text: Words
    url: Annotated[str, AfterValidator(_address)]


class Announcement(BaseModel):
    """The file. ``others``: the language of those who have no text of their own, or nobody.

    ``photo`` is an address that Telegram fetches it from, or Telegram's id of a file.
    """

    model_config = CONFIG
    texts: Annotated[Mapping[str, Words], Field(min_length=1)]
    audience: str = ALL
    others: str = ""
    photo: Annotated[str, AfterValidator(_photo)] = ""
    button: Button | None = None
    silent: bool = False


def read(path: Path) -> Announcement:
    """Raises InputError that names the file and the key."""
    try:
        found = Announcement.model_validate(yaml.safe_load(path.read_text("utf-8-sig")))
    except UnicodeDecodeError:
        raise InputError(f"{path} is not text in UTF-8") from None
    except yaml.YAMLError as error:
        raise InputError(f"{path} is not YAML{_line(error)}") from None
    except ValidationError as error:
        raise InputError(f"{path}: {_told(error)}") from None
    known = sorted(locales.load())
    if strange := sorted(found.texts.keys() - known):
        raise InputError(f"{path}: texts: {strange[0]!r} is none of {', '.join(known)}")
    _check_room(path, found)
    return found


def _line(error: yaml.YAMLError) -> str:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    return f": see line {mark.line + 1}" if mark else ""


def _told(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where: tuple[Any, ...] = first["loc"]
    inside = where[:1] == ("button",) and (len(where) > 1 or first["type"] == "model_type")
    keys = ", ".join((Button if inside else Announcement).model_fields)
    told = _TOLD.get(first["type"], first["msg"].removeprefix("Value error, "))
    key = ".".join(str(each) for each in where) or "the file"
    return f"{key}: {told.format(keys=keys)}"


def _check_room(path: Path, found: Announcement) -> None:
    room = LONGEST_CAPTION if found.photo else LONGEST_TEXT
    for language, text in found.texts.items():
        if not plain(text).strip():
            raise InputError(f"{path}: texts.{language}: is empty")
        many = letters(text)
        if many > room:
            where = "under a photo" if found.photo else "in a message"
            raise InputError(f"{path}: texts: {language} has {many} letters; {where} {room} fit")
