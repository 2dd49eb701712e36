"""The status of a response: a number, its standard name, and what it makes the sender do."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpinBox, QWidget

from hookscope.responses import status_name
from hookscope.responses.senders import Effect, Sender
from hookscope.ui import scales
from hookscope.ui.parts.plain_label import PlainLabel, plain_tooltip
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
        self.number = QSpinBox()
        self.number.setRange(100, 599)
        self.number.setFixedHeight(scales.FIELD)
        self.number.setAccessibleName("Status")
        self.name = PlainLabel()
        self.chip = Chip()
        self._label = PlainLabel("Status", elide="", role="muted")
        self._label.setBuddy(self.number)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S8)
        for widget in (self._label, self.number, self.name, self.chip):
            layout.addWidget(widget)
        self.number.valueChanged.connect(self._tell)
        self._describe()

    def set_status(self, status: int) -> None:
        """Show this status."""
        with QSignalBlocker(self.number):
            self.number.setValue(status)
        self._describe()

    def status(self) -> int:
        """The status as it is typed in."""
        return self.number.value()

    def show_effect(self, sender: Sender, effect: Effect | None) -> None:
        """Say what the whole response makes the sender do, *automation: done*; nothing when that is not known."""
        self.chip.setVisible(effect is not None)
        self.chip.setToolTip(plain_tooltip(effect.sentence) if effect else "")
        if effect:
            self.chip.show_words(f"{sender.short}: {effect.chip}", effect.tone)

    def show_number(self, shown: bool) -> None:
        """Show the status, or only what the sender does: a handler's answer brings its own."""
        for widget in (self._label, self.number, self.name):
            widget.setVisible(shown)

    def _tell(self) -> None:
        self._describe()
        self.changed.emit()

    def _describe(self) -> None:
        name = status_name(self.status())
        self.name.setText(name or "No standard name")
        self.name.set_role("" if name else "muted")
