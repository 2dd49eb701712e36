"""Values and titles of a record, as people read them. The platform's answer is a stranger's text: all is bounded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from hookscope.dates import day_of_year
from hookscope.visible import visible

LONGEST_TEXT = 200
LONGEST_ID_SHOWN = 20
IN_A_LIST_AT_MOST = 10

# How many decimals a currency has (ISO 4217); all others have two.
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_DECIMALS: Mapping[str, int] = MappingProxyType(
    {**dict.fromkeys(_NONE.split(), 0), **dict.fromkeys(_THREE.split(), 3), "CLF": 4, "UYW": 4}
)
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LARGEST_BITS = 1_000  # of a whole number that is written out


def plain(value: object) -> str | None:
    """A text, number, true or false, or a list of these, on one line; ``None`` for anything else."""
    if isinstance(value, list):
        return _listed(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = scalar_text(value)
    return None if text is None else visible(text, LONGEST_TEXT)


def scalar_text(value: object) -> str | None:
    """A text as it is, a number, true or false as in JSON; ``None`` for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value.bit_length() <= _LARGEST_BITS else None
    return repr(value) if isinstance(value, float) else None


def amount(value: object, currency: object) -> str | None:
    """An amount of minor units in its currency, such as ``AUD 53.00``; ``None`` where either is not as it should be."""
    minor = _whole(value)
    if minor is None or not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        return None
    code = currency.upper()
    decimals = _DECIMALS.get(code, 2)
    return f"{code} {Decimal(minor).scaleb(-decimals):,.{decimals}f}"


def same_amount(value: object, currency: object, said: str) -> bool:
    """Whether a text says the same amount in major units, which must have a point: *53* may be minor ones."""
    shown = amount(value, currency)
    return "." in said and shown is not None and number(said) == number(shown.split(" ")[1].replace(",", ""))


def time(value: object) -> str | None:
    """A moment as local time, such as ``25 Nov 2026, 19:50``; what has no zone or no time of day stays as it is."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        moment = _parsed(value)
        return day_of_year(moment) if moment else None
    moment = moment_of(value)
    if moment is None:
        return None
    try:
        local = moment.astimezone() if moment.tzinfo else moment
    except (OverflowError, ValueError, OSError):
        return None
    return date_and_time(local)


def date_and_time(moment: datetime) -> str:
    """A moment in its own zone: *25 Nov 2026, 19:50*."""
    return f"{day_of_year(moment)}, {moment:%H:%M}"


def moment_of(value: object) -> datetime | None:
    """The moment that a text (ISO 8601) or a number (seconds or milliseconds since 1970) says."""
    if isinstance(value, str):
        return _parsed(value.strip())
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if 1e8 < value < 1e11:
        return datetime.fromtimestamp(value, UTC)
    return datetime.fromtimestamp(value / 1000, UTC) if 1e11 <= value < 1e14 else None


def words(value: object, known: Mapping[str, str]) -> str | None:
    """The readable words for a raw one; an unknown one stays what it is."""
    raw = scalar_text(value)
    if raw is None:
        return None
    readable = known.get(raw) or next((text for word, text in known.items() if word.lower() == raw.lower()), None)
    return readable or plain(value)


def shortened_id(value: object) -> str | None:
    """The beginning of a long id, such as ``MP-fba2…``; a short one whole."""
    text = plain(value) if isinstance(value, str) else None
    if text is None or len(text) <= LONGEST_ID_SHOWN:
        return text
    dash = text.find("-")
    return f"{text[: dash + 5 if 0 < dash < 12 else 7]}…"


def in_sentence(title: str) -> str:
    """A title inside of a sentence; a word like *SMS* stays as it is."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def number(text: str) -> Decimal | None:
    """The number a text is, if it is one and of reasonable length."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _listed(values: list[Any]) -> str | None:
    scalars = (value for value in values[:IN_A_LIST_AT_MOST] if not isinstance(value, list))
    texts = [text for text in map(plain, scalars) if text is not None]
    if not texts:
        return None
    more = len(values) - IN_A_LIST_AT_MOST
    listed = visible(", ".join(texts), LONGEST_TEXT)
    return f"{listed} and {more:,} more" if more > 0 else listed


def _whole(value: object) -> int | None:
    if isinstance(value, str):
        text = value.strip()
        return int(text) if _WHOLE.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    is_whole = isinstance(value, int) or value.is_integer()
    return int(value) if is_whole and abs(value) < 10**18 else None


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if len(text) <= 40 else None
    except ValueError:
        return None
