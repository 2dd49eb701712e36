"""The ids of all deliveries, or of those of one endpoint: read in the background, then kept by the store's changes."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import partial

from hookscope.deliveries import Reader, Row, queries
from hookscope.ui.answers import Answers
from hookscope.ui.deliveries.id_list import IdList

FIRST_CHUNK = 2_000  # soon there, and more than a screen shows
CHUNK = 100_000


class Source:
    """Reads ids newest first; ``progressed`` is called whenever more are there. Arrivals meanwhile come on top."""

    def __init__(
        self, answers: Answers, pages: Reader, searches: Reader, endpoint_id: int | None, progressed: Callable[[], None]
    ) -> None:
        self.ids = IdList()
        self.endpoint_id = endpoint_id
        self.ready = False
        self.complete = False
        self._answers = answers
        self._searches = searches
        self._progressed = progressed
        self._stopped = False
        self._before: int | None = None
        self._early = array("q")  # came before the first chunk
        self._gone: set[int] = set()  # removed, but perhaps in a chunk that was read before
        self._ask(pages, FIRST_CHUNK)

    def stop(self) -> None:
        """Read no further."""
        self._stopped = True

    def take(self, rows: Sequence[Row]) -> list[Row]:
        """Add arrivals; gives those that belong here, in order of id."""
        mine = [row for row in rows if self.endpoint_id is None or row.endpoint_id == self.endpoint_id]
        self._early.extend([row.id for row in mine])
        if self.ready:
            self._add_early()
        return mine

    def remove(self, ids: Sequence[int]) -> None:
        """Take out what the store has removed."""
        if not self.complete:
            self._gone.update(ids)
        self.ids.remove(ids)

    def _ask(self, reader: Reader, limit: int) -> None:
        job = partial(queries.newest_ids, before=self._before, limit=limit, endpoint_id=self.endpoint_id)
        then = partial(self._add_chunk, limit)
        self._answers.ask(reader, job, then, failed=self._finish, wanted=lambda: not self._stopped)

    def _add_chunk(self, limit: int, chunk: array[int]) -> None:
        self.ids.add_older(without(chunk, self._gone))
        self.ready = True
        self._add_early()
        if len(chunk) < limit:
            self._finish()
            return
        self._before = chunk[-1]
        self._ask(self._searches, CHUNK)
        self._progressed()

    def _finish(self) -> None:
        self.ready = self.complete = True
        self._gone.clear()
        self._progressed()

    def _add_early(self) -> None:
        """Add arrivals on top; those that a chunk had read before are known."""
        newest = self.ids.newest
        self.ids.add_newer(array("q", [id for id in self._early if id > newest and id not in self._gone]))
        del self._early[:]


def without(ids: array[int], gone: set[int]) -> array[int]:
    """The ids that are not gone."""
    return array("q", [id for id in ids if id not in gone]) if gone else ids
