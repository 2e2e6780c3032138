"""What the text of a question shows beside its clue words."""

from collections.abc import Iterable, Iterator

from data.model.commemorations import Commemoration
from data.model.dates import Said
from data.model.days import marked_on
from data.model.facts import LegalAct
from data.model.questions.intents import Intents, Meant
from handlers.answers.chronicle import falls
from handlers.answers.lists import season
from handlers.answers.programmes import KINDS
from handlers.answers.telling import CITY_DAY, HINTED, RETURNED, SPOKEN, Query

KIND_IDEAS = frozenset({*KINDS, "museum", "ashug", "author", "director", "memorial"}) - {"silence"}
ASKED = frozenset({"dayoff", "hour", "left", "lose", "weekday", "when"})
"""Ideas that make a clear question of the name of a town, whatever else is said beside it."""


LOST = 2000
"""In the years before, towns were lost and none came back."""
RETURNED_LAST = 2023
"""The last year in which a town came back; what happens after it are celebrations."""


def ideas(query: Query) -> frozenset[str]:
    """The clue ideas and the evidence together: what the rules of the intents speak of."""
    return frozenset({*query.ideas, *_evidence(query)})


def _evidence(query: Query) -> Iterator[str]:
    yield from _subjects(query)
    yield from _time(query)
    if season(query) and not query.question.said.month:
        yield "season"
    if query.question.strays:
        yield "stray"
    if query.question.vague:
        yield "vague"
    if query.ideas & KIND_IDEAS:
        yield "kind"
    yield from _statements(query)
    if query.ideas & ASKED and (query.own or any(day.kind == CITY_DAY for day in query.named)):
        yield "asked"
    if "elsewhere" in query.ideas and query.question.said.year and query.held_there:
        yield "there"


def _statements(query: Query) -> Iterator[str]:
    """Whether something that the content says is spoken of in its own words."""
    if any(act.number in query.question.words for act in _numbered(query)):
        yield "act"
    if query.called:
        yield "item"
    if query.spoken >= SPOKEN:
        yield "telling"
    if query.spoken >= HINTED:
        yield "hinted"


def _subjects(query: Query) -> Iterator[str]:
    subjects = query.question.subjects
    if subjects.events:
        yield "event"
        yield "named"
    if subjects.places:
        yield "place"
        yield "named"
    if subjects.regions:
        yield "area_named"
    if subjects.events or any(query.own_day(place) for place in query.places):
        yield "subject"
        yield "own"
    elif subjects.places:
        yield "venue"
        if query.question.said.year or query.day:
            yield "subject"
    if len(query.places) > 1 or (len(query.events) > 1 and not query.day):
        yield "two"


def _time(query: Query) -> Iterator[str]:
    said = query.question.said
    yield from _year(said)
    if said.day:
        yield "date"
    elif said.month:
        yield "month"
    if query.period and not query.question.relative:
        yield "period"
    if query.question.relative:
        yield "today"
        if not said.day:
            yield "date"
    if query.day and not query.period and not marked_on(_days(query), query.day):
        yield "unmarked"
    if said.day and said.year and not query.question.relative and _milestone(query):
        yield "chronicle"


def _numbered(query: Query) -> Iterator[LegalAct]:
    return (act for day in _days(query) for act in day.legal_basis if act.number)


def _days(query: Query) -> Iterable[Commemoration]:
    return query.library.commemorations.values()


def _year(said: Said) -> Iterator[str]:
    if not said.year:
        return
    yield "year"
    if said.year < LOST:
        yield "nineties"
    if said.month and said.year < RETURNED:
        yield "past"
    if said.year > RETURNED_LAST:
        yield "recent"


def _milestone(query: Query) -> bool:
    """Whether the chronicle has the day: history, not how a day was celebrated later."""
    said = query.question.said
    if _celebrated(query):
        return False
    day = f"{said.year}-{said.month or 0:02}-{said.day or 0:02}"
    return any(
        each.category != "commemoration" and each.date[:7] == day[:7] and falls(each, day)
        for each in query.library.milestones
    )


def _celebrated(query: Query) -> bool:
    """Whether a programme of that very day is known, and a town or day is named."""
    day, programmes = query.day, query.library.programmes.values()
    if day is None or not query.question.subjects:
        return False
    return any(each.first and each.last and each.first <= day <= each.last for each in programmes)


def decide(query: Query, intents: Intents, *, followup: bool = False) -> Meant:
    """``followup``: the question leans on the one before."""
    return intents.decide(ideas(query) | ({"followup"} if followup else set()))
