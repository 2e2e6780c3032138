"""``python -m bot announce``: tell many people something; the running bot sends it."""

import hashlib
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import locales
from bot.cli.announcement import Announcement, read
from bot.cli.stored import InputError, is_topic, library, note, with_store
from bot.settings import SendingSettings
from data.audiences import reached
from data.crew import Crew
from data.model.announcements import LIFE, NOBODY
from data.model.outbox import Audience, Mailing, Report, State, Urgency, Window
from data.model.subscriptions import ALL
from data.store import Store
from handlers.announcements import reach, readers
from handlers.approvals import ask_for
from handlers.dictation import FURTHEST
from handlers.editorial import CHAT_TYPES


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
        found, at = read(wish.path), _moment(wish.at, settings.time_zone)
        audience = await _audience(store, wish.path, found.audience)
        await _check_others(store, wish.path, found, audience)
        body = found.model_dump()
        many = await reach(store.subscriptions, audience, body, locales.load())
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
    report = await _planned(store, mailing, audience, "held" if held else "planned")
    number = report.id
    if report.mailing.body != mailing.body:
        raise InputError(
            f"mailing {number} says the same for another time; call it off in /announcements first"
        )
    await note(store, "announcement.confirm", str(number), held=held, **mailing.body)
    if report.state == "held":
        publishers = await Crew(frozenset(settings.admin_ids), store.desk).those("publisher")
        await ask_for(store, number, publishers, datetime.now(UTC))
    print(f"mailing {number} is {report.state}; see: python -m bot outbox status")


async def _planned(store: Store, mailing: Mailing, audience: Audience, state: State) -> Report:
    """What has been called off does not stand in the way of the same text."""
    window = _window(mailing.body["at"])
    while True:
        number = await store.mailings.plan(mailing, audience, window, state)
        report = await store.mailings.report(number)
        if report and report.state != "cancelled":
            return report
        mailing = replace(mailing, key=f"{mailing.key} after {number}")


async def _check_others(store: Store, path: Path, found: Announcement, audience: Audience) -> None:
    """Nobody gets another language, or nothing, by oversight."""
    choices = (*sorted(found.texts), NOBODY)
    if found.others in choices:
        return
    counts = await readers(store.subscriptions, audience, locales.load())
    for language in sorted(counts):
        if counts[language] and language not in found.texts:
            raise InputError(
                f"{path}: there is no text in {language}; add it, or tell what these people get: "
                f"others: {' or '.join(choices)}"
            )


async def _audience(store: Store, path: Path, name: str) -> Audience:
    if name == ALL:
        return Audience()
    if name in locales.load():
        return Audience(language=name)
    if name in CHAT_TYPES:
        return Audience(chat_type=name)
    known = await library(store)
    if is_topic(known, name):
        return reached(known, Audience(topics=(name,)))
    raise InputError(
        f"{path}: audience: {name!r} is neither all, a language, a chat type "
        f"({', '.join(CHAT_TYPES)}), nor a topic like kalbajar or kalbajar-city-day"
    )


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
    """Raises InputError for what is past, or so far ahead that it must be a slip."""
    if at is None:
        return None
    moment = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
    now = datetime.now(UTC)
    if moment < now:
        raise InputError(f"--at: {moment.isoformat()} is past; leave it out to send now")
    if moment > now + FURTHEST:
        raise InputError(f"--at: {moment.isoformat()} is more than a year away")
    return moment.astimezone(UTC)


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
