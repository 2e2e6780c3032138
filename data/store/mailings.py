"""The port ``Mailings`` in SQL: one row a mailing, one row for each who gets it."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    case,
    exists,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from data.model.outbox import (
    Audience,
    Fate,
    Mailing,
    Report,
    State,
    Urgency,
    Window,
)
from data.model.subscriptions import Address
from data.store import fates, tables
from data.store.database import Database
from data.store.fanning import LIVE, addresses, columns, entered, fan_out, number_of, opened
from data.store.fates import counted
from data.store.moments import Millis
from data.store.retention import kept, prune

_MAILINGS, _OUTBOX, _CHATS = tables.mailings, tables.outbox, tables.chats
_SUBSCRIPTIONS, _ALARMS = tables.subscriptions, tables.alarms
_UNFINISHED = exists().where(
    _OUTBOX.c.mailing_id == _MAILINGS.c.id,
    or_(text(f"outbox.{tables.PENDING}"), text(f"outbox.{tables.SENDING}")),
)
_CALLED_OFF = select(_MAILINGS.c.id).where(
    _MAILINGS.c.id == bindparam("mailing"), _MAILINGS.c.state == "cancelled"
)
_CALL_OFF = (
    update(_OUTBOX)
    .where(_OUTBOX.c.mailing_id.in_(_CALLED_OFF), text(tables.PENDING))
    .values(status="cancelled")
)
"""What waits of a mailing, if that is cancelled."""
# its audience may not have been written down: that is done again, which changes nothing
_ANEW = case((_MAILINGS.c.audience.is_not(None), "planned"), else_="open")


class SqlMailings:
    """See ``data.store.post.Mailings``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def plan(
        self, mailing: Mailing, audience: Audience, window: Window, state: State = "planned"
    ) -> int:
        row = {
            **columns(mailing),
            "state": state,
            "audience": json.dumps(asdict(audience)),
            "starts": window.start,
            "ends": window.end,
        }
        return await self._add(row)

    async def fan_out(self, now: datetime) -> int:
        query = select(_MAILINGS).where(_MAILINGS.c.state == "planned", _MAILINGS.c.starts <= now)
        async with self._database.reading() as connection:
            planned = (await connection.execute(query.order_by(_MAILINGS.c.starts))).all()
        many = 0
        for row in planned:
            audience = json.loads(row.audience)
            people = addresses(Audience(**{**audience, "topics": tuple(audience["topics"])}))
            many += await fan_out(self._database, people, row.id, Window(row.starts, row.ends))
            await self._database.transaction(partial(_complete, row.id))
        return many

    async def put(self, mailing: Mailing, address: Address, window: Window) -> None:
        insert = self._database.insert
        anew = {"status": "pending", "not_before": window.start, "expires": window.end}
        letter = insert(_OUTBOX).on_conflict_do_update(
            index_elements=["mailing_id", "chat_id", "thread_id"],
            set_={**anew, "attempts": 0, "message_id": None, "error": None},
        )

        def put(connection: Connection) -> None:
            number = entered(connection, insert, mailing)
            row = {"mailing_id": number, **asdict(address), **anew}
            connection.execute(letter, row)
            connection.execute(opened(number, "done"))

        await self._database.transaction(put)

    async def follow_up(self, mailing: Mailing, to: int, window: Window, state: State) -> int:
        own = _OUTBOX.c
        sent = select(own.chat_id, own.thread_id, own.message_id)
        sent = sent.where(own.mailing_id == to, own.status == "sent", own.message_id.is_not(None))
        number = await self._add({**columns(mailing), "state": "held"})
        await fan_out(self._database, sent, number, window)
        if state == "open":
            await self._database.write(opened(number, "held"))
        return number

    async def _add(self, row: Mapping[str, Any]) -> int:
        """Its number, or that of the one that has its key."""
        new = self._database.insert(_MAILINGS).values(row).on_conflict_do_nothing()

        def add(connection: Connection) -> int:
            connection.execute(new)
            return number_of(connection, row["key"])

        return await self._database.transaction(add)

    async def set_state(self, mailing_id: int, state: State, was: State) -> bool:
        changed = update(_MAILINGS).where(_MAILINGS.c.id == mailing_id, _MAILINGS.c.state == was)
        changed = changed.values(state=_ANEW if state == "open" else state)

        def set_state(connection: Connection) -> bool:
            done = bool(connection.execute(changed).rowcount)
            connection.execute(_CALL_OFF, {"mailing": mailing_id})
            return done

        return await self._database.transaction(set_state)

    async def approve(self, mailing_id: int, now: datetime) -> bool:
        own, letter, moment = _MAILINGS.c, _OUTBOX.c, literal(now, Millis)
        held = update(_MAILINGS).where(own.id == mailing_id, own.state == "held")
        begun = update(_MAILINGS).where(own.id == mailing_id, own.starts < now)
        theirs = update(_OUTBOX).where(letter.mailing_id == mailing_id, letter.not_before < now)

        def approve(connection: Connection) -> bool:
            if not connection.execute(held.values(state=_ANEW)).rowcount:
                return False
            late = {"starts": now, "ends": own.ends + (moment - own.starts)}
            connection.execute(begun.values(late))
            # not from when on: that stands in an index, and is past anyway
            longer = theirs.values(expires=letter.expires + (moment - letter.not_before))
            connection.execute(longer)
            return True

        return await self._database.transaction(approve)

    async def close_finished(self) -> None:
        finished = update(_MAILINGS).where(_MAILINGS.c.state == "open", ~_UNFINISHED)
        await self._database.write(finished.values(state="done"))

    async def prune(self, before: datetime) -> int:
        return await prune(self._database, before)

    async def report(self, mailing_id: int) -> Report | None:
        query = select(_MAILINGS).where(_MAILINGS.c.id == mailing_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).first()
            return await _report(connection, row) if row else None

    async def reports(self) -> Sequence[Report]:
        query = select(_MAILINGS).where(_MAILINGS.c.state.in_((*LIVE, "stopped")))
        query = query.order_by(_MAILINGS.c.urgency, _MAILINGS.c.id)
        async with self._database.reading() as connection:
            return [
                await _report(connection, row) for row in (await connection.execute(query)).all()
            ]

    async def recent(self, kind: str, many: int) -> Sequence[Report]:
        query = select(_MAILINGS).where(_MAILINGS.c.kind == kind)
        query = query.order_by(_MAILINGS.c.id.desc()).limit(many)
        async with self._database.reading() as connection:
            return [
                await _report(connection, row) for row in (await connection.execute(query)).all()
            ]

    async def unreached(self, key: str) -> Sequence[int]:
        return await fates.unreached(self._database, key)

    async def blocked(self, mailing_id: int) -> int:
        return await fates.blocked(self._database, mailing_id)

    def letters(self, mailing_id: int) -> AsyncIterator[Fate]:
        return fates.letters(self._database, mailing_id)


def _complete(number: int, connection: Connection) -> None:
    """All its letters are there; it may have been paused or called off meanwhile."""
    connection.execute(opened(number, "planned"))
    connection.execute(_CALL_OFF, {"mailing": number})


def mailing_of(row: Row[Any]) -> Mailing:
    """From a row with the columns of a mailing."""
    body = json.loads(row.body)
    return Mailing(row.key, row.kind, row.ref, Urgency(row.urgency), body, row.author)


async def _report(connection: AsyncConnection, row: Row[Any]) -> Report:
    there, before = await counted(connection, row.id), kept(row.counts)
    counts = {status: many + before.get(status, 0) for status, many in there.items()}
    return Report(row.id, mailing_of(row), row.state, row.error, counts, bool(before))
