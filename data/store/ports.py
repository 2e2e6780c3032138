"""What the rest of the program may ask of the store; what is sent unasked is in ``post``."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from data.model.outbox import Audience
from data.model.subscriptions import Address, Preferences, Subscription
from data.model.topics import Topic

Bodies = Mapping[str, Mapping[str, Any]]
"""Documents by their key (the ``id``), as ``data.model.documents.dump`` makes them."""


class UnknownVersionError(LookupError):
    """A content version that the store does not hold; one line."""


class StaleEditError(Exception):
    """Somebody published another version meanwhile; one line."""


@dataclass(frozen=True)
class Edit:
    """Who changes the content, why and when."""

    author: str
    note: str
    at: datetime


@dataclass(frozen=True)
class Version:
    """A published state of the whole content."""

    number: int
    created: datetime
    author: str
    note: str


@dataclass(frozen=True)
class Difference:
    """The keys of the documents that differ, sorted."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edition:
    """A version with its documents, sorted by key."""

    version: Version
    bodies: Bodies


class Contents(Protocol):
    """The content in numbered versions, none of which is ever altered."""

    async def current_version(self) -> int | None:
        """The newest number, None while nothing has been published; cheap enough to poll."""

    async def load(self, number: int | None = None) -> Edition:
        """A version with its documents, the newest without a number.

        Raises UnknownVersionError.
        """

    async def publish(self, bodies: Bodies, edit: Edit, over: int | None) -> int:
        """Make ``bodies`` the whole content and tell the number of the version that holds them.

        That is the current one when nothing differs. ``over`` is the version that the edit
        started from: raises StaleEditError when that is no longer the current one.
        """

    async def unseen(self, bodies: Bodies) -> tuple[str, ...]:
        """The keys, sorted, of those that no version has held."""

    async def restore(self, number: int, edit: Edit) -> int:
        """Publish an old version anew, as ``publish`` does. Raises UnknownVersionError."""

    async def versions(self) -> list[tuple[Version, Difference]]:
        """All, oldest first, each with its difference from the one before."""

    async def diff(self, before: int, after: int) -> Difference:
        """What ``after`` has otherwise than ``before``. Raises UnknownVersionError."""


class Chats(Protocol):
    """What is remembered of a chat."""

    async def language(self, chat_id: int) -> str | None:
        """The one that was chosen in the chat."""

    async def set_language(self, chat_id: int, type_: str, language: str, now: datetime) -> None:
        """``type_`` is Telegram's: private, group, supergroup, channel."""

    async def migrate(self, old: int, new: int) -> None:
        """A group became a supergroup: what was chosen there goes with it."""

    async def preferences(self, chat_id: int) -> Preferences:
        """The usual ones where none were chosen."""

    async def set_preferences(self, chat_id: int, chosen: Preferences, now: datetime) -> None:
        """What it follows is told by the new zone and hour. Does nothing to an unknown chat."""

    async def set_active(self, chat_id: int, active: bool, now: datetime) -> None:
        """False: the bot was blocked or removed, so nothing is sent until it is let in again."""

    async def admit(self, person: int, now: datetime) -> None:
        """Known from now on, and tried again even if nothing has reached the person."""

    async def everything(self, chat_id: int) -> Mapping[str, Any]:
        """All that is kept of the chat, fit for JSON; empty where nothing is."""

    async def forget(self, chat_id: int) -> None:
        """Leave no trace of the chat, nor of what is about to be sent to it."""


@dataclass(frozen=True)
class Lasting:
    """A topic and the moment at which it is forgotten."""

    topic: Topic
    until: datetime


class Topics(Protocol):
    """What the chats talk of."""

    async def of(self, chat_id: int, now: datetime) -> Topic | None:
        """None where none was remembered, or not of late."""

    async def remember(self, topics: Mapping[int, Lasting]) -> None:
        """By chat, all in one transaction; each in the place of what the chat talked of before."""

    async def prune(self, now: datetime) -> None:
        """Delete what is to be forgotten by now."""


@dataclass(frozen=True)
class Asked:
    """A question without an answer: folded, in the language it was last asked in, and counted.

    ``first`` and ``last`` are when it was asked for the first and the last time.
    """

    text: str
    language: str
    times: int
    first: datetime
    last: datetime


class Unanswered(Protocol):
    """The questions that found no answer. Nothing tells who asked them."""

    async def count(self, asked: Iterable[Asked]) -> None:
        """Add to what was counted before, all in one transaction; a text stands there once."""

    async def listed(self, limit: int, start: int = 0) -> list[Asked]:
        """The most asked first, from the one numbered ``start`` on."""

    async def prune(self, before: datetime) -> None:
        """Delete what was last asked before then."""


@dataclass(frozen=True)
class Subscriber:
    """Who follows something. ``type`` is Telegram's; ``language`` counts only for a new chat."""

    address: Address
    type: str
    language: str | None = None


@dataclass(frozen=True)
class Followed:
    """A line of a list of subscribers."""

    chat_id: int
    language: str | None
    zone: str
    topics: tuple[str, ...]


class Subscriptions(Protocol):
    """Who follows what."""

    async def of(self, address: Address) -> tuple[Subscription, ...]:
        """Sorted by topic."""

    async def follow(self, who: Subscriber, what: Subscription, now: datetime) -> None:
        """Sets when one topic is told, in the place of what was chosen for it before.

        The first one makes the chat known, active, and willing to get announcements.
        """

    async def unfollow(self, address: Address, topic: str) -> None:
        """Also takes back what is about to be sent there, if it follows nothing any more."""

    async def stop(self, address: Address, now: datetime) -> None:
        """Everything off, at once: what is followed, announcements, what is about to be sent.

        Of one thread only what it follows; the chat itself (thread 0) stands for all of them.
        """

    async def count(self, audience: Audience) -> int:
        """To how many addresses it would be told now."""

    async def bring_in(self, lines: Iterable[Followed], now: datetime) -> int:
        """Follow all that; nobody is unfollowed. Tells how many chats were in the lines."""

    def everyone(self) -> AsyncIterator[Followed]:
        """By chat, threads left out."""
