"""The languages of the chats that write just now, kept for a moment."""

from datetime import datetime

from cachetools import TTLCache

from data.store.ports import Chats
from data.topics import RecentTopics

SECONDS = 10
"""How long another process's change may go unnoticed."""
CHATS = 20_000
"""About 2 MB."""


class RememberedChats:
    """A ``Chats`` that asks another only now and then: a chat writes several times in a row.

    What waits in ``topics`` moves and goes with its chat.
    """

    def __init__(self, chats: Chats, topics: RecentTopics) -> None:
        self._chats, self._topics = chats, topics
        self._languages: TTLCache[int, str | None] = TTLCache(CHATS, SECONDS)

    async def language(self, chat_id: int) -> str | None:
        try:
            return self._languages[chat_id]
        except KeyError:
            language = self._languages[chat_id] = await self._chats.language(chat_id)
            return language

    async def set_language(self, chat_id: int, type_: str, language: str, now: datetime) -> None:
        await self._chats.set_language(chat_id, type_, language, now)
        self._languages[chat_id] = language

    async def migrate(self, old: int, new: int) -> None:
        self._topics.move(old, new)
        await self._chats.migrate(old, new)
        self._languages.pop(old, None)
        self._languages.pop(new, None)

    async def forget(self, chat_id: int) -> None:
        self._topics.drop(chat_id)
        await self._chats.forget(chat_id)
        self._languages.pop(chat_id, None)
