"""How the cells of a row are written: times, sizes, ids."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from hookscope.dates import MONTHS, day_of_year
from hookscope.deliveries import Row

GAP = "\u2003"  # about 12 px between two ids
LONG_ID = 20

_VIA = {"public": "through the public address", "local": "from this computer", "sample": "sample", "replay": "replay"}
_CAME = {
    "public": "Came through the public address",
    "local": "Came straight to this computer",
    "sample": "A sample sent from here",
    "replay": "A replay sent from here",
}


def time_text(received_us: int) -> str:
    """*12:04:11* of today in local time, else *21 Nov 12:04*."""
    then, now = time.localtime(received_us // 1_000_000), time.localtime()
    if then.tm_yday == now.tm_yday and then.tm_year == now.tm_year:
        return f"{then.tm_hour:02d}:{then.tm_min:02d}:{then.tm_sec:02d}"
    return f"{then.tm_mday} {MONTHS[then.tm_mon - 1]} {then.tm_hour:02d}:{then.tm_min:02d}"


def time_tooltip(received_us: int) -> str:
    """Date and milliseconds, in local time and in UTC."""
    utc = datetime.fromtimestamp(received_us // 1_000_000, UTC)
    milliseconds = received_us // 1000 % 1000
    return "\n".join(
        f"{day_of_year(moment)} {moment:%H:%M:%S}.{milliseconds:03d} {zone}"
        for moment, zone in ((utc.astimezone(), "local time"), (utc, "UTC"))
    )


def via_text(via: str) -> str:
    """How a request came here, in a few words."""
    return _VIA.get(via, via)


def via_tooltip(via: str) -> str:
    """How a request came here, as a sentence."""
    return _CAME.get(via, via)


def size_text(size: int) -> str:
    """*152 B*, *2.4 kB*, *3.1 MB*."""
    if size < 1000:
        return f"{size} B"
    kilobytes = size / 1000
    return f"{kilobytes:.1f} kB" if kilobytes < 999.95 else f"{kilobytes / 1000:.1f} MB"


def took_text(took_us: int | None) -> str:
    """*12 ms*, *1.2 s*, empty while it is not known."""
    if took_us is None:
        return ""
    milliseconds = took_us / 1000
    return f"{max(1, round(milliseconds))} ms" if milliseconds < 999.5 else f"{milliseconds / 1000:.1f} s"


def attempt_text(row: Row) -> str:
    """Empty for a first attempt, else *2*, *3*, *again*."""
    if row.again:
        return "again"
    return str(row.attempt) if row.attempt is not None and row.attempt > 1 else ""


def last_part(id: str) -> str:
    """What stands behind the last colon: of an order its own part."""
    return id.rpartition(":")[2]


def ids_text(ids: Iterable[str], short: Callable[[str], str] = last_part) -> str:
    """The ids in one line, each as :func:`id_text` has it."""
    return GAP.join(id_text(id, short) for id in ids)


def id_text(id: str, short: Callable[[str], str] = last_part) -> str:
    """What is ``short`` for an id, the middle left out where that is long: *U-a6d2…caaa1*."""
    shown = short(id)
    return shown if len(shown) <= LONG_ID else f"{shown[:6]}…{shown[-5:]}"
