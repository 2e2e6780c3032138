"""``python -m bot subscribers …``: people who come from another bot, or go to one."""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import locales
from bot.cli.stored import InputError, is_topic, library, note, with_store
from data.library import Library
from data.model.subscriptions import ALL
from data.store import Store
from data.store.ports import Followed

COLUMNS = ("chat_id", "language", "zone", "topics")


async def import_(url: str, path: Path, zone: str) -> int:
    """``zone`` is that of lines without one. All lines are checked before the first is kept."""

    async def work(store: Store) -> None:
        known = await library(store)
        for _ in _lines(path, known, zone):
            pass
        many = await store.subscriptions.bring_in(_lines(path, known, zone), datetime.now(UTC))
        await note(store, "subscribers.import", many=many)
        print(f"{many} chats")

    return await with_store(url, work)


async def export(url: str, path: Path) -> int:
    async def work(store: Store) -> None:
        many = 0
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            async for each in store.subscriptions.everyone():
                topics = ";".join(each.topics)
                writer.writerow((each.chat_id, each.language or "", each.zone, topics))
                many += 1
        await note(store, "subscribers.export", many=many)
        print(f"{many} chats in {path}")

    return await with_store(url, work)


def _lines(path: Path, known: Library, zone: str) -> Iterator[Followed]:
    """Raises InputError that names the line."""
    languages, zones = frozenset(locales.load()), available_timezones()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        try:
            if missing := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
                head = ",".join(COLUMNS)
                raise InputError(
                    f"{path}: the column {missing[0]} is missing; the first line must be {head}"
                )
            for row in rows:
                line = _line(row, zone)
                _check(line, known, languages, zones)
                yield line
        except UnicodeDecodeError:  # which line, nobody knows: the file is read in pieces
            raise InputError(f"{path} is not text in UTF-8") from None
        except csv.Error as error:  # in the line after those that could be read
            raise InputError(f"{path}, line {rows.line_num + 1}: {error}") from None
        except ValueError as error:
            raise InputError(f"{path}, line {rows.line_num}: {error}") from None


def _line(row: dict[str | None, str], zone: str) -> Followed:
    if None in row:
        raise ValueError("has more cells than columns; part topics by ;")
    cells = {name: (row[name] or "").strip() for name in COLUMNS}
    if not re.fullmatch(r"-?[1-9]\d{0,15}", cells["chat_id"]):
        raise ValueError(f"{cells['chat_id']!r} is not the id of a chat")
    topics = tuple(filter(None, (each.strip() for each in cells["topics"].split(";"))))
    zone = cells["zone"] or zone
    return Followed(int(cells["chat_id"]), cells["language"] or None, zone, topics)


def _check(line: Followed, known: Library, languages: frozenset[str], zones: set[str]) -> None:
    if line.language is not None and line.language not in languages:
        raise ValueError(
            f"the language {line.language!r} is none of {', '.join(sorted(languages))}"
        )
    if line.zone not in zones:
        raise ValueError(f"no time zone {line.zone!r}; one is like {ZoneInfo('Asia/Baku').key}")
    for topic in line.topics:
        if topic != ALL and not is_topic(known, topic):
            raise ValueError(
                f"{topic!r} is neither a place nor a commemoration; topics are all, "
                "or ids like kalbajar;kalbajar-city-day"
            )
