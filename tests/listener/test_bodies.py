"""Bodies that are too large, too slow, malformed or broken off: a row for each, with what came of it."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.core import MEBIBYTE, Core, eventually
from helpers.raw_client import RawClient, chunked, request
from hookscope.deliveries import Delivery, Outcome
from hookscope.listener import Bounds
from hookscope.listener.bodies import BLOCK

LIMIT = 100_000


def head(length: int, *, expect: bool = False, target: str = "/") -> bytes:
    fields = (("Content-Length", str(length)), *((("Expect", "100-continue"),) if expect else ()))
    return request(target=target, headers=fields)


def only(deliveries: list[Delivery]) -> tuple[Outcome, int, bytes]:
    (delivery,) = deliveries
    assert delivery.row.status == delivery.response.status
    return Outcome(delivery.row.outcome), delivery.row.status, delivery.request.body


# --- of several blocks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 77])
def test_bodies_around_the_edges_of_a_block_come_to_the_byte(core: Core, size: int) -> None:
    body = random.Random(size).randbytes(size)
    parts = [body[start : start + 100_001] for start in range(0, size, 100_001)]
    with RawClient(core.port, request(body=body), chunked(*parts)) as client:
        assert [client.reply().status, client.reply().status] == [200, 200]
    assert [each.request.body == body for each in core.stopped(2)] == [True, True]


@pytest.mark.parametrize("size", [2 * BLOCK + 1, 4 * BLOCK])
def test_a_body_of_several_blocks_is_cut_to_the_byte(tmp_path: Path, size: int) -> None:
    body = random.Random(size).randbytes(size)
    with Core(tmp_path, body_limit=2 * BLOCK) as core:
        with RawClient(core.port, chunked(body)) as client:
            assert client.reply().status == 413
        assert only(core.stopped(1)) == (Outcome.TOO_LARGE, 413, body[: 2 * BLOCK])


def test_a_body_of_several_blocks_that_breaks_off(core: Core) -> None:
    body = random.Random(1).randbytes(2 * BLOCK + 12_345)
    client = RawClient(core.port, head(3 * BLOCK) + body)
    eventually(lambda: core.received() == len(body))
    client.close()
    assert only(core.stopped(1)) == (Outcome.INCOMPLETE, 0, body)


def test_a_large_body_arrives_with_its_last_byte_though_it_waits_for_others(core: Core) -> None:
    capture = core.listener._server._capture  # type: ignore[union-attr]
    assert capture
    begun, over = threading.Event(), threading.Event()

    def other() -> None:
        begun.set()
        over.wait(20)

    capture._worker.submit(other)
    assert begun.wait(20)
    with RawClient(core.port, request(body=bytes(2 * BLOCK))) as client:
        eventually(lambda: capture._worker._work_queue.qsize() == 1)
        sent_us = time.time_ns() // 1000
        time.sleep(0.05)
        over.set()
        assert client.reply().status == 200
    assert core.stopped(1)[0].row.received_us <= sent_us


# --- too large -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("expect", [True, False])
def test_a_declared_length_over_the_limit_is_not_read(tmp_path: Path, *, expect: bool) -> None:
    with Core(tmp_path, body_limit=LIMIT) as core:
        with RawClient(core.port, head(LIMIT + 1, expect=expect)) as client:
            reply = client.reply()
            assert reply.status == 413  # and no 100 before it
            assert ("Connection", "close") in reply.headers
        (delivery,) = core.stopped(1)
        assert only([delivery]) == (Outcome.TOO_LARGE, 413, b"")
        assert delivery.row.problem == "The body has 100,001 bytes; 100,000 are allowed."
        assert delivery.request.header("content-length") == "100001"


def test_a_sender_of_too_large_a_body_gets_the_413_though_it_goes_on_sending(tmp_path: Path) -> None:
    with Core(tmp_path, body_limit=LIMIT) as core:
        with RawClient(core.port, head(5 * MEBIBYTE), b"x" * 5 * MEBIBYTE) as client:
            assert client.reply().status == 413
        assert only(core.stopped(1)) == (Outcome.TOO_LARGE, 413, b"")


def test_a_body_of_just_the_limit_is_taken(tmp_path: Path) -> None:
    with Core(tmp_path, body_limit=LIMIT) as core:
        with RawClient(core.port, request(body=b"x" * LIMIT), chunked(b"x" * LIMIT)) as client:
            assert [client.reply().status, client.reply().status] == [200, 200]
        assert [each.row.body_bytes for each in core.stopped(2)] == [LIMIT, LIMIT]


@pytest.mark.parametrize("size", [LIMIT + 1, LIMIT * 20])
def test_a_chunked_body_over_the_limit_is_cut(tmp_path: Path, size: int) -> None:
    with Core(tmp_path, body_limit=LIMIT) as core:
        with RawClient(core.port, chunked(b"abc" * (size // 3 + 1))) as client:
            assert client.reply().status == 413
        assert only(core.stopped(1)) == (Outcome.TOO_LARGE, 413, (b"abc" * LIMIT)[:LIMIT])


def test_what_was_cut_does_not_turn_into_a_request(tmp_path: Path) -> None:
    with Core(tmp_path, body_limit=10) as core:
        with RawClient(core.port, chunked(b"x" * 20, request("GET", "/smuggled") * 100)) as client:
            assert client.reply().status == 413
            assert client.rest() == b""
        assert only(core.stopped(1)) == (Outcome.TOO_LARGE, 413, b"x" * 10)


# --- Expect ----------------------------------------------------------------------------------------------------------


def test_a_sender_that_waits_is_asked_to_go_on(core: Core) -> None:
    with RawClient(core.port, head(3, expect=True)) as client:
        assert client.reply().line == "HTTP/1.1 100 Continue"
        client.send(b"abc")
        reply = client.reply()
        assert (reply.status, reply.headers) == (200, (("Content-Type", "application/json"), ("Content-Length", "2")))
        client.send(head(3, expect=True) + b"def")  # one that does not wait needs no 100
        assert client.reply().status == 200
    first, second = core.stopped(2)
    assert (first.request.body, second.request.body) == (b"abc", b"def")
    assert first.response.status == 200


def test_no_100_for_http_1_0(core: Core) -> None:
    data = b"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    with RawClient(core.port, data) as client:
        client.socket.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.socket.recv(1)
        client.socket.settimeout(10)
        client.send(b"abc")
        assert client.reply().status == 200


@pytest.mark.parametrize("reset", [True, False])
def test_a_sender_that_goes_instead_of_waiting_has_a_row(core: Core, *, reset: bool) -> None:
    for _ in range(20):
        RawClient(core.port, head(3, expect=True)).close(reset=reset)
    rows = [each.row for each in core.stopped(20)]
    assert {(row.outcome, row.status, row.method) for row in rows} == {(Outcome.INCOMPLETE, 0, "POST")}


# --- broken off ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reset", [True, False])
@pytest.mark.parametrize("data", [head(10) + b"abc", chunked(b"abc", end=b""), chunked(b"abc", end=b"9\r\n")])
def test_a_body_that_breaks_off(core: Core, data: bytes, *, reset: bool) -> None:
    client = RawClient(core.port, data)
    eventually(lambda: core.received() == 3)
    client.close(reset=reset)
    (delivery,) = core.stopped(1)
    assert only([delivery]) == (Outcome.INCOMPLETE, 0, b"abc")
    assert delivery.row.problem == "The body broke off after 3 bytes."
    assert delivery.response.headers == ()


@pytest.mark.parametrize("reset", [True, False])
def test_many_bodies_that_break_off_at_once(core: Core, *, reset: bool) -> None:
    clients = [RawClient(core.port, head(10) + b"abc") for _ in range(100)]
    for client in clients:
        client.close(reset=reset)
    rows = [each.row for each in core.stopped(100)]
    assert {(row.outcome, row.method, row.status) for row in rows} == {(Outcome.INCOMPLETE, "POST", 0)}


# --- malformed -------------------------------------------------------------------------------------------------------

BAD_CHUNKS = {
    "at once": lambda sent: [sent + b"ZZ\r\n"],
    "in a second segment": lambda sent: [sent, b"ZZ\r\n"],
    "behind its size": lambda sent: [sent + b"3\r\nabcde\r\n"],
    "with more behind it": lambda sent: [sent + b"ZZ\r\n" + request("GET") * 3, request("GET")],
}


@pytest.mark.parametrize("name", BAD_CHUNKS)
@pytest.mark.parametrize("good", [b"", b"abc"])
@pytest.mark.parametrize("before", [b"", request(body=b"before"), chunked(b"before")])
def test_a_bad_chunk_ends_the_wait(core: Core, name: str, good: bytes, before: bytes) -> None:
    pieces: Callable[[bytes], list[bytes]] = BAD_CHUNKS[name]
    sent = chunked(good, end=b"") if good else chunked(end=b"")
    with RawClient(core.port, *pieces(before + sent)) as client:
        if before:
            assert client.reply().status == 200
        assert client.reply().status == 400
        assert client.rest() == b""
    delivery = core.stopped(2 if before else 1)[-1]
    outcome, status, body = only([delivery])
    assert (outcome, status) == (Outcome.INCOMPLETE, 400)
    assert body in (good, good + b"abc")
    assert delivery.row.problem.startswith("The body cannot be read any further: ")
    assert (delivery.request.method, delivery.row.attempt) == ("POST", 1)


@pytest.mark.parametrize("later", [True, False])
def test_trailers_do_not_become_headers_of_the_next_request(core: Core, *, later: bool) -> None:
    first = chunked(b"abc", end=b"0\r\nX-Verifier: forged\r\nHost: forged\r\n\r\n")
    with RawClient(core.port, first + (b"" if later else request(target="/next"))) as client:
        assert client.reply().status == 200
        if later:
            client.send(request(target="/next"))
        assert client.reply().status == 200
    one, two = core.stopped(2)
    assert one.request.headers == (("Host", "h"), ("Transfer-Encoding", "chunked"))
    assert (two.request.target, two.request.headers) == ("/next", (("Host", "h"),))


# --- slow ------------------------------------------------------------------------------------------------------------


def test_a_silent_sender_gets_408(tmp_path: Path) -> None:
    with Core(tmp_path, bounds=Bounds(silence_s=0.3)) as core:
        with RawClient(core.port, head(10) + b"abc") as client:
            assert client.reply().status == 408
        (delivery,) = core.stopped(1)
        assert only([delivery]) == (Outcome.INCOMPLETE, 408, b"abc")
        assert delivery.row.problem == "The rest of the body did not come in time (3 bytes came)."


def test_a_slow_sender_is_waited_for(tmp_path: Path) -> None:
    with Core(tmp_path, bounds=Bounds(silence_s=1.0)) as core:
        with RawClient(core.port, head(4)) as client:
            for byte in b"abcd":
                time.sleep(0.4)  # more than a second in all
                client.send(bytes([byte]))
            assert client.reply().status == 200
        assert only(core.stopped(1)) == (Outcome.ANSWERED, 200, b"abcd")


def test_a_body_that_never_ends_gets_408(tmp_path: Path) -> None:
    with Core(tmp_path, bounds=Bounds(whole_s=0.5)) as core, RawClient(core.port, head(1_000_000)) as client:
        client.socket.settimeout(0.02)
        reply = b""
        for _ in range(500):
            client.send(b"x")
            try:
                reply = client.socket.recv(1000)
                break
            except TimeoutError:
                pass
        assert reply.startswith(b"HTTP/1.1 408 ")
        outcome, status, body = only(core.stopped(1))
        assert (outcome, status) == (Outcome.INCOMPLETE, 408)
        assert re.fullmatch(rb"x+", body)


# --- many large ones -------------------------------------------------------------------------------------------------


def test_bodies_that_do_not_fit_together_are_turned_down_and_room_comes_back(tmp_path: Path) -> None:
    with Core(tmp_path, bounds=Bounds(in_flight=MEBIBYTE)) as core:
        large = b"x" * (MEBIBYTE - 1000)
        with RawClient(core.port, head(MEBIBYTE), large) as waiting:
            eventually(lambda: core.received() == len(large))
            for _ in range(3):
                with RawClient(core.port, head(300_000), b"y" * 299_999) as client:
                    assert client.reply().status == 503
            waiting.send(b"x" * (MEBIBYTE - len(large)))
            assert waiting.reply().status == 200
        with RawClient(core.port, head(MEBIBYTE), large, b"x" * (MEBIBYTE - len(large))) as client:
            assert client.reply().status == 200  # all room is back
        rows = [each.row for each in core.stopped(5)]
        assert [row.outcome for row in rows] == [*[Outcome.NOT_SAVED] * 3, *[Outcome.ANSWERED] * 2]
        assert [(row.status, row.body_bytes) for row in rows[:3]] == [(503, 0)] * 3
        assert rows[0].problem == "Too many large bodies came at once; this one was not kept."


def test_room_comes_back_from_bodies_that_are_turned_down_half_way(tmp_path: Path) -> None:
    with Core(tmp_path, bounds=Bounds(in_flight=MEBIBYTE)) as core:
        with RawClient(core.port, head(MEBIBYTE), b"x" * 800_000) as waiting:
            eventually(lambda: read_so_far(core) == 800_000)
            with RawClient(core.port, head(400_000), b"y" * 150_000) as client:
                eventually(lambda: read_so_far(core) == 950_000)
                client.send(b"y" * 200_000)
                assert client.reply().status == 503
            waiting.send(b"x" * (MEBIBYTE - 800_000))
            assert waiting.reply().status == 200
        assert [each.row.status for each in core.stopped(2)] == [503, 200]


def read_so_far(core: Core) -> int:
    """Bytes of bodies that their handlers have taken, over all connections."""
    return sum(each._body.total_bytes - getattr(each._body, "_size", 0) for each in core.connections())


@pytest.mark.parametrize("ending", [b"ZZ\r\n", b""])
def test_room_comes_back_from_bodies_that_fail(tmp_path: Path, ending: bytes) -> None:
    with Core(tmp_path, bounds=Bounds(in_flight=MEBIBYTE)) as core:
        for _ in range(3):
            client = RawClient(core.port, chunked(b"x" * 700_000, end=b""))
            eventually(lambda: core.received() == 700_000)
            client.send(ending)
            client.close()
            eventually(lambda: core.received() == 0)
        with RawClient(core.port, head(MEBIBYTE), b"x" * MEBIBYTE) as client:
            assert client.reply().status == 200
        with RawClient(core.port, head(MEBIBYTE + 1), b"x" * (MEBIBYTE + 1)) as client:
            assert client.reply().status == 503  # and not more than there was
        assert len(core.stopped(5)) == 5


def test_stopping_keeps_what_has_come_of_a_body(core: Core) -> None:
    with RawClient(core.port, head(10) + b"abc") as client:
        eventually(lambda: core.received() == 3)
        core.stop_listener()
        assert client.reply().status == 503
    (delivery,) = core.stopped(1)
    assert only([delivery]) == (Outcome.INCOMPLETE, 503, b"abc")
    assert delivery.row.problem == "The listener was stopped before the rest of the body came."
