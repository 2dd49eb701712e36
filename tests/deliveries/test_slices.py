"""Large bodies: to the byte, in slices that others are saved between, and nothing half of them is left."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from helpers.core import Hold, Watch, eventually
from helpers.deliveries import TIMEOUT_S, arrival, at_slice, locked, outcomes, save
from hookscope.deliveries import (
    Arrival,
    Limits,
    NotSaved,
    Outcome,
    Reader,
    Store,
    open_for_reading,
    queries,
    statements,
    writer,
)
from hookscope.deliveries.database import open_database
from hookscope.deliveries.retention import remove, surplus, used_bytes
from hookscope.deliveries.slices import CHECKPOINT_EVERY, SLICE, SWEPT_AT_ONCE, sweep
from hookscope.deliveries.troubles import DISK_FULL, LOCKED

NOT_WRITTEN = "the history could not be written"
NOTHING = (0, 0)
KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from helpers.deliveries import arrival, at_slice, save
from hookscope.deliveries import Store
store = Store(Path(sys.argv[1]))
save(store, arrival(1))
at_slice(store, 5, lambda: os.kill(os.getpid(), signal.SIGKILL))
save(store, arrival(2, body=bytes(5 << 20)))
"""


def random_body(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def kept(db: sqlite3.Connection) -> tuple[int, int]:
    """How many large bodies and slices are in the tables, of whomever."""
    bodies, slices = "SELECT count(*) FROM large_body", "SELECT count(*) FROM body_part"
    found: tuple[int, int] = db.execute(f"SELECT ({bodies}), ({slices})").fetchone()
    return found


def kept_in(store: Store) -> tuple[int, int]:
    return store.write(kept).result(TIMEOUT_S)


def bodies(reader: Reader) -> list[bytes]:
    """The bodies of all deliveries in order of their ids."""

    def read(db: sqlite3.Connection) -> list[bytes]:
        found = [queries.delivery(db, id) for id in reversed(queries.newest_ids(db, None, 1000))]
        return [delivery.request.body for delivery in found if delivery]

    return reader.submit(read).result(TIMEOUT_S)


def queue(store: Store, *arrivals: Arrival) -> list[int | BaseException]:
    """Hand these over while the writer is held, so that it takes them at once; what became of each."""

    async def at_once() -> list[int | BaseException]:
        with Hold(store):
            waiting = [store.append(each) for each in arrivals]
        return await asyncio.gather(*waiting, return_exceptions=True)

    return asyncio.run(at_once())


# --- to the byte -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "slices"),
    [
        (0, 0),
        (1, 0),
        (SLICE - 1, 0),
        (SLICE, 0),
        (SLICE + 1, 2),
        (2 * SLICE - 1, 2),
        (2 * SLICE, 2),
        (2 * SLICE + 1, 3),
        (CHECKPOINT_EVERY * SLICE + 1, CHECKPOINT_EVERY + 1),
        (SWEPT_AT_ONCE * SLICE + 77, SWEPT_AT_ONCE + 1),
    ],
)
def test_bodies_around_the_edges_come_back(store: Store, reader: Reader, size: int, slices: int) -> None:
    whole = arrival(body=random_body(size), endpoint_name="a", ids=("b",), outcome=Outcome.INCOMPLETE)
    (id,) = save(store, whole)
    found = reader.submit(lambda db: queries.delivery(db, id)).result()
    assert found
    assert found.request == whole.request
    assert found.row == statements.row_of_arrival(id, whole)
    assert kept_in(store) == (1 if slices else 0, slices)


def test_a_body_that_has_just_gone_takes_its_delivery_with_it(store: Store, reader: Reader) -> None:
    save(store, arrival(body=bytes(SLICE + 1)))
    store.write(lambda db: db.execute("UPDATE large_body SET delivery = NULL")).result()
    assert reader.submit(lambda db: queries.delivery(db, 1)).result() is None


# --- others in between -----------------------------------------------------------------------------------------------


def test_small_ones_pass_large_ones_and_ids_rise_as_they_are_reported(store: Store, watch: Watch) -> None:
    sizes = [2 * SLICE, 10, SLICE + 1, 20, 3 * SLICE]
    ids = queue(store, *[arrival(number, body=bytes(size)) for number, size in enumerate(sizes)])
    reported = [[(row.id, row.target) for row in changes.new] for changes in watch.changes]
    assert reported == [[(1, "/1"), (2, "/3")], [(3, "/0")], [(4, "/2")], [(5, "/4")]]
    assert ids == [3, 1, 4, 2, 5]


def test_a_small_one_is_saved_and_answered_between_two_slices(store: Store, watch: Watch, reader: Reader) -> None:
    large = random_body(9 * SLICE)

    async def both() -> tuple[int, int]:
        loop, handed_over = asyncio.get_running_loop(), threading.Event()
        small: list[asyncio.Future[int]] = []

        def send() -> None:
            small.append(store.append(arrival(2)))
            loop.call_soon(loop.call_soon, handed_over.set)  # after the hand-over at the end of the iteration

        def wait() -> None:
            loop.call_soon_threadsafe(send)
            assert handed_over.wait(TIMEOUT_S)

        await asyncio.to_thread(at_slice, store, 3, wait)
        saved = await store.append(arrival(1, body=large))
        return saved, await small[0]

    assert asyncio.run(both()) == (2, 1)
    assert [row.target for changes in watch.changes for row in changes.new] == ["/2", "/1"]
    assert bodies(reader) == [b"{}", large]


def test_nothing_of_a_body_is_seen_before_its_last_slice(store: Store) -> None:
    seen = list[object]()

    def look(db: sqlite3.Connection) -> None:
        seen.append((kept(db), queries.count(db), list(queries.matching_ids(db, "\x00\x00", 10, 1))))

    at_slice(store, 3, lambda: store.write(look))
    save(store, arrival(body=bytes(5 * SLICE)))
    assert seen == [((1, 3), 0, [])]


def test_a_body_under_way_is_not_taken_for_a_left_over(store: Store, reader: Reader) -> None:
    old, new = random_body(3 * SLICE), random_body(8 * SLICE)
    save(store, arrival(body=old))
    at_slice(store, 4, lambda: store.delete([1]))
    save(store, arrival(body=new))
    eventually(lambda: kept_in(store) == (1, 8))
    assert bodies(reader) == [new]


def test_closing_stores_large_bodies_that_are_queued(tmp_path: Path) -> None:
    store, large = Store(tmp_path), [random_body(size) for size in (5 * SLICE, 2 * SLICE + 1)]

    async def close() -> list[int]:
        with Hold(store):
            waiting = [store.append(arrival(body=body)) for body in (large[0], b"small", large[1])]
            await asyncio.sleep(0)  # they are handed over
            closing_store = asyncio.create_task(asyncio.to_thread(store.close))
            await asyncio.sleep(0.05)
        await closing_store
        return await asyncio.gather(*waiting)

    assert asyncio.run(close()) == [2, 1, 3]
    with closing(Reader(tmp_path, "pages")) as reader:
        assert bodies(reader) == [b"small", *large]


# --- what fails ------------------------------------------------------------------------------------------------------


@pytest.mark.logs(f"{NOT_WRITTEN}: database or disk is full")
def test_disk_that_gets_full_in_the_middle(store: Store, watch: Watch, reader: Reader) -> None:
    """Nobody makes room: it is the body itself that fills the disk."""
    pages = (SLICE >> 12) + 8
    limit = 5 * pages + store.write(lambda db: db.execute("PRAGMA page_count").fetchone()[0]).result()
    store.write(lambda db: db.execute(f"PRAGMA max_page_count={limit}").fetchone()).result()
    first, second, small = queue(store, *[arrival(body=bytes(size * SLICE)) for size in (9, 3)], arrival(3))
    assert (type(first), str(first)) == (NotSaved, DISK_FULL)
    assert (small, type(second)) == (1, int)
    eventually(lambda: watch.troubles == [DISK_FULL, ""])
    eventually(lambda: kept_in(store) == (1, 3))
    eventually(lambda: len(bodies(reader)) == 3)
    rows = reader.submit(lambda db: sorted(queries.rows(db, [1, 2, 3]).values())).result()
    assert {(row.body_bytes, str(row.outcome)) for row in rows} == {
        (2, "waiting"),
        (0, "not-saved"),
        (3 * SLICE, "waiting"),
    }


@pytest.mark.logs(f"{NOT_WRITTEN}: database or disk is full")
def test_disk_that_stays_full_gets_rid_of_slices_when_it_clears(store: Store, watch: Watch) -> None:
    def fill(db: sqlite3.Connection) -> None:
        """Slices can be neither written nor deleted."""
        db.execute("PRAGMA max_page_count=1").fetchone()
        db.execute("CREATE TEMP TRIGGER stay BEFORE DELETE ON body_part BEGIN SELECT RAISE(ABORT, 'no'); END")

    def clear(db: sqlite3.Connection) -> None:
        db.execute("PRAGMA max_page_count=1000000").fetchone()
        db.execute("DROP TRIGGER temp.stay")

    at_slice(store, 3, lambda: store.write(fill))
    (error,) = outcomes(store, arrival(body=bytes(9 * SLICE), problem="p" * 60_000))
    assert (type(error), str(error)) == (NotSaved, DISK_FULL)
    assert kept_in(store) == (1, 3)
    store.write(clear).result()
    eventually(lambda: watch.troubles == [DISK_FULL, ""])
    eventually(lambda: kept_in(store) == NOTHING)


@pytest.mark.logs(f"{NOT_WRITTEN}: database is locked")
def test_locked_database_refuses_all_large_bodies_at_once(
    store: Store, watch: Watch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store.write(lambda db: db.execute("PRAGMA busy_timeout=50").fetchone()).result()
    with locked(tmp_path):
        found = outcomes(store, *[arrival(number, body=bytes(2 * SLICE)) for number in range(5)])
        assert {(type(error), str(error)) for error in found} == {(NotSaved, LOCKED)}
    assert len([record for record in caplog.records if NOT_WRITTEN in record.message]) == 1  # waited for the lock once
    eventually(lambda: watch.troubles == [LOCKED, ""])
    assert kept_in(store) == NOTHING
    assert save(store, arrival(body=bytes(2 * SLICE))) == [6]


@pytest.mark.logs(f"{NOT_WRITTEN}: Python int too large")
def test_bad_delivery_with_a_large_body_refuses_only_itself(store: Store, watch: Watch, reader: Reader) -> None:
    good = random_body(2 * SLICE)
    bad, first, second = queue(
        store, arrival(body=bytes(9 * SLICE), duration_us=1 << 70), arrival(), arrival(body=good)
    )
    assert isinstance(bad, NotSaved)
    assert (first, second) == (1, 2)
    eventually(lambda: kept_in(store) == (1, 2))
    assert bodies(reader) == [b"{}", good]
    assert not watch.troubles


def test_killed_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No row, and the slices go once the next process has a moment."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], env=environment, check=False)
    assert child.returncode == -signal.SIGKILL
    with closing(open_for_reading(tmp_path)) as db:
        assert (kept(db), queries.count(db)) == ((1, 4), 1)
    with closing(Store(tmp_path)) as store:
        assert save(store, arrival()) == [2]
        assert kept_in(store) == (1, 4)
        assert save(store, arrival(body=bytes(2 * SLICE))) == [3]
        assert kept_in(store) == (2, 6)
    monkeypatch.setattr(writer, "FIRST_LOOK_S", 0.01)
    with closing(Store(tmp_path)), closing(open_for_reading(tmp_path)) as db:
        eventually(lambda: kept(db) == (1, 2))


# --- what is removed -------------------------------------------------------------------------------------------------


def test_deleting_takes_the_slices_too(store: Store) -> None:
    save(store, *[arrival(body=bytes(size * SLICE)) for size in (2, 1, SWEPT_AT_ONCE + 3, 3)])
    store.delete([1, 2, 3])
    eventually(lambda: kept_in(store) == (1, 3))


def test_closing_does_not_leave_behind_what_was_deleted(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        save(store, *[arrival(body=bytes(3 * SLICE)) for _ in range(5)])
        store.delete([1, 2, 3, 4])
    with closing(open_for_reading(tmp_path)) as db:
        assert kept(db) == (1, 3)


def test_sweeping_is_done_in_slices(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        save(store, arrival(body=bytes((SWEPT_AT_ONCE * 2 + 1) * SLICE)), arrival(body=bytes(2 * SLICE)))
    with closing(open_database(tmp_path).db) as db:
        remove(db, [1, 2])
        left = [kept(db)]
        while sweep(db, under_way=0):
            left.append(kept(db))
    assert left == [(2, SWEPT_AT_ONCE * 2 + 3), (2, SWEPT_AT_ONCE + 3), (2, 3), (1, 2), NOTHING]


def test_size_takes_no_more_large_bodies_than_it_must(store: Store, reader: Reader) -> None:
    """What has been removed counts until its slices are gone, and then no longer."""
    save(store, *[arrival(body=bytes(4 * SLICE)) for _ in range(12)])
    limits = Limits(count=0, days=0, mebibytes=8)
    store.keep(limits)
    eventually(lambda: store.write(lambda db: not surplus(db, limits, 0)).result())
    assert 7 << 20 < store.write(used_bytes).result() <= 8 << 20
    assert reader.submit(lambda db: list(queries.newest_ids(db, None, 100))).result() == list(range(12, 5, -1))
    assert kept_in(store) == (7, 28)


# --- what is found ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [b"Needle", "Größe \U0001f600".encode(), b"nul\x00in it", b"n" * 3000],
    ids=["plain", "utf-8", "nul", "long"],
)
@pytest.mark.parametrize("at", [0, SLICE // 2, SLICE - 1, SLICE - 3, SLICE, 2 * SLICE - 2, 3 * SLICE - 3000])
def test_text_is_found_wherever_it_stands(store: Store, reader: Reader, text: bytes, at: int) -> None:
    whole = bytearray(b"\xff\x80" * (3 * SLICE // 2))
    whole[at : at + len(text)] = text
    save(store, arrival(body=bytes(whole[: 3 * SLICE])), arrival(body=bytes(2 * SLICE)))
    sought = text.decode().upper() if text.isascii() else text.decode()
    assert list(reader.submit(lambda db: queries.matching_ids(db, sought, 10, 1)).result()) == [1]


def test_text_is_not_found_across_two_bodies(store: Store, reader: Reader) -> None:
    ends, begins = bytes(2 * SLICE - 3) + b"foo", b"bar" + bytes(2 * SLICE)
    save(store, arrival(body=ends), arrival(body=begins))

    def find(db: sqlite3.Connection) -> list[list[int]]:
        return [list(queries.matching_ids(db, text, 10, 1)) for text in ("foo", "bar", "foobar")]

    assert reader.submit(find).result() == [[1], [2], []]
