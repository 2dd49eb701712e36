"""A writer that cannot write: one bad delivery, a full disk, a locked database, and the time after."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from helpers.core import Hold, Watch, eventually
from helpers.deliveries import arrival, locked, outcomes, save, settle
from hookscope.deliveries import Finish, NotSaved, Outcome, Reader, Row, SentResponse, Store, queries
from hookscope.deliveries.troubles import DISK_FULL, LOCKED
from hookscope.deliveries.writer import UNSAVED_BODY

LARGE = b"x" * 60_000  # does not fit into what the last pages have left
NOT_WRITTEN = "the history could not be written"


def fill_disk(store: Store) -> None:
    """From now on the file cannot grow."""
    store.write(lambda db: db.execute("PRAGMA max_page_count=1").fetchone()).result()


def clear_disk(store: Store) -> None:
    store.write(lambda db: db.execute("PRAGMA max_page_count=1000000").fetchone()).result()


def be_impatient(store: Store) -> None:
    store.write(lambda db: db.execute("PRAGMA busy_timeout=50").fetchone()).result()


def read_rows(reader: Reader) -> list[Row]:
    return reader.submit(lambda db: sorted(queries.rows(db, queries.newest_ids(db, None, 10_000)).values())).result()


@pytest.mark.logs(f"{NOT_WRITTEN}: Python int too large")
def test_bad_delivery_refuses_only_itself(store: Store, watch: Watch, reader: Reader) -> None:
    good = [arrival(number) for number in range(40)]

    async def in_one_batch() -> list[int | BaseException]:
        with Hold(store):
            waiting = [store.append(each) for each in (*good[:20], arrival(99, duration_us=1 << 70), *good[20:])]
        return await asyncio.gather(*waiting, return_exceptions=True)

    found = asyncio.run(in_one_batch())
    assert isinstance(found[20], NotSaved)
    assert [*found[:20], *found[21:]] == list(range(1, 41))
    assert [row.target for row in read_rows(reader)] == [f"/{number}" for number in range(40)]
    assert not watch.troubles


@pytest.mark.logs(f"{NOT_WRITTEN}: Python int too large")
def test_bad_end_keeps_no_other_from_being_stored(store: Store, reader: Reader) -> None:
    save(store, arrival(), arrival(), arrival())
    with Hold(store):
        store.finish(1, Finish(Outcome.ANSWERED, 200, 5))
        store.finish(2, Finish(Outcome.ANSWERED, 200, 1 << 70))
        store.finish(3, Finish(Outcome.ANSWERED, 200, 6))
    settle(store)
    assert [row.took_us for row in read_rows(reader)] == [5, None, 6]


@pytest.mark.logs(f"{NOT_WRITTEN}: database or disk is full")
def test_full_disk_refuses_says_so_and_goes_on_when_it_clears(store: Store, watch: Watch, reader: Reader) -> None:
    (waiting,) = save(store, arrival(body=LARGE))
    fill_disk(store)
    found = outcomes(store, *[arrival(number, body=LARGE, planned=SentResponse(201, body=b"no")) for number in (1, 2)])
    assert [(type(error), str(error)) for error in found] == [(NotSaved, DISK_FULL)] * 2
    store.finish(waiting, Finish(Outcome.ANSWERED, 200, 7, problem="p" * 100_000))
    settle(store)
    assert [(row.id, row.outcome) for row in read_rows(reader)] == [(waiting, "waiting")]
    assert watch.troubles == [DISK_FULL]

    clear_disk(store)
    eventually(lambda: watch.troubles == [DISK_FULL, ""])
    assert save(store, arrival(3, body=LARGE)) == [4]
    first, *late, last = read_rows(reader)
    assert (first.outcome, first.took_us, len(first.problem)) == ("answered", 7, 100_000)
    assert [(row.id, row.target, row.outcome, row.status) for row in late] == [
        (2, "/1", "not-saved", 503),
        (3, "/2", "not-saved", 503),
    ]
    assert (last.target, last.outcome) == ("/3", "waiting")
    kept = reader.submit(lambda db: queries.delivery(db, 2)).result()
    assert kept is not None
    assert (kept.request.body, kept.response) == (LARGE, SentResponse(503))
    assert sorted(row.id for changes in watch.changes for row in changes.new) == [1, 2, 3, 4]
    assert [row.took_us for changes in watch.changes for row in changes.changed] == [7]


@pytest.mark.logs(f"{NOT_WRITTEN}: database is locked")
def test_locked_database_refuses_says_so_and_goes_on(
    store: Store, watch: Watch, reader: Reader, tmp_path: Path
) -> None:
    (waiting,) = save(store, arrival())
    be_impatient(store)
    with locked(tmp_path):
        found = outcomes(store, *[arrival(number) for number in range(1, 31)])
        assert {(type(error), str(error)) for error in found} == {(NotSaved, LOCKED)}
        store.finish(waiting, Finish(Outcome.ANSWERED, 200, 7))
        eventually(lambda: watch.troubles == [LOCKED])
    eventually(lambda: watch.troubles == [LOCKED, ""])
    settle(store)
    first, *late = read_rows(reader)
    assert (first.outcome, first.took_us) == ("answered", 7)
    assert [(row.target, row.outcome, row.status) for row in late] == [
        (f"/{number}", "not-saved", 503) for number in range(1, 31)
    ]
    assert save(store, arrival(31)) == [32]


@pytest.mark.logs(f"{NOT_WRITTEN}: database is locked")
def test_what_was_not_saved_comes_before_what_arrives_later(store: Store, reader: Reader, tmp_path: Path) -> None:
    be_impatient(store)
    with locked(tmp_path):
        (error,) = outcomes(store, arrival(1))
        assert isinstance(error, NotSaved)
        time.sleep(0.2)  # the writer has tried again by now, and waits
    save(store, arrival(2))
    assert [(row.id, row.target, row.outcome) for row in read_rows(reader)] == [
        (1, "/1", "not-saved"),
        (2, "/2", "waiting"),
    ]


@pytest.mark.logs(f"{NOT_WRITTEN}: database is locked")
def test_large_body_that_was_not_saved_is_not_kept_in_memory(store: Store, reader: Reader, tmp_path: Path) -> None:
    be_impatient(store)
    with locked(tmp_path):
        outcomes(store, arrival(1, body=b"x" * UNSAVED_BODY), arrival(2, body=b"x" * (UNSAVED_BODY + 1)))
    eventually(lambda: len(read_rows(reader)) == 2)
    assert [row.body_bytes for row in read_rows(reader)] == [UNSAVED_BODY, 0]


@pytest.mark.logs(f"{NOT_WRITTEN}: database is locked", "a change could not be written: database is locked")
def test_job_meets_a_locked_database(store: Store, watch: Watch, tmp_path: Path) -> None:
    be_impatient(store)
    with locked(tmp_path):
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            store.write(lambda db: None).result()
        assert not watch.troubles
        outcomes(store, arrival())
    eventually(lambda: watch.troubles == [LOCKED, ""])


@pytest.mark.logs(f"{NOT_WRITTEN}: database or disk is full")
def test_closing_stores_what_was_not_saved(tmp_path: Path) -> None:
    store = Store(tmp_path)
    save(store, arrival(body=LARGE))
    fill_disk(store)
    outcomes(store, arrival(1, body=LARGE))

    closing_store = threading.Thread(target=store.close)
    with Hold(store):
        store.write(lambda db: db.execute("PRAGMA max_page_count=1000000").fetchone())
        closing_store.start()
        time.sleep(0.05)  # so that both are taken at once
    closing_store.join()
    with closing(Reader(tmp_path, "pages")) as reader:
        assert [row.outcome for row in read_rows(reader)] == ["waiting", "not-saved"]


@pytest.mark.logs("no such table: content")
def test_any_other_trouble_is_told_with_its_reason(store: Store, watch: Watch) -> None:
    store.write(lambda db: db.execute("ALTER TABLE content RENAME TO elsewhere")).result()
    (error,) = outcomes(store, arrival())
    assert isinstance(error, NotSaved)
    reason = "The history cannot be written (no such table: content)."
    told = f"{reason} Requests get 503 until it can, so the sender tries again."
    assert str(error) == told
    eventually(lambda: watch.troubles == [told])
    store.write(lambda db: db.execute("ALTER TABLE elsewhere RENAME TO content")).result()
    eventually(lambda: watch.troubles == [told, ""])


@pytest.mark.logs("a subscriber of the store failed", f"{NOT_WRITTEN}: database or disk is full")
def test_subscriber_of_trouble_that_raises_does_not_end_the_thread(store: Store) -> None:
    def fail(sentence: str) -> None:
        raise LookupError(sentence)

    store.subscribe_trouble(fail)
    watch = Watch(store)
    save(store, arrival(body=LARGE))
    fill_disk(store)
    outcomes(store, arrival(body=LARGE))
    clear_disk(store)
    eventually(lambda: watch.troubles == [DISK_FULL, ""])
    assert save(store, arrival(body=LARGE)) == [3]
