"""The port ``Unanswered`` in SQL."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from data.store import tables
from data.store.database import Database
from data.store.ports import Asked

_ASKED = tables.unanswered
_LISTED = select(_ASKED).order_by(_ASKED.c.times.desc(), _ASKED.c.last_at.desc(), _ASKED.c.text)
_PRUNE = delete(_ASKED).where(_ASKED.c.last_at < bindparam("before"))


class SqlUnanswered:
    """See ``data.store.ports.Unanswered``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        insert = database.insert(_ASKED)
        self._upsert = insert.on_conflict_do_update(
            index_elements=["text"],
            set_={
                "language": insert.excluded.language,
                "times": _ASKED.c.times + insert.excluded.times,
                "last_at": insert.excluded.last_at,
            },
        )

    async def count(self, asked: Iterable[Asked]) -> None:
        # in one order in every process: PostgreSQL could else lock two of them for each other
        rows = [_row(each) for each in sorted(asked, key=lambda each: each.text)]
        if rows:
            await self._database.write(self._upsert, rows)

    async def listed(self, limit: int, start: int = 0) -> list[Asked]:
        async with self._database.reading() as connection:
            rows = await connection.execute(_LISTED.limit(limit).offset(start))
            return [Asked(*row) for row in rows]

    async def prune(self, before: datetime) -> None:
        await self._database.write(_PRUNE, {"before": before})


def _row(asked: Asked) -> dict[str, object]:
    row = asdict(asked)
    return {**row, "first_at": row.pop("first"), "last_at": row.pop("last")}
