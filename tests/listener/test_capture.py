"""What is kept of a request is what was sent, to the byte."""

from __future__ import annotations

import gzip
import hashlib
import os
import random
import time
from pathlib import Path

import pytest

from helpers.core import MEBIBYTE, Core, eventually
from helpers.raw_client import RawClient, chunked, request
from hookscope.deliveries import Delivery, Outcome, Via
from hookscope.endpoints import CATCH_ALL_NAME
from hookscope.responses import Response


def taken(core: Core, *data: bytes, method: str = "POST") -> Delivery:
    """The only delivery, after these bytes were sent and answered 200."""
    with RawClient(core.port, *data) as client:
        assert client.reply(method).status == 200
    (delivery,) = core.stopped(1)
    assert delivery.row.outcome == Outcome.ANSWERED
    return delivery


BODIES = {
    "json": b'{"a": 1}',
    "gzip": gzip.compress(b'{"a": 1}' * 1000),
    "broken gzip": gzip.compress(b'{"a": 1}' * 1000)[:-9] + b"\x00broken",
    "binary": bytes(range(256)) * 5,
    "blank lines": b"\r\n\r\n" * 50 + b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    "one byte": b"\x00",
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_kept_as_sent(core: Core, name: str) -> None:
    body = BODIES[name]
    encoding = (("Content-Encoding", "gzip"),) if "gzip" in name else ()
    delivery = taken(core, request(body=body, headers=encoding))
    assert delivery.request.body == body
    assert delivery.row.body_bytes == len(body)
    assert delivery.row.body_sha256 == hashlib.sha256(body).digest()


@pytest.mark.parametrize("name", BODIES)
def test_a_chunked_body_is_kept_without_its_framing(core: Core, name: str) -> None:
    body = BODIES[name]
    cut = len(body) // 3 + 1
    chunks = [body[start : start + cut] for start in range(0, len(body), cut)]
    assert taken(core, chunked(*chunks)).request.body == body


def test_a_body_of_20_megabytes(core: Core) -> None:
    body = os.urandom(20 * MEBIBYTE)
    delivery = taken(core, request(body=body))
    assert delivery.request.body == body


def test_a_chunked_body_of_20_megabytes(core: Core) -> None:
    body = random.Random(1).randbytes(20 * MEBIBYTE)
    chunks = [body[start : start + 50_000] for start in range(0, len(body), 50_000)]
    assert taken(core, chunked(*chunks)).request.body == body


def test_a_body_in_pieces_of_one_byte(core: Core) -> None:
    data = request(target="/slow?x=1", body=b"abc\r\n\r\ndef", headers=(("X-One", "1"), ("x-two", "2")))
    delivery = taken(core, *(bytes([byte]) for byte in data))
    assert delivery.request.body == b"abc\r\n\r\ndef"
    assert delivery.request.headers == (("Host", "h"), ("X-One", "1"), ("x-two", "2"), ("Content-Length", "10"))


def test_chunks_in_pieces_of_one_byte(core: Core) -> None:
    data = chunked(b"abc", b"\r\n\r\n", end=b"0\r\nX-Trailer: 1\r\n\r\n") + request(target="/next")
    with RawClient(core.port, *(bytes([byte]) for byte in data)) as client:
        assert [client.reply().status, client.reply().status] == [200, 200]
    first, second = core.stopped(2)
    assert first.request.body == b"abc\r\n\r\n"
    assert second.request.headers == (("Host", "h"),)


def test_headers_keep_order_case_and_duplicates(core: Core) -> None:
    headers = (
        ("X-Token", "1"),
        ("x-token", "2"),
        ("X-TOKEN", "1"),
        ("Cookie", "a=1"),
        ("cookie", "b=2"),
        ("Accept", ""),
        ("x-bytes", "\xe9\xff\x80 ü"),
        ("X-Inner", "a  b\tc"),
    )
    delivery = taken(core, request(body=b"x", headers=headers))
    assert delivery.request.headers == (("Host", "h"), *headers, ("Content-Length", "1"))
    assert delivery.request.header("X-token") == "1"


def test_blanks_around_a_value_are_not_part_of_it(core: Core) -> None:
    delivery = taken(core, b"GET / HTTP/1.1\r\nHost:h\r\nX-A: \t a b \t \r\nX-B:\r\n\r\n", method="GET")
    assert delivery.request.headers == (("Host", "h"), ("X-A", "a b"), ("X-B", ""))


def test_a_header_of_20_kilobytes(core: Core) -> None:
    value = "v" * 20_480
    assert taken(core, request(headers=(("X-Long", value),))).request.header("X-Long") == value


def test_a_thousand_headers(core: Core) -> None:
    headers = tuple((f"X-{number}", str(number)) for number in range(1000))
    assert taken(core, request(headers=headers)).request.headers == (("Host", "h"), *headers)


TARGETS = [
    "/",
    "/a%zz%2?x=%%1&y=#frag%20?z",
    "//a//b/../c?x=%zz#f",
    "http://other.example/p%2Fq?a=1",
    "/" + "long/" * 10_000,
    "/?x=" + "y" * 60_000,
    '/[]{}|\\^`"<>',
]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target[:20])
def test_a_target_is_kept_as_sent(core: Core, target: str) -> None:
    delivery = taken(core, request("PUT", target))
    assert delivery.request.target == target
    assert delivery.request.url == (target if target.startswith("http:") else f"http://h{target}")


@pytest.mark.parametrize(("method", "target"), [("OPTIONS", "*"), ("CONNECT", "other.example:443")])
def test_targets_that_are_no_path_go_to_the_catch_all(core: Core, method: str, target: str) -> None:
    delivery = taken(core, request(method, target), method=method)
    assert (delivery.request.method, delivery.request.target) == (method, target)
    assert delivery.row.endpoint_name == CATCH_ALL_NAME
    assert delivery.request.url == "http://h"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("body", [b"", b"with a body"])
def test_every_method_with_and_without_body(core: Core, method: str, body: bytes) -> None:
    delivery = taken(core, request(method, "/m", body), method=method)
    assert (delivery.request.method, delivery.request.body) == (method, body)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_the_version_and_the_peer_are_kept(core: Core, version: str) -> None:
    with RawClient(core.port, request(body=b"x", version=version)) as client:
        assert client.reply().status == 200
        port = client.local_port
    (delivery,) = core.stopped(1)
    assert delivery.http_version == version
    assert delivery.peer == f"127.0.0.1:{port}"
    assert delivery.row.via == Via.LOCAL


def test_a_request_over_an_announced_connection_is_ours(core: Core) -> None:
    with RawClient(core.port) as client:
        core.listener.announce(client.local_port, Via.SAMPLE)
        client.send(request())
        client.reply()
        core.listener.withdraw(client.local_port)
        client.send(request())
        client.reply()
    assert [each.row.via for each in core.stopped(2)] == [Via.SAMPLE, Via.LOCAL]


def test_arrival_is_the_end_of_the_body_and_duration_begins_with_the_first_byte(core: Core) -> None:
    with RawClient(core.port, request()) as client:
        client.reply()
        time.sleep(0.3)  # does not count
        data = request(body=b"abc")
        begun = time.monotonic()
        client.send(data[:10])
        eventually(lambda: [each for each in core.connections() if each.raw == data[:10]])
        time.sleep(0.1)
        client.send(data[10:-1])
        before_end = time.time_ns() // 1000
        client.send(data[-1:])
        client.reply()
        answered = time.time_ns() // 1000
        took_us = (time.monotonic() - begun) * 1_000_000
    delivery = core.stopped(2)[1]
    stored = time.time_ns() // 1000  # a client has its answer before the one who sent it looks at the clock
    assert before_end <= delivery.row.received_us <= answered
    assert 100_000 <= delivery.duration_us <= took_us
    assert delivery.row.took_us is not None
    assert 0 <= delivery.row.took_us <= stored - before_end


def test_the_longest_path_takes_a_request_and_its_name_stays_with_it(core: Core) -> None:
    inner = core.answer(Response(201), "/a/b")
    core.answer(Response(202), "/a")
    with RawClient(core.port, request(target="/a/b/c")) as client:
        assert client.reply().status == 201
    core.endpoints.delete(inner.id).result(10)
    (delivery,) = core.stopped(1)
    assert (delivery.row.endpoint_id, delivery.row.endpoint_name) == (inner.id, "/a/b")


TOKEN = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
VALUE = [chr(code) for code in (*range(0x21, 0x7F), *range(0x80, 0x100))]
IN_TARGET = [chr(code) for code in range(0x21, 0x7F)]
TAKEN = {"host", "content-length", "transfer-encoding", "connection", "upgrade", "expect", "sec-websocket-key1", "te"}


def random_request(source: random.Random) -> tuple[bytes, tuple[object, ...]]:
    """The bytes of a request, and what has to be kept of it."""
    method = source.choice(["POST", "PUT", "PATCH", "DELETE", "GET", "REPORT"])
    target = "/" + "".join(source.choices(IN_TARGET, k=source.randrange(60)))
    body = source.randbytes(source.choice([0, 1, 10, 150, 1000, 20_000]))
    fields = [("Host", "h")]
    for _ in range(source.randrange(12)):
        name = "".join(source.choices(TOKEN, k=source.randrange(1, 20)))
        value = "".join(source.choices([*VALUE, " ", "\t"], k=source.randrange(40))).strip(" \t")
        fields += [(name, value)] if name.lower() not in TAKEN else []
    fields += [source.choice(fields)] if len(fields) > 1 and source.random() < 0.3 else []
    fields = [fields[0], *[field for field in fields[1:] if field[0] != "Host"]]
    if body and source.random() < 0.4:
        fields.append(("Transfer-Encoding", "chunked"))
        size = source.randrange(1, len(body) + 1) if len(body) < 2000 else 1700
        parts = [body[start : start + size] for start in range(0, len(body), size)]
        sent = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    else:
        fields.append(("Content-Length", str(len(body))))
        sent = body
    source.shuffle(fields)
    head = "\r\n".join([f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields), "", ""])
    return head.encode("latin-1") + sent, (method, target, tuple(fields), body)


@pytest.mark.parametrize("seed", range(4))
def test_1_000_random_requests_come_back_byte_for_byte(tmp_path: Path, seed: int) -> None:
    source = random.Random(seed)
    wanted = []
    with Core(tmp_path) as core:
        for _ in range(50):
            batch = [random_request(source) for _ in range(20)]
            data = b"".join(sent for sent, _ in batch)
            cuts = sorted(source.randrange(len(data)) for _ in range(source.randrange(8)))
            with RawClient(core.port) as client:
                for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
                    client.send(data[start:end])
                assert [client.reply().status for _ in batch] == [200] * len(batch)
            wanted += [kept for _, kept in batch]
        kept = core.stopped(len(wanted))
    found = [(each.request.method, each.request.target, each.request.headers, each.request.body) for each in kept]
    assert found == wanted
    assert all(each.row.body_sha256 == hashlib.sha256(each.request.body).digest() for each in kept)
