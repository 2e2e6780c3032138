"""How it looks what is followed: the card of one topic, the list of all, and what to follow."""

from collections.abc import Sequence

from markupsafe import Markup

from data.model.commemorations import Commemoration
from data.model.days import upcoming
from data.model.places import Place
from data.model.subscriptions import ALL, LEADS, Lead, Preferences, Subscription
from handlers import topics, zones
from handlers.ask import Ask, Services
from handlers.cards import when
from handlers.press import LIMIT, number_in
from handlers.reply import Button, Reply, Row, bold, button, lines, rows
from handlers.topics import Showing, Subject
from locales import Speaker

PAGE = 8
"""Buttons of a list that fit on a screen of a phone."""
ROOM = LIMIT - len("1.rl.0.0.")
"""Letters of the longest topic that all buttons can carry."""


def moment(speaker: Speaker, lead: Lead) -> str:
    """``1 day before``."""
    match lead:
        case "7d":
            return speaker.term("reminder", "7 days before")
        case "3d":
            return speaker.term("reminder", "3 days before")
        case "1d":
            return speaker.term("reminder", "1 day before")
        case "morning":
            return speaker.term("reminder", "on the day itself")
    return speaker.term("reminder", "1 hour before items with a set time")


def card(ask: Ask, services: Services, what: Subscription, preferences: Preferences) -> Reply:
    """What is followed and when it is told, with a button for each moment."""
    speaker, library = ask.speaker, services.library
    subject = topics.find(library, what.topic)
    parts = what.topic.split("/")
    back = (button(speaker.term("button", "All reminders"), "rs"),)
    off = button("🔕 " + speaker.term("button", "Do not remind"), "rx", *parts)
    return Reply(
        (
            lines(bold(topics.title(speaker, subject)), _when(ask, services, subject)),
            _promise(speaker, what, preferences),
        ),
        (
            *rows(_toggle(speaker, what, lead) for lead in _possible(subject)),
            _items(ask, services, subject),
            (off,),
            back,
        ),
        silent=topics.solemn(subject),
    )


def listing(ask: Ask, services: Services, followed: Sequence[Subscription], off: bool) -> Reply:
    """All that is followed; a button each leads to its card, or with ``off`` takes it away."""
    speaker = ask.speaker
    page = page_of(ask.args, len(followed))
    shown = followed[page * PAGE : (page + 1) * PAGE]
    route, mark = ("rx", "🔕 ") if off else ("rc", "")
    titles = {each.topic: _title(ask, services, each.topic) for each in shown}
    entries = [
        speaker.say(
            "• {topic} – {moments}",
            topic=titles[each.topic],
            moments=", ".join(moment(speaker, lead) for lead in each.leads),
        )
        for each in shown
    ]
    return Reply(
        (bold(speaker.say("Your reminders")), lines(*entries)),
        (
            *rows(
                button(mark + titles[each.topic], route, *each.topic.split("/")) for each in shown
            ),
            turning("ru" if off else "rs", page, len(followed)),
            (stop_all(speaker),),
        ),
    )


def offer(ask: Ask, services: Services, before: str = "") -> Reply:
    """What could be followed: everything, or one of the days that come next."""
    speaker = ask.speaker
    every = button("🔔 " + speaker.term("topic", "All commemorations"), "r", ALL)
    coming = upcoming(services.library.commemorations.values(), ask.today)[:6]
    days = [each.commemoration for each in coming]
    return Reply(
        (
            before,
            speaker.say(
                "What shall I remind you of? Press a button, or write /subscribe and the name of "
                "a town or a day, for example: <i>/subscribe Shusha</i>."
            ),
        ),
        ((every,), *rows(button(topics.title(speaker, each), "r", each.id) for each in days)),
    )


def choice(ask: Ask, services: Services, day: Commemoration) -> Reply:
    """The items of a day, to follow one of them. ``ask.args``: the day, and the page."""
    found = [
        each for each in topics.ahead(services.library, day, ask.today) if len(each.topic) <= ROOM
    ]
    page = page_of(ask.args[1:], len(found))
    shown = found[page * PAGE : (page + 1) * PAGE]
    return Reply(
        (
            bold(topics.title(ask.speaker, day)),
            ask.speaker.say("Which item shall I remind you of?"),
        ),
        (
            *(
                (button(topics.title(ask.speaker, each), "rc", *each.topic.split("/")),)
                for each in shown
            ),
            turning("ri", page, len(found), day.id),
            (button("⬅️ " + ask.speaker.term("button", "Back"), "rc", day.id),),
        ),
        silent=day.tone == "solemn",
    )


def stop_all(speaker: Speaker) -> Button:
    """Under every list and every message that nobody asked for."""
    return button("🔕 " + speaker.term("button", "Stop everything"), "stop")


def page_of(args: tuple[str, ...], count: int) -> int:
    """The page that was asked for, or the nearest one that there is."""
    page = number_in(args)
    return min(page, max(0, (count - 1) // PAGE))


def turning(route: str, page: int, count: int, *before: str) -> Row:
    """The arrows to the pages before and after; ``before`` stands in front of the number."""
    back = (button("⬅️", route, *before, page - 1),) if page else ()
    on = (button("➡️", route, *before, page + 1),) if (page + 1) * PAGE < count else ()
    return (*back, *on)


def _title(ask: Ask, services: Services, topic: str) -> str:
    try:
        return topics.title(ask.speaker, topics.find(services.library, topic))
    except LookupError:
        return topic  # no longer in the content; it can still be taken away


def _when(ask: Ask, services: Services, subject: Subject) -> str:
    if isinstance(subject, Commemoration):
        return when(ask.speaker, ask.today, subject)
    if isinstance(subject, Place):
        days = services.library.commemorations_of(subject.id)
        return ", ".join(topics.title(ask.speaker, each) for each in days)
    if isinstance(subject, Showing) and subject.day:
        date = ask.speaker.date(subject.day)
        time = subject.item.time
        return ask.speaker.say("{date}, {time}", date=date, time=time) if time else date
    return ""


def _promise(speaker: Speaker, what: Subscription, preferences: Preferences) -> Markup:
    moments = ", ".join(moment(speaker, lead) for lead in what.leads)
    if what.leads == ("1h",):
        return speaker.say("I will remind you: {moments}.", moments=moments)
    return speaker.say(
        "I will remind you: {moments}; at {hour} ({city} time).",
        moments=moments,
        hour=f"{preferences.hour:02}:00",
        city=zones.label(preferences.zone, speaker),
    )


def _possible(subject: Subject) -> tuple[Lead, ...]:
    timeless = isinstance(subject, Showing) and subject.item.time is None
    return tuple(lead for lead in LEADS if lead != "1h" or not timeless)


def _toggle(speaker: Speaker, what: Subscription, lead: Lead) -> Button:
    chosen = lead in what.leads
    label = f"{'✅' if chosen else '▫️'} {speaker.first_upper(moment(speaker, lead))}"
    return button(label, "rl", LEADS.index(lead), int(not chosen), *what.topic.split("/"))


def _items(ask: Ask, services: Services, subject: Subject) -> Row:
    if not isinstance(subject, Commemoration):
        return ()
    if not any(topics.ahead(services.library, subject, ask.today)):
        return ()
    return (button(ask.speaker.term("button", "Only one item"), "ri", subject.id),)
