"""What the history knows of one endpoint, kept up to date while requests arrive."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from hookscope.deliveries import Changes, Outcome, Reader, queries
from hookscope.deliveries.model import FROM_OUTSIDE
from hookscope.ui.answers import Answers
from hookscope.ui.deliveries.live import Live

SLICE = 5000
PAUSE_MS = 500
_SENT = (Outcome.ANSWERED, Outcome.DROPPED)  # also a drop is what was applied
_NOT_WHOLE = (Outcome.REFUSED, Outcome.INCOMPLETE, Outcome.TOO_LARGE, Outcome.NOT_SAVED)


class Came(NamedTuple):
    """A whole request from outside: its id, when it came, and the state and strength of its verdict."""

    id: int
    us: int
    state: str = "unconfigured"
    strength: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """Deliveries of an endpoint: how many, when the last came, first and newest from outside, how often it answered.

    Times are microseconds since 1970, 0 when there is none. ``sent`` counts responses since ``since_us``, drops among
    them; every delivery up to ``settled_id`` has its outcome, ``settled`` of them were sent. ``more`` have to be
    counted yet. ``by_rule`` has how many of all deliveries each rule answered, by name; the default answered others.
    """

    endpoint_id: int
    since_us: int
    total: int = 0
    last_us: int = 0
    first: Came | None = None
    newest: Came | None = None
    sent: int = 0
    settled: int = 0
    settled_id: int = -1
    more: bool = False
    by_rule: Mapping[str, int] = field(default_factory=dict)


def read(db: sqlite3.Connection, known: History) -> History:
    """The history from here on: counts what is new since ``known``, at most :data:`SLICE` responses at once."""
    endpoint_id = known.endpoint_id
    newest = queries.newest_ids(db, None, 1, endpoint_id)
    last = next(iter(queries.rows(db, newest).values()), None)
    counted = replace(
        known,
        total=queries.count(db, endpoint_id),
        by_rule=queries.count_by_rule(db, endpoint_id),
        last_us=last.received_us if last else 0,
        first=known.first or _came(db, endpoint_id, "ASC"),
        newest=_came(db, endpoint_id, "DESC"),
        settled_id=known.settled_id if known.settled_id >= 0 else _last_before(db, known.since_us),
    )
    return _count_sent(db, counted)


def _came(db: sqlite3.Connection, endpoint_id: int, order: str) -> Came | None:
    vias, outcomes = ",".join("?" * len(FROM_OUTSIDE)), ",".join("?" * len(_NOT_WHOLE))
    found = db.execute(
        "SELECT id, received_us, verdict_state, verdict_strength FROM delivery"
        f" WHERE endpoint_id = ? AND via IN ({vias}) AND outcome NOT IN ({outcomes}) ORDER BY id {order} LIMIT 1",
        (endpoint_id, *FROM_OUTSIDE, *_NOT_WHOLE),
    ).fetchone()
    return Came(*found) if found else None


def _last_before(db: sqlite3.Connection, us: int) -> int:
    """An id under that of the first delivery since then; ids rise with time, so halving finds it."""
    low, high = 1, queries.newest_id(db) + 1
    while low < high:
        middle = (low + high) // 2
        found = db.execute(
            "SELECT id, received_us FROM delivery WHERE id >= ? ORDER BY id LIMIT 1", (middle,)
        ).fetchone()
        if found and found[1] < us:
            low = found[0] + 1
        else:
            high = middle
    return low - 1


def _count_sent(db: sqlite3.Connection, known: History) -> History:
    rows = db.execute(
        "SELECT id, outcome FROM delivery WHERE endpoint_id = ? AND id > ? ORDER BY id LIMIT ?",
        (known.endpoint_id, known.settled_id, SLICE),
    ).fetchall()
    waiting = next((at for at, (_, outcome) in enumerate(rows) if outcome == Outcome.WAITING), len(rows))
    sent = [outcome in _SENT for _, outcome in rows]
    settled = known.settled + sum(sent[:waiting])
    return replace(
        known,
        sent=settled + sum(sent[waiting:]),
        settled=settled,
        settled_id=rows[waiting - 1][0] if waiting else known.settled_id,
        more=waiting == SLICE,
    )


class HistoryWatch(QObject):
    """Reads the history of one endpoint at once and again when its deliveries change, at most twice a second."""

    changed = Signal(object)  # History

    def __init__(self, pages: Reader, live: Live, parent: QObject) -> None:
        super().__init__(parent)
        self._pages = pages
        self._answers = Answers(self)
        self._known = History(0, 0)
        self._active = True
        self._reading = False
        self._outdated = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._read_if_outdated)
        live.changed.connect(self._note)

    def watch(self, endpoint_id: int, since_us: int) -> None:
        """Tell of this endpoint from now on (0: of none); responses count from ``since_us``."""
        if not self._is_known(endpoint_id, since_us):
            self._known = History(endpoint_id, since_us)
            self._read()

    def set_active(self, active: bool) -> None:
        """Go on reading, or only note that there is something to read."""
        self._active = active
        self._read_if_outdated()

    def _note(self, changes: Changes) -> None:
        mine = self._known.endpoint_id
        if changes.removed or any(row.endpoint_id == mine for row in changes.new + changes.changed):
            self._outdated = True
            self._read_if_outdated()

    def _read_if_outdated(self) -> None:
        if self._active and self._outdated and not self._reading and not self._pause.isActive():
            self._read()

    def _read(self) -> None:
        self._outdated = False
        known = self._known
        if known.endpoint_id:
            self._reading = True
            self._pause.start()
            wanted = partial(self._is_known, known.endpoint_id, known.since_us)
            self._answers.ask(self._pages, partial(read, known=known), self._take, failed=self._stop, wanted=wanted)

    def _is_known(self, endpoint_id: int, since_us: int) -> bool:
        return (endpoint_id, since_us) == (self._known.endpoint_id, self._known.since_us)

    def _take(self, found: History) -> None:
        self._reading = False
        self._known = found
        self.changed.emit(found)
        if found.more:
            self._read()
        else:
            self._read_if_outdated()

    def _stop(self) -> None:
        self._reading = False
