"""The list of fields and values in the card of a step: names in the fixed font, each with *Copy*."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from hookscope.endpoints import Endpoint
from hookscope.endpoints.proving import instructions
from hookscope.ui import scales
from hookscope.ui.parts.copy_button import CopyButton
from hookscope.ui.parts.plain_label import PlainLabel


class SentBack(QWidget):
    """The fields of the second step: each key of the first one, its value chosen from the first one's outputs."""

    def __init__(self) -> None:
        super().__init__()
        self.buttons: list[QWidget] = []
        self.problem = PlainLabel(wrap=True, role="warn")
        self._fields = QGridLayout()
        lay_out_fields(self._fields)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._fields)
        layout.addWidget(self.problem)

    def show_keys(self, name: str, proved: Endpoint | None) -> None:
        """Show the keys of the endpoint with this name, or why there are none."""
        while item := self._fields.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        fields = instructions(proved) if proved else []
        self.buttons = []
        for row, (key, value) in enumerate(fields):
            self.buttons.append(add_name(self._fields, row, key))
            self._fields.addWidget(PlainLabel(value, role="muted"), row, 3, 1, 2)
        self.problem.setText(_problem(name, proved))
        self.problem.setVisible(not fields)


def lay_out_fields(grid: QGridLayout) -> None:
    """Name, its *Copy*, a gap, and the value, in columns that stay as narrow as they can."""
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(scales.S4)
    grid.setVerticalSpacing(0)
    grid.setColumnMinimumWidth(2, scales.S16)
    grid.setColumnStretch(4, 1)


def add_name(grid: QGridLayout, row: int, name: str) -> QWidget:
    """Put the name of a field into a row; returns what copies it."""
    copy = CopyButton(f"the name {name}", name)
    grid.addWidget(fixed(name), row, 0)
    grid.addWidget(copy, row, 1)
    return copy


def fixed(text: str) -> PlainLabel:
    """A value in the fixed font, at the height of the fields beside it."""
    label = PlainLabel(text, elide="")
    label.setFont(QFont(scales.mono()))
    label.setMinimumHeight(scales.BUTTON)
    return label


def _problem(name: str, proved: Endpoint | None) -> str:
    if proved is None:
        return f"The endpoint {name}, whose keys come back here, is gone. Press Prove it at another one."
    return f"{name} declares no keys any more. Declare those to prove in its tab Response."
