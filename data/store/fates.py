"""What has become of letters, in SQL."""

from collections.abc import AsyncIterator, Mapping, Sequence

from sqlalchemy import bindparam, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from data.model.outbox import STATUSES, Fate, Status
from data.model.subscriptions import Address
from data.store import tables
from data.store.database import Database

_MAILINGS, _OUTBOX = tables.mailings, tables.outbox
PAGE = 1000
"""Letters that are read at once."""


async def counted(connection: AsyncConnection, mailing_id: int | None) -> Mapping[Status, int]:
    """How many letters are in each status; None: of all mailings."""
    query = select(_OUTBOX.c.status, func.count()).group_by(_OUTBOX.c.status)
    if mailing_id is not None:
        query = query.where(_OUTBOX.c.mailing_id == mailing_id)
    found: dict[Status, int] = {row[0]: row[1] for row in await connection.execute(query)}
    return {status: found.get(status, 0) for status in STATUSES}


async def unreached(database: Database, key: str) -> Sequence[int]:
    """See ``data.store.post.Mailings``."""
    own = _OUTBOX.c
    query = select(own.chat_id).join(_MAILINGS, _MAILINGS.c.id == own.mailing_id)
    query = query.where(_MAILINGS.c.key == key, own.status.in_(("failed", "cancelled", "expired")))
    async with database.reading() as connection:
        return (await connection.execute(query.order_by(own.chat_id))).scalars().all()


async def blocked(database: Database, mailing_id: int) -> int:
    """See ``data.store.post.Mailings``."""
    own = _OUTBOX.c
    query = select(func.count()).where(own.mailing_id == mailing_id, own.status == "failed")
    gone = or_(own.error.like("Forbidden%"), own.error.like("%chat not found%"))
    async with database.reading() as connection:
        return int((await connection.execute(query.where(gone))).scalar_one())


async def letters(database: Database, mailing_id: int) -> AsyncIterator[Fate]:
    """See ``data.store.post.Mailings``."""
    own = _OUTBOX.c
    query = (
        select(own.chat_id, own.thread_id, own.status, own.message_id, own.error)
        .where(own.mailing_id == mailing_id)
        .where(tuple_(own.chat_id, own.thread_id) > tuple_(bindparam("chat"), bindparam("thread")))
        .order_by(own.chat_id, own.thread_id)
        .limit(PAGE)
    )
    last = {"chat": -(2**62), "thread": 0}
    while True:
        async with database.reading() as connection:
            rows = (await connection.execute(query, last)).all()
        for chat, thread, status, message_id, error in rows:
            yield Fate(Address(chat, thread), status, message_id, error or "")
        if not rows:
            return
        last = {"chat": rows[-1].chat_id, "thread": rows[-1].thread_id}
