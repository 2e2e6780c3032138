"""The questions that found no answer, counted without who asked."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from data.model.letters import plain
from data.store.ports import Asked, Unanswered

KEPT = timedelta(days=30)
LENGTH = 200
"""Letters of a question that are kept."""
WAITING = 1000
"""Questions that are counted between two writes; a flood of others is not."""

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d(?: ?\d){8,}|\d{5,}")


class UnansweredLog:
    """Counts here until ``write``: no answer waits for the store."""

    def __init__(self, unanswered: Unanswered) -> None:
        self._unanswered = unanswered
        self._waiting: dict[str, Asked] = {}

    def add(self, text: str, language: str, now: datetime) -> None:
        """A text without a word is no question."""
        if key := folded(text):
            self._keep(Asked(key, language, 1, now, now))

    async def listed(self, limit: int, start: int = 0) -> list[Asked]:
        """The most asked first, those of this moment included."""
        await self.write()
        return await self._unanswered.listed(limit, start)

    async def write(self) -> None:
        """What was counted goes to the store. Raises StoreError; then it waits on."""
        batch, self._waiting = self._waiting, {}
        try:
            await self._unanswered.count(batch.values())
        except BaseException:
            for each in batch.values():
                self._keep(each)
            raise

    async def prune(self, now: datetime) -> None:
        await self._unanswered.prune(now - KEPT)

    def _keep(self, asked: Asked) -> None:
        before = self._waiting.get(asked.text)
        if before is not None:
            first, last = min(asked.first, before.first), max(asked.last, before.last)
            asked = replace(asked, times=asked.times + before.times, first=first, last=last)
        elif len(self._waiting) >= WAITING:
            return
        self._waiting[asked.text] = asked


def folded(text: str) -> str:
    """The bare words, that ways to type them count as one; long numbers (phones) are hidden."""
    words = " ".join(_WORD.findall(plain(text[: 2 * LENGTH])))
    return _NUMBER.sub("#", words)[:LENGTH].rstrip()
