"""What was answered survives ``kill -9``."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from helpers.core import eventually
from helpers.processes import Listening
from helpers.raw_client import RawClient, request
from hookscope.deliveries import open_for_reading, queries

ROUNDS = 20
SENDERS = 6


class Sender:
    """Sends one request after the other over one connection, each with a target and a body of its own."""

    def __init__(self, port: int, name: str) -> None:
        self.sent: dict[str, bytes] = {}
        self.answered: list[str] = []
        self._port = port
        self._name = name
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            with RawClient(self._port) as client:
                while True:
                    self._send(client, f"/{self._name}/{len(self.sent)}")
        except (ConnectionError, EOFError):
            return  # it was killed

    def _send(self, client: RawClient, target: str) -> None:
        self.sent[target] = random.randbytes(random.choice((1, 150, 40_000, 1_000_000)))
        client.send(request(target=target, body=self.sent[target]))
        if client.reply().status == 200:
            self.answered.append(target)


@contextmanager
def load(port: int, name: str) -> Iterator[list[Sender]]:
    """Several senders at once, until the listener is gone."""
    senders = [Sender(port, f"{name}/{number}") for number in range(SENDERS)]
    for sender in senders:
        sender.thread.start()
    yield senders
    for sender in senders:
        sender.thread.join()


def waiting(folder: Path) -> set[int]:
    """The ids of the deliveries whose outcome is not known yet."""
    with closing(open_for_reading(folder)) as db:
        return {id for (id,) in db.execute("SELECT id FROM delivery WHERE outcome = 'waiting'")}


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes], list[str], set[int]]:
    """A folder whose process was killed many times: what was sent, what of it was answered, what was left waiting."""
    folder = tmp_path_factory.mktemp("killed")
    sent: dict[str, bytes] = {}
    answered: list[str] = []
    left: set[int] = set()
    for number in range(ROUNDS):
        with Listening(folder) as listening, load(listening.port, str(number)) as senders:
            enough = random.randint(1, 80)
            eventually(lambda: sum(len(sender.answered) for sender in senders) >= enough)  # noqa: B023  called at once
            listening.kill()
        for sender in senders:
            sent |= sender.sent
            answered += sender.answered
        left |= waiting(folder)
    with Listening(folder) as listening:
        listening.end()
    return folder, sent, answered, left


def test_every_request_that_got_an_answer_is_in_the_store_to_the_byte(
    killed: tuple[Path, dict[str, bytes], list[str], set[int]],
) -> None:
    folder, sent, answered, _ = killed
    with closing(open_for_reading(folder)) as db:
        found = {
            each.request.target: each.request.body
            for id in queries.newest_ids(db, None, 1_000_000)
            if (each := queries.delivery(db, id)) and each.row.body_bytes == len(each.request.body)
        }
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert len(found) == queries.count(db)
    assert len(answered) > ROUNDS
    assert [target for target in answered if found.get(target) != sent[target]] == []
    assert all(sent[target] == body for target, body in found.items())


def test_nothing_is_left_of_large_bodies_that_were_not_answered(
    killed: tuple[Path, dict[str, bytes], list[str], set[int]],
) -> None:
    folder, *_ = killed
    with Listening(folder), closing(open_for_reading(folder)) as db:
        assert db.execute("SELECT count(*) FROM large_body WHERE delivery NOT NULL").fetchone() != (0,)
        eventually(lambda: db.execute("SELECT count(*) FROM large_body WHERE delivery IS NULL").fetchone() == (0,))
        slices = "SELECT count(*) FROM body_part WHERE key >> 12 NOT IN (SELECT key FROM large_body)"
        assert db.execute(slices).fetchone() == (0,)


def test_what_was_left_waiting_is_unknown_after_the_restart(
    killed: tuple[Path, dict[str, bytes], list[str], set[int]],
) -> None:
    folder, _, _, left = killed
    assert left
    with closing(open_for_reading(folder)) as db:
        unknown = {id for (id,) in db.execute("SELECT id FROM delivery WHERE outcome = 'unknown'")}
        outcomes = {outcome for (outcome,) in db.execute("SELECT DISTINCT outcome FROM delivery")}
    assert unknown == left
    assert outcomes == {"unknown", "answered"}
