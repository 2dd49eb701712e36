"""The rows that were looked at last; all others stay in the database."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from hookscope.deliveries import Row

PAGE = 256
KEPT = 32 * PAGE


class RowCache:
    """At most ``KEPT`` rows by id, the longest unused go first. What was asked for is remembered until it is there."""

    def __init__(self) -> None:
        self._rows: OrderedDict[int, Row] = OrderedDict()
        self._asked: set[int] = set()

    def get(self, id: int) -> Row | None:
        """The row, now the last one used, or ``None`` when it is not here."""
        row = self._rows.get(id)
        if row is not None:
            self._rows.move_to_end(id)
        return row

    def put(self, rows: Iterable[Row]) -> None:
        """Keep rows that have just arrived."""
        self._rows.update((row.id, row) for row in rows)
        self._shrink()

    def change(self, rows: Iterable[Row]) -> list[int]:
        """Take over rows as they are now; gives the ids of those that are here or asked for."""
        mine = [row for row in rows if row.id in self._rows or row.id in self._asked]
        self._rows.update((row.id, row) for row in mine)
        return [row.id for row in mine]

    def remove(self, ids: Iterable[int]) -> None:
        """Forget these."""
        for id in ids:
            self._rows.pop(id, None)
            self._asked.discard(id)

    def ask(self, ids: Iterable[int]) -> array[int]:
        """Those of these ids that are neither here nor asked for; they count as asked for from now on."""
        missing = array("q", [id for id in ids if id not in self._rows and id not in self._asked])
        self._asked.update(missing)
        return missing

    def give_up(self, ids: Iterable[int]) -> None:
        """These were asked for in vain and may be asked for again."""
        self._asked.difference_update(ids)

    def fill(self, rows: Mapping[int, Row]) -> None:
        """Keep rows that were asked for. A row that was changed meanwhile is newer than what was read."""
        for id, row in rows.items():
            self._rows.setdefault(id, row)
        self._asked.difference_update(rows)
        self._shrink()

    def _shrink(self) -> None:
        while len(self._rows) > KEPT:
            self._rows.popitem(last=False)
