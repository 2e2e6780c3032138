"""`kill -9` in the middle of a mailing: the real program, the real wire, nothing twice."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.local import TOKEN, Clock, Server, World
from bot.local.faults import Fault
from data.model.outbox import Audience, Mailing, Urgency, Window
from data.store import Store
from data.store.ports import Followed
from tests import botapi_spec

PEOPLE = range(1, 201)
ROOT = Path(__file__).parent.parent
STARTED: list[Process] = []


@pytest.fixture(autouse=True)
def processes() -> Iterator[None]:
    """None outlives its test."""
    yield
    for each in STARTED:
        with suppress(ProcessLookupError):
            each.kill()
    STARTED.clear()


async def started(server: Server, url: str, role: str = "all") -> Process:
    settings = {
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": server.url,
        "DATABASE_URL": url,
        "SEND_RATE": "150",
        "PAID_BROADCAST": "1",
        "LOG_LEVEL": "ERROR",
        "WEBHOOK_URL": "",
    }
    command = [sys.executable, "-m", "bot", "run", "--role", role]
    environment = {**os.environ, **settings}
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment)
    STARTED.append(process)
    return process


async def test_killed_twice_it_sends_nothing_twice_and_knows_what_is_in_doubt(
    address: str, spec: botapi_spec.Spec
) -> None:
    world, url = populated(), address
    async with Server(world, spec.findings) as server, Store(url) as store:
        await announce(store)
        for reached in (40, 100):
            process = await started(server, url)
            await world.until(partial(have_reached, server, reached), 20)
            process.kill()
            await process.wait()
        process = await started(server, url)
        await asyncio.wait_for(drained(store), 20)
        process.terminate()
        await process.wait()
        counts, got = await store.outbox.counts(), Counter(sent(server))
    assert server.violations == []
    assert set(got.values()) == {1}
    assert counts["sent"] + counts["uncertain"] == len(PEOPLE)
    assert len(PEOPLE) - len(got) <= counts["uncertain"] < 40
    assert process.returncode == 0


async def test_told_to_end_it_waits_for_the_answers_so_that_nothing_is_in_doubt(
    address: str,
) -> None:
    world = populated()
    world.faults.switch_on(Fault("slow", ("sendMessage",), delay=timedelta(milliseconds=200)))
    async with Server(world) as server, Store(address) as store:
        await announce(store)
        process = await started(server, address)
        await world.until(partial(have_reached, server, 40), 20)
        process.terminate()
        assert await process.wait() == 0
        counts, got = await store.outbox.counts(), Counter(sent(server))
    assert set(got.values()) == {1}
    assert counts["sending"] == counts["uncertain"] == 0
    assert counts["sent"] == len(got) < len(PEOPLE)
    assert counts["pending"] == len(PEOPLE) - len(got)


async def test_of_two_senders_one_sends_and_the_other_takes_over_while_a_third_answers(
    address: str, spec: botapi_spec.Spec
) -> None:
    world = populated()
    async with Server(world, spec.findings) as server, Store(address) as store:
        await announce(store)
        web = await started(server, address, "web")
        await world.until(lambda: bool(server.called("getMyCommands")), 20)
        assert not sent(server)
        first = await started(server, address, "sender")
        await world.until(partial(have_reached, server, 40), 20)
        second = await started(server, address, "sender")
        await world.until(partial(have_reached, server, 80), 20)
        first.kill()
        await asyncio.wait_for(drained(store), 20)
        second.terminate()
        web.terminate()
        codes = [await each.wait() for each in (web, second)]
        counts, got = await store.outbox.counts(), Counter(sent(server))
    assert server.violations == []
    assert set(got.values()) == {1}
    assert counts["sent"] + counts["uncertain"] == len(PEOPLE)
    assert len(PEOPLE) - len(got) <= counts["uncertain"] < 20
    assert codes == [0, 0]


def populated() -> World:
    world = World(clock=Clock())
    for each in PEOPLE:
        world.person(each).chat.standing[world.bot.id] = "member"
    return world


async def announce(store: Store) -> None:
    """To everybody, at once."""
    now = datetime.now(UTC)
    lines = [Followed(each, "en", "Asia/Baku", ()) for each in PEOPLE]
    await store.subscriptions.bring_in(lines, now)
    body = {"texts": {"en": "Hi"}}
    mailing = Mailing("news", "announcement", "", Urgency.ANNOUNCEMENT, body)
    await store.mailings.plan(mailing, Audience(), Window(now, now + timedelta(hours=1)))


def have_reached(server: Server, many: int) -> bool:
    return len(sent(server)) >= many


def sent(server: Server) -> list[int]:
    return [int(call.params["chat_id"]) for call in server.called("sendMessage")]


async def drained(store: Store) -> None:
    while True:
        counts = await store.outbox.counts()
        if not counts["pending"] and not counts["sending"] and counts["sent"]:
            return
        await asyncio.sleep(0.05)
