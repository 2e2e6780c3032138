"""People, chats and messages as Telegram's servers keep them."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from bot.local.markup import Text

JSON = dict[str, Any]
Kind = Literal["private", "group", "supergroup"]
EMPTY = Text("")
PRESENT = {"creator", "administrator", "member"}


@dataclass(frozen=True)
class Account:
    """Somebody with an id; `language` is the client's IETF tag, which may be unknown."""

    id: int
    first_name: str
    language: str | None = None
    username: str | None = None
    is_bot: bool = False

    def json(self) -> JSON:
        told: JSON = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            told["username"] = self.username
        if self.language and not self.is_bot:
            told["language_code"] = self.language
        return told


@dataclass(eq=False)
class Chat:
    """`standing` maps an account's id to its status in the chat, as in ChatMember.status; a bot
    that was never spoken to in a private chat has "left". Message ids count up in each chat."""

    id: int
    kind: Kind
    title: str
    standing: dict[int, str] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    is_forum: bool = False
    moved_to: int | None = None
    doing: str | None = None
    last_id: int = 0
    kept: dict[int, "Message"] = field(default_factory=dict)

    @property
    def messages(self) -> list["Message"]:
        """In order, without those that were deleted."""
        return list(self.kept.values())

    @property
    def latest(self) -> "Message":
        return self.messages[-1]

    @property
    def members(self) -> list[int]:
        return [who for who, status in self.standing.items() if status in PRESENT]

    def json(self) -> JSON:
        if self.kind == "private":
            return {"id": self.id, "type": self.kind, "first_name": self.title}
        told: JSON = {"id": self.id, "type": self.kind, "title": self.title}
        return told | ({"is_forum": True} if self.is_forum else {})


@dataclass(frozen=True, eq=False)
class Message:
    """`content` is what is not words, in the Bot API's form ({"photo": [...]}); `words` is then
    the caption. An edit makes a new Message of the same id."""

    id: int
    chat: Chat
    sender: Account
    date: datetime
    words: Text = EMPTY
    content: JSON = field(default_factory=dict)
    keyboard: JSON | None = None
    reply_to: "Message | None" = None
    thread: int | None = None
    edited: datetime | None = None
    via: Account | None = None
    silent: bool = False

    @property
    def text(self) -> str:
        return self.words.plain

    @property
    def html(self) -> str:
        return self.words.html

    @property
    def buttons(self) -> list[list[JSON]]:
        """Rows of the inline keyboard, as InlineKeyboardButton objects."""
        return list((self.keyboard or {}).get("inline_keyboard", []))

    @property
    def labels(self) -> list[list[str]]:
        return [[button["text"] for button in row] for row in self.buttons]

    def json(self) -> JSON:
        told: JSON = {
            "message_id": self.id,
            "from": self.sender.json(),
            "chat": self.chat.json(),
            "date": int(self.date.timestamp()),
        } | self.content
        told |= self._words_json()
        if self.keyboard and "inline_keyboard" in self.keyboard:
            told["reply_markup"] = self.keyboard
        if self.edited:
            told["edit_date"] = int(self.edited.timestamp())
        if self.thread:
            told |= {"message_thread_id": self.thread, "is_topic_message": True}
        if self.reply_to:
            told["reply_to_message"] = replace(self.reply_to, reply_to=None).json()
        if self.via:
            told["via_bot"] = self.via.json()
        return told

    def _words_json(self) -> JSON:
        if not self.words.plain:
            return {}
        key, entities = ("caption", "caption_entities") if self.content else ("text", "entities")
        told: JSON = {key: self.words.plain}
        return told | ({entities: list(self.words.entities)} if self.words.entities else {})


@dataclass(frozen=True, eq=False)
class Event:
    """One line of the world's journal. `message` is as it was then; `words` are those of a
    callback's toast or alert."""

    kind: Literal["message", "edit", "delete", "toast", "alert"]
    chat: Chat
    message: Message | None = None
    words: str = ""


@dataclass(eq=False)
class Query:
    """A press of a button or an inline query; `answer` holds what the bot answered it with."""

    id: str
    at: datetime
    chat: Chat | None = None
    message: Message | None = None
    answer: JSON | None = None
