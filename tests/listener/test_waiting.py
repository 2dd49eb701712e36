"""Answers that wait: late, held for the user, too many, and all of them at the end of the listener."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from helpers.core import TIMEOUT_S, Core, eventually
from helpers.raw_client import RawClient, request
from hookscope.deliveries import Outcome, Request, SentResponse
from hookscope.listener import Bounds
from hookscope.listener.waiting import DROPPED_BY_HAND, FAILED, SENT_BY_HAND, STOPPED, STOPPED_MIDWAY
from hookscope.responses import BodyKind, Fault, Response, Rule

POST = request(target="/a", body=b"x")
LATE = Response(202, (), "late", BodyKind.TEXT, delay_s=600)
BY_HAND = SentResponse(418, (("X-Hand", "yes"),), b"by hand")


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Core]:
    """A listener that holds at most three answers, and for the user only a moment."""
    with Core(tmp_path, bounds=Bounds(held=3, hold_s=0.3)) as running:
        yield running


def waiting(core: Core, count: int) -> None:
    """Until so many requests are stored and not answered yet."""
    eventually(lambda: sum(len(changes.new) for changes in list(core.watch.changes)) >= count)


def test_a_delayed_response_comes_whole_and_not_before_its_time(core: Core) -> None:
    core.answer(Response(202, (), "late", BodyKind.TEXT, delay_s=0.4), "/a")
    began = time.monotonic()
    reply = httpx.post(f"http://127.0.0.1:{core.port}/a", content=b"x", timeout=20)
    assert time.monotonic() - began >= 0.4
    assert (reply.status_code, reply.content) == (202, b"late")
    (delivery,) = core.stopped(1)
    assert delivery.row.outcome == Outcome.ANSWERED
    assert (delivery.row.took_us or 0) >= 400_000


def test_a_request_is_stored_before_its_late_answer(core: Core) -> None:
    core.answer(LATE, "/a")
    with RawClient(core.port, POST):
        waiting(core, 1)
        (row,) = core.watch.changes[0].new
        assert (row.outcome, row.status) == (Outcome.WAITING, 202)


def test_a_delay_keeps_nobody_else_waiting(core: Core) -> None:
    core.answer(LATE, "/a")
    late = [RawClient(core.port, POST) for _ in range(50)]
    waiting(core, 50)
    with RawClient(core.port, request(target="/b", body=b"x")) as client:
        assert client.reply().status == 200
    for client in late:
        client.close()
    assert {each.row.outcome for each in core.settled(51)} == {Outcome.SENDER_GONE, Outcome.ANSWERED}


@pytest.mark.parametrize("reset", [False, True])
def test_a_sender_that_gives_up_is_noticed_at_once(core: Core, reset: bool) -> None:
    core.answer(LATE, "/a")
    client = RawClient(core.port, POST)
    waiting(core, 1)
    client.close(reset=reset)
    (delivery,) = core.stopped(1)
    assert delivery.row.outcome == Outcome.SENDER_GONE


def test_beyond_the_bound_there_is_503_at_once_and_a_row_that_says_so(few: Core) -> None:
    few.answer(LATE, "/a")
    late = [RawClient(few.port, POST) for _ in range(3)]
    waiting(few, 3)
    with RawClient(few.port, POST) as client:
        assert client.reply().status == 503
    for client in late:
        client.close()
    found = few.settled(4)
    assert found[3].row.problem == "3 answers were held back already, so the sender got 503 at once."
    with RawClient(few.port, POST) as client:  # there is room again
        eventually(lambda: len(few.watch.changes[-1].new) or True)
        client.socket.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.socket.recv(1)


@pytest.mark.parametrize(
    "response", [LATE, Response(fault=Fault.HANG), Response(fault=Fault.SLOW_BODY, delay_s=600), None]
)
def test_stopping_ends_what_waits(core: Core, response: Response | None) -> None:
    core.answer_by(default=response or Response(), hold=response is None)
    clients = [RawClient(core.port, POST) for _ in range(100)]
    waiting(core, 100)
    core.stop_listener()
    for client in clients:
        assert b"\r\n\r\n{}" not in client.rest()
        client.close()
    found = core.settled(100)
    has_begun = response is not None and response.fault is Fault.SLOW_BODY
    problem = STOPPED_MIDWAY if has_begun else STOPPED
    assert {(each.row.outcome, each.row.problem) for each in found} == {(Outcome.DROPPED, problem)}
    assert {each.row.status for each in found} == {200 if has_begun else 0}
    assert {each.response.body for each in found} == {b""}  # nothing of it went out


def test_large_bodies_do_not_wait_in_memory_for_their_answer(core: Core) -> None:
    core.answer(LATE, "/a")
    with RawClient(core.port, request(target="/a", body=b"x" * 2_000_003)):
        waiting(core, 1)
        for number in range(2):  # the writer lets go of the last request with the next
            with RawClient(core.port, request(target=f"/b{number}", body=b"x")) as client:
                client.reply()
        assert not [each for each in gc.get_objects() if isinstance(each, Request) and len(each.body) == 2_000_003]


# --- held for the user -----------------------------------------------------------------------------------------------


def held(core: Core) -> int:
    return eventually(lambda: next(iter(core.listener.held), 0))


def test_a_held_request_gets_what_the_user_sends(core: Core) -> None:
    core.answer_by(default=Response(200), hold=True)
    with RawClient(core.port, POST) as client:
        id = held(core)
        assert core.listener.release(id, BY_HAND).result(TIMEOUT_S)
        reply = client.reply()
        assert (reply.status, reply.body, dict(reply.headers)["X-Hand"]) == (418, b"by hand", "yes")
        assert not core.listener.release(id, BY_HAND).result(TIMEOUT_S)  # too late now
        client.send(request(target="/b", body=b"y"))  # the connection goes on
        assert client.reply().status == 200
    first = core.stopped(2)[0]
    assert (first.row.status, first.row.problem, first.row.outcome) == (418, SENT_BY_HAND, Outcome.ANSWERED)
    assert first.response.body == b"by hand"
    assert first.response.headers == (("X-Hand", "yes"), ("Content-Length", "7"))
    assert not core.listener.held


def test_a_held_request_can_be_dropped(core: Core) -> None:
    core.answer_by(hold=True)
    with RawClient(core.port, POST) as client:
        assert core.listener.release(held(core), None).result(TIMEOUT_S)
        with pytest.raises(ConnectionResetError):
            client.socket.recv(1)
    (delivery,) = core.stopped(1)
    assert (delivery.row.outcome, delivery.row.status, delivery.row.problem) == (Outcome.DROPPED, 0, DROPPED_BY_HAND)
    assert delivery.response == SentResponse(0)


def test_the_prepared_response_goes_out_by_itself(few: Core) -> None:
    few.answer_by(Rule("mine", (), Response(201, (), "prepared", BodyKind.TEXT, delay_s=600)), hold=True)
    with RawClient(few.port, POST) as client:
        held(few)
        assert client.reply().body == b"prepared"
    (delivery,) = few.stopped(1)
    assert (delivery.rule, delivery.row.problem) == ("mine", "")


def test_held_requests_keep_nobody_else_waiting_and_end_with_their_sender(core: Core) -> None:
    core.answer_by(hold=True)
    senders = [RawClient(core.port, POST) for _ in range(20)]
    eventually(lambda: len(core.listener.held) == 20)
    with RawClient(core.port, request(target="/b", body=b"x")) as client:
        assert client.reply().status == 200
    for sender in senders:
        sender.close()
    eventually(lambda: not core.listener.held)


def test_who_asks_is_told_of_held_requests(core: Core) -> None:
    told: list[frozenset[int]] = []
    core.listener.subscribe_held(told.append)
    core.answer_by(hold=True)
    with RawClient(core.port, POST):
        id = held(core)
    eventually(lambda: told == [frozenset({id}), frozenset()])


def test_many_threads_may_release_the_same_request(core: Core) -> None:
    core.answer_by(hold=True)
    with RawClient(core.port, POST) as client:
        id = held(core)
        done: list[bool] = []
        threads = [
            threading.Thread(target=lambda: done.append(core.listener.release(id, BY_HAND).result(TIMEOUT_S)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert client.reply().status == 418
    assert sorted(done) == [False] * 7 + [True]


@pytest.mark.logs("a subscriber of the listener failed")
def test_a_faulty_subscriber_keeps_no_answer_from_its_sender(core: Core) -> None:
    core.listener.subscribe_held(lambda held: 1 / 0)  # type: ignore[arg-type]
    core.answer_by(hold=True)
    with RawClient(core.port, POST) as client:
        assert core.listener.release(held(core), BY_HAND).result(TIMEOUT_S)
        assert client.reply().status == 418


@pytest.mark.logs("the answer to delivery 1 failed")
def test_an_answer_that_fails_in_hookscope_leaves_no_row_waiting(core: Core) -> None:
    core.answer_by(hold=True)
    with RawClient(core.port, POST) as client:
        unsendable = SentResponse(200, (("X", "\N{EURO SIGN}"),))  # which the window would not send
        assert core.listener.release(held(core), unsendable).result(TIMEOUT_S)
        assert client.rest() == b""
    (delivery,) = core.stopped(1)
    assert (delivery.row.outcome, delivery.row.status, delivery.row.problem) == (Outcome.DROPPED, 0, FAILED)


def test_a_reply_to_a_delivery_that_was_deleted_leaves_nothing_behind(core: Core) -> None:
    core.answer_by(hold=True)
    with RawClient(core.port, POST) as client:
        id = held(core)
        core.store.delete([id])
        assert core.listener.release(id, BY_HAND).result(TIMEOUT_S)
        assert client.reply().status == 418
    core.stop_listener()
    assert core.store.write(lambda db: db.execute("SELECT id FROM late_response").fetchall()).result(TIMEOUT_S) == []
