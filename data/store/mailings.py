"""The port ``Mailings`` in SQL: one row a mailing, one row for each who gets it."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from data.model.outbox import STATUSES, Audience, Mailing, Report, State, Status, Urgency, Window
from data.model.subscriptions import Address
from data.store import tables
from data.store.database import Database

_MAILINGS, _OUTBOX, _CHATS = tables.mailings, tables.outbox, tables.chats
_SUBSCRIPTIONS, _ALARMS = tables.subscriptions, tables.alarms
PAGE = 50_000
"""Letters a transaction: other writers wait about 0.2 s for it."""
_LIVE = ("held", "planned", "open", "paused")
_PENDING: Any = literal_column("'pending'")
_LETTER = ["mailing_id", "chat_id", "thread_id", "status", "not_before", "expires"]
_UNFINISHED = exists().where(
    _OUTBOX.c.mailing_id == _MAILINGS.c.id,
    or_(text(f"outbox.{tables.PENDING}"), text(f"outbox.{tables.SENDING}")),
)


class SqlMailings:
    """See ``data.store.ports.Mailings``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def plan(
        self, mailing: Mailing, audience: Audience, window: Window, state: State = "planned"
    ) -> int:
        told = json.dumps(
            {
                "topics": audience.topics,
                "language": audience.language,
                "chat_type": audience.chat_type,
            }
        )
        row = {
            **_row(mailing),
            "state": state,
            "audience": told,
            "starts": window.start,
            "ends": window.end,
        }
        async with self._database.writing() as connection:
            new = self._database.insert(_MAILINGS).values(row).on_conflict_do_nothing()
            await connection.execute(new)
            return await _number(connection, mailing.key)

    async def fan_out(self, now: datetime) -> int:
        query = select(_MAILINGS).where(_MAILINGS.c.state == "planned", _MAILINGS.c.starts <= now)
        async with self._database.reading() as connection:
            planned = (await connection.execute(query.order_by(_MAILINGS.c.starts))).all()
        many = 0
        for row in planned:
            audience = json.loads(row.audience)
            people = addresses(Audience(**{**audience, "topics": tuple(audience["topics"])}))
            many += await fan_out(self._database, people, row.id, Window(row.starts, row.ends))
            async with self._database.writing() as connection:
                await connection.execute(_opened(row.id, "planned"))
        return many

    async def put(self, mailing: Mailing, address: Address, window: Window) -> None:
        number = await open_(self._database, mailing)
        anew = {"status": "pending", "not_before": window.start, "expires": window.end}
        letter = (
            self._database.insert(_OUTBOX)
            .values(
                mailing_id=number, chat_id=address.chat_id, thread_id=address.thread_id, **anew
            )
            .on_conflict_do_update(
                index_elements=["mailing_id", "chat_id", "thread_id"],
                set_={**anew, "attempts": 0, "message_id": None, "error": None},
            )
        )
        async with self._database.writing() as connection:
            await connection.execute(letter)

    async def follow_up(self, mailing: Mailing, to: int, window: Window, state: State) -> int:
        own = _OUTBOX.c
        sent = select(own.chat_id, own.thread_id, own.message_id)
        sent = sent.where(own.mailing_id == to, own.status == "sent", own.message_id.is_not(None))
        new = self._database.insert(_MAILINGS).values({**_row(mailing), "state": "held"})
        async with self._database.writing() as connection:
            await connection.execute(new.on_conflict_do_nothing())
            number = await _number(connection, mailing.key)
        await fan_out(self._database, sent, number, window)
        if state == "open":
            async with self._database.writing() as connection:
                await connection.execute(_opened(number, "held"))
        return number

    async def set_state(self, mailing_id: int, state: State) -> None:
        changed = update(_MAILINGS).where(_MAILINGS.c.id == mailing_id)
        # its audience may not have been written down: that is done again, which changes nothing
        anew = case((_MAILINGS.c.audience.is_not(None), "planned"), else_="open")
        async with self._database.writing() as connection:
            await connection.execute(changed.values(state=anew if state == "open" else state))
            if state == "cancelled":
                await connection.execute(
                    update(_OUTBOX)
                    .where(_OUTBOX.c.mailing_id == mailing_id, text(tables.PENDING))
                    .values(status="cancelled")
                )

    async def close_finished(self) -> None:
        finished = update(_MAILINGS).where(_MAILINGS.c.state == "open", ~_UNFINISHED)
        async with self._database.writing() as connection:
            await connection.execute(finished.values(state="done"))

    async def report(self, mailing_id: int) -> Report | None:
        query = select(_MAILINGS).where(_MAILINGS.c.id == mailing_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).first()
            return await _report(connection, row) if row else None

    async def reports(self) -> Sequence[Report]:
        query = select(_MAILINGS).where(_MAILINGS.c.state.in_((*_LIVE, "stopped")))
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

    async def blocked(self, mailing_id: int) -> int:
        own = _OUTBOX.c
        query = select(func.count()).where(own.mailing_id == mailing_id, own.status == "failed")
        gone = or_(own.error.like("Forbidden%"), own.error.like("%chat not found%"))
        async with self._database.reading() as connection:
            return int((await connection.execute(query.where(gone))).scalar_one())

    async def letters(self, mailing_id: int) -> AsyncIterator[tuple[Address, Status, int | None]]:
        own = _OUTBOX.c
        query = (
            select(own.chat_id, own.thread_id, own.status, own.message_id)
            .where(own.mailing_id == mailing_id)
            .where(
                tuple_(own.chat_id, own.thread_id) > tuple_(bindparam("chat"), bindparam("thread"))
            )
            .order_by(own.chat_id, own.thread_id)
            .limit(1000)
        )
        last = {"chat": -(2**62), "thread": 0}
        while True:
            async with self._database.reading() as connection:
                rows = (await connection.execute(query, last)).all()
            for chat, thread, status, message_id in rows:
                yield Address(chat, thread), status, message_id
            if not rows:
                return
            last = {"chat": rows[-1].chat_id, "thread": rows[-1].thread_id}


def addresses(audience: Audience) -> Select[int, int]:
    """Chat and thread of everybody in the audience."""
    chat, followed = _CHATS.c, _SUBSCRIPTIONS.c
    if audience.topics:
        topics = select(_ALARMS.c.id).where(_ALARMS.c.topic.in_(audience.topics))
        query = (
            select(followed.chat_id, followed.thread_id)
            .join(_CHATS, chat.chat_id == followed.chat_id)
            .where(followed.alarm_id.in_(topics), chat.active)
            .distinct()
        )
    else:
        query = select(chat.chat_id, literal(0).label("thread_id"))
        query = query.where(chat.active, chat.announcements)
    if audience.language:
        query = query.where(chat.language == audience.language)
    if audience.chat_type:
        query = query.where(chat.type == audience.chat_type)
    return query


async def open_(database: Database, mailing: Mailing) -> int:
    """The number of the mailing, which more letters are about to join."""
    new = database.insert(_MAILINGS).values({**_row(mailing), "state": "open"})
    async with database.writing() as connection:
        await connection.execute(new.on_conflict_do_nothing())
        number = await _number(connection, mailing.key)
        await connection.execute(_opened(number, "done"))
    return number


async def fan_out(
    database: Database, people: Select[*tuple[int, ...]], mailing_id: int, window: Window
) -> int:
    """A letter for each of ``people``, page by page; those that are there stay as they are.

    A third column, ``message_id``, is the message that the letter is about.
    """
    found = people.subquery()
    keys = (found.c.chat_id, found.c.thread_id)
    about = [column for column in found.c if column.name == "message_id"]
    page = (
        select(*keys, *about)
        .where(tuple_(*keys) > tuple_(bindparam("chat"), bindparam("thread")))
        .order_by(*keys)
        .limit(PAGE)
        .subquery()
    )
    own = [literal(mailing_id), page.c.chat_id, page.c.thread_id, literal("pending")]
    times = [literal(each, tables.Millis) for each in (window.start, window.end)]
    # "true" lets SQLite see that ON CONFLICT belongs to the INSERT
    rows = select(*own, *times, *(page.c[each.name] for each in about)).where(text("1 = 1"))
    columns = [*_LETTER, *(each.name for each in about)]
    insert = database.insert(_OUTBOX).from_select(columns, rows).on_conflict_do_nothing()
    last = (
        select(page.c.chat_id, page.c.thread_id)
        .order_by(page.c.chat_id.desc(), page.c.thread_id.desc())
        .limit(1)
    )
    after, many = {"chat": -(2**62), "thread": 0}, 0
    while True:
        async with database.writing() as connection:
            end = (await connection.execute(last, after)).first()
            if end is None:
                return many
            many += (await connection.execute(insert, after)).rowcount
        after = {"chat": end.chat_id, "thread": end.thread_id}


async def call_off(
    connection: AsyncConnection, chat_id: int, thread_id: int | None = None
) -> None:
    """What is about to be sent to a chat, or to one of its threads."""
    live = select(_MAILINGS.c.id).where(_MAILINGS.c.state.in_(_LIVE))
    letters = update(_OUTBOX).where(
        _OUTBOX.c.mailing_id.in_(live), _OUTBOX.c.chat_id == chat_id, _OUTBOX.c.status == _PENDING
    )
    if thread_id is not None:
        letters = letters.where(_OUTBOX.c.thread_id == thread_id)
    await connection.execute(letters.values(status="cancelled"))


def mailing_of(row: Row[Any]) -> Mailing:
    """From a row with the columns of a mailing."""
    body = json.loads(row.body)
    return Mailing(row.key, row.kind, row.ref, Urgency(row.urgency), body, row.author)


def _row(mailing: Mailing) -> dict[str, Any]:
    return {
        "key": mailing.key,
        "kind": mailing.kind,
        "ref": mailing.ref,
        "urgency": int(mailing.urgency),
        "body": json.dumps(mailing.body, ensure_ascii=False),
        "author": mailing.author,
    }


def _opened(number: int, before: State) -> Any:
    was = and_(_MAILINGS.c.id == number, _MAILINGS.c.state == before)
    return update(_MAILINGS).where(was).values(state="open")


async def _number(connection: AsyncConnection, key: str) -> int:
    found = await connection.execute(select(_MAILINGS.c.id).where(_MAILINGS.c.key == key))
    return int(found.scalar_one())


async def _report(connection: AsyncConnection, row: Row[Any]) -> Report:
    counts = await counted(connection, row.id)
    return Report(row.id, mailing_of(row), row.state, row.error, counts)


async def counted(connection: AsyncConnection, mailing_id: int | None) -> Mapping[Status, int]:
    """How many letters are in each status; None: of all mailings."""
    query = select(_OUTBOX.c.status, func.count()).group_by(_OUTBOX.c.status)
    if mailing_id is not None:
        query = query.where(_OUTBOX.c.mailing_id == mailing_id)
    found: dict[Status, int] = {row[0]: row[1] for row in await connection.execute(query)}
    return {status: found.get(status, 0) for status in STATUSES}
