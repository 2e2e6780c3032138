"""Judges an answer by what a right one must contain, in whichever language it is."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from handlers.answers import Answer

HERE = Path(__file__).parent
SMALL_TALK = frozenset({"greeting", "thanks", "help", "source"})
OUT = "out_of_scope"
MISSING = "missing_fact"
NOW = "2025-11-24"
"""The day on which a question without ``now`` is asked."""

_LETTERS = str.maketrans("əğşçöü", "egscou")


def questions(name: str) -> Iterator[Mapping[str, Any]]:
    """Those of ``<name>.jsonl``."""
    for line in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


def fold(text: str) -> str:
    text = text.replace("ё", "е").replace("Ё", "Е")
    text = text.replace("İ", "i").replace("I", "i").replace("ı", "i").lower().translate(_LETTERS)
    marked = unicodedata.normalize("NFKD", text)
    kept = "".join(c for c in marked if not unicodedata.combining(c) or c == "\u0306")
    text = re.sub(r"[\u2010-\u2015\-]", " ", unicodedata.normalize("NFC", kept))
    return re.sub(r"\s+", " ", text)


def has(needle: str, folded: str) -> bool:
    """Whether the folded text has it; a number is not found inside a longer one."""
    sought = fold(needle)
    left = r"(?<!\d)" if sought[:1].isdigit() else ""
    right = r"(?!\d)" if sought[-1:].isdigit() else ""
    return re.search(left + re.escape(sought) + right, folded) is not None


def judge(question: Mapping[str, Any], answer: Answer) -> str:
    """``right``, ``wrong`` or ``refused``."""
    text = fold(answer.text)
    forbidden = any(has(each, text) for each in question.get("must_not_contain", []))
    if question["intent"] == OUT:
        return "right" if answer.status != "answered" and not forbidden else "wrong"
    if answer.status == "unknown" and question["intent"] != MISSING:
        return "refused"
    complete = all(
        any(has(form, text) for form in forms) for forms in question.get("must_contain", [])
    )
    allowed = question.get("answer_lang") or [answer.language]
    small = answer.status == "small_talk" and question["intent"] in SMALL_TALK
    missing = question["intent"] == MISSING  # the fact; the honest answer says that, and the rest
    fits = (answer.status == "answered" or small or missing) and answer.language in allowed
    return "right" if fits and complete and not forbidden else "wrong"


def shares(verdicts: Iterable[tuple[Mapping[str, Any], str]]) -> Mapping[str, float]:
    """``right`` and ``wrong`` of all, ``refused`` of those in scope, ``recognised`` of the others,
    each in per cent."""
    counted = Counter((question["intent"] == OUT, verdict) for question, verdict in verdicts)
    inside = sum(n for (out, _), n in counted.items() if not out) or 1
    outside = sum(n for (out, _), n in counted.items() if out) or 1
    every = sum(counted.values())
    return {
        "right": 100 * (counted[False, "right"] + counted[True, "right"]) / every,
        "wrong": 100 * (counted[False, "wrong"] + counted[True, "wrong"]) / every,
        "refused": 100 * counted[False, "refused"] / inside,
        "recognised": 100 * counted[True, "right"] / outside,
    }
