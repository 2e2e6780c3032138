"""The bot's name and a few words, typed in any chat: cards of a day to share there."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from itertools import chain

from markupsafe import Markup

from data.library import Library
from data.model import gazetteer
from data.model.commemorations import Commemoration
from data.model.dates import Said
from data.model.days import marked_on, upcoming
from data.model.letters import tokens
from data.model.places import Place
from handlers.ask import Ask, Services
from handlers.cards import card
from handlers.choosing import main_day
from handlers.history import history
from handlers.programme import programme
from handlers.reply import Button, Card, Cards, Reply
from handlers.routing import Inline

LIMIT = 10
FULL = 3
"""Days that are offered with programme and history; of more, only the days themselves."""
NEAR = 5
"""Suggestions for words that name nothing; the next ones have little to do with them."""
GIST = 120
"""Letters of a description, more than a phone shows."""

Subject = Commemoration | Place


async def inline(ask: Ask, services: Services) -> Cards:
    """Day, programme and history of what ``ask.words`` name; without words, the days to come."""
    library = services.library
    if not ask.words.strip():
        comings = upcoming(library.commemorations.values(), ask.today)
        return _offer(ask, [_day(ask, library, each.commemoration) for each in comings])
    said, named = library.named_in(ask.words, ask.today)
    subjects = _meant(
        library, chain.from_iterable(sorted(each.subjects) for each in named)
    ) or _dated(ask, library, said)
    if len(subjects) > FULL:
        told = [_day(ask, library, each) for each in subjects if isinstance(each, Commemoration)]
    else:
        about = replace(ask, args=(str(said.year),) if said.year else ())
        told = [card for each in subjects async for card in _told(about, services, each)]
    return _offer(ask, told or _near(ask, library))


def _offer(ask: Ask, cards: list[Card]) -> Cards:
    if not cards:
        return Cards(label=ask.speaker.say("Nothing found. Ask the bot itself").unescape())
    return Cards(tuple(cards[:LIMIT]))


def _dated(ask: Ask, library: Library, said: Said) -> list[Subject]:
    """What is marked on the day, or in the month, that was said."""
    every = library.commemorations.values()
    if (day := said.date(ask.today.year)) is not None:
        return [each.commemoration for each in marked_on(every, day)]
    of_month = [each for each in every if each.date.month == said.month]
    return [*sorted(of_month, key=lambda each: each.date.day or 0)]


def _near(ask: Ask, library: Library) -> list[Card]:
    """The days of what the words may be the beginning of."""
    near = _meant(library, library.gazetteer.nearest(tokens(ask.words), NEAR))
    return [_day(ask, library, each) for each in near if isinstance(each, Commemoration)]


def _meant(library: Library, named: Iterable[gazetteer.Subject]) -> list[Subject]:
    """What is there to tell of; of a region, the days of its places."""
    found: dict[str, Subject] = {}
    for each in named:
        region = library.regions.get(each.id)
        for id_ in region.places if region else (each.id,):
            subject = _subject(library, id_)
            found[subject.id] = subject
    return list(found.values())


def _subject(library: Library, id_: str) -> Subject:
    """A place gives way to its day, where it has one."""
    place = library.places.get(id_)
    if place is None:
        return library.commemorations[id_]
    return main_day(library, place) or place


async def _told(ask: Ask, services: Services, subject: Subject) -> AsyncIterator[Card]:
    """``ask.args``: the year that was said, if any."""
    library, term = services.library, ask.speaker.term
    if isinstance(subject, Commemoration):
        yield _day(ask, library, subject)
        years = [str(year) for year in library.years_with_programme(subject.id) if year]
        year = (ask.args or years[-1:])[0] if years else ""
        if year in years:
            reply = await programme(replace(ask, args=(subject.id, year)), services)
            title = "📋 {} · {} · {}".format(
                term("button", "Programme"), _name(ask, subject), year
            )
            yield _card(ask, f"p_{subject.id}", title, reply)
    reply = await history(replace(ask, args=(subject.id,)), services)
    title = "📖 {} · {}".format(term("button", "History"), _name(ask, subject))
    if len(reply.paragraphs) > 1:
        yield _card(ask, f"h_{subject.id}", title, reply)


def _day(ask: Ask, library: Library, day: Commemoration) -> Card:
    return _card(ask, f"e_{day.id}", f"📅 {_name(ask, day)}", card(ask, library, day))


def _name(ask: Ask, subject: Subject) -> str:
    return ask.speaker.text(subject.names)


def _card(ask: Ask, link: str, title: str, reply: Reply) -> Card:
    """``link`` is the deep link by which one reads on, and tells the card from the others."""
    way_on = Button(ask.speaker.say("Open in the bot").unescape(), start=link)
    return Card(link, title, _gist(reply), replace(reply, buttons=((way_on,),)))


def _gist(reply: Reply) -> str:
    """What follows the heading, in short."""
    shown = Markup("\n").join(reply.paragraphs).split("\n")[1:]
    gist = " · ".join([line.striptags() for line in shown if line][:2])
    return gist if len(gist) <= GIST else f"{gist[: GIST - 1]}…"


ROUTES = (Inline(inline),)
