"""What came back of the values that were answered: over the body of a delivery to a check endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hookscope.endpoints.proving import Proof, ProofState, Proven
from hookscope.ui import scales
from hookscope.ui.endpoint.wording import clock
from hookscope.ui.inspector.link_button import LinkButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.tokens import tokens

MOST_LINES = 5  # on show at once; more of them scroll
HEADING = "What came back"

_MARKS = {
    ProofState.SAME: ("check", "ok", "Came back"),
    ProofState.DIFFERENT: ("cross-circle", "bad", "Different"),
    ProofState.UNFILLED: ("cross-circle", "bad", "Not filled in"),
    ProofState.NOT_BACK: ("cross-circle", "bad", "Missing"),
    ProofState.NOT_SENT: ("warning", "warn", "Not sent"),
    ProofState.NESTED: ("cross-circle", "bad", "Nested"),
}


class ProofStrip(QWidget):
    """One line for each key: *ticket: sent `42`, came back `42`*; hidden while there is nothing to show."""

    delivery_requested = Signal(int)  # the one whose response is compared

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._compared = 0
        self.problem = PlainLabel(wrap=True)
        self._warning = IconLabel("warning", "warn", "Warning")
        self.compared = LinkButton()
        self.compared.clicked.connect(lambda: self.delivery_requested.emit(self._compared))
        self._lines = QWidget()
        self._grid = QGridLayout(self._lines)
        self._area = QScrollArea()
        self._lay_out()
        self.hide()

    def show_proof(self, proof: Proof | Sequence[Proven] | None) -> None:
        """Show a proof; ``None``, or one with nothing in it, hides the strip."""
        found = proof if isinstance(proof, Proof) else Proof(tuple(proof or ()))
        self._compared = found.compared
        self.problem.setText(found.problem)
        for widget in (self.problem, self._warning):
            widget.setVisible(bool(found.problem))
        self._show_compared(found)
        self._show_lines(found.proven)
        self.setVisible(bool(found.problem or found.proven))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, tokens(self).line)

    def _lay_out(self) -> None:
        heading = PlainLabel(HEADING)
        heading.setFont(scales.strong())
        first = QHBoxLayout()
        first.setSpacing(scales.S8)
        first.addWidget(heading)
        first.addWidget(self.compared)
        first.addStretch(1)
        problem = QHBoxLayout()
        problem.setSpacing(scales.S8)
        problem.addWidget(self._warning)
        problem.addWidget(self.problem, 1)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(scales.S8)
        self._grid.setVerticalSpacing(scales.S4)
        self._grid.setColumnStretch(1, 1)
        self._area.setWidget(self._lines)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(HEADING)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(scales.S12, scales.S8, scales.S12, scales.S8 + 1)
        layout.setSpacing(scales.S4)
        layout.addLayout(first)
        layout.addLayout(problem)
        layout.addWidget(self._area)

    def _show_compared(self, found: Proof) -> None:
        self.compared.setVisible(bool(found.compared))
        if found.compared:
            moment = clock(found.compared_us, datetime.now(UTC))
            self.compared.set_words(f"Response of {moment}", "what it is compared with")

    def _show_lines(self, proven: Sequence[Proven]) -> None:
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for number, each in enumerate(proven):
            self._grid.addWidget(IconLabel(*_MARKS[each.state]), number, 0)
            self._grid.addWidget(PlainLabel(f"{each.key}: {each.words}"), number, 1)
        line = max(scales.ICON, self.fontMetrics().height()) + scales.S4
        self._area.setFixedHeight(line * min(len(proven), MOST_LINES))
        self._area.setVisible(bool(proven))
