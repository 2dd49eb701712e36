"""Answers of the stand-in platform, and everything that can go wrong with one."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from email.utils import formatdate
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from aiohttp import web

if TYPE_CHECKING:
    from helpers.platform_api import PlatformApi

JSON_API = "application/vnd.api+json"
BOMB_BYTES = 64 << 20
HUGE_BYTES = 6 << 20


class Fault(StrEnum):
    """What can be wrong with an answer."""

    SLOW = "slow"
    """Nothing comes until ``api.release``."""
    STALLED = "stalled"
    """The head and a part of the body come, then nothing."""
    BROKEN_OFF = "broken off"
    NOT_JSON = "not json"
    NOT_TEXT = "not text"
    EMPTY = "empty"
    HUGE = "huge"
    BOMB = "bomb"
    BAD_GZIP = "bad gzip"
    BROTLI = "brotli"
    REDIRECT = "redirect"
    PROBLEM = "problem"
    CRM_ERROR = "crm error"
    SERVER_ERROR = "server error"
    ECHO = "echo"
    """An error that repeats what was sent."""
    ECHO_IN_RECORD = "echo in record"
    """A success that has the header with the token in it."""
    MANY_VALUES = "many values"
    COOKIE = "cookie"
    FOREIGN_LINKS = "foreign links"


class Seen(NamedTuple):
    """A request as it arrived; ``host`` is *platform* or *elsewhere*."""

    host: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    def header(self, name: str) -> str:
        """The values of a header, in one text."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())


class Answer(NamedTuple):
    """An answer before anything goes wrong with it."""

    status: int
    document: Any
    headers: Mapping[str, str] = {}
    media_type: str = JSON_API


# --- refusals --------------------------------------------------------------------------------------------------------


class Refused(Exception):
    """A request is refused, with this answer."""

    def __init__(self, why: str, answer: Answer) -> None:
        super().__init__(why)
        self.answer = answer


def refused(status: int, code: str, title: str, headers: Mapping[str, str] | None = None) -> Refused:
    error = {"id": f"support-{status}", "status": str(status), "code": code, "title": title, "detail": f"{title}."}
    return Refused(title, Answer(status, {"errors": [error]}, headers or {}))


def too_many(headers: Mapping[str, str]) -> Refused:
    details: dict[str, Any] = {"limit": 500, "remaining": 0}
    if (wait := headers.get("Retry-After", "")).isdigit():
        details["retryAfter"] = int(wait)
    body = {"code": 429, "message": "Rate limit exceeded. Too many requests.", "details": details}
    return Refused("too many requests", Answer(429, body, headers, "application/json"))


def no_token(error: str, why: str) -> Refused:
    body = {"error": error, "error_description": why}
    return Refused(why, Answer(400, body, {}, "application/json"))


# --- sending, and what can go wrong with it --------------------------------------------------------------------------


class Sending:
    """Sends one answer, or what a fault makes of it."""

    def __init__(self, api: PlatformApi, request: web.BaseRequest, seen: Seen) -> None:
        self._api = api
        self._request = request
        self._seen = seen

    async def send(self, answer: Answer, fault: Fault | None) -> web.StreamResponse:
        if fault in (Fault.SLOW, Fault.STALLED, Fault.BROKEN_OFF):
            return await self._held(answer, fault)
        if fault and fault in _DOCUMENTS:
            return self._response(_DOCUMENTS[fault])
        if fault and fault in _BODIES:
            return self._raw(*_BODIES[fault]())
        if fault is Fault.REDIRECT:
            return self._response(Answer(302, {}, {"Location": f"{self._api.elsewhere}{self._seen.target}"}))
        if fault is Fault.ECHO:
            echo = f"{self._seen.header('Authorization')} {self._seen.body.decode('ascii')}"
            return self._response(refused(422, "MalformedRequestBody", echo).answer)
        if fault is Fault.ECHO_IN_RECORD:
            return self._response(answer._replace(document={"data": {"sent": self._seen.header("Authorization")}}))
        if fault is Fault.COOKIE:
            return self._response(answer._replace(headers={"Set-Cookie": "session=kept; Path=/"}))
        if fault is Fault.FOREIGN_LINKS:
            moved = json.dumps(answer.document).replace(self._api.url, self._api.elsewhere)
            return self._response(answer._replace(document=json.loads(moved)))
        return self._response(answer)

    async def _held(self, answer: Answer, fault: Fault) -> web.StreamResponse:
        if fault is Fault.SLOW:
            await self._api.released.wait()
            return self._response(answer)
        response = web.StreamResponse(status=answer.status, headers={"Content-Length": "1000"})
        await response.prepare(self._request)
        await response.write(b'{"data":')
        if fault is Fault.STALLED:
            await self._api.released.wait()
        if self._request.transport:
            self._request.transport.abort()
        return response

    def _response(self, answer: Answer) -> web.Response:
        headers = {"Date": formatdate(self._api.now(), usegmt=True), **answer.headers}
        body = json.dumps(answer.document).encode()
        return web.Response(status=answer.status, body=body, headers=headers, content_type=answer.media_type)

    def _raw(self, body: bytes, encoding: str) -> web.Response:
        headers = {"Content-Type": JSON_API} | ({"Content-Encoding": encoding} if encoding else {})
        return web.Response(body=body, headers=headers)


def _packed(body: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(body) + packer.flush()


_BODIES: Mapping[Fault, Callable[[], tuple[bytes, str]]] = {
    Fault.NOT_JSON: lambda: (b"<!doctype html><title>Sign in</title>", ""),
    Fault.NOT_TEXT: lambda: (b'{"data": "\xff\xfe"}', ""),
    Fault.EMPTY: lambda: (b"", ""),
    Fault.HUGE: lambda: (b'{"data": "' + b"x" * HUGE_BYTES + b'"}', ""),
    Fault.BOMB: lambda: (_packed(b"[" + b" " * BOMB_BYTES + b"]"), "gzip"),
    Fault.MANY_VALUES: lambda: (b"[" + b"[]," * 200_000 + b"[]]", ""),
    Fault.BAD_GZIP: lambda: (_packed(b'{"data": {}}')[:-9], "gzip"),
    Fault.BROTLI: lambda: (b"\x0b\x05\x80[]\x03", "br"),
}
_DOCUMENTS = {
    Fault.PROBLEM: Answer(
        401,
        {
            "type": "https://stoplight.io/prism/errors#UNAUTHORIZED",
            "title": "Invalid security scheme used",
            "status": 401,
        },
        {},
        "application/problem+json",
    ),
    Fault.CRM_ERROR: Answer(
        409, {"error": "contact exists", "fieldViolations": {"email": "taken"}, "metadata": {}}, {}, "application/json"
    ),
    Fault.SERVER_ERROR: refused(503, "Unavailable", "Try again later").answer,
}
