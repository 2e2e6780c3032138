"""What many ask alike is made once, and nobody gets what another should have got."""

import datetime as dt
from dataclasses import replace

import pytest

from data.library import SHORT, Library
from handlers.ask import Ask, Services
from handlers.repeating import repeated
from handlers.reply import Reply
from tests.test_reminders import SPEAKERS, services

ASK = Ask(chat_id=1, speaker=SPEAKERS["az"], today=dt.date(2025, 11, 24), words="Kəlbəcər")


class Telling:
    """A feature that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[Ask] = []

    async def tell(self, ask: Ask, _services: Services) -> Reply:
        self.asked.append(ask)
        return Reply((f"{ask.words} {len(self.asked)}",))


async def test_another_chat_gets_the_same_reply(library: Library) -> None:
    telling = Telling()
    feature = repeated(telling.tell)
    first = await feature(ASK, services(library))
    again = await feature(replace(ASK, chat_id=-5, thread=7, message=9), services(library))
    assert again is first
    assert len(telling.asked) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"speaker": SPEAKERS["ru"]},
        {"today": dt.date(2025, 11, 25)},
        {"words": "Laçın"},
        {"args": ("lachin", "2024")},
        {"kind": "supergroup"},
        {"known": False},
    ],
    ids=lambda other: next(iter(other)),
)
async def test_whatever_differs_is_made_anew(library: Library, other: dict[str, object]) -> None:
    telling = Telling()
    feature = repeated(telling.tell)
    await feature(ASK, services(library))
    await feature(replace(ASK, **other), services(library))  # type: ignore[arg-type] # any field
    assert len(telling.asked) == 2


async def test_other_content_is_told_at_once(library: Library) -> None:
    telling = Telling()
    feature = repeated(telling.tell)
    await feature(ASK, services(library))
    await feature(ASK, services(replace(library, version=2)))
    assert len(telling.asked) == 2


async def test_a_long_text_is_not_kept(library: Library) -> None:
    telling = Telling()
    feature = repeated(telling.tell)
    long = replace(ASK, words="x" * (SHORT + 1))
    await feature(long, services(library))
    await feature(long, services(library))
    assert len(telling.asked) == 2
