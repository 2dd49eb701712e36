"""Times of signing: written in one way, and held against the time of arrival on both sides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.verification import NOW
from hookscope.verification.context import Refused
from hookscope.verification.model import TimestampPlace
from hookscope.verification.times import check_window, seconds_of, span, text_of

FORMATS = ("unix", "unix_ms", "rfc3339", "http_date")


def reason(text: bytes | None, at: float = NOW, **place: object) -> str:
    try:
        check_window(text, TimestampPlace("header", "X-Time", **place), at)  # type: ignore[arg-type]
    except Refused as error:
        return error.reason if str(error).endswith(".") else "no sentence"
    return "ok"


@pytest.mark.parametrize(
    ("text", "form", "seconds"),
    [
        (b"0", "unix", 0),
        (b"1700000000", "unix", 1_700_000_000),
        (b"1700000000123", "unix_ms", 1_700_000_000.123),
        (b"2023-11-14T22:13:20Z", "rfc3339", 1_700_000_000),
        (b"2023-11-14t22:13:20z", "rfc3339", 1_700_000_000),
        (b"2023-11-14T22:13:20.5Z", "rfc3339", 1_700_000_000.5),
        (b"2023-11-14T22:13:20.123456789Z", "rfc3339", 1_700_000_000.123456789),
        (b"2023-11-15T00:13:20+02:00", "rfc3339", 1_700_000_000),
        (b"2023-11-14T14:43:20-07:30", "rfc3339", 1_700_000_000),
        (b"2016-12-31T23:59:60Z", "rfc3339", 1_483_228_800),
        (b"Tue, 14 Nov 2023 22:13:20 GMT", "http_date", 1_700_000_000),
    ],
)
def test_times(text: bytes, form: str, seconds: float) -> None:
    assert seconds_of(text, form) == seconds


@pytest.mark.parametrize(
    ("text", "form"),
    [
        *((text, "unix") for text in [b"", b"hello", b"-1", b"+1700000000", b" 1700000000", b"1700000000 ", b"1_700"]),
        *(
            (text, "unix")
            for text in [b"1700000000.0", b"1.7e9", b"0x1", b"1700000000abc", "\u0661\u0667".encode(), b"1" * 16]
        ),
        *((text, "unix") for text in ["\uff11\uff17".encode(), b"01700000000", b"00", b"\xb2", b"1" * 10_000]),
        *((text, "unix_ms") for text in [b"", b"1700000000123.0", b"1e12", b"01700000000123"]),
        (b"2023-11-14T22:13:20", "rfc3339"),  # no zone, which must not be guessed
        (b"2023-11-14 22:13:20Z", "rfc3339"),
        (b"2023-11-14T22:13Z", "rfc3339"),
        (b"2023-11-14", "rfc3339"),
        (b"2023-13-14T22:13:20Z", "rfc3339"),
        (b"2023-02-30T22:13:20Z", "rfc3339"),
        (b"2023-11-14T24:13:20Z", "rfc3339"),
        (b"2023-11-14T22:13:61Z", "rfc3339"),
        (b"2023-11-14T22:13:20+2:00", "rfc3339"),
        (b"2023-11-14T22:13:20+24:00", "rfc3339"),
        (b"2023-11-14T22:13:20.Z", "rfc3339"),
        (b"2023-11-14T22:13:20.1234567890Z", "rfc3339"),
        (b"0000-01-01T00:00:00Z", "rfc3339"),
        ("\uff12023-11-14T22:13:20Z".encode(), "rfc3339"),
        (b"2023-11-14T22:13:20Z\n", "rfc3339"),
        (b"1700000000", "rfc3339"),
        (b"14 Nov 2023 22:13:20 GMT", "http_date"),
        (b"Tue, 14 Nov 2023 22:13:20 +0000", "http_date"),
        (b"Tue, 14 nov 2023 22:13:20 GMT", "http_date"),
        (b"Tue, 14 Foo 2023 22:13:20 GMT", "http_date"),
        (b"Tue, 31 Feb 2023 22:13:20 GMT", "http_date"),
        (b"Tuesday, 14-Nov-23 22:13:20 GMT", "http_date"),
    ],
)
def test_what_is_no_time(text: bytes, form: str) -> None:
    assert seconds_of(text, form) is None
    assert reason(text, format=form) == "timestamp_malformed"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOW, "ok"),
        (NOW + 300, "ok"),
        (NOW + 300.001, "timestamp_too_old"),
        (NOW - 300, "ok"),
        (NOW - 300.001, "timestamp_in_future"),
    ],
)
def test_window_ends_are_inside(at: float, expected: str) -> None:
    assert reason(b"1700000000", at) == expected


def test_window_has_two_sides() -> None:
    assert reason(b"1700000000", NOW + 61, tolerance=60, future_tolerance=0) == "timestamp_too_old"
    assert reason(b"1700000000", NOW - 0.5, tolerance=60, future_tolerance=0) == "timestamp_in_future"
    assert reason(b"1700000000", NOW, tolerance=0, future_tolerance=0) == "ok"


def test_missing() -> None:
    assert reason(None) == "missing_timestamp"
    assert reason(None, required=False) == "ok"
    assert reason(b"", required=False) == "timestamp_malformed"


def test_seconds_for_milliseconds_and_the_reverse_are_far_away() -> None:
    assert reason(b"1700000000", format="unix_ms") == "timestamp_too_old"
    assert reason(b"1700000000123", format="unix") == "timestamp_in_future"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "40 ms"),
        (1, "1 s"),
        (119, "119 s"),
        (120, "2 min"),
        (7199, "119 min"),
        (7200, "2 h"),
        (172_800, "2 days"),
    ],
)
def test_spans(seconds: float, text: str) -> None:
    assert span(seconds) == text


@given(st.integers(0, 4_000_000_000_000).map(lambda number: number / 1000), st.sampled_from(FORMATS))
def test_what_is_written_is_read(seconds: float, form: str) -> None:
    read = seconds_of(text_of(seconds, form), form)
    assert read is not None
    assert 0 <= seconds - read <= (0.0011 if form == "unix_ms" else 1)


@given(st.binary(max_size=40), st.sampled_from(FORMATS), st.floats(-1e12, 1e12))
def test_anything_is_a_time_or_refused(text: bytes, form: str, at: float) -> None:
    assert reason(text, at, format=form) in ("ok", "timestamp_malformed", "timestamp_too_old", "timestamp_in_future")


@given(st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12}(Z|[+-][0-9]{2}:[0-9]{2})\Z"))
def test_dates_that_are_nearly_right(text: str) -> None:
    seconds = seconds_of(text.encode(), "rfc3339")
    assert seconds is None or -7e10 < seconds < 3e11
