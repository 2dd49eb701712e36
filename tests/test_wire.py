"""A request written to a socket to the byte, and whatever comes back, from a server that only knows bytes."""

from __future__ import annotations

import asyncio
import errno
import random
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from hookscope import wire
from hookscope.deliveries import Request
from hookscope.wire import Failure, SendError, send

pytestmark = pytest.mark.anyio

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
POST = Request("POST", "/", (("Host", "h"), ("Content-Length", "0")))


class Server:
    """Accepts one connection, reads so many bytes, writes these and closes."""

    def __init__(self, reply: bytes, size: int, *, reset: bool, hang: float, host: str = "127.0.0.1") -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.create_server((host, 0), family=family)
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
            with suppress(OSError):  # too much of it was refused
                peer.sendall(self._reply)
            if self._hang:
                self.over.wait(self._hang)
            if self._reset:
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def serving(
    reply: bytes, size: int = 1, *, reset: bool = False, hang: float = 0, host: str = "127.0.0.1"
) -> Iterator[Server]:
    server = Server(reply, size, reset=reset, hang=hang, host=host)
    server.thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.thread.join()
        server.socket.close()


async def reply_to(reply: bytes, request: Request = POST, **how: Any) -> wire.Reply:
    with serving(reply) as server:
        return await send(request, "127.0.0.1", server.port, **how)


async def failure_of(port: int, host: str = "127.0.0.1", **how: Any) -> tuple[Failure, str]:
    with pytest.raises(SendError) as caught:
        await send(POST, host, port, **how)
    return caught.value.failure, str(caught.value)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


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


GARBLED = [
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    b"SSH-2.0-OpenSSH_9.2\r\n",
    b"{}",
    b"\r\n" + OK,
    b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok",
    b"HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000,
]
CUT_OFF = [
    b"",
    b"HTTP/1.1 200 OK\r\nContent-",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
]
CASES = [*((each, Failure.NOT_HTTP) for each in GARBLED), *((each, Failure.BROKEN_OFF) for each in CUT_OFF)]


@pytest.mark.parametrize(("reply", "failure"), CASES)
async def test_broken_reply(reply: bytes, failure: Failure) -> None:
    with pytest.raises(SendError, match=r"^The answer is not HTTP that can be read \(.+\)\.$") as caught:
        await reply_to(reply)
    assert caught.value.failure is failure


async def test_what_is_not_http_is_told_while_the_connection_stays_open() -> None:
    with serving(b"220 mail.example ESMTP\r\n", hang=20) as server:
        began = time.monotonic()
        assert (await failure_of(server.port))[0] is Failure.NOT_HTTP
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("framing", [b"Content-Length: 2\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n2\r\n", b"\r\n"])
async def test_a_reply_has_a_limit(framing: bytes) -> None:
    reply = b"HTTP/1.1 200 OK\r\n" + framing + b"ok" + (b"\r\n0\r\n\r\n" if b"chunked" in framing else b"")
    assert (await reply_to(reply, reply_limit=2)).body == b"ok"
    with pytest.raises(SendError, match=r"^The answer has more than the 1 bytes that are allowed\.$") as caught:
        await reply_to(reply, reply_limit=1)
    assert caught.value.failure is Failure.TOO_LARGE


async def test_an_endless_reply_is_left() -> None:
    with serving(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(8 << 20)) as server:
        assert (await failure_of(server.port, reply_limit=100_000))[0] is Failure.TOO_LARGE


async def test_a_reply_in_tiny_chunks_leaves_others_their_turn() -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    reader = asyncio.StreamReader()
    reader.feed_data(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 5000 + b"0\r\n\r\n")
    task = asyncio.create_task(other())
    reply = await wire._read_reply(reader, "GET", 0.0, 5000)
    task.cancel()
    assert reply.body == b"x" * 5000
    assert turns >= 20


async def test_an_answer_before_the_request_is_read_counts() -> None:
    request = Request("POST", "/", (("Host", "h"), ("Content-Length", str(40 << 20))), bytes(40 << 20))
    with serving(b"HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n", hang=20) as server:
        reply = await send(request, "127.0.0.1", server.port, timeout_s=10)
    assert reply.status == 413


async def test_connection_that_is_reset() -> None:
    with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", reset=True) as server:
        expected = f"The connection to 127.0.0.1:{server.port} broke (Connection reset by peer). Try again."
        assert await failure_of(server.port) == (Failure.BROKEN_OFF, expected)


@pytest.mark.parametrize(
    ("host", "at"), [("127.0.0.1", "127.0.0.1"), ("localhost", "localhost"), ("LocalHost", "LocalHost")]
)
async def test_connection_that_is_refused(host: str, at: str) -> None:
    port = free_port()
    expected = f"Nothing listens on {at}:{port}. Turn the listener on and try again."
    assert await failure_of(port, host) == (Failure.UNREACHABLE, expected)


async def test_localhost_is_refused_where_there_is_no_ipv6(monkeypatch: pytest.MonkeyPatch) -> None:
    really = wire._open

    async def opened(address: str, *args: Any) -> wire.Streams:
        if address == "::1":
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        return await really(address, *args)

    monkeypatch.setattr(wire, "_open", opened)
    assert (await failure_of(port := free_port(), "localhost"))[1].startswith(f"Nothing listens on localhost:{port}.")


async def test_host_that_cannot_be_reached() -> None:
    failure, text = await failure_of(80, "255.255.255.255")  # asking for a connection fails before a packet is sent
    assert failure is Failure.UNREACHABLE
    assert text.startswith("255.255.255.255:80 cannot be reached (")


async def test_no_answer_in_time() -> None:
    with serving(b"HTTP/1.1 200 OK\r\n", hang=20) as server:
        expected = f"127.0.0.1:{server.port} gave no answer within 0.3 s."
        assert await failure_of(server.port, timeout_s=0.3) == (Failure.NO_ANSWER, expected)


async def test_no_connection_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "CONNECT_S", 0.3)
    context = ssl.create_default_context()
    with serving(b"", 1 << 20, hang=20) as server:  # takes the greeting of TLS and says nothing
        expected = f"127.0.0.1:{server.port} took no connection within 0.3 s. Check the address and try again."
        assert await failure_of(server.port, tls=context) == (Failure.NO_CONNECTION, expected)
        await asyncio.sleep(0)  # asyncio closes what it has begun to open in the next round


@pytest.mark.parametrize(("reply", "why"), [(OK, "wrong version number"), (b"", "it was broken off")])
async def test_tls_with_a_server_that_has_none(reply: bytes, why: str) -> None:
    with serving(reply) as server:
        expected = f"TLS with 127.0.0.1:{server.port} failed ({why}). Check its certificate and the address."
        assert await failure_of(server.port, tls=ssl.create_default_context()) == (Failure.TLS, expected)


async def test_localhost_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **how: pytest.fail("a name was looked up"))
    with serving(OK) as server:
        assert (await send(POST, "localhost", server.port)).body == b"ok"


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 here")
@pytest.mark.parametrize("host", ["localhost", "::1"])
async def test_ipv6(host: str) -> None:
    with serving(OK, host="::1") as server:
        assert (await send(POST, host, server.port)).body == b"ok"


@pytest.mark.parametrize("host", ["no-such-name.invalid", "a..b", f"{'a' * 64}.b"])
async def test_host_that_does_not_exist(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    def lookup(name: str, *args: Any, **how: Any) -> None:
        name.encode("idna")
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)  # no test asks a name server
    assert await failure_of(80, host) == (Failure.UNKNOWN_HOST, f"The host {host} cannot be found. Check its name.")


@pytest.mark.parametrize("bad", ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b"])
@pytest.mark.parametrize("where", ["method", "target", "name", "value"])
async def test_a_line_break_never_goes_out(bad: str, where: str) -> None:
    parts = {"method": "POST", "target": "/", "name": "X-A", "value": "1", where: bad}
    request = Request(parts["method"], parts["target"], ((parts["name"], parts["value"]),))
    with pytest.raises(SendError, match="holds a line break") as caught:
        await send(request, "127.0.0.1", 1)
    assert caught.value.failure is Failure.UNSENDABLE


@pytest.mark.parametrize("size", [0, 40 << 20])
async def test_who_gives_up_closes_the_connection(size: int) -> None:
    request = Request("POST", "/", (("Host", "h"), ("Content-Length", str(size))), bytes(size))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sending = asyncio.create_task(send(request, "127.0.0.1", listening.getsockname()[1]))
        peer, _ = await asyncio.to_thread(listening.accept)
        with peer:
            await asyncio.to_thread(peer.recv, 1)
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
            peer.settimeout(10)
            assert await asyncio.to_thread(read_to_the_end, peer) < max(size, 1000)


def read_to_the_end(peer: socket.socket) -> int:
    size = 0
    with suppress(ConnectionError):
        while part := peer.recv(1 << 20):
            size += len(part)
    return size
