"""What the store changed, brought to the window: at once when it was quiet, else once per frame."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from hookscope.deliveries import Changes, Row, Store

FRAME = 33  # ms between two signals under load
FLOOD = 64  # rows in one signal from which on nobody can follow them one by one
FLOOD_FRAME = 100  # ms between two signals then: painting must not take the processor from answering


class Live(QObject):
    """Merges the store's changes and hands them on in the window's thread; nothing runs while nothing changes."""

    changed = Signal(object)  # Changes
    _woken = Signal()

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._awake = False
        self._stopped = False
        self._new: dict[int, Row] = {}
        self._changed: dict[int, Row] = {}
        self._removed: list[int] = []
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._flush)
        self._woken.connect(self._flush, Qt.ConnectionType.QueuedConnection)
        store.subscribe(self._take)

    def stop(self) -> None:
        """Tell nothing any more; called before the window goes, because the store lives longer."""
        with self._lock:
            self._stopped = self._awake = True
        self._frame.stop()

    def _take(self, changes: Changes) -> None:
        """Runs on the store's thread, which requests wait for: only notes what happened."""
        with self._lock:
            for row in changes.new:
                self._new[row.id] = row
            for row in changes.changed:
                (self._new if row.id in self._new else self._changed)[row.id] = row
            for id in changes.removed:
                self._new.pop(id, None)
                self._changed.pop(id, None)
            self._removed.extend(changes.removed)
            asleep, self._awake = not self._awake, True
        if asleep:
            self._woken.emit()

    def _flush(self) -> None:
        with self._lock:
            if self._stopped:
                return
            changes = Changes(tuple(self._new.values()), tuple(self._changed.values()), tuple(self._removed))
            self._awake = any(changes)
            self._new, self._changed, self._removed = {}, {}, []
        if any(changes):
            self._frame.start(FRAME if len(changes.new) < FLOOD else FLOOD_FRAME)
            self.changed.emit(changes)
