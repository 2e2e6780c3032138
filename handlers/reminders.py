"""The words of a reminder, and putting it off."""

import datetime as dt
from zoneinfo import ZoneInfo

from markupsafe import Markup

from data.library import Library
from data.model.days import Occurrence, occurrence
from data.model.outbox import Mailing, Urgency, Window
from data.model.programmes import Programme
from handlers import topics
from handlers.ask import Ask, Services
from handlers.cards import MARKS, countdown, name, ways_on
from handlers.following import stop_all
from handlers.notices import Notice
from handlers.reply import Reply, Row, bold, button, italic, lines
from handlers.routing import Pressed
from handlers.topics import Showing
from locales import Speaker

FIRST = 3
"""Items of a programme that a reminder names."""
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


async def remind(notice: Notice, services: Services) -> Reply | None:
    """The words of the kind ``reminder``. None for what is over, cancelled or gone."""
    found = _meant(services.library, notice.ref)
    if found is None or _end(found, notice.now.tzinfo, services.zone) <= notice.now:
        return None
    if isinstance(found, Showing):
        return _of_item(notice, services, found)
    return _of_day(notice, services, found)


async def snooze(ask: Ask, services: Services) -> Reply:
    """``args``: ``h`` (an hour) or ``d`` (tomorrow), and the two halves of what it is about."""
    how, first, second = ask.args if len(ask.args) == 3 else ("", "", "")
    ref = f"{first}{'/' if first in services.library.programmes else '@'}{second}"
    found = _meant(services.library, ref)
    preferences = await services.chats.preferences(ask.chat_id)
    zone = ZoneInfo(preferences.zone)
    now = services.now().astimezone(zone)
    at = now + HOUR if how == "h" else _tomorrow(now, preferences.hour)
    if found is None or (end := _end(found, zone, services.zone)) <= at:
        return Reply(toast=ask.speaker.say("It will be over by then.").unescape())
    mailing = Mailing(f"snooze {ref}", "reminder", ref, Urgency.SOON)
    await services.mailings.put(mailing, ask.address, Window(at, end))
    when = ask.speaker.say(
        "I will remind you on {date} at {time}.", date=ask.speaker.day(at), time=f"{at:%H:%M}"
    )
    return Reply(toast=when.unescape())


Found = Occurrence | Showing
"""What a reminder is about."""


def _meant(library: Library, ref: str) -> Found | None:
    if "@" in ref:
        id_, year = ref.split("@")
        day = library.commemorations.get(id_)
        return occurrence(day, int(year)) if day and year.isdecimal() else None
    try:
        found = topics.find(library, ref)
    except LookupError:
        return None
    if not isinstance(found, Showing) or found.day is None or _cancelled(found):
        return None
    return found


def _cancelled(showing: Showing) -> bool:
    return "cancelled" in (showing.item.status, showing.programme.status)


def _end(found: Found, zone: dt.tzinfo | None, home: dt.tzinfo) -> dt.datetime:
    """From when on a reminder is worth nothing: its beginning, or the end of its last day."""
    if isinstance(found, Showing):
        if (start := found.start(home)) is not None:
            return start
        last = found.day or dt.date.min
    else:
        last = found.last
    return dt.datetime.combine(last + DAY, dt.time(), zone)


def _tomorrow(now: dt.datetime, hour: int) -> dt.datetime:
    return dt.datetime.combine(now.date() + DAY, dt.time(hour), now.tzinfo)


def _of_day(notice: Notice, services: Services, found: Occurrence) -> Reply:
    speaker, library, day = notice.speaker, services.library, found.commemoration
    programmes = library.programmes_of(day.id, found.year)
    ids = dict.fromkeys([*day.places, *(each.place for each in programmes if each.place)])
    where = ", ".join(speaker.text(library.places[each].names) for each in ids)
    head = lines(
        Markup("{}{}").format(MARKS[day.tone], bold(name(speaker, day))),
        speaker.say(
            "{date}, {weekday} ({countdown})",
            date=speaker.span(found.first, found.last),
            weekday=speaker.weekday(found.first),
            countdown=countdown(speaker, found, notice.now.date()),
        ),
        speaker.say("Where: {places}", places=where) if where else "",
    )
    return Reply(
        (head, _programme(notice, services, found, programmes)),
        (
            ways_on(speaker, library, day),
            _snoozing(notice, _end(found, notice.now.tzinfo, services.zone), day.id, found.year),
            (stop_all(speaker),),
        ),
        silent=day.tone == "solemn",
    )


def _programme(
    notice: Notice, services: Services, found: Occurrence, programmes: tuple[Programme, ...]
) -> Markup:
    """The first items that are still to come, the fullest programme first."""
    speaker, today = notice.speaker, notice.now.date()
    if not programmes:
        return speaker.say("The programme of this year has not been published yet.")
    shown = [
        Showing(each, item)
        for each in sorted(programmes, key=lambda each: -len(each.items))
        for item in each.items
    ]
    ahead = [each for each in shown if not _cancelled(each) and (each.day or today) >= today]
    if not ahead:
        return speaker.say("This programme has been cancelled.")
    rest = len(ahead) - FIRST
    return lines(
        bold(speaker.say("On the programme:")),
        *(_entry(notice, services, found, each) for each in ahead[:FIRST]),
        speaker.count("and {n} more", "and {n} more", rest) if rest > 0 else "",
    )


def _entry(notice: Notice, services: Services, found: Occurrence, showing: Showing) -> Markup:
    speaker, title = notice.speaker, notice.speaker.text(showing.item.title)
    parts = (_date(speaker, found, showing), _time(notice, services, showing))
    if when := ", ".join(filter(None, parts)):
        return speaker.say("• {time} – {title}", time=when, title=title)
    return Markup("• {}").format(title)


def _date(speaker: Speaker, found: Occurrence, showing: Showing) -> str:
    """Where the heading does not tell it: of another day, or one of several."""
    day = showing.day
    return "" if day is None or found.first == found.last == day else speaker.day(day)


def _of_item(notice: Notice, services: Services, showing: Showing) -> Reply:
    speaker, day = notice.speaker, showing.commemoration
    end = _end(showing, notice.now.tzinfo, services.zone)
    return Reply(
        (
            _invitation(notice, services, showing),
            italic(name(speaker, day)) if day else "",
        ),
        (
            ways_on(speaker, services.library, day) if day else (),
            _snoozing(notice, end, showing.programme.id, showing.item.id),
            (stop_all(speaker),),
        ),
        silent=topics.solemn(showing),
    )


def _invitation(notice: Notice, services: Services, showing: Showing) -> Markup:
    """What, when, where, and how long it is to go."""
    speaker, item = notice.speaker, showing.item
    date = showing.day or notice.now.date()
    when = speaker.say(
        "{date}, {weekday} ({countdown})",
        date=speaker.date(date),
        weekday=speaker.weekday(date),
        countdown=_until(notice, showing.start(services.zone), date),
    )
    time = _time(notice, services, showing)
    mark = MARKS[showing.commemoration.tone] if showing.commemoration else ""
    return lines(
        Markup("{}{}").format(mark, bold(speaker.text(item.title))),
        when,
        speaker.say("Time: {time}", time=time) if time else "",
        speaker.say("Where: {places}", places=speaker.text(item.venue)) if item.venue else "",
    )


def _time(notice: Notice, services: Services, showing: Showing) -> str:
    """Of the place; where the person's clock shows another, that is told too."""
    time, start = showing.item.time or "", showing.start(services.zone)
    if start is None or start.utcoffset() == notice.now.utcoffset():
        return time
    local = f"{start.astimezone(notice.now.tzinfo):%H:%M}"
    return notice.speaker.say("{time} in Baku, {local} where you are", time=time, local=local)


def _until(notice: Notice, start: dt.datetime | None, day: dt.date) -> Markup:
    """How long it is to go, in words: in hours on the day itself."""
    say, count, days = notice.speaker.say, notice.speaker.count, (day - notice.now.date()).days
    if days > 1:
        return count("in {n} day", "in {n} days", days)
    if days == 1:
        return say("tomorrow")
    if start is None:
        return say("today")
    minutes = max(0, round((start - notice.now) / dt.timedelta(minutes=1)))
    if minutes < 60:
        return count("in {n} minute", "in {n} minutes", minutes)
    return count("in {n} hour", "in {n} hours", round(minutes / 60))


def _snoozing(notice: Notice, end: dt.datetime, *halves: object) -> Row:
    """Ways to be told again later, as long as that is not too late."""
    term = notice.speaker.term
    hour = button("⏰ " + term("button", "In 1 hour"), "z", "h", *halves)
    day = button("⏰ " + term("button", "Tomorrow"), "z", "d", *halves)
    return (
        *((hour,) if notice.now + HOUR < end else ()),
        *((day,) if _tomorrow(notice.now, 0) < end else ()),
    )


ROUTES = (Pressed("z", snooze, admins=True),)
