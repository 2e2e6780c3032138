"""In which of the languages a question is typed, by its letters and by whose words it uses."""

from collections.abc import Mapping

CLEAR = 2.0
"""By how much another language must outweigh that of the chat."""

_AZERBAIJANI = frozenset("əғәҝөүһҹ")
_MARKED = frozenset("ğışçö")
_RUSSIAN = frozenset("ыэъщё")
_CYRILLIC = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюя")


def guess(text: str, words: Mapping[str, int], chat: str | None) -> str:
    """The language of ``chat`` unless another is clear; without one, the likeliest.

    ``words`` counts the clue words that only one language has.
    """
    votes = {language: float(count) for language, count in words.items()}
    for language, weight in letters(text).items():
        votes[language] = votes.get(language, 0.0) + weight
    if not votes:
        return chat or "en"
    likeliest = max(sorted(votes), key=lambda language: votes[language])
    if chat is None or likeliest == chat:
        return likeliest
    return likeliest if votes[likeliest] - votes.get(chat, 0.0) >= CLEAR else chat


def letters(text: str) -> dict[str, float]:
    """What the alphabet tells, in words: a whole word of one language counts 1."""
    used = frozenset(text.replace("I", "ı").lower())
    if used & _AZERBAIJANI:
        return {"az": 3.0}
    if used & _CYRILLIC:
        return {"ru": 2.5 if used & _RUSSIAN else 1.6}
    return {"az": 1.5} if used & _MARKED - {"ı"} else {}
