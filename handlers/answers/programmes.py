"""What takes place on a day: the whole programme, one kind of thing, who, where, when."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from markupsafe import Markup

from data.model.commemorations import Commemoration
from data.model.days import occurrence
from data.model.questions.passages import Match
from data.model.texts import Source
from handlers.answers.items import Chosen, Entry, choose, heading, tell, title
from handlers.answers.periods import elsewhen, period
from handlers.answers.statements import passages
from handlers.answers.telling import RETURNED, Query, Told, behind, told
from handlers.reply import bold, lines
from locales import Speaker

FULL = 20
"""Items that one answer lists."""

WHICH = frozenset({"hour", "howmany", "what", "when", "where", "who"})
"""Ideas by which more is asked than whether there is any."""

KINDS: Mapping[str, frozenset[str]] = {
    "concert": frozenset({"concert", "festival"}),
    "exhibition": frozenset({"exhibition"}),
    "fireworks": frozenset({"fireworks"}),
    "food": frozenset({"fair"}),
    "film": frozenset({"film_screening"}),
    "ceremony": frozenset({"ceremony"}),
    "masterclass": frozenset({"masterclass"}),
    "parade": frozenset({"parade"}),
    "theatre": frozenset({"performance"}),
    "kids": frozenset(),
    "silence": frozenset(),
}
"""The kinds of items by the intent that asks for them; the words of an item count as well."""


def kind_name(speaker: Speaker, intent: str) -> str:
    """What is asked for, as a heading."""
    term = speaker.term
    names = {
        "ceremony": term("kind", "Ceremonies"),
        "concert": term("kind", "Concert"),
        "exhibition": term("kind", "Exhibitions"),
        "fireworks": term("kind", "Fireworks"),
        "food": term("kind", "Food"),
        "film": term("kind", "Films"),
        "masterclass": term("kind", "Master classes"),
        "parade": term("kind", "Parade"),
        "theatre": term("kind", "Theatre"),
        "kids": term("kind", "For children"),
        "silence": term("kind", "Minute of silence"),
    }
    return names[intent]


def programme(query: Query) -> Told | None:
    """All items by title; the hours and details are behind the buttons."""
    if nothing := elsewhen(query):
        return nothing
    chosen = choose(query)
    if chosen.event is None and not chosen.entries:
        return period(query)
    if not chosen.entries:
        return unpublished(query, chosen)
    head = bold(query.speaker.say("{what}:", what=heading(query, chosen)))
    shown = [title(query, each.item) for each in chosen.entries[:FULL]]
    notes = [
        not_yet(query, chosen),
        lines(head, _kinds(query, chosen)),
        lines(*shown),
        _summary(query, chosen),
    ]
    return told(query, notes, cited(chosen.entries), days(chosen))


def _kinds(query: Query, chosen: Chosen) -> str:
    """What there is, in words."""
    held = {each.item.kind for each in chosen.entries}
    return ", ".join(kind_name(query.speaker, kind) for kind in KINDS if KINDS[kind] & held)


def _summary(query: Query, chosen: Chosen) -> str:
    summaries = [each.programme.summary for each in chosen.entries if each.programme.summary]
    return query.speaker.text(summaries[0]) if summaries else ""


def days(chosen: Chosen) -> tuple[Commemoration, ...]:
    """The day that the items belong to, if they do to one."""
    return (chosen.event,) if chosen.event else ()


def about(
    query: Query, chosen: Chosen, paragraphs: Iterable[str], entries: Iterable[Entry]
) -> Told:
    """Paragraphs under the name and date of what they are about."""
    head = bold(query.speaker.say("{what}:", what=heading(query, chosen)))
    return told(query, [head, *paragraphs], cited(entries), days(chosen))


def cited(entries: Iterable[Entry]) -> Iterable[Source]:
    """The sources of the items."""
    for each in entries:
        yield from each.item.sources


def not_yet(query: Query, chosen: Chosen) -> Markup:
    """Where an earlier year is told because the coming one is not published: said first of all,
    so that nobody takes what was for what will be."""
    if chosen.asked or query.period or not chosen.event or chosen.year is None:
        return Markup("")
    comes = query.occurrence(chosen.event)
    if comes is None or comes.year <= chosen.year or comes.last < query.today:
        return Markup("")
    say = query.speaker.say
    return bold(say("The programme of {year} is not published yet.", year=comes.year))


def unpublished(query: Query, chosen: Chosen) -> Told:
    """Nothing of that year; the date and the years that are known."""
    say, event = query.speaker.say, chosen.event
    if event is None:
        return told(query, [say("That is not in my sources.")])
    year = chosen.asked or query.today.year
    found = occurrence(event, year)
    if found and found.year < RETURNED:
        found = None  # nothing was celebrated then
    ahead = found is not None and found.last >= query.today
    name = query.name(event)
    missing = (
        say("{name}: the programme of {year} is not published yet.", name=name, year=year)
        if ahead
        else say("{name}: a programme of {year} is not in my sources.", name=name, year=year)
    )
    date = query.when(found) if found else _rule(query, chosen) or query.line(event)
    years = ", ".join(str(each) for each in chosen.others)
    known = say("I know the programmes of: {years}.", years=years) if years else ""
    return told(query, [lines(bold(missing), date), known], behind(event), [event])


def _rule(query: Query, chosen: Chosen) -> str:
    rule = chosen.event.date.rule_text if chosen.event else None
    return query.speaker.text(rule) if rule else ""


def of_kind(intent: str) -> Callable[[Query], Told | None]:
    """The composer for one kind of items."""

    def compose(query: Query) -> Told | None:
        if nothing := elsewhen(query):
            return nothing
        named = query.items_named if query.called else {}
        chosen = choose(query, (lambda each: each.key in named) if named else None)
        found = matching(query, chosen.entries, intent)
        if not found and not chosen.asked:
            chosen, found = _of_any_year(query, chosen, intent)
        if found:
            return _there_is(query, chosen, found, intent)
        if chosen.event is None:
            return period(query)
        missing = (
            _there_is_not(query, chosen, kind_name(query.speaker, intent))
            if chosen.entries
            else unpublished(query, chosen)
        )
        return _or_history(query, missing, intent)

    return compose


def _or_history(query: Query, missing: Told, intent: str) -> Told:
    """What the chronicle tells of such a thing in the place comes first, if it does."""
    spoken = [
        match
        for match in query.search(("milestone", "fact"))
        if query.touches(match.passage.id, intent) and query.places and _of_year(query, match)
    ]
    if not spoken:
        return missing
    said = told(query, passages(query, spoken[:1]), spoken[0].passage.sources)
    return replace(
        missing,
        paragraphs=(*said.paragraphs, *missing.paragraphs),
        sources=(*said.sources, *missing.sources),
    )


def _of_year(query: Query, match: Match) -> bool:
    """Whether it speaks of the year that was asked about."""
    year, passage = query.question.said.year, match.passage
    return year is None or str(year) in f"{passage.text['en']} {passage.more}"


def matching(query: Query, entries: Iterable[Entry], intent: str) -> list[Entry]:
    """Of the kind, else with a word for it; the one whose words the question has comes first."""
    every = tuple(entries)
    found = [each for each in every if each.item.kind in KINDS[intent]]
    found = found or [each for each in every if query.touches(each.key, intent)]
    return first(query, found)


def first(query: Query, entries: list[Entry]) -> list[Entry]:
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
    pending = not_yet(query, chosen)
    head = (
        say("Yes. {kind} – {what}:", kind=name, what=what)
        if _is_yes_or_no(query) and not pending
        else say("{kind} – {what}:", kind=name, what=what)
    )
    details = tell(query, found[:8])
    return told(query, [pending, bold(head), *details], cited(found), days(chosen))


def _is_yes_or_no(query: Query) -> bool:
    ideas = query.ideas
    return "any" in ideas or ("willbe" in ideas and not ideas & WHICH)


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
        [not_yet(query, chosen), bold(missing), lines(say("What is known:"), *known)],
        cited(chosen.entries),
        days(chosen),
    )
