"""Asks for name and path of an endpoint, a new one or one that is renamed."""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hookscope.endpoints import Endpoint, EndpointError, name_problem, path_problem
from hookscope.ui import scales
from hookscope.ui.endpoint.crossing import Crossing
from hookscope.ui.endpoint.naming import free_path, name_of_path, path_of_target
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import PlainLabel

if TYPE_CHECKING:
    from hookscope.program import Program

WIDTH, LABELS = 520, 64
HINT = "Takes this path and all below it. * is one segment: /orders/*/paid"
MOVED = "Requests to {} will not come here any more. Change the address in the automation step."


class NewEndpointDialog(QDialog):
    """Open it with ``open()``; ``saved`` has the id once the endpoint is stored.

    ``target`` proposes the path of a request that no endpoint took; ``renamed`` is an endpoint to change.
    """

    saved = Signal(int)

    def __init__(
        self, program: Program, parent: QWidget | None = None, *, target: str = "", renamed: Endpoint | None = None
    ) -> None:
        super().__init__(parent)
        self._program = program
        self._crossing = Crossing(self)
        self._endpoint = renamed or Endpoint("", "")
        self._path_follows = not (target or renamed)
        self._touched = bool(target or renamed)
        self.name = _field("Name")
        self.path = _field("Path")
        self.name_fault = _fault_line()
        self.path_note = PlainLabel(wrap=True, role="muted")
        self.address = PlainLabel(elide="middle", role="muted")
        self.cancel_button = FlatButton("Cancel")
        self.save_button = FlatButton("Rename" if renamed else "Create", primary=True)
        self.setWindowTitle("Rename the endpoint" if renamed else "New endpoint")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._lay_out()
        self._fill(path_of_target(target) if target else self._endpoint.path)
        self._connect()
        self._check()

    def accept(self) -> None:
        """Store the endpoint; the dialog closes when that has worked."""
        self._touched = True
        self._check()
        if self.save_button.isEnabled():
            self.save_button.setEnabled(False)
            self._crossing.follow(self._program.endpoints.save(self._wanted()), self._take)

    def _wanted(self) -> Endpoint:
        before = self._program.endpoints.get(self._endpoint.id) or self._endpoint
        return replace(before, name=self.name.text().strip(), path=self.path.text().strip())

    def _take(self, done: Future[Endpoint]) -> None:
        try:
            self.saved.emit(done.result().id)
        except (EndpointError, sqlite3.Error) as error:
            self._check()
            self._say(str(error), "bad")
        else:
            super().accept()

    def _fill(self, path: str) -> None:
        self.name.setText(self._endpoint.name or name_of_path(path))
        self.path.setText(path or "/")
        self.name.selectAll()

    def _connect(self) -> None:
        self.name.textEdited.connect(self._name_edited)
        self.path.textEdited.connect(self._path_edited)
        self.cancel_button.clicked.connect(self.reject)
        self.save_button.clicked.connect(self.accept)

    def _name_edited(self) -> None:
        self._touched = True
        if self._path_follows:
            self.path.setText(free_path(self.name.text(), self._others()))
        self._check()

    def _path_edited(self) -> None:
        self._path_follows = False
        self._touched = True
        self._check()

    def _others(self) -> list[Endpoint]:
        return [other for other in self._program.endpoints.all() if other.id != self._endpoint.id]

    def _check(self) -> None:
        wanted, others = self._wanted(), self._others()
        name_fault, path_fault = name_problem(wanted.name, others), path_problem(wanted.path, others)
        self.name_fault.setText(name_fault if self._touched else "")
        if path_fault and self._touched:
            self._say(path_fault, "bad")
        elif self._endpoint.id and wanted.path != self._endpoint.path:
            self._say(MOVED.format(self._endpoint.path), "warn")
        else:
            self._say(HINT, "muted")
        self.address.setText("" if path_fault else self._program.url(wanted))
        self.save_button.setEnabled(not name_fault and not path_fault)

    def _say(self, sentence: str, role: str) -> None:
        self.path_note.set_role(role)
        self.path_note.setText(sentence)

    def _lay_out(self) -> None:
        fields = QGridLayout()
        fields.setHorizontalSpacing(scales.S8)
        fields.setVerticalSpacing(scales.S4)
        fields.setColumnStretch(1, 1)
        for line, (field, below) in enumerate(((self.name, self.name_fault), (self.path, self.path_note))):
            label = PlainLabel(field.accessibleName(), elide="")
            label.setBuddy(field)
            fields.addWidget(label, 2 * line, 0)
            fields.addWidget(field, 2 * line, 1)
            fields.addWidget(below, 2 * line + 1, 1, Qt.AlignmentFlag.AlignTop)
            below.setMinimumHeight(_lines(below, line + 1))  # the dialog keeps its size whatever is said
        fields.setColumnMinimumWidth(0, LABELS)
        fields.addWidget(PlainLabel("Address", elide=""), 4, 0)
        fields.addWidget(self.address, 4, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(scales.S8)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(scales.S16, scales.S16, scales.S16, scales.S16)
        layout.setSpacing(scales.S16)
        layout.addLayout(fields)
        layout.addLayout(buttons)
        self.setMinimumWidth(WIDTH)


def _field(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setFixedHeight(scales.FIELD)
    return field


def _fault_line() -> PlainLabel:
    return PlainLabel(wrap=True, role="bad")


def _lines(label: PlainLabel, number: int) -> int:
    return label.fontMetrics().lineSpacing() * number + scales.S4
