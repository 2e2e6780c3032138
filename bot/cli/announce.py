"""``python -m bot announce``: tell many people something; the running bot sends it."""

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

import locales
from bot.cli.stored import InputError, is_topic, library, note, with_store
from bot.settings import SendingSettings
from data.audiences import reached
from data.crew import Crew
from data.model.announcements import LIFE, LONGEST_CAPTION, LONGEST_TEXT, NOBODY
from data.model.outbox import Audience, Mailing, Urgency, Window
from data.model.subscriptions import ALL
from data.store import Store
from handlers.approvals import ask_for
from handlers.dictation import plain
from handlers.editorial import CHAT_TYPES

Words = Annotated[str, Field(min_length=1)]


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
        found, at = _read(wish.path), _moment(wish.at, settings.time_zone)
        audience = await _audience(store, found.audience)
        await _check_others(store, found, audience)
        many = await store.subscriptions.count(audience)
        print(f"{many} recipients {_duration(many, settings.send_rate)}")
        if wish.dry_run or not (wish.yes or _agreed()):
            return 0
        await _queue(store, settings, _mailing(found, audience, at), audience)
        return 0

    return await with_store(settings.database_url, work)


async def _queue(
    store: Store, settings: SendingSettings, mailing: Mailing, audience: Audience
) -> None:
    held = settings.two_person_approval
    window = _window(mailing.body["at"])
    number = await store.mailings.plan(mailing, audience, window, "held" if held else "planned")
    report = await store.mailings.report(number)
    if report and report.mailing.body != mailing.body:
        raise InputError(f"mailing {number} says the same for another time; call it off first")
    await note(store, "announcement.confirm", str(number), held=held, **mailing.body)
    state = report.state if report else "planned"
    if state == "held":
        publishers = await Crew(frozenset(settings.admin_ids), store.desk).those("publisher")
        await ask_for(store, number, publishers, datetime.now(UTC))
    print(f"mailing {number} is {state}; see: python -m bot outbox status")


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
    _check_room(path, found)
    return found


def _check_room(path: Path, found: Announcement) -> None:
    room = LONGEST_CAPTION if found.photo else LONGEST_TEXT
    for language, text in found.texts.items():
        many = len(plain(text))
        if many > room:
            where = "under a photo" if found.photo else "in a message"
            raise InputError(f"{path}: texts: {language} has {many} letters; {where} {room} fit")


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


def _mailing(found: Announcement, audience: Audience, at: datetime | None) -> Mailing:
    """The same text on the same day is the same mailing, so that it cannot be sent twice."""
    body: dict[str, Any] = found.model_dump(mode="json", exclude={"audience"})
    # as a draft of the chat has them, for the cards and reports there
    whom = {"language": audience.language, "chat_type": audience.chat_type}
    topic = found.audience if audience.topics else ""
    body |= {"topic": topic, **whom, "at": at and at.isoformat()}
    today = datetime.now(UTC).date()
    said = f"{today} {found.model_dump_json()}".encode()
    key = f"announcement {today} {hashlib.sha256(said).hexdigest()[:16]}"
    return Mailing(key, "announcement", "", Urgency.ANNOUNCEMENT, body, "command line")


def _window(at: str | None) -> Window:
    start = datetime.fromisoformat(at) if at else datetime.now(UTC)
    return Window(start, start + LIFE)


def _moment(at: datetime | None, zone: str) -> datetime | None:
    """Raises InputError for what is past."""
    if at is None:
        return None
    moment = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
    if moment < datetime.now(UTC):
        raise InputError(f"--at: {moment.isoformat()} is past; leave it out to send now")
    return moment


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
