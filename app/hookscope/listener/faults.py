"""What goes wrong on purpose while a response is sent: cut answers, and connections that end."""

from __future__ import annotations

import asyncio
import os
import socket
import struct

from hookscope.deliveries import SentResponse
from hookscope.listener.answers import Answer
from hookscope.responses import Fault

PIECES = 20

NOTHING = Answer(SentResponse(0), b"", keep_alive=False)
_LINGER = "hh" if os.name == "nt" else "ii"
_RESETS = (Fault.RESET_BEFORE, Fault.RESET_IN_HEADERS, Fault.RESET_IN_BODY)
_IN_HEADERS = (Fault.RESET_IN_HEADERS, Fault.CLOSE_IN_HEADERS)
_IN_BODY = (Fault.RESET_IN_BODY, Fault.CLOSE_IN_BODY)


def broken(answer: Answer, fault: Fault) -> Answer:
    """What of an answer goes out before this fault; a body too short to break off in breaks in the headers."""
    if not fault.drops:
        return answer
    if fault in _IN_BODY and len(answer.sent.body) > 1:
        half = answer.sent.body[: len(answer.sent.body) // 2]
        return Answer(SentResponse(answer.sent.status, answer.sent.headers, half), answer.head, keep_alive=False)
    if fault in _IN_HEADERS or fault in _IN_BODY:
        return _broken_head(answer)
    return NOTHING


def _broken_head(answer: Answer) -> Answer:
    """The head up to the middle of its last header."""
    lines = answer.head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    head = b"\r\n".join([*lines[:-1], lines[-1][: len(lines[-1]) // 2]])
    return Answer(SentResponse(answer.sent.status, answer.sent.headers[: len(lines) - 2]), head, keep_alive=False)


def cut(transport: asyncio.Transport, fault: Fault) -> None:
    """End a connection: with a TCP reset or in an orderly way, as the fault says."""
    if fault not in _RESETS:
        transport.close()
        return
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(_LINGER, 1, 0))
    transport.abort()


def pieces(body: bytes) -> list[bytes]:
    """A body in at most 20 pieces of about the same size."""
    size = max(1, -(-len(body) // PIECES))
    return [body[start : start + size] for start in range(0, len(body), size)]
