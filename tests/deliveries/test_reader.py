"""A reader's thread: results, errors, cancelling, interrupting, closing."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import CancelledError
from contextlib import closing
from pathlib import Path

import pytest

from helpers.deliveries import TIMEOUT_S, arrival, save
from hookscope.deliveries import Reader, Store, queries


class Endless:
    """A query without end; ``begun`` is set from within it."""

    def __init__(self) -> None:
        self.begun = threading.Event()

    def __call__(self, db: sqlite3.Connection) -> None:
        db.create_function("begun", 0, self.begun.set)
        db.execute(
            "WITH RECURSIVE n(i) AS (SELECT begun() UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n"
        ).fetchone()


def test_reads_run_one_after_the_other_on_a_thread_of_their_own(reader: Reader) -> None:
    names: list[str] = []
    reads = [reader.submit(lambda db: names.append(threading.current_thread().name)) for _ in range(3)]
    assert [read.result(TIMEOUT_S) for read in reads] == [None] * 3
    assert names == ["store-pages"] * 3


def test_error_goes_to_who_asked(reader: Reader) -> None:
    def fail(db: sqlite3.Connection) -> None:
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        reader.submit(fail).result(TIMEOUT_S)
    assert reader.submit(queries.count).result(TIMEOUT_S) == 0


@pytest.mark.parametrize("statement", ["DELETE FROM delivery", "CREATE TABLE t(a)", "PRAGMA user_version=7"])
def test_nothing_can_be_written(store: Store, reader: Reader, statement: str) -> None:
    save(store, arrival())
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.submit(lambda db: db.execute(statement)).result(TIMEOUT_S)


def test_read_that_waits_can_be_cancelled(reader: Reader) -> None:
    over, done = threading.Event(), list[str]()
    first = reader.submit(lambda db: over.wait(TIMEOUT_S))
    cancelled = reader.submit(lambda db: done.append("cancelled"))
    kept = reader.submit(lambda db: done.append("kept"))
    assert cancelled.cancel()
    over.set()
    kept.result(TIMEOUT_S)
    assert (first.result(), done) == (True, ["kept"])


def test_interrupt_ends_the_read_that_runs_and_no_other(store: Store, reader: Reader) -> None:
    save(store, arrival())
    endless = Endless()
    running, after = reader.submit(endless), reader.submit(queries.count)
    assert endless.begun.wait(TIMEOUT_S)
    reader.interrupt()
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        running.result(TIMEOUT_S)
    assert after.result(TIMEOUT_S) == 1


def test_interrupt_between_reads_is_nothing(store: Store, reader: Reader) -> None:
    save(store, arrival())
    reader.interrupt()
    assert reader.submit(queries.count).result(TIMEOUT_S) == 1


def test_closing_ends_the_read_that_runs_and_cancels_those_that_wait(tmp_path: Path, store: Store) -> None:
    reader = Reader(tmp_path, "other")
    endless = Endless()
    running, waiting = reader.submit(endless), reader.submit(queries.count)
    assert endless.begun.wait(TIMEOUT_S)
    reader.close()
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        running.result(0)
    with pytest.raises(CancelledError):
        waiting.result(0)
    assert "store-other" not in [thread.name for thread in threading.enumerate()]


def test_two_readers_do_not_wait_for_each_other(tmp_path: Path, store: Store, reader: Reader) -> None:
    save(store, arrival())
    endless = Endless()
    with closing(Reader(tmp_path, "searches")) as searches:
        running = searches.submit(endless)
        assert endless.begun.wait(TIMEOUT_S)
        assert reader.submit(queries.count).result(TIMEOUT_S) == 1
        assert save(store, arrival()) == [2]
        assert not running.done()


def test_history_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        Reader(tmp_path / "missing", "pages")
