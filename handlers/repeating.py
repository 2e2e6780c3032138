"""What many people ask alike is answered once."""

from functools import wraps

from cachetools import LRUCache

from data.library import SHORT, Library
from handlers.ask import Ask, Feature, Services
from handlers.reply import Reply

KEPT = 128
"""Replies of one feature: on the day itself nearly everybody asks the same."""


def repeated(feature: Feature) -> Feature:
    """The same feature, for one whose reply is the same for everybody who asks the same.

    It reads nothing but the Library and, of what is asked, the words, the arguments, the day, the
    language, the kind of chat and whether that is a guess.
    """
    made: LRUCache[tuple[object, ...], Reply] = LRUCache(KEPT)
    of: Library | None = None

    @wraps(feature)
    async def answer(ask: Ask, services: Services) -> Reply:
        nonlocal of
        library = services.library
        if of is not library:
            made.clear()
            of = library
        key = (ask.words, ask.args, ask.today, ask.speaker, ask.kind, ask.known)
        if key in made:
            return made[key]
        reply = await feature(ask, services)
        if len(ask.words) <= SHORT and of is library:
            made[key] = reply
        return reply

    return answer
