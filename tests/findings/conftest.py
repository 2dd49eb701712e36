"""Requests as an automation sends them, with own values in the documented shape."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hookscope.deliveries import Headers, Request
from hookscope.endpoints import Endpoint
from hookscope.findings import Finding, find
from hookscope.ids import Found, Part, Place
from hookscope.responses import RequestView

SEND_A_WEBHOOK = {
    "accountId": "AG-KXTW8RPLMN",
    "entityId": "AG-KXTW8RPLMN:ORD-Q2WZ7HJ9VB",
    "marketId": "default",
    "orderId": "AG-KXTW8RPLMN:ORD-Q2WZ7HJ9VB",
    "partnerId": "ACME",
}
TRIGGER_A_WEBHOOK = {**SEND_A_WEBHOOK, "automationId": "Automation-3f0e4f0a-6a2e-4a8c-9a1a-0d6a5b1f7c11"}
JSON = (("Content-Type", "application/json"),)
TRIGGER = (("from", "autobots@vendasta.com"), ("verifier-token", "a token"))

CATCH_ALL = Endpoint("Anything else", "", id=1)
ORDER = Endpoint("order-created", "/order-created", id=2)
OTHER = Endpoint("github", "/github", id=3, sender="generic")
ENDPOINTS = (CATCH_ALL, ORDER, OTHER)


def found(value: str, part: Part, path: str) -> Found:
    """An id of one type that was found in one place."""
    return Found(value, ("account",), (Place(part, path),))


def findings(
    body: object = b"",
    *,
    ids: Sequence[Found] = (),
    endpoint: Endpoint | None = ORDER,
    endpoints: Sequence[Endpoint] = ENDPOINTS,
    target: str = "/order-created",
    headers: Headers = JSON,
    method: str = "POST",
) -> tuple[Finding, ...]:
    """What is found about a request; a body that is no bytes goes as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    view = RequestView(Request(method, target, headers, data))
    return find(view, ids, endpoint, endpoints)


def codes(*args: Any, **changes: Any) -> list[str]:
    """The kinds of what is found, in order."""
    return [each.code for each in findings(*args, **changes)]
