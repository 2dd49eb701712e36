"""An answer is exactly what was planned, and what the row says was sent."""

from __future__ import annotations

import pytest

from helpers.core import MEBIBYTE, Core
from helpers.raw_client import RawClient, request
from hookscope.deliveries import Outcome
from hookscope.responses import BodyKind, Response

JSON = "Content-Type: application/json\r\n"
PLANNED = Response(207, (("X-Second", "2"), ("x-first", "1"), ("X-Second", "ä")), "text é", BodyKind.TEXT)
HEAD = "X-Second: 2\r\nx-first: 1\r\nX-Second: ä\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 7\r\n"
BODY = "text é".encode().decode("latin-1")

CASES = {
    "planned headers and nothing else": (PLANNED, request(), f"HTTP/1.1 207 Multi-Status\r\n{HEAD}\r\n{BODY}"),
    "close": (
        PLANNED,
        request(headers=(("Connection", "close"),)),
        f"HTTP/1.1 207 Multi-Status\r\n{HEAD}Connection: close\r\n\r\n{BODY}",
    ),
    "1.0": (PLANNED, request(version="1.0"), f"HTTP/1.0 207 Multi-Status\r\n{HEAD}Connection: close\r\n\r\n{BODY}"),
    "1.0 keep-alive": (
        PLANNED,
        request(version="1.0", headers=(("Connection", "keep-alive"),)),
        f"HTTP/1.0 207 Multi-Status\r\n{HEAD}Connection: keep-alive\r\n\r\n{BODY}",
    ),
    "head": (PLANNED, request("HEAD"), f"HTTP/1.1 207 Multi-Status\r\n{HEAD}\r\n"),
    "the first response": (Response(), request(), f"HTTP/1.1 200 OK\r\n{JSON}Content-Length: 2\r\n\r\n{{}}"),
    "204": (Response(204), request(), "HTTP/1.1 204 No Content\r\n\r\n"),
    "304": (Response(304, (("ETag", '"1"'),)), request(), 'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'),
    "no body": (Response(200, (), "", BodyKind.TEXT), request(), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    "no name": (Response(599), request(), f"HTTP/1.1 599 \r\n{JSON}Content-Length: 2\r\n\r\n{{}}"),
    "own type": (
        Response(500, (("content-type", "application/problem+json"),)),
        request(),
        "HTTP/1.1 500 Internal Server Error\r\ncontent-type: application/problem+json\r\nContent-Length: 2\r\n\r\n{}",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_answer_to_the_byte(core: Core, name: str) -> None:
    response, sent, wanted = CASES[name]
    core.answer(response)
    closes = "Connection: close" in wanted
    with RawClient(core.port, sent) as client:
        if not closes:  # the answer to a second one shows that the connection stayed open
            client.send(request("OPTIONS", "*", headers=(("Connection", "close"),)))
        got = client.rest().decode("latin-1")
    first = got if closes else got[: got.rindex("HTTP/1.1 ")]
    assert first == wanted
    delivery = core.stopped(1 if closes else 2)[0]
    lines = [f"{name}: {value}\r\n" for name, value in delivery.response.headers]
    assert wanted.partition("\r\n")[2] == f"{''.join(lines)}\r\n{delivery.response.body.decode('latin-1')}"
    assert (delivery.response.status, delivery.row.status) == (response.status, response.status)


def test_a_change_holds_from_the_next_request(core: Core) -> None:
    with RawClient(core.port) as client:
        for status in (200, 201, 503, 404):
            core.answer(Response(status))
            client.send(request())
            assert client.reply().status == status
    assert [each.response.status for each in core.stopped(4)] == [200, 201, 503, 404]


def test_a_request_under_way_is_answered_as_it_was_when_it_came(core: Core) -> None:
    with RawClient(core.port, request(body=b"abc")[:-1]) as client, RawClient(core.port, request()) as other:
        other.reply()  # so the first one is being read
        core.answer(Response(500))
        client.send(b"c")
        assert client.reply().status == 200


def test_a_large_answer_arrives_whole(core: Core) -> None:
    core.answer(Response(200, (), "x" * 5 * MEBIBYTE, BodyKind.TEXT))
    with RawClient(core.port, request()) as client:
        assert client.reply().body == b"x" * 5 * MEBIBYTE
    (delivery,) = core.stopped(1)
    assert delivery.row.outcome == Outcome.ANSWERED
    assert len(delivery.response.body) == 5 * MEBIBYTE


@pytest.mark.parametrize("reset", [True, False])
def test_a_sender_that_goes_in_the_middle_of_a_large_answer(core: Core, *, reset: bool) -> None:
    core.answer(Response(200, (), "x" * 30 * MEBIBYTE, BodyKind.TEXT))
    client = RawClient(core.port, request())
    client.socket.recv(1000)
    client.close(reset=reset)
    (delivery,) = core.stopped(1)
    assert delivery.row.outcome == Outcome.SENDER_GONE
