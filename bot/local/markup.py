"""Formatted text as Telegram keeps it: plain text and entities, counted in UTF-16 units."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

Entity = dict[str, Any]
Tags = Callable[[Entity, str], tuple[str, str]]

SIMPLE_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "blockquote": "blockquote",
}
_DETECTED = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)])"
    r"|(?<![\w/@])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/])"
    r"|(?<!\w)(?P<mention>@[A-Za-z]\w{3,31})"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)"
)
_OPAQUE = {"code", "pre", "text_link"}


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@dataclass(frozen=True)
class Text:
    plain: str
    entities: tuple[Entity, ...] = ()

    @property
    def html(self) -> str:
        """Canonical HTML of the formatting; what Telegram marks by itself stays as typed."""
        return render(self, formatting)

    def trimmed(self) -> "Text":
        """Telegram cuts white space at both ends; entities move along or shrink."""
        start = units(self.plain) - units(self.plain.lstrip())
        plain = self.plain.strip()
        end = units(plain)
        kept = []
        for entity in self.entities:
            first = max(0, entity["offset"] - start)
            last = min(end, entity["offset"] + entity["length"] - start)
            if last > first:
                kept.append(entity | {"offset": first, "length": last - first})
        return Text(plain, tuple(kept))

    def detected(self) -> "Text":
        """With the commands, links, mentions and hashtags that Telegram marks by itself."""
        taken = [(e["offset"], e["offset"] + e["length"]) for e in self.entities
                 if e["type"] in _OPAQUE]  # fmt: skip
        found = list(self.entities)
        for match in _DETECTED.finditer(self.plain):
            offset, length = units(self.plain[: match.start()]), units(match.group())
            if not any(first < offset + length and offset < last for first, last in taken):
                found.append({"type": match.lastgroup, "offset": offset, "length": length})
        return Text(self.plain, tuple(sorted(found, key=_outer_first)))


def render(text: Text, tags: Tags) -> str:
    """Escaped HTML in which `tags(entity, covered text)` gives each entity's two ends."""
    raw = text.plain.encode("utf-16-le")
    ordered = sorted(text.entities, key=_outer_first)
    ends = [e["offset"] + e["length"] for e in ordered]
    pieces: list[str] = []
    cuts = sorted({0, len(raw) // 2, *ends, *(e["offset"] for e in ordered)})
    for here, there in pairwise([*cuts, cuts[-1]]):
        for entity, end in zip(reversed(ordered), reversed(ends), strict=True):
            if end == here:
                pieces.append(tags(entity, _covered(raw, entity))[1])
        pieces += [tags(e, _covered(raw, e))[0] for e in ordered if e["offset"] == here]
        piece = raw[2 * here : 2 * there].decode("utf-16-le", "replace")
        pieces.append(escape(piece, quote=False))
    return "".join(pieces)


def _covered(raw: bytes, entity: Entity) -> str:
    first = 2 * int(entity["offset"])
    return raw[first : first + 2 * int(entity["length"])].decode("utf-16-le", "replace")


def formatting(entity: Entity, _: str) -> tuple[str, str]:
    kind = entity["type"]
    if tag := SIMPLE_TAGS.get(kind):
        return f"<{tag}>", f"</{tag}>"
    if kind == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    if kind == "text_link":
        return f'<a href="{escape(entity["url"])}">', "</a>"
    if kind == "pre":
        language = entity.get("language")
        inside = f'<code class="language-{escape(language)}">' if language else ""
        return f"<pre>{inside}", ("</code>" if language else "") + "</pre>"
    return "", ""


def _outer_first(entity: Entity) -> tuple[int, int]:
    return entity["offset"], -entity["length"]
