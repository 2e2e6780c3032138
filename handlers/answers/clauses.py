"""The one question in a text that tells of the person, or scolds, beside it."""

import re
from collections.abc import Callable
from dataclasses import replace

from data.model.dates import NOTHING
from data.model.questions.reading import Question

_ENDS = re.compile(r"(?<=[.!?;:,…\n])\s*(?![.!?;:,…])|\s[-–—]\s")
ASKING = frozenset(
    {
        "any", "author", "dayoff", "director", "guests", "how", "howmany", "hour", "left", "list",
        "organise", "performer", "weekday", "what", "when", "where", "who", "why", "willbe",
    }
)  # fmt: skip
"""Ideas by which a clause is a question."""


def question_in(whole: Question, read: Callable[[str], Question]) -> Question | None:
    """The clause that asks, else the last, about what all of it names; None if several ask."""
    parts = [part for part in _ENDS.split(whole.text) if part.strip()]
    if len(parts) < 2:
        return None
    clauses = [*map(read, parts)]
    asking = [part for part in clauses if part.ideas & ASKING or "?" in part.text] or clauses[-1:]
    if len(asking) != 1:
        return None
    found = asking[0]
    said = whole.said if found.said == NOTHING else found.said
    return replace(found, subjects=found.subjects or whole.subjects, said=said)
