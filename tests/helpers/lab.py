"""Endpoints with rules, and requests that meet every one of them, each as the bytes that go over the socket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from helpers.core import eventually
from helpers.raw_client import RawClient
from helpers.realistic import AUTOMATION, ORDER, order, request

if TYPE_CHECKING:
    from hookscope.program import Program

WORKSPACE = """
version = 1

[[endpoint]]
name = "order-created"
path = "/order-created"
response_keys = [
    { key = "ticket", type = "string" }, { key = "queue", type = "string" }, { key = "count", type = "number" },
]

[[endpoint.rule]]
name = "fail twice"
when = { attempt = "<=2" }
response = { status = 503, json = { error = "later" } }

[[endpoint.rule]]
name = "paid orders"
when = { body = "status == 'paid'", "header.X-Event" = { like = "order.*" } }
response = { status = 201, template = '{"ticket": {{ json.orderId|tojson }}}' }

[[endpoint.rule]]
name = "a rule with a name that is longer than its column is wide"
when = { method = "PUT", "query.source" = "mail", verdict = { not = "verified" } }
response = { status = 404, body = "not here" }
on = false

[endpoint.response]
headers = [["X-Handled-By", "hookscope"]]
json = { ticket = "42", queue = { name = "sales" }, note = "kept" }

[[endpoint]]
name = "order-created-check"
path = "/order-created-check"
proves = "order-created"

[[endpoint]]
name = "template"
path = "/template"

[[endpoint.rule]]
name = "greeting"
response = { template = '''
{
  "ticket": {{ json.orderId|tojson }},
  "attempt": {{ attempt }},
  "by": {{ headers['user-agent']|tojson }}
}''' }

[[endpoint]]
name = "handler"
path = "/handler"
response = { forward = "http://127.0.0.1:1/hooks" }

[[endpoint]]
name = "drops"
path = "/drops"
response = { fault = "close-before", delay_s = 0.2 }

[[endpoint]]
name = "purchase"
path = "/purchase"
sender = "vendasta-marketplace-purchase"

[[endpoint]]
name = "by-hand"
path = "/by-hand"
hold = true
response = { json = { ticket = "17" } }
"""
CHECKED = {"ticket": "42", "queue": "", "note": "kept"}


def requests() -> list[bytes]:
    """Those that are answered, oldest first."""
    paid = request(
        "/order-created", json.dumps(ORDER | {"status": "paid"}).encode(), "application/json", ("X-Event", "order.paid")
    )
    return [
        order(),
        order(),
        order(),
        paid,
        paid,
        paid,
        request("/order-created-check", json.dumps(CHECKED).encode(), "application/json", *AUTOMATION),
        order("/template"),
        order("/handler"),
        order("/purchase"),
        order("/drops"),
    ]


def set_up(program: Program) -> None:
    """Bring in the endpoints."""
    program.import_workspace(WORKSPACE)
    program.endpoints.delete(program.endpoints.all()[0].id).result()


def send_all(program: Program) -> tuple[int, list[RawClient]]:
    """Send everything; how many deliveries that makes, and two senders that wait for an answer by hand."""
    port = program.listener_state.port
    for data in requests():
        with RawClient(port, data) as client:
            if b"/drops" in data:
                client.rest()
            else:
                client.reply()
    waiting = [RawClient(port, order("/by-hand", orderId=f"ORD-{number}")) for number in range(2)]
    eventually(lambda: len(program.held) == 2)
    return len(requests()) + 2, waiting
