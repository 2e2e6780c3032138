"""The played Telegram and the real bot, for every test that asks for them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.local import Clock, Server, World
from tests import botapi_spec, telling


@pytest.fixture(scope="session")
def spec() -> botapi_spec.Spec:
    return botapi_spec.load()


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


@pytest.fixture
async def app(server: Server, clock: Clock, tmp_path: Path) -> AsyncIterator[None]:
    """The real bot, started on a store of its own and polling `server`."""
    async with telling.bot_on(server, clock, tmp_path / "bot.db"):
        yield
