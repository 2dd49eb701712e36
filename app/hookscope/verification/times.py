"""Times of signing: read strictly, and held against the time of arrival."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hookscope.verification.context import Refused
from hookscope.verification.model import TimestampPlace

_DIGITS = re.compile(r"0|[1-9][0-9]{0,14}")  # senders' libraries write the number anew before they compare
_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d{1,9})?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
_HTTP_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT", re.ASCII
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

FORMAT_WORDS = {
    "unix": "seconds since 1970",
    "unix_ms": "milliseconds since 1970",
    "rfc3339": "a time with its zone, as in 2026-01-31T12:00:00Z",
    "http_date": "an HTTP date",
}


def seconds_of(text: bytes, form: str) -> float | None:
    """A time in seconds since 1970; ``None`` when it is not written exactly as it should be."""
    if len(text) > 64:
        return None
    written = text.decode("latin-1")
    if form in ("unix", "unix_ms"):
        if not _DIGITS.fullmatch(written):
            return None
        return int(written) / 1000 if form == "unix_ms" else float(written)
    try:
        return _rfc3339(written) if form == "rfc3339" else _http_date(written)
    except (ValueError, OverflowError):
        return None


def text_of(seconds: float, form: str) -> bytes:
    """A moment as a sender writes it."""
    if form == "unix":
        return str(int(seconds)).encode()
    if form == "unix_ms":
        return str(int(seconds * 1000)).encode()
    moment = datetime.fromtimestamp(seconds, UTC)
    if form == "rfc3339":
        return f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]
    return f"{day}, {moment.day:02d} {_MONTHS[moment.month - 1]} {moment:%Y %H:%M:%S} GMT".encode()


def check_window(text: bytes | None, place: TimestampPlace, at: float) -> None:
    """Raise ``Refused`` for a time that is missing, unreadable, or too far from that of arrival."""
    if text is None:
        if place.required:
            raise Refused(
                "missing_timestamp", f"The request does not say when it was signed (`{place.name}` is missing)."
            )
        return
    seconds = seconds_of(text, place.format)
    if seconds is None:
        raise Refused("timestamp_malformed", f"`{place.name}` is not {FORMAT_WORDS[place.format]}.")
    if at - seconds > place.tolerance:
        raise Refused("timestamp_too_old", _sentence(at - seconds, "before", place.tolerance))
    if seconds - at > place.future_tolerance:
        raise Refused("timestamp_in_future", _sentence(seconds - at, "after", place.future_tolerance))


def too_old(age: float, allowed: float) -> Refused:
    """Refuse what was signed longer ago than is allowed."""
    return Refused("timestamp_too_old", _sentence(age, "before", allowed))


def too_new(ahead: float, allowed: float) -> Refused:
    """Refuse what claims to have been signed after it arrived."""
    return Refused("timestamp_in_future", _sentence(ahead, "after", allowed))


def _sentence(apart: float, word: str, allowed: float) -> str:
    limit = "nothing is" if not allowed else f"{span(allowed)} {'is' if allowed == 1 else 'are'}"
    return f"Signed {span(apart)} {word} it arrived; {limit} allowed."


def span(seconds: float) -> str:
    """A length of time in one unit, rounded down: ``40 s``, ``7 min``, ``3 h``, ``12 days``."""
    whole = int(seconds)
    if whole < 1:
        return f"{int(seconds * 1000)} ms"
    for size, word in ((86_400 * 2, "days"), (3600 * 2, "h"), (120, "min")):
        if whole >= size:
            return f"{whole // (size // 2):,} {word}"
    return f"{whole} s"


def _rfc3339(text: str) -> float | None:
    found = _RFC3339.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(found[number]) for number in range(1, 7))
    moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    if second > 60:
        return None
    offset = timedelta()
    if found[8]:
        hours, minutes = int(found[9]), int(found[10])
        if hours > 23 or minutes > 59:
            return None
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if found[8] == "-" else 1)
    return moment.timestamp() + (second - min(second, 59)) + float(found[7] or 0) - offset.total_seconds()


def _http_date(text: str) -> float | None:
    found = _HTTP_DATE.fullmatch(text)
    if not found or found[2] not in _MONTHS:
        return None
    day, year, hour, minute, second = (int(found[number]) for number in (1, 3, 4, 5, 6))
    return datetime(year, _MONTHS.index(found[2]) + 1, day, hour, minute, second, tzinfo=UTC).timestamp()
