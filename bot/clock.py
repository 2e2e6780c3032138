"""What the bot does by itself, each a tick of APScheduler. It is the clock and never the memory:
jobs stand in this code, not in a store."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)


GRACE = timedelta(seconds=10)
"""How long a stop waits for the ticks under way, each of which is short."""

Tick = Callable[[], Awaitable[None]]


class Ticking:
    """A job a tick: its name, how often, and what it does.

    A late tick runs all the same, once for all that were missed.
    """

    def __init__(self, zone: tzinfo, ticks: Mapping[str, tuple[timedelta, Tick]]) -> None:
        self._under_way: set[asyncio.Task[Any]] = set()
        self._scheduler = AsyncIOScheduler(
            timezone=zone,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for name, (every, do) in ticks.items():
            # without a first time a job that is added before the start loses its first run
            first = datetime.now(UTC) + every
            self._scheduler.add_job(
                self._run,
                "interval",
                (do,),
                seconds=every.total_seconds(),
                id=name,
                next_run_time=first,
            )
        heard = EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES
        self._scheduler.add_listener(_report, heard)

    def start(self) -> None:
        self._scheduler.start()

    async def stop(self) -> None:
        """Nothing new; what is under way is finished, for the scheduler itself would cancel it."""
        self._scheduler.pause()
        await asyncio.sleep(0)  # a tick that was just called begins
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE.total_seconds()):
                await asyncio.gather(*self._under_way)
        self._scheduler.shutdown(wait=False)

    async def _run(self, do: Tick) -> None:
        """Known to the stop, and silent when that has waited long enough."""
        if (task := asyncio.current_task()) is not None:
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        with suppress(asyncio.CancelledError):
            await do()


def _report(event: JobEvent) -> None:
    if event.code == EVENT_JOB_MAX_INSTANCES:
        log.debug("the tick %s still goes on, so its next one is left out", event.job_id)
        return
    error = getattr(event, "exception", None)
    log.error("the tick %s failed or came late", event.job_id, exc_info=error)
