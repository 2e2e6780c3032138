"""The port ``Chats`` in SQL."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, select, update

from data.model.subscriptions import Preferences
from data.store import tables
from data.store.database import Database
from data.store.rhythms import Births, follow_anew

_CHATS = tables.chats
_SUBSCRIPTIONS = tables.subscriptions
_OUTBOX = tables.outbox
_LANGUAGE = select(_CHATS.c.language).where(_CHATS.c.chat_id == bindparam("chat"))
_MOVE = (
    update(_CHATS)
    .where(_CHATS.c.chat_id == bindparam("old"))
    .where(~exists().where(_CHATS.alias().c.chat_id == bindparam("new")))
    .values(chat_id=bindparam("new"), type="supergroup")
)
_NEW_HOME = _SUBSCRIPTIONS.alias()
_MOVE_SUBSCRIPTIONS = (
    update(_SUBSCRIPTIONS)
    .where(_SUBSCRIPTIONS.c.chat_id == bindparam("old"))
    .where(
        ~exists()
        .where(_NEW_HOME.c.alarm_id == _SUBSCRIPTIONS.c.alarm_id)
        .where(_NEW_HOME.c.chat_id == bindparam("new"))
        .where(_NEW_HOME.c.thread_id == _SUBSCRIPTIONS.c.thread_id)
    )
    .values(chat_id=bindparam("new"))
)
_ALREADY_THERE = _OUTBOX.alias()
_MAILINGS = select(tables.mailings.c.id)
_MOVE_LETTERS = (
    update(_OUTBOX)
    # by number of the mailing, so that the unique index finds them
    .where(_OUTBOX.c.mailing_id.in_(_MAILINGS), _OUTBOX.c.chat_id == bindparam("old"))
    .where(
        ~exists()
        .where(_ALREADY_THERE.c.mailing_id == _OUTBOX.c.mailing_id)
        .where(_ALREADY_THERE.c.chat_id == bindparam("new"))
        .where(_ALREADY_THERE.c.thread_id == _OUTBOX.c.thread_id)
    )
    .values(chat_id=bindparam("new"))
)
_FORGET = (
    delete(_OUTBOX).where(
        _OUTBOX.c.mailing_id.in_(_MAILINGS), _OUTBOX.c.chat_id == bindparam("chat")
    ),
    delete(_SUBSCRIPTIONS).where(_SUBSCRIPTIONS.c.chat_id == bindparam("chat")),
    delete(tables.drafts).where(tables.drafts.c.chat_id == bindparam("chat")),
    delete(tables.watches).where(tables.watches.c.chat_id == bindparam("chat")),
    delete(tables.roles).where(tables.roles.c.user_id == bindparam("chat")),
    delete(_CHATS).where(_CHATS.c.chat_id == bindparam("chat")),
)


class SqlChats:
    """See ``data.store.ports.Chats``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def language(self, chat_id: int) -> str | None:
        async with self._database.reading() as connection:
            return (await connection.execute(_LANGUAGE, {"chat": chat_id})).scalar()

    async def set_language(self, chat_id: int, type_: str, language: str, now: datetime) -> None:
        chosen = {"type": type_, "language": language, "updated_at": now}
        upsert = (
            self._database.insert(_CHATS)
            .values(chat_id=chat_id, created_at=now, **chosen)
            .on_conflict_do_update(index_elements=[_CHATS.c.chat_id], set_=chosen)
        )
        async with self._database.writing() as connection:
            await connection.execute(upsert)

    async def preferences(self, chat_id: int) -> Preferences:
        async with self._database.reading() as connection:
            query = select(_CHATS).where(_CHATS.c.chat_id == chat_id)
            row = (await connection.execute(query)).first()
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
        async with self._database.writing() as connection:
            if not (await connection.execute(change)).rowcount:
                return
            await follow_anew(connection, Births(self._database.insert, now), chat_id)

    async def set_active(self, chat_id: int, active: bool, now: datetime) -> None:
        change = update(_CHATS).where(_CHATS.c.chat_id == chat_id, _CHATS.c.active != active)
        async with self._database.writing() as connection:
            await connection.execute(change.values(active=active, updated_at=now))

    async def everything(self, chat_id: int) -> Mapping[str, Any]:
        alarms, mailings = tables.alarms, tables.mailings
        follows = (
            select(alarms.c.topic, alarms.c.lead, _SUBSCRIPTIONS.c.thread_id)
            .join(alarms, alarms.c.id == _SUBSCRIPTIONS.c.alarm_id)
            .where(_SUBSCRIPTIONS.c.chat_id == chat_id)
            .order_by(alarms.c.topic, alarms.c.lead, _SUBSCRIPTIONS.c.thread_id)
        )
        letters = (
            select(mailings.c.key, _OUTBOX.c.status, _OUTBOX.c.thread_id)
            .join(mailings, mailings.c.id == _OUTBOX.c.mailing_id)
            .where(_OUTBOX.c.mailing_id.in_(_MAILINGS), _OUTBOX.c.chat_id == chat_id)
            .order_by(_OUTBOX.c.id)
        )
        query = select(_CHATS).where(_CHATS.c.chat_id == chat_id)
        role = select(tables.roles.c.role).where(tables.roles.c.user_id == chat_id)
        draft = select(tables.drafts.c.body).where(tables.drafts.c.chat_id == chat_id)
        async with self._database.reading() as connection:
            chats = [_told(row) for row in await connection.execute(query)]
            found = {
                "subscriptions": [_told(row) for row in await connection.execute(follows)],
                "messages": [_told(row) for row in await connection.execute(letters)],
                "role": (await connection.execute(role)).scalar(),
                "draft": (await connection.execute(draft)).scalar(),
            }
        return {**dict(*chats), **{name: rows for name, rows in found.items() if rows}}

    async def migrate(self, old: int, new: int) -> None:
        async with self._database.writing() as connection:
            await connection.run_sync(move, old, new)

    async def forget(self, chat_id: int) -> None:
        async with self._database.writing() as connection:
            for statement in _FORGET:
                await connection.execute(statement, {"chat": chat_id})


def move(connection: Connection, old: int, new: int) -> None:
    """A group has become a supergroup; all that is kept of it gets its new number."""
    for statement in (_MOVE, _MOVE_SUBSCRIPTIONS, _MOVE_LETTERS):
        connection.execute(statement, {"old": old, "new": new})
    for clean in _FORGET:  # still there only where the supergroup has its own
        connection.execute(clean, {"chat": old})


def preferences_of(row: Row[Any]) -> Preferences:
    """From a row with the columns of a chat."""
    quiet = None if row.quiet_from is None else (row.quiet_from, row.quiet_to)
    return Preferences(row.zone, row.hour, quiet, bool(row.silent), bool(row.announcements))


def _told(row: Any) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row._mapping.items()  # noqa: SLF001 - SQLAlchemy's public name for it
    }
