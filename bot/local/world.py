"""The played world: who and what there is, and what happens to it. No HTTP here."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.local.chats import PRESENT, Account, Chat, Event, Kind, Message, Query
from bot.local.clock import Clock
from bot.local.faults import Faults
from bot.local.files import Files
from bot.local.mailbox import Mailbox, Signal, until
from bot.local.people import Person
from bot.local.privacy import hears
from bot.local.profile import Profile
from bot.local.refusals import bad_request, forbidden
from bot.local.webhook import Webhook

TOKEN = "1234567:TEST-token-of-the-locally-played-bot"  # noqa: S105 - opens nothing
JSON = dict[str, Any]
LOST = {
    "kicked": "bot was kicked from the {kind} chat",
    "left": "bot is not a member of the {kind} chat",
}
LOST_PRIVATE = {
    "kicked": "bot was blocked by the user",
    "left": "bot can't initiate conversation with a user",
    "deactivated": "user is deactivated",
}


class World:
    """One bot and everybody who may talk to it; everything happens in one event loop."""

    def __init__(
        self, token: str = TOKEN, clock: Clock | None = None, username: str = "citydays_bot"
    ) -> None:
        self.token = token
        self.bot = Account(
            int(token.partition(":")[0]), "City Days", username=username, is_bot=True
        )
        self.clock = clock or Clock()
        self.mailbox = Mailbox()
        self.webhook = Webhook(self.mailbox)
        self.faults = Faults()
        self.files = Files()
        self.profile = Profile(self.bot.first_name)
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.journal: list[Event] = []
        self.changed = Signal()
        self._ids = itertools.count(1)

    # -- who and what there is

    def person(self, user_id: int, name: str = "", language: str | None = None) -> Person:
        """The one with this id, who comes into being at the first call."""
        if user_id not in self.people:
            account = Account(user_id, name or f"Person {user_id}", language)
            standing = {user_id: "member", self.bot.id: "left"}
            self.chats[user_id] = Chat(user_id, "private", account.first_name, standing)
            self.people[user_id] = Person(self, account)
            self.changed.fire()
        return self.people[user_id]

    def group(
        self, title: str, *members: Person, forum: bool = False, basic: bool = False
    ) -> Chat:
        """A supergroup (or a `basic` group) without the bot; its first member owns it."""
        kind: Kind = "group" if basic else "supergroup"
        start = 4_000 if basic else 1_000_000_000_000
        standing = {person.id: "member" for person in members} | {members[0].id: "creator"}
        chat = Chat(-(start + next(self._ids)), kind, title, standing, is_forum=forum)
        self.chats[chat.id] = chat
        self.changed.fire()
        return chat

    def chat(self, chat_id: int) -> Chat:
        """Raises RefusalError as Telegram does, also for a group that became a supergroup."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        if chat.moved_to:
            reason = "group chat was upgraded to a supergroup chat"
            raise bad_request(reason, migrate_to_chat_id=chat.moved_to)
        return chat

    def reachable(self, chat_id: int) -> Chat:
        """The chat, if the bot may write to it; else raises RefusalError."""
        chat = self.chat(chat_id)
        status = chat.standing.get(self.bot.id, "left")
        if status not in PRESENT:
            reasons = LOST_PRIVATE if chat.kind == "private" else LOST
            raise forbidden(reasons[status].format(kind=chat.kind))
        return chat

    async def settled(self, seconds: float = 10) -> None:
        """Every update has been handled: polling has moved its offset past it, or the webhook has
        answered 200. Raises TimeoutError that shows what is left."""
        await self.mailbox.settled(seconds)

    async def until(self, claim: Callable[[], bool], seconds: float = 10) -> None:
        """Waits for what happens unasked. Raises TimeoutError when it has not."""
        if not await until(claim, self.changed, seconds):
            raise TimeoutError(f"this has not happened within {seconds} s: {claim}")

    # -- what happens

    def publish(self, message: Message) -> Message:
        """Gives it its id; the bot hears of it if it is a person's and group privacy allows."""
        chat = message.chat
        chat.last_id += 1
        message = replace(message, id=chat.last_id)
        if message.sender == self.bot:
            chat.doing = None
        chat.kept[message.id] = message
        self.record(Event("message", chat, message))
        if message.sender != self.bot and hears(self.bot, message):
            self.mailbox.put("message", message.json())
        return message

    def revise(self, message: Message, **changes: Any) -> Message:
        """An edit by whoever wrote it."""
        message = replace(message, edited=self.clock(), **changes)
        message.chat.kept[message.id] = message
        self.record(Event("edit", message.chat, message))
        if message.sender != self.bot and hears(self.bot, message):
            self.mailbox.put("edited_message", message.json())
        return message

    def delete(self, message: Message) -> None:
        del message.chat.kept[message.id]
        self.record(Event("delete", message.chat, message))

    def stand(self, chat: Chat, who: Account, status: str, by: Account) -> None:
        """Changes a standing and tells the bot of it."""
        before = chat.standing.get(who.id, "left")
        chat.standing[who.id] = status
        self.mailbox.put(
            "my_chat_member" if who == self.bot else "chat_member",
            {
                "chat": chat.json(),
                "from": by.json(),
                "date": int(self.clock().timestamp()),
                "old_chat_member": member_json(who, before),
                "new_chat_member": member_json(who, status),
            },
        )
        self.changed.fire()

    def ask(self, kind: str, payload: JSON, query: Query | None = None) -> Query:
        """Sends the bot a callback or inline query, which it may answer once."""
        made = query or Query("", self.clock())
        made.id = f"{self.bot.id}{next(self._ids):08d}"
        self.queries[made.id] = made
        self.mailbox.put(kind, {"id": made.id} | payload)
        return made

    def record(self, event: Event) -> None:
        self.journal.append(event)
        self.changed.fire()


def member_json(account: Account, status: str) -> JSON:
    """A ChatMember object with all that its kind requires."""
    told: JSON = {"user": account.json(), "status": status}
    if status == "creator":
        return told | {"is_anonymous": False}
    if status == "kicked":
        return told | {"until_date": 0}
    if status == "administrator":
        return told | {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(RIGHTS, True)
    return told


RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
