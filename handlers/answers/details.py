"""What is known of the things that take place: who, where, at what hour, by whom."""

from collections.abc import Iterable
from dataclasses import replace

from markupsafe import Markup

from data.model.texts import Text
from data.words import lexicon
from handlers.answers.items import Chosen, Entry, choose, heading, tell, title, when
from handlers.answers.programmes import (
    FULL,
    KINDS,
    about,
    cited,
    days,
    first,
    matching,
    not_yet,
    of_kind,
    unpublished,
)
from handlers.answers.telling import Query, Told, told
from handlers.reply import bold, lines

STAGE = frozenset({"concert", "festival", "performance"})
STEP = 3.0
"""Rarities nearer to each other than this name an item equally well: the latest is meant."""
SHOWN = 6
"""Items that are told with all their details."""


def performers(query: Query) -> Told | None:
    chosen = choose(query, lambda each: _performs(query, each))
    stage = [each for each in chosen.entries if each.item.kind in STAGE]
    named = [each for each in stage if each.item.performers]
    if named:
        return about(query, chosen, tell(query, first(query, named)[:SHOWN]), named)
    if not _by_name(query):
        return of_kind("concert")(query)
    missing = query.speaker.say("The names of the performers are not in my sources.")
    return _missing(query, chosen, missing, stage)


def _by_name(query: Query) -> bool:
    """Whether it is asked who performs, not only whether anybody does."""
    return bool({"list", "who", "what"} & lexicon().spelt(query.question.words))


def _performs(query: Query, entry: Entry) -> bool:
    """Whether it names its performers; if the question calls some by name, whether these."""
    if query.called and query.items_named:
        return entry.key in query.items_named
    return bool(entry.item.performers)


def _missing(query: Query, chosen: Chosen, missing: Markup, known: list[Entry]) -> Told | None:
    """Says what is not known and then what is."""
    if chosen.event is None:
        return None
    if not chosen.entries:
        return unpublished(query, chosen)
    head = query.speaker.say("{what}:", what=heading(query, chosen))
    shown = known or list(chosen.entries)
    listed = [title(query, each.item) for each in shown[:FULL]]
    paragraphs = [not_yet(query, chosen), bold(missing), lines(head, *listed)]
    return replace(told(query, paragraphs, cited(shown), days(chosen)), known=False)


def _asked(query: Query, entry: Entry) -> bool:
    return not query.kinds or any(
        entry.item.kind in KINDS[kind] or query.touches(entry.key, kind) for kind in query.kinds
    )


def wanted(query: Query, chosen: Chosen) -> list[Entry]:
    """The items of the kinds that the question names, else all."""
    kinds = query.kinds
    found = [each for kind in sorted(kinds) for each in matching(query, chosen.entries, kind)]
    return found or first(query, list(chosen.entries))


def venue(query: Query) -> Told | None:
    chosen = choose(query, lambda each: bool(each.item.venue) and _asked(query, each))
    found = wanted(query, chosen)
    placed = [each for each in found if each.item.venue]
    if placed:
        return about(query, chosen, tell(query, placed[:SHOWN]), placed)
    missing = query.speaker.say("The exact place is not in my sources.")
    return _missing(query, chosen, missing, found)


def hour(query: Query) -> Told | None:
    chosen = choose(query, lambda each: bool(each.item.time))
    found = wanted(query, chosen)
    timed = [each for each in found if each.item.time]
    if timed:
        hours = [lines(title(query, each.item), when(query, each.item)) for each in timed]
        return about(query, chosen, hours[:SHOWN], timed)
    missing = query.speaker.say("The hour is not in my sources: none is published.")
    return _missing(query, chosen, missing, found)


def organiser(query: Query) -> Told | None:
    chosen = choose(query, lambda each: bool(each.programme.organisers or each.item.organiser))
    names = _names(query, (each.programme.organisers for each in chosen.entries))
    named = [each for each in wanted(query, chosen) if each.item.organiser]
    if not names and not named:
        missing = query.speaker.say("The organisers are not in my sources.")
        return _missing(query, chosen, missing, [])
    said = query.speaker.say("Organised by: {names}", names=names) if names else ""
    shown = tell(query, named[:4]) if query.kinds or not names else []
    return about(query, chosen, [said, *shown], chosen.entries)


def _names(query: Query, every: Iterable[tuple[Text, ...]]) -> str:
    """Each once."""
    return "; ".join(dict.fromkeys(query.speaker.text(each) for some in every for each in some))


def guests(query: Query) -> Told | None:
    chosen = choose(query, lambda each: bool(each.programme.attended_by))
    names = _names(query, (each.programme.attended_by for each in chosen.entries))
    found = wanted(query, chosen)
    if not names:
        missing = query.speaker.say("The guests are not in my sources.")
        return _missing(query, chosen, missing, found)
    said = query.speaker.say("Attended by: {names}", names=names)
    return about(query, chosen, [said, *tell(query, found[:2])], chosen.entries)


def _close(query: Query, entry: Entry) -> tuple[bool, bool, float]:
    """Whether it is of the day or place that is named, of the kind that is asked for, and in
    steps how clearly it is named."""
    own = {query.library.commemoration_of.get(entry.programme.id), entry.programme.place}
    named = {*(event.id for event in query.events), *(place.id for place in query.places)}
    clear = query.items_named[entry.key] // STEP
    return bool(own & named), _asked(query, entry), clear


def item(query: Query) -> Told | None:
    """The item that the question calls by its name, with all that is known of it."""
    named = query.items_named
    every = [
        Entry(programme, each)
        for programme in query.library.programmes.values()
        for each in programme.items
        if f"{programme.id}/{each.id}" in named
    ]
    if not every:
        return None
    best = max(every, key=lambda each: (_close(query, each), each.year or 0))
    id_ = query.library.commemoration_of.get(best.programme.id, "")
    event = query.library.commemorations.get(id_)
    what = heading(query, Chosen(event, None, best.year, (best,), ()))
    events = [event] if event else []
    return told(query, [bold(what), *tell(query, [best])], best.item.sources, events)
