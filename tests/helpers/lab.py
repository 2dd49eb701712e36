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


def send_all(port: int) -> int:
    """Send everything to a port of this machine; how many deliveries that makes."""
    for data in requests():
        with RawClient(port, data) as client:
            if b"/drops" in data:
                client.rest()
            else:
                client.reply()
    return len(requests())


def hold(program: Program) -> list[RawClient]:
    """Two senders that wait for an answer by hand, for 50 s at most."""
    senders = [RawClient(program.listener_state.port, order("/by-hand", orderId=f"ORD-{number}")) for number in (1, 2)]
    eventually(lambda: len(program.held) == len(senders))
    return senders
