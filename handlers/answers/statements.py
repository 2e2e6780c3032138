"""Statements of the content as they are told: milestones with their day, facts as they stand."""

from collections.abc import Iterable

from markupsafe import Markup

from data.model.questions.passages import Match
from data.model.texts import Source
from data.model.timeline import Milestone
from handlers.answers.telling import Query
from handlers.reply import bold, lines


def milestone(query: Query, match: Match) -> Milestone | None:
    """The entry of the chronicle that a passage is."""
    return next((m for m in query.library.milestones if m.id == match.passage.id), None)


def dated(query: Query, milestone: Milestone) -> Markup:
    """``10 November 2020 – The trilateral statement …``, attributed where it is contested."""
    speaker = query.speaker
    head = speaker.partial(milestone.date)
    if milestone.last:
        head = f"{head} – {speaker.partial(milestone.last)}"
    said = speaker.say("{day} – {name}", day=bold(head), name=speaker.text(milestone.text))
    side = milestone.attributed_to
    return lines(
        said, speaker.say("According to: {side}.", side=speaker.text(side)) if side else ""
    )


def passages(query: Query, found: Iterable[Match]) -> list[str]:
    """The statements in the words of the content."""
    every = {each.id: each for each in query.library.milestones}
    return [
        dated(query, every[match.passage.id])
        if match.passage.kind == "milestone"
        else _stated(query, match)
        for match in found
    ]


def _stated(query: Query, match: Match) -> str:
    text = query.speaker.text(match.passage.text)
    if match.passage.kind != "area":
        return text
    place = query.library.places[match.passage.id]
    return query.speaker.say("{place}: {n} km²", place=query.speaker.text(place.names), n=text)


def cited(found: Iterable[Match]) -> list[Source]:
    """Their sources."""
    return [source for match in found for source in match.passage.sources]
