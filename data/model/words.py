"""What the bot knows of a language to understand it: data beside the content, not code."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from data.model.letters import fold, tokens
from data.model.texts import Value

Key = TypeVar("Key")


class Words(Value):
    """The words of one language, as an editor writes them.

    ``months``: forms by number. ``endings``: what may follow a name. ``forms``: a word and its
    irregular forms. ``relative``: words for a day by its distance from today in days.
    ``weekdays``: their names, Monday is 0. ``numbers``: numerals of a day of a month; ``ten``:
    what stands before those of 11 to 19 where they are two words. ``years``: what follows a year;
    ``ago``: what follows a number of years that have passed. ``clues``: phrases by the idea that
    they point to. ``names``: what a commemoration is called beside its names, by its id.
    """

    months: Mapping[int, tuple[str, ...]]
    endings: tuple[str, ...]
    forms: Mapping[str, tuple[str, ...]] = {}
    relative: Mapping[int, tuple[str, ...]] = {}
    weekdays: Mapping[int, tuple[str, ...]] = {}
    numbers: Mapping[int, tuple[str, ...]] = {}
    ten: str = ""
    years: tuple[str, ...] = ()
    ago: tuple[str, ...] = ()
    clues: Mapping[str, tuple[str, ...]] = {}
    names: Mapping[str, tuple[str, ...]] = {}


class Vocabulary:
    """The words of all languages together, folded: people mix them."""

    def __init__(self, languages: Mapping[str, Words]) -> None:
        every = languages.values()
        self.endings = frozenset(fold(end) for words in every for end in words.endings)
        self.lemmas = {
            form: fold(lemma) for form, lemma in _by_form(words.forms for words in every).items()
        }
        self.months = _by_form(words.months for words in every)
        self.relative = _by_form(words.relative for words in every)
        self.weekdays = _by_form(words.weekdays for words in every)
        self.numbers = _by_form(words.numbers for words in every)
        self.teens = {
            (fold(words.ten), form): 10 + unit
            for words in every
            for form, unit in _by_form([words.numbers]).items()
            if words.ten and unit < 10
        }
        self.years = frozenset(fold(word) for words in every for word in words.years)
        self.ago = tuple(tokens(phrase) for words in every for phrase in words.ago)
        self.names = tuple(
            (name, id_) for words in every for id_, names in words.names.items() for name in names
        )


def _by_form(tables: Iterable[Mapping[Key, tuple[str, ...]]]) -> dict[str, Key]:
    """What each form, folded, stands for."""
    return {fold(form): key for table in tables for key, forms in table.items() for form in forms}
