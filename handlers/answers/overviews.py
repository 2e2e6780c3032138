"""What is known of a day or a place, where nothing more exact was understood."""

from dataclasses import replace

from handlers.answers.calendar import when_is
from handlers.answers.returns import lost, returned
from handlers.answers.telling import Query, Told, told


def missing(query: Query) -> Told | None:
    """Says that what was asked is in no source, then what is known of the day or place."""
    known = overview(query)
    if known is None:
        return None
    first = query.speaker.say("That is not in my sources.")
    return replace(known, paragraphs=(first, *known.paragraphs), known=False)


def overview(query: Query) -> Told | None:
    """The date first; then loss and return of the place, so that the answer is likely in it."""
    date = when_is(query)
    if date is None:
        return None
    parts = [part for part in (returned(query), lost(query)) if part and query.towns]
    paragraphs = [*date.paragraphs, *(each for part in parts for each in part.paragraphs)]
    sources = [*date.sources, *(each for part in parts for each in part.sources)]
    return told(query, dict.fromkeys(paragraphs), sources, query.events)
