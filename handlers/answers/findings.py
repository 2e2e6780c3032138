"""Statements found by what they speak of: lives that were lost, airports."""

from collections.abc import Iterator
from dataclasses import replace

from data.model.letters import tokens
from data.model.questions.passages import Match, stems
from handlers.answers.chronicle import fact, war
from handlers.answers.statements import cited, passages
from handlers.answers.talk import what_else
from handlers.answers.telling import Query, Told, behind, told
from handlers.reply import bold

SHOWN = 4
"""Statements that one answer tells."""
MANY = 40
STATED = frozenset({"milestone", "fact"})
LOST_LIVES = stems(tokens("killed dead"))
DIGITS = 3
RESOLUTIONS = stems(tokens("resolution council"))
AIRPORTS = stems(tokens("airport"))
"""Words of the content, which has every statement in English, too."""
LATE = 2000
"""Facts without a date speak of the years before."""
_WARS = frozenset({"war", "operation"})


def casualties(query: Query) -> Told | None:
    """What is stated of the place, day or year; of a whole war, or of one side, nothing is."""
    whole = bool(_WARS & query.ideas) and not query.towns
    found = [] if whole or "theirs" in query.ideas else list(_speaking(query, LOST_LIVES))
    if found:
        return told(query, passages(query, found[:SHOWN]), cited(found[:SHOWN]))
    if "when" in query.ideas and "howmany" not in query.ideas:
        return None
    missing = query.speaker.say("How many people lost their lives is not in my sources.")
    known = (war(query) if whole else None) or _day(query)
    return replace(known, paragraphs=(bold(missing), *known.paragraphs), known=False)


def _day(query: Query) -> Told:
    """When the day is that was asked about; else what may be asked."""
    if events := query.events[:1]:
        return told(query, [query.line(event) for event in events], behind(events[0]), events)
    return told(query, [what_else(query)])


def resolutions(query: Query) -> Told | None:
    """Those about the place, of the year; else all of them. The one whose number is said alone."""
    if any(len(word) == DIGITS and word.isdigit() for word in query.question.words):
        return fact(query)
    found = list(_speaking(query, RESOLUTIONS))
    found = found[:SHOWN] if query.towns else _milestones(found)[:SHOWN]
    return told(query, passages(query, found), cited(found)) if found else fact(query)


def airports(query: Query) -> Told | None:
    """When that of the place opened; else that none is known there, and all others."""
    found = list(_speaking(query, AIRPORTS))
    found = found[:SHOWN] if query.towns else _milestones(found)
    if found:
        return told(query, passages(query, found), cited(found))
    every = _milestones(query.index.passages.find(AIRPORTS, STATED, MANY))
    places = query.names(query.towns)
    missing = query.speaker.say("{place}: an airport there is not in my sources.", place=places)
    known = told(query, [bold(missing), *passages(query, every)], cited(every))
    return replace(known, known=False)


def _speaking(query: Query, words: frozenset[str]) -> Iterator[Match]:
    """The statements with one of the words about the place, the day, the year that was said."""
    ids = {*(event.id for event in query.events), *(town.id for town in query.towns)}
    for match in query.index.passages.find(words, STATED, MANY):
        if (not ids or ids & match.passage.subjects) and _then(query, match):
            yield match


def _then(query: Query, match: Match) -> bool:
    year, passage = query.question.said.year, match.passage
    if year is None or query.question.relative:
        return True
    undated = passage.kind == "fact" and year < LATE
    return undated or str(year) in f"{passage.text['en']} {passage.more}"


def _milestones(found: list[Match]) -> list[Match]:
    """Without the facts that say the same."""
    return [each for each in found if each.passage.kind == "milestone"] or found[:SHOWN]
