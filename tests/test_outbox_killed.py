"""`kill -9` in the middle of a mailing: the real program, the real wire, nothing twice."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.local import TOKEN, Clock, Server, World
from data.model.outbox import Audience, Mailing, Urgency, Window
from data.store import Store
from data.store.ports import Followed
from tests import botapi_spec

PEOPLE = range(1, 201)
ROOT = Path(__file__).parent.parent


async def started(server: Server, url: str) -> Process:
    settings = {
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": server.url,
        "DATABASE_URL": url,
        "SEND_RATE": "150",
        "PAID_BROADCAST": "1",
        "LOG_LEVEL": "ERROR",
        "WEBHOOK_URL": "",
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=ROOT, env={**os.environ, **settings}
    )


async def test_killed_twice_it_sends_nothing_twice_and_knows_what_is_in_doubt(
    database: Path, spec: botapi_spec.Spec
) -> None:
    world, url = World(clock=Clock()), f"sqlite+aiosqlite:///{database}"
    for each in PEOPLE:
        world.person(each).chat.standing[world.bot.id] = "member"
    async with Server(world, spec.findings) as server, Store(url) as store:
        await store.subscriptions.bring_in(
            [Followed(each, "en", "Asia/Baku", ()) for each in PEOPLE], datetime.now(UTC)
        )
        now = datetime.now(UTC)
        mailing = Mailing(
            "news", "announcement", "", Urgency.ANNOUNCEMENT, {"texts": {"en": "Hi"}}
        )
        await store.mailings.plan(mailing, Audience(), Window(now, now + timedelta(hours=1)))
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
