"""What the inspector says about a response and about the time between two attempts."""

from __future__ import annotations

from hookscope.deliveries import Outcome, Row
from hookscope.responses import status_name
from hookscope.ui.deliveries.texts import attempt_text, size_text, took_text, via_text
from hookscope.ui.deliveries.words import TOO_SLOW_US, Words, response_words

_AUTOMATION = "vendasta-automation"
_AFTER_STATUS = {
    2: "An automation takes this as done and does not send it again.",
    3: "What an automation does after a redirect is not published.",
    4: "An automation never sends again after a 4xx.",
    5: "An automation sends again after a 5xx.",
}
_BROKE = "The connection broke before the response was complete."


def status_words(row: Row, sender: str) -> Words:
    """The heading of a response: *200 OK*, *Waiting*, *Dropped* …, in the colour of the table's word."""
    token = response_words(row.status, row.outcome, sender, row.took_us or 0).token
    if row.outcome == Outcome.WAITING:
        return Words("No response yet", token)
    if row.outcome == Outcome.UNKNOWN:
        return Words("Unknown response", token)
    if row.outcome == Outcome.DROPPED or not row.status:
        return Words("No response", token)
    return Words(f"{row.status} {status_name(row.status)}".rstrip(), token)


def sender_sentence(row: Row, sender: str) -> str:
    """What the response makes its sender do; for a sender without known rules only what happened."""
    if row.outcome == Outcome.WAITING:
        return "The sender is still waiting."
    if row.outcome == Outcome.UNKNOWN:
        return "The program ended before it was known what the sender got."
    known = sender == _AUTOMATION
    if row.outcome in (Outcome.DROPPED, Outcome.SENDER_GONE) or not row.status:
        return f"{_BROKE} An automation then sends again." if known else _BROKE
    if (row.took_us or 0) > TOO_SLOW_US:
        fact = f"The response took {took_text(row.took_us)}."
        return f"{fact} An automation waits 60 s and then sends again." if known else fact
    return _AFTER_STATUS.get(row.status // 100, "") if known else ""


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
