"""What is handled, how often, and in which order."""

import asyncio
import gc
import logging
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, TypeHandler

from bot.intake import ChatOrder, Intake
from bot.wire import Wire

TOKEN = "1234567:TEST-abcdefghijklmnopqrstuvwxyz01234"
App = Application[Any, Any, Any, Any, Any, Any]


def message(update_id: int, chat: int = 5, text: str = "salam") -> dict[str, Any]:
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": 0,
            "chat": {"id": chat, "type": "private"},
            "from": {"id": chat, "is_bot": False, "first_name": "A"},
            "text": text,
        },
    }


class Book:
    """A handler that notes what it begins and ends, and waits where a gate is shut."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.gates: defaultdict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self.shut: set[int] = set()

    async def handle(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        self.begun.append(update.update_id)
        if update.update_id in self.shut:
            await self.gates[update.update_id].wait()
        if update.message and update.message.text == "fail":
            raise ValueError("as told")
        self.ended.append(update.update_id)


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
async def application(book: Book) -> App:
    wire = Wire()
    built = (
        ApplicationBuilder()
        .token(TOKEN)
        .request(wire)
        .get_updates_request(Wire())
        .updater(None)
        .concurrent_updates(ChatOrder(at_once=3))
        .build()
    )
    built.add_handler(TypeHandler(Update, book.handle))
    built._initialized = True  # without its getMe: nothing here leaves the process
    return built


@pytest.fixture
def intake(application: App) -> Intake:
    return Intake(application, remembered=3)


async def turns(count: int = 10) -> None:
    """Lets the others run as far as they get."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_take_returns_once_the_update_is_handled(intake: Intake, book: Book) -> None:
    book.shut = {1}
    taking = asyncio.create_task(intake.take(message(1)))
    await turns()
    assert (book.begun, taking.done()) == ([1], False)
    book.gates[1].set()
    await taking
    assert book.ended == [1]


async def test_the_same_update_later_is_not_handled_again(intake: Intake, book: Book) -> None:
    for _ in range(3):
        await intake.take(message(1))
    assert (book.ended, intake.repeated) == ([1], 2)


async def test_the_same_update_meanwhile_waits_for_the_first(intake: Intake, book: Book) -> None:
    book.shut = {1}
    twice = [asyncio.create_task(intake.take(message(1))) for _ in range(2)]
    await turns()
    assert not any(task.done() for task in twice)
    book.gates[1].set()
    await asyncio.gather(*twice)
    assert book.ended == [1]


async def test_when_the_first_is_cancelled_the_repeat_handles_it(
    intake: Intake, book: Book
) -> None:
    book.shut = {1}
    first, second = (asyncio.create_task(intake.take(message(1))) for _ in range(2))
    await turns()
    first.cancel()
    book.shut.clear()
    await second
    assert (first.cancelled(), book.ended) == (True, [1])


async def test_only_the_latest_ids_are_remembered(intake: Intake, book: Book) -> None:
    for update_id in (1, 2, 3, 4, 2, 1):
        await intake.take(message(update_id))
    assert book.ended == [1, 2, 3, 4, 1]


async def test_one_chat_keeps_its_order_and_others_do_not_wait(intake: Intake, book: Book) -> None:
    book.shut = {1}
    updates = [message(1, 5), message(2, 5), message(3, 6), message(4, 5), message(5, 7)]
    tasks = [asyncio.create_task(intake.take(update)) for update in updates]
    await turns(20)
    assert (book.begun, book.ended) == ([1, 3, 5], [3, 5])
    book.gates[1].set()
    await asyncio.gather(*tasks)
    assert book.ended == [3, 5, 1, 2, 4]


async def test_one_busy_chat_does_not_take_all_places(intake: Intake, book: Book) -> None:
    book.shut = {1}
    busy = [asyncio.create_task(intake.take(message(n, 5))) for n in range(1, 20)]
    await turns()
    await intake.take(message(50, 6))
    assert book.ended == [50]
    book.gates[1].set()
    await asyncio.gather(*busy)


async def test_no_more_run_at_once_than_there_are_places(intake: Intake, book: Book) -> None:
    book.shut = set(range(1, 7))
    tasks = [asyncio.create_task(intake.take(message(n, n))) for n in range(1, 7)]
    await turns(20)
    assert book.begun == [1, 2, 3]
    for update_id in book.shut:
        book.gates[update_id].set()
    await asyncio.gather(*tasks)
    assert len(book.ended) == 6


async def test_an_idle_chat_is_forgotten(intake: Intake, application: App) -> None:
    for n in range(1, 50):
        await intake.take(message(n, n))
    gc.collect()
    order = application.update_processor
    assert isinstance(order, ChatOrder)
    assert len(order._turns) == 0


async def test_one_cancelled_in_the_queue_is_not_handled_and_may_come_again(
    intake: Intake, book: Book
) -> None:
    book.shut = {1}
    first, second = (asyncio.create_task(intake.take(message(n))) for n in (1, 2))
    await turns()
    second.cancel()
    await turns()
    book.gates[1].set()
    await first
    assert book.ended == [1]
    await intake.take(message(2))
    assert book.ended == [1, 2]


async def test_a_handler_that_fails_is_handled(
    intake: Intake, book: Book, caplog: pytest.LogCaptureFixture
) -> None:
    await intake.take(message(1, text="fail"))
    await intake.take(message(1, text="fail"))
    assert (book.begun, intake.repeated) == ([1], 1)
    assert "as told" in caplog.text


async def test_what_fails_outside_the_handlers_does_not_escape(
    intake: Intake, application: App, caplog: pytest.LogCaptureFixture
) -> None:
    application._initialized = False
    await intake.take(message(7))
    assert "update 7 failed outside its handlers" in caplog.text


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        "update",
        {},
        {"update_id": "1"},
        {"update_id": True},
        {"update_id": 1, "message": {}},
        {"update_id": 1, "message": "secret words"},
        {"update_id": 1, "message": {**message(1)["message"], "date": "secret words"}},
    ],
)
async def test_a_malformed_update_is_counted_and_not_shown(
    intake: Intake, book: Book, caplog: pytest.LogCaptureFixture, raw: object
) -> None:
    with caplog.at_level(logging.DEBUG, "bot"):
        await intake.take(raw)
    assert (intake.malformed, book.begun) == (1, [])
    assert "malformed update" in caplog.text
    assert "secret words" not in caplog.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["update_id", "message", "chat", "id", "text", "callback_query", "date"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(raw=JSON)
@settings(max_examples=150, deadline=None)
def test_nothing_that_is_json_escapes(raw: object) -> None:
    async def run() -> None:
        built = (
            ApplicationBuilder()
            .token(TOKEN)
            .request(Wire())
            .get_updates_request(Wire())
            .updater(None)
            .concurrent_updates(ChatOrder())
            .build()
        )
        await Intake(built).take(raw)

    logging.disable(logging.CRITICAL)
    try:
        asyncio.run(run())
    finally:
        logging.disable(logging.NOTSET)
