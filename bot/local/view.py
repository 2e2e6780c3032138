"""What one person sees of the world, as the chat page draws it."""

import re
from html import escape
from typing import Any

from bot.local.chats import Chat, Message
from bot.local.markup import Entity, Text, formatting, render
from bot.local.people import Person
from bot.local.world import World

JSON = dict[str, Any]
SHOWN = 200
_AFTER_BLOCK = re.compile(r"(</(?:blockquote|pre)>)\n")
SAFE = ("http://", "https://", "mailto:", "tel:")
SERVICE = (
    "new_chat_members",
    "left_chat_member",
    "forum_topic_created",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
)


def view(world: World, me: Person, chat: Chat) -> JSON:
    profile, language = world.profile, me.account.language
    return {
        "me": _person(me),
        "people": [_person(person) for person in world.people.values()],
        "chats": [_row(world, me, each) for each in chats_of(world, me)],
        "chat": {
            "id": chat.id,
            "kind": chat.kind,
            "title": _title(world, me, chat),
            "members": len(chat.members),
            "bot": chat.standing.get(world.bot.id, "left"),
            "doing": chat.doing,
        },
        "messages": [_message(me, message) for message in chat.messages[-SHOWN:]],
        "commands": profile.menu(chat, me.id, language),
        "bot": {
            "username": world.bot.username,
            "name": profile.text("name", language),
            "description": profile.text("description", language),
        },
        "now": world.clock().isoformat(timespec="seconds"),
    }


def chats_of(world: World, me: Person) -> list[Chat]:
    """The private chat first, then the groups that the person is in."""
    groups = [c for c in world.chats.values() if c.kind != "private" and me.id in c.members]
    return [me.chat, *(group for group in groups if not group.moved_to)]


def live_html(text: Text) -> str:
    """Like Text.html, and with what Telegram's clients make clickable. A block ends its line by
    itself, so the line feed after it would show as an empty line."""
    return _AFTER_BLOCK.sub(r"\1", render(text, _live))


def _live(entity: Entity, covered: str) -> tuple[str, str]:
    kind = entity["type"]
    if kind == "bot_command":
        return f'<a href="#" class="command" data-command="{escape(covered)}">', "</a>"
    if kind in {"url", "text_link"}:
        url = entity.get("url", covered)
        href = url if url.lower().startswith(SAFE) else f"https://{url}"
        return f'<a href="{escape(href)}" target="_blank" rel="noopener noreferrer">', "</a>"
    if kind in {"mention", "hashtag"}:
        return f'<span class="{kind}">', "</span>"
    return formatting(entity, covered)


def _person(person: Person) -> JSON:
    account = person.account
    return {"id": account.id, "name": account.first_name, "language": account.language or ""}


def _title(world: World, me: Person, chat: Chat) -> str:
    private = chat.kind == "private"
    return world.profile.text("name", me.account.language) if private else chat.title


def _row(world: World, me: Person, chat: Chat) -> JSON:
    last = chat.messages[-1:]
    return {
        "id": chat.id,
        "kind": chat.kind,
        "title": _title(world, me, chat),
        "last": last[0].text if last else "",
        "thing": _kind(last[0].content) if last else "",
        "at": last[0].date.isoformat() if last else "",
    }


def _message(me: Person, message: Message) -> JSON:
    kind = _kind(message.content)
    return {
        "id": message.id,
        "mine": message.sender == me.account,
        "sender": message.sender.first_name,
        "bot": message.sender.is_bot,
        "at": message.date.isoformat(),
        "edited": message.edited is not None and bool(message.text),
        "html": live_html(message.words),
        "kind": kind,
        "thing": message.content.get(kind),
        "reply": message.reply_to.text[:120] if message.reply_to else "",
        "rows": [[_button(button) for button in row] for row in message.buttons],
        "keys": _keys(message),
    }


def _keys(message: Message) -> list[list[str]]:
    """The reply keyboard that a message brings along."""
    rows: list[list[JSON | str]] = (message.keyboard or {}).get("keyboard", [])
    return [[key if isinstance(key, str) else str(key["text"]) for key in row] for row in rows]


def _button(button: JSON) -> JSON:
    return {"label": button["text"], "url": button.get("url", "")}


def _kind(content: JSON) -> str:
    kinds = ("venue", "photo", "document", "sticker", "voice", "location")
    service = next((kind for kind in SERVICE if kind in content), "")
    return next((kind for kind in kinds if kind in content), service)
