"""/history: how a day came to be. A short card first; “more” opens the chronicle."""

from collections.abc import Iterable

from markupsafe import Markup

from data.library import Library
from data.model.commemorations import Commemoration
from data.model.days import upcoming
from data.model.places import Place
from data.model.texts import Source
from data.model.timeline import Milestone
from data.model.topics import Topic
from handlers import statements
from handlers.ask import Ask, Services
from handlers.cards import MARKS, in_private, name, sources, ways_on
from handlers.choosing import wanted
from handlers.repeating import repeated
from handlers.reply import Reply, Row, bold, button, italic, lines, pages
from handlers.routing import Command, Linked, Pressed
from handlers.statements import told
from locales import N_, Speaker


@repeated
async def history(ask: Ask, services: Services) -> Reply:
    """``args``: a day or place, then perhaps the page of the chronicle, from 1."""
    library = services.library
    target = wanted(ask, services, "h")
    if isinstance(target, Reply):
        return target
    commemoration, place = target.commemoration, target.place
    if commemoration is None and place is None:
        commemoration = upcoming(library.commemorations.values(), ask.today)[0].commemoration
    story = _Story(library, commemoration, place)
    if ask.private and ask.args[1:] and ask.args[1].isdigit():
        return story.chronicle(ask, int(ask.args[1]))
    return story.card(ask)


class _Story:
    """What is told of a day, of a place, or of both."""

    def __init__(
        self, library: Library, commemoration: Commemoration | None, place: Place | None
    ) -> None:
        self._library, self._commemoration = library, commemoration
        ids = commemoration.places if commemoration and place is None else ()
        self._places = [place] if place else [library.places[each] for each in ids]
        self._id = place.id if place else commemoration.id if commemoration else ""

    def card(self, ask: Ask) -> Reply:
        """The day in short: what it marks, loss and return, the legal act; less in a group."""
        speaker, day = ask.speaker, self._commemoration
        paragraphs: list[str] = [self._heading(ask)]
        if day:
            paragraphs.append(told(speaker, speaker.text(day.summary), self._cited(day)))
            if day.names_note:
                paragraphs.append(italic(speaker.text(day.names_note)))
        paragraphs += self._turns(ask)
        if ask.private and day:
            paragraphs += [statements.act(speaker, act) for act in day.legal_basis]
        more = button("🕰 " + speaker.term("button", "More"), "h", self._id, 1)
        return self._reply(ask, paragraphs, (more,) if ask.private else ())

    def chronicle(self, ask: Ask, number: int) -> Reply:
        """One page of all that is known, the page numbered from 1."""
        chapters = pages(self._told(ask.speaker))
        number = max(1, min(number, len(chapters)))
        back = (button("⬅️", "h", self._id, number - 1),) if number > 1 else ()
        on = (button("➡️", "h", self._id, number + 1),) if number < len(chapters) else ()
        card = button(ask.speaker.term("button", "In short"), "h", self._id)
        return self._reply(ask, (self._heading(ask), *chapters[number - 1]), (*back, card, *on))

    def _reply(self, ask: Ask, paragraphs: Iterable[str], turning: Row) -> Reply:
        day, library = self._commemoration, self._library
        ways = ways_on(ask.speaker, library, day, without="h") if day else ()
        return Reply(
            tuple(paragraphs),
            (turning, (*ways, *in_private(ask, f"h_{self._id}"))),
            silent=day is not None and day.tone == "solemn",
            topic=Topic((self._id,), ("why",)),
        )

    def _cited(self, day: Commemoration) -> tuple[Source, ...]:
        """Whence the sentence about a day: those behind its act, its facts, and the return."""
        cited = [act.sources for act in day.legal_basis]
        cited += [fact.sources for fact in day.facts]
        cited += [place.returned.sources for place in self._places if place.returned]
        return tuple(source for sources in cited for source in sources)

    def _heading(self, ask: Ask) -> Markup:
        day, speaker = self._commemoration, ask.speaker
        place = ", ".join(speaker.text(each.names) for each in self._places)
        if day is None:
            return bold(place)
        span = day.date.span(ask.today.year)
        date = speaker.day(span.first) if span and span.first == span.last else ""
        return lines(Markup("{}{}").format(MARKS[day.tone], bold(name(speaker, day))), date)

    def _turns(self, ask: Ask) -> Iterable[Markup]:
        """Loss and return: told in full for one place, by date for several and in a group."""
        speaker = ask.speaker
        if len(self._places) > 1 or not ask.private:
            if known := [each for each in self._places if each.lost or each.returned]:
                yield lines(*(_dates(speaker, each) for each in known))
            return
        for place in self._places:
            if place.lost:
                said = speaker.say("<b>Loss:</b> {text}", text=speaker.text(place.lost.text))
                yield told(speaker, said, place.lost.sources)
            if place.returned:
                said = speaker.say("<b>Return:</b> {text}", text=speaker.text(place.returned.text))
                yield told(speaker, said, place.returned.sources)

    def _told(self, speaker: Speaker) -> Iterable[Markup]:
        """Everything: the chronicle, facts and figures, and where sources disagree."""
        day = self._commemoration
        for milestone in self._milestones():
            yield statements.milestone(speaker, milestone)
        if day:
            for fact in day.facts:
                yield statements.fact(speaker, fact)
            yield from statements.first_observed(speaker, day)
            for act in day.legal_basis:
                if act.title_note:
                    yield lines(statements.act(speaker, act), speaker.text(act.title_note))
            for conflict in day.conflicts:
                yield statements.conflict(speaker, conflict)
        for place in self._places:
            yield from statements.place(speaker, place)

    def _milestones(self) -> list[Milestone]:
        ids = [place.id for place in self._places]
        ids += [self._commemoration.id] if self._commemoration else []
        found = {each.id: each for id_ in ids for each in self._library.milestones_of(id_)}
        return sorted(found.values(), key=lambda each: each.date)


def _dates(speaker: Speaker, place: Place) -> Markup:
    lost = speaker.partial(place.lost.date) if place.lost else "?"
    back = speaker.partial(place.returned.date) if place.returned else "?"
    cited = (place.lost.sources if place.lost else ())[:1] + (
        place.returned.sources if place.returned else ()
    )[:1]
    return speaker.say(
        "<b>{place}</b>: lost {lost}, returned {back}. {sources}",
        place=speaker.text(place.names),
        lost=lost,
        back=back,
        sources=sources(speaker, cited, limit=2),
    )


ROUTES = (
    Command(
        "history",
        history,
        N_("How a day came to be"),
        aliases=("tarix", "istoriya"),
        group=True,
    ),
    Pressed("h", history),
    Linked("h", history),
)
