"""How fast messages may leave. All times are seconds of one monotonic clock."""

import asyncio
import time
from collections import defaultdict, deque

WINDOW = 1.012
"""A second and some room for the network: what leaves evenly may arrive a little bunched."""
CATCH_UP = 0.025
"""How much of a delay of ours is made up for afterwards, at once."""
MAKE_UP, HASTE = 0.3, 1.3
"""How much of a wait that we chose is made up for, at most, and how much faster than evenly."""
BREATH = 0.15
"""Seconds for which who takes over sends nothing, lest two catch up within one second."""
IN_A_ROW = 4
"""Answers to people that leave before one of what nobody asked for, where both wait."""
LONGEST = 0.4
"""Seconds after which an answer leaves whatever the pace: late it is worth less than refused."""
GLANCE = 0.005
"""Seconds after which one side looks again whether the other has taken the place left to it."""
GROUP_LIMIT, GROUP_WINDOW = 20, 60.0
FEW, QUEUE = 32, 64
"""Calls at once: at least, and how many of them may queue."""
ROUND, ROUNDS = 32, 512
"""Calls that are looked at together; so many rounds until the quickest is measured anew."""
KEPT = 10_000
"""Chats after which those are looked for that need not be remembered any more."""


class Departure:
    """When a message left: as soon as it is let go, or later where it was held up."""

    __slots__ = ("at",)

    def __init__(self, at: float) -> None:
        self.at = at

    def leave(self) -> None:
        """Now it does."""
        self.at = time.monotonic()


class Pace:
    """At most ``rate`` a second in any second; no limit when it is 0.

    What nobody asked for leaves evenly: it waits, and is spent. Answers to people come before it.
    """

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._interval = WINDOW / rate if rate else 0.0
        self._glance = min(self._interval, GLANCE)
        never = Departure(float("-inf"))
        self._left = deque([never] * rate, maxlen=rate or 1)
        self._next = self._soonest = 0.0
        self._lag = CATCH_UP
        self._stopped = 0.0
        self._wanted = self._due = float("-inf")
        self._people = self._in_a_row = 0
        self._queue = asyncio.Lock()

    def wait(self, now: float) -> float:
        """How long until the next may leave; 0 or less: now."""
        free = max(self._next, self._soonest, self._stopped)
        if self._interval:
            free = max(free, self._left[0].at + WINDOW)
        if self._people and self._in_a_row < IN_A_ROW:
            free = max(free, now + self._glance)
        self._wanted, self._due = now, free
        return free - now

    def spend(self, now: float) -> Departure:
        """One leaves now, or as soon as it can."""
        self._in_a_row = 0
        departure = Departure(now)
        if self._interval:
            self._next = max(self._next, now - self._lag) + self._interval
            self._soonest = max(self._soonest, now - CATCH_UP) + self._interval / HASTE
            self._left.append(departure)
        return departure

    def make_up(self, seconds: float) -> None:
        """For so long hardly anything left, by our own will: what follows leaves a little faster,
        and from then on whatever the last second has room for."""
        self._lag = min(max(seconds, CATCH_UP), MAKE_UP)

    def stop(self, until: float) -> None:
        """Nothing leaves before."""
        self._stopped = max(self._stopped, until)

    def take_over(self, now: float) -> None:
        """Another process may have sent until now, at the same pace."""
        if self.rate:
            self.stop(now + BREATH)

    def is_stopped(self, now: float) -> bool:
        """For longer than it is worth to make anything ready."""
        return self._stopped - now > 1

    async def answer(self) -> Departure:
        """An answer to a person leaves after this; it counts like all else, unless it waited too
        long."""
        now = time.monotonic()
        if not self._people and self.answer_wait(now) <= 0:
            return self.spend_answer(now)
        self._people += 1
        try:
            async with asyncio.timeout(LONGEST), self._queue:
                return await self._place()
        except TimeoutError:
            return Departure(now)
        finally:
            self._people -= 1

    async def _place(self) -> Departure:
        while (wait := self.answer_wait(time.monotonic())) > 0:  # noqa: ASYNC110 - time itself
            await asyncio.sleep(wait)
        return self.spend_answer(time.monotonic())

    def answer_wait(self, now: float) -> float:
        """How long until an answer may leave: at once, unless people share the pace."""
        if not self._interval or now - self._wanted > WINDOW:
            return 0.0
        free = self._left[0].at + WINDOW
        if self._in_a_row >= IN_A_ROW and now < self._due + CATCH_UP:
            free = max(free, self._due, now + self._glance)
        return free - now

    def spend_answer(self, now: float) -> Departure:
        """One leaves now, or as soon as it can."""
        self._in_a_row += 1
        departure = Departure(now)
        if self._interval:
            self._left.append(departure)
        return departure


class Chats:
    """One a second to a chat, and twenty a minute to a group."""

    def __init__(self, spacing: float) -> None:
        self._spacing = spacing
        self._free: dict[int, float] = {}
        self._groups: defaultdict[int, deque[float]] = defaultdict(
            lambda: deque(maxlen=GROUP_LIMIT)
        )

    def wait(self, chat_id: int, now: float) -> float:
        """How long until the chat may get another message; 0 or less: now."""
        wait = self._free.get(chat_id, now) - now
        recent = self._groups.get(chat_id)
        if recent is not None and len(recent) == GROUP_LIMIT:
            wait = max(wait, recent[0] + GROUP_WINDOW - now)
        return wait

    def spend(self, chat_id: int, now: float) -> None:
        """It gets one now, or is about to."""
        self.stop(chat_id, now + self._spacing)
        if chat_id < 0:
            self._groups[chat_id].append(now)
        if len(self._free) > KEPT:
            self._free = {chat: free for chat, free in self._free.items() if free > now}
            for chat in [each for each, times in self._groups.items() if _over(times, now)]:
                del self._groups[chat]

    def stop(self, chat_id: int, until: float) -> None:
        """It gets nothing before."""
        self._free[chat_id] = max(until, self._free.get(chat_id, until))


def _over(times: deque[float], now: float) -> bool:
    return times[-1] + GROUP_WINDOW < now


class Breadth:
    """How many calls at once are useful where no rate limits them.

    As many as the line carries and a few that queue: what takes longer than the quickest call has
    been queueing, at the other end or at ours. The quickest is measured anew now and then.
    """

    def __init__(self, most: int) -> None:
        self.calls = FEW
        self._most = most
        self._quickest = float("inf")
        self._recent: list[float] = []
        self._rounds = 0

    def learn(self, latency: float) -> None:
        """A call took so long."""
        self._recent.append(latency)
        if len(self._recent) < ROUND:
            return
        now = min(self._recent)
        self._recent.clear()
        self._rounds += 1
        if self._rounds % ROUNDS == 0:
            self._quickest, self.calls = now, FEW
        self._quickest = min(self._quickest, now)
        queueing = self.calls * (1 - self._quickest / now)
        step = FEW // 2 if queueing < QUEUE else -FEW // 2
        self.calls = min(self._most, max(FEW, self.calls + step))
