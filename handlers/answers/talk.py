"""Small talk, and what is out of scope: one honest line and what can be asked instead."""

from handlers.answers.telling import Query, Told, told
from handlers.reply import lines


def greeting(query: Query) -> Told:
    say = query.speaker.say
    return told(query, [say("Hello! Ask me about a town, a day or its programme.")])


def thanks(query: Query) -> Told:
    return told(query, [query.speaker.say("You are welcome! Write whenever you like.")])


def help_(query: Query) -> Told:
    say = query.speaker.say
    return told(
        query,
        [
            say(
                "I am a bot that tells about the City Days and other commemorations of Azerbaijan."
            ),
            say("Ask when a day is, what its programme is, how it came to be, who set it up."),
        ],
    )


def source(query: Query) -> Told:
    """The pages behind what was talked of, else how many there are."""
    say, library = query.speaker.say, query.library
    said = say(
        "Every fact comes from a published page: official sites and news agencies, {n} in all.",
        n=library.source_count,
    )
    cited = [s for event in query.events[:2] for s in event.sources.values()]
    cited += [s for place in query.places[:2] for s in place.sources.values()]
    return told(query, [said, say("Each answer names its sources.")], cited[:6])


def unknown(query: Query, intent: str) -> Told:
    """Out of scope, or not understood."""
    say = query.speaker.say
    lines_ = {
        "weather": say("I know nothing about the weather."),
        "price": say("My sources say nothing about prices or tickets."),
        "ticket": say("My sources say nothing about prices or tickets."),
        "transport": say("I know nothing about roads and transport."),
        "lodging": say("I know nothing about places to stay or eat."),
        "eating": say("I know nothing about places to stay or eat."),
        "sport": say("I know nothing about sport."),
        "opinion": say("I have no opinions; I only tell what the sources say."),
        "insult": say("Let us stay with the commemorations."),
        "instructions": say("I only answer questions about the commemorations."),
        "errand": say("I cannot do that; I only answer questions about the commemorations."),
        "practical": say("My sources do not tell that."),
        "elsewhere": say("I have nothing about that day or place in my sources."),
    }
    first = lines_.get(intent, say("I do not know that."))
    return Told((first, *_still(query), what_else(query)), known=False)


def what_else(query: Query) -> str:
    return query.speaker.say("I can tell when a City Day is, its programme and its history.")


def _still(query: Query) -> tuple[str, ...]:
    """The date of the day that was asked about: that much is known."""
    return tuple(lines(query.line(event)) for event in query.named[:1])
