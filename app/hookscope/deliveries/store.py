"""The store: what other threads see of the writer thread that keeps the history.

``append`` answers only after the commit is on disk (WAL, synchronous=FULL): what it has answered survives a crash.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from hookscope.deliveries import queries, retention
from hookscope.deliveries.database import open_database
from hookscope.deliveries.model import Arrival, Finish
from hookscope.deliveries.retention import Limits
from hookscope.deliveries.work import Append, End, Job
from hookscope.deliveries.writer import Changes, Writer

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")


class Store:
    """The history of deliveries. Every method may be called from any thread; subscribers are called on the writer's."""

    def __init__(self, folder: Path, limits: Limits = Limits()) -> None:
        """Open or create the history in this folder; raises what ``open_database`` raises."""
        opened = open_database(folder)
        self.notice = opened.notice
        self._lock = threading.Lock()
        self._outboxes: dict[asyncio.AbstractEventLoop, list[Append | End]] = {}
        self._writer = Writer(opened.db, limits)
        self._writer.start()

    def subscribe(self, callback: Callable[[Changes], None]) -> None:
        """Be told of every commit that changed deliveries."""
        self._writer.subscribers.append(callback)

    def subscribe_trouble(self, callback: Callable[[str], None]) -> None:
        """Be told, in a sentence, when requests cannot be saved, and with ``""`` when they can again."""
        self._writer.trouble_subscribers.append(callback)

    def keep(self, limits: Limits) -> None:
        """Change how much history is kept, from now on."""
        self.write(lambda db: self._writer.keep(limits))

    def append(self, arrival: Arrival) -> asyncio.Future[int]:
        """Store what arrived; the future has the id once it is on disk, or ``NotSaved``. Needs a running loop."""
        from asyncio import get_running_loop  # loaded by then: the window starts without asyncio

        loop = get_running_loop()
        saved: asyncio.Future[int] = loop.create_future()
        self._hand_over(loop, Append(arrival, saved))
        return saved

    def finish(self, id: int, finish: Finish) -> None:
        """Store what became of a delivery; nobody waits for it."""
        from asyncio import get_running_loop

        try:
            self._hand_over(get_running_loop(), End(id, finish))
        except RuntimeError:  # no loop runs here
            self._writer.put(End(id, finish))

    def write(self, job: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Run any other write in a transaction of its own, on the writer's thread."""
        done: Future[T] = Future()
        self._put(Job(job, done))
        return done

    def mark_seen(self, ids: Sequence[int]) -> None:
        """Note that the user has looked at these deliveries."""
        self._report(partial(_set_flag, column="seen", value=True, ids=list(ids)))

    def set_pinned(self, ids: Sequence[int], pinned: bool) -> None:
        """Pin deliveries, which retention then never removes, or let them go."""
        self._report(partial(_set_flag, column="pinned", value=pinned, ids=list(ids)))

    def delete(self, ids: Sequence[int]) -> None:
        """Remove these deliveries for good."""
        for start in range(0, len(ids), retention.SLICE):
            self._report(partial(_delete, ids=list(ids[start : start + retention.SLICE])))

    def close(self) -> None:
        """Write what is still queued and stop; called last of all parts."""
        self._send()
        self._writer.stop()

    def _hand_over(self, loop: asyncio.AbstractEventLoop, work: Append | End) -> None:
        """Give the writer what a loop has for it once an iteration.

        A writer that is woken for each piece takes the interpreter's lock from the loop while that is still busy.
        """
        with self._lock:
            waiting = self._outboxes.get(loop)
            if waiting is None:
                self._outboxes[loop] = [work]
                loop.call_soon(self._send)
            else:
                waiting.append(work)

    def _send(self) -> None:
        """Hand over everything that waits for the end of an iteration."""
        with self._lock:
            for waiting in self._outboxes.values():
                self._writer.put(*waiting)
            self._outboxes.clear()

    def _put(self, job: Job) -> None:
        self._send()  # what was handed over before comes first
        self._writer.put(job)

    def _report(self, job: Callable[[sqlite3.Connection], Changes]) -> None:
        self._put(Job(job, Future()))


def _set_flag(db: sqlite3.Connection, *, column: str, value: bool, ids: list[int]) -> Changes:
    db.executemany(f"UPDATE delivery SET {column} = ? WHERE id = ?", [(int(value), id) for id in ids])
    return Changes(changed=tuple(queries.rows(db, ids).values()))


def _delete(db: sqlite3.Connection, *, ids: list[int]) -> Changes:
    return Changes(removed=tuple(retention.remove(db, ids)))
