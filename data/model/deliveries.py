"""What Telegram's answer to a message says about its delivery."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal[
    "delivered",
    "unknown",
    "not_sent",
    "broken",
    "flood",
    "moved",
    "gone",
    "unreadable",
    "refused",
    "locked_out",
]
"""Unknown: it may have been delivered. Not sent: it never left. Broken: Telegram itself says that
it could not, and may be able to later. Flood: not before ``retry_after``. Moved: the chat has
another number now. Gone: nothing reaches the chat any more. Unreadable: nobody can get these
words. Refused: this chat cannot. Locked out: the bot's token or address is wrong, so that nothing
can be sent at all."""


@dataclass(frozen=True)
class Delivery:
    """``retry_after`` in seconds; ``moved_to`` is the chat's new number."""

    verdict: Verdict
    message_id: int | None = None
    error: str = ""
    retry_after: int = 1
    moved_to: int | None = None


_DOUBTFUL = ("restart", "abort", "clos", "deleted")
"""In a 5xx: it went down, or lost sight of the message, with the call under way."""
_DONE = ("message is not modified", "message to delete not found")
"""It is as it should be: a try whose answer got lost has come to its end."""
_ONLY_HERE = ("send photos", "send_photos", "send_media")
"""A group without pictures; words still reach it."""
_GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "chat_write_forbidden",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "group chat was deactivated",
    "chat_restricted",
)
_UNREADABLE = (
    "can't parse",
    "message text is empty",
    "too long",
    "button",
    "reply markup",
    "file identifier",
    "http url",
    "entit",
    "caption",
    "photo",
    "image",
)
_SIGNS: tuple[tuple[Verdict, tuple[str, ...]], ...] = (
    ("delivered", _DONE),
    ("refused", _ONLY_HERE),
    ("gone", _GONE),
    ("unreadable", _UNREADABLE),
)
"""In a 400; the first that is found counts."""


def read(status: int, body: bytes) -> Delivery:
    """From the HTTP status and body of an answer.

    Telegram's own is JSON and tells what it has done. Without it something on the way answered: a
    4xx then was never passed on, while behind a 5xx anything may have happened.
    """
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "ok" not in answer:
        return _of_the_way(status)
    if answer["ok"] and answer.get("result") is True:  # a message was deleted
        return Delivery("delivered")
    if answer["ok"] and isinstance(answer.get("result"), dict):
        return Delivery("delivered", message_id=answer["result"].get("message_id"))
    return _refusal(status, str(answer.get("description", f"HTTP {status}")), answer)


def _of_the_way(status: int) -> Delivery:
    error = f"HTTP {status}"
    if status == 429:
        return Delivery("flood", error=error)
    if 300 <= status < 405:
        return Delivery("locked_out", error=error)
    return Delivery("refused" if 405 <= status < 500 else "unknown", error=error)


def _refusal(status: int, reason: str, answer: Mapping[str, Any]) -> Delivery:
    told = answer.get("parameters") or {}
    if "migrate_to_chat_id" in told:
        return Delivery("moved", error=reason, moved_to=int(told["migrate_to_chat_id"]))
    if status == 429:
        return Delivery("flood", error=reason, retry_after=int(told.get("retry_after", 1)))
    if status == 403:
        return Delivery("gone", error=reason)
    if status in (401, 404):
        return Delivery("locked_out", error=reason)
    if 400 <= status < 500:
        return Delivery(_of_bad_request(reason.lower()), error=reason)
    doubtful = status < 500 or any(sign in reason.lower() for sign in _DOUBTFUL)
    return Delivery("unknown" if doubtful else "broken", error=reason)


def _of_bad_request(reason: str) -> Verdict:
    for verdict, signs in _SIGNS:
        if any(sign in reason for sign in signs):
            return verdict
    return "refused"
