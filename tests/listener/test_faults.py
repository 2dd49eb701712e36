"""What goes wrong on purpose, as senders see it: curl, httpx and a bare socket."""

from __future__ import annotations

import socket
import subprocess

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.core import Core, eventually
from helpers.raw_client import RawClient, request
from hookscope.deliveries import Outcome, SentResponse
from hookscope.listener.answers import framed
from hookscope.listener.faults import broken, pieces
from hookscope.responses import BodyKind, Fault, Response

BODY = "0123456789" * 10
POST = request(target="/a", body=b"x")
DROPS = [fault for fault in Fault if fault.drops and fault is not Fault.HANG]


def faulty(fault: Fault, **changes: object) -> Response:
    return Response(200, (("X-One", "1"), ("X-Two", "2")), BODY, BodyKind.TEXT, fault=fault, **changes)  # type: ignore[arg-type]


def ending(port: int) -> tuple[bytes, bool]:
    """All bytes of an answer, and whether a reset ended them."""
    with RawClient(port, POST) as client:
        came = b""
        try:
            while part := client.socket.recv(65_536):
                came += part
        except ConnectionResetError:
            return came, True
        return came, False


@pytest.mark.parametrize("fault", DROPS)
def test_a_drop_is_a_reset_or_an_orderly_end_at_its_place(core: Core, fault: Fault) -> None:
    core.answer(faulty(fault), "/a")
    came, reset = ending(core.port)
    assert reset is fault.value.startswith("reset")
    if fault.value.endswith("before"):
        assert came == b""
    elif fault.value.endswith("headers"):
        assert came.startswith(b"HTTP/1.1 200 OK\r\nX-One: 1\r\n")
        assert b"\r\n\r\n" not in came
    else:
        head, _, body = came.partition(b"\r\n\r\n")
        assert b"Content-Length: 100" in head
        assert body == BODY[:50].encode()


@pytest.mark.parametrize("fault", DROPS)
def test_the_row_keeps_what_went_out(core: Core, fault: Fault) -> None:
    core.answer(faulty(fault), "/a")
    came, _ = ending(core.port)
    (delivery,) = core.stopped(1)
    assert delivery.row.outcome == Outcome.DROPPED
    assert delivery.row.status == (200 if came else 0)
    assert delivery.response.body == came.partition(b"\r\n\r\n")[2]
    for name, value in delivery.response.headers:
        assert f"{name}: {value}\r\n".encode() in came


@pytest.mark.needs("curl")
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.RESET_BEFORE, 56),  # recv failure
        (Fault.CLOSE_BEFORE, 52),  # empty reply
        (Fault.RESET_IN_HEADERS, 56),
        (Fault.RESET_IN_BODY, 56),
        (Fault.CLOSE_IN_BODY, 18),  # transfer closed with data outstanding
    ],
)
def test_curl_reports_the_drop(core: Core, fault: Fault, code: int) -> None:
    core.answer(faulty(fault), "/a")
    line = ["curl", "-sS", "--max-time", "20", "-d", "x", f"http://127.0.0.1:{core.port}/a"]
    assert subprocess.run(line, check=False, capture_output=True).returncode == code


@pytest.mark.parametrize("fault", DROPS)
def test_httpx_gets_no_whole_response(core: Core, fault: Fault) -> None:
    core.answer(faulty(fault), "/a")
    with pytest.raises(httpx.TransportError):
        httpx.post(f"http://127.0.0.1:{core.port}/a", content=b"x", timeout=20)


def test_a_drop_does_not_end_a_series(core: Core) -> None:
    core.answer(faulty(Fault.RESET_IN_BODY), "/a")
    ending(core.port)
    ending(core.port)
    assert [each.row.attempt for each in core.stopped(2)] == [1, 2]


@pytest.mark.parametrize("status", [200, 204])
def test_without_a_body_it_breaks_off_in_the_headers(core: Core, status: int) -> None:
    core.answer(Response(status, (), "", BodyKind.TEXT, fault=Fault.CLOSE_IN_BODY), "/a")
    came, _ = ending(core.port)
    assert came
    assert b"\r\n\r\n" not in came


def test_a_slow_body_comes_whole_and_in_pieces(core: Core) -> None:
    core.answer(faulty(Fault.SLOW_BODY, delay_s=0.5), "/a")
    parts: list[bytes] = []
    with socket.create_connection(("127.0.0.1", core.port), 20) as client:
        client.sendall(POST)
        while b"".join(parts).partition(b"\r\n\r\n")[2] != BODY.encode():
            parts.append(client.recv(65_536))
        client.sendall(POST)  # the connection stays open
        assert client.recv(65_536).startswith(b"HTTP/1.1 200 OK")
    assert len(parts) > 5
    first = core.settled(1)[0]
    assert (first.row.outcome, first.response.body) == (Outcome.ANSWERED, BODY.encode())


def test_no_answer_at_all_until_the_sender_goes(core: Core) -> None:
    core.answer(faulty(Fault.HANG), "/a")
    client = RawClient(core.port, POST)
    client.socket.settimeout(0.3)
    with pytest.raises(TimeoutError):
        client.socket.recv(1)
    client.close()
    (delivery,) = core.stopped(1)
    assert (delivery.row.outcome, delivery.row.status) == (Outcome.SENDER_GONE, 0)


@given(st.sampled_from(DROPS), st.integers(200, 599), st.binary(max_size=30), st.sampled_from(["GET", "HEAD"]))
def test_what_goes_out_before_a_fault_is_never_whole(fault: Fault, status: int, body: bytes, method: str) -> None:
    whole = framed(SentResponse(status, (("X-A", "b"),), body), method, "1.1", keep_alive=True)
    part = broken(whole, fault)
    out, all_of_it = part.head + part.sent.body, whole.head + whole.sent.body
    assert all_of_it.startswith(out)
    assert len(out) < len(all_of_it)
    assert not part.keep_alive


@given(st.binary(max_size=500))
def test_pieces_are_the_body(body: bytes) -> None:
    parts = pieces(body)
    assert b"".join(parts) == body
    assert len(parts) <= 20
    assert all(parts)


@pytest.mark.parametrize("fault", [Fault.SLOW_BODY, *DROPS])
def test_a_sender_that_went_before_its_request_was_stored(core: Core, fault: Fault) -> None:
    core.answer(faulty(fault), "/a")
    with core.hold(), RawClient(core.port, POST) as client:
        eventually(lambda: [each for each in core.connections() if each._current_request])
        client.close(reset=True)
        eventually(lambda: all(each.gone.done() for each in core.connections()))
    (delivery,) = core.stopped(1)
    assert delivery.row.outcome == Outcome.SENDER_GONE


def test_a_sender_that_goes_in_the_middle_of_what_is_cut(core: Core) -> None:
    core.answer(Response(200, (), "x" * 8_000_000, BodyKind.TEXT, fault=Fault.RESET_IN_BODY), "/a")
    with RawClient(core.port, POST) as client:
        client.socket.recv(1000)
        client.close(reset=True)
    (delivery,) = core.stopped(1)
    assert delivery.row.outcome == Outcome.SENDER_GONE


def test_the_row_of_a_slow_body_that_nobody_waits_for_has_what_went_out(core: Core) -> None:
    core.answer(faulty(Fault.SLOW_BODY, delay_s=6.0), "/a")
    with RawClient(core.port, POST) as client:
        came = b""
        while not came.endswith(b"\r\n\r\n01234"):
            came += client.socket.recv(1)
    (delivery,) = core.stopped(1)
    assert (delivery.row.outcome, delivery.row.status) == (Outcome.SENDER_GONE, 200)
    assert BODY.encode().startswith(delivery.response.body)
    assert 5 <= len(delivery.response.body) < 100
