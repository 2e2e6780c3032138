"""What a person writes freely, and what the bot cannot read."""

from data.library import Library
from data.model.commemorations import Commemoration
from data.model.days import coming
from handlers.answers import Answer, Answerer
from handlers.ask import Ask, Services
from handlers.cards import name, remind_me, sources, ways_on
from handlers.reply import Reply, Row, button, rows
from handlers.routing import Unreadable, Written

UNHEARD = frozenset({"insult", "instructions"})
"""Intents that no editor needs to read of."""
SEVERAL = (2, 3, 4)
"""Days of one answer that each get a button; more are a list."""


class _Question:
    """The feature, with the answerer of the content version that is in use."""

    def __init__(self) -> None:
        self._library: Library | None = None
        self._answerer: Answerer | None = None

    async def __call__(self, ask: Ask, services: Services) -> Reply:
        now = services.now()
        topic = await services.topics.of(ask.chat_id, now)
        answer = self.prepared(services).answer(ask.words, ask.today, ask.speaker.language, topic)
        services.tally.add("questions")
        if answer.status == "unknown":
            services.tally.add("unanswered")
        if answer.status == "unknown" and answer.intent not in UNHEARD:
            services.unanswered.add(ask.words, answer.language, now)
        return _reply(ask, services, answer)

    def prepared(self, services: Services) -> Answerer:
        """Made anew for other content, which takes a quarter of a second: best ahead of time."""
        if self._answerer is None or self._library is not services.library:
            library = services.library
            self._answerer = Answerer(library, services.speakers)
            self._library = library
        return self._answerer


question = _Question()


def _reply(ask: Ask, services: Services, answer: Answer) -> Reply:
    speaker = services.speakers[answer.language]
    days = [services.library.commemorations[each] for each in answer.told.events]
    cited = sources(speaker, answer.sources) if answer.sources else ""
    ways: tuple[Row, ...] = ()
    if len(days) == 1:
        ways = (
            ways_on(speaker, services.library, days[0]),
            (remind_me(speaker, days[0].id),) if _comes(days[0], answer, ask) else (),
        )
    elif len(days) in SEVERAL:
        ways = rows(button(name(speaker, day), "e", day.id) for day in days)
    elif answer.status == "unknown":
        ways = (_offers(ask),)
    other = speaker is not ask.speaker
    switch = (button(speaker.name, "l", speaker.language),) if other else ()
    return Reply(
        (*answer.told.paragraphs, cited),
        (*ways, switch),
        silent=bool(days) and days[0].tone == "solemn",
        topic=answer.topic,
    )


def _comes(day: Commemoration, answer: Answer, ask: Ask) -> bool:
    """Whether the answer tells of the day as it comes, not of one that has passed."""
    found = coming(day, ask.today)
    return found is not None and found.first in answer.told.dates


async def unreadable(ask: Ask, services: Services) -> Reply:
    words = ask.speaker.say("I can read text and buttons. Write the name of a town or a day.")
    return Reply((words,), (_offers(ask),))


def _offers(ask: Ask) -> Row:
    term = ask.speaker.term
    return (
        button("⏭ " + term("button", "Next day"), "n"),
        button("📅 " + term("button", "City Days"), "d"),
        button("❓ " + term("button", "Help"), "help"),
    )


ROUTES = (Written(question), Unreadable(unreadable))
