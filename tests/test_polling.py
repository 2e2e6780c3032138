"""Long polling against a server that keeps what is not confirmed, as Telegram does."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot

from bot.polling import Pace, Polling, PollingFailed
from bot.wire import Wire

TOKEN = "1234567:TEST-abcdefghijklmnopqrstuvwxyz01234"
TICK = timedelta(milliseconds=1)


@dataclass
class Telegram:
    """Keeps updates until a getUpdates names a later offset; holds a question if it has none."""

    pending: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    faults: list[web.Response] = field(default_factory=list)
    wish: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        question = {name: str(value) for name, value in (await request.post()).items()}
        async with self.wish:
            self.called.append(method)
            self.wish.notify_all()
            if method != "getUpdates":
                return web.json_response({"ok": True, "result": True})
            self.asked.append(question)
            if self.faults:
                return self.faults.pop(0)
            offset = int(question.get("offset", 0))
            self.pending = [u for u in self.pending if u["update_id"] >= offset]
            if int(question["timeout"]):
                await self.wish.wait_for(lambda: self.pending)
            return web.json_response({"ok": True, "result": self.pending[:100]})

    async def send(self, *update_ids: int) -> None:
        async with self.wish:
            self.pending += [{"update_id": update_id} for update_id in update_ids]
            self.wish.notify_all()

    async def until_asked(self, **question: str) -> None:
        """Waits for a getUpdates that says all this."""
        async with self.wish:
            await self.wish.wait_for(
                lambda: self.asked and question.items() <= self.asked[-1].items()
            )


class Work:
    """What takes the updates: notes them, and waits at those that are ``slow``."""

    def __init__(self, *slow: int) -> None:
        self.begun: list[int] = []
        self.done: list[int] = []
        self.slow = set(slow)
        self.gates: defaultdict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self.ended: defaultdict[int, asyncio.Event] = defaultdict(asyncio.Event)

    async def take(self, raw: object) -> None:
        update_id = raw["update_id"] if isinstance(raw, dict) else 0
        if update_id in self.begun:
            return
        self.begun.append(update_id)
        if update_id in self.slow:
            await self.gates[update_id].wait()
        self.done.append(update_id)
        self.ended[update_id].set()


@dataclass
class Sleeper:
    """Sleeps no longer than it takes the others to go on."""

    slept: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


@asynccontextmanager
async def serving(telegram: Telegram) -> AsyncIterator[Bot]:
    pages = web.Application()
    pages.router.add_post(f"/bot{TOKEN}/{{method}}", telegram.answer)
    runner = web.AppRunner(pages, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    wire = Wire()
    await wire.initialize()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/bot"
    bot = Bot(TOKEN, base_url=url, request=wire, get_updates_request=wire)
    bot._bot_initialized = True  # as after getMe
    try:
        yield bot
    finally:
        await wire.shutdown()
        await runner.cleanup()


def polling(bot: Bot, work: Work, sleep: Sleeper | None = None) -> Polling:
    pace = Pace(pause=TICK, longest_pause=TICK, sleep=sleep or Sleeper())
    return Polling(bot, work.take, ["message", "callback_query"], pace)


@asynccontextmanager
async def running(poll: Polling) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(poll.run())
    try:
        yield task
    finally:
        await ended(task)


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_the_first_question_leaves_the_webhook_and_names_what_it_wants() -> None:
    telegram = Telegram()
    async with serving(telegram) as bot, running(polling(bot, Work())):
        await telegram.until_asked(timeout="50")
    assert telegram.called == ["deleteWebhook", "getUpdates"]
    assert telegram.asked == [
        {"allowed_updates": '["message", "callback_query"]', "timeout": "50"}
    ]


async def test_what_is_handled_is_confirmed_by_the_next_question() -> None:
    telegram, work = Telegram(), Work()
    async with serving(telegram) as bot, running(polling(bot, work)):
        await telegram.send(7, 8, 9)
        await telegram.until_asked(offset="10", timeout="50")
        await telegram.send(10)
        await telegram.until_asked(offset="11", timeout="50")
    assert work.done == [7, 8, 9, 10]
    assert telegram.pending == []


async def test_only_the_prefix_is_confirmed_while_one_is_slow() -> None:
    telegram, work = Telegram(), Work(8)
    async with serving(telegram) as bot, running(polling(bot, work)):
        await telegram.send(7, 8, 9)
        await telegram.until_asked(offset="8", timeout="0")
        await telegram.send(10)  # a slow one does not keep others from being handled
        await work.ended[10].wait()
        assert work.done == [7, 9, 10]
        assert [update["update_id"] for update in telegram.pending] == [8, 9, 10]
        work.gates[8].set()
        await telegram.until_asked(offset="11", timeout="50")
    assert work.begun == [7, 8, 9, 10]


async def test_a_kill_between_handling_and_confirming_loses_nothing() -> None:
    telegram, before, after = Telegram(), Work(8), Work()
    async with serving(telegram) as bot:
        killed = polling(bot, before)
        async with running(killed):
            await telegram.send(7, 8, 9)
            await telegram.until_asked(offset="8", timeout="0")
        for task in killed._open.values():
            task.cancel()
        async with running(polling(bot, after)):
            await telegram.until_asked(offset="10", timeout="50")
    assert before.done == [7, 9]
    assert after.done == [8, 9]


async def test_a_cancelled_one_is_not_confirmed() -> None:
    telegram, work = Telegram(), Work(7)
    async with serving(telegram) as bot:
        poll = polling(bot, work)
        async with running(poll):
            await telegram.send(7, 8)
            await telegram.until_asked(timeout="0")
        poll._open[7].cancel()
        await poll.finish()
    assert [update["update_id"] for update in telegram.pending] == [7, 8]


async def test_finish_waits_for_those_under_way_and_confirms_them() -> None:
    telegram, work = Telegram(), Work(7)
    async with serving(telegram) as bot:
        poll = polling(bot, work)
        async with running(poll):
            await telegram.send(7)
            await telegram.until_asked(timeout="0")
        finishing = asyncio.create_task(poll.finish())
        await asyncio.sleep(0)
        assert not finishing.done()
        work.gates[7].set()
        await finishing
    assert (work.done, telegram.pending) == ([7], [])
    assert telegram.asked[-1].items() >= {"offset": "8", "timeout": "0", "limit": "1"}.items()


async def test_finish_gives_up_on_what_does_not_end_and_does_not_confirm_it() -> None:
    telegram, work = Telegram(), Work(8)
    async with serving(telegram) as bot:
        poll = Polling(bot, work.take, [], Pace(pause=TICK, longest_pause=TICK, grace=TICK))
        async with running(poll):
            await telegram.send(7, 8)
            await telegram.until_asked(offset="8", timeout="0")
        await poll.finish()
        with pytest.raises(asyncio.CancelledError):
            await poll._open[8]
    assert [update["update_id"] for update in telegram.pending] == [8]


async def test_finish_with_an_answer_of_no_known_shape_ends_quietly() -> None:
    telegram, work = Telegram(), Work()
    async with serving(telegram) as bot:
        poll = polling(bot, work)
        async with running(poll):
            await telegram.send(7)
            await telegram.until_asked(offset="8")
        telegram.faults.append(web.json_response({"ok": True}))
        await poll.finish()
    assert telegram.faults == []


async def test_finish_without_a_server_ends_quietly() -> None:
    telegram, work = Telegram(), Work()
    async with serving(telegram) as bot:
        poll = polling(bot, work)
        async with running(poll):
            await telegram.send(7)
            await telegram.until_asked(offset="8")
    await bot.request.initialize()
    await poll.finish()
    await bot.request.shutdown()
    assert work.done == [7]


def refusal(status: int, **more: object) -> web.Response:
    return web.json_response({"ok": False, "description": "as told", **more}, status=status)


async def test_it_goes_on_after_failures_with_growing_pauses(
    caplog: pytest.LogCaptureFixture,
) -> None:
    telegram, work, sleep = Telegram(), Work(), Sleeper()
    nonsense = (web.Response(text="null"), web.json_response({"ok": True}))
    telegram.faults = [refusal(500), web.Response(status=502, text="<html>"), *nonsense]
    telegram.faults += [refusal(500) for _ in range(10)]
    async with serving(telegram) as bot, running(polling(bot, work, sleep)):
        await telegram.send(7)
        await telegram.until_asked(offset="8")
    backoff = [seconds for seconds in sleep.slept if seconds >= 0.5]
    assert len(backoff) == 14
    assert all(0.25 * 2**n <= waited <= 0.5 * 2**n for n, waited in enumerate(backoff[:5], 1))
    assert max(backoff) <= 30
    assert work.done == [7]
    assert TOKEN not in caplog.text


async def test_it_waits_as_long_as_it_is_told() -> None:
    telegram, sleep = Telegram(), Sleeper()
    telegram.faults = [refusal(429, parameters={"retry_after": 17})]
    async with serving(telegram) as bot, running(polling(bot, Work(), sleep)):
        await telegram.send(7)
        await telegram.until_asked(offset="8")
    assert sleep.slept[0] == 17


async def test_a_conflict_that_ends_is_survived(caplog: pytest.LogCaptureFixture) -> None:
    telegram, work = Telegram(), Work()
    telegram.faults = [refusal(409) for _ in range(9)]
    async with serving(telegram) as bot, running(polling(bot, work)):
        await telegram.send(7)
        await telegram.until_asked(offset="8")
    assert work.done == [7]
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 9
    assert "Conflict" in errors[0].getMessage()


async def test_a_conflict_that_stays_is_fatal() -> None:
    telegram = Telegram()
    telegram.faults = [refusal(409) for _ in range(10)]
    async with serving(telegram) as bot:
        with pytest.raises(PollingFailed, match="10 times in a row"):
            await polling(bot, Work()).run()


@pytest.mark.parametrize("status", [401, 404])
async def test_a_token_refused_at_start_is_fatal_at_once(status: int) -> None:
    telegram = Telegram(faults=[refusal(status)])
    async with serving(telegram) as bot:
        with pytest.raises(PollingFailed, match="token"):
            await polling(bot, Work()).run()


async def test_a_404_later_may_be_a_proxy_and_is_survived() -> None:
    telegram, work = Telegram(), Work()
    async with serving(telegram) as bot, running(polling(bot, work)):
        telegram.pending = [{"update_id": 7}]
        await telegram.until_asked(offset="8")
        telegram.faults = [refusal(404)]
        await telegram.send(8)
        await telegram.until_asked(offset="9")
    assert work.done == [7, 8]


async def test_a_server_that_never_holds_a_question_is_not_flooded() -> None:
    telegram, sleep = Telegram(), Sleeper()
    telegram.faults = [web.json_response({"ok": True, "result": []}) for _ in range(5)]
    pace = Pace(pause=TICK, longest_pause=4 * TICK, sleep=sleep)
    async with serving(telegram) as bot:
        poll = Polling(bot, Work().take, [], pace)
        async with running(poll):
            await telegram.send(7)
            await telegram.until_asked(offset="8")
    assert sleep.slept[:5] == [0.002, 0.004, 0.004, 0.004, 0.004]


async def test_an_update_without_a_number_is_reported_and_skipped() -> None:
    telegram, work = Telegram(), Work()
    telegram.faults = [web.json_response({"ok": True, "result": ["?", {"update_id": 7}]})]
    async with serving(telegram) as bot, running(polling(bot, work)):
        await telegram.until_asked(offset="8")
    assert work.done == [0, 7]


async def test_the_last_answer_is_stamped() -> None:
    telegram = Telegram()
    async with serving(telegram) as bot:
        poll = polling(bot, Work())
        begun = poll.last_poll
        async with running(poll):
            await telegram.send(7)
            await telegram.until_asked(offset="8")
        assert poll.last_poll > begun
