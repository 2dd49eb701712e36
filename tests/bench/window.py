"""The real program with its window open, and beside it a probe that answers questions on standard input.

After ``watch``, ``report`` gives the milliseconds between the ticks of a 5 ms timer, the milliseconds from arrival to
the paint event that showed the row, and the selected delivery. ``select`` chooses a row, ``scroll`` scrolls through the
table, ``quit`` ends the program.
The first line is the time at which the window was on screen, the second that at which all in it was painted, the third
the port that it listens on.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QTableView

from bench.setting import set_endpoints
from hookscope.ui.application import run

if TYPE_CHECKING:
    from hookscope.program import Program
    from hookscope.ui.main_window import MainWindow


class Probe(QObject):
    """Watches the window from inside, at the price of one timer and one event filter."""

    asked = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        view = window.findChild(QTableView)
        assert view is not None
        self._view: QTableView = view
        from hookscope.ui.deliveries.table_model import DeliveryModel

        model = view.model()
        assert isinstance(model, DeliveryModel)
        self._model = model
        self._gaps: list[float] = []
        self._painted: list[float] = []
        self._last_id = 0
        self._tick = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._note_gap)
        self.asked.connect(self._answer)
        window.relay.listener_changed.connect(self._say_port)
        threading.Thread(target=self._read, daemon=True).start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note which rows this paint event shows for the first time."""
        if event.type() == QEvent.Type.Paint:
            now = time.time_ns() // 1000
            for received_us in self._new_rows():
                self._painted.append((now - received_us) / 1000)
        return False

    def _new_rows(self) -> list[int]:
        found, newest = [], self._last_id
        for number in range(min(self._model.rowCount(), 40)):
            row = self._model.cached(number)
            if row is None or row.id <= self._last_id:
                break
            found.append(row.received_us)
            newest = max(newest, row.id)
        self._last_id = newest
        return found

    def _note_gap(self) -> None:
        now = time.perf_counter()
        self._gaps.append((now - self._tick) * 1000)
        self._tick = now

    def _say_port(self) -> None:
        if port := self._window.program.listener_state.port:
            print(port, flush=True)

    def _read(self) -> None:
        for line in sys.stdin:
            self.asked.emit(line.strip())
        self.asked.emit("quit")

    def _answer(self, question: str) -> None:
        if question == "quit":
            self._window.close()
        elif question == "watch":
            self._new_rows()  # these were painted before
            self._gaps, self._painted, self._tick = [], [], time.perf_counter()
            self._view.viewport().installEventFilter(self)
            self._timer.start()
            print("{}", flush=True)
        elif question == "report":
            self._timer.stop()
            self._view.viewport().removeEventFilter(self)
            print(json.dumps({"gaps": self._gaps, "painted": self._painted, "row": self._selected()}), flush=True)
        elif question == "select":
            self._view.selectRow(min(5, self._model.rowCount() - 1))
            print(json.dumps({"row": self._selected()}), flush=True)
        elif question == "scroll":
            QTimer.singleShot(0, lambda: self._scroll(0))

    def _selected(self) -> int:
        index: QModelIndex = self._view.currentIndex()
        return self._model.row_id(index.row()) if index.isValid() else 0

    def _scroll(self, step: int) -> None:
        bar = self._view.verticalScrollBar()
        bar.setValue(bar.maximum() * step // 200)
        if step < 200:
            QTimer.singleShot(10, lambda: self._scroll(step + 1))
        else:
            print(json.dumps({"rows": self._model.rowCount()}), flush=True)


def main() -> None:
    """Open the window on the data folder given."""
    probes: list[Probe] = []

    folder = Path(sys.argv[1])

    def open_program() -> Program:
        from hookscope.program import Program  # as the command does: when the window is on screen

        program = Program(folder)
        set_endpoints(program)
        return program

    def shown(window: MainWindow) -> None:
        print(time.time(), flush=True)
        probes.append(Probe(window))

    sys.exit(run(open_program, shown, folder=folder, on_frame=lambda: print(time.time(), flush=True)))


if __name__ == "__main__":
    main()
