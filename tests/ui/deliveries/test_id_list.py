"""The list of ids against a plain list."""

from __future__ import annotations

import random
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.ui.deliveries.id_list import RANGES_AT_ONCE, IdList


def rows_of(ids: IdList) -> list[int]:
    return [ids[row] for row in range(len(ids))]


class Mirror:
    """Follows what it is told about a list, as a view does."""

    def __init__(self, ids: IdList) -> None:
        self._ids = ids
        self._first = self._last = 0
        self.rows = rows_of(ids)
        self.told: list[str] = []

    def inserting(self, first: int, last: int) -> None:
        assert self.rows == rows_of(self._ids)
        self._first, self._last = first, last

    def inserted(self) -> None:
        self.told.append("insert")
        self.rows[self._first : self._first] = [self._ids[row] for row in range(self._first, self._last + 1)]

    def removing(self, first: int, last: int) -> None:
        assert self.rows == rows_of(self._ids)
        self._first, self._last = first, last

    def removed(self) -> None:
        self.told.append("remove")
        del self.rows[self._first : self._last + 1]

    def resetting(self) -> None:
        assert self.rows == rows_of(self._ids)

    def reset(self) -> None:
        self.told.append("reset")
        self.rows = rows_of(self._ids)


def watched(*ids: int) -> tuple[IdList, Mirror]:
    made = IdList()
    made.add_older(sorted(ids, reverse=True))
    made.watcher = mirror = Mirror(made)
    return made, mirror


steps = st.lists(
    st.tuples(st.sampled_from(["newer", "older", "remove"]), st.integers(0, 40), st.randoms()), max_size=30
)


@given(steps)
def test_it_is_a_falling_list_whatever_is_done_to_it(steps: list[tuple[str, int, random.Random]]) -> None:
    ids, mirror = watched(1000, 1001, 1002)
    expected = [1002, 1001, 1000]
    top, bottom = 1002, 1000
    for step, count, chance in steps:
        if step == "newer":
            added = list(range(top + 2, top + 2 + count))
            top += count + 2
            ids.add_newer(array("q", added))
            expected = [*reversed(added), *expected]
        elif step == "older":
            added = list(range(bottom - 2, bottom - 2 - count, -1))
            bottom -= count + 2
            ids.add_older(array("q", added))
            expected = [*expected, *added]
        else:
            gone = chance.sample(expected, min(count, len(expected)))
            ids.remove([*gone, top + 1])
            expected = [id for id in expected if id not in gone]
        assert rows_of(ids) == mirror.rows == expected
        assert ids.newest == (expected[0] if expected else 0)
        first, stop = sorted((chance.randrange(50), chance.randrange(50)))
        assert list(ids.slice(first, stop)) == expected[first:stop]
        for id in (bottom - 1, bottom, chance.randrange(bottom, top + 1), top, top + 1):
            assert ids.row_of(id) == (expected.index(id) if id in expected else -1)
            assert ids.place(id) == sum(other > id for other in expected)


def test_neighbours_are_removed_together() -> None:
    ids, mirror = watched(*range(1, 101))
    ids.remove([*range(1, 51), 70, 71, 99])
    assert mirror.told == ["remove"] * 3
    assert len(ids) == 47


def test_removals_in_many_places_are_one_reset() -> None:
    ids, mirror = watched(*range(1, 201))
    ids.add_newer(array("q", range(201, 301)))
    ids.remove(range(2, 301, 2))
    assert mirror.told == ["insert", "reset"]
    assert rows_of(ids) == list(range(299, 0, -2))


def test_removing_what_is_not_there_says_nothing() -> None:
    ids, mirror = watched(1, 2, 3)
    ids.remove([7, 8])
    ids.add_newer(array("q"))
    ids.add_older(array("q"))
    assert mirror.told == []


@pytest.mark.parametrize("places", [RANGES_AT_ONCE, RANGES_AT_ONCE + 1])
def test_the_limit_of_places(places: int) -> None:
    ids, mirror = watched(*range(1, 201))
    ids.remove(range(1, 2 * places, 2))
    assert mirror.told == (["remove"] * places if places == RANGES_AT_ONCE else ["reset"])
