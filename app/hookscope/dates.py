"""Dates as they are shown: in English, like all other words here, whatever the system speaks."""

from __future__ import annotations

from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(when: date) -> str:
    """*25 Nov*."""
    return f"{when.day} {MONTHS[when.month - 1]}"


def day_of_year(when: date) -> str:
    """*25 Nov 2026*."""
    return f"{day(when)} {when.year}"
