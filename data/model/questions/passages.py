"""Finds the statements of the content that speak of the words of a question."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from data.model.letters import tokens
from data.model.texts import Source, Text

STEM = 5
"""Letters that are compared: endings come after them in all three languages."""
SHORT = 3
"""Letters of the shortest word that may bear an ending."""

MEANT = {
    "altitude": "above sea level",
    "displaced": "displaced",
    "establish": "created formed",
    "founded": "founded created",
    "minsk": "minsk process osce",
    "oldname": "renamed founded",
    "peacekeeper": "peacekeepers withdrawal",
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


def _inflected(one: str, other: str) -> bool:
    """Whether they differ by no more than the last letter of each."""
    kept = max(len(one), len(other)) - 1
    return min(len(one), len(other)) >= kept and one[:kept] == other[:kept]


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
        self._begun: dict[str, list[str]] = defaultdict(list)
        for stem in index:
            self._begun[stem[:SHORT]].append(stem)
        self._known = lru_cache(8192)(self._nearest)

    def _nearest(self, stem: str) -> str:
        """The stem that was meant where a short word has another ending: “kota” is “kot”."""
        if stem in self._index or len(stem) < SHORT or stem.isdigit():
            return stem
        near = [each for each in self._begun.get(stem[:SHORT], ()) if _inflected(stem, each)]
        return near[0] if len(near) == 1 else stem

    def known(self, words: frozenset[str]) -> frozenset[str]:
        """The stems as the passages have them, whatever the ending of a short word."""
        return frozenset(map(self._known, words))

    def rarity(self, words: Iterable[str]) -> float:
        """Of all the stems together; 0 for one of no passage; the more, the fewer have it."""
        return sum(self._rarity.get(stem, 0.0) for stem in words)

    def find(self, words: frozenset[str], kinds: frozenset[str], limit: int = 5) -> list[Match]:
        """Passages of these kinds that share stems with ``words``, the best first."""
        weights: dict[int, float] = defaultdict(float)
        words = self.known(words)
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
