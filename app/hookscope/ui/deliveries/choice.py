"""Which delivery is chosen: it stays so while rows move around it and while the list is filled anew."""

from __future__ import annotations

from array import array

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QObject, Signal

from hookscope.ui.deliveries.delivery_view import DeliveryView
from hookscope.ui.deliveries.table_model import DeliveryModel

_Flag = QItemSelectionModel.SelectionFlag
_ONLY_THIS_ROW = _Flag.ClearAndSelect | _Flag.Rows


class Choice(QObject):
    """``changed`` carries the id of the current row, 0 when none is selected."""

    changed = Signal(int)

    def __init__(self, view: DeliveryView, model: DeliveryModel) -> None:
        super().__init__(view)
        self.id = 0
        self._view = view
        self._model = model
        self._awaited = 0  # chosen, but its row is not there (yet)
        self._scrolls = False  # whether the view goes to the awaited row
        model.modelReset.connect(self._take_up)
        model.rowsInserted.connect(self._look)
        model.counted.connect(self._look)
        view.selectionModel().currentChanged.connect(self._tell)
        view.selectionModel().selectionChanged.connect(self._tell)

    def choose(self, id: int) -> bool:
        """Select a delivery, as soon as its row is there; ``False`` when the filter does not let it through."""
        self._awaited, self._scrolls = id, True
        self._look()
        return id in {self._awaited, self.id}

    def choose_row(self, row: int) -> None:
        """Select a row, if there is one."""
        if 0 <= row < self._model.rowCount():
            column = max(0, self._view.currentIndex().column())
            self._view.selectionModel().setCurrentIndex(self._model.index(row, column), _ONLY_THIS_ROW)

    def move(self, step: int) -> None:
        """Select the next row or the one before."""
        row = self._view.currentIndex().row()
        self.choose_row(self._view.visible_rows()[0] if row < 0 else row + step)

    def ids(self) -> array[int]:
        """The selected deliveries, newest first."""
        ids = array("q")
        for first, last in sorted(self._ranges()):
            ids += self._model.ids(first, last)
        return ids

    def leave(self) -> None:
        """Select the row after the selected ones, else the one before: they are about to be removed."""
        ranges = self._ranges()
        if ranges:
            after = max(last for _, last in ranges) + 1
            self.choose_row(after if after < self._model.rowCount() else min(ranges)[0] - 1)

    def _ranges(self) -> list[tuple[int, int]]:
        """First and last row of every selected range."""
        return [(part.top(), part.bottom()) for part in self._view.selectionModel().selection().toList()]

    def _take_up(self) -> None:
        """The list was filled anew: find the row again."""
        if not self._awaited:
            self._awaited, self._scrolls = self.id, False
        self._look()

    def _look(self) -> None:
        if not self._awaited:
            return
        row = self._model.index_of(self._awaited)
        if row >= 0:
            self._view.setAutoScroll(self._scrolls)
            self.choose_row(row)
            self._view.setAutoScroll(True)
        elif self._is_hopeless():
            self._awaited = 0
            self._tell()

    def _is_hopeless(self) -> bool:
        """Whether the awaited row cannot come any more: the list is complete, or already further down."""
        if not self._model.is_settled or self._is_about_to_arrive():
            return False
        last = self._model.row_id(self._model.rowCount() - 1)
        return self._model.is_complete or 0 < last < self._awaited

    def _is_about_to_arrive(self) -> bool:
        """Whether the window heard of a delivery before the list did."""
        return self._scrolls and self._model.filter == ("", None) and self._awaited > self._model.row_id(0)

    def _tell(self) -> None:
        current, selection = self._view.currentIndex(), self._view.selectionModel()
        id = self._model.row_id(current.row()) if _is_chosen(current, selection) else 0
        if id:
            self._awaited = 0
        if id != self.id:
            self.id = id
            self.changed.emit(id)


def _is_chosen(current: QModelIndex, selection: QItemSelectionModel) -> bool:
    return current.isValid() and selection.hasSelection()
