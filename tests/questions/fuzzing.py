"""Texts that nobody would type, and what every answer to them must still be."""

import random
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

from handlers.answers import Answer
from handlers.reply import render

_ODD = "<>&{}%\"'\\\0\n\t\u200b\u202e\u0301İıəğ№🙂0123456789"


class Tags(HTMLParser):
    """Fails at a tag that Telegram does not know or that is closed out of turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - its signature
        assert tag in {"b", "i", "s", "a"}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def well_formed(answer: Answer) -> None:
    """Raises AssertionError for an empty answer, broken markup or a placeholder left over."""
    for message in render(answer.told.paragraphs):
        tags = Tags()
        tags.feed(message)
        assert not tags.open
    assert answer.told.paragraphs
    assert "{" not in answer.text


def texts(seeds: Sequence[str], count: int, seed: int = 1) -> Iterator[str]:
    """Questions with odd letters in them, words of many of them in a row, and noise."""
    chance = random.Random(seed)  # noqa: S311 - the same every time
    words = " ".join(seeds).split()
    for n in range(count):
        if n % 3 == 0:
            yield _mangled(chance, chance.choice(seeds))
        elif n % 3 == 1:
            yield " ".join(chance.choices(words, k=chance.randint(1, 14)))
        else:
            letters = (chance.randrange(1, 0x3000) for _ in range(chance.randrange(80)))
            yield "".join(map(chr, letters))


def _mangled(chance: random.Random, text: str) -> str:
    """Letters are dropped, doubled, exchanged with those beside them, or odd ones come in."""
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(text) + 1)
        here, rest = text[at : at + 1], text[at + 1 :]
        odd = chance.choice(_ODD)
        text = text[:at] + chance.choice(("", here * 2, rest[:1] + here, here + odd)) + rest
    return text
