"""Planning: each reminder once, at its hour, whatever the clock, the content and crashes do."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from data.audiences import concerned, reached
from data.library import Library
from data.model.commemorations import Commemoration
from data.model.outbox import Audience, Mailing, Urgency, Window
from data.model.subscriptions import Address, Lead, Preferences, Subscription
from data.planner import Planner
from data.store import Store
from data.store.ports import Followed, Subscriber

BAKU = ZoneInfo("Asia/Baku")
KALBAJAR = "kalbajar-city-day"
ANNA = Address(5)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BAKU)


@dataclass
class Shelf:
    library: Library


@pytest.fixture
async def store(address: str) -> AsyncIterator[Store]:
    async with Store(address) as opened:
        yield opened


@pytest.fixture
def planner(store: Store, library: Library) -> Planner:
    return Planner(store.alarms, store.mailings, Shelf(library), BAKU)


async def follow(store: Store, *leads: Lead, topic: str = KALBAJAR, when: str = "") -> None:
    who = Subscriber(ANNA, "private", "en")
    await store.subscriptions.follow(who, Subscription(topic, leads), at(when or "2025-11-01"))


async def planned(store: Store) -> dict[str, str]:
    """The keys of the mailings and the Baku time from which their first letter may leave."""
    query = (
        "SELECT key, min(not_before) FROM mailings JOIN outbox ON mailing_id = mailings.id "
        "GROUP BY mailings.id ORDER BY 2"
    )
    async with store._database.reading() as connection:
        rows = await connection.execute(text(query))
        return {
            key: dt.datetime.fromtimestamp(millis / 1000, BAKU).isoformat()[:16]
            for key, millis in rows
        }


async def ticks(planner: Planner, *moments: str) -> int:
    return sum([await planner.tick(at(moment)) for moment in moments])


async def test_each_lead_comes_once_at_its_hour(store: Store, planner: Planner) -> None:
    await follow(store, "7d", "3d", "1d", "morning")
    every_hour = [f"2025-11-{day}T{hour:02}:30" for day in range(17, 27) for hour in range(24)]
    assert await ticks(planner, "2025-11-16", *every_hour) == 4
    assert await planned(store) == {
        f"reminder {KALBAJAR}@2025 7d": "2025-11-18T10:00",
        f"reminder {KALBAJAR}@2025 3d": "2025-11-22T10:00",
        f"reminder {KALBAJAR}@2025 1d": "2025-11-24T10:00",
        f"reminder {KALBAJAR}@2025 morning": "2025-11-25T10:00",
    }


async def test_who_follows_it_twice_is_told_once(store: Store, planner: Planner) -> None:
    for topic in (KALBAJAR, "kalbajar", "all"):
        await follow(store, "1d", topic=topic)
    assert await ticks(planner, "2025-11-23", "2025-11-24T10:00") == 1


async def test_nothing_of_the_past_is_told(store: Store, planner: Planner) -> None:
    await follow(store, "1d", when="2025-11-24T10:05")
    assert await ticks(planner, "2025-11-24T10:06", "2025-11-24T18:00") == 0
    assert await ticks(planner, "2026-11-24T10:00") == 1


async def test_after_an_outage_what_is_not_too_late_is_told(
    store: Store, planner: Planner
) -> None:
    await follow(store, "3d", "1d")
    assert await ticks(planner, "2025-11-20", "2025-11-23T09:00") == 1
    assert await ticks(planner, "2025-11-25T01:00") == 0


async def test_another_zone_and_hour(store: Store, planner: Planner) -> None:
    await follow(store, "1d")
    wishes = Preferences(zone="America/New_York", hour=18)
    await store.chats.set_preferences(ANNA.chat_id, wishes, at("2025-11-01"))
    assert await ticks(planner, "2025-11-02", "2025-11-24T23:00", "2025-11-25T02:59") == 0
    assert await ticks(planner, "2025-11-25T03:00") == 1


async def test_moving_ones_hour_on_the_day_tells_nothing_twice(
    store: Store, planner: Planner
) -> None:
    await follow(store, "1d")
    assert await ticks(planner, "2025-11-02", "2025-11-24T10:00") == 1
    await store.chats.set_preferences(ANNA.chat_id, Preferences(hour=20), at("2025-11-24T12:00"))
    assert await ticks(planner, "2025-11-24T12:01", "2025-11-24T20:00") == 0


async def test_an_hour_moved_to_one_that_has_passed_is_told_to_that_chat_alone(
    store: Store, planner: Planner
) -> None:
    now, later = at("2025-11-24T12:00"), Preferences(hour=18)
    for chat in (5, 6):
        who = Subscriber(Address(chat, thread_id=chat), "supergroup", "en")
        await store.subscriptions.follow(who, Subscription(KALBAJAR), at("2025-11-01"))
        await store.chats.set_preferences(chat, later, at("2025-11-01"))
    await planner.tick(at("2025-11-02"))
    for _ in range(2):  # an update that is handled again after a crash
        await planner.move(5, Preferences(hour=10), now)
    await store.chats.set_preferences(5, Preferences(hour=10), now)
    assert await planned(store) == {f"reminder {KALBAJAR}@2025 1d": "2025-11-24T10:00"}
    assert (await store.outbox.counts())["pending"] == 1
    assert await ticks(planner, "2025-11-24T12:01", "2025-11-24T18:00") == 1  # the other chat


async def test_an_hour_before_an_item(store: Store, planner: Planner, library: Library) -> None:
    programme, item = next(
        (programme, item)
        for programme in library.programmes.values()
        for item in programme.items
        if item.date and item.time and "cancelled" not in (item.status, programme.status)
    )
    assert item.date
    assert item.time
    start = dt.datetime.combine(item.date, dt.time.fromisoformat(item.time[:5]), BAKU)
    topic = f"{programme.id}/{item.id}"
    early = start - dt.timedelta(days=40)
    await store.subscriptions.follow(
        Subscriber(ANNA, "private"), Subscription(topic, ("1h",)), early
    )
    await planner.tick(early)
    assert await planner.tick(start - dt.timedelta(minutes=61)) == 0
    assert await planner.tick(start - dt.timedelta(minutes=60)) == 1
    assert list(await planned(store)) == [f"reminder {topic} 1h"]


async def test_a_crash_in_the_middle_of_planning_changes_nothing(
    store: Store, planner: Planner, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [Followed(chat, "en", "Asia/Baku", (KALBAJAR,)) for chat in range(1, 2001)]
    await store.subscriptions.bring_in(lines, at("2025-11-01"))
    await planner.tick(at("2025-11-02"))

    async def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store.alarms, "settle", dies)
        with pytest.raises(KeyboardInterrupt):
            await planner.tick(at("2025-11-24T10:00"))
    again = Planner(store.alarms, store.mailings, Shelf(library), BAKU)
    assert await again.tick(at("2025-11-24T10:01")) == 0
    assert (await store.outbox.counts())["pending"] == 2000


async def test_a_day_that_is_moved_is_told_at_its_new_time(store: Store, library: Library) -> None:
    shelf = Shelf(library)
    planner = Planner(store.alarms, store.mailings, shelf, BAKU)
    await follow(store, "1d")
    await planner.tick(at("2025-11-02"))
    day = library.commemorations[KALBAJAR]
    shelf.library = replace(
        library, version=2, commemorations={KALBAJAR: _on(day, month=12, day=5)}
    )
    assert await ticks(planner, "2025-11-24T10:00", "2025-12-04T09:59") == 0
    assert await ticks(planner, "2025-12-04T10:00") == 1


def _on(commemoration: Commemoration, month: int, day: int) -> Commemoration:
    date = commemoration.date.model_copy(update={"month": month, "day": day})
    return commemoration.model_copy(update={"date": date})


async def test_an_announcement_waits_for_its_time(store: Store, planner: Planner) -> None:
    await follow(store, "1d")
    mailing = Mailing("news", "announcement", urgency=Urgency.ANNOUNCEMENT)
    window = Window(at("2025-11-03T10:00"), at("2025-11-05"))
    await store.mailings.plan(mailing, Audience(), window)
    assert await ticks(planner, "2025-11-03T09:59") == 0
    assert await ticks(planner, "2025-11-03T10:00", "2025-11-03T10:01") == 1


async def test_what_is_due_at_once_is_told_in_the_order_in_which_it_was_followed(
    store: Store, planner: Planner
) -> None:
    await follow(store, "1d")
    await planner.tick(at("2025-11-02"))  # only the first has been looked at
    await follow(store, "1d", topic="khojaly-genocide-day")
    assert [each.topic for each in await store.alarms.due(at("2025-11-24T10:00"))] == [
        KALBAJAR,
        "khojaly-genocide-day",
    ]


async def test_a_tick_and_a_claim_read_only_what_is_due(tmp_path: Path) -> None:
    """The partial index serves only conditions that are written like its own."""
    plans = {
        "SELECT id FROM alarms WHERE due <= 5": "ix_alarms_due",
        "SELECT id FROM outbox WHERE mailing_id = 1 AND outbox.status = 'pending' "
        "AND not_before <= 5 ORDER BY not_before, id LIMIT 9": "ix_outbox_pending",
        "SELECT id FROM outbox WHERE status = 'sending'": "ix_outbox_sending",
    }
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'plan.db'}") as store:
        for query, index in plans.items():
            async with store._database.reading() as connection:
                rows = await connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))
                told = " ".join(str(row[-1]) for row in rows)
            assert index in told
            assert "TEMP B-TREE" not in told


async def test_an_announcement_reaches_whoever_follows_what_it_is_about(
    store: Store, library: Library
) -> None:
    topics = {
        1: "all",
        2: "kalbajar",
        3: KALBAJAR,
        4: "lachin",
        5: "lachin-city-day",
        6: KALBAJAR,
    }
    lines = [Followed(chat, "en", "Asia/Baku", (topic,)) for chat, topic in topics.items()]
    await store.subscriptions.bring_in(lines, at("2025-11-01"))
    await store.chats.set_preferences(6, Preferences(announcements=False), at("2025-11-01"))
    expected = {KALBAJAR: {1, 2, 3}, "kalbajar": {1, 2}, "all": {1}, "lachin-city-day": {1, 4, 5}}
    for topic, people in expected.items():
        audience = reached(library, Audience((topic,)))
        mailing = Mailing(topic, "announcement", urgency=Urgency.ANNOUNCEMENT)
        window = Window(at("2025-11-02"), at("2025-11-03"))
        number = await store.mailings.plan(mailing, audience, window)
        assert await store.subscriptions.count(audience) == len(people)
        assert await store.mailings.fan_out(at("2025-11-02")) == len(people)
        got = {each.address.chat_id async for each in store.mailings.letters(number)}
        assert got == people


def test_an_item_concerns_those_who_follow_it_or_its_programmes_day(library: Library) -> None:
    item = next(
        f"{each.id}/{each.items[0].id}"
        for each in library.programmes.values()
        if library.commemoration_of.get(each.id) == KALBAJAR and each.items
    )
    assert set(concerned(library, item)) == {"all", KALBAJAR, "kalbajar", item}
