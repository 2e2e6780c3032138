"""HTML parse mode, as strict as Telegram's: what it refuses is refused here in the same words."""

import re
from dataclasses import dataclass, field
from html import unescape

from bot.local.markup import Entity, Text, units
from bot.local.refusals import RefusalError, bad_request

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "blockquote": "blockquote",
}
_TOKEN = re.compile(
    r"<(?P<close>/?)(?P<name>[^\s<>/]+)(?P<attributes>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>"
    r"|(?P<broken><)"
    r"|(?P<reference>&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)"
    r"|(?P<plain>[^<&]+|&)"
)
_ATTRIBUTE = re.compile(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+)))?")
_LINK = re.compile(r"(?:https?://|tg://|mailto:|tel:)\S+|[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?$")


@dataclass
class _Tag:
    name: str
    attributes: dict[str, str]
    offset: int
    piece: int
    language: str = ""


@dataclass
class _Reader:
    source: str
    plain: list[str] = field(default_factory=list)
    length: int = 0
    stack: list[_Tag] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def write(self, piece: str) -> None:
        self.plain.append(piece)
        self.length += units(piece)

    def opens(self, match: re.Match[str]) -> None:
        name = match["name"].lower()
        if name not in _KINDS:
            raise self._broken(match, f'Unsupported start tag "{name}" at byte offset')
        attributes = {
            key.lower(): unescape(double or single or bare)
            for key, double, single, bare in _ATTRIBUTE.findall(match["attributes"])
        }
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._broken(match, 'Tag "span" must have class "tg-spoiler" at byte offset')
        self.stack.append(_Tag(name, attributes, self.length, len(self.plain)))

    def closes(self, match: re.Match[str]) -> None:
        if not self.stack:
            raise self._broken(match, "Unexpected end tag at byte offset")
        tag, name = self.stack.pop(), match["name"].lower()
        if tag.name != name:
            tail = f', expected "</{tag.name}>", found "</{name}>"'
            raise self._broken(match, "Unmatched end tag at byte offset", tail)
        if tag.name == "code" and self.stack and self.stack[-1].name == "pre":
            self.stack[-1].language = tag.attributes.get("class", "").removeprefix("language-")
        elif self.length > tag.offset:
            self._keep(tag)

    def _keep(self, tag: _Tag) -> None:
        length = self.length - tag.offset
        entity: Entity = {"type": _KINDS[tag.name], "offset": tag.offset, "length": length}
        if tag.name == "blockquote" and "expandable" in tag.attributes:
            entity["type"] = "expandable_blockquote"
        elif tag.name == "a":
            url = tag.attributes.get("href") or "".join(self.plain[tag.piece :])
            if not _LINK.match(url):
                return
            entity["url"] = url
        elif tag.language:
            entity["language"] = tag.language
        self.entities.append(entity)

    def _broken(self, match: re.Match[str], reason: str, tail: str = "") -> RefusalError:
        place = len(self.source[: match.start()].encode())
        return bad_request(f"can't parse entities: {reason} {place}{tail}")

    def read(self) -> Text:
        for match in _TOKEN.finditer(self.source):
            if match["broken"]:
                raise self._broken(match, "Unclosed start tag at byte offset")
            if match["name"]:
                (self.closes if match["close"] else self.opens)(match)
            else:
                self.write(unescape(match[0]) if match["reference"] else match[0])
        if self.stack:
            name = self.stack[-1].name
            raise bad_request(
                f"can't parse entities: Can't find end tag corresponding to start tag \"{name}\""
            )
        return Text("".join(self.plain), tuple(self.entities))


def parse_html(source: str) -> Text:
    """Raises RefusalError on a tag that Telegram doesn't know or that is not balanced."""
    return _Reader(source).read()
