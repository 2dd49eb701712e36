"""What other parts see of the store: commits, changes, jobs, closing and reopening."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from helpers.core import Hold, Watch, eventually
from helpers.deliveries import arrival, save, settle
from hookscope.deliveries import Changes, Finish, Outcome, Reader, Row, SentResponse, Store, open_for_reading, queries

ANSWERED = Finish(Outcome.ANSWERED, 200, 1000)


def all_rows(folder: Path) -> list[Row]:
    with closing(open_for_reading(folder)) as db:
        return sorted(queries.rows(db, queries.newest_ids(db, None, 10_000)).values())


def test_what_arrives_together_is_committed_together(store: Store, watch: Watch) -> None:
    async def fifty() -> list[int]:
        with Hold(store):
            waiting = [store.append(arrival(number)) for number in range(50)]
        return await asyncio.gather(*waiting)

    ids = asyncio.run(fifty())
    (changes,) = watch.changes
    assert [row.id for row in changes.new] == ids == list(range(1, 51))
    assert [row.target for row in changes.new] == [f"/{number}" for number in range(50)]


def test_append_is_on_disk_when_it_answers(store: Store, tmp_path: Path) -> None:
    async def first() -> list[Row]:
        await store.append(arrival())
        return all_rows(tmp_path)

    assert [row.outcome for row in asyncio.run(first())] == [Outcome.WAITING]


def test_sender_that_stopped_waiting_does_not_disturb_the_others(store: Store, watch: Watch) -> None:
    async def three() -> int:
        with Hold(store):
            _, gone, last = (store.append(arrival(number)) for number in range(3))
            gone.cancel()
        return await last

    assert asyncio.run(three()) == 3
    assert [row.id for row in watch.changes[0].new] == [1, 2, 3]


def test_loop_that_is_closed_does_not_end_the_writer(store: Store, watch: Watch) -> None:
    async def leave() -> None:
        store.append(arrival())

    with Hold(store):
        asyncio.run(leave())
    assert save(store, arrival()) == [2]


def test_changes_are_reported_in_order(store: Store, watch: Watch) -> None:
    one, two, three = save(store, arrival(1), arrival(2), arrival(3))
    store.finish(two, ANSWERED)
    store.mark_seen([one, three])
    store.set_pinned([three], pinned=True)
    store.finish(three, Finish(Outcome.DROPPED, 0, 5))
    store.delete([one, 99])
    settle(store)
    new = [row for changes in watch.changes for row in changes.new]
    changed = [row for changes in watch.changes for row in changes.changed]
    assert [row.id for row in new] == [1, 2, 3]
    assert [(row.id, row.outcome, row.seen, row.pinned, row.took_us) for row in changed] == [
        (2, "answered", False, False, 1000),
        (1, "waiting", True, False, None),
        (3, "waiting", True, False, None),
        (3, "waiting", True, True, None),
        (3, "dropped", True, True, 5),
    ]
    assert watch.changes[-1] == Changes(removed=(1,))


def test_end_comes_with_its_delivery_when_both_are_queued(store: Store, watch: Watch) -> None:
    async def append_and_finish() -> None:
        with Hold(store):
            saved = store.append(arrival())
            store.finish(1, ANSWERED)
        await saved

    asyncio.run(append_and_finish())
    settle(store)
    assert [[len(part) for part in changes] for changes in watch.changes] == [[1, 1, 0]]


def test_end_of_a_removed_delivery_is_nothing(store: Store, watch: Watch) -> None:
    save(store, arrival())
    store.delete([1])
    store.finish(1, ANSWERED)
    settle(store)
    assert [[len(part) for part in changes] for changes in watch.changes] == [[1, 0, 0], [0, 0, 1]]


def test_delivery_that_never_ends_is_reported_once(store: Store, watch: Watch) -> None:
    save(store, arrival(outcome=Outcome.REFUSED))
    store.finish(1, ANSWERED)
    settle(store)
    assert [[len(part) for part in changes] for changes in watch.changes] == [[1, 0, 0]]


@pytest.mark.logs("a subscriber of the store failed")
def test_subscriber_that_raises_does_not_end_the_thread(store: Store) -> None:
    def fail(changes: Changes) -> None:
        raise LookupError("no")

    store.subscribe(fail)
    watch = Watch(store)
    assert save(store, arrival()) == [1]
    assert save(store, arrival()) == [2]
    assert [row.id for changes in watch.changes for row in changes.new] == [1, 2]


def test_deleting_takes_the_evidence_too_in_slices(store: Store, watch: Watch, reader: Reader) -> None:
    ids = save(store, *[arrival(number) for number in range(1200)])
    store.delete(ids[:1100])
    settle(store)
    removed = [changes.removed for changes in watch.changes if changes.removed]
    assert [len(part) for part in removed] == [500, 500, 100]
    left = reader.submit(lambda db: db.execute("SELECT count(*), min(id) FROM content").fetchone()).result()
    assert left == (100, 1101)
    assert reader.submit(queries.count).result() == 100


def test_ids_are_never_used_again(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        assert save(store, arrival(), arrival(), arrival()) == [1, 2, 3]
        store.delete([2, 3])
    with closing(Store(tmp_path)) as store:
        assert save(store, arrival()) == [4]
        store.delete([1, 4])
    with closing(Store(tmp_path)) as store:
        assert save(store, arrival()) == [5]


def test_delivery_left_waiting_is_unknown_after_reopening(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        save(store, *[arrival(number, planned=SentResponse(201)) for number in range(3)])
        store.finish(2, ANSWERED)
    assert [row.outcome for row in all_rows(tmp_path)] == ["waiting", "answered", "waiting"]
    with closing(Store(tmp_path)) as store:
        settle(store)
        assert [row.outcome for row in all_rows(tmp_path)] == ["unknown", "answered", "unknown"]
    assert [row.status for row in all_rows(tmp_path)] == [201, 200, 201]


def test_job_runs_in_a_transaction_of_its_own(store: Store, tmp_path: Path) -> None:
    def job(db: sqlite3.Connection) -> str:
        assert db.in_transaction
        db.execute("DELETE FROM delivery")
        raise LookupError("no")

    save(store, arrival())
    with pytest.raises(LookupError):
        store.write(job).result()
    assert len(all_rows(tmp_path)) == 1
    assert store.write(lambda db: threading.current_thread().name).result() == "store-writer"


@pytest.mark.logs("a change could not be written: no such table: absent")
def test_job_that_fails_tells_who_asked_and_nobody_else(store: Store, watch: Watch) -> None:
    with pytest.raises(sqlite3.OperationalError, match="absent"):
        store.write(lambda db: db.execute("DELETE FROM absent")).result()
    assert save(store, arrival()) == [1]
    assert not watch.troubles


def test_cancelled_job_is_not_done(store: Store) -> None:
    done: list[str] = []
    with Hold(store):
        cancelled = store.write(lambda db: done.append("cancelled"))
        kept = store.write(lambda db: done.append("kept"))
        assert cancelled.cancel()
    kept.result()
    assert done == ["kept"]


def test_work_is_done_in_the_order_it_was_handed_over(store: Store) -> None:
    async def between() -> tuple[int, int, int]:
        with Hold(store):
            before, counted = store.append(arrival()), store.write(queries.count)
            after = store.append(arrival())
        return await before, await asyncio.wrap_future(counted), await after

    assert asyncio.run(between()) == (1, 1, 2)


def test_closing_writes_what_is_queued(tmp_path: Path) -> None:
    store = Store(tmp_path)
    over = threading.Event()

    async def queue() -> None:
        store.write(lambda db: over.wait(10))
        for number in range(1000):
            store.append(arrival(number))
        store.finish(1000, ANSWERED)
        store.set_pinned([7], pinned=True)
        over.set()
        await asyncio.to_thread(store.close)

    asyncio.run(queue())
    assert not list(tmp_path.glob("*-wal"))
    rows = all_rows(tmp_path)
    assert [row.id for row in rows] == list(range(1, 1001))
    assert (rows[999].outcome, rows[6].pinned) == ("answered", True)
    store.close()  # a second time is nothing


def test_two_readers_see_each_commit_beside_the_writer(store: Store, tmp_path: Path, reader: Reader) -> None:
    with closing(Reader(tmp_path, "searches")) as other:
        for number in range(20):
            (id,) = save(store, arrival(number))
            assert reader.submit(queries.newest_id).result() == id
            assert other.submit(queries.count).result() == number + 1


def test_reader_in_the_middle_of_a_read_does_not_hold_up_the_writer(store: Store, reader: Reader) -> None:
    save(store, arrival())
    begun, over = threading.Event(), threading.Event()

    def slow(db: sqlite3.Connection) -> int:
        db.execute("BEGIN")
        before = queries.count(db)
        begun.set()
        over.wait(10)
        assert queries.count(db) == before
        db.execute("COMMIT")
        return queries.count(db)

    counted = reader.submit(slow)
    assert begun.wait(10)
    assert save(store, arrival()) == [2]
    over.set()
    assert counted.result() == 2


def test_first_look_counts_after_a_while_of_quiet(tmp_path: Path) -> None:
    """The limits hold without a single request; here with the pause that a start has."""
    from hookscope.deliveries import Limits

    with closing(Store(tmp_path)) as store:
        save(store, *[arrival(number) for number in range(30)])
    with closing(Store(tmp_path, Limits(count=10))) as store:
        watch = Watch(store)
        eventually(lambda: watch.changes)
        settle(store)
    assert [row.id for row in all_rows(tmp_path)] == list(range(21, 31))
