"""What the bot did, as the lines of a transcript: `< ` and what the chat shows."""

import json

from bot.local.chats import JSON, Event, Query


def told(event: Event) -> list[str]:
    """None of what has no message."""
    message = event.message
    if message is None:
        return []
    if event.kind in {"toast", "alert"}:
        return [f"< ({'! ' if event.kind == 'alert' else ''}{event.words})"]
    if event.kind == "delete":
        return ["<- (deleted)"]
    sign = "<~" if event.kind == "edit" else "<"
    body = [*_thing(message.content), *(message.html.splitlines() if message.text else [])]
    rows = [" ".join(map(_button, row)) for row in message.buttons]
    return [f"{sign} {line}".rstrip() for line in body + rows]


def _button(button: JSON) -> str:
    address = f" ↗ {button['url']}" if "url" in button else ""
    return f"[{button['text']}{address}]"


def _thing(content: JSON) -> list[str]:
    if "venue" in content:
        return [f"{{venue {content['venue']['title']}, {content['venue']['address']}}}"]
    if "document" in content:
        return [f"{{document {content['document']['file_name']}}}"]
    return [f"{{{kind}}}" for kind in ("photo", "location") if kind in content]


def cards(query: Query | None) -> list[str]:
    """What an inline question brought up."""
    answer = (query.answer if query else None) or {}
    results = [
        f"< {{card}} {card.get('title')}: {card.get('description', '')}"
        for card in answer.get("results", [])
    ]
    button = json.loads(answer.get("button", "{}"))
    return [*results, f"< {{open}} {button['text']}"] if button else results
