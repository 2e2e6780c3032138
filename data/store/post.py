"""What the rest of the program may ask of the store about what is sent unasked."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

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
from data.model.subscriptions import Address


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

    async def of(self, chat_id: int) -> Sequence[Alarm]:
        """Those by which the chat is told of what it follows."""

    async def fan_out(
        self, alarm: Alarm, mailing: Mailing, window: Window, only: int | None = None
    ) -> int:
        """A letter for each follower; again, none twice. Tells how many are new.

        ``only``: for those in one chat.
        """

    async def settle(self, alarm: Alarm, told: datetime, again: datetime) -> None:
        """All up to ``told`` is in the outbox; nothing is due before ``again``."""

    async def reconsider(self) -> None:
        """Other content: every alarm may be due at another time."""


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

    async def approve(self, mailing_id: int, now: datetime) -> bool:
        """Reopen what is held. The time that it has to be sent in begins now if it has begun.

        False when it is held no longer: then it is left as it is.
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

    async def unreached(self, key: str) -> Sequence[int]:
        """The chats that surely did not get the mailing and will not, sorted."""

    async def blocked(self, mailing_id: int) -> int:
        """How many have failed because the bot is not let in any more."""

    def letters(self, mailing_id: int) -> AsyncIterator[Fate]:
        """What has become of all of a mailing, by address."""


Judge = Callable[[Letter], Outcome | None]
"""What becomes of a letter instead of being sent; None: send it."""


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


class LostLeadError(Exception):
    """Another process sends now."""


class Outbox(Protocol):
    """The letters, and the door that they leave by, which one process holds."""

    async def lead(self, owner: str, hold: timedelta) -> int | None:
        """Hold the door so long, by the database's clock.

        None while another holds it; else the number of this holding. What a holder before us left
        in ``sending`` is ``uncertain`` then.
        """

    async def retire(self, epoch: int) -> None:
        """Let another hold the door at once."""

    async def turn(self, claim: Claim, outcomes: Sequence[Outcome]) -> Sequence[Letter]:
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
