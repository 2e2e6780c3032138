"""The played Telegram and the real bot, for every test that asks for them."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

import locales
from bot.local import Clock, Server, World
from data.importer import PACKAGED, read
from data.library import Library
from data.store import Store
from tests import botapi_spec, databases, telling


@pytest.fixture(scope="session")
def spec() -> botapi_spec.Spec:
    return botapi_spec.load()


@pytest.fixture(scope="session")
def library() -> Library:
    """The packaged content."""
    documents = read(PACKAGED, frozenset(locales.load()))
    return Library.build(1, datetime(2025, 11, 1, tzinfo=UTC), documents)


@pytest.fixture(params=databases.KINDS)
async def address(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Of an empty database, for what must hold on each kind of them."""
    async with databases.empty(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    """Stands still at telling.NOW until it is moved."""
    return Clock(telling.NOW, frozen=True)


@pytest.fixture
def world(clock: Clock) -> World:
    return World(clock=clock)


@pytest.fixture
async def server(world: World, spec: botapi_spec.Spec) -> AsyncIterator[Server]:
    """A test fails when the bot calls what Telegram's Bot API doesn't know."""
    async with Server(world, spec.findings) as running:
        yield running
    assert running.violations == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the packaged content, to be copied: filling one takes longer than a test."""
    database = tmp_path_factory.mktemp("store") / "filled.db"
    await telling.fill(database)
    return database


@pytest.fixture
async def database(filled: Path, tmp_path: Path) -> Path:
    """A store of the test's own, with the packaged content."""
    await asyncio.to_thread(shutil.copyfile, filled, tmp_path / "bot.db")
    return tmp_path / "bot.db"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of an empty store."""
    return tmp_path / "store.sqlite3"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    async with Store(f"sqlite+aiosqlite:///{path}") as opened:
        yield opened


@pytest.fixture
async def app(server: Server, clock: Clock, database: Path) -> AsyncIterator[None]:
    """The real bot, started on a store of its own and polling `server`."""
    async with telling.bot_on(server, clock, database):
        yield
