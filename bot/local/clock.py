"""The time of the played world: it ticks like the real one and can be moved."""

import inspect
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

Hook = Callable[[], Awaitable[object] | object]


class Clock:
    """Calling it gives the moment, in the zone of `start`, which the chat page shows too (this
    machine's by default). A frozen clock moves only when it is told to."""

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        self._frozen = frozen
        self._hooks: list[Hook] = []
        self._set(start or datetime.now(UTC).astimezone())

    def __call__(self) -> datetime:
        if self._frozen:
            return self._start
        passed = timedelta(seconds=time.monotonic() - self._since)
        return (self._start.astimezone(UTC) + passed).astimezone(self._start.tzinfo)

    now = __call__

    def subscribe(self, hook: Hook) -> None:
        """The hook runs after every move; a mover waits for those that are coroutines."""
        self._hooks.append(hook)

    async def move_to(self, moment: datetime) -> None:
        """Backwards too: a demo shows last November. Raises ValueError on a naive moment."""
        self._set(moment)
        for hook in self._hooks:
            outcome = hook()
            if inspect.isawaitable(outcome):
                await outcome

    async def advance(self, duration: timedelta) -> None:
        await self.move_to(self() + duration)

    def freeze(self) -> None:
        self._set(self())
        self._frozen = True

    def _set(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError(f"a moment needs its time zone: {moment.isoformat()}")
        self._start, self._since = moment, time.monotonic()
