"""*Check stored deliveries again*: the button, how far it has come, and what came of it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from hookscope.deliveries import Reader
from hookscope.endpoints import Check, Endpoint
from hookscope.ui import scales
from hookscope.ui.endpoint.rechecking import MOST, Rechecking, Tally, result_words
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import PlainLabel

BAR_WIDTH = 120


class RecheckRow(QWidget):
    """Checks the stored deliveries of one endpoint as it is verified now; what was recorded at arrival stays."""

    def __init__(self, searches: Reader) -> None:
        super().__init__()
        self._run = Rechecking(searches, self)
        self._endpoint: Endpoint | None = None
        self._check: Check | None = None
        self._total = 0
        self._done = Tally()
        self.button = FlatButton("")
        self.progress = QProgressBar()
        self.stop = FlatButton("Stop")
        self.result = PlainLabel(wrap=True, role="muted")
        self._lay_out()
        self.button.clicked.connect(self.start)
        self.stop.clicked.connect(self._stop)
        self._run.went_on.connect(self._take)
        self._run.failed.connect(lambda: self._finish("The history could not be read. Try again."))

    def set_endpoint(self, endpoint: Endpoint, check: Check) -> None:
        """Stand for this endpoint and what it is verified with; another way to verify ends a run and its result."""
        before, self._endpoint = self._endpoint, endpoint
        self._check = check
        if before is None or _way(before) != _way(endpoint):
            self._run.stop()
            self._finish("")
        self._enable()

    def set_total(self, total: int) -> None:
        """How many deliveries there are to check."""
        self._total = total
        self.button.setText(f"Check stored deliveries again ({total:,})")
        self._enable()

    def start(self) -> None:
        """Check all of them, the newest first."""
        if self._endpoint is None or self._check is None or self._check.verifier is None:
            return
        self._done = Tally()
        self.progress.setRange(0, min(self._total, MOST))
        self.progress.setValue(0)
        self.result.setText("")
        self._show_running(True)
        self.stop.setFocus()
        self._run.start(self._endpoint.id, self._check)

    def _stop(self) -> None:
        self._run.stop()
        self._finish(f"Stopped. {result_words(self._done)}" if self._done.judged else "Stopped.")

    def _take(self, tally: Tally) -> None:
        self._done = tally
        if tally.over:
            self._finish(f"{_bounded(tally)}{result_words(tally)}")
        else:
            self.progress.setValue(tally.looked)
            self.result.setText(f"{tally.looked:,} of {self.progress.maximum():,}")

    def _finish(self, words: str) -> None:
        had_focus = self.stop.hasFocus()
        self.result.setText(words)
        self._show_running(False)
        if had_focus:
            self.button.setFocus()

    def _show_running(self, running: bool) -> None:
        self.button.setVisible(not running)
        self.progress.setVisible(running)
        self.stop.setVisible(running)

    def _enable(self) -> None:
        self.button.setEnabled(self._check is not None and self._check.verifier is not None and self._total > 0)

    def _lay_out(self) -> None:
        self.progress.setTextVisible(False)
        self.progress.setFixedSize(BAR_WIDTH, scales.S8)
        self.progress.setAccessibleName("Checking stored deliveries")
        self.result.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.result.setMinimumHeight(scales.BUTTON)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S12)
        for widget in (self.button, self.progress, self.stop):
            layout.addWidget(widget)
        layout.addWidget(self.result, 1)
        self.set_total(0)
        self._show_running(False)


def _way(endpoint: Endpoint) -> tuple[object, ...]:
    return endpoint.id, endpoint.scheme, endpoint.scheme_options, endpoint.secrets


def _bounded(tally: Tally) -> str:
    return f"The newest {MOST:,}. " if tally.looked >= MOST else ""
