"""Why bytes are no HTTP request, in one sentence that a sender's developer can act on."""

from __future__ import annotations

import re

_TLS_HANDSHAKE = b"\x16\x03"
_HTTP_2_PREFACE = b"PRI * HTTP/2"
_HEADINGS = ("400, message:", "Bad status line:")
_UNTOLD = "This is not an HTTP request that can be read"
_TOO_LONG = re.compile(r"Got more than (\d+) bytes")


def explain(raw: bytes, reason: str) -> str:
    """One sentence from the raw bytes and the parser's own words."""
    if raw.startswith(_TLS_HANDSHAKE):
        return "These are TLS bytes, and the listener speaks plain HTTP. Use http:// for the local address."
    if raw.startswith(_HTTP_2_PREFACE):
        return "This is HTTP/2 without TLS, and the listener speaks HTTP/1.1. Use HTTP/1.1 for the local address."
    return _sentence(reason)


def _sentence(reason: str) -> str:
    """The first telling line of what aiohttp says; headings stand over it, and below it the bytes with a pointer."""
    lines = [line.strip() for line in reason.splitlines()]
    told = next((line for line in lines if line and line not in _HEADINGS), _UNTOLD)
    if long := _TOO_LONG.match(told):
        return f"A line of its head has more than {int(long[1]):,} bytes."
    return told.rstrip(".:") + "."
