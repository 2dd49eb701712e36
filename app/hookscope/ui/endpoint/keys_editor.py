"""The keys of a response as fields: key and type, as in the step's section *Response body*."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from hookscope.endpoints import ResponseKey
from hookscope.responses.passing import TYPES, key_problem
from hookscope.ui import scales
from hookscope.ui.endpoint.escape import ClosedByEscape
from hookscope.ui.endpoint.field_rows import FieldRows
from hookscope.ui.endpoint.key_rows import wrapped
from hookscope.ui.parts.flat_button import FlatButton, IconButton

TYPE_WIDTH = 84


class _Row:
    def __init__(self, key: ResponseKey) -> None:
        self.key = QLineEdit(key.key)
        self.key.setPlaceholderText("Key")
        self.key.setFont(scales.mono())
        self.key.setFixedHeight(scales.FIELD)
        self.type = QComboBox()
        self.type.setEditable(True)
        self.type.addItems(TYPES)
        self.type.setCurrentText(key.type)
        self.type.setFixedSize(TYPE_WIDTH, scales.FIELD)
        self.remove = IconButton("trash", "Remove key")
        self.remove.setFixedSize(scales.TARGET, scales.FIELD)

    def widgets(self) -> tuple[QWidget, ...]:
        return self.key, self.type, self.remove

    fields = widgets

    def value(self) -> ResponseKey:
        return ResponseKey(self.key.text().strip(), self.type.currentText().strip() or TYPES[0])

    def number(self, number: int) -> None:
        self.key.setAccessibleName(f"Key {number}")
        self.type.setAccessibleName(f"Type of key {number}")
        self.remove.set_name(f"Remove key {number}")


class KeysEditor(ClosedByEscape):
    """Edits keys in their order. ``changed`` comes when a field is left; rows without a key are no keys."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.problem = wrapped("", "bad")
        self.add = FlatButton("Add a key", icon="plus")
        self._rows = FieldRows[_Row](self.add, self._removed)
        self._rows.grid.setHorizontalSpacing(scales.S4)
        self._rows.grid.setColumnStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S4)
        layout.addLayout(self._rows.grid)
        layout.addWidget(self.problem)
        layout.addWidget(self.add)
        self.add.clicked.connect(self.add_empty)
        self._show_problem()

    def set_keys(self, keys: Iterable[ResponseKey]) -> None:
        """Edit these from now on."""
        self._rows.set(map(self._row, keys))
        self._show_problem()

    def keys(self) -> tuple[ResponseKey, ...]:
        """The keys as they are typed in, without those that cannot be declared."""
        found: list[ResponseKey] = []
        for row in self._rows:
            value = row.value()
            if not key_problem(value.key, found):
                found.append(value)
        return tuple(found)

    def add_empty(self) -> None:
        """Put the cursor into an empty row, a new one where there is none."""
        empty = next((place for place, row in enumerate(self._rows) if not row.key.text().strip()), None)
        if empty is None:
            self._rows.add(self._row(ResponseKey("", TYPES[0])))
        else:
            self._rows.go_to(empty)

    def go_to_first(self) -> None:
        """Put the cursor into the first field."""
        self._rows.go_to(0)

    def _row(self, key: ResponseKey) -> _Row:
        row = _Row(key)
        row.key.textEdited.connect(self._show_problem)
        row.key.editingFinished.connect(self.changed)
        row.type.textActivated.connect(self.changed)
        if (edit := row.type.lineEdit()) is not None:
            edit.editingFinished.connect(self.changed)
        return row

    def _removed(self) -> None:
        self._show_problem()
        self.changed.emit()

    def _show_problem(self) -> None:
        filled = [value for row in self._rows if (value := row.value()).key]
        problems = (key_problem(value.key, filled[:number]) for number, value in enumerate(filled))
        self.problem.setText(next(filter(None, problems), ""))
        self.problem.setVisible(bool(self.problem.text()))
