"""The port ``Census`` in SQL."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    Select,
    String,
    Table,
    func,
    literal,
    or_,
    select,
)

from data.model.counts import Crowd, Days, What
from data.model.outbox import Status
from data.store import tables
from data.store.database import Database
from data.store.fates import counted

_CHATS, _ALARMS = tables.chats, tables.alarms
_SUBSCRIPTIONS = tables.subscriptions
# beside the others in the database, and needed by nobody but these statements
_DAILY = Table(
    "daily",
    tables.metadata,
    Column("day", Date, primary_key=True),
    Column("what", String(20), primary_key=True),
    Column("count", BigInteger, nullable=False),
)
_FOLLOWS = select(literal(1)).where(_SUBSCRIPTIONS.c.chat_id == _CHATS.c.chat_id).exists()


def _crowds() -> Select[Any]:
    own = _CHATS.c
    # most accept announcements, so few are looked up
    subscribed: ColumnElement[bool] = or_(own.announcements, _FOLLOWS).label("subscribed")
    chats = select(own.type, own.language, own.active, subscribed).subquery()
    alike = (chats.c.type, chats.c.language, chats.c.active, chats.c.subscribed)
    many = func.count().label("many")
    return select(*alike, many).group_by(*alike).order_by(many.desc(), *alike)


def _topics() -> Select[Any]:
    who = _SUBSCRIPTIONS.c
    # one who wants to be told twice counts once
    each = (
        select(_ALARMS.c.topic, who.chat_id, who.thread_id)
        .join(_ALARMS, _ALARMS.c.id == who.alarm_id)
        .distinct()
        .subquery()
    )
    many = func.count().label("many")
    return select(each.c.topic, many).group_by(each.c.topic).order_by(many.desc(), each.c.topic)


class SqlCensus:
    """See ``data.store.census.Census``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        new = database.insert(_DAILY)
        keys = ["day", "what"]
        added = {"count": _DAILY.c.count + new.excluded.count}
        self._add = new.on_conflict_do_update(index_elements=keys, set_=added)
        put = {"count": new.excluded.count}
        self._put = new.on_conflict_do_update(index_elements=keys, set_=put)

    async def chats(self) -> Sequence[Crowd]:
        async with self._database.reading() as connection:
            rows = (await connection.execute(_crowds())).all()
        return [
            Crowd(type_, language, bool(active), bool(subscribed), many)
            for type_, language, active, subscribed, many in rows
        ]

    async def topics(self) -> Mapping[str, int]:
        async with self._database.reading() as connection:
            rows = (await connection.execute(_topics())).all()
        return {row.topic: row.many for row in rows}

    async def letters(self) -> Mapping[Status, int]:
        async with self._database.reading() as connection:
            return await counted(connection, None)

    async def add(self, day: dt.date, counts: Mapping[What, int]) -> None:
        # in one order in every process: PostgreSQL could else lock two of them for each other
        rows = [{"day": day, "what": what, "count": counts[what]} for what in sorted(counts)]
        if rows:
            await self._database.write(self._add, rows)

    async def put(self, day: dt.date, what: What, count: int) -> None:
        await self._database.write(self._put, {"day": day, "what": what, "count": count})

    async def since(self, day: dt.date) -> Days:
        query = select(_DAILY).where(_DAILY.c.day >= day).order_by(_DAILY.c.day, _DAILY.c.what)
        found: dict[dt.date, dict[What, int]] = {}
        async with self._database.reading() as connection:
            for row in await connection.execute(query):
                found.setdefault(row.day, {})[row.what] = row[2]
        return found
