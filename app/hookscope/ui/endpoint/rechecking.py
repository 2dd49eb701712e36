"""Judging the stored deliveries of an endpoint again, in short reads, without touching what was recorded."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from hookscope.deliveries import Reader, queries
from hookscope.endpoints import Check, recheck
from hookscope.ui.answers import Answers
from hookscope.ui.endpoint.wording import counted

MOST = 10_000
SLICE = 200
READ_S = 0.1  # after so long a read ends, however few it has looked at


@dataclass(frozen=True, slots=True)
class Tally:
    """How far it has come: looked at, judged, verified, and judged differently than at arrival; ``before`` is next."""

    looked: int = 0
    judged: int = 0
    verified: int = 0
    different: int = 0
    before: int | None = None
    over: bool = False


class _Job(NamedTuple):
    endpoint_id: int
    check: Check
    tally: Tally


def judge_some(db: sqlite3.Connection, job: _Job) -> Tally:
    """Go on with the newest deliveries that are left, for a moment."""
    end = time.monotonic() + READ_S
    tally = job.tally
    ids = queries.newest_ids(db, tally.before, min(SLICE, MOST - tally.looked), job.endpoint_id)
    for id in ids:
        found = recheck(db, [id], job.check)
        tally = replace(
            tally,
            looked=tally.looked + 1,
            judged=tally.judged + len(found),
            verified=tally.verified + sum(each.state == "verified" for each in found),
            different=tally.different + sum(each.state != each.before for each in found),
            before=id,
        )
        if time.monotonic() > end:
            return tally
    return replace(tally, over=not ids or tally.looked >= MOST)


class Rechecking(QObject):
    """One run over the deliveries of an endpoint, newest first, at most :data:`MOST`."""

    went_on = Signal(object)  # Tally
    failed = Signal()

    def __init__(self, searches: Reader, parent: QObject) -> None:
        super().__init__(parent)
        self._searches = searches
        self._answers = Answers(self)
        self._job: _Job | None = None

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._job is not None

    def start(self, endpoint_id: int, check: Check) -> None:
        """Begin a run with this check, in place of one that is under way."""
        self._go_on(_Job(endpoint_id, check, Tally()))

    def stop(self) -> None:
        """End the run where it is."""
        self._job = None

    def _go_on(self, job: _Job) -> None:
        self._job = job
        wanted = partial(self._is_now, job)
        self._answers.ask(self._searches, partial(judge_some, job=job), self._take, failed=self._fail, wanted=wanted)

    def _is_now(self, job: _Job) -> bool:
        return self._job is job

    def _take(self, tally: Tally) -> None:
        job = self._job
        if job is None:
            return
        if tally.over:
            self._job = None
        else:
            self._go_on(job._replace(tally=tally))
        self.went_on.emit(tally)

    def _fail(self) -> None:
        self._job = None
        self.failed.emit()


def result_words(tally: Tally) -> str:
    """What came of it, as in *412 checked: 400 verified, 12 not. 9 would be judged differently than at arrival*."""
    if not tally.judged:
        return "Nothing to check: no delivery of this endpoint came whole."
    others = tally.judged - tally.verified
    words = f"{tally.judged:,} checked: {tally.verified:,} verified, {others:,} not. {_differently(tally.different)}"
    lost = tally.looked - tally.judged
    return f"{words} {counted(lost, 'delivery', 'deliveries')} did not come whole." if lost else words


def _differently(number: int) -> str:
    if not number:
        return "All as at arrival."
    return f"{number:,} would be judged differently than at arrival."
