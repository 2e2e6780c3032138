"""What a test, the terminal chat and the page can make a person do."""

from typing import TYPE_CHECKING, Any

from bot.local import files
from bot.local.chats import PRESENT, Account, Chat, Message, Query
from bot.local.markup import Text

if TYPE_CHECKING:
    from bot.local.world import World

JSON = dict[str, Any]


class Person:
    """`chat` is always the private chat with the bot unless one is given.

    Nothing waits for the bot, except `asks`; `await world.settled()` does.
    """

    def __init__(self, world: "World", account: Account) -> None:
        self._world = world
        self.account = account

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        return self._world.chat(self.id)

    # -- writing

    async def writes(
        self,
        text: str,
        chat: Chat | None = None,
        reply_to: Message | None = None,
        thread: int | None = None,
    ) -> Message:
        return self._says(chat, words=Text(text).detected(), reply_to=reply_to, thread=thread)

    async def asks(self, text: str, chat: Chat | None = None) -> list[Message]:
        """Writes, waits until the bot has handled it and returns what it sent since."""
        asked = await self.writes(text, chat)
        await self._world.settled()
        bot = self._world.bot
        return [m for m in asked.chat.messages if m.id > asked.id and m.sender == bot]

    async def starts(self, payload: str = "") -> Message:
        """Follows t.me/bot?start=payload, or presses Start."""
        return await self.writes(f"/start {payload}".rstrip())

    async def edits(self, message: Message, text: str) -> Message:
        return self._world.revise(message, words=Text(text).detected())

    async def sends_photo(
        self, data: bytes = files.ONE_DOT, caption: str = "", chat: Chat | None = None
    ) -> Message:
        kept = self._world.files.keep("photo.png", data)
        return self._says(chat, content=files.photo(kept), words=Text(caption).detected())

    async def sends_document(
        self, name: str, data: bytes, caption: str = "", chat: Chat | None = None
    ) -> Message:
        kept = self._world.files.keep(name, data)
        return self._says(chat, content=files.document(kept), words=Text(caption).detected())

    async def sends_sticker(self, chat: Chat | None = None) -> Message:
        kept = self._world.files.keep("sticker.webp", b"RIFF----WEBP", "image/webp")
        return self._says(chat, content=files.sticker(kept))

    async def sends_voice(self, chat: Chat | None = None) -> Message:
        return self._says(chat, content=files.voice(self._world.files.keep("voice.ogg", b"OggS")))

    async def sends_location(
        self, latitude: float, longitude: float, chat: Chat | None = None
    ) -> Message:
        return self._says(chat, content=files.location(latitude, longitude))

    def _says(self, chat: Chat | None, **what: Any) -> Message:
        chat = chat or self.chat
        if chat.kind == "private":
            if chat.standing[self._world.bot.id] not in {"member", "left"}:
                raise ValueError(f"{self.account.first_name} has blocked the bot")
            chat.standing[self._world.bot.id] = "member"
        elif chat.standing.get(self.id) not in PRESENT:
            raise ValueError(f"{self.account.first_name} is not in {chat.title}")
        return self._world.publish(Message(0, chat, self.account, self._world.clock(), **what))

    # -- pressing and asking inline

    async def presses(
        self, label: str, message: Message | None = None, chat: Chat | None = None
    ) -> Query:
        """Of the latest message that has the button unless one is given; the returned query's
        `answer` is filled when the bot answers. Raises LookupError without such a button."""
        for candidate in [message] if message else reversed((chat or self.chat).messages):
            for button in (b for row in candidate.buttons for b in row if b["text"] == label):
                return await self.presses_button(candidate, button)
        shown = [row for m in (chat or self.chat).messages for row in m.labels]
        raise LookupError(f"no button {label!r} among {shown}")

    async def presses_button(self, message: Message, button: JSON) -> Query:
        query = Query("", self._world.clock(), message.chat, message)
        if "callback_data" not in button:
            query.answer = {"url": button.get("url", "")}
            return query
        payload = {
            "from": self.account.json(),
            "message": message.json(),
            "chat_instance": str(message.chat.id),
            "data": button["callback_data"],
        }
        return self._world.ask("callback_query", payload, query)

    async def asks_inline(self, text: str, offset: str = "") -> Query:
        """`@bot text` typed in some chat; the answer holds `results`."""
        payload = {"from": self.account.json(), "query": text, "offset": offset}
        return self._world.ask("inline_query", payload | {"chat_type": "sender"})

    async def shares(
        self, words: Text, keyboard: JSON | None, chat: Chat | None = None
    ) -> Message:
        """Picks an inline result."""
        return self._says(chat, words=words, keyboard=keyboard, via=self._world.bot)

    # -- the bot's place in a chat

    async def blocks(self) -> None:
        self._world.stand(self.chat, self._world.bot, "kicked", self.account)

    async def unblocks(self) -> None:
        self._world.stand(self.chat, self._world.bot, "member", self.account)

    async def vanishes(self) -> None:
        """Deletes the account: the bot may not write to it any more and isn't told."""
        self.chat.standing[self._world.bot.id] = "deactivated"

    async def invites(self, who: Account, group: Chat) -> Message:
        self._world.stand(group, who, "member", self.account)
        return self._says(group, content={"new_chat_members": [who.json()]})

    async def promotes(self, who: Account, group: Chat) -> None:
        self._world.stand(group, who, "administrator", self.account)

    async def removes(self, who: Account, group: Chat) -> Message:
        self._world.stand(group, who, "kicked", self.account)
        return self._says(group, content={"left_chat_member": who.json()})

    async def opens_topic(self, name: str, group: Chat) -> int:
        """The topic's message_thread_id."""
        thread = group.last_id + 1
        group.topics[thread] = name
        content = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        return self._says(group, content=content, thread=thread).id

    async def upgrades(self, group: Chat) -> Chat:
        """Makes a basic group a supergroup of a new id; both chats get their service message."""
        world = self._world
        born = world.group(group.title, self)
        born.standing = dict(group.standing)
        self._says(group, content={"migrate_to_chat_id": born.id})
        self._says(born, content={"migrate_from_chat_id": group.id})
        group.moved_to = born.id
        return born
