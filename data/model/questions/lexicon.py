"""The clue words of all languages: which ideas a text touches, and which words nobody knows."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from data.model.letters import fold
from data.model.words import Words

_WORD = re.compile(r"\d+|[a-z]+\*?")
NONE: Mapping[str, float] = {}
SURE = 3.0
"""Words of one language from which on those of the others need company."""
FUZZY = 5
"""Letters from which on a word may have a typo."""


PLAIN = frozenset(
    {
        "beside", "command", "eat", "elsewhere", "filler", "inject", "insult", "lodging",
        "logistics", "maths", "medical", "money", "news", "opinion", "personal", "price", "spend",
        "sport", "ticket", "transport", "weather", "win", "worldly",
    }
)  # fmt: skip
"""Ideas whose words count only as they are spelt: a typo in another word must not become one."""


@dataclass(frozen=True, slots=True)
class Clue:
    """A phrase that points to ``idea``. Each of ``words`` is a stem and whether it may go on."""

    idea: str
    language: str
    words: tuple[tuple[str, bool], ...]

    @property
    def weight(self) -> tuple[int, int]:
        """More words before fewer, longer stems before shorter."""
        return len(self.words), sum(len(stem) for stem, _ in self.words)

    def fits(self, words: tuple[str, ...], at: int) -> bool:
        """Whether it goes on from ``at``, where its first word is."""
        for stem, open_ in self.words[1:]:
            at += 1
            if at == len(words) or not words[at].startswith(stem):
                return False
            if not open_ and words[at] != stem:
                return False
        return True


@dataclass(frozen=True)
class Touched:
    """The ideas of a text, the words known to each language, and the words known to none."""

    ideas: frozenset[str]
    languages: Mapping[str, int]
    strays: tuple[str, ...]


class Lexicon:
    """Finds clues; the longest phrase at a place wins."""

    def __init__(self, languages: Mapping[str, Words]) -> None:
        exact: dict[str, list[Clue]] = defaultdict(list)
        begun: dict[str, list[Clue]] = defaultdict(list)
        for clue in _clues(languages):
            stem, open_ = clue.words[0]
            (begun if open_ else exact)[stem].append(clue)
        # tuples: of thousands of lists most have one item and room for more
        self._exact = {stem: tuple(clues) for stem, clues in exact.items()}
        self._open = {stem: tuple(clues) for stem, clues in begun.items()}
        self._near: dict[str, list[str]] = defaultdict(list)
        for stem, clues in {**self._exact, **self._open}.items():
            if len(stem) >= FUZZY and any(clue.idea not in PLAIN for clue in clues):
                self._near[stem[0]].append(stem)
        every = (*self._exact.values(), *self._open.values())
        self.ideas = frozenset(clue.idea for clues in every for clue in clues)
        self._beginning = lru_cache(8192)(self._look_up)
        self._mended = lru_cache(8192)(self._nearest)

    def knows(self, word: str) -> bool:
        """Whether the word is a clue by itself, spelt right."""
        return any(len(clue.words) == 1 for clue in self._beginning(word))

    def spelt(self, words: tuple[str, ...]) -> frozenset[str]:
        """The ideas of words that have no typos: those of the content itself."""
        return frozenset(
            clue.idea
            for at, word in enumerate(words)
            for clue in self._beginning(word)
            if clue.fits(words, at)
        )

    def touch(
        self,
        words: tuple[str, ...],
        taken: Mapping[int, bool],
        letters: Mapping[str, float] = NONE,
    ) -> Touched:
        """What folded ``words`` say beside the positions in ``taken``, which are names; where
        True, a phrase may go over the name: “the second Karabakh war”.

        ``letters`` tells what the alphabet of the text says of its language. A language that the
        text is hardly in is left out: “var” is not “war” in Azerbaijani. Typos are looked for
        when it is known in which languages.
        """
        found = _divided([_by_length(clues) for clues in self._clues_at(words, taken, letters)])
        covered = {at + n for at, clues in found for n in range(len(clues[0].words))}
        strays = tuple(
            word
            for at, word in enumerate(words)
            if at not in covered and at not in taken and len(word) > 2 and not word.isdigit()
        )
        ideas = frozenset(clue.idea for _, clues in found for clue in clues)
        return Touched(ideas, _spoken(found), strays)

    def _clues_at(
        self, words: tuple[str, ...], taken: Mapping[int, bool], letters: Mapping[str, float]
    ) -> list[list[Clue]]:
        """The clues that begin at each word, in the languages that the text is in."""
        exact = [self._fitting(words, at, taken) for at in range(len(words))]
        spoken = _spoken(_divided([_by_length(clues) for clues in exact]))
        weighed = {each: spoken[each] + letters.get(each, 0.0) for each in {*spoken, *letters}}
        most = max(weighed.values(), default=0.0)
        if most >= SURE:
            here = {each for each, votes in weighed.items() if 3 * votes >= most}
            exact = [[clue for clue in clues if clue.language in here] for clues in exact]
        mostly = {each for each, votes in weighed.items() if 2 * votes >= most}
        for at, word in enumerate(words):
            if not exact[at] and at not in taken and len(word) >= FUZZY and word.isalpha():
                exact[at] = self._meant(words, at, taken, mostly)
        return exact

    def _fitting(self, words: tuple[str, ...], at: int, taken: Mapping[int, bool]) -> list[Clue]:
        """The clues that begin there and touch no name that must stand, the best first."""
        if taken.get(at) is False:
            return []
        found = [clue for clue in self._beginning(words[at]) if clue.fits(words, at)]
        if taken:
            ends = (n for n in range(at, len(words)) if taken.get(n) is False)
            reach, least = next(ends, len(words)) - at, 2 if at in taken else 1
            found = [clue for clue in found if least <= len(clue.words) <= reach]
        return found

    def _meant(
        self,
        words: tuple[str, ...],
        at: int,
        taken: Mapping[int, bool],
        languages: Collection[str],
    ) -> list[Clue]:
        """The same where a typo hides them, in the languages that the text is mostly in."""
        mended = (*words[:at], self._mended(words[at]), *words[at + 1 :])
        return [
            clue
            for clue in self._fitting(mended, at, taken)
            if clue.idea not in PLAIN and (not languages or clue.language in languages)
        ]

    def _look_up(self, word: str) -> tuple[Clue, ...]:
        """All clues with such a first word, the best first."""
        found = [*self._exact.get(word, ())]
        for end in range(1, len(word) + 1):
            found += self._open.get(word[:end], ())
        return tuple(sorted(found, key=lambda clue: clue.weight, reverse=True))

    def _nearest(self, word: str) -> str:
        """The clue word that was meant: one letter may differ, two in nine or more.

        Without its ending of up to three letters one may.
        """
        near = self._near.get(word[0], ())
        for typed in (word, word[:-1], word[:-2], word[:-3]):
            if len(typed) < FUZZY or (typed != word and len(typed) <= FUZZY):
                break
            allowed = 2 if typed == word and len(word) >= 9 else 1
            found = process.extractOne(typed, near, scorer=OSA.distance, score_cutoff=allowed)
            if found:
                return str(found[0])
        return word


def _by_length(clues: Iterable[Clue]) -> dict[int, list[Clue]]:
    """The best of the clues, by how many words they have; several if they are equally good."""
    found: dict[int, list[Clue]] = {}
    for clue in clues:
        rivals = found.setdefault(len(clue.words), [])
        if not rivals or clue.weight == rivals[0].weight:
            rivals.append(clue)
    return found


def _divided(starting: list[dict[int, list[Clue]]]) -> list[tuple[int, list[Clue]]]:
    """The clues that divide the text best, each with where: long phrases before single words."""
    worth, chosen = [0] * (len(starting) + 1), [0] * len(starting)
    for at in range(len(starting) - 1, -1, -1):
        worth[at] = worth[at + 1]
        for length in sorted(starting[at]):
            if length * length + worth[at + length] > worth[at]:
                worth[at], chosen[at] = length * length + worth[at + length], length
    found, at = [], 0
    while at < len(starting):
        if chosen[at]:
            found.append((at, starting[at][chosen[at]]))
        at += chosen[at] or 1
    return found


def _spoken(found: Iterable[tuple[int, list[Clue]]]) -> Counter[str]:
    """How many phrases only one language has, by language."""
    spoken = [{clue.language for clue in clues} for _, clues in found]
    return Counter(language for each in spoken if len(each) == 1 for language in each)


def _clues(languages: Mapping[str, Words]) -> Iterable[Clue]:
    parsed_once = lru_cache(None)(_word)  # the same words stand in thousands of phrases
    for language, words in languages.items():
        ideas = [(idea, phrase) for idea, phrases in words.clues.items() for phrase in phrases]
        # folded in one go: thousands of short texts would cost a tenth of a second
        folded = fold("\n".join(phrase for _, phrase in ideas)).split("\n")
        for (idea, _), phrase in zip(ideas, folded, strict=True):
            if parsed := tuple(map(parsed_once, _WORD.findall(phrase))):
                yield Clue(idea, language, parsed)
                stem, open_ = parsed[-1]
                if open_ and stem.endswith("t"):  # “events” is folded to “evens”
                    yield Clue(idea, language, (*parsed[:-1], (stem[:-1].rstrip("s") + "s", True)))


def _word(folded: str) -> tuple[str, bool]:
    """``gorod*`` → ``("gorod", True)``."""
    return folded.rstrip("*"), folded.endswith("*")
