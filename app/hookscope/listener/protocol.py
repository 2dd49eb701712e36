"""What aiohttp does not hand to a handler: refused requests, and the moment the sender goes.

Uses private names of aiohttp (``_make_error_handler``, ``_ErrInfo``, ``_messages``, ``_request_count``, ``_parser``,
``_upgraded``, ``_lingering_time`` and a few more): its version is pinned exactly, and each behaviour has a test.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, cast

from aiohttp import web
from aiohttp.http import HttpRequestParser, RawRequestMessage, StreamWriter
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader
from aiohttp.web_protocol import MAX_MSG_QUEUE_SIZE, RequestHandler, RequestPayloadError, _ErrInfo

from hookscope.listener.bounds import Bounds

READ_AT_ONCE = 65_536  # asyncio's 256 KiB are mapped and unmapped by the system anew for every read
RAW_KEPT = 262_144
_LENGTH = re.compile(rb"\r\n[Cc]ontent-[Ll]ength: (\d{1,9})\r\n")
_BLANK_LINE = b"\r\n\r\n"
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Refuser(Protocol):
    """Gives refused bytes a row, then answers; ``status`` is ``None`` for a head that broke off."""

    async def __call__(
        self, connection: Connection, raw: bytes, status: int | None, reason: str
    ) -> web.StreamResponse: ...


class Connection(RequestHandler):
    """One connection of a sender.

    What comes is fed to aiohttp's parser in pieces that end where a message may end, since a feed that ends in an error
    drops the good requests before it.
    """

    __slots__ = (
        "_begun_at",
        "_body",
        "_body_size",
        "_broken",
        "_first_byte_s",
        "_held",
        "_last_fed",
        "_most",
        "_own_transport",
        "_refuse",
        "_spawn",
        "_transports",
        "_turned_away",
        "gone",
        "peer",
        "peer_port",
        "raw",
    )

    def __init__(
        self,
        *args: Any,
        refuse: Refuser,
        spawn: Spawn,
        turned_away: Callable[[], None],
        transports: set[asyncio.BaseTransport],
        most: int,
        **kwargs: Any,
    ) -> None:
        self.raw = bytearray()  # since the end of the last whole request
        self.peer = ""
        self.peer_port = 0
        self._first_byte_s = 0.0
        self._refuse = refuse
        self._spawn = spawn
        self._turned_away = turned_away
        self._transports = transports
        self._most = most
        self._begun_at = 0  # requests parsed when ``raw`` began
        self._body: StreamReader = EMPTY_PAYLOAD  # of the newest request
        self._body_size = 0  # -1 for a chunked one
        self._broken = False
        self._held = b""
        self._last_fed = b""
        super().__init__(*args, **kwargs)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.gone = asyncio.get_running_loop().create_future()
        self._own_transport = transport  # aiohttp forgets its own before it is closed
        self._transports.add(transport)
        super().connection_made(transport)
        transport.max_size = READ_AT_ONCE  # type: ignore[attr-defined]  # of asyncio's own transports
        peer = self.peername
        if isinstance(peer, tuple):
            self.peer_port = peer[1]
            self.peer = f"[{peer[0]}]:{peer[1]}" if ":" in peer[0] else f"{peer[0]}:{peer[1]}"
        manager = self._manager
        if manager is not None and len(manager.connections) > self._most:
            self._turned_away()
            transport.write(_BUSY)  # type: ignore[attr-defined]
            self.force_close()

    def elapsed(self) -> float:
        """Seconds since the first byte of what is being taken now."""
        return self._loop.time() - self._first_byte_s

    def data_received(self, data: bytes) -> None:
        """Take what came; aiohttp also calls this with nothing, to go on after it has paused."""
        if self._close or self._force_close:
            return
        if not data:
            self._feed(data)
        data, self._held, start = self._held + data, b"", 0
        while start < len(data):
            if self._reading_paused:  # part of a body is still with the parser, so its end cannot be told
                self._held = data[start:]
                return
            end = self._cut(data, start)
            self._feed(data[start:end] if end - start < len(data) else data)
            start = end

    def _cut(self, data: bytes, start: int) -> int:
        """Where to end the next feed: at the end of the body or of a head, as far as that can be told."""
        if self._body_size > 0 and not self._body.is_eof():
            return min(len(data), start + self._body_size - self._body.total_bytes)
        across = (self._last_fed + data[start : start + 3]).find(_BLANK_LINE)
        if across >= 0:
            return start + across + len(_BLANK_LINE) - len(self._last_fed)
        end = data.find(_BLANK_LINE, start) + len(_BLANK_LINE)
        if end < len(_BLANK_LINE):
            return len(data)
        length = _LENGTH.search(data, start, end) if end < len(data) else None
        return len(data) if length and int(length[1]) == len(data) - end else end  # one whole request, as most are

    def _feed(self, data: bytes) -> None:
        self._note_raw(data)
        if self._broken:
            return
        before = self._request_count
        super().data_received(data)
        if self._request_count > before:
            self._note_message(*self._messages[-1])
        if self._body_size < 0 and self._body.is_eof():
            self._begin_anew()
        if self._upgraded:
            self._decline_upgrade()

    def _note_raw(self, data: bytes) -> None:
        if self._request_count != self._begun_at and self._body.is_eof() and not self._broken:
            self._begun_at = self._request_count
            self.raw.clear()
        if data and not self.raw:
            self._first_byte_s = self._loop.time()
        self.raw += data[: max(0, RAW_KEPT - len(self.raw))]
        self._last_fed = data[-3:] if len(data) > 2 else (self._last_fed + data)[-3:]

    def _note_message(self, message: RawRequestMessage | _ErrInfo, body: StreamReader) -> None:
        if not isinstance(message, _ErrInfo):
            self._body = body
            self._body_size = -1 if message.chunked else int(message.headers.get("Content-Length", 0))
            return
        self._broken = True
        if not self._body.is_eof():  # aiohttp would let its handler wait for ever
            self._messages.pop()
            self._body.set_exception(RequestPayloadError(message.message))
            self._lingering_time = 0.0

    def _begin_anew(self) -> None:
        """Use a new parser after a chunked body: the old one gives its trailers to the next request, as headers."""
        self._body_size = 0
        self._parser = HttpRequestParser(
            self,
            self._loop,
            self._read_bufsize,
            max_line_size=self.max_line_size,
            max_headers=self.max_headers,
            max_field_size=self.max_field_size,
            payload_exception=RequestPayloadError,
            auto_decompress=False,
            max_msg_queue_size=MAX_MSG_QUEUE_SIZE,
        )

    def _decline_upgrade(self) -> None:
        """Go on with HTTP at once; aiohttp would keep what comes until its answer, and feed it whole."""
        self._parser.set_upgraded(False)  # type: ignore[union-attr]
        self._upgraded = False

    def connection_lost(self, exc: BaseException | None) -> None:
        """Give a row to all that has come, though nobody waits for an answer."""
        if not self.gone.done():
            self.gone.set_result(None)
        self._transports.discard(self._own_transport)
        if self._request_count == self._begun_at and self.raw.strip():
            self._spawn(self._refuse(self, bytes(self.raw), None, "The request broke off in its headers."))
        unhandled = [self._handler_of(*message) for message in self._messages]
        super().connection_lost(exc)
        for work in unhandled:
            self._spawn(work)

    def _handler_of(self, message: RawRequestMessage | _ErrInfo, body: StreamReader) -> Awaitable[web.StreamResponse]:
        if isinstance(message, _ErrInfo):
            return self._refuse(self, bytes(self.raw), message.status, str(message.exc))
        if not body.is_eof() and body.exception() is None:
            body.set_exception(ConnectionResetError())
        make, handle, task = cast("Any", (self._request_factory, self._request_handler, None))
        request = make(message, body, self, StreamWriter(self, self._loop), task)
        return cast("Awaitable[web.StreamResponse]", handle(request))

    def _make_error_handler(self, err_info: _ErrInfo) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            return await self._refuse(self, bytes(self.raw), err_info.status, str(err_info.exc))

        return answer


Spawn = Callable[[Awaitable[object]], None]


class ConnectionFactory(web.Server):
    """The low-level server: no application and no router, which answer some requests before any handler."""

    def __init__(
        self, handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], bounds: Bounds, **hooks: Any
    ) -> None:
        super().__init__(
            handler,
            handler_cancellation=False,
            auto_decompress=False,
            max_line_size=65_536,
            max_field_size=131_072,
            max_headers=1024,
            keepalive_timeout=bounds.head_s,
            lingering_time=2,
            access_log=None,
        )
        self._hooks = {"most": bounds.connections, **hooks}

    def __call__(self) -> Connection:
        return Connection(self, loop=self._loop, **self._hooks, **self._kwargs)
