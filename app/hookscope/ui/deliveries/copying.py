"""What *Copy* puts on the clipboard, as text."""

from __future__ import annotations

from hookscope.deliveries import Delivery
from hookscope.deliveries.parts import text_of


def address(delivery: Delivery) -> str:
    """The address the request was sent to."""
    return delivery.request.url or delivery.request.target


def body(delivery: Delivery) -> str:
    """The body as it was sent."""
    return text_of(delivery.request.body).text


def raw_request(delivery: Delivery) -> str:
    """Request line, headers and body; for a refused request everything that was read of it."""
    request = delivery.request
    if not request.method:
        return body(delivery)
    lines = [f"{request.method} {request.target} HTTP/{delivery.http_version}"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    return "\r\n".join([*lines, "", body(delivery)])
