"""Fetches records on the window's loop and tells what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from hookscope.records.model import LookUpFailed

if TYPE_CHECKING:
    import asyncio

    from hookscope.program import Program
    from hookscope.records.model import LookUp
    from hookscope.ui.tasks import Tasks


class Fetching(QObject):
    """The look-ups that this window has under way; none is begun twice."""

    changed = Signal()  # the state of some look-up
    arrived = Signal(object)  # Record
    failed = Signal(object, object)  # LookUp, LookUpFailed
    waiting = Signal(object, float)  # LookUp, seconds until it is tried again
    counted = Signal(int, int)  # of *Look up all*: done, of how many
    all_ended = Signal(object)  # LookUpFailed, or None

    def __init__(self, program: Program, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._tasks = tasks
        self._running: dict[LookUp, asyncio.Task[Any]] = {}
        self._all: asyncio.Task[Any] | None = None

    def fetch(self, look_up: LookUp, *, again: bool = False) -> None:
        """Fetch a record, or take the one that is kept unless ``again``."""
        if look_up not in self._running:
            self._running[look_up] = self._tasks.spawn(self._fetch(look_up, again), name="look up a record")
            self.changed.emit()

    def stop(self, look_up: LookUp) -> None:
        """Give up fetching this one."""
        if task := self._running.pop(look_up, None):  # at once: it may be asked for again before that has ended
            task.cancel()
            self.changed.emit()

    def is_under_way(self, look_up: LookUp) -> bool:
        """Whether this window waits for it."""
        return look_up in self._running

    @property
    def is_busy(self) -> bool:
        """Whether this window waits for any record."""
        return bool(self._running)

    def fetch_all(self, look_ups: Sequence[LookUp]) -> None:
        """Fetch all of these, one after the other as the platform allows."""
        if self._all is None:
            self._all = self._tasks.spawn(self._fetch_all(tuple(look_ups)), name="look up all records")

    def stop_all(self) -> None:
        """Give up the rest of *Look up all*."""
        task, self._all = self._all, None
        if task is not None:
            task.cancel()
            self.changed.emit()
            self.all_ended.emit(None)

    @property
    def fetches_all(self) -> bool:
        """Whether *Look up all* is under way."""
        return self._all is not None

    def drop(self) -> None:
        """Give up everything, because it was asked of another platform or with another credential."""
        for task in self._running.values():
            task.cancel()
        self._running = {}
        self.stop_all()

    async def _fetch(self, look_up: LookUp, again: bool) -> None:
        from asyncio import current_task

        running, look_ups = self._running, self._program.records.look_ups
        record = failure = None
        try:
            record = await look_ups.fetch(look_up, again=again, waiting=lambda left: self.waiting.emit(look_up, left))
        except LookUpFailed as error:
            failure = error
        finally:
            if running.get(look_up) is current_task():
                del running[look_up]
            self.changed.emit()
        if running is not self._running:
            return
        if failure is None:
            self.arrived.emit(record)
        else:
            self.failed.emit(look_up, failure)

    async def _fetch_all(self, look_ups: tuple[LookUp, ...]) -> None:
        from asyncio import current_task

        failure = None
        try:
            await self._program.records.look_ups.fetch_all(look_ups, self._count)
        except LookUpFailed as error:
            failure = error
        finally:
            is_ours = self._all is current_task()
            if is_ours:
                self._all = None
            self.changed.emit()
            if is_ours:
                self.all_ended.emit(failure)

    def _count(self, done: int, of: int) -> None:
        self.counted.emit(done, of)
        self.changed.emit()
