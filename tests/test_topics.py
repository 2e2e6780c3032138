"""What a chat talks of: in the store for half an hour, and no answer waits for it to be there."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import build
from bot.local import TOKEN, Server, World
from bot.settings import Settings
from data.model.dates import Said
from data.model.topics import Topic
from data.remembered import RememberedChats
from data.store import Store, StoreError
from data.store.ports import Lasting
from data.topics import LASTS, WAITING, RecentTopics
from tests import telling
from tests.telling import NOW

KALBAJAR = Topic(("kalbajar-city-day", "kalbajar"), ("concert", "programme"), Said(None, 11, 2025))
LACHIN = Topic(("lachin-city-day",))
SECOND = timedelta(seconds=1)


def rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT chat_id, subjects FROM topics ORDER BY 1").fetchall()


async def test_a_topic_comes_back_whole_until_its_time_is_over(store: Store) -> None:
    await store.topics.remember({5: Lasting(KALBAJAR, NOW + LASTS)})
    assert await store.topics.of(5, NOW) == KALBAJAR
    assert await store.topics.of(5, NOW + LASTS - SECOND) == KALBAJAR
    assert await store.topics.of(5, NOW + LASTS) is None
    assert await store.topics.of(6, NOW) is None


async def test_a_new_topic_takes_the_place_of_the_old(store: Store) -> None:
    await store.topics.remember({5: Lasting(KALBAJAR, NOW + LASTS)})
    await store.topics.remember({5: Lasting(LACHIN, NOW + 2 * LASTS), 6: Lasting(LACHIN, NOW)})
    assert await store.topics.of(5, NOW + LASTS) == LACHIN
    await store.topics.remember({})
    assert await store.topics.of(5, NOW) == LACHIN


async def test_a_chat_is_forgotten_after_what_is_just_being_written_of_it(store: Store) -> None:
    deeds: list[str] = []
    begun, go = asyncio.Event(), asyncio.Event()

    class Slow:
        of, prune = store.topics.of, store.topics.prune

        async def remember(self, topics: Mapping[int, Lasting]) -> None:
            begun.set()
            await go.wait()
            deeds.append(f"written {list(topics)}")

    topics = RecentTopics(Slow())
    topics.remember(5, LACHIN, NOW)
    writing = asyncio.create_task(topics.write())
    await begun.wait()
    dropping = asyncio.create_task(topics.drop(5))
    dropping.add_done_callback(lambda _: deeds.append("dropped"))
    for _ in range(5):
        await asyncio.sleep(0)
    go.set()
    await asyncio.gather(writing, dropping)
    await topics.write()
    assert deeds == ["written [5]", "dropped", "written []"]


async def test_old_topics_are_deleted(store: Store, path: Path) -> None:
    await store.topics.remember({5: Lasting(LACHIN, NOW), 6: Lasting(LACHIN, NOW + SECOND)})
    await RecentTopics(store.topics).prune(NOW)
    assert rows(path) == [(6, "lachin-city-day")]


async def test_a_topic_goes_where_its_chat_goes(store: Store, path: Path) -> None:
    for chat_id in (-5, -6, -7):
        await store.topics.remember({chat_id: Lasting(LACHIN, NOW + LASTS)})
    await store.chats.migrate(-5, -1005)
    await store.chats.forget(-6)
    assert rows(path) == [(-1005, "lachin-city-day"), (-7, "lachin-city-day")]


async def test_what_waits_goes_where_its_chat_goes(store: Store, path: Path) -> None:
    topics = RecentTopics(store.topics)
    chats = RememberedChats(store.chats, topics)
    for chat_id in (-5, -6):
        topics.remember(chat_id, LACHIN, NOW)
    topics.remember(-1006, KALBAJAR, NOW)
    await chats.migrate(-5, -1005)
    await chats.migrate(-6, -1006)
    await chats.migrate(-8, -1008)
    topics.remember(-7, LACHIN, NOW)
    await chats.forget(-7)
    await topics.write()
    assert [chat_id for chat_id, _ in rows(path)] == [-1006, -1005]
    assert await topics.of(-1006, NOW) == KALBAJAR


async def test_a_topic_is_known_before_and_after_it_is_written(store: Store, path: Path) -> None:
    topics = RecentTopics(store.topics)
    topics.remember(5, KALBAJAR, NOW)
    topics.remember(5, LACHIN, NOW)
    assert rows(path) == []
    assert await topics.of(5, NOW) == LACHIN
    assert await topics.of(5, NOW + LASTS) is None
    await topics.write()
    assert rows(path) == [(5, "lachin-city-day")]
    assert await topics.of(5, NOW + LASTS - SECOND) == LACHIN
    assert await topics.of(5, NOW + LASTS) is None


class Full:
    """A store whose disk is full; ``meanwhile`` somebody goes on."""

    def __init__(self) -> None:
        self.taken: list[Mapping[int, Lasting]] = []
        self.broken = True
        self.meanwhile: Callable[[], None] = lambda: None

    async def of(self, _chat_id: int, _now: datetime) -> Topic | None:
        return None

    async def remember(self, topics: Mapping[int, Lasting]) -> None:
        self.meanwhile()
        if self.broken:
            raise StoreError("the disk is full")
        self.taken.append(dict(topics))

    async def prune(self, _now: datetime) -> None:
        raise AssertionError("nothing is pruned here")


async def test_topics_wait_for_a_store_that_fails_but_not_without_end() -> None:
    full = Full()
    topics = RecentTopics(full)
    for chat_id in range(WAITING + 1):
        topics.remember(chat_id, LACHIN, NOW)
    with pytest.raises(StoreError):
        await topics.write()
    full.broken = False
    await topics.write()
    assert len(full.taken[0]) == WAITING
    assert 0 not in full.taken[0]


async def test_what_is_said_while_others_are_written_is_written_next() -> None:
    full = Full()
    full.broken = False
    topics = RecentTopics(full)
    topics.remember(5, KALBAJAR, NOW)
    full.meanwhile = lambda: topics.remember(5, LACHIN, NOW)
    await topics.write()
    assert await topics.of(5, NOW) == LACHIN
    full.meanwhile = lambda: None
    await topics.write()
    assert [batch[5].topic for batch in full.taken] == [KALBAJAR, LACHIN]


@pytest.mark.parametrize(
    ("line", "topic"),
    [
        ("/programme kelbecer", Topic(("kalbajar-city-day",), ("programme",), Said(year=2025))),
        ("/programme lachin 2031", Topic(("lachin-city-day",), ("programme",), Said(year=2031))),
        ("/history victory day", Topic(("victory-day",), ("why",))),
        ("/next", Topic(("aghdam-city-day",))),
        ("/help", None),
    ],
)
async def test_an_answer_about_a_day_sets_the_topic(
    server: Server, world: World, database: Path, line: str, topic: Topic | None
) -> None:
    async with telling.bot_on(server, world.clock, database):
        await world.person(7, "Leyla", "en").asks(line)
    # at its stop the bot has written what it knows
    async with Store(f"sqlite+aiosqlite:///{database}") as store:
        assert await store.topics.of(7, NOW) == topic


async def test_a_pressed_button_sets_it_too(server: Server, world: World, database: Path) -> None:
    async with telling.bot_on(server, world.clock, database):
        leyla = world.person(7, "Leyla", "en")
        await leyla.asks("/next")
        await leyla.presses("📖 History")
        await world.settled()
    async with Store(f"sqlite+aiosqlite:///{database}") as store:
        assert await store.topics.of(7, NOW) == Topic(("aghdam-city-day",), ("why",))


async def test_thanks_leave_the_topic(server: Server, world: World, database: Path) -> None:
    async with telling.bot_on(server, world.clock, database):
        leyla = world.person(7, "Leyla", "en")
        await leyla.asks("/history lachin")
        await leyla.asks("thank you")
    async with Store(f"sqlite+aiosqlite:///{database}") as store:
        known = await store.topics.of(7, NOW)
    assert known == Topic(("lachin",), known.ideas if known else ())


async def test_what_a_failing_store_does_not_take_is_told_and_waits(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(
        bot_token=SecretStr(TOKEN), database_url=f"sqlite+aiosqlite:///{path}", webhook_url=""
    )
    app = build(settings)  # its tables are made at the start only
    app.services.topics.remember(5, LACHIN, NOW)
    await app._write()
    assert "topics, questions and counts wait: DATABASE_URL: " in caplog.text
    async with Store(settings.database_url) as store:
        await app._write()
        assert await store.topics.of(5, NOW) == LACHIN
    await app._store.close()
