"""The status of a response: a number, its standard name, and what it makes the sender do."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpinBox, QWidget

from hookscope.responses import status_name
from hookscope.ui import scales
from hookscope.ui.endpoint.wording import effect
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.tokens import tokens


class Chip(PlainLabel):
    """A few words in the tint of their state."""

    def __init__(self) -> None:
        super().__init__(elide="")
        self._tint_role = "info"
        self.setFont(scales.small())
        self.setContentsMargins(scales.S8, 0, scales.S8, 0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_words(self, words: str, role: str) -> None:
        """Show these words in the colour of this token."""
        self._tint_role = role
        self.set_role(role)
        self.setText(words)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), scales.TARGET)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(tokens(self).line)
        painter.setBrush(tokens(self).color(f"strip_{self._tint_role}"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), scales.RADIUS, scales.RADIUS)
        painter.end()
        super().paintEvent(event)


class StatusField(QWidget):
    """Edits a status from 100 to 599, also those that cannot be sent: the form says why."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._sender = ""
        self.number = QSpinBox()
        self.number.setRange(100, 599)
        self.number.setFixedHeight(scales.FIELD)
        self.number.setAccessibleName("Status")
        self.name = PlainLabel()
        self.chip = Chip()
        label = PlainLabel("Status", elide="", role="muted")
        label.setBuddy(self.number)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S8)
        for widget in (label, self.number, self.name, self.chip):
            layout.addWidget(widget)
        self.number.valueChanged.connect(self._tell)

    def set_status(self, status: int, sender: str) -> None:
        """Show this status of an endpoint with this sender."""
        self._sender = sender
        self.number.setValue(status)
        self._describe()

    def status(self) -> int:
        """The status as it is typed in."""
        return self.number.value()

    def _tell(self) -> None:
        self._describe()
        self.changed.emit()

    def _describe(self) -> None:
        name = status_name(self.status())
        self.name.setText(name or "No standard name")
        self.name.set_role("" if name else "muted")
        found = effect(self._sender, self.status())
        self.chip.setVisible(found is not None)
        if found:
            self.chip.show_words(*found)
