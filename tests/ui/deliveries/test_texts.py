"""How cells are written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hookscope.ui.deliveries import texts
from ui.deliveries.conftest import row


@pytest.fixture
def sydney(monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoneInfo]:
    monkeypatch.setenv("TZ", "Australia/Sydney")
    time.tzset()
    yield ZoneInfo("Australia/Sydney")
    monkeypatch.undo()
    time.tzset()


def microseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def test_times_of_today_have_seconds(sydney: ZoneInfo) -> None:
    now = datetime.now(sydney)
    assert texts.time_text(microseconds(now.replace(hour=12, minute=4, second=11))) == "12:04:11"
    assert texts.time_text(microseconds(now.replace(hour=0, minute=0, second=0))) == "00:00:00"


def test_times_of_other_days_have_a_date(sydney: ZoneInfo) -> None:
    assert texts.time_text(microseconds(datetime(2024, 11, 21, 12, 4, 59, tzinfo=sydney))) == "21 Nov 12:04"
    same_day_of_another_year = datetime.now(sydney).replace(year=2023, day=1)
    assert texts.time_text(microseconds(same_day_of_another_year)).startswith("1 ")


def test_the_tooltip_has_milliseconds_and_utc(sydney: ZoneInfo) -> None:
    moment = microseconds(datetime(2024, 1, 21, 1, 4, 59, 123_456, tzinfo=ZoneInfo("UTC")))
    assert texts.time_tooltip(moment) == "21 Jan 2024 12:04:59.123 local time\n21 Jan 2024 01:04:59.123 UTC"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (152, "152 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (2_412, "2.4 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (26_214_400, "26.2 MB"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert texts.size_text(size) == text


@pytest.mark.parametrize(
    ("took", "text"),
    [(None, ""), (80, "1 ms"), (12_400, "12 ms"), (999_499, "999 ms"), (999_500, "1.0 s"), (74_000_000, "74.0 s")],
)
def test_durations(took: int | None, text: str) -> None:
    assert texts.took_text(took) == text


def test_attempts() -> None:
    assert [texts.attempt_text(row(attempt=attempt)) for attempt in (None, 1, 2, 3)] == ["", "", "2", "3"]
    assert texts.attempt_text(row(attempt=1, again=True)) == "again"


def test_ids() -> None:
    user = "U-a6d2b4c8-1111-2222-3333-444455caaa1"
    assert texts.ids_text(()) == ""
    assert texts.ids_text(("AG-7PQTGLLXQQ:ORD-S548DKHMKX",)) == "ORD-S548DKHMKX"
    assert texts.ids_text((user,)) == "U-a6d2…caaa1"
    assert texts.ids_text(("AG-7PQTGLLXQQ:ORD-S548DKHMKX", user)) == f"ORD-S548DKHMKX{texts.GAP}U-a6d2…caaa1"


@pytest.mark.parametrize(
    ("short", "text"),
    [("A" * 20, "A" * 20), ("ABCDEF" + "x" * 10 + "VWXYZ", "ABCDEF…VWXYZ"), ("", "")],
)
def test_what_of_an_id_is_shown_is_shortened_where_it_is_long(short: str, text: str) -> None:
    assert texts.id_text("AG-1:ORD-1", lambda id: short) == text


def test_ways() -> None:
    assert texts.via_text("public") == "through the public address"
    assert texts.via_tooltip("public") == "Came through the public address"
