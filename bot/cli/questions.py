"""``python -m bot questions``: what was asked in vain, for those who add the content."""

import csv
import json
import sys
from collections.abc import Callable, Iterable

from data.store import Store
from data.store.ports import Asked
from handlers.sheets import harmless

ALL = 1_000_000
"""More than are asked in the days that they are kept."""
COLUMNS = ("times", "text", "language", "first", "last")


async def questions(database_url: str, form: str) -> int:
    """The most asked first; ``form`` is text, json (one object a line) or csv."""
    async with Store(database_url) as store:
        asked = await store.unanswered.listed(ALL)
    FORMS[form](asked)
    return 0


def _text(asked: Iterable[Asked]) -> None:
    for each in asked:
        print(f"{each.times:6}  {each.language}  {each.last:%Y-%m-%d}  {each.text}")


def _json(asked: Iterable[Asked]) -> None:
    for each in asked:
        print(json.dumps(dict(zip(COLUMNS, _row(each), strict=True)), ensure_ascii=False))


def _csv(asked: Iterable[Asked]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([harmless(cell) for cell in _row(each)] for each in asked)


def _row(asked: Asked) -> tuple[int | str, ...]:
    moments = (asked.first.isoformat(), asked.last.isoformat())
    return (asked.times, asked.text, asked.language, *moments)


FORMS: dict[str, Callable[[Iterable[Asked]], None]] = {
    "text": _text,
    "json": _json,
    "csv": _csv,
}
