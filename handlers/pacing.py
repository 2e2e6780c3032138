"""How fast messages may leave. All times are seconds of one monotonic clock."""

from collections import defaultdict, deque

WINDOW = 1.005
"""A second and some room for the network: what leaves evenly may arrive a little bunched."""
CATCH_UP = 0.015
"""How much of a delay of ours is made up for afterwards, by sending a little faster."""
GROUP_LIMIT, GROUP_WINDOW = 20, 60.0
FAST = 10_000
"""Messages a second that we could send if nobody minded."""
FEW, AMPLE, LAST = 64, 2.0, 32
KEPT = 10_000
"""Chats after which those are looked for that need not be remembered any more."""


class Pace:
    """At most ``rate`` a second in any second, evenly; no limit when it is 0."""

    def __init__(self, rate: int) -> None:
        self._interval = WINDOW / rate if rate else 0.0
        self._left: deque[float] = deque([float("-inf")] * rate, maxlen=rate or 1)
        self._next = 0.0
        self._stopped = 0.0

    def wait(self, now: float) -> float:
        """How long until the next may leave; 0 or less: now."""
        free = max(self._next - CATCH_UP, self._stopped)
        if self._interval:
            free = max(free, self._left[0] + WINDOW)
        return free - now

    def spend(self, now: float) -> None:
        """One leaves now."""
        if self._interval:
            self._next = max(self._next, now - CATCH_UP) + self._interval
            self._left.append(now)

    def stop(self, until: float) -> None:
        """Nothing leaves before."""
        self._stopped = max(self._stopped, until)


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
    """How many calls at once: rate times latency, within bounds.

    The quickest of the last calls tells the latency; the others waited for us, too.
    """

    def __init__(self, rate: int, most: int) -> None:
        self._rate = rate or FAST
        self._most = most
        self._recent: list[float] = []
        self.calls = FEW

    def learn(self, latency: float) -> None:
        """A call took so long."""
        self._recent.append(latency)
        if len(self._recent) == LAST:
            wanted = round(AMPLE * self._rate * min(self._recent))
            self.calls = min(self._most, max(FEW, wanted))
            self._recent.clear()
