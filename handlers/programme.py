"""/programme: what happens on a day, year by year; never one year's programme as another's."""

from collections.abc import Iterable

from markupsafe import Markup

from data.library import Library
from data.model.commemorations import Commemoration
from data.model.days import Occurrence, coming, occurrence, past, upcoming
from data.model.programmes import Item, Programme
from data.model.texts import Source
from handlers.ask import Ask, Services
from handlers.cards import MARKS, countdown, name, sources, ways_on
from handlers.choosing import Wanted, wanted
from handlers.reply import Button, Reply, Row, bold, button, lines, rows
from handlers.routing import Command, Linked, Pressed
from locales import N_, Speaker

ITEMS = 6
"""Items of a page: what a phone shows without much scrolling."""

MARK = {
    "ceremony": "🕯",
    "concert": "🎵",
    "exhibition": "🖼",
    "fair": "🎪",
    "festival": "🎼",
    "film_screening": "🎬",
    "fireworks": "🎆",
    "masterclass": "🎨",
    "other": "▫️",
    "parade": "🥁",
    "performance": "🎭",
}


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
    year = target.year or _year(ask, commemoration)
    page = int(ask.args[2]) if ask.args[2:] and ask.args[2].isdigit() else 0
    programmes = library.programmes_of(commemoration.id, year)
    if not programmes:
        return _unpublished(ask, library, commemoration, year)
    return _page(ask, library, _Programmes(commemoration, year, programmes), page)


class _Programmes:
    """The programmes of one day and year, cut into pages."""

    def __init__(
        self, commemoration: Commemoration, year: int | None, programmes: tuple[Programme, ...]
    ) -> None:
        self.commemoration, self.year = commemoration, year
        self.entries = [(each, item) for each in programmes for item in each.items]
        self.programmes = programmes

    def page(self, number: int) -> list[tuple[Programme, Item]]:
        return self.entries[number * ITEMS : (number + 1) * ITEMS]

    @property
    def last_page(self) -> int:
        return (len(self.entries) - 1) // ITEMS

    @property
    def timed(self) -> bool:
        return any(item.time for _, item in self.entries)


def _page(ask: Ask, library: Library, shown: _Programmes, number: int) -> Reply:
    speaker, number = ask.speaker, min(number, shown.last_page)
    entries = shown.page(number)
    cited = tuple(source for _, item in entries for source in item.sources)
    reply = Reply(
        (
            _heading(ask, shown),
            *(_opening(speaker, shown) if number == 0 else ()),
            *_items(ask, library, entries),
            *(_closing(speaker, shown) if number == shown.last_page else ()),
            sources(speaker, cited),
        ),
        (
            _turning(shown, number),
            _years(ask, library, shown.commemoration, shown.year),
            _onward(ask, library, shown.commemoration),
        ),
        silent=shown.commemoration.tone == "solemn",
    )
    return reply


def _heading(ask: Ask, shown: _Programmes) -> Markup:
    speaker, commemoration = ask.speaker, shown.commemoration
    title = Markup("{}{}").format(
        MARKS[commemoration.tone],
        bold(f"{name(speaker, commemoration)} · {_year_label(speaker, shown.year)}"),
    )
    found = occurrence(commemoration, shown.year) if shown.year else None
    if found is None:
        return title
    when = speaker.say(
        "{date}, {weekday} ({countdown})",
        date=speaker.span(found.first, found.last),
        weekday=speaker.weekday(found.first),
        countdown=countdown(speaker, found, ask.today),
    )
    return lines(title, when)


def _opening(speaker: Speaker, shown: _Programmes) -> Iterable[str]:
    for each in shown.programmes:
        if each.status in ("moved", "cancelled"):
            yield _status(speaker, each)
        if each.summary:
            yield speaker.text(each.summary)


def _status(speaker: Speaker, programme: Programme) -> Markup:
    match programme.status:
        case "moved":
            return bold(speaker.say("This programme has been moved."))
        case "cancelled":
            return bold(speaker.say("This programme has been cancelled."))
        case "announced":
            return speaker.say("Status: announced")
        case "undated":
            return speaker.say("Status: the source does not give the year")
    return speaker.say("Status: held")


def _items(ask: Ask, library: Library, entries: list[tuple[Programme, Item]]) -> Iterable[Markup]:
    before: Programme | None = None
    for programme, item in entries:
        if programme is not before:
            yield _where(ask.speaker, library, programme)
        yield _item(ask, item) if ask.private else _title(ask.speaker, item)
        before = programme


def _where(speaker: Speaker, library: Library, programme: Programme) -> Markup:
    place = library.places.get(programme.place or "")
    organisers = ", ".join(speaker.text(each) for each in programme.organisers)
    span = programme.first and speaker.span(programme.first, programme.last or programme.first)
    where = [speaker.text(place.names)] if place else []
    return lines(
        bold(", ".join([*where, *([span] if span else [])])) if where or span else Markup(""),
        speaker.say("Organised by: {names}", names=organisers) if organisers else Markup(""),
        _status(speaker, programme),
    )


def _item(ask: Ask, item: Item) -> Markup:
    speaker = ask.speaker
    performers = ", ".join(speaker.text(each) for each in item.performers)
    when = " · ".join(
        part for part in (speaker.day(item.date) if item.date else "", item.time or "") if part
    )
    return lines(
        _title(speaker, item),
        Markup("🕑 {}").format(when) if when else Markup(""),
        Markup("📍 {}").format(speaker.text(item.venue)) if item.venue else Markup(""),
        speaker.say("Organised by: {names}", names=speaker.text(item.organiser))
        if item.organiser
        else Markup(""),
        speaker.say("With: {names}", names=performers) if performers else Markup(""),
        Markup("<i>{}</i>").format(speaker.text(item.note)) if item.note else Markup(""),
    )


def _title(speaker: Speaker, item: Item) -> Markup:
    title = Markup("{} {}").format(MARK[item.kind], speaker.text(item.title))
    if item.status == "moved":
        return speaker.say("{title} – <b>moved</b>", title=title)
    if item.status == "cancelled":
        return speaker.say("<s>{title}</s> – <b>cancelled</b>", title=title)
    return title


def _closing(speaker: Speaker, shown: _Programmes) -> Iterable[Markup]:
    if not shown.timed:
        yield speaker.say("The sources give no hours.")
    notes = [speaker.text(note) for each in shown.programmes for note in each.notes]
    if notes:
        yield lines(*notes)
    for each in shown.programmes:
        for conflict in each.conflicts:
            said = "; ".join(speaker.text(claim.value) for claim in conflict.values)
            about = speaker.text(conflict.about)
            yield speaker.say("Sources differ – {about}: {values}.", about=about, values=said)


def _turning(shown: _Programmes, number: int) -> Row:
    def to(label: str, page: int) -> Button:
        return button(label, "p", shown.commemoration.id, shown.year or 0, page)

    back = (to("⬅️", number - 1),) if number else ()
    on = (to("➡️", number + 1),) if number < shown.last_page else ()
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
    if ask.private:
        return ways
    label = ask.speaker.term("button", "Open in private")
    return (*ways, Button(label, start=f"p_{commemoration.id}"))


def _unpublished(
    ask: Ask, library: Library, commemoration: Commemoration, year: int | None
) -> Reply:
    """Says so; offers the years that are known, and never shows one for another."""
    speaker = ask.speaker
    found = occurrence(commemoration, year) if year else None
    date = speaker.span(found.first, found.last) if found else str(year)
    words = (
        speaker.say("I have no programme of that year in my sources.")
        if found and found.last < ask.today
        else speaker.say("The programme of this year has not been published yet.")
    )
    years = _years(ask, library, commemoration, year)
    offer = speaker.say("Programmes of earlier years:") if years else Markup("")
    title = f"{name(speaker, commemoration)} · {date}"
    return Reply(
        (
            Markup("{}{}").format(MARKS[commemoration.tone], bold(title)),
            words,
            offer,
        ),
        (years, _onward(ask, library, commemoration)),
        silent=commemoration.tone == "solemn",
    )


def _no_day(ask: Ask, target: Wanted) -> Reply:
    place = ask.speaker.text(target.place.names) if target.place else ""
    return Reply(
        (ask.speaker.say("I know no commemoration of its own for {place}.", place=place),),
        ((button(ask.speaker.term("button", "City Days"), "d"),),),
    )


def _of_year(ask: Ask, library: Library, year: int) -> Reply:
    ids = dict.fromkeys(
        library.commemoration_of[each.id]
        for each in library.programmes.values()
        if each.year == year
    )
    every = [library.commemorations[each] for each in ids if each in library.commemorations]
    ordered = sorted(every, key=lambda each: (each.date.month, each.date.day or 0))
    if not ordered:
        words = ask.speaker.say("I have no programmes of {year} in my sources.", year=year)
        return Reply((words,))
    return Reply(
        (bold(ask.speaker.say("Programmes of {year}", year=year)),),
        rows((button(name(ask.speaker, each), "p", each.id, year) for each in ordered), 1),
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
