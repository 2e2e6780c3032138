"""The ticks of the bot: they run, and a stop leaves none of them half done."""

import asyncio
import logging
from datetime import UTC, timedelta

import pytest

from bot import clock
from bot.clock import Ticking

SOON = timedelta(milliseconds=1)


class Work:
    """A tick that goes on until it may end."""

    def __init__(self) -> None:
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()
        self.done = 0

    async def tick(self) -> None:
        self.begun.set()
        await self.may_end.wait()
        self.done += 1


@pytest.fixture
def work() -> Work:
    return Work()


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """APScheduler's own too, which the process silences below WARNING only."""
    return [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]


async def test_a_stop_finishes_the_tick_that_is_under_way(
    work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    ticking = Ticking(UTC, {"work": (SOON, work.tick)})
    ticking.start()
    await work.begun.wait()
    stop = asyncio.create_task(ticking.stop())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not stop.done()
    work.may_end.set()
    await stop
    assert work.done == 1
    assert errors(caplog) == []


async def test_a_tick_that_does_not_end_is_left_without_a_word(
    work: Work, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "GRACE", timedelta())
    ticking = Ticking(UTC, {"work": (SOON, work.tick)})
    ticking.start()
    await work.begun.wait()
    await ticking.stop()
    assert work.done == 0
    assert errors(caplog) == []


async def test_after_the_stop_nothing_ticks(work: Work) -> None:
    work.may_end.set()
    ticking = Ticking(UTC, {"work": (SOON, work.tick)})
    ticking.start()
    await work.begun.wait()
    await ticking.stop()
    before = work.done
    for _ in range(100):
        await asyncio.sleep(0)
    assert work.done == before


async def test_a_tick_that_fails_is_told_and_comes_again(caplog: pytest.LogCaptureFixture) -> None:
    again = asyncio.Event()
    calls = 0

    async def fails() -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            again.set()
        raise LookupError("broken")

    ticking = Ticking(UTC, {"broken": (SOON, fails)})
    ticking.start()
    await again.wait()
    await ticking.stop()
    told = [each for each in caplog.records if each.name == "bot.clock"]
    assert told[0].getMessage() == "the tick broken failed or came late"
    assert told[0].exc_info


async def test_a_tick_that_takes_long_is_no_error(
    work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    left_out = asyncio.Event()
    caplog.set_level(logging.DEBUG, "bot.clock")

    def notice(record: logging.LogRecord) -> bool:
        if "left out" in record.msg:
            left_out.set()
        return True

    caplog.handler.addFilter(notice)
    ticking = Ticking(UTC, {"work": (SOON, work.tick)})
    ticking.start()
    await left_out.wait()
    work.may_end.set()
    await ticking.stop()
    assert work.done >= 1
    assert errors(caplog) == []
