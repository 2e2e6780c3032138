"""``python -m bot announce``: tell many people something; the running bot sends it."""

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

import locales
from bot.cli.stored import InputError, is_topic, library, note, with_store
from bot.settings import SendingSettings
from data.audiences import reached
from data.model.outbox import Audience, Mailing, Urgency, Window
from data.model.subscriptions import ALL
from data.store import Store

LIFE = timedelta(days=3)
"""After that it is not sent to those who have not been reached."""
CHAT_TYPES = ("private", "group", "supergroup", "channel")
NOBODY = "nobody"
Words = Annotated[str, Field(min_length=1, max_length=4000)]


class Button(BaseModel):
    """Under the text; opens an address."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: Words
    url: Annotated[str, Field(pattern=r"^(https?|tg)://")]


class Announcement(BaseModel):
    """The file. ``others``: the language of those who have no text of their own, or nobody."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    texts: Annotated[Mapping[str, Words], Field(min_length=1)]
    audience: str = ALL
    others: str = ""
    photo: str = ""
    button: Button | None = None
    silent: bool = False


@dataclass(frozen=True)
class Wish:
    """What the command line says. ``at``: None is now; without an offset in TIME_ZONE."""

    path: Path
    at: datetime | None = None
    dry_run: bool = False
    yes: bool = False


async def announce(settings: SendingSettings, wish: Wish) -> int:
    """Queue it, after telling how many it goes to and how long that takes."""

    async def work(store: Store) -> int:
        found = _read(wish.path)
        audience = await _audience(store, found.audience)
        await _check_others(store, found, audience)
        many = await store.subscriptions.count(audience)
        print(f"{many} recipients {_duration(many, settings.send_rate)}")
        if wish.dry_run or not (wish.yes or _agreed()):
            return 0
        mailing, window = _mailing(found), _window(wish.at, settings.time_zone)
        number = await store.mailings.plan(mailing, audience, window)
        await note(store, "announcement.confirm", str(number), **mailing.body)
        report = await store.mailings.report(number)
        state = report.state if report else "planned"
        print(f"mailing {number} is {state}; see: python -m bot outbox status")
        return 0

    return await with_store(settings.database_url, work)


def _read(path: Path) -> Announcement:
    try:
        found = Announcement.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError):
        raise InputError(f"{path} is not YAML in UTF-8") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(each) for each in first["loc"]) or "the file"
        raise InputError(f"{path}: {where}: {first['msg']}") from None
    known = sorted(locales.load())
    if strange := sorted(found.texts.keys() - known):
        raise InputError(f"{path}: texts: {strange[0]!r} is none of {', '.join(known)}")
    return found


async def _check_others(store: Store, found: Announcement, audience: Audience) -> None:
    """Nobody gets another language, or nothing, by oversight."""
    choices = (*sorted(found.texts), NOBODY)
    if found.others in choices:
        return
    for language in sorted(locales.load().keys() - found.texts.keys()):
        theirs = replace(audience, language=language)
        if audience.language in ("", language) and await store.subscriptions.count(theirs):
            raise InputError(
                f"there is no text in {language}; add it, or tell what these people get: "
                f"others: {' or '.join(choices)}"
            )


async def _audience(store: Store, name: str) -> Audience:
    if name == ALL:
        return Audience()
    if name in locales.load():
        return Audience(language=name)
    if name in CHAT_TYPES:
        return Audience(chat_type=name)
    known = await library(store)
    if is_topic(known, name):
        return reached(known, Audience(topics=(name,)))
    raise InputError(f"audience: {name!r} is neither all, a language, a topic nor a chat type")


def _mailing(found: Announcement) -> Mailing:
    """The same text on the same day is the same mailing, so that it cannot be sent twice."""
    body: dict[str, Any] = found.model_dump(mode="json", exclude={"audience"})
    today = datetime.now(UTC).date()
    said = f"{today} {found.model_dump_json()}".encode()
    key = f"announcement {today} {hashlib.sha256(said).hexdigest()[:16]}"
    return Mailing(key, "announcement", "", Urgency.ANNOUNCEMENT, body, "command line")


def _window(at: datetime | None, zone: str) -> Window:
    start = at or datetime.now(UTC)
    if start.tzinfo is None:
        start = start.replace(tzinfo=ZoneInfo(zone))
    return Window(start, start + LIFE)


def _duration(many: int, rate: int) -> str:
    if not rate:
        return "as fast as it goes"
    seconds = many / rate
    time = f"{seconds / 60:.0f} minutes" if seconds >= 60 else f"{seconds:.0f} seconds"
    return f"at {rate}/s: {time}"


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise InputError("add --yes to queue it")
    return input("Queue it? [y/N] ").strip().lower() in ("y", "yes")
