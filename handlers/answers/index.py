"""What is computed once from a content version, for finding what a question speaks of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from data import passages
from data.library import Library
from data.model.letters import tokens
from data.model.questions.passages import Passages, stems
from data.words import lexicon

CALLED = 7.5
"""Rarity of the words that a question shares with an item from which on it calls it by name."""
_QUOTED = re.compile(r"[“«]([^“”«»]+)[”»]")


@dataclass(frozen=True)
class Index:
    """Statements to search, the ideas that the words
    of each programme item touch, by ``programme/item``, and the ids of the days and places that
    the items are of whose titles have the same words."""

    passages: Passages
    touched: Mapping[str, frozenset[str]]
    titles: Mapping[frozenset[str], frozenset[str]]


def indexed(library: Library) -> Index:
    found = Passages(passages.of(library))
    return Index(found, _touched(library), _titles(library, found))


def _titles(library: Library, found: Passages) -> Mapping[frozenset[str], frozenset[str]]:
    """What the items are of by the words of what they are called in quotation marks, without
    names of days and places, where those are unusual enough to know the item by."""
    names = stems(word for phrase in library.gazetteer.phrases for word in phrase)
    titles: dict[frozenset[str], frozenset[str]] = {}
    for item in passages.of(library):
        for title in _QUOTED.findall(" ".join(item.text.values())) if item.kind == "item" else ():
            words = stems(tokens(title)) - names
            if len(words) > 1 and found.rarity(words) >= CALLED:
                titles[words] = titles.get(words, frozenset()) | item.subjects
    return titles


def _touched(library: Library) -> Mapping[str, frozenset[str]]:
    """The ideas of the words of each statement, and of each item by ``programme/item``."""
    found = {
        each.id: lexicon().spelt(tokens(" ".join(each.text.values())))
        for each in passages.of(library)
        if each.kind in ("milestone", "fact")
    }
    for programme in library.programmes.values():
        for item in programme.items:
            words = " ".join([*item.title.values(), *(item.note or {}).values()])
            found[f"{programme.id}/{item.id}"] = lexicon().spelt(tokens(words))
    return found
