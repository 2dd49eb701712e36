from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hookscope.ui.endpoint.wording import age, clock, counted

HERE = datetime.fromtimestamp(1_800_000_000, UTC).astimezone().tzinfo
NOW = datetime(2026, 11, 23, 12, 30, tzinfo=HERE)


def us(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def ago(**parts: float) -> int:
    return us(NOW - timedelta(**parts))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 23, 12, 4, 11, tzinfo=HERE), "12:04:11"),
        (datetime(2026, 11, 21, 12, 4, 11, tzinfo=HERE), "21 Nov 12:04"),
        (datetime(2025, 12, 1, 9, 0, 0, tzinfo=HERE), "1 Dec 2025 09:00"),
    ],
)
def test_a_moment_has_its_day_only_when_that_is_another(moment: datetime, expected: str) -> None:
    assert clock(us(moment), NOW) == expected


def test_a_moment_without_seconds() -> None:
    assert clock(ago(minutes=26), NOW, seconds=False) == "12:04"


@pytest.mark.parametrize(
    ("moment", "words", "changes_in"),
    [
        (ago(seconds=-5), "just now", 65),
        (ago(seconds=59), "just now", 1),
        (ago(minutes=4), "4 min ago", 60),
        (ago(minutes=59, seconds=59), "59 min ago", 1),
        (ago(hours=2, seconds=10), "2 h ago", 3590),
        (ago(hours=24), "22 Nov 12:30", 0),
    ],
)
def test_an_age_knows_when_it_changes(moment: int, words: str, changes_in: int) -> None:
    assert age(moment, NOW) == (words, changes_in)
    if changes_in:
        assert age(moment, NOW + timedelta(seconds=changes_in)).words != words
        assert age(moment, NOW + timedelta(seconds=changes_in - 1)).words == words


def test_numbers_have_their_word() -> None:
    assert [counted(n, "delivery", "deliveries") for n in (1, 0, 10_412)] == [
        "1 delivery",
        "0 deliveries",
        "10,412 deliveries",
    ]
