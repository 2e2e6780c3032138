"""Letters on their way: at the pace that Telegram allows, and no more at once than is useful."""

import asyncio
import datetime as dt
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from data.model.deliveries import Delivery, Verdict
from data.model.outbox import Letter, Outcome, settled
from handlers.notices import Deliver, Draft
from handlers.pacing import Breadth, Chats, Departure, Pace

log = logging.getLogger(__name__)

SPACING = 1.0
"""Seconds between two messages to one chat."""
MOST_CALLS = 512
AHEAD = 0.02
"""Seconds' worth of letters that are marked before they leave."""
MOST_AHEAD = 256
BACK_OFF = (0.5, 1, 2, 4, 8, 16, 30)
"""Seconds to wait when Telegram cannot be reached."""
AGAIN = (1, 4, 15, 60)
"""Seconds between the tries of a letter that Telegram fails at; then it has failed."""
MANY = (4, 8)
"""So many refusals among so many answers are meant for all of us, and not for single chats."""
MOMENT = 0.05
"""Seconds more than Telegram told us to wait."""


@dataclass(frozen=True, eq=False)
class Parcel:
    """A letter with its words, ready to leave."""

    letter: Letter
    draft: Draft
    silent: bool


class Dispatch:
    """``pace`` is shared with the answers to people; ``now`` is the clock of the letters."""

    def __init__(self, deliver: Deliver, pace: Pace, now: Callable[[], dt.datetime]) -> None:
        self._deliver = deliver
        self._now = now
        self._pace, rate = pace, pace.rate
        self._chats = Chats(SPACING)
        self._breadth = None if rate else Breadth(MOST_CALLS)
        self._ahead = round(rate * AHEAD) + 1 if rate else MOST_AHEAD
        self._ready: deque[Parcel] = deque()
        self._waiting: dict[Parcel, asyncio.TimerHandle] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._outcomes: list[Outcome] = []
        self._recent: deque[Verdict] = deque(maxlen=MANY[1])
        self._failures = 0
        self.flooded: dt.datetime | None = None
        """Until when Telegram wants nothing from us at all."""
        self.locked_out = ""
        """Why nothing can be sent before somebody mends it."""

    @property
    def busy(self) -> bool:
        """Something is on its way, or has just come back."""
        return bool(self._calls or self._outcomes or self._ready)

    @property
    def room(self) -> int:
        """How many more letters are wanted now."""
        if self.locked_out or self._pace.is_stopped(time.monotonic()):
            return 0
        free = self._most_calls - len(self._calls)
        return max(0, min(self._ahead, free + self._ahead // 2) - len(self._ready))

    @property
    def _most_calls(self) -> int:
        """Where there is a rate, it and the latency set how many there are."""
        return self._breadth.calls if self._breadth else MOST_CALLS

    def take_over(self) -> None:
        """The door, that another process may have held until now."""
        self._pace.take_over(time.monotonic())

    def make_up(self, seconds: float) -> None:
        """For so long others waited for a letter that went ahead."""
        self._pace.make_up(seconds)

    def wait(self, chat_id: int) -> float:
        """Seconds until the chat may be written to; asked for beside the loop, too."""
        return self._chats.wait(chat_id, time.monotonic())

    def put(self, parcel: Parcel) -> None:
        """Leaves as soon as its chat may be written to and the pace allows; where Telegram has
        just told that chat to wait for longer, it goes back."""
        now, chat = time.monotonic(), parcel.letter.address.chat_id
        wait = max(0.0, self._chats.wait(chat, now))
        if wait > SPACING:
            self.settle(self.later(parcel.letter, wait))
            return
        self._chats.spend(chat, now + wait)
        if wait:
            loop = asyncio.get_running_loop()
            self._waiting[parcel] = loop.call_later(wait, self._let_go, parcel)
        else:
            self._ready.append(parcel)

    def release(self) -> None:
        """Let leave what may leave now."""
        while self._ready and len(self._calls) < self._most_calls:
            now = time.monotonic()
            wait = self._pace.wait(now)
            if wait > 0:
                self._wake_in(wait)
                return
            departure = self._pace.spend(now)
            call = asyncio.create_task(self._send(self._ready.popleft(), departure))
            self._calls.add(call)
            call.add_done_callback(self._sent)

    def settle(self, outcome: Outcome) -> None:
        """To be written down with the others."""
        self._outcomes.append(outcome)

    def collect(self) -> list[Outcome]:
        """What is to be written down, once."""
        outcomes, self._outcomes = self._outcomes, []
        return outcomes

    def recall(self) -> None:
        """What has not left stays here."""
        held = [*self._ready, *self._waiting]
        for timer in self._waiting.values():
            timer.cancel()
        self._ready.clear()
        self._waiting.clear()
        self._outcomes += [self.later(parcel.letter, 0) for parcel in held]

    async def finish(self) -> None:
        """Recall what has not left, and wait for what has."""
        self.recall()
        if self._calls:
            await asyncio.wait(self._calls)

    def later(self, letter: Letter, seconds: float, error: str = "") -> Outcome:
        """It is to be tried again after so long; that counts as no attempt."""
        again = self._now() + dt.timedelta(seconds=seconds)
        return Outcome(letter, "pending", error=error, again=again, counted=False)

    def _let_go(self, parcel: Parcel) -> None:
        del self._waiting[parcel]
        self._ready.append(parcel)
        self.release()

    def _wake_in(self, seconds: float) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(seconds, self._awake)

    def _awake(self) -> None:
        self._timer = None
        self.release()

    def _sent(self, call: asyncio.Task[None]) -> None:
        self._calls.discard(call)
        self.release()

    async def _send(self, parcel: Parcel, departure: Departure) -> None:
        began = time.monotonic()
        letter, draft = parcel.letter, parcel.draft
        try:
            body = draft.to(letter, parcel.silent)
            delivery = await self._deliver(draft.method, body, departure.leave)
        except Exception as error:  # nobody knows how far it came
            log.exception("letter %d", letter.id)
            delivery = Delivery("unknown", error=type(error).__name__)
        if self._breadth:
            self._breadth.learn(time.monotonic() - began)
        self._recent.append(delivery.verdict)
        if delivery.verdict not in ("not_sent", "broken"):
            self._failures = 0
        self._outcomes.append(self._outcome(letter, delivery))

    def _outcome(self, letter: Letter, delivery: Delivery) -> Outcome:
        match delivery.verdict:
            case "flood":
                return self._after_flood(letter, delivery)
            case "not_sent":
                return self._after_failure(letter, delivery.error)
            case "broken":
                return self._after_break(letter, delivery.error)
            case "locked_out":
                return self._after_lock_out(letter, delivery.error)
            case _:
                return settled(letter, delivery, self._now())

    def _after_lock_out(self, letter: Letter, error: str) -> Outcome:
        self.locked_out = f"Telegram does not let the bot in: {error}"
        log.critical("nothing is sent any more: %s", error)
        self.recall()
        return self.later(letter, 0, error)

    def _after_flood(self, letter: Letter, delivery: Delivery) -> Outcome:
        """That chat waits; all wait where it happens to many."""
        seconds, now = delivery.retry_after + MOMENT, time.monotonic()
        self._chats.stop(letter.address.chat_id, now + seconds)
        if self._are_many("flood"):
            self._recent.clear()
            self._pace.stop(now + seconds)
            self.flooded = self._now() + dt.timedelta(seconds=seconds)
            log.warning("Telegram wants nothing for %d s", delivery.retry_after)
        return self.later(letter, seconds, delivery.error)

    def _after_failure(self, letter: Letter, error: str) -> Outcome:
        """The others would not get through either."""
        pause = BACK_OFF[min(self._failures // 8, len(BACK_OFF) - 1)]
        self._failures += 1
        self._pace.stop(time.monotonic() + pause)
        return self.later(letter, pause, error)

    def _after_break(self, letter: Letter, error: str) -> Outcome:
        """A letter has so many tries, unless Telegram fails at all of them."""
        if self._are_many("broken"):
            return self._after_failure(letter, error)
        if letter.attempts >= len(AGAIN):
            return Outcome(letter, "failed", error=error)
        again = self._now() + dt.timedelta(seconds=AGAIN[letter.attempts])
        return Outcome(letter, "pending", error=error, again=again)

    def _are_many(self, verdict: Verdict) -> bool:
        return self._recent.count(verdict) >= MANY[0]
