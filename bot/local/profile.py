"""What a bot shows of itself: name, descriptions and command menus, each a language."""

from typing import Any

from bot.local.chats import Chat

JSON = dict[str, Any]
TEXTS = {"name": 64, "description": 512, "short_description": 120}


class Profile:
    """Texts by (what, language) and command lists by (scope, language); language "" is everyone.

    A scope is ("default",), ("all_private_chats",), ("chat", chat_id), ("chat_member", chat_id,
    user_id) and so on.
    """

    def __init__(self, name: str) -> None:
        self.texts: dict[tuple[str, str], str] = {("name", ""): name}
        self.commands: dict[tuple[tuple[object, ...], str], list[JSON]] = {}
        self.menu_buttons: dict[int | None, JSON] = {}

    def text(self, what: str, language: str | None) -> str:
        found = self.texts.get((what, language or ""))
        return found or self.texts.get((what, ""), "")

    def menu(self, chat: Chat, user: int, language: str | None) -> list[JSON]:
        """The list a client shows: the narrowest scope wins, and in it the client's language."""
        for scope in _scopes(chat, user):
            for spoken in (language or "", ""):
                if found := self.commands.get((scope, spoken)):
                    return found
        return []


def _scopes(chat: Chat, user: int) -> list[tuple[object, ...]]:
    if chat.kind == "private":
        return [("chat", chat.id), ("all_private_chats",), ("default",)]
    admin = chat.standing.get(user) in {"creator", "administrator"}
    for_admins: list[tuple[object, ...]] = [("chat_administrators", chat.id)] if admin else []
    all_admins: list[tuple[object, ...]] = [("all_chat_administrators",)] if admin else []
    return [
        ("chat_member", chat.id, user),
        *for_admins,
        ("chat", chat.id),
        *all_admins,
        ("all_group_chats",),
        ("default",),
    ]
