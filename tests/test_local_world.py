from datetime import datetime, timedelta

import pytest

from bot.local import Clock, Person, World
from bot.local.mailbox import Update
from tests.telling import NOW


@pytest.fixture
def leyla(world: World) -> Person:
    return world.person(101, "Leyla", language="az")


def updates(world: World) -> list[Update]:
    return list(world.mailbox.pending.values())


async def test_a_command_reaches_the_bot_with_its_entity(world: World, leyla: Person) -> None:
    await leyla.starts("c_kalbajar")
    message = updates(world)[0]["message"]
    assert message["text"] == "/start c_kalbajar"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["from"]["language_code"] == "az"
    assert message["chat"] == {"id": 101, "type": "private", "first_name": "Leyla"}
    assert message["date"] == int(NOW.timestamp())


async def test_an_edit_reaches_the_bot_as_an_edit(world: World, leyla: Person) -> None:
    message = await leyla.writes("/nxet")
    await leyla.edits(message, "/next")
    assert updates(world)[1]["edited_message"]["text"] == "/next"
    assert leyla.chat.latest.text == "/next"


async def test_what_is_no_text_reaches_the_bot(world: World, leyla: Person) -> None:
    await leyla.sends_photo(caption="look")
    await leyla.sends_sticker()
    await leyla.sends_voice()
    await leyla.sends_location(39.75, 46.75)
    await leyla.sends_document("facts.csv", b"a,b")
    photo, sticker, voice, location, document = (u["message"] for u in updates(world))
    assert photo["caption"] == "look"
    assert photo["photo"][0]["width"] == 1
    assert sticker["sticker"]["type"] == "regular"
    assert voice["voice"]["duration"] == 3
    assert location["location"] == {"latitude": 39.75, "longitude": 46.75}
    assert document["document"]["file_name"] == "facts.csv"


async def test_blocking_is_told_and_ends_the_talk(world: World, leyla: Person) -> None:
    await leyla.writes("hello")
    await leyla.blocks()
    changed = updates(world)[-1]["my_chat_member"]
    assert changed["old_chat_member"]["status"] == "member"
    assert changed["new_chat_member"]["status"] == "kicked"
    with pytest.raises(ValueError, match="has blocked"):
        await leyla.writes("are you there?")
    await leyla.unblocks()
    assert (await leyla.writes("again")).text == "again"


async def test_group_privacy(world: World, leyla: Person) -> None:
    group = world.group("Kəlbəcərlilər", leyla)
    await leyla.writes("/next", group)
    await leyla.invites(world.bot, group)
    for text in (
        "a chat of their own",
        "/next",
        "/next@citydays_bot",
        "/next@another_bot",
        "what does @citydays_bot say?",
        "mail@citydays_bot.az",
    ):
        await leyla.writes(text, group)
    heard = [u["message"].get("text", "joined") for u in updates(world) if "message" in u]
    assert heard == ["joined", "/next", "/next@citydays_bot", "what does @citydays_bot say?"]


async def test_an_administrator_hears_everything(world: World, leyla: Person) -> None:
    group = world.group("Kəlbəcərlilər", leyla)
    await leyla.invites(world.bot, group)
    await leyla.promotes(world.bot, group)
    await leyla.writes("a chat of their own", group)
    assert updates(world)[-1]["message"]["text"] == "a chat of their own"


async def test_removing_and_upgrading(world: World, leyla: Person) -> None:
    group = world.group("Kəlbəcərlilər", leyla, basic=True)
    await leyla.invites(world.bot, group)
    born = await leyla.upgrades(group)
    moved = [u["message"] for u in updates(world) if "message" in u][-2:]
    assert moved[0]["migrate_to_chat_id"] == born.id
    assert moved[1]["migrate_from_chat_id"] == group.id
    assert born.kind == "supergroup"
    await leyla.removes(world.bot, born)
    assert updates(world)[-1]["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_a_topic_has_its_thread(world: World, leyla: Person) -> None:
    group = world.group("Kəlbəcərlilər", leyla, forum=True)
    await leyla.invites(world.bot, group)
    thread = await leyla.opens_topic("Günlər", group)
    await leyla.writes("/next", group, thread=thread)
    assert updates(world)[-1]["message"]["message_thread_id"] == thread
    assert updates(world)[-1]["message"]["chat"]["is_forum"] is True


async def test_strangers_do_not_write_in_groups(world: World, leyla: Person) -> None:
    group = world.group("Kəlbəcərlilər", leyla)
    with pytest.raises(ValueError, match="is not in"):
        await world.person(102, "Rauf").writes("hello", group)


async def test_pressing_what_is_not_there_says_what_is(leyla: Person) -> None:
    await leyla.writes("hello")
    with pytest.raises(LookupError, match="no button 'More'"):
        await leyla.presses("More")


async def test_unwanted_kinds_are_dropped(world: World, leyla: Person) -> None:
    world.mailbox.allowed = ["callback_query"]
    await leyla.writes("hello")
    assert updates(world) == []


async def test_settled_names_what_is_left(world: World, leyla: Person) -> None:
    await leyla.writes("unheard")
    with pytest.raises(TimeoutError, match="unheard"):
        await world.settled(0.01)


async def test_until_gives_up(world: World) -> None:
    with pytest.raises(TimeoutError, match="has not happened"):
        await world.until(lambda: False, 0.01)


async def test_taking_confirms_what_came_before(world: World, leyla: Person) -> None:
    for text in "abc":
        await leyla.writes(text)
    assert [u["update_id"] for u in await world.mailbox.take(2, 1, 0)] == [2]
    assert [u["update_id"] for u in await world.mailbox.take(-1, 10, 0)] == [3]
    assert await world.mailbox.take(4, 10, 0) == []


async def test_the_clock_moves_and_tells() -> None:
    clock, seen = Clock(NOW, frozen=True), []

    async def hook() -> None:
        seen.append(clock())

    clock.subscribe(hook)
    clock.subscribe(lambda: seen.append(clock.now()))
    await clock.advance(timedelta(hours=1))
    assert clock() == NOW + timedelta(hours=1)
    assert seen == [clock(), clock()]


def test_the_clock_ticks_until_it_is_frozen() -> None:
    clock = Clock(NOW)
    assert clock() >= NOW
    clock.freeze()
    assert clock() == clock()


async def test_a_moment_needs_its_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        await Clock().move_to(datetime(2025, 11, 25))  # noqa: DTZ001 - what is refused
