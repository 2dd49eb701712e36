"""The plain data: header look-up, times, completeness."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.deliveries import NOON_US, arrival
from hookscope.deliveries import Outcome, Request, is_complete, iso_time
from hookscope.deliveries.statements import row_of_arrival


def test_first_value_of_header_by_name_without_case() -> None:
    request = Request("GET", "/", (("x-a", "1"), ("X-A", "2"), ("X-Empty", "")))
    assert request.header("X-a") == "1"
    assert request.header("x-empty") == ""
    assert request.header("x-b") is None


def test_request_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Request("GET", "/").body = b"other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [
        (NOON_US, "2026-11-23T12:00:00.123456Z"),
        (0, "1970-01-01T00:00:00.000000Z"),
        (1_000_000_000_000_007, "2001-09-09T01:46:40.000007Z"),
    ],
)
def test_iso_time(microseconds: int, text: str) -> None:
    assert iso_time(microseconds) == text


@given(st.integers(0, 4_102_444_800_000_000))
def test_iso_time_loses_no_microsecond(microseconds: int) -> None:
    since = datetime.fromisoformat(iso_time(microseconds)) - datetime(1970, 1, 1, tzinfo=UTC)
    assert since == timedelta(microseconds=microseconds)


def test_which_outcomes_stand_for_a_whole_request() -> None:
    whole = {each for each in Outcome if is_complete(row_of_arrival(1, arrival(outcome=each)))}
    assert whole == {Outcome.WAITING, Outcome.ANSWERED, Outcome.DROPPED, Outcome.SENDER_GONE, Outcome.UNKNOWN}
