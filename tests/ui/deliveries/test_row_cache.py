"""Which rows are kept, and which are asked for."""

from __future__ import annotations

from hookscope.ui.deliveries.row_cache import KEPT, RowCache
from ui.deliveries.conftest import row


def test_a_row_is_asked_for_once() -> None:
    cache = RowCache()
    cache.put([row(1)])
    assert list(cache.ask([3, 2, 1])) == [3, 2]
    assert list(cache.ask([3, 2, 1])) == []
    cache.fill({3: row(3)})
    assert cache.get(3) == row(3)._replace(received_us=cache.get(3).received_us)  # type: ignore[union-attr]
    assert list(cache.ask([3, 2, 1])) == []  # 2 was not there: it is about to be removed
    cache.give_up([2])
    assert list(cache.ask([3, 2, 1])) == [2]


def test_the_longest_unused_rows_go_first() -> None:
    cache = RowCache()
    cache.put(row(id) for id in range(1, KEPT + 1))
    assert cache.get(1)  # used again
    cache.put([row(KEPT + 1), row(KEPT + 2)])
    assert cache.get(1)
    assert cache.get(2) is None
    assert cache.get(3) is None
    assert cache.get(4)
    cache.fill({KEPT + 3: row(KEPT + 3)})
    assert cache.get(5) is None


def test_a_change_counts_for_what_is_here_or_asked_for() -> None:
    cache = RowCache()
    cache.put([row(1)])
    cache.ask([2])
    changed = [row(1, seen=True), row(2, seen=True), row(3, seen=True)]
    assert cache.change(changed) == [1, 2]
    assert [cache.get(id) for id in (1, 2, 3)] == [changed[0], changed[1], None]


def test_what_was_read_before_a_change_does_not_undo_it() -> None:
    cache = RowCache()
    cache.ask([1])
    cache.change([row(1, status=503)])
    cache.fill({1: row(1, status=200)})
    found = cache.get(1)
    assert found
    assert found.status == 503


def test_removed_rows_are_forgotten_and_may_be_asked_for() -> None:
    cache = RowCache()
    cache.put([row(1)])
    cache.ask([2])
    cache.remove([1, 2, 3])
    assert cache.get(1) is None
    assert list(cache.ask([1, 2])) == [1, 2]
