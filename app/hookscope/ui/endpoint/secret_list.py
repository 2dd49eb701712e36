"""The secrets of an endpoint, one a line, the newest first."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from hookscope.secret_store import SecretStore
from hookscope.ui import scales
from hookscope.ui.endpoint.secret_value import SecretValue
from hookscope.ui.parts.flat_button import FlatButton, IconButton
from hookscope.ui.parts.plain_label import PlainLabel

LABEL_WIDTH = 240


class SecretLine(NamedTuple):
    """What is on show of a secret. ``trouble`` says why it cannot be read; ``kept`` is one for this run only."""

    name: str
    label: str
    added: str
    masked: str
    trouble: str = ""
    kept: bool = False

    @property
    def spoken(self) -> str:
        """What tells it from the others."""
        return ", ".join(part for part in (self.label or self.name, self.added) if part)


class SecretList(QWidget):
    """Shows secrets, each with *Show*, *Copy* and *Remove*; one that is kept for this run can be saved."""

    remove_asked = Signal(object)  # SecretLine
    save_asked = Signal(str)
    failed = Signal(str)

    def __init__(self, secrets: SecretStore) -> None:
        super().__init__()
        self.lines: tuple[SecretLine, ...] = ()
        self.buttons: list[QWidget] = []
        self._secrets = secrets
        self._what = ""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(scales.S12)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(5, 1)

    def set_lines(self, lines: tuple[SecretLine, ...], what: str) -> None:
        """Show these; the same ones stay as they are, also one whose value is on show."""
        if (lines, what) == (self.lines, self._what):
            return
        self.lines, self._what = lines, what
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.buttons = []
        for row, line in enumerate(lines):
            self._add(row, line)
        self.setVisible(bool(lines))

    def _add(self, row: int, line: SecretLine) -> None:
        label = PlainLabel(line.label or line.name)
        label.setMaximumWidth(LABEL_WIDTH)
        widgets: list[QWidget] = [label, PlainLabel(line.added, elide="", role="muted"), self._value(line)]
        widgets += [self._remove(line), self._state(line)]
        for column, widget in enumerate(widgets):
            self._grid.addWidget(widget, row, column, Qt.AlignmentFlag.AlignVCenter)

    def _value(self, line: SecretLine) -> SecretValue:
        value = SecretValue(self._secrets, f"{self._what} {line.spoken}")
        value.set_secret(line.name, line.masked)
        value.failed.connect(self.failed)
        self.buttons += [value.show_button, value.copy_button]
        return value

    def _remove(self, line: SecretLine) -> IconButton:
        remove = IconButton("trash", f"Remove the {self._what} {line.spoken}")
        remove.clicked.connect(lambda: self.remove_asked.emit(line))
        self.buttons.append(remove)
        return remove

    def _state(self, line: SecretLine) -> QWidget:
        if line.kept:
            return self._kept(line)
        return PlainLabel(line.trouble, role="warn")

    def _kept(self, line: SecretLine) -> QWidget:
        save = FlatButton("Save in the keyring")
        save.setFixedHeight(scales.TARGET)
        save.setAccessibleName(f"Save the {self._what} {line.spoken} in the keyring")
        save.clicked.connect(lambda: self.save_asked.emit(line.name))
        self.buttons.append(save)
        state = QWidget()
        layout = QHBoxLayout(state)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S8)
        layout.addWidget(PlainLabel("for this run only", elide="", role="warn"))
        layout.addWidget(save)
        return state
