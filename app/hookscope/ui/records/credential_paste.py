"""What was pasted as a credential: a token or a key file, and what is to be said about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hookscope.records.values import date_and_time

END_OF_TIME = 1e11  # seconds; far enough, and every system can write it as a date
NOTHING, TOKEN, KEY_FILE, REFUSED = "nothing", "token", "key_file", "refused"
SPACE = "The white space around it is left out."
WORD = "“Bearer” at its beginning is left out."
IS_KEY_FILE = "This is a key file. It is read as one."

_WORD_IN_FRONT = re.compile(r"(?:authorization\s*:\s*)?bearer(?:\s+|$)", re.IGNORECASE)
_BARE_EDGES = "\u200b\u200c\u200d\u2060\ufeff"  # without width, and no white space to Python


@dataclass(frozen=True, slots=True)
class Pasted:
    """What kind it is, what of it is kept, and in sentences what is done with it, what may surprise, what is wrong."""

    kind: str
    value: str = field(default="", repr=False)
    notes: tuple[str, ...] = ()
    warning: str = ""
    fault: str = ""


def pasted(text: str, now: float) -> Pasted:
    """Tell what a pasted text is; never raises, and no sentence has anything of the text in it."""
    bare = _bare(text)
    spaced = (SPACE,) if bare and bare != text else ()
    if bare.startswith("{"):
        return Pasted(KEY_FILE, bare, (*spaced, IS_KEY_FILE))
    word = _WORD_IN_FRONT.match(bare)
    value = bare[word.end() :] if word else bare
    if not value:
        return Pasted(NOTHING)
    if fault := _fault(value):
        return Pasted(REFUSED, fault=fault)
    named = (WORD,) if word else ()
    return Pasted(TOKEN, value, (*spaced, *named), _age(value, now))


def _bare(text: str) -> str:
    return text.strip().strip(_BARE_EDGES).strip()


def _fault(value: str) -> str:
    from hookscope.records.key_file import KeyFileError, read_token

    if "-----BEGIN " in value:
        return "This is a key without its file. Import the whole key file."
    try:
        read_token(value)
    except KeyFileError as fault:
        return str(fault)
    return ""


def _age(value: str, now: float) -> str:
    """That a token is not valid any more, when it says so itself."""
    end = _end_of(value)
    if end is None or end > now:
        return ""
    return f"By its own words this token expired on {date_and_time(datetime.fromtimestamp(end, UTC).astimezone())}."


def _end_of(token: str) -> float | None:
    from hookscope.records.tokens import claims_of

    end = claims_of(token).get("exp")
    if isinstance(end, bool) or not isinstance(end, int | float):
        return None
    return float(end) if 0 <= end < END_OF_TIME else None
