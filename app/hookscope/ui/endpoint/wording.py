"""Times and counts in the words of the inspector of an endpoint."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from hookscope.dates import day

MINUTE, HOUR, DAY = 60, 3600, 86_400


def clock(us: int, now: datetime, *, seconds: bool = True) -> str:
    """A moment in microseconds since 1970 as local time: ``12:04:11``, with the day when that is not today."""
    moment = datetime.fromtimestamp(us / 1_000_000, now.tzinfo).astimezone()
    if moment.date() == now.astimezone().date():
        return f"{moment:%H:%M:%S}" if seconds else f"{moment:%H:%M}"
    year = "" if moment.year == now.year else f" {moment.year}"
    return f"{day(moment)}{year} {moment:%H:%M}"


def added(us: int, now: datetime) -> str:
    """When a secret was added: ``added today 12:04``, ``added 25 Nov 12:04``; ``""`` when that is not known."""
    if not us:
        return ""
    words = clock(us, now, seconds=False)
    return f"added today {words}" if len(words) == len("12:04") else f"added {words}"


class Age(NamedTuple):
    """How long ago something was, and after how many seconds the words are others (0: never)."""

    words: str
    changes_in: int


def age(us: int, now: datetime) -> Age:
    """The age of a moment in microseconds since 1970: ``4 min ago``, from one day on the day itself."""
    passed = int(now.timestamp() - us / 1_000_000)
    if passed < MINUTE:
        return Age("just now", MINUTE - passed)
    if passed < HOUR:
        return Age(f"{passed // MINUTE} min ago", MINUTE - passed % MINUTE)
    if passed < DAY:
        return Age(f"{passed // HOUR} h ago", HOUR - passed % HOUR)
    return Age(clock(us, now), 0)


def counted(number: int, one: str, many: str) -> str:
    """A number with its word: ``1 delivery``, ``10,412 deliveries``."""
    return f"{number:,} {one if number == 1 else many}"
