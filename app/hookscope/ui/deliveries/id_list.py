"""A million ids, newest first, that grow at both ends."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from operator import neg
from typing import Protocol

RANGES_AT_ONCE = 32
"""Removals in more places than this are told as a reset: a view pays for each place by the length of the list."""


class Watcher(Protocol):
    """Is told before and after the rows of a list change."""

    def inserting(self, first: int, last: int) -> None: ...
    def inserted(self) -> None: ...
    def removing(self, first: int, last: int) -> None: ...
    def removed(self) -> None: ...
    def resetting(self) -> None: ...
    def reset(self) -> None: ...


class IdList:
    """Ids in falling order; row 0 holds the highest. Adding at either end costs what is added, not what is there."""

    def __init__(self) -> None:
        self.watcher: Watcher | None = None
        self._newer = array("q")  # rising, the newest last
        self._older = array("q")  # falling, the oldest last

    def __len__(self) -> int:
        return len(self._newer) + len(self._older)

    def __getitem__(self, row: int) -> int:
        newer = len(self._newer)
        return self._newer[newer - 1 - row] if row < newer else self._older[row - newer]

    @property
    def newest(self) -> int:
        """The highest id, 0 when there is none."""
        return self[0] if len(self) else 0

    def slice(self, first: int, stop: int) -> array[int]:
        """The ids of these rows, in their order."""
        newer = len(self._newer)
        found = self._newer[max(0, newer - stop) : max(0, newer - first)]
        found.reverse()
        return found + self._older[max(0, first - newer) : max(0, stop - newer)]

    def place(self, id: int) -> int:
        """The row of an id, or the row it would have."""
        newer = len(self._newer)
        row = newer - bisect_right(self._newer, id)
        return row if row < newer else newer + bisect_left(self._older, -id, key=neg)

    def row_of(self, id: int) -> int:
        """The row of an id, -1 when it is not here."""
        row = self.place(id)
        return row if row < len(self) and self[row] == id else -1

    def add_newer(self, ids: Sequence[int]) -> None:
        """Add rising ids that are higher than all before."""
        if ids:
            self._begin_insert(0, len(ids) - 1)
            self._newer.extend(ids)
            self._end_insert()

    def add_older(self, ids: Sequence[int]) -> None:
        """Add falling ids that are lower than all before."""
        if ids:
            self._begin_insert(len(self), len(self) + len(ids) - 1)
            self._older.extend(ids)
            self._end_insert()

    def remove(self, ids: Iterable[int]) -> None:
        """Take out those of these ids that are here."""
        ranges = _ranges(sorted({row for id in ids if (row := self.row_of(id)) >= 0}))
        if len(ranges) > RANGES_AT_ONCE:
            self._remove_in_one(ranges)
            return
        for first, last in reversed(ranges):
            if self.watcher:
                self.watcher.removing(first, last)
            self._delete(first, last)
            if self.watcher:
                self.watcher.removed()

    def _remove_in_one(self, ranges: list[tuple[int, int]]) -> None:
        if self.watcher:
            self.watcher.resetting()
        kept, start = array("q"), 0
        for first, last in ranges:
            kept += self.slice(start, first)
            start = last + 1
        self._older, self._newer = kept + self.slice(start, len(self)), array("q")
        if self.watcher:
            self.watcher.reset()

    def _delete(self, first: int, last: int) -> None:
        newer = len(self._newer)
        del self._older[max(0, first - newer) : max(0, last + 1 - newer)]
        del self._newer[max(0, newer - 1 - last) : max(0, newer - first)]

    def _begin_insert(self, first: int, last: int) -> None:
        if self.watcher:
            self.watcher.inserting(first, last)

    def _end_insert(self) -> None:
        if self.watcher:
            self.watcher.inserted()


def _ranges(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Rising rows as ranges of neighbours, first and last included."""
    ranges: list[tuple[int, int]] = []
    for row in rows:
        if ranges and ranges[-1][1] == row - 1:
            ranges[-1] = (ranges[-1][0], row)
        else:
            ranges.append((row, row))
    return ranges
