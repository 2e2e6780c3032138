"""Updates on their way to the bot: kept until the bot confirms them."""

import asyncio
from collections.abc import Callable, Collection
from typing import Any

Update = dict[str, Any]
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}


class Signal:
    """Wakes all who wait for something to change."""

    def __init__(self) -> None:
        self.count = 0
        self._event = asyncio.Event()

    def fire(self) -> None:
        self.count += 1
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self) -> None:
        await self._event.wait()


async def until(claim: Callable[[], bool], signal: Signal, seconds: float) -> bool:
    """Whether the claim came true in time; it is looked at after every firing."""

    async def watch() -> None:
        while not claim():
            await signal.wait()

    try:
        await asyncio.wait_for(watch(), seconds)
    except TimeoutError:
        return claim()
    return True


class Mailbox:
    """Unconfirmed updates by id, oldest first."""

    def __init__(self) -> None:
        self.pending: dict[int, Update] = {}
        self.allowed: Collection[str] | None = None
        self.changed = Signal()
        self._last = 0

    def put(self, kind: str, payload: dict[str, Any]) -> None:
        """Dropped, as Telegram does, when the bot has not asked for this kind."""
        if kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT:
            self._last += 1
            self.pending[self._last] = {"update_id": self._last, kind: payload}
            self.changed.fire()

    def confirm(self, *ids: int) -> None:
        for update_id in ids:
            self.pending.pop(update_id, None)
        self.changed.fire()

    async def take(self, offset: int, limit: int, seconds: float) -> list[Update]:
        """All before `offset` are confirmed; a negative one keeps so many of the last."""
        ids = list(self.pending)
        first = offset if offset >= 0 else (ids[offset:] or [0])[0]
        if done := [update_id for update_id in ids if update_id < first]:
            self.confirm(*done)
        await until(lambda: bool(self.pending), self.changed, seconds)
        return list(self.pending.values())[:limit]

    async def settled(self, seconds: float) -> None:
        """Returns once nothing is left. Raises TimeoutError that names what is."""
        if not await until(lambda: not self.pending, self.changed, seconds):
            left = "\n".join(str(update) for update in self.pending.values())
            raise TimeoutError(f"after {seconds} s the bot has not confirmed:\n{left}")
