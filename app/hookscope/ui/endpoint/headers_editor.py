"""The headers of a response as rows of name and value."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hookscope.responses import Headers
from hookscope.ui import scales
from hookscope.ui.endpoint.field_rows import FieldRows
from hookscope.ui.parts.flat_button import FlatButton, IconButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel

NAME_WIDTH = 200


class _Row:
    """One header: its two fields, what removes it, and a mark that it cannot be sent."""

    def __init__(self, name: str, value: str) -> None:
        self.name = _field(name, "Name")
        self.value = _field(value, "Value")
        self.remove = IconButton("trash", "Remove header")
        self.mark = IconLabel("cross-circle", "bad", "Cannot be sent")
        policy = self.mark.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.mark.setSizePolicy(policy)
        self.mark.hide()
        self.name.setFixedWidth(NAME_WIDTH)

    def widgets(self) -> tuple[QWidget, ...]:
        return self.mark, *self.fields()

    def fields(self) -> tuple[QWidget, ...]:
        return self.name, self.value, self.remove

    def header(self) -> tuple[str, str]:
        return self.name.text().strip(), self.value.text().strip()

    def number(self, number: int) -> None:
        self.name.setAccessibleName(f"Name of header {number}")
        self.value.setAccessibleName(f"Value of header {number}")
        self.remove.set_name(f"Remove header {number}")


class HeadersEditor(QWidget):
    """Edits headers in their order; the same name may stand there twice, empty rows are no headers."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.add = FlatButton("Add header", icon="plus")
        self._rows = FieldRows[_Row](self.add, self.changed.emit)
        self._rows.grid.setHorizontalSpacing(scales.S8)
        self._rows.grid.setColumnStretch(2, 1)
        self.implied = PlainLabel(role="muted")
        self._lay_out()
        self.add.clicked.connect(self._add_empty)

    def set_headers(self, headers: Headers) -> None:
        """Edit these headers from now on."""
        self._rows.set(self._row(name, value) for name, value in headers)

    def headers(self) -> Headers:
        """The headers as they are typed in."""
        return tuple(header for row in self._rows if any(header := row.header()))

    def set_implied(self, headers: Headers) -> None:
        """Say which headers go out too, because of the kind of body."""
        texts = ", ".join(f"{name}: {value}" for name, value in headers)
        self.implied.setText(f"Sent as well: {texts}" if texts else "")

    def mark(self, numbers: Collection[int]) -> None:
        """Mark headers that cannot be sent, by their place among all that are not empty, from 1."""
        for number, row in enumerate((row for row in self._rows if any(row.header())), 1):
            row.mark.setVisible(number in numbers)

    def go_to(self, number: int) -> None:
        """Put the cursor into a header, by its place as in ``mark``."""
        filled = [row for row in self._rows if any(row.header())]
        if 0 < number <= len(filled):
            filled[number - 1].name.setFocus()

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.setSpacing(scales.S8)
        below.setContentsMargins(scales.ICON + scales.S8, 0, 0, 0)
        below.addWidget(self.add)
        below.addWidget(self.implied, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S4)
        layout.addLayout(self._rows.grid)
        layout.addLayout(below)

    def _row(self, name: str, value: str) -> _Row:
        row = _Row(name, value)
        row.name.textEdited.connect(self.changed)
        row.value.textEdited.connect(self.changed)
        return row

    def _add_empty(self) -> None:
        self._rows.add(self._row("", ""))
        self.changed.emit()


def _field(text: str, placeholder: str) -> QLineEdit:
    field = QLineEdit(text)
    field.setPlaceholderText(placeholder)
    field.setFont(scales.mono())
    field.setFixedHeight(scales.FIELD)
    return field
