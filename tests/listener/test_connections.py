"""Connections that stay, go, are too many, or want to become something else."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from helpers.core import MEBIBYTE, Core, eventually
from helpers.raw_client import RawClient, chunked, request
from hookscope.deliveries import Outcome
from hookscope.listener import Bounds
from hookscope.responses import BodyKind, Response

# --- one after the other ---------------------------------------------------------------------------------------------


def test_requests_one_after_the_other(core: Core) -> None:
    with RawClient(core.port) as client:
        for number in range(50):
            client.send(request(target=f"/{number}", body=b"x" * number))
            assert client.reply().status == 200
    kept = core.stopped(50)
    assert [(each.request.target, each.row.body_bytes) for each in kept] == [(f"/{n}", n) for n in range(50)]
    assert len({each.peer for each in kept}) == 1


def test_pipelined_requests_are_answered_in_order(core: Core) -> None:
    for status in (201, 202, 203):
        core.answer(Response(status), f"/{status}")
    order = [201, 202, 203] * 30
    makers = (
        lambda path: request(target=path),
        lambda path: request(target=path, body=b"x"),
        lambda path: chunked(b"x", target=path),
    )
    data = b"".join(makers[number % 3](f"/{order[number // 3 % 90]}/{number}") for number in range(270))
    with RawClient(core.port, data) as client:
        assert [client.reply().status for _ in range(270)] == [order[number // 3 % 90] for number in range(270)]
    assert [each.request.target.split("/")[2] for each in core.stopped(270)] == [str(number) for number in range(270)]


def test_pipelined_requests_larger_than_any_buffer(core: Core) -> None:
    sizes = [900_000, 10, 3 * MEBIBYTE, 0, 700_000]
    data = b"".join(request(body=bytes([65 + number]) * size) for number, size in enumerate(sizes))
    with RawClient(core.port) as client:
        sender = threading.Thread(target=client.send, args=(data,))
        sender.start()
        assert [client.reply().status for _ in sizes] == [200] * len(sizes)
        sender.join()
    assert [each.request.body for each in core.stopped(5)] == [bytes([65 + n]) * size for n, size in enumerate(sizes)]


def test_what_follows_a_chunked_body_that_is_not_read_yet(core: Core) -> None:
    """Reading pauses at half a megabyte of unread body, in the middle of what has come."""
    large = chunked(*[b"x" * 1000] * 530, target="/large", end=b"0\r\nX-Trailer: 1\r\n\r\n")
    with RawClient(core.port) as client:
        with core.hold():
            client.send(request(target="/first") + large[:500_000])
            eventually(lambda: core.received() > 490_000)
            client.send(large[500_000:] + request(target="/third", headers=(("X-Own", "1"),)) + b"BAD\r\n\r\n")
            eventually(lambda: [each for each in core.connections() if each._reading_paused])
        assert [client.reply().status for _ in range(4)] == [200, 200, 200, 400]
    first, second, third, bad = core.stopped(4)
    assert [each.request.target for each in (first, second, third)] == ["/first", "/large", "/third"]
    assert second.row.body_bytes == 530_000
    assert third.request.headers == (("Host", "h"), ("X-Own", "1"))
    assert bad.request.body == b"BAD\r\n\r\n"


def test_blank_lines_between_requests_are_nothing(core: Core) -> None:
    with RawClient(core.port, b"\r\n" + request() + b"\r\n\r\n" + request() + b"\r\n") as client:
        assert [client.reply().status, client.reply().status] == [200, 200]
    assert len(core.stopped(2)) == 2


def test_body_right_behind_its_head_makes_one_row(core: Core) -> None:
    def send() -> None:
        for _ in range(40):
            with RawClient(core.port, request(body=b"abc")[:-3], b"abc") as client:
                assert client.reply().status == 200

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.row.outcome for each in core.stopped(320)} == {Outcome.ANSWERED}


# --- other protocols -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("upgrade", ["websocket", "h2c", "TLS/1.0"])
@pytest.mark.parametrize("body", [b"", b"hello"])
def test_a_wish_to_upgrade_is_declined_and_kept(core: Core, upgrade: str, body: bytes) -> None:
    wish = request(body=body, headers=(("Connection", "Upgrade"), ("Upgrade", upgrade)))
    with RawClient(core.port, wish + request(target="/next") + b"BAD\r\n\r\n") as client:
        assert [client.reply().status for _ in range(3)] == [200, 200, 400]
    first, second, bad = core.stopped(3)
    assert (first.request.body, first.request.header("Upgrade")) == (body, upgrade)
    assert second.request.target == "/next"
    assert bad.request.body == b"BAD\r\n\r\n"


def test_connect_opens_no_tunnel(core: Core) -> None:
    with RawClient(core.port, request("CONNECT", "other.example:443"), b"\x16\x03\x01") as client:
        assert [client.reply().status, client.reply().status] == [200, 400]
    tunnel, bytes_in_it = core.stopped(2)
    assert tunnel.request.target == "other.example:443"
    assert bytes_in_it.request.body == b"\x16\x03\x01"


# --- going -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reset", [True, False])
def test_a_sender_that_goes_before_the_answer(core: Core, *, reset: bool) -> None:
    with core.hold():
        client = RawClient(core.port, request(body=b"abc"))
        eventually(lambda: [each for each in core.connections() if each._current_request])
        client.close(reset=reset)
        eventually(lambda: all(each.gone.done() for each in core.connections()))
    (delivery,) = core.stopped(1)
    assert (delivery.row.outcome, delivery.row.status) == (Outcome.SENDER_GONE, 200)
    assert delivery.request.body == b"abc"


@pytest.mark.parametrize("reset", [True, False])
def test_all_that_a_sender_pipelined_before_it_went_is_kept(core: Core, *, reset: bool) -> None:
    data = request(body=b"one") + chunked(b"two") + request(target="/three") + b"BAD\r\n\r\n"
    with core.hold():
        client = RawClient(core.port, data)
        eventually(lambda: [each for each in core.connections() if len(each._messages) == 3])
        client.close(reset=reset)
        eventually(lambda: all(each.gone.done() for each in core.connections()))
    kept = core.stopped(4)
    assert [each.request.body for each in kept] == [b"one", b"two", b"", b"BAD\r\n\r\n"]
    gone = Outcome.SENDER_GONE
    assert [each.row.outcome for each in kept] == [gone, gone, gone, Outcome.REFUSED]
    assert kept[3].response.status == 0


@pytest.mark.parametrize("reset", [True, False])
def test_a_pipelined_body_that_breaks_off(core: Core, *, reset: bool) -> None:
    with core.hold():
        client = RawClient(core.port, request(body=b"one") + request(body=b"two")[:-1])
        eventually(lambda: [each for each in core.connections() if each._messages])
        client.close(reset=reset)
        eventually(lambda: all(each.gone.done() for each in core.connections()))
    first, second = core.stopped(2)
    assert (first.row.outcome, first.request.body) == (Outcome.SENDER_GONE, b"one")
    assert (second.row.outcome, second.request.body, second.row.status) == (Outcome.INCOMPLETE, b"tw", 0)


def test_a_sender_that_goes_while_its_connection_is_not_read(core: Core) -> None:
    """With a full queue nothing is read, so only writing tells that nobody is there."""
    core.answer(Response(200, (), "x" * 1000, BodyKind.TEXT))
    with core.hold():
        client = RawClient(core.port, request() * 40)
        eventually(lambda: [each for each in core.connections() if each._buffer_paused])
        client.close(reset=True)
        time.sleep(0.1)  # nothing here can tell when the RST is there
    rows = [each.row for each in core.stopped(40)]
    assert {row.outcome for row in rows} == {Outcome.SENDER_GONE}


def test_every_request_has_one_row_whenever_its_sender_goes(core: Core) -> None:
    def send(first: int) -> None:
        for number in range(first, 400, 8):
            client = RawClient(core.port, request(target=f"/{number}", body=b"abc"))
            if number % 3 == 0:
                client.reply()
            client.close(reset=number % 2 == 0)

    threads = [threading.Thread(target=send, args=(first,)) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = [each.row for each in core.stopped(400)]
    assert sorted(int(row.target[1:]) for row in rows) == list(range(400))
    assert {row.outcome for row in rows if int(row.target[1:]) % 3 == 0} == {Outcome.ANSWERED}
    assert {row.outcome for row in rows} <= {Outcome.ANSWERED, Outcome.SENDER_GONE}


# --- heads -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reset", [True, False])
@pytest.mark.parametrize("before", [0, 1])
def test_a_head_that_breaks_off(core: Core, before: int, *, reset: bool) -> None:
    with RawClient(core.port) as client:
        for _ in range(before):
            client.send(request(body=b"before"))
            client.reply()
        client.send(b"POST /half HTTP/1.1\r\nHost: ")
        eventually(lambda: [each for each in core.connections() if each.raw.startswith(b"POST /half")])
        client.close(reset=reset)
    half = core.stopped(before + 1)[-1]
    assert (half.row.outcome, half.row.status, half.request.method) == (Outcome.INCOMPLETE, 0, "")
    assert half.request.body == b"POST /half HTTP/1.1\r\nHost: "
    assert half.row.problem == "The request broke off in its headers."


def test_a_connection_that_says_nothing_is_nothing(core: Core) -> None:
    for data in (b"", b"\r\n", b"\r\n\r\n"):
        RawClient(core.port, data).close()
    with RawClient(core.port, request()) as client:
        client.reply()
    assert len(core.stopped(1)) == 1


def test_a_head_that_never_ends_is_cut_off(tmp_path: Path) -> None:
    with Core(tmp_path, bounds=Bounds(head_s=0.3)) as core:
        with RawClient(core.port, b"GET /never HTTP/1.1\r\n") as client:
            assert client.rest() == b""
        (delivery,) = core.stopped(1)
        assert (delivery.row.outcome, delivery.request.body) == (Outcome.INCOMPLETE, b"GET /never HTTP/1.1\r\n")


def test_an_idle_connection_is_closed_without_a_row(tmp_path: Path) -> None:
    with Core(tmp_path, bounds=Bounds(head_s=0.3)) as core:
        with RawClient(core.port, request()) as client:
            client.reply()
            assert client.rest() == b""
        assert len(core.stopped(1)) == 1


# --- too many --------------------------------------------------------------------------------------------------------


def test_the_501st_connection_gets_503_and_is_counted(core: Core) -> None:
    clients = [RawClient(core.port, request()) for _ in range(500)]
    assert {client.reply().status for client in clients} == {200}
    for number in (1, 2):
        with RawClient(core.port) as client:
            reply = client.reply()
            assert (reply.status, reply.body) == (503, b"")
            assert reply.headers == (("Retry-After", "5"), ("Content-Length", "0"), ("Connection", "close"))
            assert client.rest() == b""
        assert core.listener.turned_away == number
    clients.pop().close()
    eventually(lambda: len(core.connections()) < 500)
    with RawClient(core.port, request()) as client:
        assert client.reply().status == 200
    for client in clients:
        client.close()
    assert len(core.stopped(501)) == 501
