"""What the rest of the program may ask of the store."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

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

    async def forget(self, chat_id: int) -> None:
        """Leave no trace of the chat."""


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
