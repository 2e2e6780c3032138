"""A text becomes a Question: what it names, what it says of time, and what it wants."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from data.model import dates
from data.model.dates import NOTHING, Said
from data.model.gazetteer import Gazetteer, Named
from data.model.keyboards import retyped
from data.model.letters import tokens
from data.model.questions import languages
from data.model.questions.lexicon import Lexicon
from data.model.words import Vocabulary

LETTERS = 1000
LONGEST = 60
"""Words that are read; nobody asks in more."""


_PASSED = frozenset({"anniversary", "before"})
"""Ideas that “2 years ago” may be taken for."""


@dataclass(frozen=True)
class Subjects:
    """What is asked about, by id."""

    events: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.events or self.places or self.regions)


@dataclass(frozen=True)
class Question:
    """A text as it was understood.

    ``strays`` are the words that no language knows. ``languages`` counts the words that only one
    has. ``relative``: the day was said as “today”, “tomorrow”.
    """

    text: str
    words: tuple[str, ...]
    subjects: Subjects
    said: Said
    relative: bool
    ideas: frozenset[str]
    strays: tuple[str, ...]
    free: tuple[str, ...] = ()
    """The words that are not part of the name of a subject."""
    abroad: tuple[str, ...] = ()
    """The words for places that the content is not about."""
    languages: Mapping[str, int] = field(default_factory=dict)

    @property
    def vague(self) -> bool:
        """So much of it is unknown that what is known may mislead."""
        return len(self.strays) >= 2 or 2 * len(self.strays) >= max(1, len(self.words))

    @property
    def clear(self) -> bool:
        """Most of it is known and something is asked or named."""
        known = bool(self.subjects) or bool(self.ideas - {"filler"})
        return known and 3 * len(self.strays) <= len(self.words)


class Reader:
    """Reads with the names of one content version and the words of all languages."""

    def __init__(self, gazetteer: Gazetteer, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        self._gazetteer, self._lexicon, self._vocabulary = gazetteer, lexicon, vocabulary

    def read(self, text: str, today: dt.date) -> Question:
        """Never raises: what is not understood is a stray word.

        A text of such words alone is read as it would be in another layout of the keyboard.
        """
        question = self._read(text[:LETTERS], today)
        if question.vague and 2 * len(question.strays) >= len(question.words):
            for other in retyped(question.text):
                meant = self._read(other, today)
                if meant.clear and len(meant.strays) < len(question.strays):
                    return meant
        return question

    def _read(self, text: str, today: dt.date) -> Question:
        words = tokens(text)[:LONGEST]
        said = dates.read(text, self._vocabulary, today)
        named = self._named(words)
        taken = {n: _is_area(each) for each in named for n in range(each.start, each.end)}
        timed = {n: False for n, word in enumerate(words) if self._dates(word, said)}
        touched = self._lexicon.touch(words, timed | taken, languages.letters(text))
        relative = any(self._relative(words, at) for at in range(len(words)))
        said, ideas = self._in_month(said, touched.ideas, today), touched.ideas
        if said == NOTHING:
            said = self._counted(words, ideas, today, named)
            relative = said.day is not None
            ideas = ideas - ({"weekday"} if said.day else _PASSED if said.year else set())
        return Question(
            text,
            words,
            _subjects(named),
            said,
            relative,
            ideas,
            touched.strays,
            tuple(word for n, word in enumerate(words) if n not in taken),
            self._abroad(words, touched.ideas),
            touched.languages,
        )

    def _named(self, words: tuple[str, ...]) -> list[Named]:
        """The names, but for those that are a date."""
        found = self._gazetteer.find(words, self._lexicon.knows)
        return [each for each in found if not self._is_date(words[each.start : each.end])]

    def _abroad(self, words: tuple[str, ...], ideas: frozenset[str]) -> tuple[str, ...]:
        if "elsewhere" not in ideas:
            return ()
        return tuple(word for word in words if "elsewhere" in self._lexicon.spelt((word,)))

    def _in_month(self, said: Said, ideas: frozenset[str], today: dt.date) -> Said:
        """“this month”, “last year” and the like, where no date was said in full."""
        if said == NOTHING and "thismonth" in ideas:
            return Said(None, today.month, today.year)
        if said == NOTHING and "nextmonth" in ideas:
            following = today.replace(day=1) + dt.timedelta(days=32)
            return Said(None, following.month, following.year)
        shift = {"lastyear": -1, "thisyear": 0, "nextyear": 1}
        for idea, years in shift.items():
            if idea in ideas and said.year is None:
                return replace(said, year=today.year + years)
        return said

    def _counted(
        self, words: tuple[str, ...], ideas: frozenset[str], today: dt.date, named: list[Named]
    ) -> Said:
        """“on Thursday” where nothing is named, “2 years ago”."""
        if "weekday" in ideas and not named:
            return dates.weekday(words, self._vocabulary, today)
        return dates.years_ago(words, self._vocabulary, today) if ideas & _PASSED else NOTHING

    def _is_date(self, words: tuple[str, ...]) -> bool:
        """Names such as “8 November” are read as the date that they are."""
        return len(words) > 1 and all(
            word.isdigit() or dates.month_of(word, self._vocabulary) for word in words
        )

    def _dates(self, word: str, said: Said) -> bool:
        return (
            word in self._vocabulary.relative
            or (said.day is not None and word in self._vocabulary.numbers)
            or (said.month is not None and dates.month_of(word, self._vocabulary) is not None)
        )

    def _relative(self, words: tuple[str, ...], at: int) -> bool:
        return any(
            " ".join(words[at : at + length]) in self._vocabulary.relative for length in (1, 2, 3)
        )


def _is_area(named: Named) -> bool:
    """Karabakh is in the names of much else."""
    return all(subject.kind == "region" for subject in named.subjects)


def _subjects(named: list[Named]) -> Subjects:
    found: dict[str, dict[str, None]] = {"commemoration": {}, "place": {}, "region": {}}
    for each in named:
        for subject in sorted(each.subjects):
            found[subject.kind][subject.id] = None
    return Subjects(tuple(found["commemoration"]), tuple(found["place"]), tuple(found["region"]))
