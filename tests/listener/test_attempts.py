"""Series and attempts as senders make them, over real connections."""

from __future__ import annotations

import threading
from pathlib import Path

from helpers.core import Core, eventually
from helpers.raw_client import RawClient, chunked, request
from hookscope.deliveries import Delivery, Outcome, Via, queries
from hookscope.responses import Condition, Response, Rule, Subject

SAME = request(target="/same?x=1", body=b"same")


def send(core: Core, data: bytes = SAME) -> int:
    with RawClient(core.port, data) as client:
        return client.reply().status


def places(deliveries: list[Delivery]) -> list[tuple[int | None, bool]]:
    return [(each.row.attempt, each.row.again) for each in deliveries]


def test_a_series_goes_on_until_a_2xx_and_then_begins_again(core: Core) -> None:
    for status in (503, 404, 302, 201, 503, 200, 200):
        core.answer(Response(status))
        assert send(core) == status
    found = places(core.stopped(7))
    assert found == [(1, False), (2, False), (3, False), (4, False), (1, True), (2, False), (1, True)]


def test_what_makes_a_message_the_same(core: Core) -> None:
    core.answer(Response(503))
    core.answer(Response(503), "/other")
    others = [
        request(target="/same?x=2", body=b"same"),
        request(target="/same?x=1", body=b"Same"),
        request("PUT", "/same?x=1", b"same"),
        request(target="/other", body=b"same"),
    ]
    for data in (SAME, *others, request(target="/same?x=1", body=b"same", headers=(("X-Retry", "1"),))):
        send(core, data)
    send(core, chunked(b"sa", b"me", target="/same?x=1"))
    assert places(core.stopped(7)) == [*[(1, False)] * 5, (2, False), (3, False)]


def test_attempts_that_come_at_once_are_numbered_in_order_of_id(core: Core) -> None:
    core.answer(Response(503))
    with core.hold():
        clients = [RawClient(core.port, SAME) for _ in range(40)]
        eventually(lambda: sum(connection._current_request is not None for connection in core.connections()) == 40)
    assert {client.reply().status for client in clients} == {503}
    for client in clients:
        client.close()
    assert places(core.stopped(40)) == [(number, False) for number in range(1, 41)]


def test_attempts_from_many_senders_are_numbered_in_order_of_id(core: Core) -> None:
    core.answer(Response(500))
    threads = [threading.Thread(target=lambda: [send(core) for _ in range(20)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert places(core.stopped(160)) == [(number, False) for number in range(1, 161)]


def test_an_attempt_that_is_still_being_answered_does_not_end_the_series(core: Core) -> None:
    with core.hold():
        clients = [RawClient(core.port, SAME) for _ in range(2)]
        eventually(lambda: sum(connection._current_request is not None for connection in core.connections()) == 2)
    for client in clients:
        assert client.reply().status == 200
        client.close()
    send(core)
    assert places(core.stopped(3)) == [(1, False), (2, False), (1, True)]


def test_an_answer_that_did_not_arrive_does_not_end_the_series(core: Core) -> None:
    with core.hold():
        client = RawClient(core.port, SAME)
        eventually(lambda: [connection for connection in core.connections() if connection._current_request])
        client.close(reset=True)
        eventually(lambda: all(connection.gone.done() for connection in core.connections()))
    core.settled(1)
    send(core)
    found = core.stopped(2)
    assert [each.row.outcome for each in found] == [Outcome.SENDER_GONE, Outcome.ANSWERED]
    assert places(found) == [(1, False), (2, False)]


def test_series_are_read_back_after_a_restart(tmp_path: Path) -> None:
    ended = request(target="/ended", body=b"x")
    with Core(tmp_path) as core:
        send(core, ended)
        core.answer(Response(503))
        send(core)
        send(core)
        core.stopped(3)
    with Core(tmp_path) as core:
        send(core)
        send(core, ended)
        found = core.settled(2)
    assert places(found) == [(1, False), (1, False), (2, False), (3, False), (1, True)]


def send_ourselves(core: Core, via: Via) -> int:
    with RawClient(core.port) as client:
        core.listener.announce(client.local_port, via)
        client.send(SAME)
        status = client.reply().status
        core.listener.withdraw(client.local_port)
    return status


def test_a_replay_is_never_a_second_attempt_and_no_sample_counts_for_a_sender(core: Core) -> None:
    core.answer(Response(503))
    for via in (Via.REPLAY, Via.SAMPLE, Via.REPLAY):
        send_ourselves(core, via)
    send(core)
    assert places(core.stopped(4)) == [(1, False)] * 4


def test_a_sample_is_sent_again_until_it_succeeds_and_is_then_another_message(core: Core) -> None:
    later = Rule("fail twice", (Condition(Subject.ATTEMPT, "<=2"),), Response(503))
    core.answer_by(later, path="/same")
    assert [send_ourselves(core, Via.SAMPLE) for _ in range(4)] == [503, 503, 200, 503]
    found = core.stopped(4)
    assert places(found) == [(1, False), (2, False), (3, False), (1, False)]
    messages = core.read(lambda db: [len(queries.series(db, each.id)) for each in found])
    assert messages == [3, 3, 3, 1]


def test_a_sample_goes_on_counting_after_a_restart(tmp_path: Path) -> None:
    for expected in [(1, False), (2, False)]:
        with Core(tmp_path) as core:
            core.answer(Response(503))
            send_ourselves(core, Via.SAMPLE)
            assert places(core.settled(1))[-1] == expected
