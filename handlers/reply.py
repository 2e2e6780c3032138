"""What a feature says: paragraphs and buttons, made into Telegram's HTML in one place."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import Literal

from markupsafe import Markup, escape

from data.model.topics import Topic
from handlers.press import encode

LIMIT = 3800
"""Letters of one message. Telegram allows 4096 UTF-16 units after its markup is taken out."""

SHORT = 20
"""Letters of a label of which two stand side by side on a phone."""

USUAL_MENU = "usual"

_TAG = re.compile("<[^<>]*>")


@dataclass(frozen=True)
class Button:
    """One button.

    Pressed, it comes back as ``press`` (see handlers.press), opens ``url``, or opens the private
    chat with the bot by the deep link ``start``.
    """

    label: str
    press: str = ""
    url: str = ""
    start: str = ""


def button(label: str, name: str, *args: object) -> Button:
    """A button for the route ``name``. Raises ValueError when it would not fit in 64 bytes."""
    return Button(label, encode(name, *args))


Row = tuple[Button, ...]


@dataclass(frozen=True)
class File:
    """Something to keep, sent with the words."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Reply:
    """One answer.

    ``paragraphs`` are kept whole where they fit; plain ``str`` is escaped, ``Markup`` is not.
    ``silent`` makes no sound (solemn days). ``toast`` is shown over the chat when a button was
    pressed. ``menu`` is the language whose command menu this chat shows from now on, or
    USUAL_MENU, which everybody sees who has chosen none. ``then`` is the deep link whose answer
    follows in the place of this one, in the chat's new language.
    ``topic`` is what “and a concert?” is about from now on. ``apart``: what was pressed stays as
    it is, and this is a message of its own. With ``toast`` alone nothing is sent. ``file`` comes
    first. ``photo`` (an address or Telegram's id of a file) has the words under it, and so has
    ``picture``, which has no buttons. ``before`` are messages of their own that come first.
    ``refused`` is said when Telegram does not take it.
    ``deed``: of what nobody asked for, whether it is a new message or changes one.
    """

    paragraphs: tuple[str, ...] = ()
    buttons: tuple[Row, ...] = ()
    silent: bool = False
    toast: str = ""
    menu: str = ""
    then: str = ""
    topic: Topic | None = None
    apart: bool = False
    file: File | None = None
    photo: str = ""
    picture: File | None = None
    before: tuple["Reply", ...] = ()
    refused: str = ""
    deed: Literal["send", "edit", "delete"] = "send"

    @cached_property
    def messages(self) -> list[str]:
        """``paragraphs`` as they are sent; made once, however many get the same reply."""
        return render(self.paragraphs)


@dataclass(frozen=True)
class Card:
    """What a person may share in any chat: picked by ``title`` and ``description``, which are
    plain text, and sent as ``reply``, whose buttons must not be presses."""

    id: str
    title: str
    description: str
    reply: Reply


@dataclass(frozen=True)
class Cards:
    """What is offered to share; over it ``label``, if any, opens the private chat."""

    cards: tuple[Card, ...] = ()
    label: str = ""


def lines(*parts: str) -> Markup:
    """One paragraph of several lines; empty parts leave no line."""
    return Markup("\n").join(escape(part) for part in parts if part)


def bold(words: str) -> Markup:
    """The words in bold face."""
    return Markup("<b>{}</b>").format(words)


def italic(words: str) -> Markup:
    """The words in italics."""
    return Markup("<i>{}</i>").format(words)


def link(words: str, url: str) -> Markup:
    """The words as a link."""
    return Markup('<a href="{}">{}</a>').format(url, words)


def rows(buttons: Iterable[Button]) -> tuple[Row, ...]:
    """The buttons two in a row where a phone shows both labels whole."""
    made: list[Row] = []
    for each in buttons:
        short = len(each.label) <= SHORT
        if short and made and len(made[-1]) == 1 and len(made[-1][0].label) <= SHORT:
            made[-1] += (each,)
        else:
            made.append((each,))
    return tuple(made)


def pages(paragraphs: Iterable[str], size: int = 1800) -> list[list[str]]:
    """The paragraphs on pages of about ``size`` letters, links not counted; at least one page."""
    made: list[list[str]] = [[]]
    room = size
    for paragraph in filter(None, paragraphs):
        letters = len(_TAG.sub("", paragraph))
        room -= letters
        if room < 0 and made[-1]:
            made.append([])
            room = size - letters
        made[-1].append(paragraph)
    return made


def render(paragraphs: Iterable[str]) -> list[str]:
    """The messages to send: HTML, each under the limit, divided between paragraphs.

    A paragraph that is too long alone is divided between its lines, and a line that is too long
    loses its markup and is cut.
    """
    messages: list[str] = []
    for piece in _pieces(paragraphs):
        if messages and letters(messages[-1]) + letters(piece) + 2 <= LIMIT:
            messages[-1] += f"\n\n{piece}"
        else:
            messages.append(piece)
    return messages


def _pieces(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        text = str(escape(paragraph))
        if letters(text) <= LIMIT:
            if text:
                yield text
            continue
        yield from _cut(text)


def _cut(text: str) -> Iterator[str]:
    piece = ""
    for line in text.split("\n"):
        whole = line if letters(line) <= LIMIT else _plain(line)
        if piece and letters(piece) + letters(whole) + 1 > LIMIT:
            yield piece
            piece = whole
        else:
            piece = f"{piece}\n{whole}" if piece else whole
    yield piece


def _plain(line: str) -> str:
    """The beginning of a line without its tags: cutting inside one would break the message."""
    words = Markup(line).striptags()  # noqa: S704 - rendered above, not taken from a person
    return f"{escape(words[: LIMIT - 1])}…"


def letters(html: str) -> int:
    """The length that counts: UTF-16 units, without tags, an entity as what it stands for."""
    words = unescape(_TAG.sub("", html))
    return len(words) if words.isascii() else len(words.encode("utf-16-le")) // 2
