"""What is being waited for, and the way to give it up."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QElapsedTimer, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hookscope.ui import scales
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel

PATIENCE_MS = 300
"""What takes no longer is not worth a word: nothing flickers."""

SECOND = 1000


class ProgressStrip(QWidget):
    """Comes into sight after a moment, or at once while the platform makes us wait; ``stopped`` asks to give up."""

    shown = Signal()
    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = PlainLabel(elide="middle")
        self.stop = FlatButton("Stop")
        self.stop.setFixedHeight(scales.TARGET)
        self.stop.clicked.connect(lambda: self.stopped.emit())
        self._what = ""
        self._wait_ms = 0
        self._since = QElapsedTimer()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._come_up)
        self._second = QTimer(self)
        self._second.setInterval(SECOND)
        self._second.timeout.connect(self._say)
        self.setFixedHeight(scales.STRIP)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(scales.S12, 0, scales.S8, 0)
        layout.setSpacing(scales.S8)
        layout.addWidget(IconLabel("clock", "info", "Waiting"))
        layout.addWidget(self.words, 1)
        layout.addWidget(self.stop)
        self.hide()

    def start(self, what: str) -> None:
        """Say, after a moment, that this is being fetched."""
        self._what = what
        self._wait_ms = 0
        self._second.stop()
        self._say()
        if self.isHidden():
            self._patience.start()

    def wait(self, seconds: float) -> None:
        """Count down to the next try; 0 goes on."""
        self._wait_ms = ceil(seconds * SECOND)
        self._since.start()
        self._second.start()
        self._say()
        self._come_up()

    def end(self) -> None:
        """Nothing is being waited for any more."""
        self._patience.stop()
        self._second.stop()
        self.hide()

    def _come_up(self) -> None:
        self._patience.stop()
        self.show()
        self.shown.emit()

    def _say(self) -> None:
        left = self._wait_ms - self._since.elapsed() if self._wait_ms else 0
        if left > 0:
            self.words.setText(f"Too many requests. Trying again in {ceil(left / SECOND)} s.")
        else:
            self._second.stop()
            self.words.setText(f"Fetching {self._what}…")
