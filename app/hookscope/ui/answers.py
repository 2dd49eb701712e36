"""What the store's readers find, brought to the window's thread."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from hookscope.deliveries import Reader

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Question:
    reader: Reader
    job: Callable[[sqlite3.Connection], Any]
    then: Callable[[Any], None]
    failed: Callable[[], None]
    wanted: Callable[[], bool]


class Answers(QObject):
    """Asks readers and hands their answers on in the window's thread."""

    _ready = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ready.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def ask(
        self,
        reader: Reader,
        job: Callable[[sqlite3.Connection], T],
        then: Callable[[T], None],
        *,
        failed: Callable[[], None] = lambda: None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """Run a job on a reader, ``then`` with its result; asked again when somebody interrupts it while ``wanted``."""
        self._submit(_Question(reader, job, then, failed, wanted))

    def _submit(self, question: _Question) -> None:
        def done(future: Future[Any]) -> None:
            with suppress(RuntimeError):  # the window went while the reader was at it
                self._ready.emit(question, future)

        question.reader.submit(question.job).add_done_callback(done)

    def _deliver(self, question: _Question, future: Future[Any]) -> None:
        if future.cancelled() or not question.wanted():
            return
        error = future.exception()
        if error is None:
            question.then(future.result())
        elif "interrupted" in str(error):
            self._submit(question)
        else:
            log.warning("The history could not be read: %s", error)
            question.failed()
