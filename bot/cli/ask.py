"""``python -m bot ask``: questions answered on the command line, one or many."""

import argparse
import asyncio
import datetime as dt
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import locales
from bot.settings import StoreSettings
from data.importer import publish_packaged
from data.library import Library
from data.shelf import Shelf
from data.store import Store
from handlers.answers import Answer, Answerer

USAGE = 2


def ask(settings: StoreSettings, options: argparse.Namespace) -> int:
    """What the command line asks for, answered from the store, which is filled where it is empty.

    Raises StoreError and ContentError.
    """
    speakers = locales.load()
    library = asyncio.run(_library(settings.database_url, frozenset(speakers)))
    zone = ZoneInfo(settings.time_zone)
    answerer = Answerer(library, speakers)
    if options.jsonl is None:
        given = {"lang": options.lang, "context": options.context, "now": options.now}
        return one(answerer, {"text": options.question, **given}, zone, as_json=options.json)
    if options.jsonl == "-":
        return many(answerer, sys.stdin, zone, options.now)
    try:
        with Path(options.jsonl).open(encoding="utf-8") as file:
            return many(answerer, file, zone, options.now)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        print(f"ask: {options.jsonl} cannot be read: {reason}", file=sys.stderr)
        return USAGE


async def _library(database_url: str, languages: frozenset[str]) -> Library:
    async with Store(database_url) as store:
        await publish_packaged(store.contents, languages, dt.datetime.now(dt.UTC))
        shelf = Shelf(store.contents, languages)
        await shelf.refresh()
    return shelf.library


def one(answerer: Answerer, question: Mapping[str, Any], zone: dt.tzinfo, *, as_json: bool) -> int:
    """``question`` has ``text`` and perhaps ``lang``, ``context``, ``now``; see ``answered``."""
    try:
        answer = answered(answerer, question, zone)
    except ValueError as error:
        print(f"ask: {error}", file=sys.stderr)
        return USAGE
    if as_json:
        print(json.dumps(row(question.get("id"), answer), ensure_ascii=False))
        return 0
    print(answer.text)
    for source in answer.sources:
        print(f"  {source.publisher}: {source.url}")
    return 0


def many(answerer: Answerer, lines: Iterable[str], zone: dt.tzinfo, now: str | None = None) -> int:
    """One JSON object a line in, one out; ``now`` is for the lines that have none.

    A line that cannot be used is named on stderr and the others are answered.
    """
    wrong = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = _object(line)
            answer = answered(answerer, question, zone, now)
        except ValueError as error:
            print(f"ask: line {number}: {error}", file=sys.stderr)
            wrong += 1
            continue
        print(json.dumps(row(question.get("id"), answer), ensure_ascii=False))
    return USAGE if wrong else 0


def answered(
    answerer: Answerer, question: Mapping[str, Any], zone: dt.tzinfo, now: str | None = None
) -> Answer:
    """Raises ValueError that says what is wrong with the question."""
    text = question.get("text")
    if not isinstance(text, str):
        raise ValueError("“text” must be the question")
    today = day(question.get("now") or now, zone)
    language = question.get("lang")
    topic = None
    if before := question.get("context"):
        topic = answerer.answer(str(before), today, language).topic
    return answerer.answer(text, today, language, topic)


def day(now: str | None, zone: dt.tzinfo) -> dt.date:
    """The day of ``2025-11-21T10:00``, there unless it says another zone; or today."""
    if now is None:
        return dt.datetime.now(zone).date()
    try:
        moment = dt.datetime.fromisoformat(now)
    except (TypeError, ValueError):
        raise ValueError(f"“now” is {now!r}; write it like 2025-11-21T10:00") from None
    return (moment.astimezone(zone) if moment.tzinfo else moment).date()


def row(id_: object, answer: Answer) -> dict[str, object]:
    """The answer as one JSON object."""
    told = answer.told
    return {
        "id": id_,
        "status": answer.status,
        "intent": answer.intent,
        "places": list(told.places),
        "events": list(told.events),
        "dates": [each.isoformat() for each in told.dates],
        "lang": answer.language,
        "text": answer.text,
        "sources": [{"publisher": each.publisher, "url": each.url} for each in answer.sources],
        "confidence": answer.confidence,
    }


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        raise ValueError("is not JSON") from None
    if not isinstance(value, dict):
        raise ValueError("is not a JSON object")
    return value
