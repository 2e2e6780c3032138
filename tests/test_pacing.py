"""The pace of bulk sending, on a clock of the test's own."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.pacing import FEW, GROUP_LIMIT, ROUND, Breadth, Chats, Pace


def departures(rate: int, seconds: float, stalls: random.Random | None = None) -> list[float]:
    """When messages leave that all wait from the start, by a loop that sometimes stands still."""
    pace, now, left = Pace(rate), 1000.0, []
    while now < 1000 + seconds:
        wait = pace.wait(now)
        if wait > 0:
            now += wait + 1e-7
            if stalls and stalls.random() < 0.02:
                now += stalls.uniform(0, 0.08)
            continue
        pace.spend(now)
        left.append(now)
    return left


def busiest_second(left: list[float]) -> int:
    most, begin = 0, 0
    for end, moment in enumerate(left):
        while moment - left[begin] >= 1:
            begin += 1
        most = max(most, end - begin + 1)
    return most


@pytest.mark.parametrize(("rate", "least"), [(25, 24.5), (30, 29.5), (1000, 985)])
def test_the_rate_is_reached_and_never_passed(rate: int, least: float) -> None:
    left = departures(rate, 10)
    assert len(left) / 10 >= least
    assert busiest_second(left) <= rate


@given(st.integers(), st.sampled_from([25, 30, 1000]))
def test_no_second_has_too_many_after_any_stalls(seed: int, rate: int) -> None:
    left = departures(rate, 2, random.Random(seed))  # noqa: S311 - no secret
    assert busiest_second(left) <= rate


def test_short_stalls_are_made_up_for() -> None:
    pace, now, sent = Pace(1000), 50.0, 0
    while now < 60:
        now += 0.01  # a loop that comes by only every ten milliseconds
        while pace.wait(now) <= 0:
            pace.spend(now)
            sent += 1
    assert sent >= 9800


def test_without_a_rate_only_a_stop_holds() -> None:
    pace = Pace(0)
    assert pace.wait(5) <= 0
    pace.spend(5)
    assert pace.wait(5) <= 0
    pace.stop(7)
    assert pace.wait(5) == 2


def test_a_private_chat_gets_one_a_second() -> None:
    chats = Chats(1.0)
    assert chats.wait(5, 10) <= 0
    chats.spend(5, 10)
    assert chats.wait(5, 10.25) == 0.75
    assert chats.wait(6, 10.25) <= 0
    assert chats.wait(5, 11) <= 0


def test_a_group_gets_twenty_a_minute() -> None:
    chats = Chats(1.0)
    for second in range(GROUP_LIMIT):
        assert chats.wait(-5, 100 + second) <= 0
        chats.spend(-5, 100 + second)
    assert chats.wait(-5, 130) == 30
    assert chats.wait(-5, 160) <= 0


def test_chats_that_may_be_written_to_are_forgotten() -> None:
    chats = Chats(1.0)
    for chat in range(1, 30_000):
        chats.spend(chat * (-1) ** chat, float(chat))
    assert len(chats._free) < 11_000
    assert len(chats._groups) < 11_000


def test_more_calls_at_once_where_the_line_is_long() -> None:
    breadth = Breadth(512)
    for _ in range(ROUND * 100):
        breadth.learn(0.2)
    assert breadth.calls == 512


def test_few_calls_at_once_where_they_only_queue() -> None:
    breadth = Breadth(512)
    for _ in range(ROUND * 200):
        breadth.learn(max(0.001, breadth.calls / 6000))
    assert FEW <= breadth.calls <= 128
