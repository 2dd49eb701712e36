"""Words and colours of the table: what a response makes the sender do, and what a verdict is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hookscope.deliveries import Outcome

TOO_SLOW_US = 60_000_000  # a sender with known rules waits this long for a response


class Words(NamedTuple):
    """A text and the token of its colour; ``icon`` is empty where none stands before the text."""

    text: str
    token: str
    icon: str = ""


_SENDER_DOES: Mapping[str, Mapping[int, str]] = {
    "vendasta-automation": {2: "done", 3: "unclear", 4: "no retry", 5: "retry"},
}
"""Per sender profile: what the sender does after a status, by its first digit."""

_STATUS_TOKENS = {1: "info", 2: "ok", 3: "info", 4: "warn", 5: "bad"}

_BROKEN: Mapping[str, Words] = {
    Outcome.SENDER_GONE: Words("sender gone", "bad"),
    Outcome.REFUSED: Words("refused", "bad"),
    Outcome.TOO_LARGE: Words("too big", "bad"),
    Outcome.INCOMPLETE: Words("broke off", "bad"),
    Outcome.NOT_SAVED: Words("not saved", "bad"),
    Outcome.UNKNOWN: Words("unknown", "muted"),
}


def response_words(status: int, outcome: str, sender: str, took_us: int = 0) -> Words:
    """*200 done*, *dropped, retry*, *broke off* …; ``took_us`` is the age so far while the outcome is *waiting*."""
    if outcome == Outcome.WAITING:
        return Words(f"waiting {minutes(took_us)}", "muted") if took_us >= 1_000_000 else Words("waiting", "muted")
    if outcome in _BROKEN:
        return _BROKEN[outcome]
    does = _SENDER_DOES.get(sender, {})
    if outcome == Outcome.DROPPED:
        return Words(_joined("dropped,", does.get(5, "")).rstrip(","), "bad")
    late = bool(does) and took_us > TOO_SLOW_US
    kind = 5 if late else status // 100
    return Words(_joined(str(status), does.get(kind, "")), _STATUS_TOKENS.get(kind, "muted"))


def is_problem(status: int, outcome: str, verdict_state: str) -> bool:
    """Whether *Next problem* stops here: a 5xx, a response nobody got, a request not whole, a failed verdict."""
    if outcome in _BROKEN or outcome == Outcome.DROPPED:
        return outcome != Outcome.UNKNOWN
    return (status >= 500 and outcome == Outcome.ANSWERED) or verdict_state == "failed"


def minutes(microseconds: int) -> str:
    """A time span as minutes and seconds, *0:48*."""
    minutes, seconds = divmod(max(0, microseconds) // 1_000_000, 60)
    return f"{minutes}:{seconds:02d}"


_NOT_CHECKED = Words("Not checked", "muted", "dash")
_CANNOT_CHECK = Words("Can't check", "warn", "lock")
_UNREADABLE = Words("Unreadable", "bad", "cross-circle")

_STATES: Mapping[str, Words] = {
    "verified": Words("Signed", "ok", "shield"),
    "unconfigured": _NOT_CHECKED,
    "unsigned": Words("No signature", "warn", "dash-circle"),
    "unavailable": _CANNOT_CHECK,
    "failed": Words("Wrong signature", "bad", "cross-circle"),
}
_REASONS: Mapping[str, Words] = {
    "body_hash_mismatch": Words("Body changed", "bad", "cross-circle"),
    "timestamp_too_old": Words("Too old", "bad", "clock"),
    "timestamp_in_future": Words("Clock ahead", "bad", "clock"),
    "token_expired": Words("Expired", "bad", "clock"),
    "token_not_yet_valid": Words("Not valid yet", "bad", "clock"),
    "ambiguous_header": Words("Header twice", "bad", "cross-circle"),
    "alg_not_allowed": Words("Wrong algorithm", "bad", "cross-circle"),
    "insufficient_coverage": Words("Parts unsigned", "bad", "cross-circle"),
    "claim_missing": Words("Wrong claim", "bad", "cross-circle"),
    "claim_mismatch": Words("Wrong claim", "bad", "cross-circle"),
    "malformed_signature": _UNREADABLE,
    "malformed_body": _UNREADABLE,
    "bad_encoding": _UNREADABLE,
    "timestamp_malformed": _UNREADABLE,
    "invalid_secret": _CANNOT_CHECK,
}
_WITH_A_TOKEN: Mapping[str, Words] = {
    "verified": Words("Token matches", "ok", "key"),
    "unsigned": Words("No token", "warn", "dash-circle"),
    "failed": Words("Wrong token", "bad", "cross-circle"),
}


def verdict_words(state: str, reason: str, strength: str = "signature") -> Words:
    """The column's word for a verdict; ``strength`` is ``signature``, ``token`` or ``basic``."""
    if state == "verified" and strength == "basic":
        return Words("Password matches", "ok", "key")
    if state == "failed" and reason in _REASONS:
        return _REASONS[reason]
    if strength != "signature" and state in _WITH_A_TOKEN:
        return _WITH_A_TOKEN[state]
    return _STATES.get(state, _NOT_CHECKED)


def _joined(first: str, second: str) -> str:
    return f"{first} {second}" if second else first
