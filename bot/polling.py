"""Updates by long polling. Telegram hears of an update as received only once it is handled.

getUpdates(offset) confirms all before ``offset`` and repeats all from it. So ``offset`` moves
past an update when it and all before it are handled: a kill at any moment loses none. While one
is slow, Telegram repeats it and all after it at once, whatever the timeout, and to ask again at
once would spin. So after each round the loop waits until all are handled, at most ``pause``.
The pause grows while nothing new comes; it bounds both how long others wait behind a slow one
and how often we ask. (A server gives 100 a time: more than 99 cannot overtake one.)
"""

import asyncio
import json
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from handlers.sending import form

log = logging.getLogger(__name__)

FAILURES = (TelegramError, LookupError, TypeError)  # the latter: an answer of no known shape
ANSWER_MARGIN = timedelta(seconds=10)  # how much later than promised a long poll may come back


@dataclass(frozen=True)
class Pace:
    """``long_poll``: how long the server may hold a question. ``patience``: failures in a row."""

    long_poll: timedelta = timedelta(seconds=50)
    pause: timedelta = timedelta(milliseconds=50)
    longest_pause: timedelta = timedelta(milliseconds=250)
    longest_backoff: timedelta = timedelta(seconds=30)
    grace: timedelta = timedelta(seconds=20)
    patience: int = 10
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class PollingFailed(Exception):  # noqa: N818 (named like PTB's)
    """It is over for good: the token is refused, or another process takes this bot's updates."""


class Polling:
    """``run`` ends only by being cancelled or with ``PollingFailed``; then comes ``finish``."""

    def __init__(
        self,
        bot: Bot,
        take: Callable[[object], Coroutine[Any, Any, None]],
        allowed_updates: Sequence[str],
        pace: Pace | None = None,
    ):
        self._bot = bot
        self._take = take
        self._allowed_updates = json.dumps(list(allowed_updates))
        self._pace = pace or Pace()
        self._open: dict[int, asyncio.Task[None]] = {}  # in the server's order, from the offset on
        self._offset: int | None = None
        self._accepted = False
        self.last_poll = (
            time.monotonic()
        )  # of the last answer; liveness compares it with the clock

    async def run(self) -> None:
        await self._insist(self._leave_webhook)
        pause = self._pace.pause
        while True:
            asked = time.monotonic()
            fresh = await self._insist(self._poll)
            held = time.monotonic() - asked >= 1  # a true long poll is its own pause
            pause = self._pace.pause if fresh or held else min(2 * pause, self._pace.longest_pause)
            await self._settle(pause)

    async def finish(self) -> None:
        """Waits for what is under way, at most ``grace``, then confirms all that is handled."""
        if self._open:
            grace = self._pace.grace.total_seconds()
            _, late = await asyncio.wait(self._open.values(), timeout=grace)
            for task in late:  # not confirmed, it comes once more after the next start
                task.cancel()
        self._advance()
        if self._offset is not None:
            with suppress(*FAILURES):  # then they come once more after the next start
                await self._ask(timeout=0, limit=1)

    async def _leave_webhook(self) -> int:
        with suppress(
            InvalidToken
        ):  # 404: no such method there; polling will tell about the token
            await self._bot.delete_webhook(drop_pending_updates=False)
        return 0

    async def _poll(self) -> int:
        """-> how many updates came that are not under way already."""
        hold = timedelta(0) if self._open else self._pace.long_poll
        answer = await self._ask(timeout=int(hold.total_seconds()))
        self._accepted = True
        self.last_poll = time.monotonic()
        before = len(self._open)
        for raw in answer if isinstance(answer, list) else ():
            update_id = raw.get("update_id") if isinstance(raw, dict) else None
            if not isinstance(update_id, int):
                await self._take(raw)  # which reports it; it has no number to confirm
            elif update_id not in self._open:
                self._open[update_id] = asyncio.create_task(self._take(raw))
        return len(self._open) - before

    async def _ask(self, **question: int) -> Any:
        return await self._bot.request.post(
            f"{self._bot.base_url}/getUpdates",
            form(offset=self._offset, allowed_updates=self._allowed_updates, **question),
            read_timeout=(timedelta(seconds=question["timeout"]) + ANSWER_MARGIN).total_seconds(),
        )

    async def _settle(self, pause: timedelta) -> None:
        under_way = [task for task in self._open.values() if not task.done()]
        if under_way:
            await asyncio.wait(under_way, timeout=pause.total_seconds())
        else:
            await self._pace.sleep(pause.total_seconds())
        self._advance()

    def _advance(self) -> None:
        for update_id, task in list(self._open.items()):
            if not task.done() or task.cancelled():
                break
            del self._open[update_id]
            self._offset = update_id + 1

    async def _insist(self, call: Callable[[], Awaitable[int]]) -> int:
        failures = 0
        while True:
            try:
                return await call()
            except RetryAfter as error:
                await self._pace.sleep(_seconds(error.retry_after))
            except FAILURES as error:
                failures += 1
                self._judge(error, failures)
                await self._pace.sleep(self._backoff(failures))

    def _judge(self, error: Exception, failures: int) -> None:
        """Says what is wrong; raises PollingFailed where waiting will not mend it."""
        refused = isinstance(error, InvalidToken)
        level = logging.ERROR if refused or isinstance(error, Conflict) else logging.WARNING
        log.log(
            level, "getUpdates failed (%d in a row): %s: %s", failures, type(error).__name__, error
        )
        if refused and not self._accepted:
            raise PollingFailed("the server does not accept the bot's token") from error
        if level == logging.ERROR and failures >= self._pace.patience:
            raise PollingFailed(f"getUpdates was refused {failures} times in a row") from error

    def _backoff(self, failures: int) -> float:
        longest = self._pace.longest_backoff.total_seconds()
        return random.uniform(0.5, 1) * min(longest, 0.5 * float(2**failures))  # noqa: S311 (only jitter)


def _seconds(told: int | timedelta) -> float:
    return told.total_seconds() if isinstance(told, timedelta) else told
