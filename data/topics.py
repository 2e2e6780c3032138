"""What the chats talk of, written to the store a moment after it was said."""

import asyncio
from collections.abc import MutableMapping
from datetime import datetime, timedelta

from cachetools import LRUCache

from data.model.topics import Topic
from data.store.ports import Lasting, Topics

LASTS = timedelta(minutes=30)
"""How long a chat may pause before “and a concert?” is no longer understood."""
WAITING = 20_000
"""Chats whose topics may wait for a store that does not answer; about 10 MB."""


class RecentTopics:
    """Kept here until ``write``: no answer waits for the store, many go there together."""

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self._waiting: MutableMapping[int, Lasting] = LRUCache(WAITING)
        self._writing = asyncio.Lock()

    async def of(self, chat_id: int, now: datetime) -> Topic | None:
        """None where there was none in the last half an hour."""
        if (waiting := self._waiting.get(chat_id)) is not None:
            return waiting.topic if now < waiting.until else None
        return await self._topics.of(chat_id, now)

    def remember(self, chat_id: int, topic: Topic, now: datetime) -> None:
        self._waiting[chat_id] = Lasting(topic, now + LASTS)

    def move(self, old: int, new: int) -> None:
        """What waits for the one chat waits for the other."""
        if (lasting := self._waiting.pop(old, None)) is not None:
            self._waiting.setdefault(new, lasting)

    async def drop(self, chat_id: int) -> None:
        """Write nothing more of the chat; what is just being written stands in the store then."""
        async with self._writing:
            self._waiting.pop(chat_id, None)

    async def write(self) -> None:
        """What waits goes to the store. Raises StoreError; then it waits on."""
        async with self._writing:
            batch = dict(self._waiting)
            await self._topics.remember(batch)
            for chat_id, lasting in batch.items():
                if self._waiting.get(chat_id) is lasting:  # and not a newer one
                    del self._waiting[chat_id]

    async def prune(self, now: datetime) -> None:
        await self._topics.prune(now)
