"""/programme: what happens on a day, year by year; never one year's programme as another's."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from data.library import Library
from data.model.commemorations import Commemoration
from data.model.dates import Said
from data.model.days import Occurrence, coming, occurrence, past, upcoming
from data.model.programmes import Programme
from data.model.topics import Topic
from handlers.ask import Ask, Services
from handlers.cards import MARKS, dated, in_private, name, remind_me, sources, ways_on
from handlers.choosing import Wanted, wanted
from handlers.items import status, title, told
from handlers.press import number_in
from handlers.repeating import repeated
from handlers.reply import Button, Reply, Row, bold, button, lines, pages, rows
from handlers.routing import Command, Linked, Pressed
from locales import N_, Speaker

SIZE = 2600
"""Letters of a page, its links not counted: the day of one town fits whole."""


@repeated
async def programme(ask: Ask, services: Services) -> Reply:
    """``args``: the day or place, then perhaps the year and the page."""
    library = services.library
    target = wanted(ask, services, "p")
    if isinstance(target, Reply):
        return target
    if target.commemoration is None and target.place is not None:
        return _no_day(ask, target)
    if target.commemoration is None and target.year is not None:
        return _of_year(ask, library, target.year)
    commemoration = target.commemoration or _nearest(ask, library)
    # the button of the undated ones says 0
    year = None if target.year == 0 else target.year or _year(ask, commemoration)
    page = number_in(ask.args, 2)
    found = library.programmes_of(commemoration.id, year)
    if target.place is not None:
        found += library.programmes_of(target.place.id, year)
    # the fullest first: a library's exhibition does not open the programme of a city
    programmes = sorted(found, key=lambda each: -len(each.items))
    if not programmes:
        return _unpublished(ask, library, commemoration, year)
    return _page(ask, library, _Shown(commemoration, year, tuple(programmes)), page)


@dataclass(frozen=True)
class _Shown:
    """The programmes of one day and year."""

    commemoration: Commemoration
    year: int | None
    programmes: tuple[Programme, ...]

    @property
    def timed(self) -> bool:
        return any(item.time for each in self.programmes for item in each.items)


def _page(ask: Ask, library: Library, shown: _Shown, number: int) -> Reply:
    told = pages(_told(ask, library, shown), SIZE)
    number = max(0, min(number, len(told) - 1))
    return Reply(
        (_heading(ask, shown), *told[number]),
        (
            _turning(shown, number, len(told)),
            _years(ask, library, shown.commemoration, shown.year),
            _onward(ask, library, shown.commemoration),
            (remind_me(ask.speaker, shown.commemoration.id),),
        ),
        silent=shown.commemoration.tone == "solemn",
        topic=_topic(shown.commemoration, shown.year),
    )


def _told(ask: Ask, library: Library, shown: _Shown) -> Iterable[str]:
    """All paragraphs; in a group only the titles, the rest is told in private."""
    speaker = ask.speaker
    for each in shown.programmes:
        yield _opening(ask, library, each)
        if ask.private:
            yield from (told(speaker, item) for item in each.items)
            cited = tuple(source for item in each.items for source in item.sources)
            yield sources(speaker, cited, limit=6)
        else:
            yield lines(*(title(speaker, item) for item in each.items))
    if ask.private:
        yield from _closing(speaker, shown)


def _heading(ask: Ask, shown: _Shown) -> Markup:
    speaker, commemoration = ask.speaker, shown.commemoration
    title = Markup("{}{}").format(
        MARKS[commemoration.tone],
        bold(f"{name(speaker, commemoration)} · {_year_label(speaker, shown.year)}"),
    )
    found = occurrence(commemoration, shown.year) if shown.year else None
    return lines(title, dated(speaker, found, ask.today)) if found else title


def _opening(ask: Ask, library: Library, programme: Programme) -> Markup:
    """Where and when, by whom, and whether it is announced, held, moved or cancelled."""
    speaker = ask.speaker
    place = library.places.get(programme.place or "")
    organisers = ", ".join(speaker.text(each) for each in programme.organisers)
    first = programme.first
    span = speaker.span(first, programme.last or first) if first else ""
    where = ", ".join(filter(None, (speaker.text(place.names) if place else "", span)))
    return lines(
        bold(where) if where else "",
        speaker.say("Organised by: {names}", names=organisers) if organisers else "",
        status(speaker, programme, ask.today),
        speaker.text(programme.summary) if programme.summary else "",
    )


def _closing(speaker: Speaker, shown: _Shown) -> Iterable[str]:
    notes = [speaker.text(note) for each in shown.programmes for note in each.notes]
    yield lines(*notes) if notes or shown.timed else speaker.say("The sources give no hours.")
    for each in shown.programmes:
        for conflict in each.conflicts:
            said = "; ".join(speaker.text(claim.value) for claim in conflict.values)
            about = speaker.text(conflict.about)
            yield speaker.say("Sources differ – {about}: {values}.", about=about, values=said)


def _turning(shown: _Shown, number: int, count: int) -> Row:
    def to(label: str, page: int) -> Button:
        return button(label, "p", shown.commemoration.id, shown.year or 0, page)

    back = (to("⬅️", number - 1),) if number else ()
    on = (to("➡️", number + 1),) if number < count - 1 else ()
    return (*back, *on)


def _years(ask: Ask, library: Library, commemoration: Commemoration, current: int | None) -> Row:
    years = [each for each in library.years_with_programme(commemoration.id) if each != current]
    return tuple(
        button(_year_label(ask.speaker, year), "p", commemoration.id, year or 0)
        for year in years[-4:]
    )


def _year_label(speaker: Speaker, year: int | None) -> str:
    return str(year) if year else speaker.term("button", "Undated")


def _onward(ask: Ask, library: Library, commemoration: Commemoration) -> Row:
    ways = ways_on(ask.speaker, library, commemoration, without="p")
    return (*ways, *in_private(ask, f"p_{commemoration.id}"))


def _unpublished(
    ask: Ask, library: Library, commemoration: Commemoration, year: int | None
) -> Reply:
    """Says so; offers the years that are known, and never shows one for another."""
    speaker = ask.speaker
    title, words = _lacking(ask, commemoration, year)
    years = _years(ask, library, commemoration, year)
    offer = speaker.say("Programmes of other years:") if years else Markup("")
    return Reply(
        (Markup("{}{}").format(MARKS[commemoration.tone], bold(title)), words, offer),
        (
            years,
            _onward(ask, library, commemoration),
            (remind_me(speaker, commemoration.id),),
        ),
        silent=commemoration.tone == "solemn",
        topic=_topic(commemoration, year),
    )


def _lacking(ask: Ask, commemoration: Commemoration, year: int | None) -> tuple[str, Markup]:
    """The title, and what is said."""
    speaker = ask.speaker
    found = occurrence(commemoration, year) if year else None
    date = speaker.span(found.first, found.last) if found else _year_label(speaker, year)
    words = (
        speaker.say("I have no programme of that year in my sources.")
        if _is_over(found, year, ask.today)
        else speaker.say("The programme of this year has not been published yet.")
    )
    return f"{name(speaker, commemoration)} · {date}", words


def _topic(commemoration: Commemoration, year: int | None) -> Topic:
    return Topic((commemoration.id,), ("programme",), Said(year=year))


def _no_day(ask: Ask, target: Wanted) -> Reply:
    place = ask.speaker.text(target.place.names) if target.place else ""
    return Reply(
        (ask.speaker.say("{place}: I know no day of its own.", place=place),),
        ((button(ask.speaker.term("button", "City Days"), "d"),),),
    )


def _is_over(found: Occurrence | None, year: int | None, today: dt.date) -> bool:
    """Nothing more will be published then."""
    return found.last < today if found else year is None or year < today.year


def _of_year(ask: Ask, library: Library, year: int) -> Reply:
    ids = dict.fromkeys(
        library.holder_of[each.id] for each in library.programmes.values() if each.year == year
    )
    every = [library.commemorations[each] for each in ids if each in library.commemorations]
    ordered = sorted(every, key=lambda each: (each.date.month, each.date.day or 0))
    if not ordered:
        words = ask.speaker.say("{year}: there is no programme in my sources.", year=year)
        return Reply((words,))
    return Reply(
        (bold(ask.speaker.say("Programmes of {year}", year=year)),),
        rows(button(name(ask.speaker, each), "p", each.id, year) for each in ordered),
    )


def _nearest(ask: Ask, library: Library) -> Commemoration:
    """The next day whose programme is out; else the next that ever had one."""
    comings = upcoming(library.commemorations.values(), ask.today)
    out = [each for each in comings if library.programmes_of(each.commemoration.id, each.year)]
    known = [each for each in comings if library.years_with_programme(each.commemoration.id)]
    # a programme nearly a year ahead is no answer to “what is on”
    soon = [each for each in out if each.days_until(ask.today) <= known[0].days_until(ask.today)]
    return (soon or known)[0].commemoration


def _year(ask: Ask, commemoration: Commemoration) -> int | None:
    found = coming(commemoration, ask.today) or past(commemoration, ask.today)
    return found.year if found else ask.today.year


ROUTES = (
    Command(
        "programme",
        programme,
        N_("The programme of a day"),
        aliases=("program", "proqram", "programma"),
        group=True,
    ),
    Pressed("p", programme),
    Linked("p", programme),
)
