"""The languages of the chats that write just now, kept for a moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cachetools import TTLCache

from data.model.subscriptions import Preferences
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

    async def preferences(self, chat_id: int) -> Preferences:
        return await self._chats.preferences(chat_id)

    async def set_preferences(self, chat_id: int, chosen: Preferences, now: datetime) -> None:
        await self._chats.set_preferences(chat_id, chosen, now)

    async def set_active(self, chat_id: int, active: bool, now: datetime) -> None:
        await self._chats.set_active(chat_id, active, now)

    async def admit(self, person: int, now: datetime) -> None:
        await self._chats.admit(person, now)

    async def everything(self, chat_id: int) -> Mapping[str, Any]:
        await self._topics.write()
        return await self._chats.everything(chat_id)

    async def forget(self, chat_id: int) -> None:
        await self._topics.drop(chat_id)
        await self._chats.forget(chat_id)
        self._languages.pop(chat_id, None)
