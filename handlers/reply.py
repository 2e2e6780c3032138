"""What a feature says: paragraphs and buttons, made into Telegram's HTML in one place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from handlers.press import encode

LIMIT = 3500
"""Characters of one message. Telegram allows 4096 after its markup is taken out; with the markup
counted and this much room left, no message is ever refused for its length."""


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
class Reply:
    """One answer.

    ``paragraphs`` are kept whole where they fit; plain ``str`` is escaped, ``Markup`` is not.
    ``silent`` makes no sound (solemn days). ``toast`` is shown over the chat when a button was
    pressed. ``menu`` is the language whose command menu this chat shows from now on. ``then`` is
    the deep link whose answer follows in the place of this one, in the chat's new language.
    """

    paragraphs: tuple[str, ...] = ()
    buttons: tuple[Row, ...] = ()
    silent: bool = False
    toast: str = ""
    menu: str = ""
    then: str = ""


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


def rows(buttons: Iterable[Button], width: int) -> tuple[Row, ...]:
    """The buttons in rows of at most ``width``."""
    every = tuple(buttons)
    return tuple(every[start : start + width] for start in range(0, len(every), width))


def pages(paragraphs: Iterable[str], size: int = 2600) -> list[list[str]]:
    """The paragraphs on pages of about ``size`` characters of HTML, at least one."""
    made: list[list[str]] = [[]]
    room = size
    for paragraph in paragraphs:
        room -= len(paragraph)
        if room < 0 and made[-1]:
            made.append([])
            room = size - len(paragraph)
        made[-1].append(paragraph)
    return made


def render(paragraphs: Iterable[str]) -> list[str]:
    """The messages to send: HTML, each under the limit, divided between paragraphs.

    A paragraph that is too long alone is divided between its lines, and a line that is too long
    loses its markup and is cut.
    """
    messages: list[str] = []
    for piece in _pieces(paragraphs):
        if messages and len(messages[-1]) + len(piece) + 2 <= LIMIT:
            messages[-1] += f"\n\n{piece}"
        else:
            messages.append(piece)
    return messages


def _pieces(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        text = str(escape(paragraph))
        if len(text) <= LIMIT:
            if text:
                yield text
            continue
        yield from _cut(text)


def _cut(text: str) -> Iterator[str]:
    piece = ""
    for line in text.split("\n"):
        whole = line if len(line) <= LIMIT else _plain(line)
        if piece and len(piece) + len(whole) + 1 > LIMIT:
            yield piece
            piece = whole
        else:
            piece = f"{piece}\n{whole}" if piece else whole
    yield piece


def _plain(line: str) -> str:
    """The beginning of a line without its tags: cutting inside one would break the message."""
    words = Markup(line).striptags()  # noqa: S704 - rendered above, not taken from a person
    kept = len(words)
    while len(escape(words[:kept])) > LIMIT - 1:
        kept = kept * 9 // 10
    return f"{escape(words[:kept])}…"
