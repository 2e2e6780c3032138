"""Messages that nobody asked for: to whom, how urgent, and what has become of each."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal, get_args

from data.model.deliveries import Delivery
from data.model.subscriptions import Address, Preferences

Status = Literal["pending", "sending", "sent", "failed", "uncertain", "expired", "cancelled"]
STATUSES: tuple[Status, ...] = get_args(Status)

State = Literal["held", "planned", "open", "paused", "stopped", "cancelled", "done"]
"""Of a mailing: somebody has to approve it; its recipients are not yet written down; it is being
sent; an editor has paused it; Telegram cannot read it; an editor has called it off; nothing is
left to send."""


class Urgency(IntEnum):
    """What leaves first."""

    SOON = 0
    """Asked for, and worth nothing an hour later."""
    REMINDER = 1
    CHANGE = 2
    ANNOUNCEMENT = 3


@dataclass(frozen=True)
class Audience:
    """Who is told. All that is given must hold.

    Without ``topics`` those who accept announcements; with them those who follow one of them,
    and are ``willing`` if they accept announcements, too.
    """

    topics: tuple[str, ...] = ()
    language: str = ""
    chat_type: str = ""
    willing: bool = False


@dataclass(frozen=True)
class Mailing:
    """One thing told to many. The same ``key`` is the same mailing, and nobody gets it twice.

    ``kind`` names the words (see handlers.features), ``ref`` what they are about, ``body`` is
    JSON for them.
    """

    key: str
    kind: str
    ref: str = ""
    urgency: Urgency = Urgency.REMINDER
    body: Mapping[str, Any] = field(default_factory=dict)
    author: str = ""


@dataclass(frozen=True)
class Window:
    """Not before ``start``, and not from ``end`` on."""

    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True)
class Recipient:
    """The chat of a letter as it is at the moment of sending."""

    language: str | None
    active: bool
    type: str
    preferences: Preferences


Words = tuple[int, str | None]
"""A mailing in one language."""


@dataclass(frozen=True)
class Letter:
    """One message of a mailing to one address."""

    id: int
    mailing_id: int
    mailing: Mailing
    address: Address
    expires: dt.datetime
    attempts: int
    recipient: Recipient | None
    """None when the chat has been forgotten."""
    message_id: int | None = None
    """The message that has been sent and is to be changed."""

    @property
    def words(self) -> Words:
        """All who have the same get the same words, or those of the same making."""
        return self.mailing_id, self.recipient.language if self.recipient else None


@dataclass(frozen=True)
class Outcome:
    """What has become of a letter.

    ``pending``: not before ``again``. ``gone``: nothing reaches the chat any more. ``moved``: the
    new number of the chat. ``unreadable``: Telegram cannot take these words, whoever gets them.
    """

    letter: Letter
    status: Status
    message_id: int | None = None
    error: str = ""
    again: dt.datetime | None = None
    counted: bool = True
    gone: bool = False
    moved: int | None = None
    unreadable: bool = False


@dataclass(frozen=True)
class Fate:
    """What has become of a letter, for a report. ``error``: what Telegram or the bot says."""

    address: Address
    status: Status
    message_id: int | None = None
    error: str = ""


@dataclass(frozen=True)
class Door:
    """What all processes share about sending. ``flood_until``: Telegram told us to wait."""

    paused: str = ""
    """Why nothing is sent; empty when it is."""
    flood_until: dt.datetime | None = None


@dataclass(frozen=True)
class Report:
    """How far a mailing is."""

    id: int
    mailing: Mailing
    state: State
    error: str
    counts: Mapping[Status, int]
    pruned: bool = False
    """Nobody knows any more who got it; only how many."""


def settled(letter: Letter, delivery: Delivery, now: dt.datetime) -> Outcome:
    """What a letter ends as, or goes on as, where that concerns no other one."""
    error = delivery.error
    match delivery.verdict:
        case "delivered":
            return Outcome(letter, "sent", delivery.message_id)
        case "gone" | "unreadable" | "refused" as why:
            gone, unreadable = why == "gone", why == "unreadable"
            return Outcome(letter, "failed", error=error, gone=gone, unreadable=unreadable)
        case "moved":
            return Outcome(letter, "pending", error=error, again=now, moved=delivery.moved_to)
        case _:
            return Outcome(letter, "uncertain", error=error)
