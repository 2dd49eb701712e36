"""The writer thread: takes what is queued, commits it together, says what has changed.

A batch that fails is tried again one by one, so that one bad delivery refuses only itself. What could not be saved is
kept in memory, and stored with the outcome *not-saved* as soon as the database takes writes again.

A large body is written in slices, with what else is queued done between two of them; its delivery gets its id with the
last one.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from hookscope.deliveries import queries, retention, slices, statements, troubles
from hookscope.deliveries.database import transaction
from hookscope.deliveries.model import Arrival, Finish, Outcome, Row, SentResponse
from hookscope.deliveries.retention import Limits
from hookscope.deliveries.slices import SLICE, SlicedBody
from hookscope.deliveries.work import Append, End, Job, Stop, Work, refuse, resolve

log = logging.getLogger(__name__)

BATCH = 512
UNSAVED_KEPT = 1000
UNSAVED_BODY = 65_536
RETRY_S = 0.5
FIRST_LOOK_S = 2.0  # of quiet until the limits are looked at for the first time: counting a million takes a while
CHECK_EVERY = 100  # deliveries between two looks at the limits of the history


class Changes(NamedTuple):
    """What a commit changed: new rows in order of id, changed rows as they are now, removed ids."""

    new: tuple[Row, ...] = ()
    changed: tuple[Row, ...] = ()
    removed: tuple[int, ...] = ()


Numbered = Sequence[tuple[int, Arrival]]
Insert = Callable[[sqlite3.Connection, Numbered], None]


class Writer:
    """Owns the writing connection. Only ``put``, ``start`` and ``stop`` are called from other threads."""

    def __init__(self, db: sqlite3.Connection, limits: Limits) -> None:
        self.subscribers: list[Callable[[Changes], None]] = []
        self.trouble_subscribers: list[Callable[[str], None]] = []
        self._db = db
        self._limits = limits
        self._queue: queue.SimpleQueue[Sequence[Work]] = queue.SimpleQueue()
        self._waiting: dict[int, Row] = {}
        self._late_ends: dict[int, Finish] = {}
        self._unsaved: deque[Arrival] = deque(maxlen=UNSAVED_KEPT)
        self._large: deque[tuple[Append, SlicedBody]] = deque()
        self._leftovers = False  # slices that belong to no delivery
        self._trouble = ""
        self._next_id = _last_id(db) + 1
        self._stored = -1  # not counted yet
        self._unchecked = 0
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def put(self, *work: Work) -> None:
        """Queue some work; it is done in the order in which it was put, but all else may pass a large body."""
        self._queue.put(work)

    def stop(self) -> None:
        """Write what is queued and end the thread."""
        self.put(Stop())
        self._thread.join()

    def keep(self, limits: Limits) -> None:
        """Change how much is kept; called by a job, on the writer's thread."""
        self._limits = limits
        self._unchecked = CHECK_EVERY

    # Everything below runs on the writer's thread.

    def _run(self) -> None:
        self._close_left_waiting()
        running = True
        while running or self._large:
            work = self._take()
            self._store_late()  # first, so that ids rise in order of arrival
            running = self._do(work) and running
            self._store_slice()
            self._tidy()
        self._store_late()
        while self._must_sweep():
            self._sweep()
        self._db.close()

    def _take(self) -> list[Work]:
        """All that is queued; waits for the first piece unless something else is left to do."""
        try:
            first = self._queue.get(block=not self._is_busy(), timeout=self._patience())
        except queue.Empty:
            if self._stored < 0 and not self._large:
                self._unchecked = CHECK_EVERY
            return []
        work = [*first]
        while len(work) < BATCH:
            try:
                work.extend(self._queue.get_nowait())
            except queue.Empty:
                break
        return work

    def _is_busy(self) -> bool:
        return bool(self._large) or self._must_sweep() or self._must_tidy()

    def _patience(self) -> float | None:
        """How long to wait for work before something else is due; ``None`` when nothing is."""
        if self._late_ends or self._unsaved:
            return RETRY_S
        return FIRST_LOOK_S if self._stored < 0 else None

    def _do(self, work: list[Work]) -> bool:
        """Do this work in order, appends and ends together between jobs; ``False`` when the thread is to end."""
        appends: list[Append] = []
        ends: list[End] = []
        for piece in work:
            if isinstance(piece, Append):
                body = piece.arrival.request.body
                if len(body) <= SLICE:
                    appends.append(piece)
                else:
                    self._large.append((piece, SlicedBody(body)))
            elif isinstance(piece, End):
                ends.append(piece)
            else:
                self._commit(appends, ends)
                appends, ends = [], []
                if isinstance(piece, Stop):
                    return False
                self._do_job(piece)
        self._commit(appends, ends)
        return True

    def _commit(self, appends: Sequence[Append], ends: Sequence[End]) -> None:
        if not appends and not ends:
            return
        try:
            ids = self._write([append.arrival for append in appends], [(end.id, end.finish) for end in ends])
        except Exception as error:  # noqa: BLE001  nothing may end the thread that saves requests
            if len(appends) + len(ends) > 1 and not troubles.is_locked(error):
                for append in appends:
                    self._commit([append], [])
                for end in ends:
                    self._commit([], [end])
            else:
                self._refuse(appends, ends, error)
        else:
            resolve(appends, ids)

    def _store_slice(self) -> None:
        """Bring the first large body one slice nearer to the disk."""
        if not self._large:
            return
        append, body = self._large[0]
        try:
            if body.store_slice(self._db):
                return
            ids = self._write([append.arrival], [], partial(_insert_large, body=body))
        except Exception as error:  # noqa: BLE001  nothing may end the thread that saves requests
            self._leftovers = True
            failed = len(self._large) if troubles.is_locked(error) else 1  # each would wait as long
            self._refuse([self._large.popleft()[0] for _ in range(failed)], [], error)
        else:
            self._large.popleft()
            resolve([append], ids)

    def _write(
        self, arrivals: Sequence[Arrival], ends: Sequence[tuple[int, Finish]], insert: Insert = statements.insert
    ) -> range:
        """Commit these together and report them; the ids of the arrivals."""
        ids = range(self._next_id, self._next_id + len(arrivals))
        numbered = list(zip(ids, arrivals, strict=True))
        with transaction(self._db):
            insert(self._db, numbered)
            statements.end(self._db, ends)
        self._next_id = ids.stop
        self._unchecked += len(ids)
        if self._stored >= 0:
            self._stored += len(ids)
        self._set_trouble("")
        self._report_write(numbered, ends)
        return ids

    def _report_write(self, numbered: Numbered, ends: Sequence[tuple[int, Finish]]) -> None:
        new = tuple(statements.row_of_arrival(id, arrival) for id, arrival in numbered)
        self._waiting.update((row.id, row) for row in new if row.outcome is Outcome.WAITING)
        changed = tuple(statements.ended(self._waiting.pop(id), end) for id, end in ends if id in self._waiting)
        self._report(Changes(new, changed))

    def _refuse(self, appends: Sequence[Append], ends: Sequence[End], error: Exception) -> None:
        log.warning("the history could not be written: %s", error)
        sentence = troubles.sentence(error)
        if troubles.is_of_the_database(error):  # else it is of the delivery, which will never be taken
            self._set_trouble(sentence)
            self._late_ends.update((end.id, end.finish) for end in ends)
            self._unsaved.extend(_unsaved(append.arrival) for append in appends)
        refuse(appends, sentence)

    def _store_late(self) -> None:
        """Try again to store what could not be saved when it came."""
        if not (self._late_ends or self._unsaved):
            return
        try:
            self._write(list(self._unsaved), list(self._late_ends.items()))
        except Exception as error:  # noqa: BLE001  nothing may end the thread that saves requests
            if troubles.is_of_the_database(error):
                self._set_trouble(troubles.sentence(error))
                return
            log.warning("what was not saved cannot be stored: %s", error)
        self._unsaved.clear()
        self._late_ends.clear()

    def _do_job(self, job: Job) -> None:
        if not job.done.set_running_or_notify_cancel():
            return
        try:
            with transaction(self._db):
                result = job.run(self._db)
        except Exception as error:  # noqa: BLE001  whatever it is belongs to who asked
            if isinstance(error, sqlite3.Error):
                log.warning("a change could not be written: %s", error)
            job.done.set_exception(error)
            return
        if isinstance(result, Changes):
            self._note(result)
            self._report(result)
        job.done.set_result(result)

    def _note(self, changes: Changes) -> None:
        """Keep what is known of waiting deliveries in step with a job's changes."""
        for row in changes.changed:
            if row.id in self._waiting:
                self._waiting[row.id] = row
        for id in changes.removed:
            self._waiting.pop(id, None)
        if self._stored >= 0:
            self._stored -= len(changes.removed)
        if changes.removed:
            self._unchecked = CHECK_EVERY  # there are pages to give back
            self._leftovers = True

    def _must_tidy(self) -> bool:
        return self._unchecked >= CHECK_EVERY and not self._trouble

    def _tidy(self) -> None:
        """Bring the history one slice nearer to its limits; what is left over counts until it is gone."""
        self._sweep()
        if self._leftovers or not self._must_tidy():
            return
        try:
            if self._stored < 0:
                self._stored = queries.count(self._db)
                self._leftovers = True  # maybe: of a program that died
                return
            ids = retention.surplus(self._db, self._limits, self._stored)
            if ids:
                with transaction(self._db):
                    removed = Changes(removed=tuple(retention.remove(self._db, ids)))
                self._note(removed)
                self._report(removed)
            elif not retention.give_back_pages(self._db):
                self._unchecked = 0
        except sqlite3.Error as error:
            log.warning("the history could not be tidied: %s", error)
            self._unchecked = 0

    def _must_sweep(self) -> bool:
        return self._leftovers and not self._trouble

    def _sweep(self) -> None:
        """Delete some slices that are left over, also from a disk that is full: they may be what fills it."""
        if not self._leftovers or self._trouble == troubles.LOCKED:
            return
        try:
            with transaction(self._db):
                self._leftovers = slices.sweep(self._db, self._large[0][1].key if self._large else 0)
        except sqlite3.Error as error:
            log.info("what is left over of large bodies could not be deleted: %s", error)
            self._leftovers = bool(self._trouble)  # tried again while there is trouble, else with the next

    def _close_left_waiting(self) -> None:
        """Close what a program that died has left waiting."""
        try:
            with transaction(self._db):
                self._db.execute("UPDATE delivery SET outcome = 'unknown' WHERE outcome = 'waiting'")
        except sqlite3.Error as error:
            log.warning("deliveries that were left waiting could not be closed: %s", error)

    def _set_trouble(self, sentence: str) -> None:
        if sentence != self._trouble:
            self._trouble = sentence
            for callback in self.trouble_subscribers:
                _guarded(callback, sentence)

    def _report(self, changes: Changes) -> None:
        if any(changes):
            for callback in self.subscribers:
                _guarded(callback, changes)


def _guarded(callback: Callable[[Any], None], value: object) -> None:
    try:
        callback(value)
    except Exception:  # a subscriber's fault must not end the thread that saves requests
        log.exception("a subscriber of the store failed")


def _insert_large(db: sqlite3.Connection, numbered: Numbered, *, body: SlicedBody) -> None:
    ((id, arrival),) = numbered
    statements.insert_without_body(db, id, arrival)
    body.finish(db, id)


def _last_id(db: sqlite3.Connection) -> int:
    found = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'delivery'").fetchone()
    return int(found[0]) if found else 0


def _unsaved(arrival: Arrival) -> Arrival:
    request = arrival.request
    if len(request.body) > UNSAVED_BODY:
        request = replace(request, body=b"")
    return replace(arrival, request=request, outcome=Outcome.NOT_SAVED, planned=SentResponse(503))
