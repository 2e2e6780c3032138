"""Which day, place and year a person means: one of each, or a Reply that asks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from data.library import Library
from data.model.commemorations import Commemoration
from data.model.dates import Said
from data.model.days import marked_on, upcoming
from data.model.gazetteer import Named, Subject
from data.model.letters import tokens
from data.model.places import Place
from handlers.ask import Ask, Services
from handlers.cards import name
from handlers.reply import Button, Reply, button, rows

_YEAR = re.compile("0|[12][0-9]{3}")


@dataclass(frozen=True)
class Wanted:
    """What was asked for, as far as it was said; nothing said leaves all three None."""

    commemoration: Commemoration | None = None
    place: Place | None = None
    year: int | None = None


def wanted(ask: Ask, services: Services, route: str) -> Wanted | Reply:
    """Read ``ask.args`` (an id and perhaps a year) or else ``ask.words``.

    Where several are meant the Reply has a button of ``route`` for each; where none is known it
    suggests the nearest.
    """
    library = services.library
    if ask.args:
        # a press can bear anything: only years that the calendar has are taken, and 0 for none
        year = ask.args[1] if ask.args[1:] and _YEAR.fullmatch(ask.args[1]) else None
        found = _subject(library, ask.args[0])
        if found is None:
            return _unknown(ask, library, ask.args[0].replace("-", " "), route)
        return Wanted(found.commemoration, found.place, int(year) if year else None)
    if not ask.words.strip():
        return Wanted()
    return _read(ask, library, route)


def _read(ask: Ask, library: Library, route: str) -> Wanted | Reply:
    said, named = library.named_in(ask.words, ask.today)
    best = min(named, key=lambda each: (each.typos, each.start - each.end), default=None)
    if best is not None:
        found = _subject(library, min(best.subjects).id) if len(best.subjects) == 1 else None
        return replace(found, year=said.year) if found else _which(ask, library, best, route)
    return _dated(ask, library, said, route)


def _dated(ask: Ask, library: Library, said: Said, route: str) -> Wanted | Reply:
    if (day := said.date(ask.today.year)) is not None:
        marked = [each.commemoration for each in marked_on(library.commemorations.values(), day)]
        if len(marked) == 1:
            return Wanted(marked[0], year=said.year)
        return _on_day(ask, marked, ask.speaker.day(day), route)
    if said.month is not None:
        of_month = [
            each for each in library.commemorations.values() if each.date.month == said.month
        ]
        return _on_day(ask, of_month, ask.speaker.month(said.month), route)
    if said.year is not None:
        return Wanted(year=said.year)
    return _unknown(ask, library, ask.words, route)


def _subject(library: Library, id_: str) -> Wanted | None:
    if (commemoration := library.commemorations.get(id_)) is not None:
        return Wanted(commemoration)
    if (place := library.places.get(id_)) is not None:
        return Wanted(main_day(library, place), place)
    return None


def main_day(library: Library, place: Place) -> Commemoration | None:
    """The City Day of a place, or the only other day that is marked there."""
    if place.city_day:
        return library.commemorations[place.city_day]
    return next(iter(library.commemorations_of(place.id)), None)


def _which(ask: Ask, library: Library, named: Named, route: str) -> Reply:
    return Reply(
        (ask.speaker.say("Which one do you mean?"),),
        rows(_buttons(ask, library, sorted(named.subjects), route)),
    )


def _on_day(ask: Ask, marked: list[Commemoration], day: str, route: str) -> Reply:
    if marked:
        title = ask.speaker.say("{day}:", day=ask.speaker.first_upper(day))
        return Reply((title,), rows(_button(ask, each, route) for each in marked))
    return Reply((ask.speaker.say("No commemoration that I know falls on {day}.", day=day),))


def _unknown(ask: Ask, library: Library, words: str, route: str) -> Reply:
    near = library.gazetteer.nearest(tokens(words))
    shown = words if len(words) <= 60 else f"{words[:60]}…"
    if near:
        words_ = ask.speaker.say("I do not know “{words}”. Perhaps you mean:", words=shown)
        return Reply((words_,), rows(_buttons(ask, library, near, route)))
    following = upcoming(library.commemorations.values(), ask.today)[:3]
    return Reply(
        (ask.speaker.say("I do not know “{words}”. These days come next:", words=shown),),
        rows(_button(ask, each.commemoration, route) for each in following),
    )


def _buttons(ask: Ask, library: Library, subjects: Iterable[Subject], route: str) -> list[Button]:
    made = []
    for subject in subjects:
        if (commemoration := library.commemorations.get(subject.id)) is not None:
            made.append(_button(ask, commemoration, route))
        elif (place := library.places.get(subject.id)) is not None:
            made.append(button(ask.speaker.text(place.names), route, place.id))
    return made


def _button(ask: Ask, commemoration: Commemoration, route: str) -> Button:
    when = ask.speaker.day(span.first) if (span := commemoration.date.span(ask.today.year)) else ""
    label = name(ask.speaker, commemoration)
    return button(f"{label} · {when}" if when else label, route, commemoration.id)
