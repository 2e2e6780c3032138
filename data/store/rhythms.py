"""Which alarm a follower belongs to: everyone who is told of a topic at the same moment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, select, tuple_

from data.model.subscriptions import Address, Subscription
from data.store import tables
from data.store.database import Insert

Rhythms = Collection[tuple[str, str, str, int]]
"""Topic, lead, zone, hour."""

_ALARMS, _SUBSCRIPTIONS, _CHATS = tables.alarms, tables.subscriptions, tables.chats
_RHYTHM = (_ALARMS.c.topic, _ALARMS.c.lead, _ALARMS.c.zone, _ALARMS.c.hour)
_PLACE = select(_CHATS.c.zone, _CHATS.c.hour).where(_CHATS.c.chat_id == bindparam("chat"))
_OF_TOPIC = delete(_SUBSCRIPTIONS).where(
    and_(
        _SUBSCRIPTIONS.c.chat_id == bindparam("chat"),
        _SUBSCRIPTIONS.c.thread_id == bindparam("thread"),
        _SUBSCRIPTIONS.c.alarm_id.in_(
            select(_ALARMS.c.id).where(_ALARMS.c.topic == bindparam("topic"))
        ),
    )
)
_FOLLOWED = (
    select(_SUBSCRIPTIONS.c.thread_id, _ALARMS.c.topic, _ALARMS.c.lead)
    .join(_ALARMS, _ALARMS.c.id == _SUBSCRIPTIONS.c.alarm_id)
    .where(_SUBSCRIPTIONS.c.chat_id == bindparam("chat"))
)


@dataclass(frozen=True)
class Births:
    """How alarms are put into the database, and when."""

    insert: Insert
    at: datetime


def unfollow(connection: Connection, address: Address, topic: str) -> None:
    """Whatever of the topic is followed there."""
    own = {"chat": address.chat_id, "thread": address.thread_id, "topic": topic}
    connection.execute(_OF_TOPIC, own)


def follow(connection: Connection, births: Births, address: Address, what: Subscription) -> None:
    """In the zone and at the hour of the chat, which must be known. Replaces what was followed."""
    unfollow(connection, address, what.topic)
    zone, hour = connection.execute(_PLACE, {"chat": address.chat_id}).one()
    rhythms = [(what.topic, lead, zone, hour) for lead in what.leads]
    join(connection, births, [(address, each) for each in rhythms])


def follow_anew(connection: Connection, births: Births, chat_id: int) -> None:
    """All that the chat follows, in the zone and at the hour that it has now."""
    zone, hour = connection.execute(_PLACE, {"chat": chat_id}).one()
    rows = connection.execute(_FOLLOWED, {"chat": chat_id}).all()
    for thread, topic, _ in rows:
        unfollow(connection, Address(chat_id, thread), topic)
    moved = [(Address(chat_id, each.thread_id), (*each[1:], zone, hour)) for each in rows]
    join(connection, births, moved)


def join(
    connection: Connection,
    births: Births,
    followers: Collection[tuple[Address, tuple[str, str, str, int]]],
) -> None:
    """Put followers to their alarms; new alarms tell nothing of the past."""
    if not followers:
        return
    ids = _alarms(connection, births, {rhythm for _, rhythm in followers})
    rows = [
        {"alarm_id": ids[rhythm], "chat_id": each.chat_id, "thread_id": each.thread_id}
        for each, rhythm in followers
    ]
    connection.execute(births.insert(_SUBSCRIPTIONS).on_conflict_do_nothing(), rows)


def _alarms(
    connection: Connection, births: Births, rhythms: Rhythms
) -> dict[tuple[str, str, str, int], int]:
    find = select(_ALARMS.c.id, *_RHYTHM).where(tuple_(*_RHYTHM).in_(rhythms))
    ids = {tuple(row[1:]): row.id for row in connection.execute(find)}
    if new := [each for each in rhythms if each not in ids]:
        names = [column.name for column in _RHYTHM]
        rows = [{**dict(zip(names, each, strict=True)), "told": births.at} for each in new]
        connection.execute(births.insert(_ALARMS).on_conflict_do_nothing(), rows)
        ids = {tuple(row[1:]): row.id for row in connection.execute(find)}
    return ids
