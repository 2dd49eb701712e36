"""Turns within the rate limit, in order, and the waits that the platform asks for."""

from __future__ import annotations

import asyncio
from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.records.answer import Answer
from hookscope.records.pace import LIMITS, LONGEST_WAIT_S, Pace

pytestmark = pytest.mark.anyio

PLATFORM = ((100, 1.0), (500, 60.0), (10_000, 3_600.0))


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def most_within(times: list[float], span_s: float) -> int:
    """How many of the sorted times are in any span of this length."""
    return max((bisect_right(times, start + span_s - 1e-6) - index for index, start in enumerate(times)), default=0)


def test_our_limits_are_at_most_half_of_the_platforms() -> None:
    for (ours, our_span), (theirs, span) in zip(LIMITS, PLATFORM, strict=True):
        assert our_span == span
        assert ours <= theirs / 2


@given(st.lists(st.floats(0, 2), max_size=200))
def test_no_span_has_more_than_its_limit_and_places_are_in_order(gaps: list[float]) -> None:
    clock = Clock()
    pace = Pace(((3, 1.0), (20, 30.0)), clock)
    due = []
    for gap in gaps:
        clock.now += gap
        due.append(clock.now + pace.place())
    assert due == sorted(due)
    assert most_within(due, 1.0) <= 3
    assert most_within(due, 30.0) <= 20


def test_a_turn_is_at_once_while_there_is_room() -> None:
    clock = Clock()
    pace = Pace(((2, 1.0),), clock)
    assert [pace.place() for _ in range(5)] == pytest.approx([0, 0, 1, 1, 2])


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 50)), min_size=1, max_size=20))
def test_nobody_goes_before_the_longest_wait_is_over(holds: list[tuple[float, float]]) -> None:
    clock = Clock()
    pace = Pace(clock=clock)
    until = 0.0
    for seconds, gap in holds:
        pace.hold(seconds)
        until = max(until, clock.now + min(seconds, LONGEST_WAIT_S))
        clock.now += gap
        assert clock.now + pace.place() >= until - 1e-6


async def test_a_wait_is_told_and_its_end() -> None:
    pace = Pace()
    told: list[float] = []
    pace.hold(1.05)
    await pace.turn(told.append)
    assert told == [pytest.approx(1.05, abs=0.5), 0.0]


async def test_a_short_wait_is_not_told() -> None:
    pace = Pace(((1, 0.6),))
    told: list[float] = []
    for _ in range(2):
        await pace.turn(told.append)
    pace.hold(0.05)
    await pace.turn(told.append)
    assert told == []


async def test_a_long_wait_that_only_we_want_is_told_as_well() -> None:
    pace = Pace(((1, 2.5),))
    told: list[float] = []
    for _ in range(2):
        await pace.turn(told.append)
    assert told == [pytest.approx(2.5, abs=0.4), 0.0]


async def test_who_waits_for_a_place_waits_longer_when_the_platform_says_so() -> None:
    loop, pace = asyncio.get_running_loop(), Pace(((1, 0.2),))
    begun = loop.time()
    await pace.turn(lambda _: None)
    waiting = asyncio.create_task(pace.turn(lambda _: None))
    await asyncio.sleep(0)
    pace.hold(0.5)
    await waiting
    assert loop.time() - begun >= 0.49


async def test_a_wait_can_be_given_up() -> None:
    pace = Pace()
    pace.hold(100)
    waiting = asyncio.create_task(pace.turn(lambda _: None))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "10012"}, 12),
        ({"x-ratelimit-remaining": " 0 ", "x-ratelimit-reset": " 10012 "}, 12),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999"}, LONGEST_WAIT_S),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "10012"}, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9000"}, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "²"}, 0),
        ({"x-ratelimit-remaining": "0"}, 0),
        ({"x-ratelimit-reset": "10012"}, 0),
        ({}, 0),
    ],
)
def test_a_span_that_is_used_up(headers: dict[str, str], wait_s: float) -> None:
    pace = Pace(clock=Clock())
    pace.heed(Answer(200, headers, b""), 10_000)
    assert pace.place() == pytest.approx(wait_s)


def test_a_span_that_ends_by_the_clock_of_the_platform() -> None:
    pace = Pace(clock=Clock())
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "784111787", "date": "Sun, 06 Nov 1994 08:49:37 GMT"}
    pace.heed(Answer(200, headers, b""), 10_000)
    assert pace.place() == pytest.approx(10)
