"""Finds the statements of the content that speak of the words of a question."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data.model.letters import tokens
from data.model.texts import Source, Text

STEM = 5
"""Letters that are compared: endings come after them in all three languages."""

MEANT = {
    "altitude": "above sea level",
    "displaced": "displaced",
    "establish": "created formed",
    "founded": "founded created",
    "oldname": "renamed founded",
    "peacekeeper": "peacekeepers",
    "resolution": "resolution council",
}
"""Words of the content for what people call otherwise, by idea."""


@dataclass(frozen=True)
class Passage:
    """One statement.

    ``kind`` says what it is of (``fact``, ``milestone``, ``item`` …), ``id`` which one;
    ``subjects`` are the ids of the places and days that it is about.
    """

    kind: str
    id: str
    text: Text
    subjects: frozenset[str]
    sources: tuple[Source, ...]
    more: str = ""
    """Words to be found by beside the text."""


@dataclass(frozen=True)
class Match:
    """How much of the question a passage holds: the sum of the rarities of their common stems."""

    passage: Passage
    weight: float
    stems: frozenset[str]


def stems(words: Iterable[str]) -> frozenset[str]:
    """Folded words as they are compared; the short and the figures below 32 are left out."""
    return frozenset(
        word[:STEM]
        for word in words
        if (len(word) > 2 and not word.isdigit()) or (word.isdigit() and int(word) > 31)
    )


class Passages:
    """All statements with an index of their stems."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self._passages = tuple(passages)
        index: dict[str, list[int]] = defaultdict(list)
        for n, passage in enumerate(self._passages):
            for stem in stems(tokens(" ".join([*passage.text.values(), passage.more]))):
                index[stem].append(n)
        self._index = index
        count = len(self._passages)
        self._rarity = {stem: math.log((count + 1) / len(found)) for stem, found in index.items()}

    def rarity(self, stem: str) -> float:
        """0 for a stem of no passage; the more, the fewer have it."""
        return self._rarity.get(stem, 0.0)

    def find(self, words: frozenset[str], kinds: frozenset[str], limit: int = 5) -> list[Match]:
        """Passages of these kinds that share stems with ``words``, the best first."""
        weights: dict[int, float] = defaultdict(float)
        for stem in words:
            for n in self._index.get(stem, ()):
                weights[n] += self._rarity[stem]
        ranked = sorted(weights.items(), key=lambda each: -each[1])
        found = []
        for n, weight in ranked:
            passage = self._passages[n]
            if passage.kind in kinds:
                common = frozenset(stem for stem in words if n in self._index.get(stem, ()))
                found.append(Match(passage, weight, common))
                if len(found) == limit:
                    break
        return found


def best(matches: Iterable[Match], subjects: frozenset[str]) -> Mapping[str, Match]:
    """By kind the heaviest match; one about another subject than those named counts half."""
    found: dict[str, Match] = {}
    for match in matches:
        if subjects and not subjects & match.passage.subjects:
            match = Match(match.passage, match.weight / 2, match.stems)  # noqa: PLW2901 - the lighter one
        kept = found.get(match.passage.kind)
        if kept is None or match.weight > kept.weight:
            found[match.passage.kind] = match
    return found
