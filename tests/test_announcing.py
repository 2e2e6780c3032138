"""Who may announce what, and what old, copied and used-up buttons do."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

import locales
from bot.__main__ import main
from bot.app import App, build
from bot.local import TOKEN, Clock, Message, Person, Server, World
from bot.local.chats import Query
from bot.settings import Settings
from data.model.announcements import Draft
from data.model.outbox import Audience, Mailing, Urgency, Window
from data.store import Store
from handlers.editorial import load
from handlers.sheets import sheet

SPEAKERS = locales.load()
OWNER, SECOND, EDITOR, NOBODY = 101, 102, 103, 104
DAY = 24 * 60 * 60
"""Seconds."""


def settings(server: Server, database: Path, **more: Any) -> Settings:
    return Settings(
        bot_token=SecretStr(TOKEN),
        bot_api_url=server.url,
        database_url=f"sqlite+aiosqlite:///{database}",
        webhook_url="",
        admin_ids=(OWNER, SECOND),
        time_zone="Asia/Baku",
        **more,
    )


@pytest.fixture
def approval() -> bool:
    return False


@pytest.fixture
async def bot(server: Server, clock: Clock, database: Path, approval: bool) -> AsyncIterator[App]:
    app = build(settings(server, database, two_person_approval=approval), now=clock)
    await app.start()
    clock.subscribe(app.catch_up)
    yield app
    await app.stop()


@pytest.fixture
def owner(world: World) -> Person:
    return world.person(OWNER, "Leyla", "en")


@pytest.fixture
def second(world: World) -> Person:
    return world.person(SECOND, "Rauf", "en")


@pytest.fixture
def editor(world: World) -> Person:
    return world.person(EDITOR, "Nigar", "en")


@pytest.fixture
def nobody(world: World) -> Person:
    return world.person(NOBODY, "Ali", "en")


def last(world: World, person: Person) -> Message:
    return [each for each in person.chat.messages if each.sender == world.bot][-1]


def found(person: Person, label: str) -> tuple[Message, dict[str, Any]]:
    """The newest button with this label, as somebody could have copied it."""
    for message in reversed(person.chat.messages):
        for row in message.buttons:
            for button in row:
                if button["text"] == label:
                    return message, button
    raise LookupError(label)


async def does(world: World, person: Person, *deeds: str) -> None:
    """Presses what stands in brackets, writes the rest."""
    for deed in deeds:
        if deed.startswith("["):
            await person.presses(deed.strip("[]"))
        else:
            await person.writes(deed)
        await world.settled()


async def steals(world: World, thief: Person, owner: Person, label: str) -> Query:
    """Somebody else sends the data of a button of the owner's, from their own chat."""
    _, button = found(owner, label)
    await thief.writes("/help")
    await world.settled()
    query = await thief.presses_button(last(world, thief), button)
    await world.settled()
    return query


async def compose(world: World, person: Person, text: str = "The concert is at seven.") -> None:
    await does(world, person, "/announce", "[✏️ English]", text)
    await does(world, person, "[🗣 Other languages]", "[English]", "[👁 Preview]")


def told(world: World, person: Person, words: str) -> int:
    messages = [each for each in person.chat.messages if each.sender == world.bot]
    return sum(each.html == words for each in messages)


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("label", ["✅ Send", "✏️ English", "🗑 Discard"])
async def test_a_copied_button_means_nothing_to_others(
    world: World, owner: Person, nobody: Person, label: str
) -> None:
    await does(world, nobody, "/subscribe kalbajar")
    await compose(world, owner)
    query = await steals(world, nobody, owner, label)
    assert "This menu is old" in str(query.answer)
    assert told(world, nobody, "The concert is at seven.") == 0
    await does(world, owner, "/announce")
    assert "The concert is at seven." in last(world, owner).html  # the draft is as it was


async def test_the_button_that_confirms_works_once(
    bot: App, world: World, clock: Clock, owner: Person, nobody: Person
) -> None:
    await does(world, nobody, "/subscribe kalbajar")
    await compose(world, owner)
    message, button = found(owner, "✅ Send")
    for _ in range(2):
        query = await owner.presses_button(message, button)
        await world.settled()
    assert "no longer counts" in str(query.answer)
    await clock.move_to(clock() + timedelta(seconds=5))
    assert told(world, nobody, "The concert is at seven.") == 1
    assert len(await bot.services.mailings.recent("announcement", 10)) == 1


@pytest.mark.usefixtures("bot")
async def test_what_was_changed_after_the_preview_is_not_confirmed_by_it(
    world: World, owner: Person
) -> None:
    await compose(world, owner)
    message, button = found(owner, "✅ Send")
    await does(world, owner, "/announce", "[✏️ English]", "Something else.")
    query = await owner.presses_button(message, button)
    await world.settled()
    assert "no longer counts" in str(query.answer)


@pytest.mark.usefixtures("bot")
async def test_an_editor_writes_and_somebody_else_approves(
    world: World, clock: Clock, owner: Person, editor: Person, nobody: Person
) -> None:
    await does(world, nobody, "/subscribe kalbajar")
    await does(world, owner, f"/roles {EDITOR} editor")
    await compose(world, editor)
    await does(world, editor, "[📨 Ask for approval]")
    assert "Waits for the approval" in last(world, editor).html
    query = await editor.presses("✅ Approve")
    await world.settled()
    assert "Your role does not allow that" in str(query.answer)
    await does(world, editor, "/roles")
    assert last(world, editor).html == "Your role does not allow that."
    await clock.move_to(clock() + timedelta(seconds=5))
    assert told(world, nobody, "The concert is at seven.") == 0
    await does(world, owner, "/announcements", "[1]", "[✅ Approve]")
    await clock.move_to(clock() + timedelta(seconds=5))
    assert told(world, nobody, "The concert is at seven.") == 1


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("approval", [True])
async def test_two_persons_are_needed_where_that_is_set(
    world: World, clock: Clock, owner: Person, second: Person
) -> None:
    await does(world, second, "/subscribe kalbajar")
    await compose(world, owner)
    await does(world, owner, "[📨 Ask for approval]")
    query = await owner.presses("✅ Approve")
    await world.settled()
    assert "other than its author" in str(query.answer)
    await does(world, second, "/announcements", "[1]", "[✅ Approve]")
    await clock.move_to(clock() + timedelta(seconds=5))
    assert told(world, second, "The concert is at seven.") == 1


@pytest.mark.usefixtures("bot")
async def test_whose_role_is_taken_away_is_heard_no_more(
    world: World, owner: Person, editor: Person
) -> None:
    await does(world, owner, f"/roles {EDITOR} editor")
    await does(world, editor, "/announce", "[✏️ English]")
    await does(world, owner, f"/roles {EDITOR} none")
    await does(world, editor, "Not mine to say")
    assert "Announcement" not in last(world, editor).html
    query = await editor.presses("⬅️ Back")
    await world.settled()
    assert "This menu is old" in str(query.answer)


@pytest.mark.usefixtures("bot")
async def test_in_a_group_nobody_has_a_role(world: World, owner: Person) -> None:
    group = world.group("Kəlbəcərlilər", owner)
    await owner.invites(world.bot, group)
    await owner.writes("/announce", group)
    await world.settled()
    assert not [each for each in group.messages if "draft" in each.html]


async def test_a_draft_and_its_progress_survive_a_restart(
    server: Server, world: World, clock: Clock, database: Path, owner: Person
) -> None:
    first = build(settings(server, database), now=clock)
    await first.start()
    await does(world, owner, "/subscribe kalbajar")
    await does(world, owner, "/announce", "[✏️ English]", "The concert is at seven.")
    await does(world, owner, "[🕑 When]", "[In 1 hour]", "[🗣 Other languages]", "[English]")
    await first.stop()
    again = build(settings(server, database), now=clock)
    await again.start()
    await does(world, owner, "[👁 Preview]", "[✅ Send]")
    assert "Scheduled for 20 November 2025, 13:00" in last(world, owner).html
    await again.stop()
    third = build(settings(server, database), now=clock)
    await third.start()
    clock.subscribe(third.catch_up)
    await clock.move_to(clock() + timedelta(hours=1, seconds=5))
    assert told(world, owner, "The concert is at seven.") == 2  # the preview, and the real one
    assert any("Finished" in each.html for each in owner.chat.messages)
    await third.stop()


async def test_what_telegram_cannot_read_stops_at_the_first_recipient(
    bot: App, world: World, clock: Clock, owner: Person, nobody: Person
) -> None:
    for person in (owner, nobody):
        await does(world, person, "/subscribe kalbajar")
    body = {"texts": {"en": "<b>Not closed"}, "others": "en"}
    mailing = Mailing("broken", "announcement", "", Urgency.ANNOUNCEMENT, body)
    window = Window(clock(), clock() + timedelta(days=1))
    number = await bot.services.mailings.plan(mailing, Audience(), window)
    await clock.move_to(clock() + timedelta(seconds=5))
    report = await bot.services.mailings.report(number)
    assert report is not None
    assert report.state == "stopped"
    assert report.counts["sent"] == 0
    await does(world, owner, "/announcements", f"[{number}]")
    assert "Stopped: Telegram says" in last(world, owner).html


async def sent(world: World, clock: Clock, owner: Person, *readers: Person) -> None:
    for person in (owner, *readers):
        await does(world, person, "/subscribe kalbajar")
    await compose(world, owner)
    await does(world, owner, "[✅ Send]")
    await clock.move_to(clock() + timedelta(seconds=5))


@pytest.mark.usefixtures("bot")
async def test_a_correction_comes_in_the_place_of_what_was_said(
    world: World, clock: Clock, owner: Person, nobody: Person
) -> None:
    await sent(world, clock, owner, nobody)
    await does(world, nobody, "/settings", "[🌙 Quiet hours]")  # an edit makes no sound
    (before,) = [each for each in nobody.chat.messages if "at seven" in each.html]
    await does(world, owner, "[✏️ Correct]", "[✏️ English]", "The concert is at eight.")
    await does(world, owner, "[👁 Preview]", "[✅ Send]")
    await clock.move_to(clock() + timedelta(seconds=5))
    (after,) = [each for each in nobody.chat.messages if "at eight" in each.html]
    assert after.id == before.id
    assert told(world, nobody, "The concert is at seven.") == 0
    assert any("Corrected: 2" in each.html for each in owner.chat.messages)


@pytest.mark.usefixtures("bot")
async def test_a_recall_deletes_it_once_and_spares_the_rest(
    world: World, clock: Clock, owner: Person, nobody: Person
) -> None:
    await sent(world, clock, owner, nobody)
    many = len(nobody.chat.messages)
    await does(world, owner, "[🗑 Recall]")
    message, button = found(owner, "🗑 Yes, delete it")
    assert "from 2 chats" in message.html
    for _ in range(2):
        await owner.presses_button(message, button)
        await world.settled()
    await clock.move_to(clock() + timedelta(seconds=5))
    assert told(world, nobody, "The concert is at seven.") == 0
    assert len(nobody.chat.messages) == many - 1
    assert any("Deleted: 2" in each.html for each in owner.chat.messages)


@pytest.mark.usefixtures("bot")
async def test_only_a_publisher_recalls(
    world: World, clock: Clock, owner: Person, editor: Person
) -> None:
    await sent(world, clock, owner)
    await does(world, owner, f"/roles {EDITOR} editor")
    await does(world, editor, "/announcements", "[1]")
    query = await editor.presses("🗑 Recall")
    await world.settled()
    assert "Your role does not allow that" in str(query.answer)


@pytest.mark.usefixtures("bot")
async def test_a_button_needs_an_address(world: World, owner: Person) -> None:
    await does(world, owner, "/announce", "[🔗 Button]", "Read more https://")
    assert "I need words and an address" in last(world, owner).html


async def test_what_telegram_does_not_take_is_told_at_the_preview(
    bot: App, world: World, owner: Person
) -> None:
    broken = Draft(nonce="x", texts={"en": "<b>Not closed"}, others="en")
    await bot.services.desk.keep_draft(OWNER, broken.model_dump_json())
    await does(world, owner, "/announce", "[👁 Preview]")
    assert "Telegram does not take the announcement" in last(world, owner).html
    assert "parse entities" in last(world, owner).html
    with pytest.raises(LookupError):
        found(owner, "✅ Send")


@pytest.mark.usefixtures("bot")
async def test_what_is_too_long_is_not_taken(world: World, owner: Person) -> None:
    await does(world, owner, "/announce", "[✏️ English]", "x" * 3900)
    assert "That is 3900 letters, and only 3800 fit." in last(world, owner).html
    await does(world, owner, "y" * 2000, "[🖼 Photo]")
    await owner.sends_photo()
    await world.settled()
    assert "shorten the text of 2000 letters" in last(world, owner).html


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    "data",
    [
        "1.aw",
        "1.aw.xx",
        "1.ax",
        "1.ao.xx",
        "1.aa.language.xx",
        "1.aa.type.x",
        "1.at",
        "1.at.x",
        "1.as",
        "1.ac",
        "1.ak",
        "1.ak.9",
        "1.md.9",
        "1.md.9.yes",
        "1.mc",
        "1.mc.9",
        "1.mx.x",
        "1.mv.9",
        "1.mr.9",
        "1.mp.9",
        "1.mo.9",
        "1.my.9",
        "1.ro.x",
        "1.ro.1.x",
        "1.au.x",
    ],
)
async def test_what_no_button_of_ours_carries_does_no_harm(
    world: World, owner: Person, data: str
) -> None:
    await does(world, owner, "/admin")
    await owner.presses_button(last(world, owner), {"text": "", "callback_data": data})
    await world.settled()
    assert "something went wrong" not in last(world, owner).html


async def test_the_log_can_only_be_added_to(bot: App, world: World, owner: Person) -> None:
    await does(world, owner, f"/roles {EDITOR} viewer")
    (deed,) = await bot.services.desk.latest(10)
    assert (deed.actor, deed.act, deed.subject) == (OWNER, "role.give", str(EDITOR))
    assert json.dumps(deed.details) == '{"was": null, "role": "viewer"}'
    database = bot._store._database
    for change in ("UPDATE audit SET actor = 1", "DELETE FROM audit"):
        with pytest.raises(Exception, match="append-only"):
            await database.write(text(change))
    assert len(await bot.services.desk.latest(10)) == 1


async def test_the_command_line_writes_down_what_it_did_and_tells_it(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{database}")
    for command in (["outbox", "pause"], ["outbox", "resume"]):
        assert await asyncio.to_thread(main, command) == 0
    capsys.readouterr()
    assert await asyncio.to_thread(main, ["audit", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["actor"], each["act"]) for each in told] == [
        (0, "outbox.pause"),
        (0, "outbox.resume"),
    ]
    assert await asyncio.to_thread(main, ["audit", "--csv"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "at,actor,act,subject,details"
    assert await asyncio.to_thread(main, ["audit"]) == 0
    assert "outbox.resume" in capsys.readouterr().out.splitlines()[1]


async def test_whoever_deletes_everything_keeps_no_role(database: Path) -> None:
    async with Store(f"sqlite+aiosqlite:///{database}") as store:
        await store.desk.give(EDITOR, "editor")
        await store.desk.keep_draft(EDITOR, "{}")
        assert (await store.chats.everything(EDITOR))["role"] == [{"role": "editor"}]
        await store.chats.forget(EDITOR)
        assert await store.desk.role(EDITOR) is None
        assert await store.desk.draft(EDITOR) is None


@pytest.mark.parametrize(
    ("many", "rate", "said"),
    [
        (100_000, 25, "100\u00a0000 recipients. At 25 a second that takes 67 minutes."),
        (1_000_000, 25, "1\u00a0000\u00a0000 recipients. At 25 a second that takes 11 hours."),
        (1, 25, "1 recipient. At 25 a second that takes 1 second."),
        (0, 25, "0 recipients."),
        (500, 0, "500 recipients."),
    ],
)
def test_the_arithmetic_is_honest(many: int, rate: int, said: str) -> None:
    assert load(SPEAKERS["en"], many, rate) == said


async def publishes(world: World, owner: Person, *people: Person) -> None:
    """Each is known to the bot and may approve."""
    for person in people:
        await does(world, person, "/subscribe lachin")
        await does(world, owner, f"/roles {person.account.id} publisher")


def asked(world: World, person: Person) -> list[Message]:
    messages = [each for each in person.chat.messages if each.sender == world.bot]
    return [each for each in messages if each.html.startswith("<b>Please look at this")]


async def moves(clock: Clock, seconds: int = 5) -> None:
    await clock.move_to(clock() + timedelta(seconds=seconds))


@pytest.mark.parametrize("approval", [True])
async def test_those_who_may_approve_are_told_and_one_of_them_does_once(
    bot: App, world: World, clock: Clock, owner: Person, second: Person, editor: Person
) -> None:
    await publishes(world, owner, editor)
    for person in (owner, second):
        await does(world, person, "/subscribe lachin")
    await compose(world, editor)
    await does(world, editor, "[📨 Ask for approval]")
    await moves(clock)
    assert [len(asked(world, each)) for each in (owner, second, editor)] == [1, 1, 0]
    (card,) = asked(world, owner)
    assert f"Written by: {EDITOR}" in card.html
    assert "The concert is at seven." in card.html
    for person in (second, owner, second):
        (message,) = (
            [
                each
                for each in person.chat.messages
                if any(button["text"] == "✅ Approve" for row in each.buttons for button in row)
            ]
            or asked(world, person)
            or [card]
        )
        button = {"text": "✅ Approve", "callback_data": "1.my.1"}
        await person.presses_button(message, button)
        await world.settled()
    await moves(clock)
    deeds = [each for each in await bot.services.desk.latest(20) if each.subject == "1"]
    assert [(each.actor, each.act) for each in deeds] == [
        (SECOND, "announcement.approve"),
        (EDITOR, "announcement.confirm"),
    ]
    assert told(world, editor, "The concert is at seven.") == 2  # the preview, and the real one


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("approval", [True])
async def test_who_has_only_given_a_command_of_the_staff_is_asked_too(
    world: World, clock: Clock, owner: Person, second: Person
) -> None:
    """Without it, whoever follows nothing and never chose a language would not be known."""
    await does(world, second, "/admin")
    await compose(world, owner)
    await does(world, owner, "[📨 Ask for approval]")
    await moves(clock)
    assert len(asked(world, second)) == 1


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("approval", [True])
async def test_what_was_called_off_cannot_be_approved_any_more(
    world: World, clock: Clock, owner: Person, second: Person
) -> None:
    for person in (owner, second):
        await does(world, person, "/subscribe lachin")
    await compose(world, owner)
    await does(world, owner, "[📨 Ask for approval]")
    await moves(clock)
    message, button = found(second, "✅ Approve")
    await does(world, owner, "[✖️ Call off]", "[✖️ Yes, call it off]")
    await second.presses_button(message, button)
    await world.settled()
    await moves(clock)
    (shown,) = [each.html for each in second.chat.messages if each.id == message.id]
    assert "Called off" in shown
    assert told(world, second, "The concert is at seven.") == 0


@pytest.mark.parametrize("approval", [True])
async def test_what_is_called_off_at_the_moment_of_approval_stays_so(
    bot: App,
    world: World,
    clock: Clock,
    owner: Person,
    second: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await does(world, second, "/subscribe lachin")
    await compose(world, owner)
    await does(world, owner, "[📨 Ask for approval]")
    mailings = bot.services.mailings
    approve = mailings.approve

    async def too_late(mailing_id: int, now: datetime) -> bool:
        assert await mailings.set_state(mailing_id, "cancelled", "held")
        return await approve(mailing_id, now)

    monkeypatch.setattr(mailings, "approve", too_late)
    await does(world, second, "/announcements", "[1]", "[✅ Approve]")
    assert "Called off" in last(world, second).html
    await moves(clock)
    assert told(world, second, "The concert is at seven.") == 0
    assert "announcement.approve" not in [each.act for each in await bot.services.desk.latest(9)]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("approval", [True])
async def test_nobody_is_asked_once_it_has_been_decided(
    world: World, clock: Clock, owner: Person, second: Person
) -> None:
    for person in (owner, second):
        await does(world, person, "/subscribe lachin")
    await compose(world, owner)
    await does(world, owner, "[📨 Ask for approval]", "[✖️ Call off]", "[✖️ Yes, call it off]")
    await moves(clock)
    assert asked(world, second) == []


async def test_an_author_alone_is_told_that_nobody_can_approve(
    server: Server, world: World, clock: Clock, database: Path, owner: Person
) -> None:
    alone = settings(server, database, two_person_approval=True)
    app = build(alone.model_copy(update={"admin_ids": (OWNER,)}), now=clock)
    await app.start()
    await compose(world, owner)
    query = await owner.presses("📨 Ask for approval")
    await world.settled()
    assert "Nobody else may approve it yet" in str(query.answer)
    await app.stop()


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("approval", [True])
async def test_the_author_is_told_who_could_not_be_asked(
    world: World, clock: Clock, owner: Person, second: Person, editor: Person
) -> None:
    await does(world, owner, f"/roles {EDITOR} publisher")
    await compose(world, owner)
    await does(world, owner, "[📨 Ask for approval]")
    await moves(clock)
    assert f"I could not reach {SECOND}, {EDITOR}; they find it" in last(world, owner).html
    await does(world, second, "/start", "[English]")
    await does(world, editor, "/help")  # a chat that has chosen nothing
    await does(world, second, "/announcements", "[1]", "[✖️ Call off]", "[✖️ Yes, call it off]")
    await compose(world, owner, "Something else.")
    await does(world, owner, "[📨 Ask for approval]")
    await moves(clock)
    assert [len(asked(world, each)) for each in (second, editor)] == [1, 1]
    assert "I could not reach" not in last(world, owner).html
    await editor.blocks()
    await world.settled()
    await compose(world, owner, "A third one.")
    await does(world, owner, "[📨 Ask for approval]")
    await moves(clock)
    assert f"I could not reach {EDITOR}; they find it" in last(world, owner).html


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("approval", [True])
async def test_a_correction_and_a_recall_wait_for_approval_too(
    world: World, clock: Clock, owner: Person, second: Person
) -> None:
    for person in (owner, second):
        await does(world, person, "/subscribe lachin")
    await compose(world, owner)
    await does(world, owner, "[📨 Ask for approval]")
    await moves(clock)
    await does(world, second, "[✅ Approve]")
    await moves(clock)
    await does(world, owner, "[✏️ Correct]", "[✏️ English]", "At eight.", "[👁 Preview]")
    await does(world, owner, "[📨 Ask for approval]")
    await moves(clock)
    assert told(world, second, "At eight.") == 0
    assert "Correction of announcement 1" in asked(world, second)[-1].html
    await does(world, second, "[✅ Approve]")
    await moves(clock)
    assert told(world, second, "At eight.") == 1
    await does(world, owner, "/announcements", "[1]", "[🗑 Recall]", "[🗑 Yes, delete it]")
    await moves(clock)
    assert told(world, second, "At eight.") == 1
    await does(world, second, "[✅ Approve]")
    await moves(clock)
    assert told(world, second, "At eight.") == 0


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("approval", [True])
async def test_what_is_approved_late_has_its_whole_time_from_then_on(
    world: World, clock: Clock, owner: Person, second: Person
) -> None:
    for person in (owner, second):
        await does(world, person, "/subscribe lachin")
    await compose(world, owner)
    await does(world, owner, "[📨 Ask for approval]")
    await moves(clock, 5 * DAY)
    assert told(world, second, "The concert is at seven.") == 0
    await does(world, second, "/announcements", "[1]", "[✅ Approve]")
    await moves(clock)
    assert told(world, second, "The concert is at seven.") == 1
    await does(world, owner, "[✏️ Correct]", "[✏️ English]", "At eight.", "[👁 Preview]")
    await does(world, owner, "[📨 Ask for approval]")
    await moves(clock)
    message, button = found(second, "✅ Approve")
    await moves(clock, 5 * DAY)
    await second.presses_button(message, button)
    await world.settled()
    await moves(clock)
    assert told(world, second, "At eight.") == 1


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("approval", [True])
async def test_whose_time_passed_before_it_was_approved_is_sent_if_that_is_meant(
    world: World, clock: Clock, owner: Person, second: Person
) -> None:
    for person in (owner, second):
        await does(world, person, "/subscribe lachin")
    await does(world, owner, "/announce", "[✏️ English]", "At seven.")
    await does(world, owner, "[🗣 Other languages]", "[English]", "[🕑 When]", "[In 1 hour]")
    await does(world, owner, "[👁 Preview]", "[📨 Ask for approval]")
    await moves(clock)
    assert "Scheduled for 20 November 2025, 13:00 (Baku time)" in asked(world, second)[-1].html
    await moves(clock, 2 * 3600)
    await does(world, second, "[✅ Approve]")
    assert "That was for 20 November 2025, 13:00 (Baku time)" in last(world, second).html
    await moves(clock, DAY)
    assert told(world, second, "At seven.") == 0
    await does(world, second, "[No]")
    assert "Its time has passed: 20 November 2025, 13:00 (Baku time)" in last(world, second).html
    await does(world, second, "[✅ Approve]", "[✅ Yes, send it now]")
    await moves(clock)
    assert told(world, second, "At seven.") == 1


@pytest.mark.usefixtures("bot")
async def test_an_editor_takes_back_what_still_waits_and_nothing_else(
    world: World, owner: Person, editor: Person
) -> None:
    await does(world, owner, f"/roles {EDITOR} editor")
    await compose(world, editor)
    await does(world, editor, "[📨 Ask for approval]")
    await does(world, editor, "[✖️ Call off]", "[✖️ Yes, call it off]")
    assert "Called off" in last(world, editor).html
    await compose(world, editor, "Another one.")
    await does(world, editor, "[📨 Ask for approval]")
    await does(world, owner, "/announcements", "[3]", "[✅ Approve]")
    query = await editor.presses("✖️ Call off")
    await world.settled()
    assert "Your role does not allow that" in str(query.answer)


async def test_a_state_changes_only_from_what_it_was(bot: App, clock: Clock) -> None:
    mailings = bot.services.mailings
    window = Window(clock() + timedelta(days=1), clock() + timedelta(days=2))
    body = {"texts": {"en": "Hello"}}
    mailing = Mailing("waits", "announcement", "", Urgency.ANNOUNCEMENT, body)
    number = await mailings.plan(mailing, Audience(), window, "held")
    assert not await mailings.set_state(number, "open", "paused")
    assert await mailings.set_state(number, "cancelled", "held")
    assert not await mailings.set_state(number, "open", "held")
    report = await mailings.report(number)
    assert report is not None
    assert report.state == "cancelled"


@pytest.mark.usefixtures("bot")
async def test_saying_the_same_again_is_no_accident(
    world: World, clock: Clock, owner: Person
) -> None:
    await sent(world, clock, owner)
    await compose(world, owner)
    assert "⚠️ Announcement 1 says the same already!" in last(world, owner).html
    with pytest.raises(LookupError):
        await owner.presses("✅ Send")
    await does(world, owner, "/announce", "[✏️ English]", "Something else.", "[👁 Preview]")
    assert "already" not in last(world, owner).html


@pytest.mark.usefixtures("bot")
async def test_the_report_tells_why_and_runs_no_formula(
    bot: App, world: World, clock: Clock, owner: Person, nobody: Person
) -> None:
    await does(world, owner, "/subscribe lachin")
    await does(world, nobody, "/subscribe lachin")
    await nobody.blocks()
    await world.settled()
    await bot.services.chats.set_active(NOBODY, active=True, now=clock())
    await compose(world, owner)
    await does(world, owner, "[✅ Send]")
    await moves(clock)
    await does(world, owner, "[📄 List (CSV)]")
    document = [each for each in owner.chat.messages if "document" in each.content][-1]
    data = world.files.get(document.content["document"]["file_id"]).data.decode()
    head, first, other = data.splitlines()
    assert head == "chat_id,thread_id,status,message_id,error"
    assert first.startswith(f"{OWNER},0,sent,")
    assert other == f"{NOBODY},0,failed,,Forbidden: bot was blocked by the user"
    assert TOKEN not in data


async def test_what_begins_like_a_formula_is_text() -> None:
    async def rows() -> AsyncIterator[tuple[int | str, ...]]:
        for error in ("=1+1", "+1", "-1", "@x", "\tx", "Forbidden: =1"):
            yield -100, error

    lines = (await sheet(("chat_id", "error"), rows())).decode().splitlines()
    assert lines == [
        "chat_id,error",
        "-100,'=1+1",
        "-100,'+1",
        "-100,'-1",
        "-100,'@x",
        "-100,'\tx",
        "-100,Forbidden: =1",
    ]


@pytest.mark.usefixtures("bot")
async def test_a_time_that_has_passed_sends_nothing(
    world: World, clock: Clock, owner: Person
) -> None:
    await does(world, owner, "/subscribe lachin", "/announce", "[✏️ English]", "At seven.")
    await does(world, owner, "[🗣 Other languages]", "[English]", "[🕑 When]", "[In 1 hour]")
    await does(world, owner, "[👁 Preview]")
    message, button = found(owner, "✅ Send")
    await moves(clock, 3601)
    query = await owner.presses_button(message, button)
    await world.settled()
    assert "no longer counts" in str(query.answer)
    query = await owner.presses("👁 Preview")
    await world.settled()
    assert "has passed; choose another" in str(query.answer)
    await moves(clock)
    assert told(world, owner, "At seven.") == 1  # the preview


@pytest.mark.usefixtures("bot")
async def test_the_moment_is_the_editors_and_names_its_zone(
    world: World, clock: Clock, owner: Person
) -> None:
    """On that night New York has no 02:30: an hour is skipped."""
    await does(world, owner, "/subscribe lachin", "/zone New York")
    await does(world, owner, "/announce", "[✏️ English]", "At seven.")
    await does(world, owner, "[🗣 Other languages]", "[English]", "[🕑 When]", "08.03.2026 02:30")
    assert "When: 8 March 2026, 03:30 (New York time)" in last(world, owner).html
    await does(world, owner, "[👁 Preview]", "[✅ Send]")
    assert "Scheduled for 8 March 2026, 11:30 (Baku time)" in last(world, owner).html
    await clock.move_to(datetime.fromisoformat("2026-03-08T03:29:50-04:00"))
    assert told(world, owner, "At seven.") == 1
    await clock.move_to(datetime.fromisoformat("2026-03-08T03:30:10-04:00"))
    assert told(world, owner, "At seven.") == 2
