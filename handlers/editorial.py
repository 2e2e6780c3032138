"""What all features of the editors share: the log, the honest arithmetic, names of audiences."""

import datetime as dt
from zoneinfo import ZoneInfo

from markupsafe import Markup

from data.model.outbox import Audience
from data.model.staff import Deed
from handlers import topics, zones
from handlers.ask import Ask, Services
from handlers.reply import Reply
from locales import Speaker

CHAT_TYPES = ("private", "group", "supergroup", "channel")


async def note(ask: Ask, services: Services, act: str, subject: str, **details: object) -> None:
    """Write an act down, for good."""
    deed = Deed(services.now(), ask.chat_id, act, subject, details)
    await services.desk.write_down(deed)


async def too_high(ask: Ask, services: Services) -> Reply:
    return Reply((above(ask),))


def above(ask: Ask) -> str:
    """What those are told whose role does not suffice."""
    return ask.speaker.say("Your role does not allow that.")


def number(n: int) -> str:
    """``100 000``."""
    return f"{n:,}".replace(",", "\u00a0")


def load(speaker: Speaker, many: int, rate: int) -> str:
    """``100 000 recipients. At 25 a second that takes about 67 minutes.``"""
    chats = speaker.count("{number} recipient.", "{number} recipients.", many, number=number(many))
    if not rate or not many:
        return chats
    time = duration(speaker, many / rate)
    return chats + " " + speaker.say("At {rate} a second that takes {time}.", rate=rate, time=time)


def duration(speaker: Speaker, seconds: float) -> str:
    """In the largest unit of which there are two; at least a second."""
    if seconds < 120:
        return speaker.count("{n} second", "{n} seconds", max(1, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 120:
        return speaker.count("{n} minute", "{n} minutes", minutes)
    return speaker.count("{n} hour", "{n} hours", round(minutes / 60))


def stamp(speaker: Speaker, at: dt.datetime, zone: str) -> Markup:
    """``25 November 2025, 10:00 (Baku time)``."""
    local = at.astimezone(ZoneInfo(zone))
    return speaker.say(
        "{date}, {time} ({city} time)",
        date=speaker.date(local.date()),
        time=f"{local:%H:%M}",
        city=zones.label(zone, speaker),
    )


def audience_name(speaker: Speaker, services: Services, audience: Audience) -> str:
    if audience.topics:
        return speaker.say("those who follow “{topic}”", topic=_topic(speaker, services, audience))
    if audience.language:
        name = services.speakers[audience.language].name
        return speaker.say("those who chose this language: {language}", language=name)
    if audience.chat_type:
        return chat_type(speaker, audience.chat_type)
    return speaker.say("all who accept announcements")


def chat_type(speaker: Speaker, name: str) -> str:
    match name:
        case "private":
            return speaker.term("audience", "private chats")
        case "group":
            return speaker.term("audience", "small groups")
        case "supergroup":
            return speaker.term("audience", "large groups")
    return speaker.term("audience", "channels")


def _topic(speaker: Speaker, services: Services, audience: Audience) -> str:
    (topic, *_) = audience.topics
    try:
        return topics.title(speaker, topics.find(services.library, topic))
    except LookupError:
        return topic  # no longer in the content
