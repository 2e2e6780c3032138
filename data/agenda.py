"""What there is to be reminded of, by topic."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from data.library import Library
from data.model.commemorations import Commemoration
from data.model.days import occurrence
from data.model.programmes import Programme
from data.model.reminders import Event
from data.model.subscriptions import ALL, Lead

CANCELLED = "cancelled"


@dataclass(frozen=True)
class Agenda:
    """``zone`` is that of the programmes' times."""

    library: Library
    zone: dt.tzinfo

    def events(self, topic: str, lead: Lead, today: dt.date) -> Iterator[Event]:
        """Of last year, this one and the next; nothing where the topic is not known any more.

        Of days and places the hour before is that before each of their items.
        """
        programme_id, parted, item_id = topic.partition("/")
        if parted:
            programme = self.library.programmes.get(programme_id)
            every = self._items((programme,) if programme else ())
            yield from (each for each in every if each.ref == f"{programme_id}/{item_id}")
            return
        for day in self._days(topic):
            for year in range(today.year - 1, today.year + 2):
                if lead == "1h":
                    yield from self._items(self.library.programmes_of(day.id, year))
                elif found := occurrence(day, year):
                    yield Event(f"{day.id}@{year}", found.first)

    def _days(self, topic: str) -> tuple[Commemoration, ...]:
        if topic == ALL:
            return tuple(self.library.commemorations.values())
        day = self.library.commemorations.get(topic)
        return (day,) if day else self.library.commemorations_of(topic)

    def _items(self, programmes: tuple[Programme, ...]) -> Iterator[Event]:
        for programme in programmes:
            for item in programme.items:
                day = programme.day_of(item)
                if day and CANCELLED not in (programme.status, item.status):
                    ref = f"{programme.id}/{item.id}"
                    yield Event(ref, day, programme.start_of(item, self.zone))
