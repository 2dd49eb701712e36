"""Series and attempts: which requests are one message sent again."""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.deliveries import NOON_US, arrival, locked, outcomes, save, settle
from hookscope.deliveries import (
    Arrival,
    Finish,
    Outcome,
    Place,
    SeriesCounter,
    Store,
    message_key,
    own_key,
    read_back,
    statements,
)
from hookscope.deliveries.database import MIGRATIONS
from hookscope.deliveries.series import KEYS_KEPT, Counted

A, B = b"A" * 16, b"B" * 16
AGAIN = Place(1, again=True)
DAY_US = 86_400_000_000
SHA = hashlib.sha256(b"body").digest()


# --- keys -------------------------------------------------------------------------------------------------------------


def test_key_of_a_message_differs_by_each_part() -> None:
    keys = [
        message_key(1, "POST", "/a", SHA),
        message_key(2, "POST", "/a", SHA),
        message_key(None, "POST", "/a", SHA),
        message_key(1, "PUT", "/a", SHA),
        message_key(1, "POST", "/a?", SHA),
        message_key(1, "POST", "/a", hashlib.sha256(b"other").digest()),
        message_key(1, "POST", "/a", SHA, "id-1"),
        message_key(1, "POST", "/a", SHA, "id-2"),
        message_key(2, "POST", "/a", SHA, "id-1"),
        message_key(1, "POST", "/a", SHA, ""),
        message_key(1, "POST", "/\xff\udc80", SHA),
    ]
    assert len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {16}
    assert message_key(1, "POST", "/a", SHA) == keys[0]


def test_senders_own_id_decides_alone() -> None:
    assert message_key(1, "POST", "/a", SHA, "id-1") == message_key(1, "PUT", "/b", b"", "id-1")


def test_id_cannot_be_mistaken_for_a_request() -> None:
    assert message_key(1, "P", "/", SHA) != message_key(1, "", "", b"", f"P / {SHA.hex()}")


def test_own_keys_are_never_shared() -> None:
    assert len({own_key() for _ in range(1000)}) == 1000
    assert len(own_key()) == 16


# --- counting ---------------------------------------------------------------------------------------------------------


def test_attempts_until_one_is_answered() -> None:
    counter = SeriesCounter()
    first = counter.count(A)
    counter.finished(first, Outcome.ANSWERED, 503)
    second = counter.count(A)
    counter.finished(second, Outcome.ANSWERED, 200)
    third = counter.count(A)
    assert [each.place for each in (first, second, third)] == [Place(1), Place(2), AGAIN]
    assert first.message == second.message == third.message == 1
    assert counter.count(B).message == 2


def test_attempt_still_being_answered_does_not_end_its_series() -> None:
    counter = SeriesCounter()
    first, second = counter.count(A), counter.count(A)
    assert second.place == Place(2)
    counter.finished(first, Outcome.ANSWERED, 200)
    assert counter.count(A).place == AGAIN
    counter.finished(second, Outcome.ANSWERED, 200)
    assert counter.count(A).place == Place(2)


@pytest.mark.parametrize(
    ("outcome", "status", "ends"),
    [
        (Outcome.ANSWERED, 200, True),
        (Outcome.ANSWERED, 299, True),
        (Outcome.ANSWERED, 199, False),
        (Outcome.ANSWERED, 300, False),
        (Outcome.ANSWERED, 404, False),
        *[(outcome, 200, False) for outcome in Outcome if outcome is not Outcome.ANSWERED],
    ],
)
def test_what_ends_a_series(outcome: Outcome, status: int, ends: bool) -> None:
    counter = SeriesCounter()
    counter.finished(counter.count(A), outcome, status)
    assert counter.count(A).place == (AGAIN if ends else Place(2))


def test_newest_keys_are_kept() -> None:
    counter = SeriesCounter()
    tokens = [counter.count(b"%d" % number) for number in range(KEYS_KEPT)]
    assert counter.count(b"0").place == Place(2)
    counter.count(A)  # pushes out the key that was longest not seen, which is 1 now
    counter.finished(tokens[1], Outcome.ANSWERED, 200)
    assert counter.count(b"0").place == Place(3)
    assert counter.count(b"2").place == Place(2)
    forgotten = counter.count(b"1")
    assert (forgotten.place, forgotten.message) == (Place(1), KEYS_KEPT + 2)


class Naive:
    """The definition, word for word: the attempts of each series, with their ends."""

    def __init__(self) -> None:
        self.series: dict[bytes, list[list[bool]]] = {}

    def count(self, key: bytes) -> tuple[Place, int, tuple[int, int]]:
        of_key = self.series.setdefault(key, [[]])
        again = any(of_key[-1])
        if again:
            of_key.append([])
        of_key[-1].append(False)
        message = list(self.series).index(key) + 1
        return Place(len(of_key[-1]), again and len(of_key[-1]) == 1), message, (len(of_key) - 1, len(of_key[-1]) - 1)

    def finished(self, key: bytes, at: tuple[int, int], ends: bool) -> None:
        series, attempt = at
        self.series[key][series][attempt] = ends


KEYS = st.sampled_from([b"a", b"b", b"c"])
ENDS = st.tuples(st.sampled_from([Outcome.ANSWERED, Outcome.DROPPED]), st.sampled_from([200, 204, 404, 503]))
STEPS = st.lists(st.one_of(KEYS, st.tuples(st.integers(0, 30), ENDS)), max_size=60)


@given(STEPS)
def test_counter_counts_as_the_definition_says(steps: list[bytes | tuple[int, tuple[Outcome, int]]]) -> None:
    counter, naive = SeriesCounter(), Naive()
    open_ones: list[tuple[Counted, tuple[int, int]]] = []
    for step in steps:
        if isinstance(step, bytes):
            counted = counter.count(step)
            place, message, at = naive.count(step)
            assert (counted.place, counted.message, counted.key) == (place, message, step)
            open_ones.append((counted, at))
        elif open_ones:
            number, (outcome, status) = step
            counted, at = open_ones.pop(number % len(open_ones))
            counter.finished(counted, outcome, status)
            naive.finished(counted.key, at, outcome is Outcome.ANSWERED and status in range(200, 300))


# --- read back at the start -------------------------------------------------------------------------------------------


def attempt(counted: Counted, **changes: Any) -> Arrival:
    return arrival(series_key=counted.key, series=counted.message, place=counted.place, **changes)


@settings(max_examples=60)
@given(STEPS)
def test_restart_does_not_change_the_counting(steps: list[bytes | tuple[int, tuple[Outcome, int]]]) -> None:
    counter = SeriesCounter()
    counts: list[Counted] = []
    ends: dict[int, Finish] = {}
    for step in steps:
        if isinstance(step, bytes):
            counts.append(counter.count(step))
        elif counts and (id := step[0] % len(counts) + 1) not in ends:
            ends[id] = Finish(*step[1], took_us=1)
            counter.finished(counts[id - 1], *step[1])
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.executescript("".join(MIGRATIONS))
        statements.insert(db, [(id, attempt(counted)) for id, counted in enumerate(counts, start=1)])
        statements.end(db, list(ends.items()))
        again = read_back(db, NOON_US + 1)
    for key in (b"a", b"b", b"c", b"a", b"new"):
        before, after = counter.count(key), again.count(key)
        assert (after.place, after.message) == (before.place, before.message)


def stored(store: Store, now_us: int = NOON_US) -> SeriesCounter:
    return store.write(lambda db: read_back(db, now_us)).result()


def test_nothing_is_known_of_an_empty_history(store: Store) -> None:
    counted = stored(store).count(A)
    assert (counted.place, counted.message) == (Place(1), 1)


def test_only_the_last_24_hours_are_read_back(store: Store) -> None:
    counter = SeriesCounter()
    old, new = counter.count(A), counter.count(B)
    save(store, attempt(old, received_us=NOON_US - DAY_US - 1), attempt(new, received_us=NOON_US - DAY_US))
    counter = stored(store)
    assert counter.count(B).place == Place(2)
    unknown = counter.count(A)
    assert (unknown.place, unknown.message) == (Place(1), 3)


def test_attempt_goes_on_where_the_older_ones_are_out_of_reach(store: Store) -> None:
    times = [NOON_US - 2 * DAY_US, NOON_US - 1]
    save(store, *[arrival(series_key=A, series=4, place=Place(n), received_us=at) for n, at in enumerate(times, 6)])
    counted = stored(store).count(A)
    assert (counted.place, counted.message) == (Place(8), 4)


def test_only_the_newest_keys_are_read_back(store: Store) -> None:
    keys = [b"%d" % number for number in range(KEYS_KEPT + 1)]
    save(store, *[arrival(series_key=key, series=n, place=Place()) for n, key in enumerate(keys, start=1)])
    counter = stored(store)
    assert counter.count(keys[-1]).place == counter.count(keys[1]).place == Place(2)
    assert counter.count(keys[0]).place == Place(1)


def test_key_that_had_been_forgotten_is_a_message_of_its_own(store: Store) -> None:
    save(
        store, *[arrival(series_key=A, series=number, place=place) for number, place in [(1, Place(5)), (2, Place(1))]]
    )
    counted = stored(store).count(A)
    assert (counted.place, counted.message) == (Place(2), 2)


def test_deliveries_without_a_series_are_passed_over(store: Store) -> None:
    save(store, arrival(), arrival(outcome=Outcome.REFUSED))
    assert stored(store).count(b"").place == Place(1)


@pytest.mark.logs("the history could not be written: database is locked")
def test_attempt_that_could_not_be_saved_stays_counted(store: Store, tmp_path: Path) -> None:
    store.write(lambda db: db.execute("PRAGMA busy_timeout=50").fetchone()).result()
    counter = SeriesCounter()
    with locked(tmp_path):
        outcomes(store, attempt(counter.count(A)))
    (id,) = save(store, attempt(counter.count(A)))
    store.finish(id, Finish(Outcome.ANSWERED, 200, 1))
    settle(store)
    assert stored(store).count(A).place == AGAIN


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
def test_order_in_which_unsaved_attempts_were_stored_does_not_matter(store: Store, order: tuple[int, ...]) -> None:
    attempts = [arrival(series_key=A, series=1, place=Place(number)) for number in order]
    save(store, *attempts)
    store.finish(order.index(2) + 1, Finish(Outcome.ANSWERED, 200, 1))
    settle(store)
    assert stored(store).count(A).place == AGAIN
