"""The legal acts behind the days: what set them up and what changed that."""

from collections.abc import Iterable, Iterator

from markupsafe import Markup

from data.model.commemorations import Commemoration
from data.model.facts import LegalAct
from data.model.timeline import Milestone
from handlers.answers.chronicle import STRONG
from handlers.answers.statements import dated, milestone
from handlers.answers.telling import Query, Told, behind, told
from handlers.reply import bold, lines


def decree(query: Query) -> Told | None:
    """The acts of the days in question; without one, the acts that set up the City Days, unless
    another law is spoken of."""
    if not query.events and (other := _of_regions(query) or _of_chronicle(query)):
        return other
    events = query.events[:2] or tuple(query.city_days())
    acts = list(_acts(query, events))
    said: list[str] = [part for act in acts for part in (_act(query, act), *_did(query, act))]
    said += list(_lacking(query, acts))
    if query.events:
        said += [_observed(query, event) for event in events]
        said += [query.speaker.text(fact.text) for event in events for fact in event.facts[:1]]
    if not acts and not any(said):
        missing = query.speaker.say("The legal act is not in my sources.")
        said = [missing, *(query.speaker.text(event.summary) for event in events)]
    cited = [source for act in acts for source in act.sources]
    cited += [source for event in events for source in behind(event)] if not cited else []
    return told(query, said, cited, events)


def _of_regions(query: Query) -> Told | None:
    library, named = query.library, query.question.subjects.regions
    every = library.regions if "region" in query.ideas else ()
    regions = [library.regions[each] for each in named or every]
    held = [region for region in regions if region.legal_basis]
    if query.towns or not held or "cityday" in query.ideas:
        return None
    said = [
        lines(bold(query.speaker.text(region.names)), query.speaker.text(region.legal_basis))
        for region in held
        if region.legal_basis
    ]
    return told(query, said, [page for region in held for page in region.cited])


def _of_chronicle(query: Query) -> Told | None:
    """A law that the words, or its date, name; those of the City Days are told as acts."""
    if query.ideas & {"cityday", "amend"}:
        return None
    near = [each for each in query.search(("milestone",)) if each.weight >= STRONG]
    found = [milestone(query, each) for each in near]
    laws = [each for each in found if each and each.category == "law"][:2]
    if not laws or any(_is_act(query, each) for each in laws):
        return None
    return told(query, [dated(query, each) for each in laws], [s for e in laws for s in e.sources])


def _is_act(query: Query, law: Milestone) -> bool:
    return any(act.date == law.date for day in query.city_days() for act in day.legal_basis)


def _acts(query: Query, events: Iterable[Commemoration]) -> Iterator[LegalAct]:
    """Those of the days in the order of their dates; if changes are asked for, also the acts that
    change them."""
    acts = [act for event in events for act in event.legal_basis]
    if "amend" in query.ideas:
        every = [act for day in query.city_days() for act in day.legal_basis]
        numbers = [f"No {act.number} " for act in acts if act.number]
        acts += [act for act in every if any(each in act.title["en"] for each in numbers)]
    once = {(act.date, act.act["en"]): act for act in acts}
    yield from sorted(once.values(), key=lambda each: str(each.date))


def _act(query: Query, act: LegalAct) -> Markup:
    speaker = query.speaker
    number = f" № {act.number}" if act.number else ""
    return speaker.say(
        "<b>{act}{number}, {date}</b>: “{title}”.",
        act=speaker.text(act.act),
        number=number,
        date=speaker.partial(act.date),
        title=speaker.text(act.title),
    )


def _did(query: Query, act: LegalAct) -> Iterator[Markup]:
    """What the chronicle says that an act changed, where changes are asked for."""
    if "amend" in query.ideas:
        laws = (each for each in query.library.milestones if each.category == "law")
        yield from (dated(query, each) for each in laws if each.date == act.date)


def _lacking(query: Query, acts: list[LegalAct]) -> Iterator[str]:
    if "number" in query.ideas and any(act.number is None for act in acts):
        yield query.speaker.say("I know the number only where it is given here.")
    if "amend" in query.ideas and len(acts) == 1:
        yield query.speaker.say("An act that changed it is not in my sources.")


def _observed(query: Query, event: Commemoration) -> Markup:
    first = event.first_observed
    if first is None or not first.year:
        return Markup("")
    note = query.speaker.text(first.note) if first.note else ""
    return lines(query.speaker.say("First marked in {year}.", year=first.year), note)
