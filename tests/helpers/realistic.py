"""Requests as real senders make them, and some that go wrong, each as the bytes that go over the socket."""

from __future__ import annotations

import gzip
import json
import socket
import time

from helpers.raw_client import RawClient

WORKSPACE = """
version = 1

[[endpoint]]
name = "order-created"
path = "/order-created"
[endpoint.response]
status = 200
headers = [["X-Handled-By", "hookscope"]]
json = { ticket = "42", queue = "support" }

[[endpoint]]
name = "invoices"
path = "/invoices"
[endpoint.response]
status = 503
json = { error = "later" }

[[endpoint]]
name = "user-updated"
path = "/users/*/updated"
[endpoint.response]
status = 404
body = "no such user"

[[endpoint]]
name = "partner-signup"
path = "/signup"
"""
ORDER = {
    "accountId": "AG-7PQTGLLXQQ",
    "entityId": "AG-7PQTGLLXQQ:ORD-S548DKHMKX",
    "marketId": "default",
    "orderId": "AG-7PQTGLLXQQ:ORD-S548DKHMKX",
    "partnerId": "9YW9",
}
INVOICE = {
    "invoice": {"number": "INV-2041", "total": 5300, "currency": "AUD", "paid": False, "notes": None},
    "lines": [
        {"sku": f"SKU-{number:03}", "quantity": number % 4 + 1, "price": 1250 + 10 * number} for number in range(24)
    ],
    "customer": {"name": "Fischer & Söhne GmbH", "userId": "U-a6d2c4e8-1f0b-4a57-9a3e-2b7d8f4ccaa1"},
}
HOSTILE = {
    "name": "<img src=x onerror=alert(1)>",
    "turned": "abc\u202egpj.exe",
    "hidden": "zero\u200bwidth and \u0007 bell",
    "template": "{{ order.id }}",
    "empty": "",
    "long": "x" * 5000,
}
AUTOMATION = (("User-Agent", "Go-http-client/2.0"), ("Signature", "dG9rZW4tb2YtdGhlLXN0ZXAtbm90LWEtc2VjcmV0LTEyMzQ1"))


def request(target: str, body: bytes, kind: str, *headers: tuple[str, str], method: str = "POST") -> bytes:
    """A whole request with a length."""
    lines = [("Host", "127.0.0.1:8787"), ("Content-Type", kind), *headers, ("Content-Length", str(len(body)))]
    head = "".join(f"{name}: {value}\r\n" for name, value in lines)
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


def order(target: str = "/order-created", **changes: str) -> bytes:
    """The webhook of an automation, about an order."""
    return request(target, json.dumps(ORDER | changes).encode(), "application/json", *AUTOMATION)


def whole_requests() -> list[bytes]:
    """Requests that are answered, oldest first; the invoice comes three times, as its sender is told to try again."""
    invoice = request("/invoices", json.dumps(INVOICE, ensure_ascii=False).encode(), "application/json", *AUTOMATION)
    form = b"name=Ada+Lovelace&email=ada%40example.com&plan=pro&consent=on"
    return [
        request(
            "/signup?source=mail&lang=de", form, "application/x-www-form-urlencoded", ("Cookie", "session=8f14e45f")
        ),
        request("/health", b"", "text/plain", method="GET"),
        order(),
        order(orderId="AG-7PQTGLLXQQ:ORD-K2M4PQ7XVB"),
        request(
            "/order-created",
            gzip.compress(json.dumps(ORDER).encode()),
            "application/json",
            ("Content-Encoding", "gzip"),
        ),
        request("/users/81/updated", b"<user id='81'><name>Ada</name></user>", "application/xml"),
        request("/upload", bytes(range(256)) * 8, "application/octet-stream", method="PUT"),
        request("/github", b'{"zen": "Keep it logically awesome."}', "application/json", ("X-GitHub-Event", "ping")),
        invoice,
        invoice,
        invoice,
        request("/order-created/hostile", json.dumps(HOSTILE).encode(), "application/json", *AUTOMATION),
        order(orderId="AG-7PQTGLLXQQ:ORD-S548DKHMKX"),
    ]


def broken_requests() -> list[bytes]:
    """No whole requests: TLS on the plain port, a bad line, a length over the limit, a body that breaks off."""
    return [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(64)),
        b"POST /order created HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /order-created HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
        b'POST /order-created HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"orderId": "AG-7PQTG',
    ]


def send_all(port: int) -> int:
    """Send everything to a port of this machine; how many requests that were."""
    for data in whole_requests():
        with RawClient(port, data) as client:
            client.reply()
    for data in broken_requests():
        with RawClient(port, data) as client:
            client.socket.shutdown(socket.SHUT_WR)
            time.sleep(0.1)
    return len(whole_requests()) + len(broken_requests())
