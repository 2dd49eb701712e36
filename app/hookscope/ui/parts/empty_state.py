"""What a place shows while it has nothing to show."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hookscope.ui import scales
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel

_CENTRE = Qt.AlignmentFlag.AlignHCenter


class EmptyState(QWidget):
    """A large icon, a heading, a line and buttons, in the middle and at most 420 px wide."""

    def __init__(
        self,
        icon: str,
        heading: str,
        line: str,
        buttons: Sequence[FlatButton] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._heading = _centred("")
        self._heading.setFont(scales.heading())
        self._line = _centred("muted")
        column = QWidget()
        column.setMaximumWidth(scales.TEXT_COLUMN)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(scales.S12, scales.S12, scales.S12, scales.S12)
        layout.setSpacing(scales.S8)
        layout.addWidget(IconLabel(icon, "muted", "", scales.BIG_ICON), 0, _CENTRE)
        layout.addSpacing(scales.S4)
        layout.addWidget(self._heading)
        layout.addWidget(self._line)
        layout.addLayout(_row(buttons))
        self._centre(column)
        self.set_texts(heading, line)

    def set_texts(self, heading: str, line: str) -> None:
        """Say something else; an empty line takes no room."""
        self._heading.setText(heading)
        self._line.setText(line)
        self._line.setVisible(bool(line))

    def _centre(self, column: QWidget) -> None:
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(column, 1000)
        across.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addStretch(1)
        layout.addLayout(across)
        layout.addStretch(1)


def _centred(role: str) -> PlainLabel:
    label = PlainLabel(wrap=True, role=role)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


def _row(buttons: Sequence[FlatButton]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(scales.S8)
    row.setContentsMargins(0, scales.S8 if buttons else 0, 0, 0)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
