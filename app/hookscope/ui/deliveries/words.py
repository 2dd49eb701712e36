"""Words and colours of the table: what a response makes the sender do, and what a verdict is called."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from hookscope.deliveries import Outcome, Row
from hookscope.findings import words_of
from hookscope.responses.senders import sender_of


class Words(NamedTuple):
    """A text and the token of its colour; ``icon`` is empty where none stands before the text."""

    text: str
    token: str
    icon: str = ""


# How the listener says that it is nothing that went wrong; loading it for that would bring the whole server along.
NOT_VERIFIED = "It was not verified, so this endpoint answered "
BY_HAND = frozenset({"You dropped the connection by hand.", "You sent this response by hand."})

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
    profile = sender_of(sender)
    if outcome == Outcome.DROPPED:
        return Words(f"dropped, {profile.broken.column}" if profile.broken else "dropped", "bad")
    return _answered_words(status, sender, profile.is_late(took_us / 1_000_000))


@lru_cache(maxsize=1024)  # asked for at every painting of a cell
def _answered_words(status: int, sender: str, late: bool) -> Words:
    profile = sender_of(sender)
    effect = profile.late if late else profile.after(status)
    if effect is None:
        return Words(str(status), _STATUS_TOKENS.get(status // 100, "muted"))
    return Words(f"{status} {effect.column}", effect.tone)


def is_problem(row: Row) -> bool:
    """Whether *Next problem* stops here: a 5xx, no response, a request not whole, a failed verdict, any warning."""
    if row.outcome in _BROKEN or row.outcome == Outcome.DROPPED:
        return row.outcome != Outcome.UNKNOWN
    failed = row.verdict_state == "failed" or bool(warnings(row))
    return failed or (row.status >= 500 and row.outcome == Outcome.ANSWERED)


def was_turned_away(row: Row) -> bool:
    """Whether the request came whole and its endpoint still would not have it, because it was not verified."""
    return row.problem.startswith(NOT_VERIFIED) and row.outcome not in _BROKEN


def was_by_hand(row: Row) -> bool:
    """Whether the user answered it himself."""
    return row.problem in BY_HAND


def has_warning(row: Row) -> bool:
    """Whether the request came whole and something went wrong with its response, or it was turned away."""
    return bool(row.problem) and not was_by_hand(row) and row.outcome not in _BROKEN


def warnings(row: Row) -> list[str]:
    """What is wrong with a delivery that has its response: what was found about the request, and what went wrong."""
    found = [words_of(row.finding)] if row.finding else []
    return [*found, row.problem] if has_warning(row) else found


def can_be_repeated(row: Row) -> bool:
    """Whether a rule could respond to other requests as this one was responded to."""
    known = row.outcome in (Outcome.ANSWERED, Outcome.DROPPED, Outcome.SENDER_GONE)
    return known and bool(row.method) and not was_turned_away(row)


def minutes(microseconds: int) -> str:
    """A time span as minutes and seconds, *0:48*."""
    minutes, seconds = divmod(max(0, microseconds) // 1_000_000, 60)
    return f"{minutes}:{seconds:02d}"


_NOT_CHECKED = Words("Not checked", "muted", "dash")
_CANNOT_CHECK = Words("Can't check", "warn", "lock")
_UNREADABLE = Words("Unreadable", "bad", "cross-circle")
_PART_MISSING = Words("Part missing", "bad", "cross-circle")
_WRONG_CLAIM = Words("Wrong claim", "bad", "cross-circle")

_SIGNATURE: Mapping[str, Words] = {
    "verified": Words("Signed", "ok", "shield"),
    "unconfigured": _NOT_CHECKED,
    "unsigned": Words("No signature", "warn", "dash-circle"),
    "unavailable": _CANNOT_CHECK,
    "failed": Words("Wrong signature", "bad", "cross-circle"),
}
_TOKEN: Mapping[str, Words] = {
    "verified": Words("Token matches", "ok", "key"),
    "unconfigured": _NOT_CHECKED,
    "unsigned": Words("No token", "warn", "dash-circle"),
    "unavailable": _CANNOT_CHECK,
    "failed": Words("Wrong token", "bad", "cross-circle"),
}
_BY_STRENGTH: Mapping[str, Mapping[str, Words]] = {
    "signature": _SIGNATURE,
    "token": _TOKEN,
    "basic": {**_TOKEN, "verified": Words("Password matches", "ok", "key")},
}
_BY_REASON: Mapping[str, Words] = {
    "missing_header": _PART_MISSING,
    "missing_timestamp": _PART_MISSING,
    "ambiguous_header": Words("Header twice", "bad", "cross-circle"),
    "malformed_signature": _UNREADABLE,
    "bad_encoding": _UNREADABLE,
    "malformed_body": _UNREADABLE,
    "alg_not_allowed": Words("Wrong algorithm", "bad", "cross-circle"),
    "invalid_secret": _CANNOT_CHECK,
    "missing_context": _CANNOT_CHECK,
    "key_unavailable": _CANNOT_CHECK,
    "timestamp_malformed": _UNREADABLE,
    "timestamp_too_old": Words("Too old", "bad", "clock"),
    "timestamp_in_future": Words("Clock ahead", "bad", "clock"),
    "body_hash_mismatch": Words("Body changed", "bad", "cross-circle"),
    "claim_missing": _WRONG_CLAIM,
    "claim_mismatch": _WRONG_CLAIM,
    "token_expired": Words("Expired", "bad", "clock"),
    "token_not_yet_valid": Words("Not valid yet", "bad", "clock"),
    "insufficient_coverage": Words("Parts unsigned", "bad", "cross-circle"),
}
"""Why a request failed; ``signature_mismatch`` is called after what did not match."""


def verdict_words(state: str, reason: str, strength: str = "signature") -> Words:
    """The column's word for a verdict; ``strength`` is ``signature``, ``token`` or ``basic``."""
    if state == "failed" and reason in _BY_REASON:
        return _BY_REASON[reason]
    return _BY_STRENGTH.get(strength, _SIGNATURE).get(state, _NOT_CHECKED)
