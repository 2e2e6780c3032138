"""The command line beside a running bot: announce, subscribers, outbox, audit."""

import asyncio
import csv
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app import App, build
from bot.local import Server, World
from bot.local.faults import Fault
from tests.test_announcing import OWNER, SECOND, asked, does, settings, told
from tests.test_cli import Ended, here, refused

ANN: dict[str, Any] = {
    "texts": {"az": "Konsert saat 7-dədir.", "en": "The concert is at 7.", "ru": "Концерт в 7."}
}
HEAD = "chat_id,language,zone,topics\n"
Said = Callable[..., Awaitable[Ended]]


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch, database: Path, tmp_path: Path) -> Path:
    """A database that the environment names, in the folder where one stands."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{database}")
    return database


@pytest.fixture
def said(stored: Path) -> Said:  # noqa: ARG001 - the commands work on it
    """In a thread: a command has a loop of its own."""
    return partial(asyncio.to_thread, here)


@pytest.fixture
async def bot(server: Server, stored: Path) -> AsyncIterator[App]:
    """By the true clock, as the command line."""
    app = build(settings(server, stored), now=lambda: datetime.now(UTC))
    await app.start()
    yield app
    await app.stop()


def file(name: str, **changed: Any) -> str:
    Path(name).write_text(yaml.safe_dump({**ANN, **changed}, allow_unicode=True), "utf-8")
    return name


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def untouched(database: Path) -> bool:
    """Nothing was queued, brought in, or written down."""
    return rows(database, "SELECT key FROM mailings UNION SELECT act FROM audit") == []


async def subscribe(world: World, *ids: int, client: str = "en") -> None:
    for each in ids:
        await does(world, world.person(each, "Ali", client), "/subscribe lachin")


# -- announce


async def test_the_running_bot_sends_what_was_queued_once(
    bot: App, world: World, said: Said
) -> None:
    await subscribe(world, 201, 202)
    await subscribe(world, 203, client="ru")
    name = file("ann.yaml", button={"text": "More", "url": "https://example.org"}, silent=True)
    dry = await said("announce", "--file", name, "--dry-run")
    assert dry == (0, "3 recipients at 25/s: 0 seconds\n", "")
    assert untouched(Path("bot.db"))
    for _ in range(2):
        queued = await said("announce", "--file", name, "--yes")
        assert queued.code == 0
        assert "mailing 1 is " in queued.out
    await bot.catch_up()
    for person, words in ((201, ANN["texts"]["en"]), (203, ANN["texts"]["ru"])):
        assert told(world, world.person(person), words) == 1
    (message,) = [each for each in world.person(201).chat.messages if "concert" in each.html]
    assert message.silent
    assert message.buttons[0][0]["url"] == "https://example.org"
    queued = await said("announce", "--file", name, "--yes")
    assert "mailing 1 is done" in queued.out
    await bot.catch_up()
    assert told(world, world.person(201), ANN["texts"]["en"]) == 1


async def test_what_is_scheduled_waits_and_is_not_doubled_for_another_time(
    bot: App, world: World, said: Said
) -> None:
    await subscribe(world, 201)
    first = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="seconds")
    other = (datetime.now(UTC) + timedelta(hours=2)).isoformat(timespec="seconds")
    queued = await said("announce", "--file", file("ann.yaml"), "--at", first, "--yes")
    assert queued.out.endswith("mailing 1 is planned; see: python -m bot outbox status\n")
    line = refused(await _without_count(said, "--at", other))
    assert line == (
        "citydays: mailing 1 says the same for another time; call it off in /announcements first"
    )
    await bot.catch_up()
    assert told(world, world.person(201), ANN["texts"]["en"]) == 0
    owner = world.person(OWNER, "Leyla", "en")
    await does(world, owner, "/announcements", "[1]")
    assert "Scheduled for" in owner.chat.messages[-1].html


async def _without_count(said: Said, *more: str) -> Ended:
    """The count comes before what is refused."""
    ended = await said("announce", "--file", "ann.yaml", *more, "--yes")
    return ended._replace(out="")


@pytest.mark.parametrize(
    ("audience", "reached"),
    [("all", {201, 203}), ("ru", {203}), ("lachin", {201, 203}), ("group", set())],
)
async def test_it_goes_to_whom_the_file_says(
    bot: App, world: World, said: Said, audience: str, reached: set[int]
) -> None:
    await subscribe(world, 201)
    await subscribe(world, 203, client="ru")
    await does(world, world.person(204, "Ali", "en"), "/start")
    queued = await said("announce", "--file", file("ann.yaml", audience=audience), "--yes")
    assert queued.out.startswith(f"{len(reached)} recipients")
    await bot.catch_up()
    texts = set(ANN["texts"].values())
    got = {
        each
        for each in (201, 203, 204)
        if any(message.html in texts for message in world.person(each).chat.messages)
    }
    assert got == reached


@pytest.mark.usefixtures("bot")
async def test_the_card_in_the_chat_tells_the_same_audience(world: World, said: Said) -> None:
    await subscribe(world, 201)
    at = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="seconds")
    await said("announce", "--file", file("a.yaml", audience="lachin"), "--at", at, "--yes")
    owner = world.person(OWNER, "Leyla", "en")
    await does(world, owner, "/announcements", "[1]")
    assert "To: those who follow “Lachin”" in owner.chat.messages[-1].html


async def test_two_persons_are_needed_on_the_command_line_too(
    bot: App, world: World, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWO_PERSON_APPROVAL", "1")
    monkeypatch.setenv("ADMIN_IDS", f"{OWNER},{SECOND}")
    await subscribe(world, OWNER, SECOND)
    queued = await said("announce", "--file", file("ann.yaml"), "--yes")
    assert "mailing 1 is held" in queued.out
    await bot.catch_up()
    owner = world.person(OWNER)
    assert told(world, owner, ANN["texts"]["en"]) == 0
    assert len(asked(world, owner)) == len(asked(world, world.person(SECOND))) == 1
    assert "Written by: command line" in asked(world, owner)[0].html
    await does(world, owner, "[✅ Approve]")
    await bot.catch_up()
    assert told(world, owner, ANN["texts"]["en"]) == 1


WRONG: list[tuple[dict[str, Any], str]] = [
    (
        {"text": "Hello"},
        "text: is no key of this file; texts, audience, others, photo, button, silent are",
    ),
    (
        {"button": {"text": "More", "url": "https://x.az", "colour": "red"}},
        "button.colour: is no key of this file; text, url are",
    ),
    ({"button": {"text": "More", "url": "x.az"}}, "button.url: must be an address like https://"),
    ({"button": {"text": "More", "url": "https://"}}, "button.url: must be an address"),
    ({"button": {"text": "More", "url": "https://a b.az"}}, "button.url: must be an address"),
    ({"button": {"text": "More"}}, "button.url: is missing"),
    ({"button": {"text": " ", "url": "https://x.az"}}, "button.text: is empty"),
    ({"button": "https://x.az"}, "button: must have keys and values, like text, url"),
    ({"photo": "pictures/a.jpg"}, "photo: must be an address like https://example.org/a.jpg"),
    ({"texts": {}}, "texts: is empty"),
    ({"texts": "Hello"}, "texts: must have a text for each language, like az: …"),
    ({"texts": {"az": ""}}, "texts.az: is empty"),
    ({"texts": {"az": " \n "}}, "texts.az: is empty"),
    ({"texts": {"az": "<b> </b>"}}, "texts.az: is empty"),
    ({"texts": {"az": 5}}, "texts.az: must be text"),
    ({"texts": {"de": "Hallo"}}, "texts: 'de' is none of az, en, ru"),
    ({"audience": "atlantis"}, "ann.yaml: audience: 'atlantis' is neither"),
    ({"silent": "perhaps"}, "silent: must be true or false"),
    ({"texts": {"az": "x" * 3801}}, "texts: az has 3801 letters; in a message 3800 fit"),
    ({"texts": {"az": "x\n\n\n\n\n" * 700}}, "texts: az has 4195 letters; in a message"),
    ({"texts": {"az": "😀" * 2000}}, "texts: az has 4000 letters; in a message 3800 fit"),
    (
        {"photo": "https://x.az/a.jpg", "texts": {"az": "x" * 1025}},
        "texts: az has 1025 letters; under a photo 1000 fit",
    ),
]


@pytest.mark.parametrize(("changed", "told"), WRONG, ids=[told for _, told in WRONG])
async def test_a_wrong_file_is_told_with_its_key_and_queues_nothing(
    stored: Path, said: Said, changed: dict[str, Any], told: str
) -> None:
    line = refused(await said("announce", "--file", file("ann.yaml", **changed), "--yes"))
    assert line.startswith("citydays: ")
    assert told in line
    assert untouched(stored)


async def test_nobody_gets_nothing_by_oversight(bot: App, world: World, said: Said) -> None:
    await subscribe(world, 201)
    await subscribe(world, 203, client="ru")
    name = file("ann.yaml", texts={"en": "Hello"})
    line = refused(await said("announce", "--file", name, "--yes"))
    assert line == (
        "citydays: ann.yaml: there is no text in ru; add it, or tell what these people get: "
        "others: en or nobody"
    )
    assert untouched(Path("bot.db"))
    await said("announce", "--file", file("ann.yaml", texts={"en": "Hello"}, others="en"), "--yes")
    await bot.catch_up()
    assert told(world, world.person(203), "Hello") == 1


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"silent: true\ntexts: {az: a", "ann.yaml is not YAML: see line 2"),
        (b"texts: {az: \xff}", "ann.yaml is not text in UTF-8"),
        (b"- a", "ann.yaml: the file: must have keys and values, like texts, audience, others"),
        (b"", "ann.yaml: the file: must have keys and values"),
    ],
)
async def test_what_is_no_announcement(
    stored: Path, said: Said, content: bytes, named: str
) -> None:
    await asyncio.to_thread(Path("ann.yaml").write_bytes, content)
    assert named in refused(await said("announce", "--file", "ann.yaml", "--yes"))
    assert untouched(stored)


async def test_what_else_is_refused(stored: Path, said: Said) -> None:
    assert "absent.yaml" in refused(await said("announce", "--file", "absent.yaml", "--yes"))
    past = ("--at", "2020-01-01T10:00", "--yes")
    assert "is past" in refused(await said("announce", "--file", file("a.yaml"), *past))
    unsure = await said("announce", "--file", "a.yaml")
    assert refused(unsure._replace(out="")) == "citydays: add --yes to queue it"
    slip = ("--at", "9999-12-31T23:59-12:00", "--yes")
    assert "more than a year away" in refused(await said("announce", "--file", "a.yaml", *slip))
    typed = await said("announce", "--file", "a.yaml", "--at", "tomorrow", "--yes")
    assert typed.code == 2
    assert "--at: 'tomorrow' is no moment; write one like 2026-11-24T10:00" in typed.err
    assert untouched(stored)


@pytest.mark.usefixtures("bot")
async def test_who_gets_nothing_is_not_counted(world: World, said: Said) -> None:
    await subscribe(world, 201, 202)
    await subscribe(world, 203, client="ru")
    name = file("ann.yaml", texts={"en": "Hello"}, others="nobody")
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="seconds")
    queued = await said("announce", "--file", name, "--at", later, "--yes")
    assert queued.out.startswith("2 recipients ")
    owner = world.person(OWNER, "Leyla", "en")
    await does(world, owner, "/announcements", "[1]")
    assert "2 recipients." in owner.chat.messages[-1].html


async def test_who_chose_no_language_is_no_oversight_either(
    bot: App, world: World, said: Said
) -> None:
    world.person(205).chat.standing[world.bot.id] = "member"
    await asyncio.to_thread(Path("in.csv").write_text, f"{HEAD}205,,,\n", "utf-8")
    await said("subscribers", "import", "in.csv")
    name = file("ann.yaml", texts={"az": "Salam"})
    assert "no text in en" in refused(await said("announce", "--file", name, "--yes"))
    name = file("ann.yaml", texts={"az": "Salam"}, others="az")
    assert (await said("announce", "--file", name, "--yes")).code == 0
    await bot.catch_up()
    assert told(world, world.person(205), "Salam") == 1


async def test_what_was_called_off_is_announced_again_by_the_same_file(
    bot: App, world: World, said: Said
) -> None:
    await subscribe(world, 201)
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="seconds")
    await said("announce", "--file", file("ann.yaml"), "--at", later, "--yes")
    owner = world.person(OWNER, "Leyla", "en")
    await does(world, owner, "/announcements", "[1]", "[✖️ Call off]", "[✖️ Yes, call it off]")
    for state in ("planned", "done"):
        queued = await said("announce", "--file", "ann.yaml", "--yes")
        assert f"mailing 2 is {state}" in queued.out
        await bot.catch_up()
        assert told(world, world.person(201), ANN["texts"]["en"]) == 1


async def test_no_word_of_a_text_is_left_out(bot: App, world: World, said: Said) -> None:
    await subscribe(world, 201)
    text = "<b>AT&amp;T</b> " + "&lt;&amp;" * 1500
    queued = await said("announce", "--file", file("a.yaml", texts={"en": text}), "--yes")
    assert queued.code == 0
    await bot.catch_up()
    assert told(world, world.person(201), text) == 1


# -- subscribers


async def test_people_come_in_and_go_out_again(stored: Path, said: Said) -> None:
    lines = [
        "101,az,Asia/Baku,lachin;shusha",
        "102,,,all",
        "-1001234567890,ru,Europe/Moscow,lachin-city-day",
        "103,en,,",
    ]
    await asyncio.to_thread(Path("in.csv").write_text, HEAD + "\n".join(lines), "utf-8-sig")
    for _ in range(2):
        assert await said("subscribers", "import", "in.csv") == (0, "4 chats\n", "")
    assert await said("subscribers", "export", "out.csv") == (0, "4 chats in out.csv\n", "")
    with Path("out.csv").open(encoding="utf-8", newline="") as written:  # noqa: ASYNC230 - small
        found = list(csv.reader(written))
    assert found == [
        HEAD.strip().split(","),
        ["-1001234567890", "ru", "Europe/Moscow", "lachin-city-day"],
        ["101", "az", "Asia/Baku", "lachin;shusha"],
        ["102", "", "Asia/Baku", "all"],
        ["103", "en", "Asia/Baku", ""],
    ]
    assert await said("subscribers", "import", "out.csv") == (0, "4 chats\n", "")
    acts = [act for (act,) in rows(stored, "SELECT act FROM audit ORDER BY id")]
    assert acts == ["subscribers.import"] * 2 + ["subscribers.export", "subscribers.import"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("leyla,az,,all", "'leyla' is not the id of a chat"),
        (",az,,all", "'' is not the id of a chat"),
        ("0,az,,all", "'0' is not the id of a chat"),
        ("5,de,,all", "the language 'de' is none of az, en, ru"),
        ("5,az,Mars/Base,all", "no time zone 'Mars/Base'"),
        (
            "5,az,,atlantis",
            "'atlantis' is neither a place nor a commemoration; topics are all, or",
        ),
        ("5,az,,lachin,shusha", "has more cells than columns; part topics by ;"),
    ],
)
async def test_a_wrong_line_is_named_and_nobody_is_brought_in(
    stored: Path, said: Said, line: str, told: str
) -> None:
    text = f"{HEAD}4,az,,lachin\n{line}\n"
    await asyncio.to_thread(Path("in.csv").write_text, text, "utf-8")
    found = refused(await said("subscribers", "import", "in.csv"))
    assert found.startswith("citydays: in.csv, line 3: ")
    assert told in found
    assert rows(stored, "SELECT 1 FROM chats") == []
    assert untouched(stored)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the column chat_id is missing"),
        (b"chat_id,language,zone\n1,az,\n", "the column topics is missing"),
        (HEAD.encode() + b"1,az,,l\xff\n", "is not text in UTF-8"),
        (HEAD.encode() + b'1,az,,"' + b"x" * 200_000, "line 2: field larger"),
    ],
    ids=["empty", "column", "encoding", "quote"],
)
async def test_what_is_no_list_of_subscribers(
    stored: Path, said: Said, content: bytes, told: str
) -> None:
    await asyncio.to_thread(Path("in.csv").write_bytes, content)
    assert told in refused(await said("subscribers", "import", "in.csv"))
    assert rows(stored, "SELECT 1 FROM chats") == []


async def test_files_that_are_not_there(said: Said) -> None:
    assert refused(await said("subscribers", "import", "absent.csv")) == (
        "citydays: absent.csv: No such file or directory"
    )
    assert "no/out.csv" in refused(await said("subscribers", "export", "no/out.csv"))


# -- outbox


async def test_the_outbox_is_looked_at_paused_and_opened(
    bot: App, world: World, said: Said
) -> None:
    await subscribe(world, 201)
    assert (await said("outbox", "pause")).out == "paused; what is under way still arrives\n"
    await said("announce", "--file", file("ann.yaml"), "--yes")
    await bot._unasked._plan()
    status = (await said("outbox", "status")).out.splitlines()
    assert status[0] == "paused: from the command line"
    assert status[1].startswith("pending 1  sending 0  sent 0")
    assert status[2].startswith("1  open  announcement ")
    told_ = json.loads((await said("outbox", "status", "--json")).out)
    assert told_["paused"] == "from the command line"
    assert told_["counts"]["pending"] == 1
    assert [each["state"] for each in told_["mailings"]] == ["open"]
    assert told(world, world.person(201), ANN["texts"]["en"]) == 0
    assert (await said("outbox", "resume")).out == "open\n"
    await bot.catch_up()
    assert told(world, world.person(201), ANN["texts"]["en"]) == 1
    assert (await said("outbox", "status")).out.splitlines()[0] == "open"


async def test_what_is_uncertain_is_sent_again_only_when_asked(
    bot: App, world: World, said: Said
) -> None:
    await subscribe(world, 201)
    world.faults.switch_on(Fault("drop_after", ("sendmessage",), chat_id=201, times=1))
    await said("announce", "--file", file("ann.yaml"), "--yes")
    await bot.catch_up()
    assert json.loads((await said("outbox", "status", "--json")).out)["counts"]["uncertain"] == 1
    again = await said("outbox", "resend-uncertain")
    assert again.out == "1 uncertain messages will be sent again\n"
    await bot.catch_up()
    assert told(world, world.person(201), ANN["texts"]["en"]) == 2
    assert (await said("outbox", "resend-uncertain")).out.startswith("0 ")


@pytest.mark.usefixtures("bot")
async def test_every_act_is_in_the_log(world: World, said: Said) -> None:
    await subscribe(world, 201)
    await said("announce", "--file", file("ann.yaml", audience="en"), "--yes")
    for each in ("pause", "resume", "resend-uncertain"):
        await said("outbox", each)
    told_ = [json.loads(line) for line in (await said("audit", "--json")).out.splitlines()]
    assert [(each["actor"], each["act"]) for each in told_] == [
        (0, "announcement.confirm"),
        (0, "outbox.pause"),
        (0, "outbox.resume"),
        (0, "outbox.resend_uncertain"),
    ]
    assert told_[0]["details"]["language"] == "en"
    table = list(csv.DictReader((await said("audit", "--csv")).out.splitlines()))
    assert [each["act"] for each in table] == [each["act"] for each in told_]
    both = await said("audit", "--csv", "--json")
    assert both.code == 2


@pytest.mark.parametrize("command", ["status", "pause", "resume", "resend-uncertain"])
async def test_without_a_database_the_outbox_tells_why(
    said: Said, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite+aiosqlite:///absent/x.db")
    assert "DATABASE_URL: the folder absent does not exist" in refused(
        await said("outbox", command)
    )
