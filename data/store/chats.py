"""The port ``Chats`` in SQL."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Delete,
    Row,
    Table,
    Update,
    bindparam,
    delete,
    exists,
    select,
    update,
)

from data.model.subscriptions import Preferences
from data.store import tables
from data.store.database import Database
from data.store.rhythms import Births, follow_anew

_CHATS, _SUBSCRIPTIONS, _OUTBOX = tables.chats, tables.subscriptions, tables.outbox
_ALARMS = tables.alarms
_MAILINGS = select(tables.mailings.c.id)
_LETTERS = _OUTBOX.c.mailing_id.in_(_MAILINGS)
"""All of them; said by number of the mailing, so that the unique index finds a chat's."""
_LANGUAGE = select(_CHATS.c.language).where(_CHATS.c.chat_id == bindparam("chat"))
_CHAT = select(_CHATS).where(_CHATS.c.chat_id == bindparam("chat"))


def _move(table: Table, *same: str, **changed: str) -> Update:
    """Unless the new chat has such a row of its own: one with the same in those columns."""
    other = table.alias()
    alike = [other.c[each] == table.c[each] for each in same]
    return (
        update(table)
        .where(table.c.chat_id == bindparam("old"))
        .where(~exists().where(other.c.chat_id == bindparam("new"), *alike))
        .values(chat_id=bindparam("new"), **changed)
    )


def _forget(table: Table) -> Delete:
    return delete(table).where(table.c.chat_id == bindparam("chat"))


_MOVES = (
    _move(_CHATS, type="supergroup"),
    _move(tables.topics),
    _move(_SUBSCRIPTIONS, "alarm_id", "thread_id"),
    _move(_OUTBOX, "mailing_id", "thread_id").where(_LETTERS),
)
_FORGETS = (
    _forget(_OUTBOX).where(_LETTERS),
    _forget(_SUBSCRIPTIONS),
    _forget(tables.topics),
    _forget(tables.drafts),
    _forget(tables.watches),
    delete(tables.roles).where(tables.roles.c.user_id == bindparam("chat")),
    _forget(_CHATS),
)
_KEPT = {
    "subscriptions": select(_ALARMS.c.topic, _ALARMS.c.lead, _SUBSCRIPTIONS.c.thread_id)
    .join(_ALARMS, _ALARMS.c.id == _SUBSCRIPTIONS.c.alarm_id)
    .where(_SUBSCRIPTIONS.c.chat_id == bindparam("chat"))
    .order_by(_ALARMS.c.topic, _ALARMS.c.lead, _SUBSCRIPTIONS.c.thread_id),
    "messages": select(tables.mailings.c.key, _OUTBOX.c.status, _OUTBOX.c.thread_id)
    .join(tables.mailings, tables.mailings.c.id == _OUTBOX.c.mailing_id)
    .where(_LETTERS, _OUTBOX.c.chat_id == bindparam("chat"))
    .order_by(_OUTBOX.c.id),
    "topic": select(tables.topics).where(tables.topics.c.chat_id == bindparam("chat")),
    "role": select(tables.roles.c.role).where(tables.roles.c.user_id == bindparam("chat")),
    "draft": select(tables.drafts.c.body).where(tables.drafts.c.chat_id == bindparam("chat")),
}
"""Rows about a chat beside its own, by what they are called in /mydata."""


class SqlChats:
    """See ``data.store.ports.Chats``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def language(self, chat_id: int) -> str | None:
        row = await self._database.row(_LANGUAGE, {"chat": chat_id})
        return row[0] if row else None

    async def set_language(self, chat_id: int, type_: str, language: str, now: datetime) -> None:
        chosen = {"type": type_, "language": language, "updated_at": now}
        upsert = (
            self._database.insert(_CHATS)
            .values(chat_id=chat_id, created_at=now, **chosen)
            .on_conflict_do_update(index_elements=[_CHATS.c.chat_id], set_=chosen)
        )
        await self._database.write(upsert)

    async def preferences(self, chat_id: int) -> Preferences:
        async with self._database.reading() as connection:
            row = (await connection.execute(_CHAT, {"chat": chat_id})).first()
        return preferences_of(row) if row else Preferences()

    async def set_preferences(self, chat_id: int, chosen: Preferences, now: datetime) -> None:
        begin, end = chosen.quiet or (None, None)
        change = (
            update(_CHATS)
            .where(_CHATS.c.chat_id == chat_id)
            .values(
                zone=chosen.zone,
                hour=chosen.hour,
                quiet_from=begin,
                quiet_to=end,
                silent=chosen.silent,
                announcements=chosen.announcements,
                updated_at=now,
            )
        )
        births = Births(self._database.insert, now)

        def set_(connection: Connection) -> None:
            if connection.execute(change).rowcount:
                follow_anew(connection, births, chat_id)

        await self._database.transaction(set_)

    async def set_active(self, chat_id: int, active: bool, now: datetime) -> None:
        change = update(_CHATS).where(_CHATS.c.chat_id == chat_id, _CHATS.c.active != active)
        await self._database.write(change.values(active=active, updated_at=now))

    async def admit(self, person: int, now: datetime) -> None:
        new = self._database.insert(_CHATS).values(
            chat_id=person, type="private", created_at=now, updated_at=now
        )
        again = {"active": True, "updated_at": now}
        await self._database.write(
            new.on_conflict_do_update(index_elements=["chat_id"], set_=again)
        )

    async def everything(self, chat_id: int) -> Mapping[str, Any]:
        own = {"chat": chat_id}
        async with self._database.reading() as connection:
            found = {
                name: [_told(row) for row in await connection.execute(query, own)]
                for name, query in _KEPT.items()
            }
            chats = [_told(row) for row in await connection.execute(_CHAT, own)]
        return {**dict(*chats), **{name: rows for name, rows in found.items() if rows}}

    async def migrate(self, old: int, new: int) -> None:
        await self._database.transaction(lambda connection: move(connection, old, new))

    async def forget(self, chat_id: int) -> None:
        def forget(connection: Connection) -> None:
            _clear(connection, chat_id)

        await self._database.transaction(forget)
        # a letter or a topic was on its way there, which we could not see yet
        await self._database.catch_up(_OUTBOX, _SUBSCRIPTIONS, tables.topics, _CHATS)
        await self._database.transaction(forget)


def move(connection: Connection, old: int, new: int) -> None:
    """A group has become a supergroup; all that is kept of it gets its new number."""
    for statement in _MOVES:
        connection.execute(statement, {"old": old, "new": new})
    _clear(connection, old)  # still there only where the supergroup has its own


def _clear(connection: Connection, chat_id: int) -> None:
    for statement in _FORGETS:
        connection.execute(statement, {"chat": chat_id})


def preferences_of(row: Row[Any]) -> Preferences:
    """From a row with the columns of a chat."""
    quiet = None if row.quiet_from is None else (row.quiet_from, row.quiet_to)
    return Preferences(row.zone, row.hour, quiet, bool(row.silent), bool(row.announcements))


def _told(row: Any) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row._mapping.items()  # noqa: SLF001 - SQLAlchemy's public name for it
    }
