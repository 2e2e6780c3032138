"""/stats: what is counted, that it tells of nobody, and the picture of it."""

import asyncio
import datetime as dt
import io
import json
import subprocess
import sys
import warnings
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import inspect

import locales
from bot.app import App, build
from bot.drawing import PAPER, draw
from bot.local import Clock, Message, Person, Server, World
from bot.pictures import Painter
from bot.posting import counted
from data.model.counts import Crowd, What, total
from data.model.deliveries import Delivery, Verdict
from data.model.outbox import STATUSES
from data.model.plots import Plot
from data.model.subscriptions import Address, Subscription
from data.store import Store, StoreError
from data.store.ports import Subscriber
from data.tally import Tally
from handlers.diagrams import DAYS, plot, since
from handlers.pacing import Departure
from handlers.stats import TOPICS, _status, _summary
from tests.telling import NOW
from tests.test_announcing import does, settings

SPEAKERS = locales.load()
OWNER, VIEWER, NOBODY = 101, 103, 104
TODAY = dt.date(2025, 11, 20)
DAY = dt.timedelta(days=1)
ROOT = Path(__file__).parents[1]


@pytest.fixture
async def store(address: str) -> AsyncIterator[Store]:
    async with Store(address) as opened:
        yield opened


@pytest.fixture
async def bot(server: Server, clock: Clock, database: Path) -> AsyncIterator[App]:
    app = build(settings(server, database), now=clock)
    await app.start()
    clock.subscribe(app.catch_up)
    yield app
    await app.stop()


# -- counting


async def test_counts_add_up_day_by_day_whoever_counts(store: Store) -> None:
    today = [TODAY]
    one, other = (Tally(store.census, lambda: today[0]) for _ in range(2))
    for tally in (one, one, other):
        tally.add("questions")
    one.add("unanswered")
    await one.write()
    await other.write()
    today[0] += DAY
    one.add("questions")
    days = await one.since(TODAY)
    assert days == {
        TODAY: {"questions": 3, "unanswered": 1},
        TODAY + DAY: {"questions": 1},
    }
    assert await one.since(TODAY + DAY) == {TODAY + DAY: {"questions": 1}}
    assert total(days, "questions", TODAY) == 4
    assert total(days, "questions", TODAY + DAY) == 1
    assert total(days, "sent", TODAY) == 0


async def test_what_the_store_does_not_take_waits(store: Store) -> None:
    tally = Tally(store.census, lambda: TODAY)
    tally.add("questions")
    census = store.census

    class Broken:
        async def add(self, _day: dt.date, _counts: Mapping[What, int]) -> None:
            raise StoreError("full")

    tally._census = Broken()  # type: ignore[assignment] # only what is asked of it
    for _ in range(2):
        with pytest.raises(StoreError):
            await tally.write()
    tally.add("questions")
    tally._census = census
    assert await tally.since(TODAY) == {TODAY: {"questions": 2}}


async def test_nothing_is_written_while_nothing_happens(store: Store) -> None:
    tally = Tally(store.census, lambda: TODAY)
    await tally.write()
    assert await tally.since(TODAY) == {}


async def test_the_counts_have_no_column_for_a_person(store: Store) -> None:
    async with store._database.reading() as connection:
        columns = await connection.run_sync(lambda each: inspect(each).get_columns("daily"))
    assert [each["name"] for each in columns] == ["day", "what", "count"]


async def follow(store: Store, chat_id: int, *topics: str, language: str = "en") -> None:
    who = Subscriber(Address(chat_id), "private", language)
    for topic in topics:
        await store.subscriptions.follow(who, Subscription(topic, ("1d", "7d")), NOW)


async def test_all_chats_are_counted_and_the_subscribers_noted(store: Store) -> None:
    await follow(store, 1, "lachin", "shusha")
    await follow(store, 2, "lachin")
    await follow(store, 3, "lachin", language="az")
    await store.chats.set_active(3, active=False, now=NOW)
    await store.chats.set_language(4, "private", "en", NOW)  # /start is not a subscription
    await store.chats.set_language(-5, "group", "ru", NOW)
    usual = await store.chats.preferences(2)
    await store.chats.set_preferences(2, replace(usual, announcements=False), NOW)
    tally = Tally(store.census, lambda: TODAY)
    assert await tally.crowds() == [
        Crowd("private", "en", True, True, 2),
        Crowd("group", "ru", True, False, 1),
        Crowd("private", "az", False, True, 1),
        Crowd("private", "en", True, False, 1),
    ]
    assert await tally.topics() == {"lachin": 3, "shusha": 1}
    assert await tally.since(TODAY) == {TODAY: {"subscribers": 2}}
    await store.subscriptions.stop(Address(1), NOW)
    await tally.note_subscribers()
    assert await tally.since(TODAY) == {TODAY: {"subscribers": 1}}


@pytest.mark.parametrize(
    ("verdict", "what"),
    [
        ("delivered", "sent"),
        ("gone", "blocked"),
        ("refused", "failed"),
        ("unknown", "uncertain"),
        ("flood", None),
        ("not_sent", None),
        ("moved", None),
    ],
)
async def test_what_becomes_of_messages_is_counted_once_it_is_final(
    store: Store, verdict: Verdict, what: What | None
) -> None:
    async def deliver(*_call: object) -> Delivery:
        return Delivery(verdict)

    tally = Tally(store.census, lambda: TODAY)
    post, leaves = counted(deliver, tally), Departure(0).leave
    assert (await post("sendMessage", b"{}", leaves)).verdict == verdict
    await post("editMessageText", b"{}", leaves)
    await post("deleteMessage", b"{}", leaves)
    assert await tally.since(TODAY) == ({TODAY: {what: 1}} if what else {})


# -- the picture


def shown(language: str) -> Plot:
    """A month in which everything happened."""
    days: dict[dt.date, Mapping[What, int]] = {
        since(TODAY, ago): {
            "subscribers": 1000 + 10 * ago,
            "questions": 50 + ago,
            "unanswered": ago,
            "sent": 400 * ago,
            "blocked": 3 * ago,
            "failed": ago,
            "uncertain": 1,
        }
        for ago in range(1, DAYS - 4)
    }
    return plot(SPEAKERS[language], days, TODAY)


def test_of_days_before_the_first_count_nobody_knows_the_subscribers() -> None:
    made = shown("en")
    subscribers, questions, messages = made.panels
    assert len(made.days) == DAYS
    assert made.title == "Statistics: 22 October – 20 November 2025"
    assert made.days[-1] == "20 Nov"
    assert subscribers.series[0].values[:5] == (None,) * 5
    assert subscribers.series[0].values[-1] == 1010
    assert [each.values[-1] for each in questions.series] == [50, 1]
    assert [each.values[0] for each in messages.series] == [0, 0, 0, 0]
    assert all(len(each.values) == DAYS for panel in made.panels for each in panel.series)


@pytest.mark.parametrize("language", ["az", "en", "ru"])
async def test_the_picture_is_one(language: str) -> None:
    picture = await Painter().picture(shown(language))
    assert picture is not None
    with Image.open(io.BytesIO(picture)) as image:
        assert image.format == "PNG"
        assert image.size == (960, 1116)
        dots = np.asarray(image.convert("RGB"))
    paper = np.array([int(PAPER[at : at + 2], 16) for at in (1, 3, 5)])
    inked = (dots != paper).any(axis=2)
    assert len(picture) < 200_000
    for part in np.array_split(inked, 3):  # no panel is blank
        assert 0.03 < part.mean() < 0.7


def test_every_letter_of_our_languages_can_be_drawn() -> None:
    letters = "AƏaəIıİiĞğŞşÇçÖöÜüXxQq АЯаяЁёЪъ “” «» – · №"
    made = asdict(shown("az"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of a letter that its font lacks
        assert draw({**made, "title": letters})


def test_a_month_in_which_nothing_happened_can_be_drawn() -> None:
    assert draw(asdict(plot(SPEAKERS["en"], {}, TODAY)))


@pytest.mark.parametrize(
    ("command", "patience"),
    [
        (("/no/such/program",), 30.0),
        ((sys.executable, "-c", "raise SystemExit('no font')"), 30.0),
        ((sys.executable, "-c", "import time; time.sleep(600)"), 0.01),
        ((sys.executable, "-c", ""), 30.0),
    ],
    ids=["absent", "fails", "hangs", "empty"],
)
async def test_where_no_picture_can_be_made_there_is_none(
    command: tuple[str, ...], patience: float
) -> None:
    assert await Painter(command, patience).picture(shown("en")) is None


async def test_the_bot_itself_does_without_matplotlib() -> None:
    program = (
        "import sys, bot.__main__, bot.app, handlers.features\n"
        "print([each for each in ('matplotlib', 'numpy', 'PIL') if each in sys.modules])\n"
    )
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


# -- the command


def of_bot(world: World, person: Person) -> list[Message]:
    return [each for each in person.chat.messages if each.sender == world.bot]


@pytest.mark.usefixtures("bot")
async def test_a_viewer_reads_them_and_nobody_else(world: World) -> None:
    owner, viewer, nobody = (world.person(each, "Ali", "en") for each in (101, 103, 104))
    await does(world, owner, f"/roles {VIEWER} viewer")
    for person in (viewer, nobody):
        await does(world, person, "/stats")
    assert "Statistics:" in of_bot(world, viewer)[-1].html
    assert "photo" in of_bot(world, viewer)[-1].content
    assert not [each for each in of_bot(world, nobody) if "Statistics" in each.html]
    assert "/stats" not in json.dumps([each.html for each in of_bot(world, nobody)])


async def test_without_a_picture_the_numbers_are_told(bot: App, world: World) -> None:
    painter = Painter(("/no/such/program",))
    bot.services.__dict__["picture"] = painter.picture
    owner = world.person(OWNER, "Leyla", "en")
    await does(world, owner, "/stats", "/admin", "[📊 Statistics]")
    told = [each for each in of_bot(world, owner) if each.html.startswith("<b>Statistics</b>")]
    assert len(told) == 2
    assert "Questions: 0 · 0 · 0" in told[-1].html
    assert not [each for each in of_bot(world, owner) if "photo" in each.content]


async def test_the_most_followed_are_listed_and_what_is_gone_keeps_its_id(
    bot: App, world: World
) -> None:
    store = bot._store
    gone = [f"gone-{number:02}" for number in range(TOPICS + 2)]
    await follow(store, 7, *gone)
    await follow(store, 8, "lachin", "shusha")
    await follow(store, 9, "lachin")
    owner = world.person(OWNER, "Leyla", "en")
    await does(world, owner, "/stats")
    numbers = of_bot(world, owner)[-2].html.splitlines()
    assert numbers.index("Lachin: 2") < numbers.index("gone-00: 1")
    assert "gone-09: 1" not in numbers
    assert "and 4 more" in numbers


@pytest.mark.parametrize("language", ["az", "en", "ru"])
def test_all_states_have_names(language: str) -> None:
    names = [_status(SPEAKERS[language], each) for each in STATUSES]
    assert len(set(names)) == len(STATUSES)


def test_captions_fit_under_a_photo() -> None:
    """Telegram takes 1024 letters; the largest numbers in the longest language."""
    many: dict[What, int] = dict.fromkeys(
        ("subscribers", "questions", "unanswered", "sent", "blocked", "failed", "uncertain"),
        999_999_999,
    )
    told: list[Any] = [
        "\n".join(_summary(speaker, {TODAY: many}, TODAY)) for speaker in SPEAKERS.values()
    ]
    assert max(map(len, told)) < 900
