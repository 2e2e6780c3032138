"""The pace of bulk sending, on a clock of the test's own."""

import asyncio
import random
import time
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import pacing
from handlers.pacing import FEW, GROUP_LIMIT, LONGEST, ROUND, Breadth, Chats, Pace


def departures(
    rate: int, seconds: float, stalls: random.Random | None = None, after: float | None = None
) -> list[float]:
    """When messages leave that all wait from the start, by a loop that sometimes stands still.

    ``after``: when the last one left by another loop, from which this one takes over.
    """
    pace, now, left = Pace(rate), 1000.0, []
    if after is not None:
        now = after
        pace.take_over(now)
    end = now + seconds
    while now < end:
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
    return busiest(left, 1)


def busiest(left: list[float], seconds: float) -> int:
    most, begin = 0, 0
    for end, moment in enumerate(left):
        while moment - left[begin] >= seconds:
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


def after_a_trial(seconds: float, held_up: random.Random | None = None) -> list[float]:
    """When messages leave of which the first went ahead alone. ``held_up``: some leave later
    than they are let go, as there was no connection."""
    pace, now, left = Pace(1000), 1000.0, [1000.0]
    pace.spend(now)
    now += seconds
    pace.make_up(seconds)
    while len(left) < 10_000:
        if (wait := pace.wait(now)) > 0:
            now += wait + 1e-7
            continue
        departure = pace.spend(now)
        if held_up and held_up.random() < 0.02:
            departure.at += held_up.uniform(0, 0.1)
        left.append(departure.at)
    return left


@pytest.mark.parametrize("seconds", [0.005, 0.05, 0.2])
def test_what_waited_for_the_first_letter_is_made_up_for(seconds: float) -> None:
    left = after_a_trial(seconds)
    assert len(left) / (left[-1] - left[0]) >= 985
    assert busiest_second(left) <= 1000
    assert busiest(left, 0.1) <= 165


@given(st.integers())
def test_no_second_has_too_many_where_some_are_held_up(seed: int) -> None:
    left = after_a_trial(0.2, random.Random(seed))  # noqa: S311 - no secret
    assert busiest_second(sorted(left)) <= 1000


@given(st.integers(), st.sampled_from([25, 30, 1000]))
def test_no_second_has_too_many_where_another_process_takes_over_at_once(
    seed: int, rate: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    old = departures(rate, chance.uniform(0.5, 2), chance)
    new = departures(rate, 1.5, chance, after=old[-1])
    assert busiest_second(old + new) <= rate


def test_without_a_rate_who_takes_over_begins_at_once() -> None:
    pace = Pace(0)
    pace.take_over(50)
    assert pace.wait(50) <= 0


def test_short_stalls_are_made_up_for() -> None:
    pace, now, sent = Pace(1000), 50.0, 0
    while now < 60:
        now += 0.01  # a loop that comes by only every ten milliseconds
        while pace.wait(now) <= 0:
            pace.spend(now)
            sent += 1
    assert sent >= 9800


def with_answers(rate: int, asked: list[float]) -> tuple[list[float], list[float], list[float]]:
    """When bulk leaves that waits from the start, and answers; and how long those have waited."""
    pace, bulk, answers, waited = Pace(rate), [], [], []
    questions, now = deque(sorted(1000 + each for each in asked)), 1000.0
    while now < 1004:
        pace._people = sum(each <= now for each in questions)
        due = pace.wait(now)
        if due <= 0:
            pace.spend(now)
            bulk.append(now)
        elif pace._people:
            due = min(due, pace.answer_wait(now), questions[0] + LONGEST - now)
            if due <= 0:
                waited.append(now - questions.popleft())
                answers.append(now)
            if due <= 0 and waited[-1] < LONGEST:
                pace.spend_answer(now)
        after = now + max(due, 0) + 1e-7
        now = min(after, max(now, questions[0])) if questions and questions[0] > now else after
    return bulk, answers, waited


@given(st.integers(), st.sampled_from([25, 30, 100]))
@settings(max_examples=30, deadline=None)
def test_answers_come_first_and_count_like_all_else_unless_they_would_be_late(
    seed: int, rate: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    asked = [chance.uniform(0, 3.5) for _ in range(int(rate * 3.5 * 0.4))]
    bulk, answers, waited = with_answers(rate, asked)
    late = [each for each, wait in zip(answers, waited, strict=True) if wait >= LONGEST]
    assert busiest_second(sorted({*bulk, *answers} - {*late})) <= rate
    assert len(answers) == len(asked)
    assert len(late) <= len(asked) / 5
    assert max(waited) < LONGEST + 0.001
    assert len(bulk) + len(answers) >= 3.8 * rate


def test_however_many_answers_there_are_none_is_late_and_bulk_comes_forward() -> None:
    bulk, answers, waited = with_answers(30, [each / 100 for each in range(310)])
    assert len(answers) == 310
    assert max(waited) < LONGEST + 0.01
    assert len([each for each in bulk if each > 1001]) >= 3 * 30 / 5 - 2


def test_without_bulk_no_answer_waits_and_bulk_that_begins_then_does() -> None:
    pace = Pace(30)
    for each in range(100):
        assert pace.answer_wait(50 + each / 100) <= 0
        pace.spend_answer(50 + each / 100)
    assert pace.wait(51) > 0.6
    assert pace.answer_wait(51) > 0.6


async def test_an_answer_waits_for_its_place_and_no_longer_than_is_useful(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pacing, "LONGEST", 0.02)
    pace = Pace(20)
    for _ in range(20):
        pace.spend(time.monotonic())
    assert pace.wait(time.monotonic()) > 0.9
    began = time.monotonic()
    await asyncio.gather(*(pace.answer() for _ in range(50)))
    assert 0.02 <= time.monotonic() - began < 0.5
    assert pace._people == 0


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
