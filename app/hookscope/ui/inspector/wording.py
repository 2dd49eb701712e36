"""What the inspector says about a response and about the time between two attempts."""

from __future__ import annotations

from hookscope.deliveries import Delivery, Outcome, Row, Via, is_complete
from hookscope.responses import status_name
from hookscope.responses.senders import Sender, sender_of
from hookscope.ui.deliveries.texts import attempt_text, size_text, took_text, via_text
from hookscope.ui.deliveries.words import Words, response_words, was_turned_away

_LONG_S = 60  # a response that took longer is worth a word, also when it is not known how long its sender waits
_BROKE = "the connection broke before the response was complete"


def status_words(row: Row, sender: str) -> Words:
    """The heading of a response: *200 OK*, *Waiting*, *Dropped* …, in the colour of the table's word."""
    token = response_words(row.status, row.outcome, sender, row.took_us or 0).token
    if row.outcome == Outcome.WAITING:
        return Words("No response yet", token)
    if row.outcome == Outcome.UNKNOWN:
        return Words("Unknown response", token)
    if not row.status:
        return Words("No response", token)
    name = f"{row.status} {status_name(row.status)}".rstrip()
    return Words(f"{name}, broken off" if row.outcome == Outcome.DROPPED else name, token)


def sender_sentence(row: Row, sender: str, fact: str = "") -> str:
    """What the response makes its sender do; for a sender without known rules only what happened.

    ``fact`` says what happened where that is known better than from the row.
    """
    if row.outcome == Outcome.WAITING:
        return "The sender is still waiting."
    if row.outcome == Outcome.UNKNOWN:
        return "The program ended before it was known what the sender got."
    profile = sender_of(sender)
    found = profile.effect_of(row.status, _seconds(row.took_us), _broke(row))
    return " ".join(filter(None, (fact or _fact(row, profile), found.sentence if found else "")))


def answered_by(delivery: Delivery, *, has_rules: bool) -> str:
    """*Answered by the rule “fail twice”*, or what was chosen and did not go out as it says; ``""`` for nothing known.

    Where no rule was asked, the default is worth a word only if the endpoint ``has_rules`` by now.
    """
    row = delivery.row
    asked = row.method and is_complete(row) and not was_turned_away(row)
    if not asked or not (delivery.rule or delivery.passed or has_rules):
        return ""
    what = f"the rule “{delivery.rule}”" if delivery.rule else "the default response"
    went_out = row.outcome in (Outcome.ANSWERED, Outcome.DROPPED) and not row.problem
    return f"Answered by {what}" if went_out else f"Chosen: {what}"


def broke_off(delivery: Delivery) -> str:
    """What of a response was sent before its connection was dropped; ``""`` where it was not."""
    sent = delivery.response
    if delivery.row.outcome != Outcome.DROPPED:
        return ""
    if not sent.status:
        return "The connection was dropped before the response."
    if not sent.body:
        return "The connection broke off in the middle of the headers."
    length = next((value for name, value in sent.headers if name.lower() == "content-length"), "")
    whole = f" of the {int(length):,}" if length.isdecimal() else ""
    return f"The connection broke off after {len(sent.body):,}{whole} bytes of the body."


def _fact(row: Row, sender: Sender) -> str:
    """What happened beside the status, if anything."""
    if _broke(row):
        return f"{_BROKE[0].upper()}{_BROKE[1:]}."
    if _seconds(row.took_us) > (sender.waits_s or _LONG_S):
        return f"The response took {took_text(row.took_us)}."
    return ""


def _broke(row: Row) -> bool:
    return row.outcome in (Outcome.DROPPED, Outcome.SENDER_GONE) or not row.status


def _seconds(microseconds: int | None) -> float:
    return (microseconds or 0) / 1_000_000


def size_words(row: Row) -> str:
    """The size of the body, and whether it is all there."""
    size = size_text(row.body_bytes)
    return f"{size}, incomplete" if row.outcome == Outcome.INCOMPLETE else size


def summary(row: Row, sender: str) -> str:
    """What stands muted behind method and path, without the time: *152 B · 503 after 12 ms · attempt 2 · sample*."""
    response = _short_response(row, sender)
    attempt = attempt_text(row)
    came = {"": "", "again": "sent again"}.get(attempt, f"attempt {attempt}")
    return " · ".join(filter(None, (size_words(row), response, came, via_text(row.via))))


def _short_response(row: Row, sender: str) -> str:
    took = f" after {took_text(row.took_us)}" if row.took_us is not None else ""
    if row.outcome == Outcome.ANSWERED:
        return f"{row.status}{took}"
    return f"{response_words(row.status, row.outcome, '', 0).text}{took}"


def gap_text(microseconds: int) -> str:
    """The time since the attempt before: *300 ms*, *17 s*, *3 min*, *2 h*, *4 d*."""
    seconds = max(microseconds, 0) / 1_000_000
    for limit, unit, word in ((1, 0.001, "ms"), (60, 1, "s"), (3600, 60, "min"), (86_400, 3600, "h")):
        if seconds < limit:
            return f"{int(seconds / unit)} {word}"
    return f"{int(seconds / 86_400)} d"


def came_again(before: Row, row: Row, sender: str) -> str:
    """Why a message came again after the attempt before it; of a sender without known rules only the fact."""
    if row.via == Via.SAMPLE:
        return "Sent from here: the same sample again."
    profile = sender_of(sender)
    gap_us, took_us = row.received_us - before.received_us, before.took_us or 0
    was_open = before.outcome == Outcome.WAITING or took_us > gap_us
    if was_open and not profile.is_late(_seconds(gap_us)):
        reason = f": {profile.overlap}" if profile.overlap else ""
        return f"Came while the last one was still waiting for its response ({gap_text(gap_us)}){reason}."
    if was_open and before.outcome != Outcome.ANSWERED:
        return f"Came again because the last one had no response after {_exactly(gap_us)}. {_patience(profile)}"
    return _came_after(before, gap_text(gap_us - took_us), profile)


def _came_after(before: Row, later: str, sender: Sender) -> str:
    if before.outcome == Outcome.UNKNOWN:
        return f"Came again {later} later."
    if _broke(before):
        retried = sender.broken is not None and sender.broken.retry
        return f"Came again because {_BROKE}." if retried else f"Came again {later} after {_BROKE}."
    if sender.is_late(_seconds(before.took_us)):
        return f"Came again because the last response took {_exactly(before.took_us)}. {_patience(sender)}"
    return f"Came again {later} after a {before.status}. {_reason(before.status, sender)}".rstrip()


def _reason(status: int, sender: Sender) -> str:
    """Why a message comes again after this status, as far as that is published."""
    found = sender.after(status)
    if found is None or found.retry is None:
        return ""
    return f"The sender tries again after a {status // 100}xx." if found.retry else sender.not_a_retry


def _patience(sender: Sender) -> str:
    return f"The sender waits {sender.waits_s:g} s."


def _exactly(microseconds: int | None) -> str:
    """Seconds that are not rounded to minutes, as what a sender waits is not: *74 s*, *61.2 s*."""
    return took_text(microseconds).replace(".0 ", " ")
