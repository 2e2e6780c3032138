"""/settings: language, time zone, hour, quiet hours and sound of what is sent unasked."""

import datetime as dt
from dataclasses import replace
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

from markupsafe import Markup

from data.model.subscriptions import Preferences
from handlers import zones
from handlers.ask import Ask, Services
from handlers.reply import Button, Reply, Row, bold, button, lines, rows
from handlers.routing import Command, Located, Pressed
from locales import N_, Speaker

USUAL_ZONES = (
    "Asia/Baku",
    "Europe/Istanbul",
    "Asia/Tbilisi",
    "Europe/Moscow",
    "Europe/Kyiv",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
)
"""Where most of those live who ask."""
HOURS = tuple(str(hour) for hour in range(24))
ACROSS = 6
"""Hours in one row."""


async def settings(ask: Ask, services: Services) -> Reply:
    speaker = ask.speaker
    chosen = await services.chats.preferences(ask.chat_id)
    return Reply(
        (bold(speaker.say("Settings")), _told(speaker, chosen, services.now())),
        (
            *rows(
                (
                    button("🗣 " + speaker.term("button", "Language"), "l"),
                    button("🌍 " + speaker.term("button", "Time zone"), "zone"),
                    button("🕑 " + speaker.term("button", "Hour"), "hour"),
                    button("🌙 " + speaker.term("button", "Quiet hours"), "quiet"),
                    _sound(speaker, chosen),
                    _announcements(speaker, chosen),
                )
            ),
            (button("🔔 " + speaker.term("button", "My reminders"), "rs"),),
        ),
    )


async def zone_pressed(ask: Ask, services: Services) -> Reply:
    """``args``: the parts of the zone's name, or nothing yet."""
    name = "/".join(ask.args)
    if name not in zones.known():
        return _zones(ask, USUAL_ZONES)
    return await _save(ask, services, zone=name)


async def hour(ask: Ask, services: Services) -> Reply:
    """``args``: the hour, or nothing yet."""
    if not ask.args or not set(ask.args) <= set(HOURS):
        return _hours(ask, ask.speaker.say("At which hour shall I remind?"), "hour")
    return await _save(ask, services, hour=int(ask.args[0]))


async def sound(ask: Ask, services: Services) -> Reply:
    """``args``: ``1`` for silence."""
    return await _save(ask, services, silent=ask.args == ("1",))


async def announcements(ask: Ask, services: Services) -> Reply:
    """``args``: ``1`` to get them."""
    return await _save(ask, services, announcements=ask.args == ("1",))


async def quiet(ask: Ask, services: Services) -> Reply:
    """``args``: from and until which hour, as far as it is known; ``no`` for none."""
    say = ask.speaker.say
    if ask.args == ("no",):
        return await _save(ask, services, quiet=None)
    if not ask.args or not set(ask.args) <= set(HOURS):
        none = button(ask.speaker.term("button", "No quiet hours"), "quiet", "no")
        return _hours(ask, say("From which hour shall it be quiet?"), "quiet", above=(none,))
    if len(ask.args) == 1:
        return _hours(ask, say("Until which hour shall it be quiet?"), "quiet", ask.args[0])
    begin, end = int(ask.args[0]), int(ask.args[1])
    return await _save(ask, services, quiet=(begin, end) if begin != end else None)


async def zone(ask: Ask, services: Services) -> Reply:
    """/zone and the name of a city."""
    if not ask.words.strip():
        return _zones(ask, USUAL_ZONES)
    found = zones.named(ask.words, services.speakers.values(), services.library)
    if len(found) == 1:
        return await _save(ask, services, zone=found[0])
    return _zones(ask, found or USUAL_ZONES, ask.speaker.say("I do not know this city."))


async def location(ask: Ask, services: Services) -> Reply:
    """``words``: latitude and longitude. They are not kept."""
    lat, lon = (float(each) for each in ask.words.split())
    return await _save(ask, services, zone=zones.located(services.library, lat, lon))


class _Change(TypedDict, total=False):
    """Fields of Preferences."""

    zone: str
    hour: int
    quiet: tuple[int, int] | None
    silent: bool
    announcements: bool


async def _save(ask: Ask, services: Services, **change: Unpack[_Change]) -> Reply:
    if not ask.known:  # a chat that has chosen nothing is not kept yet
        language = ask.speaker.language
        await services.chats.set_language(ask.chat_id, ask.kind, language, services.now())
    before = await services.chats.preferences(ask.chat_id)
    chosen = replace(before, **change)
    # first, so that what is cut off here and done again still finds the old hour
    await services.planner.move(ask.chat_id, chosen, services.now())
    await services.chats.set_preferences(ask.chat_id, chosen, services.now())
    reply = await settings(ask, services)
    return replace(reply, toast=ask.speaker.say("Saved.").unescape())


def _told(speaker: Speaker, chosen: Preferences, now: dt.datetime) -> Markup:
    local = now.astimezone(ZoneInfo(chosen.zone))
    say = speaker.say
    return lines(
        say("Language: {name}", name=speaker.name),
        say(
            "Time zone: {city}, {time} there now",
            city=zones.label(chosen.zone, speaker),
            time=f"{local:%H:%M}",
        ),
        say("Hour of the reminders: {hour}", hour=_hour(chosen.hour)),
        say("Quiet hours: {begin}–{end}", begin=_hour(chosen.quiet[0]), end=_hour(chosen.quiet[1]))
        if chosen.quiet
        else say("Quiet hours: none"),
        say("Sound: off") if chosen.silent else say("Sound: on"),
        say("Announcements: on") if chosen.announcements else say("Announcements: off"),
    )


def _zones(ask: Ask, offered: tuple[str, ...], before: str = "") -> Reply:
    hint = ask.speaker.say(
        "Write /zone and the name of your city, for example: <i>/zone Berlin</i>. In private you "
        "can also share your location; I keep only the time zone."
    )
    buttons = [
        button(zones.label(each, ask.speaker), "zone", *each.split("/")) for each in offered
    ]
    return Reply((before, hint), (*rows(buttons), (_back(ask.speaker),)))


def _hours(ask: Ask, question: Markup, route: str, *args: str, above: Row = ()) -> Reply:
    every = [button(_hour(int(each)), route, *args, each) for each in HOURS]
    across = tuple(tuple(every[at : at + ACROSS]) for at in range(0, 24, ACROSS))
    return Reply((question,), (above, *across, (_back(ask.speaker),)))


def _hour(hour: int) -> str:
    return f"{hour:02}:00"


def _sound(speaker: Speaker, chosen: Preferences) -> Button:
    if chosen.silent:
        return button("🔈 " + speaker.term("button", "With sound"), "sound", "0")
    return button("🔇 " + speaker.term("button", "Without sound"), "sound", "1")


def _announcements(speaker: Speaker, chosen: Preferences) -> Button:
    if chosen.announcements:
        return button("📢 " + speaker.term("button", "No announcements"), "news", "0")
    return button("📢 " + speaker.term("button", "Announcements"), "news", "1")


def _back(speaker: Speaker) -> Button:
    return button("⬅️ " + speaker.term("button", "Settings"), "set")


ROUTES = (
    Command(
        "settings",
        settings,
        N_("Language, time zone and quiet hours"),
        aliases=("ayarlar", "nastroyki"),
        group=True,
    ),
    Command("zone", zone, N_("Your time zone"), listed=False, admins=True),
    Pressed("set", settings),
    Pressed("zone", zone_pressed, admins=True),
    Pressed("hour", hour, admins=True),
    Pressed("quiet", quiet, admins=True),
    Pressed("sound", sound, admins=True),
    Pressed("news", announcements, admins=True),
    Located(location),
)
