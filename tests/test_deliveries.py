"""What the server's answers say about delivery."""

import json

import pytest

from data.model.deliveries import Delivery, read

UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def refusal(code: int, reason: str, **parameters: int) -> tuple[int, bytes]:
    body = {"ok": False, "error_code": code, "description": reason, "parameters": parameters}
    return code, json.dumps(body).encode()


def test_a_message_that_was_sent_has_its_number() -> None:
    body = b'{"ok":true,"result":{"message_id":7,"date":0}}'
    assert read(200, body) == Delivery("delivered", message_id=7)


@pytest.mark.parametrize(
    ("code", "reason", "verdict"),
    [
        (403, "Forbidden: bot was blocked by the user", "gone"),
        (403, "Forbidden: user is deactivated", "gone"),
        (400, "Bad Request: chat not found", "gone"),
        (400, "Bad Request: not enough rights to send text messages to the chat", "gone"),
        (400, "Bad Request: can't parse entities: Unclosed start tag", "unreadable"),
        (400, "Bad Request: message is too long", "unreadable"),
        (400, "Bad Request: BUTTON_URL_INVALID", "unreadable"),
        (400, "Bad Request: message thread not found", "refused"),
        (400, "Bad Request: not enough rights to send photos to the chat", "refused"),
        (400, "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN", "refused"),
        (400, f"Bad Request: {UNCHANGED}", "delivered"),
        (400, "Bad Request: message to delete not found", "delivered"),
        (401, "Unauthorized", "locked_out"),
        (404, "Not Found", "locked_out"),
        (409, "Conflict", "refused"),
        (500, "Internal Server Error", "broken"),
        (502, "Bad Gateway", "broken"),
        (503, "Service Unavailable", "broken"),
        (500, "Internal Server Error: restart", "unknown"),
        (500, "Internal Server Error: sent message was immediately deleted", "unknown"),
    ],
)
def test_a_refusal(code: int, reason: str, verdict: str) -> None:
    found = read(*refusal(code, reason))
    assert (found.verdict, found.error) == (verdict, reason)


def test_a_flood_tells_how_long() -> None:
    assert read(*refusal(429, "Too Many Requests", retry_after=9)).retry_after == 9


def test_a_group_that_moved_tells_where() -> None:
    found = read(*refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1005))
    assert (found.verdict, found.moved_to) == ("moved", -1005)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"", b"{}", b'{"result":{}}', b"\xff"])
def test_behind_what_is_no_answer_it_may_have_been_delivered(body: bytes) -> None:
    assert read(502, body).verdict == "unknown"
    assert read(200, body).verdict == "unknown"


def test_an_answer_without_a_result_proves_nothing() -> None:
    assert read(200, b'{"ok":true}').verdict == "unknown"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (301, "locked_out"),
        (403, "locked_out"),
        (404, "locked_out"),
        (413, "refused"),
        (429, "flood"),
    ],
)
def test_a_proxy_that_refuses_has_passed_nothing_on(status: int, verdict: str) -> None:
    assert read(status, b"<html>").verdict == verdict
