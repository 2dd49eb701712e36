"""One sentence with its icon under an editor."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hookscope.ui import scales
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel


class NoteLine(QWidget):
    """Says what is wrong, or something worth knowing; as high as its sentence, hidden while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = IconLabel("cross-circle", "bad", "Error")
        self.label = PlainLabel(wrap=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(scales.PANE, scales.S4, scales.PANE, scales.S4)
        layout.setSpacing(scales.S8)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.label, 1)
        self.hide()

    def show_flaw(self, sentence: str) -> None:
        """Say what is wrong."""
        self._show(sentence, "cross-circle", "bad", "Error")

    def show_warning(self, sentence: str) -> None:
        """Say what may surprise, or nothing with ``""``."""
        self._show(sentence, "warning", "warn", "Warning")

    def show_note(self, sentence: str) -> None:
        """Say something worth knowing, or nothing with ``""``."""
        self._show(sentence, "info", "muted", "Note")

    def _show(self, sentence: str, icon: str, role: str, spoken: str) -> None:
        self._icon.set_icon(icon, role, spoken)
        self.label.set_role(role)
        self.label.setText(sentence)
        self.setVisible(bool(sentence))
