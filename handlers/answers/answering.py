"""From a text to its Answer."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import unescape

from markupsafe import escape

from data.library import Library
from data.model.letters import tokens
from data.model.questions import languages
from data.model.questions.intents import OUT_OF_SCOPE, SMALL_TALK, UNKNOWN
from data.model.questions.passages import Passages
from data.model.questions.reading import Question, Reader, Subjects
from data.model.texts import Source
from data.passages import of
from data.words import intents, lexicon, vocabulary
from handlers.answers import acts, calendar, lists, past, programmes, talk
from handlers.answers.evidence import decide
from handlers.answers.telling import Index, Query, Told
from locales import Speaker

Composer = Callable[[Query], Told | None]

COMPOSERS: Mapping[str, Composer] = {
    "after": lists.after,
    "agreement": past.agreement,
    "area": past.area,
    "anniversary": calendar.anniversary,
    "compare": lists.compare,
    "count": lists.count,
    "day_off": acts.day_off,
    "days_left": calendar.days_left,
    "decree": acts.decree,
    "fact": past.fact,
    "first_last": lists.first_last,
    "greeting": talk.greeting,
    "guests": programmes.guests,
    "help": talk.help_,
    "history_on_date": past.history_on_date,
    "hour": programmes.hour,
    "how": past.how,
    "item": programmes.item,
    "list_all": lists.list_all,
    "list_month": lists.list_month,
    "lost": past.lost,
    "next_event": calendar.next_event,
    "on_date": calendar.on_date,
    "order": past.order,
    "organiser": programmes.organiser,
    "performers": programmes.performers,
    "programme": programmes.programme,
    "resettlement": past.resettlement,
    "returned": past.returned,
    "settlements": past.settlements,
    "shared": lists.shared,
    "source": talk.source,
    "thanks": talk.thanks,
    "venue": programmes.venue,
    "war": past.war,
    "weekday": calendar.weekday,
    "when_is": calendar.when_is,
    "where_is": acts.where_is,
    "why": past.why,
    **{kind: programmes.of_kind(kind) for kind in programmes.KINDS},
}

_TAG = re.compile(r"<[^<>]+>")


@dataclass(frozen=True)
class Answer:
    """``status`` is answered, unknown or small_talk; ``paragraphs`` are markup."""

    status: str
    intent: str
    language: str
    told: Told
    confidence: float

    @property
    def text(self) -> str:
        """Without markup; paragraphs are divided by an empty line."""
        return "\n\n".join(unescape(_TAG.sub("", str(escape(each)))) for each in self.told.paragraphs)

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.told.sources


class Answerer:
    """Answers from one content version."""

    def __init__(self, library: Library, speakers: Mapping[str, Speaker]) -> None:
        self._library, self._speakers = library, speakers
        self._reader = Reader(library.gazetteer, lexicon(), vocabulary())
        touched = {
            f"{programme.id}/{item.id}": lexicon()
            .touch(tokens(" ".join([*item.title.values(), *(item.note or {}).values()])), ())
            .ideas
            for programme in library.programmes.values()
            for item in programme.items
        }
        self._index = Index(Passages(of(library)), touched)

    def answer(
        self, text: str, today: dt.date, language: str | None = None, context: str = ""
    ) -> Answer:
        """``language`` is that of the chat, ``context`` the question asked before."""
        question = self._reader.read(text, today)
        spoken = languages.guess(text, question.languages, language)
        speaker = self._speakers.get(spoken) or self._speakers["en"]
        query = Query(self._library, speaker, question, today, self._index)
        query, intent, confidence = self._understand(query, context)
        return self._compose(query, intent, confidence)

    def _understand(self, query: Query, context: str) -> tuple[Query, str, float]:
        intent, confidence = decide(query, intents(), followup=False)
        if not context.strip() or intent in OUT_OF_SCOPE - {UNKNOWN}:
            return query, intent, confidence
        before = self.answer(context, query.today, query.speaker.language)
        asked = self._reader.read(context, query.today)
        return self._follow(query, intent, before, asked)

    def _follow(
        self, query: Query, intent: str, before: Answer, asked: Question
    ) -> tuple[Query, str, float]:
        """What this question leaves open is taken from the one before."""
        mine = query.question
        joined = mine
        if not mine.subjects and not mine.said.day:
            subjects = asked.subjects
            if not subjects and not mine.said.month:
                subjects = Subjects(before.told.events, before.told.places)
            said = mine.said
            if not said.year and not said.month:
                said = replace(asked.said, day=None, month=None) if subjects else asked.said
            joined = replace(joined, subjects=subjects, said=said)
        elif mine.said.year is None and asked.said.year and intent != "when_is":
            joined = replace(joined, said=replace(mine.said, year=asked.said.year))
        open_ = intent == UNKNOWN or (intent == "when_is" and not mine.ideas & _TIME)
        if open_ or intent in {"programme"} and not mine.ideas & _OWN:
            joined = replace(joined, ideas=mine.ideas | asked.ideas)
        query = query.asking(joined)
        again, confidence = decide(query, intents(), followup=True)
        return query, again, confidence

    def _compose(self, query: Query, intent: str, confidence: float) -> Answer:
        language = query.speaker.language
        if intent in OUT_OF_SCOPE:
            return Answer("unknown", intent, language, talk.unknown(query, intent), confidence)
        told = COMPOSERS[intent](query)
        if told is None:
            return Answer("unknown", UNKNOWN, language, talk.unknown(query, UNKNOWN), 0.0)
        status = "small_talk" if intent in SMALL_TALK else "answered"
        return Answer(status, intent, language, told, confidence)


_TIME = frozenset({"when", "left", "weekday"})
_OWN = frozenset({"programme", "happened", "kids"})
