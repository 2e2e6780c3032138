"""What the bot does by itself, each a tick of APScheduler. It is the clock and never the memory:
jobs stand in this code, not in a store."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)


def build(
    zone: tzinfo, ticks: Mapping[str, tuple[timedelta, Callable[[], Awaitable[None]]]]
) -> AsyncIOScheduler:
    """A scheduler, not yet started, with a job a tick: its name, how often, and what it does.

    A late tick runs all the same, once for all that were missed.
    """
    scheduler = AsyncIOScheduler(
        timezone=zone,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for name, (every, do) in ticks.items():
        # without a first time a job that is added before the start loses its first run
        first = datetime.now(UTC) + every
        seconds = every.total_seconds()
        scheduler.add_job(do, "interval", seconds=seconds, id=name, next_run_time=first)
    scheduler.add_listener(_report, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
    return scheduler


def _report(event: JobEvent) -> None:
    error = getattr(event, "exception", None)
    log.error("the tick %s failed or came late", event.job_id, exc_info=error)
