"""What is told unasked, through the real bot: to whom it goes, how, and when it stops."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from telegram import Update

from bot.app import App, build
from bot.local import TOKEN, Chat, Clock, Message, Person, Server, World
from bot.settings import Settings
from data.model.commemorations import Commemoration
from data.model.documents import dump, parse
from data.model.subscriptions import Address, Subscription
from data.store.errors import StoreError
from data.store.ports import Edit, Subscriber
from handlers import rights
from handlers.context import Context

LANGUAGES = frozenset({"az", "en", "ru"})
DAY = "kalbajar-city-day"
EVE = datetime.fromisoformat("2025-11-24T10:00:00+04:00")


@pytest.fixture
async def bot(server: Server, clock: Clock, database: Path) -> AsyncIterator[App]:
    settings = Settings(
        bot_token=SecretStr(TOKEN),
        bot_api_url=server.url,
        database_url=f"sqlite+aiosqlite:///{database}",
        webhook_url="",
        admin_ids=(),
        time_zone="Asia/Baku",
    )
    app = build(settings, now=clock)
    await app.start()
    clock.subscribe(app.catch_up)
    yield app
    await app.stop()


@pytest.fixture
def leyla(world: World) -> Person:
    return world.person(101, "Leyla", "en")


@pytest.fixture
def rauf(world: World) -> Person:
    return world.person(102, "Rauf", "en")


def sent(world: World, chat: Chat) -> list[Message]:
    return [each for each in chat.messages if each.sender == world.bot]


async def edit_programme(app: App, at: datetime, **fields: Any) -> None:
    """An editor publishes another state of this year's programme; the bot takes notice."""
    contents = app._store.contents
    edition = await contents.load()
    day = parse(DAY, edition.bodies[DAY], LANGUAGES)
    assert isinstance(day, Commemoration)
    *others, last = day.programmes
    changed = day.model_copy(update={"programmes": (*others, last.model_copy(update=fields))})
    bodies = {**edition.bodies, DAY: dump(changed)}
    await contents.publish(bodies, Edit("an editor", "", at), edition.version.number)
    await app.catch_up()


@pytest.mark.usefixtures("bot")
async def test_start_follows_nothing(world: World, leyla: Person, clock: Clock) -> None:
    await leyla.starts()
    await world.settled()
    await leyla.presses("English")
    await world.settled()
    before = len(sent(world, leyla.chat))
    await clock.move_to(EVE)
    assert len(sent(world, leyla.chat)) == before


@pytest.mark.usefixtures("bot")
async def test_a_topic_of_a_forum_is_told_in_the_topic(
    world: World, leyla: Person, clock: Clock
) -> None:
    group = world.group("Kəlbəcərlilər", leyla, forum=True)
    await leyla.invites(world.bot, group)
    thread = await leyla.opens_topic("Günlər", group)
    await leyla.writes("/subscribe kalbajar city day", group, thread=thread)
    await world.settled()
    await leyla.writes("/subscriptions", group)
    await world.settled()
    assert "You have no reminders" in sent(world, group)[-1].html  # elsewhere in the forum
    await clock.move_to(EVE)
    told = sent(world, group)[-1]
    assert "tomorrow" in told.html
    assert told.thread == thread


@pytest.mark.usefixtures("bot")
async def test_stop_in_a_topic_of_a_forum_is_for_that_topic(
    world: World, leyla: Person, clock: Clock
) -> None:
    group = world.group("Kəlbəcərlilər", leyla, forum=True)
    await leyla.invites(world.bot, group)
    threads = [await leyla.opens_topic(name, group) for name in ("Günlər", "Xəbərlər", "Söhbət")]
    for thread in threads:
        await leyla.writes("/subscribe kalbajar city day", group, thread=thread)
        await world.settled()
    await leyla.writes("/stop", group, thread=threads[0])
    await world.settled()
    assert "All reminders in this topic are off" in sent(world, group)[-1].html
    await clock.move_to(EVE)
    told = [each for each in sent(world, group) if "tomorrow" in each.html]
    assert {each.thread for each in told} == set(threads[1:])
    await leyla.writes("/stop", group)
    await world.settled()
    assert "Everything is off" in sent(world, group)[-1].html
    before = len(sent(world, group))
    await clock.move_to(EVE + timedelta(days=365))
    assert len(sent(world, group)) == before


async def presses(world: World, person: Person, *labels: str) -> None:
    for label in labels:
        await person.presses(label)
        await world.settled()


def reminded(world: World, person: Person) -> int:
    """How often the person has been told that the day is tomorrow, unasked."""
    return sum(
        "(tomorrow)" in each.html and "⏰ In 1 hour" in str(each.buttons)
        for each in sent(world, person.chat)
    )


async def follows_at(world: World, person: Person, hour: str) -> None:
    for words in ("/subscribe kalbajar city day", "/settings"):
        await person.writes(words)
        await world.settled()
    await presses(world, person, "🕑 Hour", hour)


@pytest.mark.usefixtures("bot")
async def test_an_hour_moved_to_one_that_has_passed_today_tells_at_once_and_once(
    world: World, leyla: Person, rauf: Person, clock: Clock
) -> None:
    await follows_at(world, rauf, "10:00")  # another one's alarm has rung by then
    await follows_at(world, leyla, "18:00")
    await clock.move_to(EVE + timedelta(hours=2))
    assert (reminded(world, leyla), reminded(world, rauf)) == (0, 1)
    await presses(world, leyla, "🕑 Hour", "10:00")
    await clock.move_to(clock() + timedelta(seconds=1))
    assert reminded(world, leyla) == 1
    for hour in ("09:00", "20:00", "10:00"):
        await presses(world, leyla, "🕑 Hour", hour)
    await clock.move_to(EVE + timedelta(hours=13))
    assert (reminded(world, leyla), reminded(world, rauf)) == (1, 1)


@pytest.mark.usefixtures("bot")
async def test_another_zone_in_which_the_hour_has_passed_tells_at_once_and_once(
    world: World, leyla: Person, clock: Clock
) -> None:
    await follows_at(world, leyla, "12:00")
    await presses(world, leyla, "🌍 Time zone", "New York")
    await clock.move_to(EVE + timedelta(hours=3))
    assert reminded(world, leyla) == 0
    await presses(world, leyla, "🌍 Time zone", "Baku")
    await clock.move_to(clock() + timedelta(seconds=1))
    assert reminded(world, leyla) == 1
    await presses(world, leyla, "🌍 Time zone", "New York")
    await clock.move_to(EVE + timedelta(hours=23))
    assert reminded(world, leyla) == 1


@pytest.mark.usefixtures("bot")
async def test_who_follows_after_the_hour_is_not_told_by_moving_it(
    world: World, leyla: Person, clock: Clock
) -> None:
    await clock.move_to(EVE + timedelta(hours=2))
    await follows_at(world, leyla, "09:00")
    await clock.move_to(clock() + timedelta(hours=9))
    assert reminded(world, leyla) == 0


@pytest.mark.usefixtures("bot")
async def test_a_moment_that_is_added_after_it_has_passed_is_for_the_next_time(
    world: World, leyla: Person, clock: Clock
) -> None:
    await leyla.writes("/subscribe kalbajar city day")
    await world.settled()
    await clock.move_to(EVE + timedelta(days=1, hours=2))
    many = len(sent(world, leyla.chat))
    await leyla.writes("/subscribe kalbajar city day")
    await world.settled()
    await presses(world, leyla, "▫️ On the day itself")
    await clock.move_to(clock() + timedelta(hours=1))
    assert len(sent(world, leyla.chat)) == many + 1  # the card, which tells when
    await clock.move_to((EVE + timedelta(days=1)).replace(year=2026))
    assert "(today)" in sent(world, leyla.chat)[-1].html


@pytest.mark.usefixtures("bot")
async def test_deleteme_takes_the_chats_own_menu_away(world: World, leyla: Person) -> None:
    await leyla.starts()
    await world.settled()
    await leyla.presses("Русский")
    await world.settled()

    def own() -> bool:
        return (("chat", leyla.id), "") in world.profile.commands

    await world.until(own)
    await leyla.writes("/deleteme")
    await world.settled()
    await leyla.presses("🗑 Да, удалить всё")
    await world.settled()
    await world.until(lambda: not own())


@pytest.mark.usefixtures("bot")
async def test_only_administrators_put_it_off_or_stop_it(
    world: World, leyla: Person, rauf: Person, clock: Clock
) -> None:
    group = world.group("Kəlbəcərlilər", leyla, rauf)
    await leyla.invites(world.bot, group)
    await leyla.writes("/subscribe kalbajar city day", group)
    await world.settled()
    await clock.move_to(EVE)
    for label in ("🔕 Stop everything", "⏰ In 1 hour"):
        query = await rauf.presses(label, chat=group)
        await world.settled()
        assert "Only the administrators" in str(query.answer)
    query = await leyla.presses("⏰ In 1 hour", chat=group)
    await world.settled()
    assert "11:00" in str(query.answer)


@pytest.mark.usefixtures("bot")
async def test_solemn_days_and_silent_chats_make_no_sound(
    world: World, leyla: Person, clock: Clock
) -> None:
    await leyla.writes("/subscribe kalbajar city day")
    await leyla.writes("/subscribe 20.01")
    await world.settled()
    await clock.move_to(EVE)
    assert not sent(world, leyla.chat)[-1].silent
    await clock.move_to(datetime.fromisoformat("2026-01-19T10:00:00+04:00"))
    assert sent(world, leyla.chat)[-1].silent
    await leyla.writes("/settings")
    await world.settled()
    await leyla.presses("🔇 Without sound")
    await world.settled()
    await clock.move_to(EVE.replace(year=2026))
    assert "25 November 2026" in sent(world, leyla.chat)[-1].html
    assert sent(world, leyla.chat)[-1].silent


@pytest.mark.usefixtures("bot")
async def test_mydata_is_all_there_is_and_deleteme_empties_the_queue(
    world: World, leyla: Person, clock: Clock
) -> None:
    await leyla.writes("/subscribe kalbajar city day")
    await world.settled()
    await clock.move_to(EVE)
    await leyla.presses("⏰ In 1 hour")
    await leyla.writes("/mydata")
    await world.settled()
    document = sent(world, leyla.chat)[-2].content["document"]
    stored = json.loads(world.files.get(document["file_id"]).data)
    assert DAY in json.dumps(stored)
    assert str(leyla.id) in json.dumps(stored)
    await leyla.presses("🗑 Delete everything")
    await world.settled()
    await leyla.presses("🗑 Yes, delete everything")
    await world.settled()
    before = len(sent(world, leyla.chat))
    await clock.move_to(EVE + timedelta(days=400))
    assert len(sent(world, leyla.chat)) == before


async def test_a_change_is_told_once_to_those_who_follow_it_and_nobody_else(
    bot: App, world: World, leyla: Person, rauf: Person, clock: Clock
) -> None:
    await leyla.writes("/subscribe kalbajar")
    await rauf.writes("/subscribe lachin")
    await world.settled()
    before = len(sent(world, rauf.chat))
    await edit_programme(bot, clock(), status="cancelled")
    await world.until(lambda: "has changed" in sent(world, leyla.chat)[-1].html)
    told = sent(world, leyla.chat)
    assert "takes place → cancelled" in told[-1].html
    bot._unasked._told = None  # as after a restart
    await bot._unasked.tell_changes(bot._shelf)
    await bot.catch_up()
    assert sent(world, leyla.chat) == told
    assert len(sent(world, rauf.chat)) == before


async def test_a_change_is_told_though_the_store_failed_at_first(
    bot: App, world: World, leyla: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await leyla.writes("/subscribe kalbajar")
    await world.settled()

    async def fails(*_: object) -> int:
        raise StoreError("locked")

    with monkeypatch.context() as broken:
        broken.setattr(bot.services.mailings, "plan", fails)
        with pytest.raises(StoreError):
            await edit_programme(bot, clock(), status="cancelled")
    await bot.catch_up()
    await world.until(lambda: "has changed" in sent(world, leyla.chat)[-1].html)


async def test_whoever_has_stopped_everything_is_not_told_of_changes(
    bot: App, world: World, leyla: Person, clock: Clock
) -> None:
    await leyla.writes("/subscribe kalbajar")
    await leyla.writes("/stop")
    await world.settled()
    before = len(sent(world, leyla.chat))
    await edit_programme(bot, clock(), status="cancelled")
    await clock.move_to(EVE)
    assert len(sent(world, leyla.chat)) == before


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    "data",
    [
        "1.rl",
        "1.rl.9.1.x",
        "1.rl.x.1.x",
        "1.ri",
        "1.ri.x",
        "1.z",
        "1.z.h.x.y",
        "1.r",
        "1.r.nothing",
        "1.rx",
        "1.rc.a.b",
        "1.hour.99",
        "1.zone.Mars",
        "1.quiet.x",
        "1.sound",
        "1.news",
        "1.del.maybe",
    ],
)
async def test_what_no_button_of_ours_carries_does_no_harm(
    world: World, leyla: Person, data: str
) -> None:
    await leyla.starts()
    await world.settled()
    message = sent(world, leyla.chat)[-1]
    query = await leyla.presses_button(message, {"text": "?", "callback_data": data})
    await world.settled()
    assert query.answer is not None
    assert "something went wrong" not in sent(world, leyla.chat)[-1].html


async def test_an_item_that_is_over_is_not_followed(world: World, leyla: Person, bot: App) -> None:
    await leyla.starts()
    await world.settled()
    programme = bot.services.library.programmes["kalbajar-2023"]
    pressed = {"text": "?", "callback_data": f"1.r.{programme.id}.{programme.items[0].id}"}
    await leyla.presses_button(sent(world, leyla.chat)[-1], pressed)
    await world.settled()
    assert "It is over" in sent(world, leyla.chat)[-1].html
    assert await bot.services.subscriptions.of(Address(leyla.id)) == ()


async def test_what_the_content_no_longer_has_can_still_be_taken_away(
    world: World, leyla: Person, bot: App, clock: Clock
) -> None:
    await bot.services.subscriptions.follow(
        Subscriber(Address(leyla.id), "private", "en"), Subscription("gone-day"), clock()
    )
    await leyla.writes("/subscriptions")
    await world.settled()
    assert "gone-day – 1 day before" in sent(world, leyla.chat)[-1].html
    await leyla.writes("/unsubscribe")
    await world.settled()
    await leyla.presses("🔕 gone-day")
    await world.settled()
    assert await bot.services.subscriptions.of(Address(leyla.id)) == ()


async def test_only_the_hour_before(world: World, leyla: Person, bot: App, clock: Clock) -> None:
    await bot.services.subscriptions.follow(
        Subscriber(Address(leyla.id), "private", "en"), Subscription(DAY, ("1h",)), clock()
    )
    await leyla.writes("/subscribe kalbajar city day")
    await world.settled()
    assert "1 hour before items with a set time." in sent(world, leyla.chat)[-1].html


@pytest.mark.usefixtures("bot")
async def test_a_year_alone_is_nothing_to_follow(world: World, leyla: Person) -> None:
    for command in ("/subscribe 2025", "/unsubscribe 2025", "/unsubscribe qqqqqq"):
        await leyla.writes(command)
        await world.settled()
    (offer, _, unknown) = sent(world, leyla.chat)
    assert "What shall I remind you of?" in offer.html
    assert "I do not know" in unknown.html


async def test_the_link_of_everything_asks(world: World, leyla: Person, bot: App) -> None:
    await leyla.starts("s_all")
    await world.settled()
    assert "Shall I remind you of it?" in sent(world, leyla.chat)[-1].html
    await leyla.presses("🔔 Remind me")
    await world.settled()
    (followed,) = await bot.services.subscriptions.of(Address(leyla.id))
    assert followed.topic == "all"


async def test_who_speaks_in_the_name_of_the_group_is_its_administrator(bot: App) -> None:
    """Telegram hides such an administrator's name; nobody is asked for the standing."""
    group = {"id": -1001, "type": "supergroup", "title": "Kəlbəcərlilər"}
    message = {
        "message_id": 1,
        "date": 0,
        "chat": group,
        "sender_chat": group,
        "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"},
        "text": "/stop",
    }
    update = Update.de_json({"update_id": 1, "message": message}, bot._application.bot)
    context = Context(bot._application)
    assert await rights.may_change(update, context)
