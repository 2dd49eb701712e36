"""A request written to a socket byte for byte, and the reply read with h11.

HTTP clients move ``Host`` to the front and add headers of their own; what is sent again as it was must not change.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import h11

from hookscope.deliveries import Headers, Request

TIMEOUT_S = 60.0


class SendError(Exception):
    """A request could not be sent or was not answered; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; ``took_s`` counts from the first byte sent."""

    status: int
    headers: Headers
    body: bytes
    took_s: float


async def send(request: Request, host: str, port: int, *, opened: Callable[[int], None] = lambda port: None) -> Reply:
    """Send this request as it is to a plain HTTP server; ``opened`` is told the local port before a byte is sent.

    Raises ``SendError`` after 60 s, or when there is no whole reply.
    """
    try:
        async with asyncio.timeout(TIMEOUT_S):
            return await _send(request, host, port, opened)
    except TimeoutError as error:
        raise SendError(f"{host}:{port} gave no answer within {TIMEOUT_S:.0f} s.") from error
    except ConnectionRefusedError as error:
        raise SendError(f"Nothing listens on {host}:{port}. Turn the listener on and try again.") from error
    except OSError as error:
        raise SendError(f"The connection to {host}:{port} broke ({error.strerror or error}). Try again.") from error


async def _send(request: Request, host: str, port: int, opened: Callable[[int], None]) -> Reply:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        opened(writer.get_extra_info("sockname")[1])
        started = time.monotonic()
        writer.write(_head(request) + request.body)
        await writer.drain()
        return await _read_reply(reader, request, started)
    finally:
        writer.close()


def _head(request: Request) -> bytes:
    lines = [f"{request.method} {request.target} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


async def _read_reply(reader: asyncio.StreamReader, request: Request, started: float) -> Reply:
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method=request.method, target=b"/", headers=[("Host", "-")]))  # only for its state
    status, headers, body = 0, Headers(()), bytearray()
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError as error:
            raise SendError(f"The answer is not HTTP that can be read ({error}).") from error
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65_536))
        elif isinstance(event, h11.Response):
            status = event.status_code
            headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in event.headers.raw_items())
        elif isinstance(event, h11.Data):
            body += event.data
        elif event is h11.PAUSED or isinstance(event, (h11.EndOfMessage, h11.ConnectionClosed)):
            return Reply(status, headers, bytes(body), time.monotonic() - started)
