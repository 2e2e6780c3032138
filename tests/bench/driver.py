"""Closed-loop load: so many updates in flight, each from a chat of its own."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

FIRST_CHAT = 5_000_000
CHATS = 256  # people who come again and again, more than are ever in flight


@dataclass(frozen=True)
class Load:
    """``text`` is what people write; without it they press the first button they last saw."""

    count: int
    in_flight: int
    text: str = ""


class Driver:
    """An update counts as answered when a message for its chat, new or edited, arrives."""

    def __init__(self, send: Callable[[dict[str, Any]], None]) -> None:
        self._send = send
        self._report: Callable[[dict[str, Any]], None] = lambda _: None
        self._free = deque(range(FIRST_CHAT, FIRST_CHAT + CHATS))
        self._buttons: dict[int, dict[str, Any]] = {}
        self._sent_at: dict[int, float] = {}

    def start(self, load: Load, report: Callable[[dict[str, Any]], None]) -> None:
        self._load, self._report, self._left = load, report, load.count
        self._took: list[float] = []
        self._began = time.perf_counter()
        for _ in range(min(load.in_flight, load.count)):
            self._issue()

    def answered(self, chat: int, markup: dict[str, Any]) -> None:
        if markup.get("inline_keyboard"):
            self._buttons[chat] = markup
        sent_at = self._sent_at.pop(chat, None)
        if sent_at is None:
            return
        self._took.append(time.perf_counter() - sent_at)
        self._free.append(chat)
        if self._left:
            self._issue()
        elif not self._sent_at:
            self._finish()

    def _issue(self) -> None:
        self._left -= 1
        chat = self._free.popleft()
        self._sent_at[chat] = time.perf_counter()
        self._send(self._message(chat) if self._load.text else self._press(chat))

    def _message(self, chat: int) -> dict[str, Any]:
        text = self._load.text
        user = {"id": chat, "is_bot": False, "first_name": "Load", "language_code": "en"}
        where = {"id": chat, "type": "private", "first_name": "Load"}
        message = {"message_id": 1, "from": user, "chat": where, "date": int(time.time())}
        command = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
        return {"message": {**message, "text": text, "entities": [command]}}

    def _press(self, chat: int) -> dict[str, Any]:
        markup = self._buttons[chat]
        where = {"id": chat, "type": "private", "first_name": "Load"}
        message = {"message_id": 1, "date": int(time.time()), "chat": where, "text": "?"}
        press = {
            "id": str(chat),
            "from": {"id": chat, "is_bot": False, "first_name": "Load"},
            "chat_instance": "1",
            "message": {**message, "reply_markup": markup},
            "data": markup["inline_keyboard"][0][0]["callback_data"],
        }
        return {"callback_query": press}

    def _finish(self) -> None:
        seconds = time.perf_counter() - self._began
        took = sorted(self._took)
        self._report(
            {
                "per_second": len(took) / seconds,
                "p50_ms": took[len(took) // 2] * 1000,
                "p99_ms": took[int(len(took) * 0.99)] * 1000,
            }
        )
