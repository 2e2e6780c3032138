"""The ports ``Subscriptions`` and ``Alarms`` in SQL."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, func, literal, select, update

from data.model.outbox import Audience, Mailing, Window
from data.model.reminders import Rhythm
from data.model.subscriptions import LEADS, USUAL_LEADS, Address, Lead, Subscription
from data.store import fanning, rhythms, tables
from data.store.database import Database
from data.store.moments import EPOCH
from data.store.ports import Followed, Subscriber
from data.store.post import Alarm
from data.store.rhythms import Births

_ALARMS, _CHATS, _SUBSCRIPTIONS = tables.alarms, tables.chats, tables.subscriptions
PAGE = 1000
"""Chats that are read or written at once."""


class SqlSubscriptions:
    """See ``data.store.ports.Subscriptions``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, address: Address) -> tuple[Subscription, ...]:
        query = (
            select(_ALARMS.c.topic, _ALARMS.c.lead)
            .join(_SUBSCRIPTIONS, _SUBSCRIPTIONS.c.alarm_id == _ALARMS.c.id)
            .where(*_at(address))
        )
        leads: dict[str, set[Lead]] = {}
        async with self._database.reading() as connection:
            for topic, lead in await connection.execute(query):
                leads.setdefault(topic, set()).add(lead)
        return tuple(
            Subscription(topic, tuple(lead for lead in LEADS if lead in leads[topic]))
            for topic in sorted(leads)
        )

    async def follow(self, who: Subscriber, what: Subscription, now: datetime) -> None:
        insert = self._database.insert
        willing = {"announcements": True, "active": True, "updated_at": now}
        known = (
            insert(_CHATS)
            .values(
                chat_id=who.address.chat_id,
                type=who.type,
                language=who.language,
                created_at=now,
                **willing,
            )
            # and not nothing: the row is ours then, even if another was about to delete it
            .on_conflict_do_update(index_elements=["chat_id"], set_={"updated_at": now})
        )
        first = update(_CHATS).where(_CHATS.c.chat_id == who.address.chat_id)
        first = first.where(~_follows(who.address.chat_id)).values(**willing)

        def follow(connection: Connection) -> None:
            connection.execute(known)
            connection.execute(first)
            rhythms.follow(connection, Births(insert, now), who.address, what)

        await self._database.transaction(follow)

    async def unfollow(self, address: Address, topic: str) -> None:
        left = select(_SUBSCRIPTIONS.c.alarm_id).where(*_at(address)).limit(1)

        def unfollow(connection: Connection) -> None:
            rhythms.unfollow(connection, address, topic)
            if connection.execute(left).first() is None:
                fanning.call_off(connection, address.chat_id, address.thread_id)

        await self._database.transaction(unfollow)

    async def stop(self, address: Address, now: datetime) -> None:
        chat_id, thread = address.chat_id, address.thread_id
        off = _SUBSCRIPTIONS.delete().where(_SUBSCRIPTIONS.c.chat_id == chat_id)
        silence = update(_CHATS).where(_CHATS.c.chat_id == chat_id)

        def stop(connection: Connection) -> None:
            if thread:
                connection.execute(off.where(_SUBSCRIPTIONS.c.thread_id == thread))
            else:
                connection.execute(off)
                connection.execute(silence.values(announcements=False, updated_at=now))
            fanning.call_off(connection, chat_id, thread or None)

        await self._database.transaction(stop)

    async def count(self, audience: Audience) -> int:
        people = fanning.addresses(audience).subquery()
        async with self._database.reading() as connection:
            found = await connection.execute(select(func.count()).select_from(people))
            return int(found.scalar_one())

    async def bring_in(self, lines: Iterable[Followed], now: datetime) -> int:
        many, rest = 0, iter(lines)
        while page := list(islice(rest, PAGE)):
            await self._database.transaction(partial(self._bring_in, page, now))
            many += len({each.chat_id for each in page})
        return many

    def _bring_in(self, page: Sequence[Followed], now: datetime, connection: Connection) -> None:
        insert = self._database.insert
        new = insert(_CHATS).on_conflict_do_nothing()
        connection.execute(new, [_chat(each, now) for each in page])
        ids = [each.chat_id for each in page]
        place = select(_CHATS.c.chat_id, _CHATS.c.zone, _CHATS.c.hour)
        rows = connection.execute(place.where(_CHATS.c.chat_id.in_(ids)))
        places = {chat: (zone, hour) for chat, zone, hour in rows}
        followers = [
            (Address(each.chat_id), (topic, lead, *places[each.chat_id]))
            for each in page
            for topic in each.topics
            for lead in USUAL_LEADS
        ]
        rhythms.join(connection, Births(insert, now), followers)

    async def everyone(self) -> AsyncIterator[Followed]:
        after: int | None = None
        while rows := await self._followed_after(after):
            for each in _followed(rows):
                yield each
            after = rows[-1].chat_id

    async def _followed_after(self, chat_id: int | None) -> Sequence[Any]:
        chats = select(_CHATS).where(_CHATS.c.announcements | _CHATS.c.chat_id.in_(_FOLLOWERS))
        if chat_id is not None:
            chats = chats.where(_CHATS.c.chat_id > chat_id)
        page = chats.order_by(_CHATS.c.chat_id).limit(PAGE).subquery()
        query = (
            select(page.c.chat_id, page.c.language, page.c.zone, _ALARMS.c.topic)
            .outerjoin(_SUBSCRIPTIONS, _SUBSCRIPTIONS.c.chat_id == page.c.chat_id)
            .outerjoin(_ALARMS, _ALARMS.c.id == _SUBSCRIPTIONS.c.alarm_id)
            .distinct()
            .order_by(page.c.chat_id, _ALARMS.c.topic)
        )
        async with self._database.reading() as connection:
            return (await connection.execute(query)).all()


class SqlAlarms:
    """See ``data.store.post.Alarms``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: datetime) -> Sequence[Alarm]:
        query = select(_ALARMS).where(_ALARMS.c.due <= now)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        # of what is due at once the same is always told first, whenever it was looked at last
        return [_alarm(each) for each in sorted(rows, key=lambda row: int(row.id))]

    async def of(self, chat_id: int) -> Sequence[Alarm]:
        own = select(_SUBSCRIPTIONS.c.alarm_id).where(_SUBSCRIPTIONS.c.chat_id == chat_id)
        query = select(_ALARMS).where(_ALARMS.c.id.in_(own)).order_by(_ALARMS.c.id)
        async with self._database.reading() as connection:
            return [_alarm(each) for each in await connection.execute(query)]

    async def fan_out(
        self, alarm: Alarm, mailing: Mailing, window: Window, only: int | None = None
    ) -> int:
        entered = partial(fanning.entered, insert=self._database.insert, mailing=mailing)
        number = await self._database.transaction(entered)
        followers = select(_SUBSCRIPTIONS.c.chat_id, _SUBSCRIPTIONS.c.thread_id)
        followers = followers.where(_SUBSCRIPTIONS.c.alarm_id == literal(alarm.id))
        if only is not None:
            followers = followers.where(_SUBSCRIPTIONS.c.chat_id == literal(only))
        return await fanning.fan_out(self._database, followers, number, window)

    async def settle(self, alarm: Alarm, told: datetime, again: datetime) -> None:
        settled = update(_ALARMS).where(_ALARMS.c.id == alarm.id).values(told=told, due=again)
        await self._database.write(settled)

    async def reconsider(self) -> None:
        await self._database.write(update(_ALARMS).values(due=EPOCH))


_FOLLOWERS = select(_SUBSCRIPTIONS.c.chat_id)


def _alarm(row: Any) -> Alarm:
    return Alarm(row.id, row.topic, Rhythm(row.lead, row.zone, row.hour), row.told)


def _at(address: Address) -> tuple[Any, ...]:
    own = _SUBSCRIPTIONS.c
    return own.chat_id == address.chat_id, own.thread_id == address.thread_id


def _follows(chat_id: int) -> Any:
    return select(_SUBSCRIPTIONS.c.alarm_id).where(_SUBSCRIPTIONS.c.chat_id == chat_id).exists()


def _chat(line: Followed, now: datetime) -> dict[str, Any]:
    kind = "private" if line.chat_id > 0 else "group"
    return {
        "chat_id": line.chat_id,
        # supergroups begin with -100 and ten digits
        "type": "supergroup" if line.chat_id < -(10**12) else kind,
        "language": line.language,
        "zone": line.zone,
        "announcements": True,
        "created_at": now,
        "updated_at": now,
    }


def _followed(rows: Sequence[Any]) -> Iterator[Followed]:
    for (chat_id, language, zone), each in groupby(rows, key=lambda row: tuple(row[:3])):
        yield Followed(chat_id, language, zone, tuple(row.topic for row in each if row.topic))
