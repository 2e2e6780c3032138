"""What a person does on the chat page."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.local import composing, files
from bot.local.chats import Chat, Query
from bot.local.people import Person
from bot.local.refusals import bad_request
from bot.local.world import World

JSON = dict[str, Any]
PATIENCE = 10.0


@dataclass(frozen=True)
class Deed:
    """`said` is the page's JSON. Outcomes are JSON; a wrong `said` raises KeyError, ValueError,
    LookupError or RefusalError."""

    world: World
    me: Person
    chat: Chat
    said: JSON

    async def write(self) -> JSON:
        reply_to = self.chat.kept.get(self.said.get("reply_to", 0))
        await self.me.writes(str(self.said["text"]), self.chat, reply_to)
        return {}

    async def edit(self) -> JSON:
        message = self.chat.kept[self.said["message"]]
        if message.sender != self.me.account:
            raise bad_request("message can't be edited")
        await self.me.edits(message, str(self.said["text"]))
        return {}

    async def start(self) -> JSON:
        await self.me.starts(str(self.said.get("payload", "")))
        return {"chat": self.me.id}

    async def press(self) -> JSON:
        """Waits for the answer, which is a toast, an alert or an address to open."""
        message = self.chat.kept[self.said["message"]]
        button = message.buttons[self.said["row"]][self.said["column"]]
        return await self._answer(await self.me.presses_button(message, button))

    async def inline(self) -> JSON:
        return await self._answer(await self.me.asks_inline(str(self.said["text"])))

    async def pick(self) -> JSON:
        """Sends an inline result in the person's name."""
        result: JSON = self.said["result"]
        content: JSON = result["input_message_content"]
        words = composing.words(
            content["message_text"], content.get("parse_mode", ""), content.get("entities")
        )
        await self.me.shares(words, result.get("reply_markup"), self.chat)
        return {}

    async def _answer(self, query: Query) -> JSON:
        await self.world.until(lambda: query.answer is not None, PATIENCE)
        return query.answer or {}

    async def photo(self) -> JSON:
        await self.me.sends_photo(self._file(), chat=self.chat)
        return {}

    async def document(self) -> JSON:
        await self.me.sends_document(str(self.said["name"]), self._file(), chat=self.chat)
        return {}

    def _file(self) -> bytes:
        try:
            return base64.b64decode(self.said.get("data", "")) or files.ONE_DOT
        except binascii.Error:
            raise bad_request("the file came broken") from None

    async def sticker(self) -> JSON:
        await self.me.sends_sticker(self.chat)
        return {}

    async def voice(self) -> JSON:
        await self.me.sends_voice(self.chat)
        return {}

    async def location(self) -> JSON:
        await self.me.sends_location(39.7536, 46.7465, self.chat)
        return {}

    async def block(self) -> JSON:
        await self.me.blocks()
        return {}

    async def unblock(self) -> JSON:
        await self.me.unblocks()
        return {}

    async def add_person(self) -> JSON:
        fresh = max(self.world.people, default=100) + 1
        person = self.world.person(fresh, str(self.said["name"])[:64], self.said["language"])
        return {"me": person.id, "chat": person.id}

    async def speak(self) -> JSON:
        """Another language in the client's settings."""
        self.me.account = replace(self.me.account, language=self.said["language"] or None)
        self.world.changed.fire()
        return {}

    async def add_group(self) -> JSON:
        """With everybody in it, the bot too."""
        others = [person for person in self.world.people.values() if person is not self.me]
        group = self.world.group(str(self.said["title"])[:128], self.me, *others)
        await self.me.invites(self.world.bot, group)
        return {"chat": group.id}

    async def invite(self) -> JSON:
        await self.me.invites(self.world.bot, self.chat)
        return {}

    async def remove(self) -> JSON:
        await self.me.removes(self.world.bot, self.chat)
        return {}

    async def advance(self) -> JSON:
        await self.world.clock.advance(timedelta(hours=float(self.said["hours"])))
        self.world.changed.fire()
        return {}

    async def move_to(self) -> JSON:
        """The page's moment has no zone: it is the clock's."""
        moment = datetime.fromisoformat(self.said["moment"])
        await self.world.clock.move_to(moment.replace(tzinfo=self.world.clock().tzinfo))
        self.world.changed.fire()
        return {}


DEEDS: dict[str, Callable[[Deed], Awaitable[JSON]]] = {
    name: method for name, method in vars(Deed).items() if not name.startswith("_")
}
