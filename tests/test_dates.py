"""Dates are shown in English."""

from __future__ import annotations

from datetime import date

from hookscope.dates import MONTHS, day, day_of_year


def test_days() -> None:
    assert (day(date(2026, 11, 5)), day_of_year(date(2026, 3, 25))) == ("5 Nov", "25 Mar 2026")
    assert [day(date(2026, month, 1)) for month in range(1, 13)] == [f"1 {name}" for name in MONTHS]
