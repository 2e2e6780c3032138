"""What is asked in vain: counted without who asked, and shown to those who run the bot alone."""

import csv
import io
import json
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.questions import questions
from bot.local import Chat, Clock, Message, Person, Server, World
from bot.local.chats import JSON
from data.store import Store, StoreError
from data.store.ports import Asked
from data.unanswered import KEPT, LENGTH, WAITING, UnansweredLog, folded
from handlers.sheets import harmless
from tests import telling
from tests.telling import NOW

DAY = timedelta(days=1)
PARKING = Asked("is there parking", "en", 3, NOW, NOW)
BILET = Asked("bilet necoyedir", "az", 1, NOW, NOW)
ADMIN = 42


async def test_questions_are_counted_the_most_asked_first(store: Store) -> None:
    await store.unanswered.count([BILET, PARKING])
    later = replace(BILET, language="ru", times=3, first=NOW + DAY, last=NOW + DAY)
    await store.unanswered.count([later])
    added = replace(BILET, language="ru", times=4, last=NOW + DAY)
    assert await store.unanswered.listed(10) == [added, PARKING]
    assert await store.unanswered.listed(1) == [added]
    assert await store.unanswered.listed(5, 1) == [PARKING]
    await store.unanswered.count([])


async def test_of_those_asked_as_often_the_newest_comes_first(store: Store) -> None:
    newer = replace(BILET, times=3, last=NOW + DAY)
    other = replace(PARKING, text="a hotel")
    await store.unanswered.count([PARKING, newer, other])
    assert await store.unanswered.listed(10) == [newer, other, PARKING]


async def test_after_thirty_days_they_are_gone(store: Store) -> None:
    await store.unanswered.count([PARKING, replace(BILET, last=NOW - timedelta(seconds=1))])
    await UnansweredLog(store.unanswered).prune(NOW + KEPT)
    assert await store.unanswered.listed(10) == [PARKING]


@pytest.mark.usefixtures("store")
def test_nothing_tells_who_asked(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        columns = connection.execute("SELECT name FROM pragma_table_info('unanswered')").fetchall()
    assert {name for (name,) in columns} == {"text", "language", "times", "first_at", "last_at"}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("  Is there PARKING?! ", "is there parking"),
        ("Билет neçəyədir?", "bilet neceyedir"),
        ("what's_on", "whats on"),
        ("call +994 50 123 45 67 or 5012345", "call # or #"),
        ("25.11.2025 and 2026", "25 11 2025 and 2026"),
        ("=SUM(A1)", "sum a1"),
        ("שלום", "שלום"),
        ("?!", ""),
    ],
)
def test_a_question_is_folded(text: str, key: str) -> None:
    assert folded(text) == key


def test_a_long_question_is_cut() -> None:
    assert len(folded("ß, a " * 500)) <= LENGTH


async def test_it_is_counted_here_and_written_together(store: Store) -> None:
    log = UnansweredLog(store.unanswered)
    log.add("Is there parking?", "ru", NOW + DAY)
    log.add("is there PARKING", "en", NOW + 2 * DAY)
    log.add("?!", "en", NOW)
    assert await store.unanswered.listed(10) == []
    asked = Asked("is there parking", "en", 2, NOW + DAY, NOW + 2 * DAY)
    assert await log.listed(10) == [asked]
    await log.write()
    assert await log.listed(10) == [asked]


class Full:
    """A store whose disk is full."""

    def __init__(self) -> None:
        self.taken: list[Asked] = []
        self.broken = True

    async def count(self, asked: Iterable[Asked]) -> None:
        if self.broken:
            raise StoreError("the disk is full")
        self.taken += asked

    async def listed(self, _limit: int, _start: int = 0) -> list[Asked]:
        return self.taken

    async def prune(self, _before: datetime) -> None:
        raise AssertionError("nothing is pruned here")


async def test_they_wait_for_a_store_that_fails_but_not_without_end() -> None:
    full = Full()
    log = UnansweredLog(full)
    for n in range(WAITING + 1):
        log.add(f"question {n}", "en", NOW)
    log.add("question 0", "en", NOW)
    with pytest.raises(StoreError):
        await log.write()
    log.add("question 0", "en", NOW + DAY)
    full.broken = False
    found = await log.listed(WAITING * 2)
    assert len(found) == WAITING
    assert Asked("question 0", "en", 3, NOW, NOW + DAY) in found


# /questions


@pytest.fixture
async def staffed(
    server: Server, world: World, clock: Clock, database: Path
) -> AsyncIterator[None]:
    """The real bot with twenty questions, run by ADMIN, who has written to it before."""
    async with Store(f"sqlite+aiosqlite:///{database}") as store:
        await store.unanswered.count(
            Asked(f"{'x' * 190} {n:02}", "en", 99 - n, NOW, NOW) for n in range(20)
        )
    world.person(ADMIN, "Nigar", "az")
    async with telling.bot_on(server, clock, database, admin_ids=(ADMIN,)):
        yield


def last(chat: Chat) -> Message:
    """As the person sees it now."""
    return chat.messages[-1]


@pytest.mark.usefixtures("staffed")
async def test_staff_turn_the_pages(world: World) -> None:
    nigar = world.person(ADMIN, "Nigar", "az")
    await nigar.asks("/questions")
    page = last(nigar.chat)
    assert page.html.splitlines()[2] == f"<b>99</b> × {'x' * 190} 00 <i>(en, 20 noyabr)</i>"
    assert (page.html.count("×"), page.labels) == (15, [["➡️"]])
    for label, count, labels in (("➡️", 5, [["⬅️"]]), ("⬅️", 15, [["➡️"]])):
        await nigar.presses(label)
        await world.settled()
        page = last(nigar.chat)
        assert (page.html.count("×"), page.labels) == (count, labels)


@pytest.mark.usefixtures("staffed")
async def test_for_others_it_does_not_exist(world: World) -> None:
    leyla = world.person(7, "Leyla", "en")
    (unknown,) = await leyla.asks("/nosuchcommand")
    (refused,) = await leyla.asks("/questions")
    assert (refused.html, refused.labels) == (unknown.html, unknown.labels)
    assert "/questions" not in refused.html


async def presses(person: Person, world: World, data: str) -> tuple[JSON | None, str]:
    """The toast, and what the latest message says then; the data may be of anybody's button."""
    query = await person.presses_button(last(person.chat), {"text": "➡️", "callback_data": data})
    await world.settled()
    return query.answer, last(person.chat).html


@pytest.mark.usefixtures("staffed")
@pytest.mark.parametrize("data", ["1.u", "1.u.0", "1.u.1"])
async def test_for_others_its_buttons_do_not_exist_either(world: World, data: str) -> None:
    leyla = world.person(7, "Leyla", "en")
    await leyla.asks("/next")
    toast, shown = await presses(leyla, world, data)
    await leyla.asks("/next")
    assert (toast, shown) == await presses(leyla, world, "1.nosuchbutton")
    assert "What I can do" in shown


@pytest.mark.usefixtures("staffed")
async def test_in_a_group_it_does_not_exist_even_for_staff(world: World) -> None:
    nigar = world.person(ADMIN, "Nigar", "en")
    group = world.group("Kəlbəcərlilər", nigar)
    await nigar.invites(world.bot, group)
    assert await nigar.asks("/questions", group) == []
    (helped,) = await nigar.asks(f"/questions@{world.bot.username}", group)
    await nigar.presses_button(helped, {"text": "➡️", "callback_data": "1.u.0"})
    await world.settled()
    assert "×" not in helped.html + last(group).html


@pytest.mark.usefixtures("staffed")
async def test_what_is_asked_in_vain_is_shown_at_once(world: World) -> None:
    leyla, nigar = world.person(7, "Leyla", "en"), world.person(ADMIN, "Nigar", "en")
    for _ in range(100):
        await leyla.writes("is there parking near the stage?")
    await world.settled()
    (page,) = await nigar.asks("/questions")
    assert page.html.splitlines()[2].startswith("<b>100</b> × is there parking near the stage <i>")


def menu(world: World, chat_id: int) -> list[str]:
    found = world.profile.commands.get((("chat", chat_id), ""), [])
    return [each["command"] for each in found]


@pytest.mark.usefixtures("staffed")
async def test_the_menu_of_staff_has_it_and_no_other(world: World) -> None:
    nigar, leyla = world.person(ADMIN, "Nigar", "en"), world.person(7, "Leyla", "en")
    for person in (nigar, leyla):
        await person.asks("/language")
        await person.presses("Русский")
        await world.settled()
    assert menu(world, ADMIN)[-1] == "questions"
    assert menu(world, 7)
    public = [name for scope, found in world.profile.commands.items() for name in found]
    assert [each for each in public if each["command"] == "questions"] == [
        {"command": "questions", "description": "Вопросы без ответа"}
    ]


# the command line


@pytest.fixture
async def written(store: Store, path: Path) -> str:
    await store.unanswered.count([PARKING, BILET])
    return f"sqlite+aiosqlite:///{path}"


async def test_the_questions_are_listed(written: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert await questions(written, "text") == 0
    assert capsys.readouterr().out == (
        "     3  en  2025-11-20  is there parking\n     1  az  2025-11-20  bilet necoyedir\n"
    )


async def test_the_questions_are_exported(
    written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    at = "2025-11-20T08:00:00+00:00"
    row = {"times": 3, "text": "is there parking", "language": "en", "first": at, "last": at}
    await questions(written, "json")
    assert json.loads(capsys.readouterr().out.splitlines()[0]) == row
    await questions(written, "csv")
    found = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert found[0] == {**row, "times": "3"}
    assert len(found) == 2


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_is_no_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["1+1", "a=b", 3, ""])
def test_other_cells_stay(cell: str | int) -> None:
    assert harmless(cell) == cell
