"""How much is kept: by number, age and size, oldest first, pinned ones never."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from helpers.core import Watch, eventually
from helpers.deliveries import arrival, save, settle
from hookscope.deliveries import Finish, Limits, Outcome, Reader, SentResponse, Store, queries, retention
from hookscope.deliveries.database import FILE_NAME, open_database
from hookscope.deliveries.retention import give_back_pages, remove, surplus, used_bytes

FREE = Limits(count=0, days=0, mebibytes=0)
DAY_US = 86_400_000_000


def ids(store: Store) -> list[int]:
    return list(store.write(lambda db: queries.newest_ids(db, None, 100_000)).result())[::-1]


def keep(store: Store, limits: Limits) -> None:
    """Change the limits and wait until the history is within them."""
    store.keep(limits)
    eventually(lambda: store.write(lambda db: not surplus(db, limits, queries.count(db))).result())


def number(db: sqlite3.Connection, pragma: str) -> int:
    return int(db.execute(f"PRAGMA {pragma}").fetchone()[0])


def freed(store: Store) -> int:
    return store.write(lambda db: number(db, "freelist_count")).result()


def test_number_oldest_first_in_slices(store: Store, watch: Watch) -> None:
    save(store, *[arrival(number) for number in range(1300)])
    keep(store, Limits(count=100))
    assert ids(store) == list(range(1201, 1301))
    removed = [changes.removed for changes in watch.changes if changes.removed]
    assert [len(part) for part in removed] == [500, 500, 200]
    assert [id for part in removed for id in part] == list(range(1, 1201))


def test_number_holds_while_requests_come(store: Store) -> None:
    keep(store, Limits(count=50))
    for start in range(0, 1000, 100):
        save(store, *[arrival(number) for number in range(start, start + 100)])
    eventually(lambda: ids(store) == list(range(951, 1001)))


def test_pinned_ones_are_never_removed(store: Store) -> None:
    save(store, *[arrival(number) for number in range(30)])
    store.set_pinned([1, 2, 29], pinned=True)
    keep(store, Limits(count=5))
    assert ids(store) == [1, 2, 28, 29, 30]
    store.set_pinned([1, 2, 29], pinned=False)
    keep(store, Limits(count=1))
    assert ids(store) == [30]


def test_more_pinned_than_are_kept(store: Store) -> None:
    save(store, *[arrival(number) for number in range(20)])
    store.set_pinned(range(1, 16), pinned=True)
    keep(store, Limits(count=5))
    assert ids(store) == list(range(1, 16))
    assert save(store, arrival()) == [21]


def test_age(store: Store) -> None:
    now = time.time_ns() // 1000
    ages = [40, 8, 8, 7.1, 6.9, 1, 0]
    save(store, *[arrival(received_us=now - int(age * DAY_US)) for age in ages])
    store.set_pinned([2], pinned=True)
    keep(store, Limits(days=7))
    assert ids(store) == [2, 5, 6, 7]


def test_size_takes_no_more_than_it_must(store: Store) -> None:
    save(store, *[arrival(number, body=bytes(200_000)) for number in range(30)])
    store.set_pinned([3], pinned=True)
    keep(store, Limits(mebibytes=4))
    kept = ids(store)
    assert kept == [3, *range(31 - len(kept) + 1, 31)]
    used = store.write(used_bytes).result()
    assert 4_194_304 - 2 * 200_000 < used <= 4_194_304


def test_size_counts_what_was_answered(store: Store) -> None:
    large = SentResponse(200, (), bytes(200_000))
    late = Finish(Outcome.ANSWERED, 200, 5, sent=large)
    save(store, *[arrival(number, planned=large) for number in range(15)])
    for id in save(store, *[arrival(number) for number in range(15, 30)]):
        store.finish(id, late)
    settle(store)
    keep(store, Limits(mebibytes=2))
    assert 2_097_152 - 2 * 200_000 < store.write(used_bytes).result() <= 2_097_152


def test_size_of_many_small_ones(store: Store) -> None:
    save(store, *[arrival(number, body=bytes(800)) for number in range(4000)])
    before = store.write(used_bytes).result()
    assert before > 3 << 20
    keep(store, Limits(mebibytes=2))
    assert 1.9 * (1 << 20) < store.write(used_bytes).result() <= 2 << 20


def test_no_limit(store: Store) -> None:
    save(store, *[arrival(number) for number in range(200)])
    store.keep(FREE)
    settle(store)
    assert len(ids(store)) == 200


@pytest.mark.parametrize("by", ["limit", "hand"])
def test_file_shrinks(tmp_path: Path, by: str) -> None:
    with closing(Store(tmp_path, FREE)) as store:
        save(store, *[arrival(number, body=bytes(100_000)) for number in range(100)])
        if by == "limit":
            keep(store, Limits(count=10))
        else:
            store.delete(range(1, 91))
        eventually(lambda: freed(store) == 0)
        assert len(ids(store)) == 10
    assert (tmp_path / FILE_NAME).stat().st_size < 1_200_000


def test_pages_are_given_back_a_few_at_a_time(tmp_path: Path) -> None:
    with closing(Store(tmp_path, FREE)) as store:
        save(store, *[arrival(number, body=bytes(100_000)) for number in range(100)])
    with closing(open_database(tmp_path).db) as db:
        remove(db, list(range(1, 61)))
        free = [number(db, "freelist_count")]
        while give_back_pages(db):
            free.append(number(db, "freelist_count"))
    assert free[0] > 1400
    assert free == [*range(free[0], 0, -500), 0]


@pytest.mark.logs("the history could not be tidied")
def test_history_that_cannot_be_tidied_still_takes_requests(store: Store, reader: Reader) -> None:
    save(store, *[arrival(number) for number in range(10)])
    trigger = "CREATE TRIGGER no BEFORE DELETE ON delivery BEGIN SELECT RAISE(ABORT, 'no'); END"
    store.write(lambda db: db.execute(trigger)).result()
    store.keep(Limits(count=5))
    assert save(store, arrival()) == [11]
    assert reader.submit(queries.count).result() == 11


def test_surplus_is_at_most_one_slice(store: Store) -> None:
    save(store, *[arrival(number) for number in range(700)])
    of = store.write(lambda db: surplus(db, Limits(count=1), 700)).result()
    assert of == list(range(1, retention.SLICE + 1))
    assert store.write(lambda db: surplus(db, Limits(count=700), 700)).result() == []
    assert store.write(lambda db: surplus(db, FREE, 700)).result() == []


def test_removing_names_what_was_there(store: Store) -> None:
    save(store, *[arrival(number) for number in range(5)])
    assert store.write(lambda db: remove(db, [4, 99, 2])).result() == [2, 4]
    assert store.write(lambda db: db.execute("SELECT id FROM content ORDER BY id").fetchall()).result() == [
        (1,),
        (3,),
        (5,),
    ]
