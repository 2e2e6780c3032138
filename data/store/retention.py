"""What is over is deleted: who got what, while how many did is kept."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, bindparam, delete, exists, select, tuple_, update

from data.model.outbox import STATUSES, Status
from data.store import tables
from data.store.database import Database

_MAILINGS, _OUTBOX = tables.mailings, tables.outbox
PAGE = 10_000
"""Letters a transaction: other writers wait about 50 ms for it."""
_OWN = _OUTBOX.c.mailing_id == bindparam("mailing")
_KEY = tuple_(_OUTBOX.c.chat_id, _OUTBOX.c.thread_id)
_PAGE = (
    select(_OUTBOX.c.chat_id, _OUTBOX.c.thread_id, _OUTBOX.c.status)
    .where(_OWN)
    .order_by(_OUTBOX.c.chat_id, _OUTBOX.c.thread_id)
    .limit(PAGE)
)
_DELETE = delete(_OUTBOX).where(_OWN, tuple_(bindparam("chat"), bindparam("thread")) >= _KEY)
_COUNTS = select(_MAILINGS.c.counts).where(_MAILINGS.c.id == bindparam("mailing"))
_KEEP = update(_MAILINGS).where(_MAILINGS.c.id == bindparam("number"))
_THEIRS = exists().where(_OUTBOX.c.mailing_id == _MAILINGS.c.id)
_OVER = (
    select(_MAILINGS.c.id)
    .where(_MAILINGS.c.state.in_(("done", "cancelled", "stopped")))
    .where(_THEIRS, ~_THEIRS.where(_OUTBOX.c.expires > bindparam("before")))
)


async def prune(database: Database, before: datetime) -> int:
    """All letters of finished mailings none of which could be sent after ``before``."""
    async with database.reading() as connection:
        over = (await connection.execute(_OVER, {"before": before})).scalars().all()
    many = 0
    for mailing_id in over:
        while page := await database.transaction(partial(_prune, mailing_id)):
            many += page
    return many


def _prune(mailing_id: int, connection: Connection) -> int:
    own = {"mailing": mailing_id}
    rows = connection.execute(_PAGE, own).all()
    if rows:
        chat, thread, _ = rows[-1]
        connection.execute(_DELETE, {**own, "chat": chat, "thread": thread})
        counts = Counter(row.status for row in rows)
        counts.update(kept(connection.execute(_COUNTS, own).scalar()))
        connection.execute(_KEEP.values(counts=json.dumps(counts)), {"number": mailing_id})
    return len(rows)


def kept(counts: str | None) -> Mapping[Status, int]:
    """From the column of a mailing; empty while its letters are there."""
    found: Mapping[Status, int] = json.loads(counts or "{}")
    return {status: found[status] for status in STATUSES if status in found}
