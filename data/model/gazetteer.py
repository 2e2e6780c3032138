"""Finds the places and commemorations that a text names, in any spelling and case."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from data.model.letters import tokens
from data.model.words import Vocabulary

OFFICIAL = 3
"""Names that come first for each subject: one a language. Another's inflected form is not them."""
LONGEST = 8
"""Words of the longest name that is looked for."""
SHORTEST_STEM = 4
"""Letters of a name that may bear an ending; shorter ones must be typed as they are."""


@dataclass(frozen=True, order=True)
class Subject:
    """What a name stands for: ``kind`` is ``place``, ``region`` or ``commemoration``."""

    kind: str
    id: str


@dataclass(frozen=True)
class Named:
    """A name found in the words ``start`` to ``end`` (excluded); several subjects: ambiguous.

    ``typos`` counts the letters that differ from a known spelling.
    """

    subjects: frozenset[Subject]
    start: int
    end: int
    typos: int


class Gazetteer:
    """All names, folded, each with what it stands for."""

    def __init__(self, names: Iterable[tuple[str, Subject]], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        phrases: dict[tuple[str, ...], set[Subject]] = defaultdict(set)
        official: dict[tuple[str, ...], set[Subject]] = defaultdict(set)
        yielded: Counter[Subject] = Counter()
        for name, subject in names:
            phrase = self._lemmas(tokens(name))
            phrases[phrase].add(subject)
            if yielded[subject] < OFFICIAL:
                official[phrase].add(subject)
            yielded[subject] += 1
        phrases.pop((), None)
        self._phrases = {
            phrase: frozenset(official.get(phrase) or _likeliest(phrase, subjects, official))
            for phrase, subjects in phrases.items()
        }
        self._words = frozenset(word for phrase in self._phrases for word in phrase)
        self._long = sorted(word for word in self._words if len(word) > SHORTEST_STEM)
        self._lines = {" ".join(phrase): phrase for phrase in self._phrases}
        self._resolve = lru_cache(8192)(self._look_up)

    @property
    def phrases(self) -> Collection[tuple[str, ...]]:
        """All names, folded, word by word."""
        return self._phrases.keys()

    def find(
        self, words: tuple[str, ...], common: Callable[[str], bool] = lambda _: False
    ) -> list[Named]:
        """The longest names in folded ``words``, from left to right, none inside another.

        A ``common`` word is no name with a typo.
        """
        resolved = [self._resolve(word) for word in words]
        resolved = [
            (word, 0) if typos and common(word) else (known, typos)
            for word, (known, typos) in zip(words, resolved, strict=True)
        ]
        found, at = [], 0
        while at < len(words):
            name = self._longest(resolved, at)
            if name:
                found.append(name)
            at = name.end if name else at + 1
        return found

    def nearest(self, words: tuple[str, ...], limit: int = 3) -> list[Subject]:
        """What might have been meant by words that name nothing: the best first."""
        line, lines = " ".join(words), list(self._lines)
        # the whole nearly right, or all of its words in a longer name
        close = [
            *process.extract(line, lines, scorer=fuzz.ratio, score_cutoff=70, limit=limit * 4),
            *process.extract(line, lines, scorer=_contained, score_cutoff=70, limit=limit * 4),
        ]
        ranked = [
            subject
            for name, *_ in sorted(close, key=lambda each: -each[1])
            for subject in sorted(self._phrases[self._lines[name]])
        ]
        return list(dict.fromkeys(ranked))[:limit]

    def _longest(self, resolved: list[tuple[str, int]], at: int) -> Named | None:
        for end in range(min(len(resolved), at + LONGEST), at, -1):
            subjects = self._phrases.get(tuple(word for word, _ in resolved[at:end]))
            if subjects:
                return Named(subjects, at, end, sum(typos for _, typos in resolved[at:end]))
        return None

    def _lemmas(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self._vocabulary.lemmas.get(word, word) for word in words)

    def _look_up(self, word: str) -> tuple[str, int]:
        """The known word that was typed and how many letters differ; itself when unknown."""
        word = self._vocabulary.lemmas.get(word, word)
        if word in self._words:
            return word, 0
        for end in range(len(word) - 1, SHORTEST_STEM - 1, -1):
            if word[:end] in self._words and word[end:] in self._vocabulary.endings:
                return word[:end], 0
        return self._nearly(word)

    def _nearly(self, word: str) -> tuple[str, int]:
        """One letter may differ in five or more, two in eight or more; an ending may follow."""
        allowed = 2 if len(word) >= 8 else 1 if len(word) > SHORTEST_STEM else 0
        if not allowed or word[:1].isdigit():
            return word, 0
        for typed in (word, *self._without_ending(word)):
            near = process.extractOne(typed, self._long, scorer=OSA.distance, score_cutoff=allowed)
            if near and near[0][0] == word[0] and (near[1] < 2 or len(near[0]) >= 8):
                return near[0], int(near[1])
        return word, 0

    def _without_ending(self, word: str) -> list[str]:
        """The word without each ending that it may have, five letters or more."""
        ends = range(len(word) - 1, SHORTEST_STEM, -1)
        return [word[:end] for end in ends if word[end:] in self._vocabulary.endings][:2]


def _contained(typed: str, name: str, **_: object) -> float:
    """How much of a name its words make up, if all that was typed stands in it."""
    words, known = set(typed.split()), set(name.split())
    if not words <= known or len(typed) < SHORTEST_STEM:
        return 0
    return 70 + 30 * len(words) / len(known)


def _likeliest(
    phrase: tuple[str, ...],
    subjects: set[Subject],
    official: Mapping[tuple[str, ...], set[Subject]],
) -> set[Subject]:
    """Of two places whose inflected names fall together, the one with the longer name."""
    if len(subjects) < 2 or len(phrase) > 1 or any(each.kind != "place" for each in subjects):
        return subjects
    names = {
        each: max(len(name[0]) for name, of in official.items() if each in of) for each in subjects
    }
    longest = max(names.values())
    return {each for each, length in names.items() if length == longest}
