"""Bulk sending through the real wire, to a Bot API that fails in all the ways there are."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import App, build
from bot.local import TOKEN, Clock, Server, World
from bot.local.faults import Fault, Kind
from bot.settings import Settings
from data.model.outbox import Audience, Mailing, Urgency, Window
from data.model.subscriptions import Address
from data.store import Store
from data.store.ports import Followed
from handlers import dispatch

DAY = timedelta(days=1)
SEND = ("sendMessage",)


@pytest.fixture
async def app(server: Server, clock: Clock, database: Path) -> AsyncIterator[App]:
    settings = Settings(
        bot_token=SecretStr(TOKEN),
        bot_api_url=server.url,
        database_url=f"sqlite+aiosqlite:///{database}",
        send_rate=0,
        webhook_url="",
    )
    app = build(settings, now=clock)
    await app.start()
    yield app
    await app.stop()


@pytest.fixture
async def store(database: Path) -> AsyncIterator[Store]:
    """As another process sees it."""
    async with Store(f"sqlite+aiosqlite:///{database}") as opened:
        yield opened


async def announce(
    store: Store, clock: Clock, people: list[int], text: str = "Hi <b>all</b>"
) -> int:
    lines = [Followed(each, "en", "Asia/Baku", ()) for each in people]
    await store.subscriptions.bring_in(lines, clock())
    mailing = Mailing(text, "announcement", "", Urgency.ANNOUNCEMENT, {"texts": {"en": text}})
    return await store.mailings.plan(mailing, Audience(), Window(clock(), clock() + DAY))


def meet(world: World, *people: int) -> list[int]:
    for each in people:
        world.person(each).chat.standing[world.bot.id] = "member"
    return list(people)


async def statuses(store: Store, number: int) -> dict[int, str]:
    return {address.chat_id: status async for address, status, _ in store.mailings.letters(number)}


async def test_each_fault_ends_in_its_own_state(
    app: App, store: Store, world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "MOMENT", -1.0)  # the wait is by this test's clock alone
    people = meet(world, 1, 2, 3, 4, 5, 6, 8)
    await world.person(2).vanishes()
    faults: dict[int, Kind] = {
        3: "drop_before",
        4: "drop_after",
        5: "flood",
        6: "broken",
        8: "error",
    }
    for chat, kind in faults.items():
        world.faults.switch_on(Fault(kind, SEND, chat_id=chat, times=1))
    number = await announce(store, clock, [*people, 7])
    await app.catch_up()
    await clock.advance(timedelta(seconds=3))
    await app.catch_up()
    assert await statuses(store, number) == {
        1: "sent",
        2: "failed",
        3: "uncertain",
        4: "uncertain",
        5: "sent",
        6: "sent",
        7: "failed",
        8: "uncertain",
    }
    assert (await store.chats.everything(2))["active"] is False
    got = [len(world.person(each).chat.messages) for each in people]
    assert got == [1, 0, 0, 1, 1, 1, 0]


async def test_markup_that_cannot_be_read_reaches_nobody(
    app: App, store: Store, world: World, clock: Clock
) -> None:
    people = meet(world, *range(1, 1000))
    number = await announce(store, clock, people, "Hi <b>all")
    await app.catch_up()
    report = await store.mailings.report(number)
    assert report is not None
    assert report.state == "stopped"
    assert "can't parse entities" in report.error
    assert (report.counts["failed"], report.counts["pending"]) == (1, 998)


async def test_a_reminder_and_an_announcement_leave_at_their_moments(
    app: App, store: Store, world: World, clock: Clock
) -> None:
    (leyla,) = meet(world, 101)
    await announce(store, clock, [leyla])
    later = Window(clock() + DAY, clock() + 2 * DAY)
    reminder = Mailing("snooze", "reminder", "kalbajar-city-day@2025", Urgency.SOON)
    await store.mailings.put(reminder, Address(leyla), later)
    await app.catch_up()
    assert len(world.person(leyla).chat.messages) == 1
    await clock.advance(DAY)
    await app.catch_up()
    assert "Kalbajar" in world.person(leyla).chat.messages[-1].text
