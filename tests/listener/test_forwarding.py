"""What a handler gets of a captured request to the byte, what the sender gets of its answer, and what can go wrong."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from hookscope import wire
from hookscope.deliveries import Request, SentResponse
from hookscope.listener import forwarding
from hookscope.listener.forwarding import Forward, forward, forwarded_request

pytestmark = pytest.mark.anyio

PEER = "203.0.113.9:50000"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
GET = Request("GET", "/order-created", (("Host", "public.example"),), b"", "http://public.example/order-created")


class Handler:
    """Reads a request as bytes and writes these bytes; ``begun`` is set when its head is there, ``gone`` at its end."""

    def __init__(self, answer: bytes, *, reads: bool, closes: bool) -> None:
        self.got = b""
        self.begun = asyncio.Event()
        self.gone = asyncio.Event()
        self.port = 0
        self._answer, self._reads, self._closes = answer, reads, closes

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            if self._reads:
                await self._read(reader)
            writer.write(self._answer)
            await writer.drain()
            if not self._closes:
                await reader.read()
        self.gone.set()
        writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        self.got += await reader.readuntil(b"\r\n\r\n")
        self.begun.set()
        lengths = [int(line[15:]) for line in self.got.lower().split(b"\r\n") if line[:15] == b"content-length:"]
        self.got += await reader.readexactly(sum(lengths))


@asynccontextmanager
async def handling(
    answer: bytes = OK, *, reads: bool = True, closes: bool = True, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Handler]:
    handler = Handler(answer, reads=reads, closes=closes)
    tasks: list[asyncio.Task[None]] = []

    def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.create_task(handler.serve(reader, writer)))

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls) as server:
        handler.port = server.sockets[0].getsockname()[1]
        yield handler
        await asyncio.wait_for(asyncio.gather(*tasks), 10)


async def answered(answer: bytes, request: Request = GET) -> SentResponse:
    async with handling(answer) as handler:
        response, problem = await forward(request, Forward(f"http://127.0.0.1:{handler.port}/", ""), PEER)
    assert not problem
    return response


def failed(sentence: str) -> tuple[SentResponse, str]:
    headers = (("Content-Type", "text/plain; charset=utf-8"),)
    return SentResponse(502, headers, f"{sentence}\n".encode()), sentence


def passed_on(
    *headers: tuple[str, str], method: str = "POST", body: bytes = b"", url: str = "", peer: str = PEER
) -> str:
    """The headers at the handler, one a line."""
    request = Request(method, "/order-created", headers, body, url)
    went = forwarded_request(request, Forward("http://127.0.0.1:3000/hooks", "/order-created"), peer)
    assert (went.method, went.target, went.body) == (method, "/hooks", body)
    return "\n".join(f"{name}: {value}" for name, value in went.headers)


ADDED = "X-Forwarded-For: 203.0.113.9\nX-Forwarded-Proto: http"
CLOSING = "Via: 1.1 hookscope\nConnection: close"


# --- the request at the handler --------------------------------------------------------------------------------------


async def test_a_request_to_the_byte() -> None:
    body = bytes(range(256)) * 3
    headers = (
        ("x-LAST", "1"),
        ("hOST", "public.example:8443"),
        ("X-dup", ""),
        ("x-Dup", "f\xe9\xff"),
        ("content-LENGTH", "768"),
        ("Content-Encoding", "gzip"),
        ("X-dup", "a,  b"),
    )
    target = "/order-created/a%2Fb%zz//?x=%%1&y=#frag%20?z\xe9"
    request = Request("PURGE", target, headers, body, f"https://public.example:8443{target}")
    async with handling() as handler:
        how = Forward(f"http://127.0.0.1:{handler.port}/hooks", "/order-created")
        assert await forward(request, how, PEER) == (SentResponse(200, (), b"ok"), "")
    expected = (
        "PURGE /hooks/a%2Fb%zz//?x=%%1&y=#frag%20?z\xe9 HTTP/1.1\r\n"
        f"x-LAST: 1\r\nhOST: 127.0.0.1:{handler.port}\r\nX-dup: \r\nx-Dup: f\xe9\xff\r\ncontent-LENGTH: 768\r\n"
        "Content-Encoding: gzip\r\nX-dup: a,  b\r\n"
        "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: public.example:8443\r\n"
        "Via: 1.1 hookscope\r\nConnection: close\r\n\r\n"
    )
    assert handler.got == expected.encode("latin-1") + body


async def test_a_large_body_arrives_whole() -> None:
    body = bytes(range(256)) * (9 << 12) + b"end"
    request = Request("POST", "/", (("Host", "h"), ("Content-Length", str(len(body)))), body)
    async with handling() as handler:
        await forward(request, Forward(f"http://127.0.0.1:{handler.port}/", ""), PEER)
    assert handler.got.partition(b"\r\n\r\n")[2] == body


def test_the_host_is_the_handlers() -> None:
    assert passed_on(("A", "1"), ("host", "h"), ("Host", "second"), ("B", "2")) == (
        f"A: 1\nhost: 127.0.0.1:3000\nB: 2\n{ADDED}\nX-Forwarded-Host: h\n{CLOSING}"
    )
    assert passed_on(("A", "1")) == f"Host: 127.0.0.1:3000\nA: 1\n{ADDED}\n{CLOSING}"  # HTTP/1.0 asks for none
    assert "Host: 127.0.0.1:3000\n" in passed_on(("Host", "h"), ("Connection", "Host"))


@pytest.mark.parametrize(
    ("url", "authority"),
    [("http://[::1]:3000", "[::1]:3000"), ("https://LOCALHOST/", "localhost"), ("http://127.0.0.1:80", "127.0.0.1:80")],
)
def test_authority(url: str, authority: str) -> None:
    assert forwarded_request(GET, Forward(url, ""), PEER).header("host") == authority


def test_what_belongs_to_the_connection_stays_behind() -> None:
    dropped = (
        ("connection", "keep-alive, X-Hop , ,x-hop-two"),
        ("Connection", "UPGRADE"),
        ("Keep-Alive", "timeout=5"),
        ("Proxy-Connection", "keep-alive"),
        ("Proxy-Authorization", "Basic x"),
        ("TE", "trailers"),
        ("Trailer", "X-T"),
        ("Upgrade", "websocket"),
        ("Expect", "100-continue"),
        ("x-hop", "1"),
        ("X-HOP-Two", "1"),
        ("Close", "a header of this name, as any other"),
    )
    kept = (("Authorization", "Bearer t"), ("X-Hop-Three", "1"), ("Cookie", "a=b"))
    assert passed_on(("Host", "h"), *dropped[:-1], *kept, dropped[-1]) == (
        "Host: 127.0.0.1:3000\nAuthorization: Bearer t\nX-Hop-Three: 1\nCookie: a=b\n"
        f"Close: {dropped[-1][1]}\n{ADDED}\nX-Forwarded-Host: h\n{CLOSING}"
    )


@pytest.mark.parametrize(
    ("headers", "body", "framing"),
    [
        ((("A", "1"),), b"", "A: 1\n"),
        ((("A", "1"), ("Content-Length", "0")), b"", "A: 1\nContent-Length: 0\n"),
        ((("content-length", "5"), ("A", "1")), b"12", "content-length: 2\nA: 1\n"),
        ((("Transfer-Encoding", "chunked"), ("A", "1")), b"hello", "Content-Length: 5\nA: 1\n"),
        ((("transfer-encoding", "chunked"), ("A", "1")), b"", "Content-Length: 0\nA: 1\n"),
        (
            (
                ("A", "1"),
                ("Transfer-Encoding", "gzip"),
                ("B", "2"),
                ("Content-Length", "9"),
                ("transfer-encoding", "x"),
            ),
            b"12",
            "A: 1\nContent-Length: 2\nB: 2\n",
        ),
        ((("A", "1"), ("Content-Length", "2"), ("Connection", "content-length")), b"12", "A: 1\nContent-Length: 2\n"),
    ],
)
def test_the_body_is_framed_by_its_length(headers: Any, body: bytes, framing: str) -> None:
    assert passed_on(("Host", "h"), *headers, body=body) == (
        f"Host: 127.0.0.1:3000\n{framing}{ADDED}\nX-Forwarded-Host: h\n{CLOSING}"
    )


@pytest.mark.parametrize(
    ("peer", "address"), [("203.0.113.9:1", "203.0.113.9"), ("[2001:db8::1]:1", "2001:db8::1"), ("[::1]:99", "::1")]
)
def test_the_senders_address_is_told(peer: str, address: str) -> None:
    assert f"X-Forwarded-For: {address}\n" in passed_on(("Host", "h"), peer=peer)
    assert f"x-forwarded-for: 1.2.3.4,5.6.7.8, {address}\n" in passed_on(
        ("Host", "h"), ("x-forwarded-for", "1.2.3.4,5.6.7.8"), peer=peer
    )


def test_what_gateways_before_us_said_stays() -> None:
    said = (
        ("Via", "1.0 a, 1.1 b"),
        ("X-Forwarded-For", "1.2.3.4"),
        ("X-forwarded-proto", "https"),
        ("via", "2 ngrok"),
        ("X-Forwarded-Host", "public.example"),
        ("X-Forwarded-For", "5.6.7.8"),
    )
    assert passed_on(*said, ("Host", "h")) == (
        "Via: 1.0 a, 1.1 b\nX-Forwarded-For: 1.2.3.4\nX-forwarded-proto: https\nvia: 2 ngrok, 1.1 hookscope\n"
        "X-Forwarded-Host: public.example\nX-Forwarded-For: 5.6.7.8, 203.0.113.9\nHost: 127.0.0.1:3000\n"
        "Connection: close"
    )
    empty = passed_on(("Host", "h"), ("X-Forwarded-For", ""), ("Connection", "x-forwarded-proto"), said[2])
    assert empty.startswith("Host: 127.0.0.1:3000\nX-Forwarded-For: 203.0.113.9\nX-Forwarded-Proto: http\n")


def test_nothing_is_said_of_an_unknown_sender() -> None:
    assert "X-Forwarded-For" not in passed_on(("Host", "h"), peer="")
    assert "X-Forwarded-For: 1.2.3.4\n" in passed_on(("Host", "h"), ("X-Forwarded-For", "1.2.3.4"), peer="")


NAMES = st.sampled_from(["A", "b", "X-Dup", "x-dup", "Accept", "Content-Type", "Cookie", "X-Signature"])
VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"))


@given(st.lists(st.tuples(NAMES, VALUES)), st.binary())
def test_all_else_stays_in_order_and_case(headers: list[tuple[str, str]], body: bytes) -> None:
    request = Request("POST", "/", (("Host", "h"), *headers), body)
    went = forwarded_request(request, Forward("http://127.0.0.1:3000", ""), PEER)
    begin = 1 + bool(body)
    assert went.headers[begin : begin + len(headers)] == tuple(headers)
    assert went.body == body


# --- the answer ------------------------------------------------------------------------------------------------------


async def test_an_answer_to_the_byte() -> None:
    body = bytes(range(256))
    answer = (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        b"HTTP/1.1 418 Yes\r\nx-B: f\xe9\xff\r\nSet-Cookie: a\r\nX-a: \r\nset-cookie: b\r\ncontent-LENGTH: 256\r\n"
        b"Connection: X-Hop, close\r\nKeep-Alive: 1\r\nx-hop: 1\r\nTrailer: X-T\r\nUpgrade: h2c\r\n"
        b"Content-Encoding: gzip\r\nProxy-Connection: close\r\nVia: 1.1 y\r\n\r\n" + body + b"beyond"
    )
    kept = (
        ("x-B", "f\xe9\xff"),
        ("Set-Cookie", "a"),
        ("X-a", ""),
        ("set-cookie", "b"),
        ("Content-Encoding", "gzip"),
        ("Via", "1.1 y"),
    )
    assert await answered(answer) == SentResponse(418, kept, body)


@pytest.mark.parametrize(
    ("answer", "response"),
    [
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=1\r\nhello\r\n6\r\n world\r\n0\r\nT:x\r\n\r\n",
            SentResponse(200, (), b"hello world"),
        ),
        (b"HTTP/1.0 200 OK\r\n\r\nall of it", SentResponse(200, (), b"all of it")),
        (b"HTTP/1.1 204 No Content\r\nA: 1\r\n\r\n", SentResponse(204, (("A", "1"),))),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", SentResponse(304)),
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            SentResponse(302, (("Location", "http://127.0.0.1:1/"),)),
        ),
        (b"HTTP/1.1 599 \r\nContent-Length: 0\r\n\r\n", SentResponse(599)),
        (b"HTTP/1.1 502 Bad\r\nContent-Length: 2\r\n\r\nme", SentResponse(502, (), b"me")),
    ],
)
async def test_answers(answer: bytes, response: SentResponse) -> None:
    assert await answered(answer) == response


async def test_an_answer_to_head_has_no_body() -> None:
    request = Request("HEAD", "/", (("Host", "h"),))
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nA: 1\r\n\r\n"
    assert await answered(answer, request) == SentResponse(200, (("A", "1"),))


async def test_localhost_is_this_computer() -> None:
    async with handling() as handler:
        response, _ = await forward(GET, Forward(f"http://localhost:{handler.port}/", ""), PEER)
    assert response.body == b"ok"
    assert f"Host: localhost:{handler.port}\r\n".encode() in handler.got


async def test_a_handler_of_aiohttp() -> None:
    seen: list[tuple[str, str, bytes, str]] = []

    async def handle(request: web.BaseRequest) -> web.Response:
        seen.append((request.method, request.raw_path, await request.read(), request.headers["X-Mine"]))
        return web.Response(status=201, body=b"made", headers={"X-Made": "1"})

    runner = web.ServerRunner(web.Server(handle, access_log=None))
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        request = Request(
            "POST",
            "/a/b%2Fc?d",
            (("Host", "h"), ("Transfer-Encoding", "chunked"), ("X-Mine", "1"), ("Expect", "100-continue")),
            bytes(1 << 19),
        )
        response, problem = await forward(request, Forward(f"http://127.0.0.1:{runner.addresses[0][1]}", "/a"), PEER)
    finally:
        await runner.cleanup()
    assert (response.status, response.body, problem) == (201, b"made", "")
    assert [name for name, _ in response.headers] == ["X-Made", "Content-Type", "Date", "Server"]
    assert seen == [("POST", "/b%2Fc?d", bytes(1 << 19), "1")]


@contextmanager
def of_the_standard_library() -> Iterator[int]:
    """A handler that speaks HTTP/1.0, answers without reading the body and has no length for its answer."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"without a length")

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


async def test_a_handler_of_the_standard_library() -> None:
    with of_the_standard_library() as port:
        request = Request("POST", "/", (("Host", "h"), ("Content-Length", "3")), b"abc")
        response, problem = await forward(request, Forward(f"http://127.0.0.1:{port}", ""), PEER)
    assert (response.status, response.body, problem) == (200, b"without a length", "")


# --- what goes wrong -------------------------------------------------------------------------------------------------


async def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for host in ("127.0.0.1", "localhost"):
        sentence = f"Your handler at {host}:{port} does not answer. The sender got 502."
        assert await forward(GET, Forward(f"http://{host}:{port}/", ""), PEER) == failed(sentence)


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (b"", "broke off before its answer was whole"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "broke off before its answer was whole"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "broke off before its answer was whole"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "broke off before its answer was whole"),
        (b"<html>no head</html>", "answered with something that is not HTTP"),
        (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", "answered with something that is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", "answered with something that is not HTTP"),
        (b"HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n", "answered 600, which is no status"),
        (b"HTTP/1.1 999 Odd\r\n\r\n", "answered 999, which is no status"),
    ],
)
async def test_an_answer_that_is_none(answer: bytes, what: str) -> None:
    async with handling(answer) as handler:
        sentence = f"Your handler at 127.0.0.1:{handler.port} {what}. The sender got 502."
        assert await forward(GET, Forward(f"http://127.0.0.1:{handler.port}/", ""), PEER) == failed(sentence)


async def test_an_answer_that_is_too_large() -> None:
    limit = 25 << 20
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    assert len((await answered(head + bytes(limit))).body) == limit
    async with handling(head + bytes(limit + 1)) as handler:
        at = f"127.0.0.1:{handler.port}"
        sentence = f"The answer of your handler at {at} has more than 25 MiB. The sender got 502."
        assert await forward(GET, Forward(f"http://{at}/", ""), PEER) == failed(sentence)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
async def test_an_answer_that_does_not_come_in_time(answer: bytes) -> None:
    async with handling(answer, closes=False) as handler:
        at = f"127.0.0.1:{handler.port}"
        sentence = f"Your handler at {at} gave no whole answer within 0.2 s. The sender got 502."
        async with asyncio.timeout(8):
            assert await forward(GET, Forward(f"http://{at}/", ""), PEER, timeout_s=0.2) == failed(sentence)
        await asyncio.wait_for(handler.gone.wait(), 10)


async def test_a_connection_that_does_not_come_about_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "CONNECT_S", 0.2)
    async with handling(closes=False) as handler:  # it waits for the end of a head, and TLS for its greeting
        at = f"127.0.0.1:{handler.port}"
        sentence = f"Your handler at {at} took no connection within 5 s. The sender got 502."
        assert await forward(GET, Forward(f"https://{at}/", ""), PEER) == failed(sentence)
        await asyncio.wait_for(handler.gone.wait(), 10)


async def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up_as(monkeypatch, None)
    how = Forward("http://Handler.Example/", "", frozenset({"handler.example"}))
    sentence = "The host handler.example of your handler cannot be found. The sender got 502."
    assert await forward(GET, how, PEER) == failed(sentence)


@pytest.mark.parametrize("url", ["http://handler.example/", "http://127.1/", "http://0.0.0.0/"])
async def test_nothing_leaves_this_computer_unallowed(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **how: pytest.fail("a name was looked up"))
    monkeypatch.setattr(forwarding, "send", lambda *args, **how: pytest.fail("something was sent"))
    host = url[7:-1]
    sentence = f"{host} is not this computer, and forwarding to it has not been allowed. The sender got 502."
    assert await forward(GET, Forward(url, "", frozenset({"other.example"})), PEER) == failed(sentence)


async def test_an_address_that_is_none() -> None:
    sentence = "The forward address has to start with http:// or https://. The sender got 502."
    assert await forward(GET, Forward("file:///etc/passwd", ""), PEER) == failed(sentence)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.9.9.9", "[::1]"])
async def test_our_own_address(host: str) -> None:
    async with handling() as handler:
        at = f"{host}:{handler.port}"
        sentence = f"The forward address {at} is Hookscope's own, so this request would come back. The sender got 502."
        how = Forward(f"http://{at}/", "")
        assert await forward(GET, how, PEER, own_port=handler.port) == failed(sentence)
    assert handler.got == b""


async def test_a_request_that_goes_round_by_another_name() -> None:
    via = tuple(("Via", "1.1 hookscope, 1.1 other") for _ in range(4))
    async with handling() as handler:
        how = Forward(f"http://127.0.0.1:{handler.port}/", "")
        again = Request("POST", "/", (("Host", "h"), *via))
        assert (await forward(again, how, PEER)).response.status == 200
        once_more = forwarded_request(again, how, PEER)
        sentence = (
            f"This request came through Hookscope 5 times already, so 127.0.0.1:{handler.port} leads back here. "
            "The sender got 502."
        )
        assert await forward(once_more, how, PEER) == failed(sentence)


async def test_a_tunnel_is_not_opened() -> None:
    request = Request("CONNECT", "h:443", (("Host", "h:443"),))
    sentence = "CONNECT asks for a tunnel and is not forwarded. The sender got 502."
    assert await forward(request, Forward("http://127.0.0.1:1/", ""), PEER) == failed(sentence)


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/\r\nX: 1", (("Host", "h"),)),
        Request("GET", "/", (("Host", "h\r\nX: 1"),)),
        Request("GET", "/", (("Host", "h"), ("A", "1\n\nGET / HTTP/1.1"))),
        Request("GET", "/", (("Host", "h"), ("A\r\nB", "1"))),
    ],
)
async def test_a_line_break_is_never_passed_on(request_: Request) -> None:
    async with handling() as handler:
        sentence = (
            "This request cannot be forwarded, because its first line or a header holds a line break. "
            "The sender got 502."
        )
        assert await forward(request_, Forward(f"http://127.0.0.1:{handler.port}", ""), PEER) == failed(sentence)
    assert handler.got == b""


@pytest.mark.parametrize("body", [b"", bytes(30 << 20)])
async def test_who_is_stopped_closes_the_connection(body: bytes) -> None:
    request = Request("POST", "/", (("Host", "h"), ("Content-Length", str(len(body)))), body)
    async with handling(b"", closes=False) as handler:
        task = asyncio.create_task(forward(request, Forward(f"http://127.0.0.1:{handler.port}", ""), PEER))
        await handler.begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(handler.gone.wait(), 10)


# --- TLS -------------------------------------------------------------------------------------------------------------


def looked_up_as(monkeypatch: pytest.MonkeyPatch, address: str | None) -> None:
    """Answer every look-up of a name with this address, or that there is none; no test asks a name server."""

    def look_up(host: str, port: int, *args: Any, **how: Any) -> list[Any]:
        if address is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate of handler.example with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "handler.example")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName(
        [x509.DNSName("handler.example"), x509.IPAddress(ipaddress.ip_address("192.0.2.1"))]
    )
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture(autouse=True)
def _authorities_anew() -> Iterator[None]:
    forwarding._verified.cache_clear()
    yield
    forwarding._verified.cache_clear()


@pytest.mark.parametrize(("host", "asked_for"), [("127.0.0.1", None), ("localhost", "localhost")])
async def test_a_handler_of_this_computer_may_sign_itself(
    tls: ssl.SSLContext, host: str, asked_for: str | None
) -> None:
    names: list[str | None] = []
    tls.sni_callback = lambda connection, name, context: names.append(name)  # some choose a certificate by the name
    async with handling(tls=tls) as handler:
        response, problem = await forward(GET, Forward(f"https://{host}:{handler.port}/", ""), PEER)
    assert (response.body, problem) == (b"ok", "")
    assert handler.got.startswith(f"GET /order-created HTTP/1.1\r\nHost: {host}:{handler.port}\r\n".encode())
    assert names == [asked_for]


@pytest.mark.parametrize("body", [b"", bytes(3 << 20)])
@pytest.mark.parametrize("closes", [True, False])
async def test_tls_ends_without_a_trace(tls: ssl.SSLContext, body: bytes, *, closes: bool) -> None:
    request = Request("POST", "/", (("Host", "h"), ("Content-Length", str(len(body)))), body)
    async with handling(tls=tls, closes=closes) as handler:
        response, problem = await forward(request, Forward(f"https://127.0.0.1:{handler.port}/", ""), PEER)
        assert (response.body, problem) == (b"ok", "")
        await asyncio.wait_for(handler.gone.wait(), 10)


async def test_another_computer_has_to_prove_itself(monkeypatch: pytest.MonkeyPatch, tls: ssl.SSLContext) -> None:
    looked_up_as(monkeypatch, "127.0.0.1")
    async with handling(tls=tls) as handler:
        at = f"handler.example:{handler.port}"
        sentence = f"TLS with your handler at {at} failed (self-signed certificate). The sender got 502."
        how = Forward(f"https://{at}/", "", frozenset({"handler.example"}))
        assert await forward(GET, how, PEER) == failed(sentence)
    assert handler.got == b""


async def test_another_computer_that_has_proved_itself(
    monkeypatch: pytest.MonkeyPatch, tls: ssl.SSLContext, certificate: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    looked_up_as(monkeypatch, "127.0.0.1")
    allowed = frozenset({"handler.example", "other.example"})
    async with handling(tls=tls) as handler:
        at = f"handler.example:{handler.port}"
        assert await forward(GET, Forward(f"https://{at}/", "", allowed), PEER) == (SentResponse(200, (), b"ok"), "")
        other = Forward(f"https://other.example:{handler.port}/", "", allowed)
        response, problem = await forward(GET, other, PEER)
    assert response.status == 502
    assert "Hostname mismatch" in problem


async def test_a_handler_without_tls() -> None:
    async with handling(b"HTTP/1.1 400 Bad Request\r\n\r\n", reads=False, closes=False) as handler:
        at = f"127.0.0.1:{handler.port}"
        sentence = f"TLS with your handler at {at} failed (wrong version number). The sender got 502."
        assert await forward(GET, Forward(f"https://{at}/", ""), PEER) == failed(sentence)
