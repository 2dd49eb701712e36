"""The writer thread: takes what is queued, commits it together, says what has changed.

A batch that fails is tried again one by one, so that one bad delivery refuses only itself. What could not be saved is
kept in memory, and stored with the outcome *not-saved* as soon as the database takes writes again.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from hookscope.deliveries import queries, retention, statements
from hookscope.deliveries.database import transaction
from hookscope.deliveries.model import Arrival, Finish, Outcome, Row, SentResponse
from hookscope.deliveries.retention import Limits

if TYPE_CHECKING:
    import asyncio

log = logging.getLogger(__name__)

BATCH = 512
UNSAVED_KEPT = 1000
UNSAVED_BODY = 65_536
RETRY_S = 0.5
FIRST_LOOK_S = 2.0  # of quiet until the limits are looked at for the first time: counting a million takes a while
CHECK_EVERY = 100  # deliveries between two looks at the limits of the history

DISK_FULL = "The disk is full. Requests get 503 until there is room, so the sender tries again."
LOCKED = "Another program keeps the history locked. Requests get 503 until it lets go, so the sender tries again."


class NotSaved(Exception):
    """A request could not be stored; the text says why in one sentence."""


class Changes(NamedTuple):
    """What a commit changed: new rows in order of id, changed rows as they are now, removed ids."""

    new: tuple[Row, ...] = ()
    changed: tuple[Row, ...] = ()
    removed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Append:
    """A request to store; ``saved`` belongs to a loop and gets the id."""

    arrival: Arrival
    saved: asyncio.Future[int]


@dataclass(frozen=True, slots=True)
class End:
    """What became of a delivery."""

    id: int
    finish: Finish


@dataclass(frozen=True, slots=True)
class Job:
    """Any other write; a job that returns ``Changes`` has them reported."""

    run: Callable[[sqlite3.Connection], Any]
    done: Future[Any]


class Stop:
    """Ends the thread once everything before it is written."""


Work = Append | End | Job | Stop


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
        self._trouble = ""
        self._next_id = _last_id(db) + 1
        self._stored = -1  # not counted yet
        self._unchecked = 0
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def put(self, *work: Work) -> None:
        """Queue some work; work is done in the order in which it was put."""
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
        while running:
            work = self._take()
            self._store_late()  # first, so that ids rise in order of arrival
            running = self._do(work)
            self._tidy()
        self._store_late()
        self._db.close()

    def _take(self) -> list[Work]:
        """All that is queued; waits for the first piece unless something else is left to do."""
        try:
            first = self._queue.get(block=not self._must_tidy(), timeout=self._patience())
        except queue.Empty:
            if self._stored < 0:
                self._unchecked = CHECK_EVERY
            return []
        work = [*first]
        while len(work) < BATCH:
            try:
                work.extend(self._queue.get_nowait())
            except queue.Empty:
                break
        return work

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
                appends.append(piece)
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
            if len(appends) + len(ends) > 1 and not _is_locked(error):
                for append in appends:
                    self._commit([append], [])
                for end in ends:
                    self._commit([], [end])
            else:
                self._refuse(appends, ends, error)
        else:
            _resolve(appends, ids)

    def _write(self, arrivals: Sequence[Arrival], ends: Sequence[tuple[int, Finish]]) -> range:
        """Commit these together and report them; the ids of the arrivals."""
        ids = range(self._next_id, self._next_id + len(arrivals))
        numbered = list(zip(ids, arrivals, strict=True))
        with transaction(self._db):
            statements.insert(self._db, numbered)
            statements.end(self._db, ends)
        self._next_id = ids.stop
        self._unchecked += len(ids)
        if self._stored >= 0:
            self._stored += len(ids)
        self._set_trouble("")
        self._report_write(numbered, ends)
        return ids

    def _report_write(self, numbered: Sequence[tuple[int, Arrival]], ends: Sequence[tuple[int, Finish]]) -> None:
        new = tuple(statements.row_of_arrival(id, arrival) for id, arrival in numbered)
        self._waiting.update((row.id, row) for row in new if row.outcome is Outcome.WAITING)
        changed = tuple(statements.ended(self._waiting.pop(id), end) for id, end in ends if id in self._waiting)
        self._report(Changes(new, changed))

    def _refuse(self, appends: Sequence[Append], ends: Sequence[End], error: Exception) -> None:
        log.warning("the history could not be written: %s", error)
        sentence = _sentence(error)
        if _is_of_the_database(error):  # else it is of the delivery, which will never be taken
            self._set_trouble(sentence)
            self._late_ends.update((end.id, end.finish) for end in ends)
            self._unsaved.extend(_unsaved(append.arrival) for append in appends)
        for append in appends:
            _call(append.saved, _fail, append.saved, NotSaved(sentence))

    def _store_late(self) -> None:
        """Try again to store what could not be saved when it came."""
        if not (self._late_ends or self._unsaved):
            return
        try:
            self._write(list(self._unsaved), list(self._late_ends.items()))
        except Exception as error:  # noqa: BLE001  nothing may end the thread that saves requests
            if _is_of_the_database(error):
                self._set_trouble(_sentence(error))
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

    def _must_tidy(self) -> bool:
        return self._unchecked >= CHECK_EVERY and not self._trouble

    def _tidy(self) -> None:
        """Bring the history one slice nearer to its limits."""
        if not self._must_tidy():
            return
        try:
            if self._stored < 0:
                self._stored = queries.count(self._db)
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


def _last_id(db: sqlite3.Connection) -> int:
    found = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'delivery'").fetchone()
    return int(found[0]) if found else 0


def _resolve(appends: Sequence[Append], ids: range) -> None:
    """Wake those who wait, each loop once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[int], int]]] = {}
    for append, id in zip(appends, ids, strict=True):
        by_loop.setdefault(append.saved.get_loop(), []).append((append.saved, id))
    for pairs in by_loop.values():
        _call(pairs[0][0], _set_all, pairs)


def _call(future: asyncio.Future[int], function: Callable[..., None], *args: object) -> None:
    try:
        future.get_loop().call_soon_threadsafe(function, *args)
    except RuntimeError:
        log.info("the loop that waited for a delivery is closed")


def _set_all(pairs: list[tuple[asyncio.Future[int], int]]) -> None:
    for future, id in pairs:
        if not future.done():
            future.set_result(id)


def _fail(future: asyncio.Future[int], error: NotSaved) -> None:
    if not future.done():
        future.set_exception(error)


def _is_locked(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _is_of_the_database(error: Exception) -> bool:
    """Whether anything else could not be written either; the other errors of SQLite are about a value."""
    return isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError


def _sentence(error: Exception) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if _is_locked(error):
        return LOCKED
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return DISK_FULL
    return f"The history cannot be written ({error}). Requests get 503 until it can, so the sender tries again."


def _unsaved(arrival: Arrival) -> Arrival:
    request = arrival.request
    if len(request.body) > UNSAVED_BODY:
        request = replace(request, body=b"")
    return replace(arrival, request=request, outcome=Outcome.NOT_SAVED, planned=SentResponse(503))
