"""What the bot knows of a language to understand it: data beside the content, not code."""

from collections.abc import Mapping

from data.model.letters import fold
from data.model.texts import Value


class Words(Value):
    """The words of one language, as an editor writes them.

    ``months``: forms by number. ``endings``: what may follow a name. ``forms``: a word and its
    irregular forms. ``relative``: words for a day by its distance from today in days. ``numbers``:
    numerals of a day of a month. ``clues``: phrases by the idea that they point to.
    ``names``: what a commemoration is called beside its names, by its id.
    """

    months: Mapping[int, tuple[str, ...]]
    endings: tuple[str, ...]
    forms: Mapping[str, tuple[str, ...]] = {}
    relative: Mapping[int, tuple[str, ...]] = {}
    numbers: Mapping[int, tuple[str, ...]] = {}
    clues: Mapping[str, tuple[str, ...]] = {}
    names: Mapping[str, tuple[str, ...]] = {}


class Vocabulary:
    """The words of all languages together, folded: people mix them."""

    def __init__(self, languages: Mapping[str, Words]) -> None:
        every = languages.values()
        self.endings = frozenset(fold(end) for words in every for end in words.endings)
        self.lemmas = {
            fold(form): fold(lemma)
            for words in every
            for lemma, forms in words.forms.items()
            for form in forms
        }
        self.months = {
            fold(form): month
            for words in every
            for month, forms in words.months.items()
            for form in forms
        }
        self.relative = {
            fold(phrase): days
            for words in every
            for days, phrases in words.relative.items()
            for phrase in phrases
        }
        self.numbers = {
            fold(word): number
            for words in every
            for number, spelt in words.numbers.items()
            for word in spelt
        }
        self.names = tuple(
            (name, id_) for words in every for id_, names in words.names.items() for name in names
        )
