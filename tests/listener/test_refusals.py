"""Bytes that are no HTTP request get a row with those bytes, then 400; nothing good near them is lost."""

from __future__ import annotations

import hashlib

import pytest

from helpers.core import Core
from helpers.raw_client import RawClient, request
from hookscope.deliveries import Delivery, Outcome

GOOD = request("GET", "/good")
ANSWER = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 46\r\n"
    b"Connection: close\r\n\r\nThis is not an HTTP request that can be read.\n"
)
REFUSED = {
    "request line": (b"HELLO\r\n\r\n", "Invalid"),
    "nonsense": (b"\x00\x01\x02\x03", "Invalid method"),
    "lower-case method": (b"get / HTTP/1.1\r\nHost: h\r\n\r\n", "Invalid method"),
    "unknown method": (b"FROB / HTTP/1.1\r\nHost: h\r\n\r\n", "Invalid method"),
    "version": (b"GET / HTTP/1.7\r\nHost: h\r\n\r\n", "Invalid HTTP version"),
    "tls": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n\r\n\r\n", "TLS"),
    "http/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/2"),
    "non-ascii path": ("GET /café HTTP/1.1\r\nHost: h\r\n\r\n".encode(), "Invalid char in url"),
    "two lengths": (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", "Content-Length"),
    "bad length": (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1x\r\n\r\nx", "Content-Length"),
    "length and chunks": (
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length",
    ),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", "Host"),
    "two hosts": (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "Host"),
    "bare lf": (b"GET / HTTP/1.1\nHost: h\n\n", "Expected CRLF after version"),
    "folded header": (b"GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", "header"),
    "blank before colon": (b"GET / HTTP/1.1\r\nHost: h\r\nX : a\r\n\r\n", "header"),
    "nul in a header": (b"GET / HTTP/1.1\r\nHost: h\r\nX: a\x00b\r\n\r\n", "header"),
    "line too long": (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n", "more than 65,536 bytes"),
    "header too long": (b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"x" * 140_000 + b"\r\n\r\n", "more than 131,072 bytes"),
    "too many headers": (b"GET / HTTP/1.1\r\nHost: h\r\n" + b"X: 1\r\n" * 1025 + b"\r\n", "Too many headers"),
}


def check_refused(delivery: Delivery, raw: bytes) -> None:
    assert delivery.row.outcome == Outcome.REFUSED
    assert (delivery.request.method, delivery.request.target, delivery.request.headers) == ("", "", ())
    assert raw.startswith(delivery.request.body[:60_000])
    assert delivery.row.body_sha256 == hashlib.sha256(delivery.request.body).digest()
    assert (delivery.row.endpoint_id, delivery.row.endpoint_name, delivery.row.attempt) == (None, None, None)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_request_gets_a_row_and_400(core: Core, name: str) -> None:
    raw, reason = REFUSED[name]
    with RawClient(core.port, raw) as client:
        assert client.rest() == ANSWER
    (delivery,) = core.stopped(1)
    check_refused(delivery, raw)
    assert delivery.request.body == raw[: len(delivery.request.body)]
    assert len(delivery.request.body) == len(raw) or len(raw) > 60_000
    assert reason in delivery.row.problem
    assert delivery.row.problem.endswith(".")
    assert "\n" not in delivery.row.problem
    assert (delivery.response.status, delivery.row.status) == (400, 400)
    assert delivery.response.body == ANSWER.partition(b"\r\n\r\n")[2]


def test_the_row_is_there_before_the_400(core: Core) -> None:
    with RawClient(core.port) as client:
        with core.hold():
            client.send(b"HELLO\r\n\r\n")
            client.socket.settimeout(0.3)
            with pytest.raises(TimeoutError):
                client.rest()
        client.socket.settimeout(10)
        assert client.rest() == ANSWER
        assert core.read(lambda db: db.execute("SELECT count(*) FROM delivery").fetchone()) == (1,)


@pytest.mark.parametrize("good", [1, 2, 31, 32, 33, 63, 64, 65, 100, 200])
@pytest.mark.parametrize("name", ["nonsense", "tls", "no host", "two lengths"])
def test_good_requests_before_a_bad_one_in_one_segment(core: Core, good: int, name: str) -> None:
    raw, _ = REFUSED[name]
    with RawClient(core.port, GOOD * good + raw) as client:
        assert [client.reply().status for _ in range(good)] == [200] * good
        assert client.rest() == ANSWER
    *answered, refused = core.stopped(good + 1)
    assert {(each.row.outcome, each.request.target) for each in answered} == {(Outcome.ANSWERED, "/good")}
    check_refused(refused, raw)
    assert refused.request.body == raw


def test_good_requests_with_bodies_before_a_bad_one(core: Core) -> None:
    data = request(body=b"one") + request(body=b"\r\n\r\n") + request(body=b"three") + b"BAD\r\n\r\n"
    with RawClient(core.port, data) as client:
        assert [client.reply().status for _ in range(4)] == [200, 200, 200, 400]
    assert [each.request.body for each in core.stopped(4)] == [b"one", b"\r\n\r\n", b"three", b"BAD\r\n\r\n"]


def test_a_bad_request_behind_a_good_one_that_is_still_being_answered(core: Core) -> None:
    with RawClient(core.port) as client:
        with core.hold():
            client.send(request(body=b"one"))
            client.send(request(body=b"two") + b"BAD\r\n\r\n")
            client.send(b"and more of it")
        assert [client.reply().status for _ in range(3)] == [200, 200, 400]
    *good, bad = core.stopped(3)
    assert [each.request.body for each in good] == [b"one", b"two"]
    assert bad.request.body.startswith(b"BAD\r\n\r\n")


@pytest.mark.parametrize("cut", range(1, 5))
def test_a_bad_request_behind_a_head_that_is_cut_at_its_end(core: Core, cut: int) -> None:
    with RawClient(core.port) as client:
        with core.hold():
            client.send(GOOD[:-cut])
            client.send(GOOD[-cut:] + b"BAD\r\n\r\n")
        assert [client.reply().status for _ in range(2)] == [200, 400]
    assert [each.request.body for each in core.stopped(2)] == [b"", b"BAD\r\n\r\n"]


def test_a_bad_request_later_on_a_connection_has_only_its_own_bytes(core: Core) -> None:
    with RawClient(core.port, request(body=b"good")) as client:
        assert client.reply().status == 200
        client.send(b"BAD\r\n\r\n")
        assert client.rest() == ANSWER
    assert core.stopped(2)[1].request.body == b"BAD\r\n\r\n"


def test_what_comes_after_the_last_request_gets_a_row(core: Core) -> None:
    with RawClient(core.port, request(headers=(("Connection", "close"),)) + GOOD) as client:
        assert client.reply().status == 200
        assert client.rest() == b""
    answered, refused = core.stopped(2)
    assert answered.row.outcome == Outcome.ANSWERED
    check_refused(refused, GOOD)
    assert refused.response.status == 0


def test_at_most_256_kilobytes_of_refused_bytes_are_kept(core: Core) -> None:
    raw = (
        b"GET / HTTP/1.1\r\nHost: h\r\n"
        + b"".join(b"X-%d: %b\r\n" % (n, b"x" * 100_000) for n in range(5))
        + b"X : 1\r\n"
    )
    with RawClient(core.port, raw) as client:
        assert client.rest() == ANSWER
    (delivery,) = core.stopped(1)
    assert delivery.request.body == raw[:262_144]
