"""What takes place on a day: the whole programme, one kind of thing, who, where, when."""

from collections.abc import Callable, Iterable, Mapping

from markupsafe import Markup

from data.model.days import occurrence
from data.model.texts import Source
from handlers.answers.items import Chosen, Entry, choose, heading, tell, title, when
from handlers.answers.telling import Query, Told, behind, told
from handlers.reply import bold, lines
from locales import Speaker

FULL = 14
"""Items that one answer lists."""

KINDS: Mapping[str, frozenset[str]] = {
    "concert": frozenset({"concert", "festival"}),
    "exhibition": frozenset({"exhibition"}),
    "fireworks": frozenset({"fireworks"}),
    "food": frozenset({"fair"}),
    "film": frozenset({"film_screening"}),
    "masterclass": frozenset({"masterclass"}),
    "parade": frozenset({"parade"}),
    "theatre": frozenset({"performance"}),
    "kids": frozenset(),
}
"""The kinds of items by the intent that asks for them; the words of an item count as well."""


def kind_name(speaker: Speaker, intent: str) -> str:
    """What is asked for, as a heading."""
    term = speaker.term
    names = {
        "concert": term("kind", "Concert"),
        "exhibition": term("kind", "Exhibitions"),
        "fireworks": term("kind", "Fireworks"),
        "food": term("kind", "Food"),
        "film": term("kind", "Films"),
        "masterclass": term("kind", "Master classes"),
        "parade": term("kind", "Parade"),
        "theatre": term("kind", "Theatre"),
        "kids": term("kind", "For children"),
    }
    return names[intent]


def programme(query: Query) -> Told | None:
    """All items by title; the hours and details are behind the buttons."""
    chosen = choose(query)
    if chosen.event is None and not chosen.entries:
        return None
    if not chosen.entries:
        return unpublished(query, chosen)
    head = bold(query.speaker.say("{what}:", what=heading(query, chosen)))
    shown = [title(query, each.item) for each in chosen.entries[:FULL]]
    notes = [lines(head, *shown), _summary(query, chosen), _not_yet(query, chosen)]
    return told(query, notes, _cited(chosen.entries), _event(chosen))


def _summary(query: Query, chosen: Chosen) -> str:
    summaries = [each.programme.summary for each in chosen.entries if each.programme.summary]
    return query.speaker.text(summaries[0]) if summaries else ""


def _event(chosen: Chosen) -> tuple:  # type: ignore[type-arg]
    return (chosen.event,) if chosen.event else ()


def _cited(entries: Iterable[Entry]) -> Iterable[Source]:
    for each in entries:
        yield from each.item.sources


def _not_yet(query: Query, chosen: Chosen) -> Markup:
    """Where an earlier year is told because the coming one is not published."""
    if chosen.asked or not chosen.event or chosen.year is None:
        return Markup("")
    comes = query.occurrence(chosen.event)
    if comes is None or comes.year <= chosen.year or comes.last < query.today:
        return Markup("")
    return query.speaker.say("The programme of {year} is not published yet.", year=comes.year)


def unpublished(query: Query, chosen: Chosen) -> Told:
    """Nothing of that year; the date and the years that are known."""
    say, event = query.speaker.say, chosen.event
    if event is None:
        return told(query, [say("That is not in my sources.")])
    year = chosen.asked or query.today.year
    found = occurrence(event, year)
    ahead = found is not None and found.last >= query.today
    name = query.name(event)
    missing = (
        say("{name}: the programme of {year} is not published yet.", name=name, year=year)
        if ahead
        else say("{name}: a programme of {year} is not in my sources.", name=name, year=year)
    )
    date = query.when(found) if found else _rule(query, chosen)
    years = ", ".join(str(each) for each in chosen.others)
    known = say("I know the programmes of: {years}.", years=years) if years else ""
    return told(query, [lines(bold(missing), date), known], behind(event), [event])


def _rule(query: Query, chosen: Chosen) -> str:
    rule = chosen.event.date.rule_text if chosen.event else None
    return query.speaker.text(rule) if rule else ""


def of_kind(intent: str) -> Callable[[Query], Told | None]:
    """The composer for one kind of items."""

    def compose(query: Query) -> Told | None:
        chosen = choose(query)
        found = matching(query, chosen.entries, intent)
        if not found and not chosen.asked:
            chosen, found = _of_any_year(query, chosen, intent)
        if found:
            return _there_is(query, chosen, found, intent)
        if chosen.event is None:
            return None
        if not chosen.entries:
            return unpublished(query, chosen)
        return _there_is_not(query, chosen, kind_name(query.speaker, intent))

    return compose


def matching(query: Query, entries: Iterable[Entry], intent: str) -> list[Entry]:
    """Of the kind, or with a word for it; the one whose words the question has comes first."""
    found = [each for each in entries if each.item.kind in KINDS[intent]]
    found += [
        each for each in entries if each not in found and query.touches(each.key, intent)
    ]
    return _first(query, found)


def _first(query: Query, entries: list[Entry]) -> list[Entry]:
    """The items that are named in the question before the others, and alone if they are plain."""
    named = query.items_named
    return sorted(entries, key=lambda each: -named.get(each.key, 0.0))


def _of_any_year(query: Query, chosen: Chosen, intent: str) -> tuple[Chosen, list[Entry]]:
    """The last year with such an item, where the question left the year open."""
    for year in reversed(chosen.others):
        earlier = choose(query.in_year(year))
        if (year <= query.today.year) and (found := matching(query, earlier.entries, intent)):
            return Chosen(earlier.event, None, year, earlier.entries, chosen.others), found
    return chosen, []


def _there_is(query: Query, chosen: Chosen, found: list[Entry], intent: str) -> Told:
    say = query.speaker.say
    name = kind_name(query.speaker, intent)
    what = heading(query, Chosen(chosen.event, chosen.asked, chosen.year, tuple(found), ()))
    head = (
        say("Yes. {kind} – {what}:", kind=name, what=what)
        if "any" in query.ideas
        else say("{kind} – {what}:", kind=name, what=what)
    )
    details = tell(query, found[:8])
    return told(
        query, [bold(head), *details, _not_yet(query, chosen)], _cited(found), _event(chosen)
    )


def _there_is_not(query: Query, chosen: Chosen, name: str) -> Told:
    say = query.speaker.say
    missing = say(
        "{kind}: not in the programme that my sources give ({what}).",
        kind=name,
        what=heading(query, chosen),
    )
    known = [title(query, each.item) for each in chosen.entries[:FULL]]
    return told(
        query,
        [bold(missing), lines(say("What is known:"), *known), _not_yet(query, chosen)],
        _cited(chosen.entries),
        _event(chosen),
    )


def performers(query: Query) -> Told | None:
    chosen = choose(query, lambda each: _performs(query, each))
    stage = [each for each in chosen.entries if each.item.kind in {"concert", "performance", "festival"}]
    if not query.kinds & {"theatre"}:
        stage = [each for each in stage if each.item.kind != "performance"] or stage
    named = [each for each in stage if each.item.performers or each.item.organiser] if stage else []
    with_names = [each for each in stage if each.item.performers] or [
        each for each in named if each.item.kind == "performance"
    ]
    if with_names:
        head = bold(query.speaker.say("{what}:", what=heading(query, chosen)))
        return told(
            query, [head, *tell(query, _first(query, with_names)[:6])], _cited(with_names), _event(chosen)
        )
    missing = query.speaker.say("The names of the performers are not in my sources.")
    return _missing(query, chosen, missing, stage)


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
    return told(
        query,
        [bold(missing), lines(head, *listed), _not_yet(query, chosen)],
        _cited(shown),
        _event(chosen),
    )


def _asked(query: Query, entry: Entry) -> bool:
    return not query.kinds or any(
        entry.item.kind in KINDS[kind] or query.touches(entry.key, kind) for kind in query.kinds
    )


def wanted(query: Query, chosen: Chosen) -> list[Entry]:
    """The items of the kinds that the question names, else all."""
    kinds = query.kinds
    found = [each for kind in sorted(kinds) for each in matching(query, chosen.entries, kind)]
    return found or _first(query, list(chosen.entries))


def venue(query: Query) -> Told | None:
    chosen = choose(query, lambda each: bool(each.item.venue) and _asked(query, each))
    found = wanted(query, chosen)
    placed = [each for each in found if each.item.venue]
    if placed:
        head = bold(query.speaker.say("{what}:", what=heading(query, chosen)))
        return told(query, [head, *tell(query, placed[:6])], _cited(placed), _event(chosen))
    missing = query.speaker.say("The exact place is not in my sources.")
    return _missing(query, chosen, missing, found)


def hour(query: Query) -> Told | None:
    chosen = choose(query, lambda each: bool(each.item.time))
    found = wanted(query, chosen)
    timed = [each for each in found if each.item.time]
    if timed:
        head = bold(query.speaker.say("{what}:", what=heading(query, chosen)))
        shown = [lines(title(query, each.item), when(query, each.item)) for each in timed[:6]]
        return told(query, [head, *shown], _cited(timed), _event(chosen))
    missing = query.speaker.say("The hour is not in my sources: none is published.")
    return _missing(query, chosen, missing, found)


def organiser(query: Query) -> Told | None:
    chosen = choose(query, lambda each: bool(each.programme.organisers or each.item.organiser))
    names = list(
        dict.fromkeys(
            query.speaker.text(each) for entry in chosen.entries for each in entry.programme.organisers
        )
    )
    named = [each for each in wanted(query, chosen) if each.item.organiser]
    if not names and not named:
        missing = query.speaker.say("The organisers are not in my sources.")
        return _missing(query, chosen, missing, [])
    head = bold(query.speaker.say("{what}:", what=heading(query, chosen)))
    said = query.speaker.say("Organised by: {names}", names="; ".join(names)) if names else ""
    cited = [*_cited(chosen.entries)]
    shown = tell(query, named[:4]) if query.kinds or not names else []
    return told(query, [lines(head, said), *shown], cited, _event(chosen))


def guests(query: Query) -> Told | None:
    chosen = choose(query, lambda each: bool(each.programme.attended_by))
    names = list(
        dict.fromkeys(
            query.speaker.text(each) for entry in chosen.entries for each in entry.programme.attended_by
        )
    )
    found = wanted(query, chosen)
    if not names:
        missing = query.speaker.say("The guests are not in my sources.")
        return _missing(query, chosen, missing, found)
    head = bold(query.speaker.say("{what}:", what=heading(query, chosen)))
    said = query.speaker.say("Attended by: {names}", names="; ".join(names))
    return told(query, [lines(head, said), *tell(query, found[:2])], _cited(chosen.entries), _event(chosen))


def item(query: Query) -> Told | None:
    """The item that the question calls by its name, with all that is known of it."""
    named = query.items_named
    every = [
        Entry(programme, each)
        for programme in query.library.programmes.values()
        for each in programme.items
        if f"{programme.id}/{each.id}" in named
    ]
    found = _first(query, every)
    if not found:
        return None
    best = found[0]
    id_ = query.library.commemoration_of.get(best.programme.id, "")
    event = query.library.commemorations.get(id_)
    what = heading(query, Chosen(event, None, best.year, (best,), ()))
    events = [event] if event else []
    return told(query, [bold(what), *tell(query, [best])], best.item.sources, events)
