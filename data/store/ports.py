"""What the rest of the program may ask of the store."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from data.model.outbox import (
    Audience,
    Door,
    Fate,
    Letter,
    Mailing,
    Outcome,
    Report,
    State,
    Status,
    Window,
)
from data.model.reminders import Rhythm
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


@dataclass(frozen=True)
class Alarm:
    """Those who want to be told of a topic at the same moment.

    Told up to ``told``; a new one is from its birth on, and tells nothing of the past.
    """

    id: int
    topic: str
    rhythm: Rhythm
    told: datetime


class Alarms(Protocol):
    """When what is followed is told: few rows, however many people follow."""

    async def due(self, now: datetime) -> Sequence[Alarm]:
        """Those of which something may have become due."""

    async def fan_out(self, alarm: Alarm, mailing: Mailing, window: Window) -> int:
        """A letter for each follower; again, none twice. Tells how many are new."""

    async def settle(self, alarm: Alarm, told: datetime, again: datetime) -> None:
        """All up to ``told`` is in the outbox; nothing is due before ``again``."""

    async def reconsider(self) -> None:
        """Other content: every alarm may be due at another time."""


Judge = Callable[[Letter], Outcome | None]
"""What becomes of a letter instead of being sent; None: send it."""


class LostLeadError(Exception):
    """Another process sends now."""


class Mailings(Protocol):
    """What is told to many, or to one, unasked."""

    async def plan(
        self, mailing: Mailing, audience: Audience, window: Window, state: State = "planned"
    ) -> int:
        """Keep a mailing; from ``window.start`` on ``fan_out`` finds it. Tells its number.

        One with the same key is left as it is. ``held``: it waits until it is reopened.
        """

    async def fan_out(self, now: datetime) -> int:
        """Letters for the audiences of all planned mailings whose time has come."""

    async def put(self, mailing: Mailing, address: Address, window: Window) -> None:
        """One letter; in the place of one of this mailing to this address that has left."""

    async def follow_up(self, mailing: Mailing, to: int, window: Window, state: State) -> int:
        """Letters about each message of the mailing ``to`` that has been sent; tells its number.

        ``state``: ``open``, or ``held`` until it is reopened. Again, nothing is done twice.
        """

    async def set_state(self, mailing_id: int, state: State, was: State) -> bool:
        """Pause, reopen or cancel a mailing; what is under way still arrives.

        False when its state is no longer ``was``: then it is left as it is.
        """

    async def close_finished(self) -> None:
        """Mailings without anything left to send are done."""

    async def prune(self, before: datetime) -> int:
        """Delete the letters of finished mailings that could not be sent after ``before``; how
        many there were in each status is kept. Tells how many it has deleted."""

    async def report(self, mailing_id: int) -> Report | None: ...

    async def reports(self) -> Sequence[Report]:
        """All mailings that are not done, in the order of sending."""

    async def recent(self, kind: str, many: int) -> Sequence[Report]:
        """Of one kind, in whatever state, the newest first."""

    async def blocked(self, mailing_id: int) -> int:
        """How many have failed because the bot is not let in any more."""

    def letters(self, mailing_id: int) -> AsyncIterator[Fate]:
        """What has become of all of a mailing, by address."""


class Outbox(Protocol):
    """The letters, and the door that they leave by, which one process holds."""

    async def lead(self, owner: str, hold: timedelta) -> int | None:
        """Hold the door so long, by the database's clock.

        None while another holds it; else the number of this holding. What a holder before us left
        in ``sending`` is ``uncertain`` then.
        """

    async def retire(self, epoch: int) -> None:
        """Let another hold the door at once."""

    async def turn(self, claim: "Claim", outcomes: Sequence[Outcome]) -> Sequence[Letter]:
        """One transaction: write down outcomes, take the next letters, which are ``sending`` now.

        Raises LostLeadError when another holds the door; the outcomes are written all the same.
        """

    async def door(self) -> Door: ...

    async def flood(self, until: datetime) -> None:
        """Telegram told the bot to wait."""

    async def pause(self, reason: str) -> None:
        """Send nothing until ``resume``."""

    async def resume(self) -> None: ...

    async def resend_uncertain(self, now: datetime) -> int:
        """They become pending again, whatever really has become of them; tells how many."""

    async def counts(self) -> Mapping[Status, int]: ...

    async def idle(self, now: datetime) -> bool:
        """Nothing is on its way, and nothing could leave now."""


@dataclass(frozen=True)
class Claim:
    """Up to ``room`` letters for the holder ``epoch``, who passes each through ``judge``.

    With the claim the door is held for ``hold`` from now on. Of mailings that are not ``proven``
    only one letter is taken; None: all are.
    """

    epoch: int
    now: datetime
    hold: timedelta
    room: int
    judge: Judge
    proven: Collection[int] | None = None
