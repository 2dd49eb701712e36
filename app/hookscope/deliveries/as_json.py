"""Deliveries as the JSON fields that scripts rely on (DESIGN.md section 9)."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from hookscope.deliveries.model import Delivery, Outcome, Row, is_complete, iso_time


def summary(row: Row) -> dict[str, Any]:
    """The fields of a line of ``listen`` and ``deliveries list``; null stands for what a refused request has not.

    ``ids`` are those with a record, ``finding`` is the code of the first finding.
    """
    refused = not row.method
    return {
        "event": "delivery",
        "id": row.id,
        "endpoint": row.endpoint_name,
        "method": None if refused else row.method,
        "target": None if refused else row.target,
        "received_at": iso_time(row.received_us),
        "body_bytes": row.body_bytes,
        "body_sha256": row.body_sha256.hex(),
        "status": row.status or None,
        "attempt": row.attempt,
        "complete": is_complete(row),
        "via": row.via,
        "outcome": row.outcome,
        "verdict": {"state": row.verdict_state, "scheme": row.verdict_scheme, "reason": row.verdict_reason},
        "problem": row.problem or None,
        "ids": list(row.ids),
        "finding": row.finding or None,
    }


def whole(delivery: Delivery) -> dict[str, Any]:
    """The fields of ``deliveries show``; a refused request has its raw bytes as ``body_base64``.

    ``rule`` is null where the default answered, or no rule was asked; ``passed`` has name and reason of those before.
    """
    response = delivery.response
    answered = delivery.row.outcome not in (Outcome.SENDER_GONE, Outcome.DROPPED) and response.status != 0
    sent = {
        "status": response.status,
        "headers": [list(pair) for pair in response.headers],
        "body_base64": b64encode(response.body).decode(),
    }
    return {
        **summary(delivery.row),
        "url": delivery.request.url,
        "headers": [list(pair) for pair in delivery.request.headers],
        "body_base64": b64encode(delivery.request.body).decode(),
        "http_version": delivery.http_version,
        "peer": delivery.peer,
        "response": sent if answered else None,
        "rule": delivery.rule or None,
        "passed": [list(passed) for passed in delivery.passed],
    }
