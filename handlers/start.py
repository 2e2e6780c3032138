"""/start, /help and /about: who the bot is, what it offers, what it knows and from where."""

from markupsafe import Markup

from data.library import Library
from handlers.ask import Ask, Services
from handlers.cards import in_private, languages, offered
from handlers.reply import Button, Reply, Row, bold, button, lines
from handlers.routing import Command, Pressed
from locales import N_, Speaker


async def start(ask: Ask, services: Services) -> Reply:
    if ask.known or not ask.private:
        return _welcome(ask)
    others = [each for each in services.speakers.values() if each is not ask.speaker]
    greetings = [each.say("Hello! Please choose a language.") for each in (ask.speaker, *others)]
    return Reply((lines(*greetings),), (languages(ask, services),))


async def help_(ask: Ask, services: Services) -> Reply:
    speaker = ask.speaker
    return Reply(
        (
            bold(speaker.say("What I can do")),
            offered(speaker, await services.offers_in(ask.chat_id)),
            speaker.say(
                "You can also just write the name of a town, a day or a date, "
                "for example: <i>Kalbajar</i>, <i>Victory Day</i>, <i>20 October</i>."
            )
            if ask.private
            else _spoken_to(ask),
        ),
        _ways(ask),
    )


async def about(ask: Ask, services: Services) -> Reply:
    speaker, library = ask.speaker, services.library
    published = library.published.astimezone(services.zone).date()
    return Reply(
        (
            bold(speaker.say("About this bot")),
            speaker.say(
                "I tell about the City Days of the towns that returned under the control of "
                "Azerbaijan and about other commemorations of the country: when they are, what "
                "is on the programme and how the day came to be."
            ),
            _extent(speaker, library),
            speaker.say(
                "The content is of {date} (version {version}).",
                date=speaker.date(published),
                version=library.version,
            ),
            *_origin(speaker, library),
        ),
        _ways(ask),
    )


def _extent(speaker: Speaker, library: Library) -> Markup:
    count = speaker.count
    return lines(
        count("{n} commemoration", "{n} commemorations", len(library.commemorations)),
        count("{n} place", "{n} places", len(library.places)),
        count("{n} programme", "{n} programmes", len(library.programmes)),
        count(
            "{n} entry in the chronicle",
            "{n} entries in the chronicle",
            len(library.milestones),
        ),
    )


def _origin(speaker: Speaker, library: Library) -> tuple[Markup, ...]:
    return (
        speaker.count(
            "Every fact comes from a published source; {n} page is cited.",
            "Every fact comes from a published source; {n} pages are cited.",
            library.source_count,
        ),
        speaker.say(
            "Most sources are Azerbaijani media: president.az, culture.gov.az, AZERTAC, "
            "Report, Trend, AzerNews and others. Contested statements name their side, and "
            "where sources disagree both are told."
        ),
    )


def _welcome(ask: Ask) -> Reply:
    speaker = ask.speaker
    return Reply(
        (
            bold(speaker.say("Welcome!")),
            speaker.say(
                "I know the City Days of Kalbajar, Lachin, Shusha and the other returned towns, "
                "and the memorial days and holidays around them."
            ),
            speaker.say("Write the name of a town or a day, or press a button.")
            if ask.private
            else _spoken_to(ask),
        ),
        _ways(ask),
    )


def _spoken_to(ask: Ask) -> Markup:
    """How I am asked in a group, where I am not told what people say to one another."""
    return ask.speaker.say(
        "In a group I answer commands, such as <i>/programme Kalbajar</i>, replies to my messages "
        "and questions that name me: <i>@{bot} when is Shusha City Day?</i>",
        bot=ask.bot,
    )


def _ways(ask: Ask) -> tuple[Row, ...]:
    speaker = ask.speaker

    def to(mark: str, label: str, name: str, *args: str) -> Button:
        return button(f"{mark} {label}", name, *args)

    return (
        (
            to("⏭", speaker.term("button", "Next day"), "n"),
            to("📅", speaker.term("button", "City Days"), "d"),
        ),
        (
            to("📋", speaker.term("button", "Programme"), "p"),
            to("❓", speaker.term("button", "Help"), "help"),
        ),
        in_private(ask, "start"),
    )


ROUTES = (
    Command("start", start, N_("Start again"), listed=False),
    Command("help", help_, N_("What I can do"), group=True),
    Command("about", about, N_("What I know and from where")),
    Pressed("help", help_),
)
