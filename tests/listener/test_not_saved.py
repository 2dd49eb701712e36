"""A request that cannot be stored is answered 503, has a row later, and capture goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.core import Core, eventually
from helpers.deliveries import locked
from helpers.raw_client import RawClient, request
from hookscope.deliveries import Outcome
from hookscope.deliveries.troubles import LOCKED

REFUSAL = b"This request could not be saved. Please send it again.\n"


def be_impatient(core: Core) -> None:
    """Wait only a moment for a locked database."""
    core.store.write(lambda db: db.execute("PRAGMA busy_timeout=50").fetchone()).result(10)


@pytest.mark.logs("the history could not be written: database is locked")
def test_a_locked_database(core: Core, tmp_path: Path) -> None:
    be_impatient(core)
    with RawClient(core.port, request(target="/before", body=b"1")) as client:
        assert client.reply().status == 200
        core.settled(1)
        with locked(tmp_path):
            client.send(request(target="/during", body=b"2"))
            reply = client.reply()
            assert (reply.status, reply.body) == (503, REFUSAL)
            assert reply.headers[-1] == ("Connection", "close")
            assert client.rest() == b""
            assert core.watch.troubles == [LOCKED]
    eventually(lambda: core.watch.troubles == [LOCKED, ""])
    with RawClient(core.port, request(target="/after", body=b"3")) as client:
        assert client.reply().status == 200
    before, during, after = core.stopped(3)
    assert (before.row.outcome, after.row.outcome) == (Outcome.ANSWERED, Outcome.ANSWERED)
    assert (during.row.outcome, during.row.status, during.response.status) == (Outcome.NOT_SAVED, 503, 503)
    assert (during.request.target, during.request.body) == ("/during", b"2")


@pytest.mark.logs("the history could not be written: database is locked")
def test_bytes_that_are_no_request_while_the_database_is_locked(core: Core, tmp_path: Path) -> None:
    be_impatient(core)
    with locked(tmp_path), RawClient(core.port, b"BAD\r\n\r\n") as client:
        assert client.reply().status == 400
    (delivery,) = core.stopped(1)
    assert (delivery.row.outcome, delivery.request.body) == (Outcome.NOT_SAVED, b"BAD\r\n\r\n")


@pytest.mark.logs("the history could not be written: database is locked")
def test_a_sender_that_tries_again_makes_a_second_attempt(core: Core, tmp_path: Path) -> None:
    be_impatient(core)
    data = request(target="/retried", body=b"x")
    with locked(tmp_path), RawClient(core.port, data) as client:
        assert client.reply().status == 503
    eventually(lambda: core.watch.troubles == [LOCKED, ""])
    with RawClient(core.port, data) as client:
        assert client.reply().status == 200
    assert [each.row.attempt for each in core.stopped(2)] == [1, 2]
