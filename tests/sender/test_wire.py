"""A request written to a socket to the byte, and whatever comes back, from a server that only knows bytes."""

from __future__ import annotations

import random
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hookscope.deliveries import Request
from hookscope.sender import SendError, send, wire

pytestmark = pytest.mark.anyio

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
POST = Request("POST", "/", (("Host", "h"), ("Content-Length", "0")))


class Server:
    """Accepts one connection, reads so many bytes, writes these and closes."""

    def __init__(self, reply: bytes, size: int, *, reset: bool, hang: float) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.got, self.peer_port = b"", 0
        self.over = threading.Event()
        self._reply, self._size, self._reset, self._hang = reply, size, reset, hang
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        peer, address = self.socket.accept()
        with peer:
            self.peer_port = address[1]
            while len(self.got) < self._size and (part := peer.recv(65_536)):
                self.got += part
            peer.sendall(self._reply)
            if self._hang:
                self.over.wait(self._hang)
            if self._reset:
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def serving(reply: bytes, size: int = 1, *, reset: bool = False, hang: float = 0) -> Iterator[Server]:
    server = Server(reply, size, reset=reset, hang=hang)
    server.thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.thread.join()
        server.socket.close()


async def reply_to(reply: bytes, request: Request = POST, *, reset: bool = False) -> wire.Reply:
    with serving(reply, reset=reset) as server:
        return await send(request, "127.0.0.1", server.port)


async def test_bytes_go_out_exactly_as_given() -> None:
    headers = (("x-LAST", "1"), ("Host", "h"), ("X-dup", ""), ("x-Dup", "f\xe9\xff"), ("Content-Length", "300000"))
    body = random.Random(1).randbytes(300_000)
    target = "/a%zz%2?x=%%1&y=#frag%20?z\xe9"
    expected = (
        b"PURGE /a%zz%2?x=%%1&y=#frag%20?z\xe9 HTTP/1.1\r\n"
        b"x-LAST: 1\r\nHost: h\r\nX-dup: \r\nx-Dup: f\xe9\xff\r\nContent-Length: 300000\r\n\r\n" + body
    )
    with serving(OK, len(expected)) as server:
        reply = await send(Request("PURGE", target, headers, body), "127.0.0.1", server.port)
    assert server.got == expected
    assert (reply.status, reply.body) == (200, b"ok")


async def test_local_port_is_told_before_a_byte_is_sent() -> None:
    told: list[tuple[int, bytes]] = []
    with serving(OK) as server:
        await send(POST, "127.0.0.1", server.port, opened=lambda port: told.append((port, server.got)))
    assert told == [(server.peer_port, b"")]


async def test_reply_is_read_to_the_byte() -> None:
    reply = await reply_to(
        b"HTTP/1.1 503 No\r\nX-B: \xe9\r\nx-a: 1\r\nX-a: 2\r\nContent-Length: 4\r\n\r\n\x00\xff\r\nrest"
    )
    assert reply.status == 503
    assert reply.headers == (("X-B", "\xe9"), ("x-a", "1"), ("X-a", "2"), ("Content-Length", "4"))
    assert reply.body == b"\x00\xff\r\n"
    assert 0 < reply.took_s < 20


async def test_chunked_reply() -> None:
    chunks = b"5;note=1\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: x\r\n\r\n"
    reply = await reply_to(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
    assert reply.body == b"hello world"


async def test_reply_that_ends_with_the_connection() -> None:
    assert (await reply_to(b"HTTP/1.0 200 OK\r\n\r\nall of it")).body == b"all of it"


async def test_interim_replies_are_passed_over() -> None:
    reply = await reply_to(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK)
    assert (reply.status, reply.body) == (200, b"ok")


async def test_reply_to_head_has_no_body() -> None:
    reply = await reply_to(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", Request("HEAD", "/", (("Host", "h"),)))
    assert (reply.status, reply.body) == (200, b"")


async def test_reply_to_connect_ends_with_its_head() -> None:
    reply = await reply_to(b"HTTP/1.1 200 OK\r\n\r\n", Request("CONNECT", "h:443", (("Host", "h:443"),)))
    assert (reply.status, reply.body) == (200, b"")


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000,
    ],
)
async def test_broken_reply(reply: bytes) -> None:
    with pytest.raises(SendError, match=r"^The answer is not HTTP that can be read \(.+\)\.$"):
        await reply_to(reply)


async def test_connection_that_is_reset() -> None:
    with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", reset=True) as server:
        expected = f"The connection to 127.0.0.1:{server.port} broke (Connection reset by peer). Try again."
        with pytest.raises(SendError) as caught:
            await send(POST, "127.0.0.1", server.port)
    assert str(caught.value) == expected


async def test_connection_that_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(SendError) as caught:
        await send(POST, "127.0.0.1", port)
    assert str(caught.value) == f"Nothing listens on 127.0.0.1:{port}. Turn the listener on and try again."


async def test_no_answer_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "TIMEOUT_S", 0.3)
    with (
        serving(b"HTTP/1.1 200 OK\r\n", hang=20) as server,
        pytest.raises(SendError, match="gave no answer within 0 s"),
    ):
        await send(POST, "127.0.0.1", server.port)
