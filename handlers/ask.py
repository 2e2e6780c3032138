"""What a person wants, narrowed once at the edge, and what a feature may use to answer."""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from data.crew import Crew
from data.library import Library
from data.model.plots import Plot
from data.model.staff import Role, suffices
from data.model.subscriptions import Address
from data.planner import Planner
from data.store.desk import Desk
from data.store.ports import Chats, Subscriptions
from data.store.post import Mailings
from data.tally import Tally
from data.topics import RecentTopics
from data.unanswered import UnansweredLog
from handlers.reply import Cards, Reply
from locales import Speaker


class Shelf(Protocol):
    """Where the current Library stands; it may be another one at the next question."""

    @property
    def library(self) -> Library: ...


@dataclass(frozen=True)
class Ask:
    """One request of a person.

    ``words`` is what stands after the command, or the whole text, or the degrees of a location.
    ``args`` are the arguments of a pressed button or of a deep link. ``kind`` is Telegram's type
    of the chat, or ``inline`` for what will be shared in another. ``known`` tells that the chat
    has chosen its language; otherwise ``speaker`` speaks the guessed one. ``thread`` is the topic
    of a forum, 0 outside of one. ``html`` is what was written with its formatting, ``photo``
    Telegram's id of a picture, ``message`` the number of the message whose button was pressed.
    ``bot`` is the name by which the bot is called in a group.
    """

    chat_id: int
    speaker: Speaker
    today: dt.date
    words: str = ""
    args: tuple[str, ...] = ()
    kind: str = "private"
    known: bool = True
    thread: int = 0
    html: str = ""
    photo: str = ""
    message: int = 0
    bot: str = ""

    @property
    def private(self) -> bool:
        return self.kind == "private"

    @property
    def address(self) -> Address:
        return Address(self.chat_id, self.thread)


@dataclass(frozen=True)
class Services:
    """What lives as long as the process."""

    shelf: Shelf
    chats: Chats
    topics: RecentTopics
    unanswered: UnansweredLog
    tally: Tally
    subscriptions: Subscriptions
    mailings: Mailings
    planner: Planner
    desk: Desk
    staff: Crew
    picture: Callable[[Plot], Awaitable[bytes | None]]
    """PNG; None where none could be made."""
    speakers: Mapping[str, Speaker]
    now: Callable[[], dt.datetime]
    zone: dt.tzinfo
    offers: tuple[tuple[str, str], ...]
    """The commands of the menu: name and what it does (a message of the catalogues)."""
    staff_offers: tuple[tuple[str, str, Role], ...] = ()
    """The commands that only those are offered who have a role, and the least that suffices."""
    group_offers: tuple[tuple[str, str], ...] = ()
    """The short menu of groups."""
    rate: int = 25
    """Messages a second that nobody asked for; 0: no limit."""
    approval: bool = False
    """What is announced needs a second person."""

    async def offers_in(self, chat_id: int) -> tuple[tuple[str, str], ...]:
        """The commands of a group, or of a private chat, whose number is that of its person."""
        if chat_id < 0:  # so Telegram tells groups from persons
            return self.group_offers
        return (*self.offers, *await self.staff_offers_in(chat_id))

    async def staff_offers_in(self, chat_id: int) -> tuple[tuple[str, str], ...]:
        """What the role of the person allows."""
        if not await self.staff.knows(chat_id):  # most people
            return ()
        role = await self.staff.role(chat_id)
        return tuple(
            (name, about) for name, about, needed in self.staff_offers if suffices(role, needed)
        )

    @property
    def library(self) -> Library:
        return self.shelf.library


Feature = Callable[[Ask, Services], Awaitable[Reply]]
Sharing = Callable[[Ask, Services], Awaitable[Cards]]
