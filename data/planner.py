"""Turns what is due into letters. Whatever is done twice changes nothing."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from data.agenda import Agenda
from data.library import Library
from data.model.outbox import Mailing, Urgency, Window
from data.model.reminders import Due, Event
from data.model.subscriptions import Preferences
from data.store.post import Alarm, Alarms, Mailings

FAR = dt.timedelta(days=30)
"""When an alarm is looked at again for which nothing is in sight."""
CLOSING = dt.timedelta(seconds=10)
"""How often mailings are closed of which nothing is left to send."""


class Shelf(Protocol):
    """Where the current Library stands."""

    @property
    def library(self) -> Library: ...


class Planner:
    """``zone`` is that of the programmes' times."""

    def __init__(self, alarms: Alarms, mailings: Mailings, shelf: Shelf, zone: dt.tzinfo) -> None:
        self._alarms = alarms
        self._mailings = mailings
        self._shelf = shelf
        self._zone = zone
        self._version: int | None = None
        self._closed: dt.datetime | None = None

    async def tick(self, now: dt.datetime) -> int:
        """Tells how many letters are new. Raises StoreError."""
        library = self._shelf.library
        if library.version != self._version:
            await self._alarms.reconsider()
            self._version = library.version
        many = await self._mailings.fan_out(now)
        for alarm in await self._alarms.due(now):
            many += await self._ring(alarm, Agenda(library, self._zone), now)
        if self._closed is None or abs(now - self._closed) >= CLOSING:
            await self._mailings.close_finished()
            self._closed = now
        return many

    async def move(self, chat_id: int, to: Preferences, now: dt.datetime) -> None:
        """Before a chat is told at another hour or in another zone: what has been due by those
        today, and would have come later by the old ones, is told now.

        Nobody else would tell it: the new alarm has rung by now, or is born after it. What was
        not to come, as it had been due before it was followed, does not. Raises StoreError.
        """
        agenda = Agenda(self._shelf.library, self._zone)
        for alarm in await self._alarms.of(chat_id):
            old, new = alarm.rhythm, replace(alarm.rhythm, zone=to.zone, hour=to.hour)
            if old == new:
                continue
            events = list(self._events(agenda, alarm, now))
            coming = {due.ref for due in old.dues(events) if due.at > alarm.told}
            for due in new.dues(events):
                if due.ref in coming and due.at <= now < due.expires:
                    window = Window(due.at, due.expires)
                    await self._alarms.fan_out(alarm, _mailing(alarm, due), window, chat_id)

    async def _ring(self, alarm: Alarm, agenda: Agenda, now: dt.datetime) -> int:
        rhythm, told = alarm.rhythm, alarm.told
        dues = list(rhythm.dues(self._events(agenda, alarm, now)))
        many = 0
        for due in dues:
            if told < due.at <= now < due.expires:
                window = Window(due.at, due.expires)
                many += await self._alarms.fan_out(alarm, _mailing(alarm, due), window)
        ahead = (due.at for due in dues if due.at > now)
        await self._alarms.settle(alarm, now, min(ahead, default=now + FAR))
        return many

    def _events(self, agenda: Agenda, alarm: Alarm, now: dt.datetime) -> Iterator[Event]:
        today = now.astimezone(self._zone).date()
        return agenda.events(alarm.topic, alarm.rhythm.lead, today)


def _mailing(alarm: Alarm, due: Due) -> Mailing:
    """The same for all who are told as long before, wherever they are and whatever they follow."""
    lead = alarm.rhythm.lead
    urgency = Urgency.SOON if lead == "1h" else Urgency.REMINDER
    return Mailing(f"reminder {due.ref} {lead}", "reminder", due.ref, urgency)
