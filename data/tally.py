"""What happens, counted by day for the statistics, without whom it happened to."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from data.model.counts import Crowd, Days, What
from data.model.outbox import Status
from data.store.census import Census


class Tally:
    """Counts here until ``write``: neither answers nor messages wait for the store.

    What a crash takes with it is not counted; no promise hangs on these numbers.
    """

    def __init__(self, census: Census, today: Callable[[], dt.date]) -> None:
        self._census = census
        self.today = today
        self._waiting: dict[dt.date, Counter[What]] = {}

    def add(self, what: What) -> None:
        self._waiting.setdefault(self.today(), Counter())[what] += 1

    async def write(self) -> None:
        """What was counted goes to the store. Raises StoreError; then it waits on."""
        batch, self._waiting = self._waiting, {}
        while batch:
            day, counts = batch.popitem()
            try:
                await self._census.add(day, counts)
            except BaseException:
                for day_, left in ((day, counts), *batch.items()):
                    self._waiting.setdefault(day_, Counter()).update(left)
                raise

    async def crowds(self) -> Sequence[Crowd]:
        """All chats as they are now, of whom the subscribers are noted for today."""
        crowds = await self._census.chats()
        many = sum(each.many for each in crowds if each.active and each.subscribed)
        await self._census.put(self.today(), "subscribers", many)
        return crowds

    async def note_subscribers(self) -> None:
        await self.crowds()

    async def topics(self) -> Mapping[str, int]:
        return await self._census.topics()

    async def letters(self) -> Mapping[Status, int]:
        return await self._census.letters()

    async def since(self, day: dt.date) -> Days:
        """What was counted from that day on, this moment included."""
        await self.write()
        return await self._census.since(day)
