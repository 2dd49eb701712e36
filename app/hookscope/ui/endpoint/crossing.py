"""The way back into the window's thread for what other threads complete."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

T = TypeVar("T")


class Crossing(QObject):
    """Hands completed futures to callbacks in the thread it was made in, as long as the owner exists.

    It has no parent: pending futures keep it alive, so that a late one never meets a deleted object.
    """

    _arrived = Signal(object, object)

    def __init__(self, owner: QObject) -> None:
        super().__init__()
        self._owner = owner
        self._arrived.connect(self._hand_over)

    def follow(self, future: Future[T], then: Callable[[Future[T]], object]) -> None:
        """Call ``then`` with the future once it is done."""
        future.add_done_callback(lambda done: self._arrived.emit(then, done))  # holds self, which a bound emit does not

    def _hand_over(self, then: Callable[[Future[T]], object], future: Future[T]) -> None:
        if isValid(self._owner):
            then(future)
