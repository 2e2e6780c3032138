"""Whom news of something concerns. One rule, for notices of changes and for announcements: those
who follow the thing itself, the day that it belongs to, a place of that day, or everything."""

from dataclasses import replace

from data.library import Library
from data.model.outbox import Audience
from data.model.programmes import Programme
from data.model.subscriptions import ALL


def reached(library: Library, audience: Audience) -> Audience:
    """The audience of an announcement: only of those who accept announcements."""
    every = (each for topic in audience.topics for each in concerned(library, topic))
    return replace(audience, topics=tuple(dict.fromkeys(every)), willing=True)


def concerned(library: Library, topic: str) -> tuple[str, ...]:
    """The topics whose followers hear of this one; a place's also hear of its days."""
    programme = library.programmes.get(topic.partition("/")[0])
    if programme:
        return (*concerned_by(library, programme), topic)
    day = library.commemorations.get(topic)
    return (ALL, topic, *(day.places if day else ()))


def concerned_by(library: Library, programme: Programme) -> tuple[str, ...]:
    """The same for all of a programme; its items have followers of their own."""
    own = library.commemoration_of.get(programme.id)
    days = [each for each in (own, *programme.also) if each and each in library.commemorations]
    places = [place for day in days for place in library.commemorations[day].places]
    every = (ALL, *days, *((programme.place,) if programme.place else ()), *places)
    return tuple(dict.fromkeys(every))
