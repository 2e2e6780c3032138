"""The port ``Outbox`` in SQL: one row says who sends; whoever that is marks before it sends."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, literal_column, or_, select, text, update

from data.model.outbox import Door, Letter, Outcome, Status
from data.store import tables
from data.store.database import Database
from data.store.fates import counted
from data.store.letters import NEXT_MAILING, take, write_down
from data.store.moments import EPOCH
from data.store.post import Claim, LostLeadError

_DOOR, _MAILINGS, _OUTBOX, _CHATS = tables.door, tables.mailings, tables.outbox, tables.chats
_HOLD: Any = bindparam("hold")
"""Milliseconds."""


class SqlOutbox:
    """See ``data.store.post.Outbox``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        now: Any = literal_column(database.now_millis)
        mine = _DOOR.c.epoch == bindparam("mine")
        free = or_(_DOOR.c.owner.is_(None), _DOOR.c.held_until < now)
        self._is_free = select(free)
        self._take = (
            update(_DOOR)
            .where(free)
            .values(owner=bindparam("me"), epoch=_DOOR.c.epoch + 1, held_until=now + _HOLD)
            .returning(_DOOR.c.epoch)
        )
        self._hold = (
            update(_DOOR)
            .where(mine)
            .values(held_until=now + _HOLD)
            .returning(_DOOR.c.paused, _DOOR.c.flood_until)
        )
        self._retire = update(_DOOR).where(mine).values(owner=None)

    async def lead(self, owner: str, hold: timedelta) -> int | None:
        door = await self._database.row(self._is_free, {})
        if door is None:
            await self._ensure_door()
        elif not door[0]:  # who stands by asks again and again, and only reads
            return None
        held = {"me": owner, "hold": hold // timedelta(milliseconds=1)}
        return await self._database.transaction(partial(self._lead, held))

    def _lead(self, held: Mapping[str, Any], connection: Connection) -> int | None:
        epoch: int | None = connection.execute(self._take, held).scalar()
        if epoch is not None:
            # nobody knows whether these have left
            connection.execute(
                update(_OUTBOX).where(text(tables.SENDING)).values(status="uncertain")
            )
        return epoch

    async def retire(self, epoch: int) -> None:
        await self._database.write(self._retire, {"mine": epoch})

    async def turn(self, claim: Claim, outcomes: Sequence[Outcome]) -> Sequence[Letter]:
        letters = await self._database.transaction(partial(self._turn, claim, outcomes))
        if letters is None:
            raise LostLeadError("another process sends now")
        return letters

    def _turn(
        self, claim: Claim, outcomes: Sequence[Outcome], connection: Connection
    ) -> Sequence[Letter] | None:
        held = {"mine": claim.epoch, "hold": claim.hold // timedelta(milliseconds=1)}
        door = connection.execute(self._hold, held).first()
        write_down(connection, outcomes)
        if door is None:
            return None
        if door.paused or _later(door.flood_until, claim.now) or not claim.room:
            return ()
        return take(connection, claim)

    async def door(self) -> Door:
        async with self._database.reading() as connection:
            row = (await connection.execute(select(_DOOR))).first()
        return Door(row.paused, row.flood_until) if row else Door()

    async def flood(self, until: datetime) -> None:
        await self._set(flood_until=until)

    async def pause(self, reason: str) -> None:
        await self._set(paused=reason)

    async def resume(self) -> None:
        await self._set(paused="", flood_until=None)

    async def resend_uncertain(self, now: datetime) -> int:
        uncertain = _OUTBOX.c.status == "uncertain"
        again = update(_OUTBOX).where(uncertain, _OUTBOX.c.expires > now)
        theirs = select(_OUTBOX.c.mailing_id).where(uncertain, _OUTBOX.c.expires > now).distinct()
        reopened = update(_MAILINGS).where(_MAILINGS.c.id.in_(theirs), _MAILINGS.c.state == "done")

        def send_again(connection: Connection) -> int:
            connection.execute(reopened.values(state="open"))
            return connection.execute(again.values(status="pending", not_before=now)).rowcount

        return await self._database.transaction(send_again)

    async def counts(self) -> Mapping[Status, int]:
        async with self._database.reading() as connection:
            return await counted(connection, None)

    async def idle(self, now: datetime) -> bool:
        sending = select(_OUTBOX.c.id).where(text(tables.SENDING)).limit(1)
        async with self._database.reading() as connection:
            waiting = (await connection.execute(NEXT_MAILING, {"now": now})).scalar()
            return waiting is None and (await connection.execute(sending)).first() is None

    async def _set(self, **values: Any) -> None:
        await self._ensure_door()
        await self._database.write(update(_DOOR).values(**values))

    async def _ensure_door(self) -> None:
        new = self._database.insert(_DOOR).values(id=1, epoch=0, held_until=EPOCH, paused="")
        await self._database.write(new.on_conflict_do_nothing())


def _later(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment > now
