"""The true process: it starts, answers, and ends at any moment without losing an update."""

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

import bot.reaching
from bot.local import TOKEN, Clock, Fault, Person, Server, World
from bot.local import server as local
from bot.settings import Settings
from data import importer
from data.model.documents import dump
from data.store import Store
from data.store.ports import Edit
from tests import telling

ROOT = Path(__file__).parents[1]
SETTINGS = {name.upper() for name in Settings.model_fields}
SECRET = "s3cret-of-the-webhook"
LONG = timedelta(minutes=1)


@dataclass
class Running:
    """The bot in a process of its own, and what it writes to stderr."""

    process: asyncio.subprocess.Process
    output: Path

    @property
    def told(self) -> str:
        return self.output.read_text("utf-8")

    async def ends(self, by: signal.Signals | None = None) -> int:
        """Its exit code, after the signal."""
        if by is not None:
            self.process.send_signal(by)
        async with asyncio.timeout(30):
            return await self.process.wait()


@asynccontextmanager
async def running(server: Server, database: Path, **environment: str) -> AsyncIterator[Running]:
    """No secret may be in what it writes, whatever happens."""
    clean = {key: value for key, value in os.environ.items() if key.upper() not in SETTINGS}
    output = database.with_suffix(".log")
    with output.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=database.parent,
            env={
                **clean,
                "PYTHONPATH": str(ROOT),
                "BOT_TOKEN": TOKEN,
                "BOT_API_URL": server.url,
                "DATABASE_URL": f"sqlite+aiosqlite:///{database}",
                **environment,
            },
            stderr=stderr,
        )
    made = Running(process, output)
    try:
        yield made
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    for secret in (TOKEN, TOKEN.partition(":")[2], SECRET):
        assert secret not in made.told


async def eventually(claim: Callable[[], object]) -> None:
    """For what gives no sign. Raises TimeoutError after half a minute."""
    async with asyncio.timeout(30):
        while not claim():  # noqa: ASYNC110 - another process sets no event of ours
            await asyncio.sleep(0.01)


@pytest.fixture
def leyla(world: World) -> Person:
    return world.person(101, "Leyla", "az")


def answers(person: Person, world: World) -> list[str]:
    return [each.text for each in person.chat.messages if each.sender == world.bot]


async def answered(person: Person, world: World, text: str) -> list[str]:
    """Also while the process starts, which takes a second."""
    before = len(answers(person, world))
    await person.writes(text)
    await world.settled(30)
    return answers(person, world)[before:]


async def test_after_an_upgrade_the_log_names_the_newer_content(
    server: Server, tmp_path: Path
) -> None:
    database = tmp_path / "older.db"
    languages = frozenset({"az", "en", "ru"})
    every = [dump(each) for each in importer.read(importer.PACKAGED, languages)]
    older = [
        {**each, "names": {**each["names"], "en": "An old name"}}
        if each["id"] == "lachin"
        else each
        for each in every
    ]
    async with Store(f"sqlite+aiosqlite:///{database}") as store:
        bodies = {each["id"]: each for each in older}
        await store.contents.publish(
            bodies, Edit("citydays", "an older program", telling.NOW), None
        )
    news = "newer packaged content is not in use (1): lachin; "
    async with running(server, database) as run:
        await eventually(lambda: news in run.told)
        assert await run.ends(signal.SIGTERM) == 0


# -- polling


@pytest.mark.parametrize(
    ("form", "by"), [("text", signal.SIGTERM), ("json", signal.SIGINT)], ids=["text", "json"]
)
async def test_it_answers_and_ends_when_told(
    server: Server, world: World, leyla: Person, database: Path, form: str, by: signal.Signals
) -> None:
    async with running(server, database, LOG_LEVEL="DEBUG", LOG_FORMAT=form) as run:
        (answer,) = await answered(leyla, world, "/programme kelbecer")
        assert "Kəlbəcər Şəhəri Günü" in answer
        await eventually(lambda: world.profile.texts.get(("description", "ru")))
        assert await run.ends(by) == 0
        assert "ready as @citydays_bot" in run.told
        assert "Traceback" not in run.told
        if form == "json":
            levels = {json.loads(line)["level"] for line in run.told.splitlines()}
            assert levels <= {"DEBUG", "INFO"}


async def test_what_is_under_way_is_finished_before_it_ends(
    server: Server, world: World, leyla: Person, database: Path
) -> None:
    world.faults.switch_on(
        Fault("slow", methods=("sendMessage",), times=1, delay=timedelta(seconds=0.5))
    )
    async with running(server, database) as run:
        await leyla.writes("/next")
        await eventually(lambda: not world.faults._left)
        assert answers(leyla, world) == []
        assert await run.ends(signal.SIGTERM) == 0
        assert len(answers(leyla, world)) == 1
        assert world.mailbox.pending == {}, "and confirmed"


async def test_a_kill_at_any_moment_loses_no_update(
    server: Server, world: World, leyla: Person, database: Path
) -> None:
    """One is under way for ever, two behind it are answered, and then the process is gone."""
    others = [world.person(102), world.person(103)]
    world.faults.switch_on(Fault("slow", methods=("sendMessage",), chat_id=leyla.id, delay=LONG))
    async with running(server, database) as run:
        await leyla.writes("/next")
        for other in others:
            await other.writes("/next")
        await eventually(lambda: all(answers(other, world) for other in others))
        assert len(world.mailbox.pending) == 3, "none may be confirmed before the first"
        assert await run.ends(signal.SIGKILL) == -signal.SIGKILL
    world.faults.clear()
    late = world.person(104)
    await late.writes("/next")
    async with running(server, database) as run:
        await world.settled(30)
        assert len(answers(leyla, world)) == 1
        assert len(answers(late, world)) == 1
        assert await run.ends(signal.SIGTERM) == 0


# -- webhook


@dataclass(frozen=True)
class Door:
    """Where the bot listens."""

    session: aiohttp.ClientSession
    url: str

    async def status(self, page: str) -> int:
        async with self.session.get(f"{self.url}/{page}") as response:
            return response.status

    async def post(self, body: Any, secret: str = SECRET) -> int:
        """A str goes as it is."""
        data = body if isinstance(body, str) else json.dumps(body)
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        async with self.session.post(f"{self.url}/hook", data=data, headers=headers) as response:
            return response.status


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def hooked(port: int) -> dict[str, str]:
    return {
        "LISTEN": f"127.0.0.1:{port}",
        "WEBHOOK_URL": f"http://127.0.0.1:{port}/hook",
        "WEBHOOK_SECRET": SECRET,
        "LOG_LEVEL": "DEBUG",
    }


async def test_by_webhook(server: Server, world: World, leyla: Person, database: Path) -> None:
    port = free_port()
    await leyla.writes("/next")  # before the start
    async with running(server, database, **hooked(port)) as run:
        async with aiohttp.ClientSession() as session:
            door = Door(session, f"http://127.0.0.1:{port}")
            await world.settled(30)
            assert len(answers(leyla, world)) == 1
            assert [await door.status(page) for page in ("livez", "readyz")] == [200, 200]
            await _knock(door, world, leyla)
        assert await run.ends(signal.SIGTERM) == 0
        assert "Traceback" not in run.told
    assert [call.params["secret_token"] for call in server.called("setWebhook")] == [SECRET]
    assert server.called("getUpdates") == []


async def _knock(door: Door, world: World, leyla: Person) -> None:
    """What may come to the door besides what it is for."""
    asked = leyla.chat.messages[0].json()
    before = len(answers(leyla, world))
    good = {"update_id": 900, "message": asked}
    assert await door.post(good, secret="wrong") == 403
    assert await door.post(good, secret="") == 403
    for wrong in ("", "{", "[]", "null", '{"update_id": "x"}', {"update_id": 901, "message": 7}):
        assert await door.post(wrong) == 200, wrong
    assert await door.post({"update_id": 902, "edited_message": {**asked, "edit_date": 1}}) == 200
    assert len(answers(leyla, world)) == before
    assert [await door.post(good), await door.post(good)] == [200, 200]
    assert len(answers(leyla, world)) == before + 1
    assert await door.status("hook") == 405
    assert await door.status("nothing") == 404


async def test_a_webhook_that_is_refused_ends_the_start(
    server: Server, world: World, database: Path
) -> None:
    """Telegram takes none without https, say."""
    world.faults.switch_on(Fault("error", methods=("setWebhook",), status=400))
    async with running(server, database, **hooked(free_port())) as run:
        assert await run.ends() == 2
    assert run.told.splitlines()[-1].startswith("citydays: WEBHOOK_URL: the server does not take")


async def test_a_webhook_is_announced_until_telegram_hears_it(
    server: Server, world: World, leyla: Person, database: Path
) -> None:
    world.faults.switch_on(Fault("error", methods=("setWebhook",), times=1, status=502))
    async with running(server, database, **hooked(free_port())) as run:
        assert len(await answered(leyla, world, "/next")) == 1
        assert await run.ends(signal.SIGTERM) == 0


async def test_a_port_that_is_taken_ends_the_start(
    server: Server, world: World, database: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
        async with running(server, database, **hooked(port)) as run:
            assert await run.ends() == 2
    last = run.told.splitlines()[-1]
    assert last == f"citydays: cannot listen on 127.0.0.1:{port}: Address already in use"
    assert "Traceback" not in run.told
    assert server.called("setWebhook") == []
    assert world.profile.commands == {}


# -- Telegram as it may be


async def test_a_token_that_is_refused_ends_the_start(server: Server, database: Path) -> None:
    other = "7654321:TEST-token-of-nobody"
    async with running(server, database, BOT_TOKEN=other) as run:
        assert await run.ends() == 2
    (line,) = run.told.splitlines()
    assert line.startswith("citydays: BOT_TOKEN: ")
    assert "@BotFather" in line
    assert other.partition(":")[2] not in line


async def test_it_ends_when_told_while_it_waits_for_telegram(
    server: Server, database: Path
) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    async with running(server, database, BOT_API_URL=nobody) as run:
        await eventually(lambda: "Telegram does not answer" in run.told)
        assert await run.ends(signal.SIGTERM) == 0
        assert "Traceback" not in run.told
        assert "Unclosed" not in run.told


@pytest.mark.parametrize(
    "fault",
    [
        Fault("drop_before", methods=("getMe",), times=2),
        Fault("error", methods=("getMe",), times=2, status=502),
        Fault("flood", methods=("getMe",), times=2),
    ],
    ids=lambda fault: fault.kind,
)
async def test_a_server_that_comes_later_is_waited_for(
    server: Server,
    world: World,
    clock: Clock,
    database: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
) -> None:
    monkeypatch.setattr(bot.reaching, "PATIENCE", (0,))
    world.faults.switch_on(fault)
    async with telling.bot_on(server, clock, database):
        assert len(await world.person(101).asks("/next")) == 1
    waits = [each for each in caplog.messages if each.startswith("Telegram does not answer")]
    assert len(waits) == 2


async def test_a_server_without_menus_still_has_a_bot_that_answers(
    server: Server,
    world: World,
    clock: Clock,
    database: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Bot API servers that somebody else wrote do not know every method; PTB takes 404 for a
    wrong token."""
    for method in list(local.METHODS):
        if method.startswith(("getmy", "setmy", "deletewebhook")):
            monkeypatch.delitem(local.METHODS, method)
    async with telling.bot_on(server, clock, database):
        assert len(await world.person(101).asks("/start")) == 1
        await world.person(101).presses("English")
        await world.settled()
        assert len(await world.person(101).asks("/programme kalbajar")) == 1
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []
