"""The deliveries of a source in which a text occurs: found newest first, slice by slice, then kept by the changes."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import partial

from hookscope.deliveries import Reader, Row, queries
from hookscope.ui.answers import Answers
from hookscope.ui.deliveries.id_list import IdList
from hookscope.ui.deliveries.source import Source, without

FIRST_SLICE = 2_000
SLICE = 20_000


class Search:
    """Scans the ids of the source as far as they are read.

    ``progressed`` is called after every slice, ``hid`` with the number of arrivals that do not match.
    """

    def __init__(
        self,
        answers: Answers,
        searches: Reader,
        source: Source,
        text: str,
        progressed: Callable[[], None],
        hid: Callable[[int], None],
    ) -> None:
        self.ids = IdList()
        self.ready = False
        self.complete = False
        self._answers = answers
        self._searches = searches
        self._source = source
        self._text = text
        self._progressed = progressed
        self._hid = hid
        self._stopped = False
        self._started_at: int | None = None  # the newest id then: later ones are tested as they come
        self._lowest = 1 << 62
        self._scanned = 0
        self._scanning = False
        self._arrived = array("q")
        self._testing = False
        self._gone: set[int] = set()  # removed, but perhaps among the finds of a job that runs

    @property
    def percent(self) -> int:
        """How much of the source is scanned."""
        return 100 if self.complete else min(99, self._scanned * 100 // max(1, len(self._source.ids)))

    def stop(self) -> None:
        """Scan and test no more."""
        self._stopped = True
        self._interrupt()

    def stop_scan(self) -> None:
        """Be content with what was found; arrivals are still tested."""
        self._interrupt()
        self._finish()

    def resume(self) -> None:
        """Scan the next slice, if there is one and none is being scanned."""
        if self.complete or self._scanning or not self._source.ready:
            return
        if self._started_at is None:
            self._started_at = self._source.ids.newest
        first = self._source.ids.place(self._lowest - 1)
        part = self._source.ids.slice(first, first + (SLICE if self.ready else FIRST_SLICE))
        if part:
            self._scanning, self._lowest = True, part[-1]
            scanning = partial(self._add_found, len(part))
            self._ask(part[0], part[-1], scanning, self._finish, lambda: not self._stopped and not self.complete)
        elif self._source.complete:
            self._finish()

    def take(self, rows: Sequence[Row]) -> None:
        """Test arrivals."""
        if self._started_at is not None:
            self._arrived.extend([row.id for row in rows if row.id > self._started_at])
            self._test()

    def remove(self, ids: Sequence[int]) -> None:
        """Take out what the store has removed."""
        if self._scanning or self._testing:
            self._gone.update(ids)
        self.ids.remove(ids)

    def _ask(
        self,
        high: int,
        low: int,
        then: Callable[[array[int]], None],
        failed: Callable[[], None],
        wanted: Callable[[], bool],
    ) -> None:
        job = partial(queries.matching_ids, text=self._text, high=high, low=low, endpoint_id=self._source.endpoint_id)
        self._answers.ask(self._searches, job, then, failed=failed, wanted=wanted)

    def _add_found(self, scanned: int, found: array[int]) -> None:
        self._scanning = False
        self._scanned += scanned
        self.ids.add_older(self._there(found))
        self.ready = True
        self.resume()
        self._progressed()

    def _test(self) -> None:
        if self._arrived and not self._testing:
            self._testing = True
            arrived, self._arrived = self._arrived, array("q")
            then = partial(self._add_tested, len(arrived))
            self._ask(arrived[-1], arrived[0], then, self._give_up_test, lambda: not self._stopped)

    def _add_tested(self, tested: int, found: array[int]) -> None:
        self._testing = False
        there = self._there(found)
        there.reverse()
        self.ids.add_newer(there)
        self._hid(tested - len(found))
        self._test()
        self._progressed()

    def _give_up_test(self) -> None:
        self._testing = False

    def _there(self, found: array[int]) -> array[int]:
        there = without(found, self._gone)
        if not self._scanning and not self._testing:
            self._gone.clear()
        return there

    def _finish(self) -> None:
        self._scanning = False
        self.ready = self.complete = True
        self._progressed()

    def _interrupt(self) -> None:
        if self._scanning or self._testing:
            self._searches.interrupt()
