"""A request written to a socket byte for byte, and the reply read with h11.

HTTP clients move ``Host`` to the front and add headers of their own; what is sent again as it was must not change.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto

import h11

from hookscope.deliveries import Headers, Request

TIMEOUT_S = 60.0
CONNECT_S = 5.0
REPLY_LIMIT = 25 << 20
_HEAD_LIMIT = 64 << 10
_BLOCK = 1 << 20  # bytes that are copied at once while others wait
_READ_AT_ONCE = 64 << 10
_EVENTS_AT_ONCE = 200  # a reply in tiny chunks takes h11 so long that others must get their turn in between

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Failure(Enum):
    """Why there is no reply."""

    UNREACHABLE = auto()
    UNKNOWN_HOST = auto()
    NO_CONNECTION = auto()  # in time
    TLS = auto()
    NO_ANSWER = auto()  # in time
    BROKEN_OFF = auto()
    NOT_HTTP = auto()
    TOO_LARGE = auto()
    UNSENDABLE = auto()


class SendError(Exception):
    """A request could not be sent or was not answered; the text is one sentence.

    ``detail`` is what the system or OpenSSL says about it, where that says more than ``failure``.
    """

    def __init__(self, text: str, failure: Failure = Failure.UNREACHABLE, detail: str = "") -> None:
        super().__init__(text)
        self.failure = failure
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, its body without chunks; ``took_s`` counts from the first byte sent."""

    status: int
    headers: Headers
    body: bytes
    took_s: float


async def send(
    request: Request,
    host: str,
    port: int,
    *,
    opened: Callable[[int], None] = lambda port: None,
    tls: ssl.SSLContext | None = None,
    timeout_s: float = TIMEOUT_S,
    reply_limit: int = REPLY_LIMIT,
) -> Reply:
    """Send this request as it is to an HTTP server; ``opened`` is told the local port before a byte is sent.

    Raises ``SendError`` when a connection does not come about in 5 s or the whole takes longer than ``timeout_s``, when
    there is no whole reply, or one whose body is larger than ``reply_limit``.
    """
    at = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    head = _head(request)
    try:
        async with asyncio.timeout(timeout_s), _connection(host, port, tls, at) as (reader, writer):
            opened(writer.get_extra_info("sockname")[1])
            return await _exchange(reader, writer, request, head, reply_limit)
    except TimeoutError as error:
        raise SendError(f"{at} gave no answer within {timeout_s:g} s.", Failure.NO_ANSWER) from error
    except ssl.SSLError as error:
        raise _tls_error(at, _reason(error)) from error
    except OSError as error:
        why = _meaning(error)
        raise SendError(f"The connection to {at} broke ({why}). Try again.", Failure.BROKEN_OFF, why) from error


def _head(request: Request) -> bytes:
    lines = [f"{request.method} {request.target} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers)]
    if any(char in line for line in lines for char in "\r\n\0"):  # what follows would be read as another header
        sentence = "The request cannot be sent, because its first line or a header holds a line break."
        raise SendError(sentence, Failure.UNSENDABLE)
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


@asynccontextmanager
async def _connection(host: str, port: int, tls: ssl.SSLContext | None, at: str) -> AsyncIterator[Streams]:
    """A connection, which is closed at once at the end: nothing is left to be said, whoever waits for it."""
    try:
        async with asyncio.timeout(CONNECT_S):
            reader, writer = await _connected(host, port, tls)
    except TimeoutError as error:
        sentence = f"{at} took no connection within {CONNECT_S:g} s. Check the address and try again."
        raise SendError(sentence, Failure.NO_CONNECTION) from error
    except (OSError, UnicodeError) as error:
        raise _no_connection(error, host, at, tls) from error
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with suppress(OSError):  # what it broke with, which has been told
            await writer.wait_closed()


async def _connected(host: str, port: int, tls: ssl.SSLContext | None) -> Streams:
    """``localhost`` is this machine without asking anybody: by IPv4, and if nothing listens there by IPv6."""
    if host.lower() != "localhost":
        return await _open(host, port, tls, host)
    try:
        return await _open("127.0.0.1", port, tls, host)
    except ConnectionRefusedError as refused:
        try:
            return await _open("::1", port, tls, host)
        except ssl.SSLError:
            raise
        except OSError:  # there need not be IPv6
            raise refused from None


async def _open(address: str, port: int, tls: ssl.SSLContext | None, name: str) -> Streams:
    return await asyncio.open_connection(address, port, ssl=tls, server_hostname=name if tls else None)


def _no_connection(error: OSError | UnicodeError, host: str, at: str, tls: ssl.SSLContext | None) -> SendError:
    if isinstance(error, socket.gaierror | UnicodeError):  # UnicodeError: a name that cannot be looked up at all
        return SendError(f"The host {host} cannot be found. Check its name.", Failure.UNKNOWN_HOST)
    if isinstance(error, ConnectionRefusedError):
        return SendError(f"Nothing listens on {at}. Turn the listener on and try again.", Failure.UNREACHABLE)
    if isinstance(error, ssl.SSLError):
        return _tls_error(at, _reason(error))
    if tls and isinstance(error, ConnectionError):
        return _tls_error(at, "it was broken off")
    why = _meaning(error)
    return SendError(f"{at} cannot be reached ({why}). Try again.", Failure.UNREACHABLE, why)


def _tls_error(at: str, why: str) -> SendError:
    return SendError(f"TLS with {at} failed ({why}). Check its certificate and the address.", Failure.TLS, why)


def _reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return (error.reason or "no reason given").replace("_", " ").lower()


def _meaning(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error)  # asyncio's own text holds addresses


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Request, head: bytes, limit: int
) -> Reply:
    """Read while the request is still being written: a server may answer before it has read all of it."""
    started = time.monotonic()
    sending = asyncio.create_task(_write(writer, head, request.body))
    try:
        return await _read_reply(reader, request.method, started, limit)
    finally:
        sending.cancel()


async def _write(writer: asyncio.StreamWriter, head: bytes, body: bytes) -> None:
    with suppress(OSError):  # the reader finds that out too, after all that came before
        writer.write(head + body[:_BLOCK])
        for start in range(_BLOCK, len(body), _BLOCK):
            await writer.drain()
            writer.write(body[start : start + _BLOCK])


async def _read_reply(reader: asyncio.StreamReader, method: str, started: float, limit: int) -> Reply:
    incoming = _Incoming(reader, method)
    status, headers, body = 0, Headers(()), bytearray()
    while event := await incoming.next_event():
        if isinstance(event, h11.Response):
            status = event.status_code
            headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in event.headers.raw_items())
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > limit:
                raise SendError(f"The answer has more than the {limit:,} bytes that are allowed.", Failure.TOO_LARGE)
    return Reply(status, headers, bytes(body), time.monotonic() - started)


class _Incoming:
    """The events of a reply as its bytes come."""

    def __init__(self, reader: asyncio.StreamReader, method: str) -> None:
        self._reader = reader
        self._begun = self._ended = False
        self._given = 0
        self._connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD_LIMIT)
        asked = method if method in ("HEAD", "CONNECT") else "GET"  # how a reply ends depends on these alone
        self._connection.send(h11.Request(method=asked, target=b"/", headers=[("Host", "-")]))

    async def next_event(self) -> h11.Event | None:
        """The next event, ``None`` at the end of the reply."""
        while True:
            try:
                event = self._connection.next_event()
            except h11.RemoteProtocolError as error:
                failure = Failure.BROKEN_OFF if self._ended else Failure.NOT_HTTP
                raise _unreadable(failure, str(error)) from error
            if event is h11.PAUSED or isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                return None
            if isinstance(event, h11.Event):
                await self._pause()
                return event
            await self._receive()

    async def _pause(self) -> None:
        self._given += 1
        if self._given % _EVENTS_AT_ONCE == 0:
            await asyncio.sleep(0)

    async def _receive(self) -> None:
        data = await self._reader.read(_READ_AT_ONCE)
        if not self._begun and not b"HTTP/".startswith(data[:5]):  # h11 would wait for a blank line
            raise _unreadable(Failure.NOT_HTTP, f"it begins with {data[:20]!r}")
        self._begun, self._ended = True, not data
        self._connection.receive_data(data)


def _unreadable(failure: Failure, why: str) -> SendError:
    return SendError(f"The answer is not HTTP that can be read ({why}).", failure)
