"""What the statistics may ask of the store."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol

from data.model.counts import Crowd, Days, What
from data.model.outbox import Status


class Census(Protocol):
    """Who is there now, and what was counted day by day. No count tells whom it counted."""

    async def chats(self) -> Sequence[Crowd]:
        """All chats; the largest crowds first."""

    async def topics(self) -> Mapping[str, int]:
        """How many addresses follow each; the most followed first."""

    async def letters(self) -> Mapping[Status, int]:
        """All that the outbox still holds."""

    async def add(self, day: dt.date, counts: Mapping[What, int]) -> None:
        """To what was counted on that day before, all in one transaction."""

    async def put(self, day: dt.date, what: What, count: int) -> None:
        """In the place of what was counted on that day before."""

    async def since(self, day: dt.date) -> Days:
        """From that day on, in order."""
