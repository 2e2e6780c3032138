"""From a text to its Answer."""

import datetime as dt
import gc
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import unescape
from itertools import takewhile

from markupsafe import escape

from data.library import Library
from data.model.dates import Said
from data.model.questions import languages
from data.model.questions.intents import OUT_OF_SCOPE, SMALL_TALK, UNKNOWN, Meant
from data.model.questions.reading import Reader, Subjects
from data.model.texts import Source
from data.model.topics import Topic
from data.words import intents, lexicon, vocabulary
from handlers.answers import (
    acts,
    calendar,
    chronicle,
    decrees,
    details,
    findings,
    lists,
    overviews,
    periods,
    programmes,
    returns,
    talk,
)
from handlers.answers.clauses import question_in
from handlers.answers.evidence import decide
from handlers.answers.index import indexed
from handlers.answers.telling import Query, Told
from locales import Speaker

Composer = Callable[[Query], Told | None]

COMPOSERS: Mapping[str, Composer] = {
    "after": lists.after,
    "airport": findings.airports,
    "agreement": chronicle.agreement,
    "area": chronicle.area,
    "anniversary": calendar.anniversary,
    "casualties": findings.casualties,
    "compare": lists.compare,
    "count": lists.count,
    "day_off": acts.day_off,
    "days_left": calendar.days_left,
    "decree": decrees.decree,
    "fact": chronicle.fact,
    "first_last": lists.first_last,
    "greeting": talk.greeting,
    "guests": details.guests,
    "help": talk.help_,
    "history_on_date": chronicle.history_on_date,
    "hour": details.hour,
    "how": returns.how,
    "item": details.item,
    "list_all": lists.list_all,
    "list_month": lists.list_month,
    "lost": returns.lost,
    "next_event": calendar.next_event,
    "on_date": calendar.on_date,
    "order": returns.order,
    "organiser": details.organiser,
    "overview": overviews.overview,
    "performers": details.performers,
    "period": periods.period,
    "programme": programmes.programme,
    "resolution": findings.resolutions,
    "resettlement": chronicle.resettlement,
    "returned": returns.returned,
    "settlements": chronicle.settlements,
    "shared": lists.shared,
    "source": talk.source,
    "thanks": talk.thanks,
    "venue": details.venue,
    "war": chronicle.war,
    "weekday": calendar.weekday,
    "when_is": calendar.when_is,
    "where_is": acts.where_is,
    "why": chronicle.why,
    **{kind: programmes.of_kind(kind) for kind in programmes.KINDS},
}

_TAG = re.compile(r"<[^<>]+>")


WEAK = frozenset({"overview", "when_is"})
"""Intents of whatever names a day: no answer to something else that was asked."""

WRAPPING = OUT_OF_SCOPE - {"instructions", "opinion"} | {"greeting", "help", "after"}
"""What people say of themselves or of the bot around a question."""

_TIME = frozenset({"when", "left", "weekday"})
"""Ideas by which a question about a day's date stands on its own."""
FEW = 3
"""Subjects that the next question may be about; a longer list is no topic."""


@dataclass(frozen=True)
class Answer:
    """``status`` is answered, unknown or small_talk; ``topic`` is what may be asked on from."""

    status: str
    intent: str
    language: str
    told: Told
    confidence: float
    topic: Topic

    @property
    def text(self) -> str:
        """Without markup; paragraphs are divided by an empty line."""
        plain = (_TAG.sub("", str(escape(each))) for each in self.told.paragraphs)
        return "\n\n".join(unescape(each) for each in plain)

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.told.sources


class Answerer:
    """Answers from one content version."""

    def __init__(self, library: Library, speakers: Mapping[str, Speaker]) -> None:
        self._library, self._speakers = library, speakers
        gc.disable()  # nothing of this is garbage; looking for some takes a third of the time
        try:
            self._reader = Reader(library.gazetteer, lexicon(), vocabulary())
            self._index = indexed(library)
        finally:
            gc.enable()

    def answer(
        self, text: str, today: dt.date, language: str | None = None, topic: Topic | None = None
    ) -> Answer:
        """``language`` is that of the chat; ``topic`` is what it talked of before."""
        question = self._reader.read(text, today)
        spoken = languages.guess(question.text, question.languages, language)
        speaker = self._speakers.get(spoken) or next(iter(self._speakers.values()))
        query = Query(self._library, speaker, question, today, self._index)
        query, meant = self._meant(query)
        if topic is not None and meant.intent not in OUT_OF_SCOPE - {UNKNOWN}:
            query, meant = self._follow(query, topic)
        return _compose(query, meant)

    def _meant(self, query: Query) -> tuple[Query, Meant]:
        """What the text asks; where it says something strange, what its one question asks."""
        meant = decide(query, intents())
        if meant.intent not in WRAPPING:
            return query, meant
        asked = question_in(query.question, lambda text: self._reader.read(text, query.today))
        if asked is None:
            return query, meant
        inner = query.asking(asked)
        within = decide(inner, intents())
        told = within.intent not in OUT_OF_SCOPE | SMALL_TALK
        clear = within.intent not in WEAK or asked.ideas & _TIME
        ours = asked.subjects or ("cityday" in asked.ideas and meant.intent != "elsewhere")
        return (inner, within) if told and clear and ours else (query, meant)

    def _follow(self, query: Query, topic: Topic) -> tuple[Query, Meant]:
        """What this question leaves open is taken from what was talked of."""
        mine = query.question
        months = mine.said.month and topic.said.month and not topic.said.day
        before = Subjects() if months else self._subjects(topic)  # “and in October?”
        dated = mine.said.day or query.period
        if not mine.subjects and not dated:
            mine = replace(mine, subjects=before, said=_said(mine.said, topic.said, before))
        elif mine.said.year is None and topic.said.year and not dated:
            mine = replace(mine, said=replace(mine.said, year=topic.said.year))
        if "lastyear" in mine.ideas and topic.said.year:  # “and the year before?”
            mine = replace(mine, said=replace(mine.said, year=topic.said.year - 1))
        query = query.asking(mine)
        meant = decide(query, intents(), followup=True)
        if meant.intent == UNKNOWN or (meant.intent == "when_is" and not mine.ideas & _TIME):
            query = query.asking(replace(mine, ideas=mine.ideas | frozenset(topic.ideas)))
            meant = decide(query, intents(), followup=True)
        return query, meant

    def _subjects(self, topic: Topic) -> Subjects:
        library = self._library
        return Subjects(
            tuple(each for each in topic.subjects if each in library.commemorations),
            tuple(each for each in topic.subjects if each in library.places),
            tuple(each for each in topic.subjects if each in library.regions),
        )


def _said(mine: Said, before: Said, subjects: Subjects) -> Said:
    """The date of the topic, as far as this question has none of its own."""
    if mine.year or mine.month:
        return mine
    return replace(before, day=None, month=None) if subjects else before


def _compose(query: Query, meant: Meant) -> Answer:
    language, intent = query.speaker.language, meant.intent
    told = None
    if intent not in OUT_OF_SCOPE:
        intent, told = _first_told(query, meant)
    if told is None:
        why = intent if intent in OUT_OF_SCOPE else UNKNOWN
        told = talk.unknown(query, why)
        return Answer("unknown", why, language, told, meant.confidence, _topic(query, told))
    status = "small_talk" if intent in SMALL_TALK else "answered" if told.known else "unknown"
    return Answer(status, intent, language, told, meant.confidence, _topic(query, told))


def _first_told(query: Query, meant: Meant) -> tuple[str, Told | None]:
    """What the likeliest intent has an answer for; else that it is missing, and what is known."""
    others = meant.others if query.question.subjects else ()
    others = tuple(takewhile(lambda intent: intent not in OUT_OF_SCOPE | WEAK, others))
    for intent in (meant.intent, *others):
        if told := COMPOSERS[intent](query):
            return intent, told
    return meant.intent, overviews.missing(query)


def _topic(query: Query, told: Told) -> Topic:
    named = query.question.subjects
    subjects = (*named.events, *named.places, *named.regions) or (*told.events, *told.places)
    kept = subjects if len(subjects) <= FEW else ()
    return Topic(kept, tuple(sorted(query.ideas - {"filler"})), query.question.said)
