"""A reader thread with one read-only connection; a program has two, for pages and for searches."""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from hookscope.deliveries.database import open_for_reading

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Job:
    run: Callable[[sqlite3.Connection], Any]
    done: Future[Any]


class Reader:
    """Runs short reads one after the other. No read may keep its transaction open for over 200 ms (it pins the WAL)."""

    def __init__(self, folder: Path, name: str) -> None:
        self._db = open_for_reading(folder)
        self._closing = False
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=f"store-{name}", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Run a read; the future is completed on the reader's thread, and may be cancelled until the read begins."""
        done: Future[T] = Future()
        self._queue.put(_Job(job, done))
        return done

    def interrupt(self) -> None:
        """End the read that runs now; its future gets ``sqlite3.OperationalError``."""
        self._db.interrupt()

    def close(self) -> None:
        """End the read that runs, cancel those that wait, and stop."""
        self._closing = True
        self._db.interrupt()
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            if self._closing:
                job.done.cancel()
            elif job.done.set_running_or_notify_cancel():
                _complete(job, self._db)
        self._db.close()


def _complete(job: _Job, db: sqlite3.Connection) -> None:
    try:
        result = job.run(db)
    except Exception as error:  # noqa: BLE001  whatever it is belongs to who asked
        job.done.set_exception(error)
    else:
        job.done.set_result(result)
