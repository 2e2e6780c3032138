"""A turn of the outbox in SQL: which letters leave next, and what has become of others."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, case, exists, select, text, update

from data.model.outbox import Letter, Mailing, Outcome, Recipient
from data.model.subscriptions import Address, Preferences
from data.store import tables
from data.store.chats import move
from data.store.mailings import mailing_of
from data.store.post import Claim

_MAILINGS, _OUTBOX, _CHATS = tables.mailings, tables.outbox, tables.chats
MOST = 1000
"""Letters that are looked at for one that may leave now, once the first ones may not."""
_UNDECIDED = text("status IN ('pending', 'sending', 'uncertain')")
_SENT = (
    # the truth, whatever was thought of it meanwhile
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("letter"))
    .values(status="sent", message_id=bindparam("number"), error=None)
)
_IS_CALLED_OFF = exists().where(
    _MAILINGS.c.id == _OUTBOX.c.mailing_id, _MAILINGS.c.state == "cancelled"
)
_NOT_SENT = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("letter"))
    .where(_UNDECIDED)
    .values(
        # no one would ever take it from a mailing that was called off meanwhile
        status=case((_IS_CALLED_OFF, "cancelled"), else_=bindparam("what")),
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
NEXT_MAILING = (
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
    # elsewhere than on SQLite somebody may say /stop at this very moment
    .with_for_update(of=_OUTBOX, skip_locked=True)
)


def take(connection: Connection, claim: Claim) -> Sequence[Letter]:
    """The next letters of one mailing, ``sending`` from now on."""
    number = (connection.execute(NEXT_MAILING, {"now": claim.now})).scalar()
    if number is None:
        return ()
    mailing = mailing_of((connection.execute(_MAILING, {"mailing": number})).one())
    going: list[Letter] = []
    for many in (claim.room, MOST):
        wanted = {"mailing": number, "now": claim.now, "room": many}
        found = connection.execute(_LETTERS, wanted)
        letters = [_letter(each, number, mailing) for each in found]
        _admit(connection, claim, letters, going)
        if len(going) == claim.room or len(letters) < many:
            break
    return going


def _admit(
    connection: Connection, claim: Claim, letters: Sequence[Letter], going: list[Letter]
) -> None:
    """Adds as many as there is room for; the fate of those before that stay is written down."""
    new: list[Letter] = []
    fates: list[Outcome] = []
    ahead = {*claim.trial, *(each.words for each in going)}
    for letter in letters:
        if len(going) + len(new) == claim.room:
            break
        if letter.words in ahead and not claim.is_proven(letter.words):
            continue
        if fate := claim.judge(letter):
            fates.append(fate)
        else:
            new.append(letter)
            ahead.add(letter.words)
    write_down(connection, fates)
    if new:
        connection.execute(_SENDING, {"letters": [letter.id for letter in new]})
    going += new


def _letter(row: Sequence[Any], mailing_id: int, mailing: Mailing) -> Letter:
    id_, chat_id, thread_id, expires, attempts, message_id, type_, *rest = row
    who = None if type_ is None else _recipient(type_, *rest)
    address = Address(chat_id, thread_id)
    return Letter(id_, mailing_id, mailing, address, expires, attempts, who, message_id)


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


def write_down(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """What has become of letters, with what follows from it for their chats and mailings."""
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
