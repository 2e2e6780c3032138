"""Telegram's side of bulk sending: its limits, its moods, and who has got what."""

import math
import random
import time
from collections import Counter, deque
from dataclasses import dataclass, fields
from typing import Any

from tests.bench.driver import FIRST_CHAT

Answer = dict[str, Any]
BLOCKED = 50
"""With faults: of so many people one has blocked the bot."""


@dataclass(frozen=True)
class Conditions:
    """``rate``: messages a second, 0 is no limit. ``latency``: milliseconds.

    ``faults``: some floods, blocked people, errors, and connections that are cut before or after
    a message was delivered.
    """

    rate: float = 0
    latency: float = 0
    faults: bool = False

    @classmethod
    def of(cls, given: Answer) -> "Conditions":
        return cls(**{each.name: given.get(each.name, 0) for each in fields(cls)})


def refused(code: int, reason: str, **parameters: int) -> Answer:
    return {"ok": False, "error_code": code, "description": reason, "parameters": parameters}


class Recipients:
    """Counts by chat; times are seconds of a monotonic clock."""

    def __init__(self, conditions: Conditions) -> None:
        self.conditions = conditions
        self.got: Counter[int] = Counter()
        self.times: list[float] = []
        self.answers: Counter[str] = Counter()
        self._lately: deque[float] = deque()
        self._chance = random.Random(1)

    def send(self, chat: int) -> Answer | str | None:
        """A refusal; "cut", before or after the message was delivered; None: it is delivered."""
        trouble = self._trouble(chat) if self.conditions.faults else None
        if trouble == "cut before":
            self.answers[trouble] += 1
            return "cut"
        if isinstance(trouble, dict):
            self.answers[str(trouble["error_code"])] += 1
            return trouble
        now = time.monotonic()
        if self.conditions.rate and (wait := self._overrun(now)):
            self.answers["429"] += 1
            return refused(429, "Too Many Requests", retry_after=math.ceil(wait))
        self._lately.append(now)
        self.got[chat] += 1
        self.times.append(now)
        if trouble:
            self.answers[trouble] += 1
        return "cut" if trouble else None

    def _overrun(self, now: float) -> float:
        while self._lately and now - self._lately[0] >= 1:
            self._lately.popleft()
        # a few more than allowed are let pass and show in the busiest second
        return 1.0 if len(self._lately) >= self.conditions.rate * 1.05 + 1 else 0.0

    def _trouble(self, chat: int) -> Answer | str | None:
        if chat % BLOCKED == 0:
            return refused(403, "Forbidden: bot was blocked by the user")
        chance = self._chance.random()
        if chance < 0.01:
            return refused(429, "Too Many Requests: retry after 1", retry_after=1)
        if chance < 0.015:
            return refused(502, "Bad Gateway")
        if chance < 0.0175:
            return "cut before"
        return "cut after" if chance < 0.02 else None

    def report(self) -> Answer:
        times = self.times
        span = times[-1] - times[0] if len(times) > 1 else 0.0
        got = [count for chat, count in self.got.items() if chat < FIRST_CHAT]  # unasked
        return {
            "delivered": len(times),
            "people": len(got),
            "twice": sum(got) - len(got),
            "per_second": len(times) / span if span else 0.0,
            "busiest_second": self._busiest(),
            "idle": time.monotonic() - times[-1] if times else 0.0,
            "answers": dict(self.answers),
        }

    def _busiest(self) -> int:
        most = begin = 0
        for end, moment in enumerate(self.times):
            while moment - self.times[begin] >= 1:
                begin += 1
            most = max(most, end - begin + 1)
        return most
