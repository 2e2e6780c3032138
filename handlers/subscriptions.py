"""/subscribe, /subscriptions, /unsubscribe and /stop: what the bot reminds of here, and when."""

from collections.abc import Iterable
from dataclasses import replace

from data.model.letters import fold
from data.model.subscriptions import ALL, LEADS, USUAL_LEADS, Address, Lead, Subscription
from data.store.ports import Subscriber
from handlers import following, topics
from handlers.ask import Ask, Services
from handlers.cards import remind_me
from handlers.choosing import wanted
from handlers.reply import Reply, bold
from handlers.routing import Command, Linked, Pressed
from handlers.topics import Showing, Subject
from locales import N_, Speaker

NUMBERS = tuple(str(number) for number in range(len(LEADS)))
"""Of the LEADS, as buttons carry them."""


async def subscribe(ask: Ask, services: Services) -> Reply:
    meant = _meant(ask, services, "r")
    if isinstance(meant, Reply):
        return meant
    return await _follow(ask, services, meant[0]) if meant else following.offer(ask, services)


async def remind_me_pressed(ask: Ask, services: Services) -> Reply:
    """``args``: the topic. The day or programme above the button stays."""
    return replace(await change(ask, services), apart=True)


async def invite(ask: Ask, services: Services) -> Reply:
    """A link follows nothing by itself: it asks. ``args``: a day or a place."""
    try:
        subject = topics.find(services.library, ask.args[0])
    except LookupError:
        return following.offer(ask, services)
    title = bold(topics.title(ask.speaker, subject))
    asked = ask.speaker.say("Shall I remind you of it?")
    return Reply((title, asked), ((remind_me(ask.speaker, ask.args[0]),),))


async def subscriptions(ask: Ask, services: Services) -> Reply:
    """``args``: the page."""
    return await _list(ask, services, off=False)


async def unsubscribe(ask: Ask, services: Services) -> Reply:
    meant = _meant(ask, services, "rx")
    if isinstance(meant, Reply):
        return meant
    if meant == (ALL,):
        return await stop(ask, services)
    for topic in meant:
        await services.subscriptions.unfollow(ask.address, topic)
    return await _list(ask, services, off=True)


async def unsubscribing(ask: Ask, services: Services) -> Reply:
    """``args``: the page."""
    return await _list(ask, services, off=True)


async def remove(ask: Ask, services: Services) -> Reply:
    """``args``: the topic."""
    await services.subscriptions.unfollow(ask.address, "/".join(ask.args))
    return await _list(ask, services, off=True)


async def change(ask: Ask, services: Services) -> Reply:
    """The card of a topic, which is followed from now on. ``args``: the topic."""
    return await _follow(ask, services, "/".join(ask.args))


async def choose_moment(ask: Ask, services: Services) -> Reply:
    """``args``: which of the LEADS, whether it is wanted, the topic."""
    if len(ask.args) < 3 or ask.args[0] not in NUMBERS:
        return await _list(ask, services, off=False)
    number, wish, *parts = ask.args
    topic, lead = "/".join(parts), LEADS[int(number)]
    leads = set(await _leads(ask, services, topic) or USUAL_LEADS) - {lead}
    if wish == "1":
        leads.add(lead)
    if not leads:
        return Reply(toast=ask.speaker.say("At least one moment is needed.").unescape())
    return await _follow(ask, services, topic, leads)


async def items(ask: Ask, services: Services) -> Reply:
    """``args``: the commemoration, and the page."""
    day = services.library.commemorations.get("/".join(ask.args[:1]))
    return following.choice(ask, services, day) if day else following.offer(ask, services)


async def stop(ask: Ask, services: Services) -> Reply:
    """Works as a command and as a button under what was not asked for, which stays.

    In a topic of a forum it is for that one; in any other chat for all of it.
    """
    if ask.thread and not ask.private:
        await services.subscriptions.stop(ask.address, services.now())
        words = ask.speaker.say("All reminders in this topic are off. /subscribe turns them on.")
        return Reply((words,), apart=True)
    await services.subscriptions.stop(Address(ask.chat_id), services.now())
    words = ask.speaker.say(
        "Everything is off: I will send nothing here unless I am asked. "
        "With /subscribe I remind you again."
    )
    return Reply((words,), apart=True)


def _meant(ask: Ask, services: Services, route: str) -> tuple[str, ...] | Reply:
    """The topics that the words name, a place before its day; or a Reply that asks."""
    if not ask.words.strip():
        return ()
    if fold(ask.words.strip()) in _everything(services.speakers.values()):
        return (ALL,)
    target = wanted(ask, services, route)
    if isinstance(target, Reply):
        return target
    place, day = target.place, target.commemoration
    return (*((place.id,) if place else ()), *((day.id,) if day else ()))


def _everything(speakers: Iterable[Speaker]) -> frozenset[str]:
    """How people write “all”, in any language."""
    return frozenset(
        fold(word)
        for each in speakers
        for word in each.term("words for “all”", "all everything").split()
    )


async def _follow(ask: Ask, services: Services, topic: str, leads: Iterable[Lead] = ()) -> Reply:
    """Without ``leads`` those of before, or the usual ones."""
    try:
        subject = topics.find(services.library, topic)
    except LookupError:
        return following.offer(ask, services)
    if isinstance(subject, Showing) and (subject.day is None or subject.day < ask.today):
        return Reply((ask.speaker.say("It is over, or its day is not known."),))
    chosen = set(leads or await _leads(ask, services, topic) or _usual(subject))
    what = Subscription(topic, tuple(lead for lead in LEADS if lead in chosen))
    who = Subscriber(ask.address, ask.kind, ask.speaker.language)
    await services.subscriptions.follow(who, what, services.now())
    preferences = await services.chats.preferences(ask.chat_id)
    return following.card(ask, services, what, preferences)


async def _leads(ask: Ask, services: Services, topic: str) -> tuple[Lead, ...]:
    for each in await services.subscriptions.of(ask.address):
        if each.topic == topic:
            return each.leads
    return ()


def _usual(subject: Subject) -> tuple[Lead, ...]:
    timed = isinstance(subject, Showing) and subject.item.time
    return (*USUAL_LEADS, "1h") if timed else USUAL_LEADS


async def _list(ask: Ask, services: Services, off: bool) -> Reply:
    followed = await services.subscriptions.of(ask.address)
    if followed:
        return following.listing(ask, services, followed, off)
    return following.offer(ask, services, ask.speaker.say("You have no reminders."))


ROUTES = (
    Command(
        "subscribe",
        subscribe,
        N_("Be reminded of a day, a place or everything"),
        aliases=("xatirlat", "napomni"),
        group=True,
        admins=True,
    ),
    Command("subscriptions", subscriptions, N_("What I remind you of"), aliases=("reminders",)),
    Command("unsubscribe", unsubscribe, N_("Stop one reminder"), listed=False, admins=True),
    Command("stop", stop, N_("Stop everything that I send unasked"), group=True, admins=True),
    Pressed("r", remind_me_pressed, admins=True),
    Pressed("rc", change, admins=True),
    Pressed("ri", items, admins=True),
    Pressed("rl", choose_moment, admins=True),
    Pressed("rs", subscriptions),
    Pressed("ru", unsubscribing),
    Pressed("rx", remove, admins=True),
    Pressed("stop", stop, admins=True),
    Linked("s", invite),
)
