"""What was sent is what was planned, each once, however often the sender dies in between."""

import asyncio
import datetime as dt
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from data.model.deliveries import Delivery
from handlers import dispatch, outbox
from tests.postoffice import office

T = TypeVar("T")
TROUBLES = (
    Delivery("gone", error="blocked"),
    Delivery("refused", error="no"),
    Delivery("unknown", error="cut"),
    Delivery("flood", retry_after=1),
    Delivery("not_sent", error="refused"),
    Delivery("broken", error="Bad Gateway"),
)


class Crashes(RuleBasedStateMachine):
    """People, announcements, troubles, crashes and time in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.open = AsyncExitStack()
        self.people: set[int] = set()
        self.planned: set[tuple[str, int]] = set()
        self.mailings: dict[str, int] = {}

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize(many=st.integers(5, 60))
    def begin(self, many: int) -> None:
        self.folder = tempfile.TemporaryDirectory()
        address = f"sqlite+aiosqlite:///{self.folder.name}/office.db"
        self.office = self.do(self.open.enter_async_context(office(address)))
        self.join(many)

    @rule(many=st.integers(1, 40))
    def join(self, many: int) -> None:
        new = set(range(len(self.people) + 1, len(self.people) + many + 1))
        self.people |= new
        self.do(self.office.people(new))

    @rule()
    def announce(self) -> None:
        key = f"news {len(self.mailings)}"
        gone = {chat for chat in self.people if not self._active(chat)}
        self.mailings[key] = self.do(self.office.announce(key))
        self.planned |= {(f"{key} en", chat) for chat in self.people - gone}

    @rule(chat=st.integers(1, 60), trouble=st.sampled_from(TROUBLES))
    def trouble(self, chat: int, trouble: Delivery) -> None:
        self.office.telegram.answers[chat].append(trouble)

    @rule(chat=st.integers(1, 60))
    def lose_the_answer(self, chat: int) -> None:
        self.office.telegram.loses.add(chat)

    @precondition(lambda self: self.mailings)
    @rule(after=st.integers(1, 50))
    def crash(self, after: int) -> None:
        self.do(self.office.crash(after))
        self.check()

    @rule(seconds=st.integers(1, 100))
    def wait(self, seconds: int) -> None:
        self.office.now += dt.timedelta(seconds=seconds)

    @rule()
    def send(self) -> None:
        self.do(self.office.send())
        self.check()

    def check(self) -> None:
        arrived = self.office.telegram.arrived
        assert not arrived or max(arrived.values()) == 1
        assert arrived.keys() <= self.planned

    def teardown(self) -> None:
        if not hasattr(self, "office"):
            self.runner.close()
            return
        for _ in range(60):  # troubles that are still to come, each a pause
            self.office.now += dt.timedelta(seconds=40)
            if "pending" not in self.do(self.office.send()):
                break
        self.check()
        self._balance()
        self.do(self.open.aclose())
        self.runner.close()
        self.folder.cleanup()

    def _balance(self) -> None:
        """Each planned letter is there once, in a state that is true."""
        found = {}
        for key, number in self.mailings.items():
            for chat, status in self.do(self._letters(number)):
                found[f"{key} en", chat] = status
        assert found.keys() == self.planned
        for letter, status in found.items():
            if self.office.telegram.arrived[letter]:
                assert status in ("sent", "uncertain")
            else:
                assert status in ("failed", "uncertain", "cancelled")

    async def _letters(self, number: int) -> list[tuple[int, str]]:
        letters = self.office.store.mailings.letters(number)
        return [(each.address.chat_id, each.status) async for each in letters]

    def _active(self, chat: int) -> bool:
        return bool(self.do(self.office.store.chats.everything(chat))["active"])


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for a clock; who dies holds the door no longer."""
    monkeypatch.setattr(dispatch, "SPACING", 0.0)
    monkeypatch.setattr(dispatch, "BACK_OFF", (0.001,))
    monkeypatch.setattr(dispatch, "MOMENT", -0.999)
    monkeypatch.setattr(outbox, "HOLD", dt.timedelta())
    monkeypatch.setattr("bot.leader.HOLD", dt.timedelta())
    monkeypatch.setattr("bot.leader.TRY", 0.002)


def test_sent_is_what_was_planned_each_once() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    quick = settings(max_examples=15, stateful_step_count=15, deadline=None)
    run_state_machine_as_test(Crashes, settings=quick)
