"""The port ``Outbox`` in SQL: one row says who sends; whoever that is marks before it sends."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Connection, bindparam, literal_column, or_, select, text, update

from data.model.outbox import Door, Letter, Outcome, Recipient, Status
from data.model.subscriptions import Address, Preferences
from data.store import tables
from data.store.chats import move
from data.store.database import Database
from data.store.mailings import counted, mailing_of
from data.store.ports import Claim, LostLeadError
from data.store.tables import EPOCH

_DOOR, _MAILINGS, _OUTBOX, _CHATS = tables.door, tables.mailings, tables.outbox, tables.chats
_HOLD: Any = bindparam("hold")
"""Milliseconds."""
_UNDECIDED = text("status IN ('pending', 'sending', 'uncertain')")
_SENT = (
    # the truth, whatever was thought of it meanwhile
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("letter"))
    .values(status="sent", message_id=bindparam("number"), error=None)
)
_NOT_SENT = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("letter"))
    .where(_UNDECIDED)
    .values(
        status=bindparam("what"),
        error=bindparam("why"),
        attempts=_OUTBOX.c.attempts + bindparam("counted"),
        not_before=bindparam("again"),
    )
)
_SETTLED = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("letter"))
    .where(_UNDECIDED)
    .values(status=bindparam("what"), error=bindparam("why"))
)
_SENDING = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id.in_(bindparam("letters", expanding=True)))
    .values(status="sending")
)
_GONE = update(_CHATS).where(_CHATS.c.chat_id == bindparam("chat")).values(active=False)
_STOPPED = (
    update(_MAILINGS)
    .where(_MAILINGS.c.id == bindparam("mailing"), _MAILINGS.c.state == "open")
    .values(state="stopped", error=bindparam("why"))
)
_DUE = (
    select(_OUTBOX.c.id)
    .where(_OUTBOX.c.mailing_id == _MAILINGS.c.id, text(f"outbox.{tables.PENDING}"))
    .where(_OUTBOX.c.not_before <= bindparam("now"))
    .exists()
)
_NEXT_MAILING = (
    select(_MAILINGS.c.id)
    .where(_MAILINGS.c.state == "open", _DUE)
    .order_by(_MAILINGS.c.urgency, _MAILINGS.c.id)
    .limit(1)
)
_MAILING = select(_MAILINGS).where(_MAILINGS.c.id == bindparam("mailing"))
_RECIPIENT = [
    _CHATS.c[name]
    for name in (
        "type",
        "language",
        "active",
        "zone",
        "hour",
        "quiet_from",
        "quiet_to",
        "silent",
        "announcements",
    )
]
_LETTERS = (
    select(
        _OUTBOX.c.id,
        _OUTBOX.c.chat_id.label("to"),
        _OUTBOX.c.thread_id,
        _OUTBOX.c.expires,
        _OUTBOX.c.attempts,
        _OUTBOX.c.message_id,
        *_RECIPIENT,
    )
    .outerjoin_from(_OUTBOX, _CHATS, _CHATS.c.chat_id == _OUTBOX.c.chat_id)
    .where(_OUTBOX.c.mailing_id == bindparam("mailing"), text(f"outbox.{tables.PENDING}"))
    .where(_OUTBOX.c.not_before <= bindparam("now"))
    .order_by(_OUTBOX.c.not_before, _OUTBOX.c.id)
    .limit(bindparam("room"))
)


class SqlOutbox:
    """See ``data.store.ports.Outbox``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        now: Any = literal_column(database.now_millis)
        mine = _DOOR.c.epoch == bindparam("mine")
        self._take = (
            update(_DOOR)
            .where(or_(_DOOR.c.owner.is_(None), _DOOR.c.held_until < now))
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
        await self._ensure_door()
        held = {"me": owner, "hold": hold // timedelta(milliseconds=1)}
        # in one piece: SQLite would stay locked by a statement that is given up half-read
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
        async with self._database.writing() as connection:
            await connection.execute(self._retire, {"mine": epoch})

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
        _write_down(connection, outcomes)
        if door is None:
            return None
        if door.paused or _later(door.flood_until, claim.now) or not claim.room:
            return ()
        return _take(connection, claim)

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
        async with self._database.writing() as connection:
            await connection.execute(reopened.values(state="open"))
            found = await connection.execute(again.values(status="pending", not_before=now))
            return found.rowcount

    async def counts(self) -> Mapping[Status, int]:
        async with self._database.reading() as connection:
            return await counted(connection, None)

    async def idle(self, now: datetime) -> bool:
        sending = select(_OUTBOX.c.id).where(text(tables.SENDING)).limit(1)
        async with self._database.reading() as connection:
            waiting = (await connection.execute(_NEXT_MAILING, {"now": now})).scalar()
            return waiting is None and (await connection.execute(sending)).first() is None

    async def _set(self, **values: Any) -> None:
        await self._ensure_door()
        async with self._database.writing() as connection:
            await connection.execute(update(_DOOR).values(**values))

    async def _ensure_door(self) -> None:
        new = self._database.insert(_DOOR).values(id=1, epoch=0, held_until=EPOCH, paused="")
        async with self._database.writing() as connection:
            await connection.execute(new.on_conflict_do_nothing())


def _later(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment > now


def _take(connection: Connection, claim: Claim) -> Sequence[Letter]:
    number = (connection.execute(_NEXT_MAILING, {"now": claim.now})).scalar()
    if number is None:
        return ()
    row = (connection.execute(_MAILING, {"mailing": number})).one()
    mailing = mailing_of(row)
    room = claim.room if claim.proven is None or number in claim.proven else 1
    wanted = {"mailing": number, "now": claim.now, "room": room}
    letters = [
        Letter(
            each.id,
            number,
            mailing,
            Address(each.to, each.thread_id),
            each.expires,
            each.attempts,
            None if each.type is None else _recipient(*each[6:]),
            each.message_id,
        )
        for each in connection.execute(_LETTERS, wanted)
    ]
    judged = [(letter, claim.judge(letter)) for letter in letters]
    _write_down(connection, [outcome for _, outcome in judged if outcome])
    going = [letter for letter, outcome in judged if outcome is None]
    if going:
        connection.execute(_SENDING, {"letters": [letter.id for letter in going]})
    return going


@lru_cache(maxsize=1024)  # most people are alike
def _recipient(  # noqa: PLR0913 - the columns of _RECIPIENT
    type_: str,
    language: str | None,
    active: bool,
    zone: str,
    hour: int,
    begin: int | None,
    end: int | None,
    silent: bool,
    announcements: bool,
) -> Recipient:
    quiet = None if begin is None or end is None else (begin, end)
    wishes = Preferences(zone, hour, quiet, silent, announcements)
    return Recipient(language, active, type_, wishes)


def _write_down(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    sent = [
        {"letter": each.letter.id, "number": each.message_id}
        for each in outcomes
        if each.status == "sent"
    ]
    settled = [_told(each) for each in outcomes if each.status != "sent" and each.again is None]
    later = [
        {**_told(each), "again": each.again, "counted": int(each.counted)}
        for each in outcomes
        if each.again is not None
    ]
    for statement, rows in ((_SENT, sent), (_SETTLED, settled), (_NOT_SENT, later)):
        if rows:
            connection.execute(statement, rows)
    for each in outcomes:
        if each.status != "sent":
            _write_consequences(connection, each)


def _told(outcome: Outcome) -> dict[str, Any]:
    return {"letter": outcome.letter.id, "what": outcome.status, "why": outcome.error}


def _write_consequences(connection: Connection, outcome: Outcome) -> None:
    if outcome.gone:
        connection.execute(_GONE, {"chat": outcome.letter.address.chat_id})
    if outcome.moved is not None:
        move(connection, outcome.letter.address.chat_id, outcome.moved)
    if outcome.unreadable:
        stopped = {"mailing": outcome.letter.mailing_id, "why": outcome.error}
        connection.execute(_STOPPED, stopped)
