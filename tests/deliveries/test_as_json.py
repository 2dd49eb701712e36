"""The fields that scripts rely on."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from helpers.deliveries import NOON_US, arrival
from hookscope.deliveries import (
    Arrival,
    Delivery,
    Finish,
    Outcome,
    Passed,
    Place,
    Request,
    SentResponse,
    VerdictNote,
    Via,
    as_json,
)
from hookscope.deliveries.statements import ended, row_of_arrival

ORDER = Arrival(
    Request("POST", "/order-created?x=1", (("X-B", "\xe9"), ("x-b", "2")), b"\x00\xff", "http://h/order-created?x=1"),
    received_us=NOON_US,
    peer="127.0.0.1:50000",
    http_version="1.1",
    via=Via.PUBLIC,
    endpoint_id=1,
    endpoint_name="order-created",
    body_sha256=bytes(range(32)),
    place=Place(2),
    verdict=VerdictNote("verified", "vendasta-send", "ok"),
    ids=("AG-7PQTGLLXQQ:ORD-S548DKHMKX", "AG-7PQTGLLXQQ"),
    finding="body-empty",
    planned=SentResponse(201, (("X-Handled-By", "hookscope"),), b"{}"),
)
REFUSED = Arrival(
    Request("", "", (), b"\x16\x03\x01"),
    received_us=NOON_US,
    planned=SentResponse(400),
    outcome=Outcome.REFUSED,
    problem="TLS came to the plain port.",
)
LINE = {
    "event": "delivery",
    "id": 7,
    "endpoint": "order-created",
    "method": "POST",
    "target": "/order-created?x=1",
    "received_at": "2026-11-23T12:00:00.123456Z",
    "body_bytes": 2,
    "body_sha256": bytes(range(32)).hex(),
    "status": 201,
    "attempt": 2,
    "complete": True,
    "via": "public",
    "outcome": "answered",
    "verdict": {"state": "verified", "scheme": "vendasta-send", "reason": "ok"},
    "problem": None,
    "ids": ["AG-7PQTGLLXQQ:ORD-S548DKHMKX", "AG-7PQTGLLXQQ"],
    "finding": "body-empty",
}


def whole(arrival: Arrival, outcome: Outcome = Outcome.ANSWERED, status: int | None = None) -> dict[str, Any]:
    row = row_of_arrival(7, arrival)
    if row.outcome == Outcome.WAITING:
        row = ended(row, Finish(outcome, arrival.planned.status if status is None else status, 5))
    response = SentResponse(row.status, arrival.planned.headers, arrival.planned.body)
    rest = arrival.http_version, arrival.peer, arrival.duration_us, arrival.rule, arrival.passed
    delivery = Delivery(row, arrival.request, response, arrival.verdict, *rest)
    fields: dict[str, Any] = json.loads(json.dumps(as_json.whole(delivery)))
    assert {**as_json.summary(row)}.items() <= fields.items()
    return fields


def test_fields_of_a_delivery() -> None:
    assert whole(ORDER) == {
        **LINE,
        "url": "http://h/order-created?x=1",
        "headers": [["X-B", "\xe9"], ["x-b", "2"]],
        "body_base64": "AP8=",
        "http_version": "1.1",
        "peer": "127.0.0.1:50000",
        "response": {"status": 201, "headers": [["X-Handled-By", "hookscope"]], "body_base64": "e30="},
        "rule": None,
        "passed": [],
    }


def test_the_rule_that_answered_and_those_that_did_not() -> None:
    passed = (Passed("paid orders", "the header X-Event is missing, not order.paid"), Passed("b", "it is switched off"))
    fields = whole(replace(ORDER, rule="fail twice", passed=passed))
    assert fields["rule"] == "fail twice"
    assert fields["passed"] == [
        ["paid orders", "the header X-Event is missing, not order.paid"],
        ["b", "it is switched off"],
    ]


def test_fields_of_a_line_come_in_the_documented_order() -> None:
    line = as_json.summary(row_of_arrival(7, ORDER))
    assert list(line) == list(LINE)


def test_refused_request_has_nulls_and_its_raw_bytes() -> None:
    fields = whole(REFUSED)
    assert [key for key, value in fields.items() if value is None] == [
        "endpoint",
        "method",
        "target",
        "attempt",
        "finding",
        "rule",
    ]
    assert fields["ids"] == []
    assert (fields["status"], fields["outcome"], fields["complete"]) == (400, "refused", False)
    assert fields["verdict"] == {"state": "unconfigured", "scheme": None, "reason": "unconfigured"}
    assert base64.b64decode(fields["body_base64"]) == b"\x16\x03\x01"
    assert fields["problem"] == "TLS came to the plain port."


@pytest.mark.parametrize("outcome", [Outcome.DROPPED, Outcome.SENDER_GONE])
def test_nothing_was_answered(outcome: Outcome) -> None:
    fields = whole(ORDER, outcome, status=0)
    assert (fields["status"], fields["response"]) == (None, None)
    assert whole(ORDER, outcome)["response"] is None


def test_empty_request() -> None:
    fields = whole(arrival(body=b"", planned=SentResponse(204)))
    assert (fields["headers"], fields["body_base64"], fields["endpoint"]) == ([], "", None)
    assert fields["response"] == {"status": 204, "headers": [], "body_base64": ""}
