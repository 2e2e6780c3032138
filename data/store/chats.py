"""The port ``Chats`` in SQL."""

from datetime import datetime

from sqlalchemy import bindparam, delete, exists, select, update

from data.store import tables
from data.store.database import Database

_CHATS = tables.chats
_LANGUAGE = select(_CHATS.c.language).where(_CHATS.c.chat_id == bindparam("chat"))
_MOVE = (
    update(_CHATS)
    .where(_CHATS.c.chat_id == bindparam("old"))
    .where(~exists().where(_CHATS.alias().c.chat_id == bindparam("new")))
    .values(chat_id=bindparam("new"), type="supergroup")
)
_FORGET = delete(_CHATS).where(_CHATS.c.chat_id == bindparam("chat"))


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

    async def migrate(self, old: int, new: int) -> None:
        async with self._database.writing() as connection:
            await connection.execute(_MOVE, {"old": old, "new": new})
            # still there only where the supergroup has chosen for itself
            await connection.execute(_FORGET, {"chat": old})

    async def forget(self, chat_id: int) -> None:
        async with self._database.writing() as connection:
            await connection.execute(_FORGET, {"chat": chat_id})
