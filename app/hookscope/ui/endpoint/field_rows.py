"""Rows of fields that the user adds and removes, such as the headers of a response."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar, overload

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from hookscope.ui import scales
from hookscope.ui.parts.flat_button import IconButton


class FieldRow(Protocol):
    """One row: ``fields`` are those of its widgets that take the keyboard, the one that gets the cursor first."""

    remove: IconButton

    def widgets(self) -> tuple[QWidget, ...]: ...
    def fields(self) -> tuple[QWidget, ...]: ...
    def number(self, number: int) -> None: ...


Row = TypeVar("Row", bound=FieldRow)


class FieldRows(Sequence[Row]):
    """Rows in a grid, numbered, and in the order of the tab key before the button that adds one."""

    def __init__(self, add: QWidget, removed: Callable[[], None]) -> None:
        self._rows: list[Row] = []
        self.grid = QGridLayout()
        self.grid.setVerticalSpacing(scales.S4)
        self._add = add
        self._removed = removed

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        return self._rows[place]

    def set(self, rows: Iterable[Row]) -> None:
        """Have these rows from now on."""
        for row in self._rows:
            self._discard(row)
        self._rows = list(rows)
        for row in self._rows:
            self._connect(row)
        self._arrange()

    def add(self, row: Row) -> None:
        """Put a row behind the others and the cursor into it."""
        self._rows.append(row)
        self._connect(row)
        self._arrange()
        self.go_to(len(self) - 1)

    def go_to(self, place: int) -> None:
        """Put the cursor into a row, the last one when there are fewer; without any the button gets the focus."""
        (self[min(place, len(self) - 1)].fields()[0] if self else self._add).setFocus()

    def _connect(self, row: Row) -> None:
        row.remove.clicked.connect(lambda: self._remove(row))

    def _remove(self, row: Row) -> None:
        place = self.index(row)
        del self._rows[place]
        self._arrange()
        self.go_to(place)  # before Qt looks for another place, because what has the focus is hidden
        self._discard(row)
        self._removed()

    def _discard(self, row: Row) -> None:
        for widget in row.widgets():
            self.grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()

    def _arrange(self) -> None:
        before = self._add  # has its place among the window's fields: the rows go there, and it behind them
        for line, row in enumerate(self):
            row.number(line + 1)
            for column, widget in enumerate(row.widgets()):
                self.grid.addWidget(widget, line, column)
                if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):  # the row did not hide it
                    widget.show()  # now, so that it can have the focus
            for field in row.fields():
                QWidget.setTabOrder(before, field)
                before = field
        QWidget.setTabOrder(before, self._add)
