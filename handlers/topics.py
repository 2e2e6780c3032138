"""What can be followed: everything, a place, a day, or one item of a programme."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from data.library import Library
from data.model.commemorations import Commemoration
from data.model.days import coming
from data.model.places import Place
from data.model.programmes import Item, Programme
from data.model.subscriptions import ALL
from handlers.cards import name
from locales import Speaker


@dataclass(frozen=True)
class Showing:
    """One item of a programme, and of which day it is."""

    programme: Programme
    item: Item
    commemoration: Commemoration | None = None

    @property
    def topic(self) -> str:
        return f"{self.programme.id}/{self.item.id}"

    @property
    def day(self) -> dt.date | None:
        return self.programme.day_of(self.item)

    def start(self, zone: dt.tzinfo) -> dt.datetime | None:
        """``zone`` is that of the places."""
        return self.programme.start_of(self.item, zone)


Subject = Commemoration | Place | Showing | None
"""What a topic stands for; None is everything."""


def find(library: Library, topic: str) -> Subject:
    """Raises LookupError for what the Library no longer has."""
    if topic == ALL:
        return None
    if "/" in topic:
        return _showing(library, *topic.split("/", 1))
    found = library.commemorations.get(topic) or library.places.get(topic)
    if found is None:
        raise LookupError(topic)
    return found


def title(speaker: Speaker, subject: Subject) -> str:
    match subject:
        case Commemoration():
            return name(speaker, subject)
        case Place():
            return speaker.text(subject.names)
        case Showing():
            return speaker.text(subject.item.title)
    return speaker.term("topic", "All commemorations")


def solemn(subject: Subject) -> bool:
    day = subject.commemoration if isinstance(subject, Showing) else subject
    return isinstance(day, Commemoration) and day.tone == "solemn"


def ahead(library: Library, commemoration: Commemoration, today: dt.date) -> Iterator[Showing]:
    """The items of its coming programmes that can be followed one by one."""
    found = coming(commemoration, today)
    for programme in library.programmes_of(commemoration.id, found.year) if found else ():
        for item in programme.items:
            showing = Showing(programme, item, commemoration)
            if showing.day and showing.day >= today and item.status != "cancelled":
                yield showing


def _showing(library: Library, programme_id: str, item_id: str) -> Showing:
    programme = library.programmes[programme_id]
    day = library.commemorations.get(library.commemoration_of.get(programme_id, ""))
    for item in programme.items:
        if item.id == item_id:
            return Showing(programme, item, day)
    raise LookupError(item_id)
