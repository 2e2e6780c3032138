"""The words of reminders and of change notices, as they are made when they leave."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import locales
from data.library import Library
from data.model.commemorations import Commemoration
from handlers import changes, reminders
from handlers.ask import Services
from handlers.notices import Notice
from handlers.reply import Reply, render

SPEAKERS = locales.load()
BAKU = ZoneInfo("Asia/Baku")


@dataclass(frozen=True)
class OneShelf:
    library: Library


def services(library: Library) -> Services:
    """Those that words are made of: they look nothing up in the store."""
    nobody: Any = None  # a word that asked the store would fail here
    return Services(
        shelf=OneShelf(library),
        chats=nobody,
        subscriptions=nobody,
        mailings=nobody,
        planner=nobody,
        topics=nobody,
        unanswered=nobody,
        tally=nobody,
        picture=nobody,
        desk=nobody,
        staff=nobody,
        speakers=SPEAKERS,
        now=lambda: dt.datetime.now(dt.UTC),
        zone=BAKU,
        offers=(),
    )


def at(moment: str, zone: str = "Asia/Baku") -> dt.datetime:
    """A moment of Baku, as a clock in the zone shows it."""
    return dt.datetime.fromisoformat(moment).replace(tzinfo=BAKU).astimezone(ZoneInfo(zone))


async def reminded(
    library: Library, ref: str, now: dt.datetime, language: str = "en"
) -> Reply | None:
    notice = Notice("reminder", ref, {}, SPEAKERS[language], now, private=True)
    return await reminders.remind(notice, services(library))


def text(reply: Reply | None) -> str:
    assert reply is not None
    (message,) = render(reply.paragraphs)
    return message


def labels(reply: Reply | None) -> list[str]:
    assert reply is not None
    return [button.label for row in reply.buttons for button in row]


async def test_a_day_is_told_with_its_place_countdown_and_first_items(library: Library) -> None:
    reply = await reminded(library, "kalbajar-city-day@2025", at("2025-11-24T10:00"))
    assert text(reply).startswith(
        "🎉 <b>Kalbajar City Day</b>\n25 November 2025, Tuesday (tomorrow)\nWhere: Kalbajar, Baku"
    )
    assert text(reply).count("\n• ") == reminders.FIRST
    assert text(reply).endswith("and 10 more")
    assert labels(reply) == [
        "📋 Programme",
        "📖 History",
        "⏰ In 1 hour",
        "⏰ Tomorrow",
        "🔕 Stop everything",
    ]
    assert reply is not None
    assert not reply.silent


async def test_what_is_on_another_day_than_the_one_reminded_of_is_told_with_its_date(
    library: Library,
) -> None:
    told = text(await reminded(library, "victory-day@2025", at("2025-11-05T10:00")))
    assert "\n• 6 November, 10:00–12:00 – Marches of servicemen" in told
    assert "\n• Grand concert and fireworks in Baku" in told


async def test_a_solemn_day_is_silent_and_plain(library: Library) -> None:
    reply = await reminded(library, "january-20@2026", at("2026-01-19T10:00"))
    assert reply is not None
    assert reply.silent
    assert text(reply).startswith("<b>National Mourning Day (20 January)</b>")


async def test_today_is_that_of_the_person(library: Library) -> None:
    """At ten on the 25th in Honolulu it is past midnight in Baku."""
    late = dt.datetime(2025, 11, 25, 10, tzinfo=ZoneInfo("Pacific/Honolulu"))
    assert "(today)" in text(await reminded(library, "kalbajar-city-day@2025", late))


async def test_an_item_is_told_in_hours_on_its_day_and_in_both_times_abroad(
    library: Library,
) -> None:
    ref = "armed-forces-day-2025/folk-orchestra-concert"
    near = text(await reminded(library, ref, at("2025-06-25T19:00")))
    assert "(in 1 hour)" in near
    assert "Time: 20:00\n" in near
    abroad = text(await reminded(library, ref, at("2025-06-25T19:30", "Europe/Berlin")))
    assert "(in 30 minutes)" in abroad
    assert "Time: 20:00 in Baku, 18:00 where you are" in abroad
    before = text(await reminded(library, ref, at("2025-06-24T19:30")))
    assert "(tomorrow)" in before
    assert "(in 3 days)" in text(await reminded(library, ref, at("2025-06-22T19:30")))


async def test_an_item_without_a_time_is_today(library: Library) -> None:
    reply = await reminded(library, "kalbajar-2025/fireworks", at("2025-11-25T10:00"))
    assert "(today)" in text(reply)
    assert "⏰ Tomorrow" not in labels(reply)


@pytest.mark.parametrize(
    ("ref", "now"),
    [
        ("kalbajar-city-day@2025", "2025-11-26T00:00"),  # over
        ("armed-forces-day-2025/folk-orchestra-concert", "2025-06-25T20:00"),  # has begun
        ("nowhere-city-day@2025", "2025-11-24T10:00"),
        ("kalbajar-2025/nothing", "2025-11-24T10:00"),
        ("nothing/nothing", "2025-11-24T10:00"),
    ],
)
async def test_what_is_over_or_gone_is_not_told(library: Library, ref: str, now: str) -> None:
    assert await reminded(library, ref, at(now)) is None


async def test_what_is_cancelled_is_not_reminded_of(library: Library) -> None:
    day = library.commemorations["kalbajar-city-day"]
    off = cancelled(library, day)
    assert await reminded(off, "kalbajar-2025/fireworks", at("2025-11-24T10:00")) is None
    told = text(await reminded(off, "kalbajar-city-day@2025", at("2025-11-24T10:00")))
    assert "“25 November – Kalbajar City Day”" in told  # of the programme that is left
    assert "Fireworks" not in told


async def test_a_day_whose_whole_programme_is_cancelled_is_told_so(library: Library) -> None:
    off = cancelled(library, library.commemorations["kalbajar-city-day"], "kalbajar-2025-library")
    reply = await reminded(off, "kalbajar-city-day@2025", at("2025-11-24T10:00"))
    assert "This programme has been cancelled." in text(reply)


def cancelled(library: Library, day: Commemoration, *also: str) -> Library:
    programmes = [
        each.model_copy(update={"status": "cancelled"})
        if each.id in ("kalbajar-2025", *also)
        else each
        for each in day.programmes
    ]
    changed = day.model_copy(update={"programmes": tuple(programmes)})
    every = {**library.commemorations, day.id: changed}
    return Library.build(
        2,
        library.published,
        [*every.values(), *library.places.values(), *library.regions.values()],
    )


async def test_a_year_without_a_programme_is_told_as_such(library: Library) -> None:
    reply = await reminded(library, "kalbajar-city-day@2030", at("2030-11-24T10:00"))
    assert "The programme of this year has not been published yet." in text(reply)


@pytest.mark.parametrize("language", SPEAKERS)
async def test_every_day_can_be_told_in_every_language(library: Library, language: str) -> None:
    for day in library.commemorations.values():
        span = day.date.span(2026)
        if span is None:
            continue
        before = dt.datetime.combine(span.first - dt.timedelta(days=1), dt.time(10), BAKU)
        reply = await reminded(library, f"{day.id}@2026", before, language)
        assert day.names[language] in text(reply).replace("&#39;", "'")
        assert SPEAKERS[language].say("tomorrow") in text(reply)


async def changed(library: Library, ref: str, body: Mapping[str, Any]) -> Reply | None:
    now = at("2025-11-24T10:00")
    notice = Notice("change", ref, body, SPEAKERS["en"], now, private=True)
    return await changes.tell(notice, services(library))


async def test_a_change_is_told_from_old_to_new(library: Library) -> None:
    venue = dict.fromkeys(SPEAKERS, "the square")
    body = {
        "day": ["2025-11-25", "2025-11-26"],
        "time": [None, "18:00"],
        "venue": [venue, None],
        "status": ["scheduled", "moved"],
    }
    reply = await changed(library, "kalbajar-2025/fireworks", body)
    assert text(reply) == (
        "<b>Fireworks</b>\n<i>Kalbajar City Day</i>\n\n<b>This has changed:</b>\n"
        "Day: 25 November 2025 → 26 November 2025\n"
        "Time: not known → 18:00\n"
        "Place: the square → not known\n"
        "Status: takes place → moved"
    )
    assert labels(reply)[-1] == "🔕 Stop everything"


async def test_a_change_of_a_programme_or_a_day(library: Library) -> None:
    body: Mapping[str, Any] = {"status": ["scheduled", "cancelled"]}
    programme = await changed(library, "kalbajar-2025", body)
    assert text(programme).startswith("<b>Kalbajar City Day</b>")
    assert "takes place → cancelled" in text(programme)
    day = await changed(
        library, "kalbajar-city-day@2025", {"day": ["2025-11-25", "2025-11-25/2025-11-26"]}
    )
    assert "25 November 2025 → 25–26 November 2025" in text(day)


@pytest.mark.parametrize("ref", ["nothing@2025", "nothing", "nothing/nothing"])
async def test_a_change_of_what_is_gone_is_not_told(library: Library, ref: str) -> None:
    assert await changed(library, ref, {}) is None
