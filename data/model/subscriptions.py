"""What a chat follows, and when and how it wants to be told."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Lead = Literal["7d", "3d", "1d", "morning", "1h"]
"""How long before; ``1h`` is before each item that has a time."""

LEADS: tuple[Lead, ...] = get_args(Lead)
USUAL_LEADS: tuple[Lead, ...] = ("1d",)
ALL = "all"
"""The topic of everything. Others: a place's id, a commemoration's, ``<programme>/<item>``."""


@dataclass(frozen=True, order=True)
class Address:
    """Where messages go: a chat, or one topic (thread) of a forum; thread 0 is the chat itself."""

    chat_id: int
    thread_id: int = 0


@dataclass(frozen=True)
class Subscription:
    """One topic that is followed; ``leads`` in the order of LEADS, at least one."""

    topic: str
    leads: tuple[Lead, ...] = USUAL_LEADS


@dataclass(frozen=True)
class Preferences:
    """How a chat wants to be told. ``hour`` and ``quiet`` (from, to) are local hours, 0 to 23.

    ``announcements``: it accepts what editors tell everyone; nobody does before subscribing.
    """

    zone: str = "Asia/Baku"
    hour: int = 10
    quiet: tuple[int, int] | None = None
    silent: bool = False
    announcements: bool = False

    def quiet_until(self, moment: dt.datetime) -> dt.datetime | None:
        """When the quiet hours end that ``moment`` falls in; None when it falls in none."""
        if self.quiet is None or self.quiet[0] == self.quiet[1]:
            return None
        begin, end = self.quiet
        local = moment.astimezone(ZoneInfo(self.zone))
        if (local.hour - begin) % 24 >= (end - begin) % 24:
            return None
        day = local.date() + dt.timedelta(days=local.hour >= end)
        return dt.datetime.combine(day, dt.time(end), local.tzinfo).astimezone(dt.UTC)
