"""Responses as bytes on the wire: exactly the headers that were planned, and those that frame the message."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from aiohttp import web

from hookscope.deliveries import SentResponse
from hookscope.responses import has_body, status_name


class Answer(NamedTuple):
    """A response ready to be written: what the row keeps, its bytes, and whether the connection stays open."""

    sent: SentResponse
    head: bytes
    keep_alive: bool


def framed(
    planned: SentResponse, method: str, http_version: str, keep_alive: bool, *, is_counted: bool = True
) -> Answer:
    """Add ``Content-Length`` and ``Connection`` as RFC 9110 8.6 and RFC 9112 9.3 ask for this request.

    With ``is_counted`` off nothing is said of the length: it is not that of ``planned``.
    """
    if not planned.status:
        return Answer(planned, b"", keep_alive=False)
    headers = planned.headers
    if is_counted and has_body(planned.status):
        headers += (("Content-Length", str(len(planned.body))),)
    body = b"" if method == "HEAD" or not has_body(planned.status) else planned.body
    if not keep_alive:
        headers += (("Connection", "close"),)
    elif http_version != "1.1":
        headers += (("Connection", "keep-alive"),)
    sent = SentResponse(planned.status, headers, body)
    return Answer(sent, _head(sent, http_version), keep_alive)


frame = lru_cache(maxsize=256)(framed)
"""``framed`` for responses that are sent many times."""


def _head(sent: SentResponse, http_version: str) -> bytes:
    version = "1.1" if http_version == "1.1" else "1.0"
    lines = [f"HTTP/{version} {sent.status} {status_name(sent.status)}", *(f"{n}: {v}" for n, v in sent.headers)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def plain(status: int, text: str) -> SentResponse:
    """One of our own refusals, as a line of text."""
    return SentResponse(status, (("Content-Type", "text/plain; charset=utf-8"),), f"{text}\n".encode())


class _Written(web.StreamResponse):
    """Tells aiohttp that the response is already on the wire, and whether the connection stays open."""

    def __init__(self, keep_alive: bool) -> None:
        super().__init__()
        self._stays_open = keep_alive

    @property
    def keep_alive(self) -> bool | None:
        return self._stays_open

    async def prepare(self, request: web.BaseRequest) -> None:
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        return None


WRITTEN_OPEN = _Written(True)
WRITTEN_CLOSE = _Written(False)
