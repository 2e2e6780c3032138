"""The only door for messages that nobody asked for.

One turn, every few milliseconds: a transaction writes down what has become of letters and marks
the next ones as ``sending``; only then they leave. So a crash leaves in doubt what was on its way
at that moment, and nothing else.
"""

import asyncio
import datetime as dt
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from data.model.outbox import Letter, Outcome, Recipient, Urgency, Words
from data.store.errors import StoreError
from data.store.post import Claim, LostLeadError, Outbox
from handlers.dispatch import SPACING, Dispatch, Parcel
from handlers.wording import Wording

log = logging.getLogger(__name__)

Now = Callable[[], dt.datetime]

HOLD = dt.timedelta(seconds=1.5)
"""How long the door stays held after the last turn, should this process die."""
TURN = 0.008
"""Seconds between two turns at least: what a transaction costs is shared by what it carries."""
IDLE = 0.2
"""Seconds between two turns while there is nothing to send."""
TROUBLE = 1.0
"""Seconds to wait when the store does not answer."""


class Sender:
    """Sends what is in the outbox, while this process holds the door."""

    def __init__(self, outbox: Outbox, wording: Wording, dispatch: Dispatch) -> None:
        self._outbox = outbox
        self._wording = wording
        self._dispatch = dispatch
        self._news = asyncio.Event()
        self._proven: set[Words] = set()
        self._trial: dict[Words, float] = {}
        self._held = False

    def nudge(self) -> None:
        """There are new letters."""
        self._held = False
        self._news.set()

    async def send(self, epoch: int, now: Now) -> None:
        """Until it is cancelled, which finishes what is under way.

        Raises LostLeadError when another process has taken the door.
        """
        self._dispatch.take_over()
        self._trial.clear()  # who took the door meanwhile has told what became of it
        try:
            while True:
                began = time.monotonic()
                self._news.clear()
                if await self._turn(epoch, now(), self._dispatch.room):
                    await asyncio.sleep(began + TURN - time.monotonic())
                else:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._news.wait(), IDLE)
        finally:
            await self._finish(epoch, now)

    async def _turn(self, epoch: int, now: dt.datetime, room: int) -> bool:
        """Whether there was anything to do."""
        try:
            await self._tell_trouble()
            letters = await self._take(epoch, now, room)
        except StoreError as error:
            log.error("the outbox stands still: %s", error)
            await asyncio.sleep(TROUBLE)
            return True
        waiting = deque(letters)
        try:
            while waiting:
                await self._word(waiting[0], now)
                waiting.popleft()
        finally:
            self._give_back(waiting)
        self._dispatch.release()
        return bool(letters) or self._dispatch.busy

    async def _take(self, epoch: int, now: dt.datetime, room: int) -> Sequence[Letter]:
        """Cancelled in the middle, it goes on to its end; what it has taken is given back."""
        outcomes = [self._learned(each) for each in self._dispatch.collect()]
        judge = partial(self._judge, now)
        if self._held and not outcomes:  # all wait for one: no need to look at them again
            room = 0
        claim = Claim(epoch, now, HOLD, room, judge, self._proven, self._trial)
        turn = asyncio.create_task(self._carry_out(claim, outcomes))
        try:
            letters = await asyncio.shield(turn)
        except asyncio.CancelledError:
            with suppress(StoreError, LostLeadError):
                self._give_back(await turn)
            raise
        if room:
            self._held = bool(self._trial) and not letters
        for letter in letters:
            if letter.words not in self._proven:
                self._trial[letter.words] = time.monotonic()
        return letters

    async def _carry_out(self, claim: Claim, outcomes: Sequence[Outcome]) -> Sequence[Letter]:
        try:
            return await self._outbox.turn(claim, outcomes)
        except StoreError:
            for outcome in outcomes:  # they are written down with the next ones
                self._dispatch.settle(outcome)
            raise

    def _give_back(self, letters: Iterable[Letter]) -> None:
        for letter in letters:
            self._dispatch.settle(self._dispatch.later(letter, 0))

    def _learned(self, outcome: Outcome) -> Outcome:
        """Words are proven once Telegram has taken a letter with them: till then one at a time
        leaves, so that words which nobody can get stop at the first recipient. Afterwards, where
        one is refused for its words, something is odd about that chat and not about the words."""
        words = outcome.letter.words
        if words in self._trial:
            self._dispatch.make_up(time.monotonic() - self._trial.pop(words))
        if outcome.status == "sent":
            self._proven.add(words)
        odd = outcome.unreadable and words in self._proven
        return replace(outcome, unreadable=False) if odd else outcome

    async def _tell_trouble(self) -> None:
        """To the other processes, and to those who look at the outbox."""
        flooded, self._dispatch.flooded = self._dispatch.flooded, None
        if flooded:
            await self._outbox.flood(flooded)
        locked_out, self._dispatch.locked_out = self._dispatch.locked_out, ""
        if locked_out:
            await self._outbox.pause(locked_out)

    def _judge(self, now: dt.datetime, letter: Letter) -> Outcome | None:
        """What becomes of a letter instead of leaving. Runs beside the loop, so it only reads."""
        who = letter.recipient
        if letter.expires <= now:
            return Outcome(letter, "expired")
        if who is None or not who.active:
            return Outcome(letter, "cancelled", error="the chat is not there any more")
        announced = letter.mailing.urgency is Urgency.ANNOUNCEMENT
        if announced and not who.preferences.announcements:
            return Outcome(letter, "cancelled", error="the chat wants no announcements")
        quiet = who.preferences.quiet_until(now)
        if quiet and quiet < letter.expires and letter.message_id is None:
            return Outcome(letter, "pending", again=quiet, counted=False)
        wait = self._dispatch.wait(letter.address.chat_id)
        return self._dispatch.later(letter, wait) if wait > SPACING else None

    async def _word(self, letter: Letter, now: dt.datetime) -> None:
        who = letter.recipient
        assert who is not None  # noqa: S101 - judged above
        try:
            draft = await self._wording.of(letter, who, now)
        except Exception:  # one that cannot be worded holds up no other
            log.exception("there are no words for %s", letter.mailing.key)
            outcome = Outcome(letter, "failed", error="no words", unreadable=True)
            self._dispatch.settle(outcome)
            return
        if draft is None:
            self._dispatch.settle(Outcome(letter, "cancelled", error="nothing to tell any more"))
        else:
            self._dispatch.put(Parcel(letter, draft, _silent(who, now)))

    async def _finish(self, epoch: int, now: Now) -> None:
        """Also after the door is lost: what has been sent is the truth."""
        await self._dispatch.finish()
        claim = Claim(epoch, now(), HOLD, 0, partial(self._judge, now()))
        outcomes = [self._learned(each) for each in self._dispatch.collect()]
        try:
            await self._outbox.turn(claim, outcomes)
            await self._outbox.retire(epoch)
        except (LostLeadError, StoreError) as error:
            log.warning("the outbox was left: %s", error)


def _silent(who: Recipient, now: dt.datetime) -> bool:
    """In quiet hours only what could not wait is told, and without a sound."""
    return who.preferences.silent or who.preferences.quiet_until(now) is not None
