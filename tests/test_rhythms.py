"""When reminders are due: time zones, clock changes, leap days, quiet hours."""

import datetime as dt

import pytest

from data.model.reminders import Due, Event, Rhythm
from data.model.subscriptions import LEADS, Preferences

DAY = Event("kalbajar@2025", dt.date(2025, 11, 25))


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def due(lead: str, zone: str = "Asia/Baku", hour: int = 10, event: Event = DAY) -> Due:
    (found,) = Rhythm(lead, zone, hour).dues([event])  # type: ignore[arg-type] # one of LEADS
    return found


@pytest.mark.parametrize(
    ("lead", "at", "expires"),
    [
        ("7d", "2025-11-18T06:00", "2025-11-19T06:00"),
        ("3d", "2025-11-22T06:00", "2025-11-23T06:00"),
        ("1d", "2025-11-24T06:00", "2025-11-24T20:00"),
        ("morning", "2025-11-25T06:00", "2025-11-25T20:00"),
    ],
)
def test_a_lead_in_baku(lead: str, at: str, expires: str) -> None:
    assert due(lead) == Due("kalbajar@2025", utc(at), utc(expires))


def test_an_hour_before_is_the_same_moment_everywhere() -> None:
    start = dt.datetime(2025, 11, 25, 19, tzinfo=dt.timezone(dt.timedelta(hours=4)))
    item = Event("programme/concert", start.date(), start)
    for zone in ("Asia/Baku", "America/New_York"):
        found = due("1h", zone, event=item)
        assert (found.at, found.expires) == (utc("2025-11-25T14:00"), utc("2025-11-25T15:00"))


def test_an_item_without_a_time_has_no_hour_before() -> None:
    assert list(Rhythm("1h", "Asia/Baku", 10).dues([DAY])) == []


@pytest.mark.parametrize(
    ("day", "at"),
    [
        ("2025-03-30", "2025-03-29T09:00"),  # the last day of winter time
        ("2025-03-31", "2025-03-30T08:00"),  # the clocks were put on that night
        ("2025-10-26", "2025-10-25T08:00"),
        ("2025-10-27", "2025-10-26T09:00"),
    ],
)
def test_the_hour_is_that_of_the_clock_on_the_wall(day: str, at: str) -> None:
    event = Event("x@2025", dt.date.fromisoformat(day))
    assert due("1d", "Europe/Berlin", 10, event).at == utc(at)


def test_an_hour_that_is_left_out_comes_once() -> None:
    event = Event("x@2025", dt.date(2025, 3, 31))
    assert due("1d", "Europe/Berlin", 2, event).at == utc("2025-03-30T01:00")


def test_the_day_before_the_first_of_march_in_a_leap_year() -> None:
    event = Event("x@2028", dt.date(2028, 3, 1))
    assert due("1d", event=event).at == utc("2028-02-29T06:00")


@pytest.mark.parametrize("lead", [lead for lead in LEADS if lead != "1h"])
def test_nothing_expires_before_it_is_due(lead: str) -> None:
    for hour in range(24):
        found = due(lead, "Pacific/Kiritimati", hour)
        assert found.at < found.expires


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2025-11-24T17:59", None),
        ("2025-11-24T18:00", "2025-11-25T04:00"),
        ("2025-11-24T23:30", "2025-11-25T04:00"),
        ("2025-11-25T03:59", "2025-11-25T04:00"),
        ("2025-11-25T04:00", None),
    ],
)
def test_quiet_hours_over_midnight(now: str, until: str | None) -> None:
    wishes = Preferences(quiet=(22, 8))
    assert wishes.quiet_until(utc(now)) == (until and utc(until))


def test_quiet_hours_within_a_day() -> None:
    wishes = Preferences(zone="UTC", quiet=(13, 15))
    assert wishes.quiet_until(utc("2025-11-25T14:30")) == utc("2025-11-25T15:00")
    assert wishes.quiet_until(utc("2025-11-25T15:00")) is None
    assert Preferences(quiet=(8, 8)).quiet_until(utc("2025-11-25T04:30")) is None
    assert Preferences().quiet_until(utc("2025-11-25T04:30")) is None
