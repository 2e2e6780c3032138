"""The port ``Desk`` in SQL."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select

from data.model.staff import Deed, Role
from data.store import tables
from data.store.database import Database
from data.store.desk import Watch

_ROLES, _DRAFTS, _WATCHES, _AUDIT = tables.roles, tables.drafts, tables.watches, tables.audit
PAGE = 1000


class SqlDesk:
    """See ``data.store.desk.Desk``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def role(self, user_id: int) -> Role | None:
        query = select(_ROLES.c.role).where(_ROLES.c.user_id == user_id)
        async with self._database.reading() as connection:
            found: Role | None = (await connection.execute(query)).scalar()
        return found

    async def roles(self) -> Mapping[int, Role]:
        query = select(_ROLES.c.user_id, _ROLES.c.role).order_by(_ROLES.c.user_id)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return {row.user_id: row.role for row in rows}

    async def give(self, user_id: int, role: Role | None) -> None:
        if role is None:
            await self._database.write(delete(_ROLES).where(_ROLES.c.user_id == user_id))
            return
        upsert = self._database.insert(_ROLES).values(user_id=user_id, role=role)
        upsert = upsert.on_conflict_do_update(index_elements=["user_id"], set_={"role": role})
        await self._database.write(upsert)

    async def draft(self, chat_id: int) -> str | None:
        query = select(_DRAFTS.c.body).where(_DRAFTS.c.chat_id == chat_id)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar()

    async def keep_draft(self, chat_id: int, body: str) -> None:
        upsert = self._database.insert(_DRAFTS).values(chat_id=chat_id, body=body)
        upsert = upsert.on_conflict_do_update(index_elements=["chat_id"], set_={"body": body})
        await self._database.write(upsert)

    async def drop_draft(self, chat_id: int) -> None:
        await self._database.write(delete(_DRAFTS).where(_DRAFTS.c.chat_id == chat_id))

    async def watch(self, watch: Watch) -> None:
        shown = {"message_id": watch.message_id, "language": watch.language}
        upsert = self._database.insert(_WATCHES).values(
            mailing_id=watch.mailing_id, chat_id=watch.chat_id, **shown
        )
        keys = ["mailing_id", "chat_id"]
        await self._database.write(upsert.on_conflict_do_update(index_elements=keys, set_=shown))

    async def unwatch(self, watch: Watch) -> None:
        own = _WATCHES.c
        mine = (own.mailing_id == watch.mailing_id, own.chat_id == watch.chat_id)
        await self._database.write(delete(_WATCHES).where(*mine))

    async def watches(self) -> Sequence[Watch]:
        own = _WATCHES.c
        query = select(own.mailing_id, own.chat_id, own.message_id, own.language)
        async with self._database.reading() as connection:
            return [Watch(*row) for row in await connection.execute(query)]

    async def write_down(self, deed: Deed) -> None:
        row = {
            "at": deed.at,
            "actor": deed.actor,
            "act": deed.act,
            "subject": deed.subject,
            "details": json.dumps(deed.details, ensure_ascii=False),
        }
        await self._database.write(insert(_AUDIT).values(row))

    async def latest(self, many: int, skip: int = 0) -> Sequence[Deed]:
        query = select(_AUDIT).order_by(_AUDIT.c.id.desc()).limit(many).offset(skip)
        async with self._database.reading() as connection:
            return [_deed(row) for row in await connection.execute(query)]

    async def deeds(self) -> AsyncIterator[Deed]:
        last = 0
        while True:
            query = select(_AUDIT).where(_AUDIT.c.id > last).order_by(_AUDIT.c.id).limit(PAGE)
            async with self._database.reading() as connection:
                rows = (await connection.execute(query)).all()
            for row in rows:
                yield _deed(row)
            if not rows:
                return
            last = rows[-1].id


def _deed(row: Row[Any]) -> Deed:
    return Deed(row.at, row.actor, row.act, row.subject, json.loads(row.details))
