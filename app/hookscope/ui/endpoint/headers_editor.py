"""The headers of a response as rows of name and value."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hookscope.responses import Headers
from hookscope.ui import scales
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
        return self.mark, self.name, self.value, self.remove

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
        self._rows: list[_Row] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(scales.S8)
        self._grid.setVerticalSpacing(scales.S4)
        self._grid.setColumnStretch(2, 1)
        self.add = FlatButton("Add header", icon="plus")
        self.implied = PlainLabel(role="muted")
        self._lay_out()
        self.add.clicked.connect(self._add_empty)

    def set_headers(self, headers: Headers) -> None:
        """Edit these headers from now on."""
        for row in self._rows:
            self._discard(row)
        self._rows = []
        for name, value in headers:
            self._append(name, value)
        self._arrange()

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
        layout.addLayout(self._grid)
        layout.addLayout(below)

    def _append(self, name: str, value: str) -> _Row:
        row = _Row(name, value)
        row.name.textEdited.connect(self.changed)
        row.value.textEdited.connect(self.changed)
        row.remove.clicked.connect(lambda: self._remove(row))
        self._rows.append(row)
        return row

    def _add_empty(self) -> None:
        row = self._append("", "")
        self._arrange()
        row.name.setFocus()
        self.changed.emit()

    def _remove(self, row: _Row) -> None:
        place = self._rows.index(row)
        self._rows.remove(row)
        self._discard(row)
        self._arrange()
        (self._rows[min(place, len(self._rows) - 1)].name if self._rows else self.add).setFocus()
        self.changed.emit()

    def _discard(self, row: _Row) -> None:
        for widget in row.widgets():
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()

    def _arrange(self) -> None:
        before: QWidget = self.add  # has its place among the window's fields: the rows go there, and it behind them
        for line, row in enumerate(self._rows):
            row.number(line + 1)
            for column, widget in enumerate(row.widgets()):
                self._grid.addWidget(widget, line, column)
            for widget in (row.name, row.value, row.remove):
                QWidget.setTabOrder(before, widget)
                before = widget
        QWidget.setTabOrder(before, self.add)


def _field(text: str, placeholder: str) -> QLineEdit:
    field = QLineEdit(text)
    field.setPlaceholderText(placeholder)
    field.setFont(scales.mono())
    field.setFixedHeight(scales.FIELD)
    return field
