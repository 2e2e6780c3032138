"""The port ``Chats`` in SQL."""

from datetime import datetime

from sqlalchemy import Delete, Table, Update, bindparam, delete, exists, select, update

from data.store import tables
from data.store.database import Database


def _move(table: Table, **changed: str) -> Update:
    """Unless the new chat has a row of its own."""
    return (
        update(table)
        .where(table.c.chat_id == bindparam("old"))
        .where(~exists().where(table.alias().c.chat_id == bindparam("new")))
        .values(chat_id=bindparam("new"), **changed)
    )


def _forget(table: Table) -> Delete:
    return delete(table).where(table.c.chat_id == bindparam("chat"))


_CHATS = tables.chats
_LANGUAGE = select(_CHATS.c.language).where(_CHATS.c.chat_id == bindparam("chat"))
_MOVES = (_move(_CHATS, type="supergroup"), _move(tables.topics))
_FORGETS = (_forget(_CHATS), _forget(tables.topics))


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
        async with self._database.writing() as connection:
            await connection.execute(upsert)

    async def migrate(self, old: int, new: int) -> None:
        async with self._database.writing() as connection:
            for move in _MOVES:
                await connection.execute(move, {"old": old, "new": new})
            # still there only where the supergroup has its own
            for forget in _FORGETS:
                await connection.execute(forget, {"chat": old})

    async def forget(self, chat_id: int) -> None:
        async with self._database.writing() as connection:
            for forget in _FORGETS:
                await connection.execute(forget, {"chat": chat_id})
