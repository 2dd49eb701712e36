"""A line in which a sequence of statuses is typed in, as in “503, 503, 200”."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from hookscope.ui import scales
from hookscope.ui.endpoint.escape import ClosedByEscape
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.tokens import tokens

FIELD_WIDTH = 200
HINT = "One status for each attempt of a message; the last one stays."
EXAMPLE = "503, 503, 200"


class SequenceRow(ClosedByEscape):
    """Asks for a sequence; ``submitted`` has the text. Whoever opens it hides it on ``closed``."""

    submitted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.field = QLineEdit()
        self.note = PlainLabel(HINT, role="muted")
        self._cross = IconLabel("cross-circle", "bad", "Error")
        self.add_button = FlatButton("Add")
        self.cancel_button = FlatButton("Cancel")
        self._lay_out()
        self.field.returnPressed.connect(self._submit)
        self.field.textEdited.connect(lambda: self._say(HINT, "muted"))
        self.add_button.clicked.connect(self._submit)
        self.cancel_button.clicked.connect(self.closed)
        self.hide()

    def open_row(self) -> None:
        """Ask, with the usual experiment as the proposal."""
        self._say(HINT, "muted")
        self.field.setText(EXAMPLE)
        self.show()
        self.field.setFocus()
        self.field.selectAll()

    def show_flaw(self, sentence: str) -> None:
        """Say why the text is no sequence."""
        self._say(sentence, "bad")
        self.field.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(0, self.height() - 1, self.width(), 1, tokens(self).line)

    def _submit(self) -> None:
        self.submitted.emit(self.field.text())

    def _lay_out(self) -> None:
        self.field.setFixedHeight(scales.FIELD)
        self.field.setMaximumWidth(FIELD_WIDTH)
        label = PlainLabel("Sequence", elide="", role="muted")
        label.setBuddy(self.field)
        self.field.setAccessibleName("Sequence of statuses")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(scales.PANE, scales.S8, scales.PANE, scales.S8)
        layout.setSpacing(scales.S8)
        layout.addWidget(label)
        layout.addWidget(self.field, 1)
        layout.addWidget(self.add_button)
        layout.addWidget(self.cancel_button)
        layout.addWidget(self._cross)
        layout.addWidget(self.note, 2)

    def _say(self, sentence: str, role: str) -> None:
        self._cross.setVisible(role == "bad")
        self.note.set_role(role)
        self.note.setText(sentence)
