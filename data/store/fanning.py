"""From one mailing to a letter for each who gets it, in SQL."""

import datetime as dt
import json
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    literal,
    literal_column,
    select,
    text,
    tuple_,
    update,
)

from data.model.outbox import Audience, Mailing, State, Window
from data.store import tables
from data.store.database import Database, Insert
from data.store.moments import Millis

_MAILINGS, _OUTBOX, _CHATS = tables.mailings, tables.outbox, tables.chats
_SUBSCRIPTIONS, _ALARMS = tables.subscriptions, tables.alarms
PAGE = 50_000
"""Letters a transaction: other writers wait about 0.2 s for it."""
LIVE = ("held", "planned", "open", "paused")
_PENDING: Any = literal_column("'pending'")
_AT_ONCE = dt.datetime.fromtimestamp(0, dt.UTC)
_LETTER = ["mailing_id", "chat_id", "thread_id", "status", "not_before", "expires"]


def addresses(audience: Audience) -> Select[int, int]:
    """Chat and thread of everybody in the audience."""
    chat, followed = _CHATS.c, _SUBSCRIPTIONS.c
    if audience.topics:
        topics = select(_ALARMS.c.id).where(_ALARMS.c.topic.in_(audience.topics))
        query = (
            select(followed.chat_id, followed.thread_id)
            .join(_CHATS, chat.chat_id == followed.chat_id)
            .where(followed.alarm_id.in_(topics), chat.active)
            .distinct()
        )
    else:
        query = select(chat.chat_id, literal(0).label("thread_id")).where(chat.active)
    if audience.willing or not audience.topics:
        query = query.where(chat.announcements)
    if audience.language:
        query = query.where(chat.language == audience.language)
    if audience.chat_type:
        query = query.where(chat.type == audience.chat_type)
    return query


def entered(connection: Connection, insert: Insert, mailing: Mailing) -> int:
    """The number of a mailing to which letters are added as they come; known or not before."""
    new = insert(_MAILINGS).values({**columns(mailing), "state": "open"})
    connection.execute(new.on_conflict_do_nothing())
    return number_of(connection, mailing.key)


async def fan_out(
    database: Database, people: Select[*tuple[int, ...]], mailing_id: int, window: Window
) -> int:
    """A letter for each of ``people``, page by page; those that are there stay as they are.

    A third column, ``message_id``, is the message that the letter is about.
    """
    last, rows, names = _page(people, mailing_id, window)
    insert = database.insert(_OUTBOX).from_select(names, rows).on_conflict_do_nothing()
    after, many = {"chat": -(2**62), "thread": 0}, 0

    def fan_out_page(connection: Connection) -> tuple[Row[int, int] | None, int]:
        end = connection.execute(last, after).first()
        new = connection.execute(insert, after).rowcount if end else 0
        if new:  # with its letters: without any it may have been closed meanwhile
            connection.execute(opened(mailing_id, "done"))
        return end, new

    while True:
        end, new = await database.transaction(fan_out_page)
        if end is None:
            return many
        after = {"chat": end.chat_id, "thread": end.thread_id}
        many += new


def _page(
    people: Select[*tuple[int, ...]], mailing_id: int, window: Window
) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]], list[str]]:
    """The last address of those after ``chat`` and ``thread``; their letters, and its columns."""
    found = people.subquery()
    keys = (found.c.chat_id, found.c.thread_id)
    about = [column for column in found.c if column.name == "message_id"]
    page = (
        select(*keys, *about)
        .where(tuple_(*keys) > tuple_(bindparam("chat"), bindparam("thread")))
        .order_by(*keys)
        .limit(PAGE)
        .subquery()
    )
    own = [literal(mailing_id), page.c.chat_id, page.c.thread_id, literal("pending")]
    times = [literal(each, Millis) for each in (window.start, window.end)]
    # "true" lets SQLite see that ON CONFLICT belongs to the INSERT
    rows = select(*own, *times, *(page.c[each.name] for each in about)).where(text("1 = 1"))
    last = (
        select(page.c.chat_id, page.c.thread_id)
        .order_by(page.c.chat_id.desc(), page.c.thread_id.desc())
        .limit(1)
    )
    return last, rows, [*_LETTER, *(each.name for each in about)]


def call_off(connection: Connection, chat_id: int, thread_id: int | None = None) -> None:
    """What is about to be sent to a chat, or to one of its threads; what is under way is not
    sent again if it comes back."""
    live = select(_MAILINGS.c.id).where(_MAILINGS.c.state.in_(LIVE))
    letters = update(_OUTBOX).where(_OUTBOX.c.mailing_id.in_(live), _OUTBOX.c.chat_id == chat_id)
    if thread_id is not None:
        letters = letters.where(_OUTBOX.c.thread_id == thread_id)
    connection.execute(letters.where(_OUTBOX.c.status == _PENDING).values(status="cancelled"))
    connection.execute(letters.where(_OUTBOX.c.status == "sending").values(expires=_AT_ONCE))


def columns(mailing: Mailing) -> dict[str, Any]:
    return {
        "key": mailing.key,
        "kind": mailing.kind,
        "ref": mailing.ref,
        "urgency": int(mailing.urgency),
        "body": json.dumps(mailing.body, ensure_ascii=False),
        "author": mailing.author,
    }


def opened(number: int, before: State) -> Any:
    was = and_(_MAILINGS.c.id == number, _MAILINGS.c.state == before)
    return update(_MAILINGS).where(was).values(state="open")


def number_of(connection: Connection, key: str) -> int:
    found = connection.execute(select(_MAILINGS.c.id).where(_MAILINGS.c.key == key))
    return int(found.scalar_one())
