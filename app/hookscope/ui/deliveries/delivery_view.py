"""The table itself: what is looked at stays where it is while rows come and go around it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from hookscope.ui import scales
from hookscope.ui.deliveries.table_model import DeliveryModel
from hookscope.ui.parts.cell_delegate import CellDelegate
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.header_view import HeaderView
from hookscope.ui.parts.link_pointer import LinkPointer
from hookscope.ui.tokens import tokens


class DeliveryView(QTableView):
    """Follows the newest row while it is scrolled to the very top, else counts what has come in ``pill``."""

    look_up_requested = Signal(str, str)  # the id of a link, and its type or nothing
    resized = Signal()
    viewed = Signal()  # other rows, or the same ones with other content, are on screen

    def __init__(self, model: DeliveryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._come = 0
        self._kept_scroll = 0
        self._anchor = (0, 0)  # while the model is reset: id of the topmost row, pixels of it that are out of sight
        self.pill = FlatButton("")
        self.pill.setParent(self)
        self.pill.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.pill.hide()
        self._set_up()
        model.rowsAboutToBeRemoved.connect(self._leave)  # before Qt's own slots, which would go on to another row
        self.setModel(model)
        self._connect(model)

    def visible_rows(self) -> tuple[int, int]:
        """The first and the last row on screen; the last is under the first when there is none."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        return max(first, 0), last if last >= 0 else self._model.rowCount() - 1

    def to_top(self) -> None:
        """Scroll to the newest row."""
        self.verticalScrollBar().setValue(0)

    def moveCursor(  # noqa: N802
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Without a current row the first one on screen is the next."""
        if self.currentIndex().isValid():
            return super().moveCursor(action, modifiers)
        return self._model.index(self.visible_rows()[0], 0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt would make the first row the current one, which then moves away under what arrives."""
        super().focusInEvent(event)
        if not self.selectionModel().hasSelection():
            self.selectionModel().clearCurrentIndex()
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and not self.currentIndex().isValid():
            painter = QPainter(self.viewport())
            painter.setPen(tokens(self).accent)
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))

    def keyboardSearch(self, search: str) -> None:
        """Typing a letter does not walk through a million rows."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_pill()
        self.resized.emit()
        self.viewed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.viewed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._set_heights()

    # --- how it is built ---------------------------------------------------------------------------------------------

    def _set_up(self) -> None:
        self.setAccessibleName("Deliveries")
        self.setHorizontalHeader(HeaderView(Qt.Orientation.Horizontal, self))
        delegate = CellDelegate(self)
        self.setItemDelegate(delegate)
        LinkPointer(self, delegate).followed.connect(self.look_up_requested)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._set_heights()

    def _set_heights(self) -> None:
        height = scales.row_height(self.fontMetrics())
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)

    def _connect(self, model: DeliveryModel) -> None:
        model.rowsInserted.connect(self._keep_place_after_insert)
        model.rowsAboutToBeRemoved.connect(self._note_place)
        model.rowsRemoved.connect(self._keep_place_after_remove)
        model.modelAboutToBeReset.connect(self._note_anchor)
        model.dataChanged.connect(self.viewed)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.pill.clicked.connect(self.to_top)

    # --- what is looked at stays -------------------------------------------------------------------------------------

    def _row_height(self) -> int:
        return self.verticalHeader().defaultSectionSize()

    def _keep_place_after_insert(self, parent: QModelIndex, first: int, last: int) -> None:
        scroll, height, count = self.verticalScrollBar().value(), self._row_height(), last - first + 1
        if scroll and first * height <= scroll:
            self._scroll_to(scroll + count * height)
            self._count(self._come + count)
        self.viewed.emit()

    def _leave(self, parent: QModelIndex, first: int, last: int) -> None:
        if first <= self.currentIndex().row() <= last:
            self.selectionModel().clearCurrentIndex()

    def _note_place(self, parent: QModelIndex, first: int, last: int) -> None:
        scroll, height = self.verticalScrollBar().value(), self._row_height()
        above = min(last + 1, scroll // height) - first
        self._kept_scroll = scroll - max(0, above) * height

    def _keep_place_after_remove(self, parent: QModelIndex, first: int, last: int) -> None:
        self._scroll_to(self._kept_scroll)
        self.viewed.emit()

    def _note_anchor(self) -> None:
        scroll, height = self.verticalScrollBar().value(), self._row_height()
        self._anchor = (self._model.row_id(scroll // height), scroll % height) if scroll else (0, 0)

    def restore_anchor(self) -> None:
        """After the model was reset: have the same row on top as before, or what came after it."""
        id, rest = self._anchor
        self._scroll_to(self._model.place_of(id) * self._row_height() + rest if id else 0)

    def _scroll_to(self, scroll: int) -> None:
        bar = self.verticalScrollBar()
        if scroll > bar.maximum():
            self.updateGeometries()
        bar.setValue(scroll)

    def _scrolled(self, scroll: int) -> None:
        if not scroll:
            self._count(0)
        self.viewed.emit()

    def _count(self, come: int) -> None:
        self._come = come
        self.pill.setVisible(come > 0)
        if come:
            self.pill.setText(f"{come:,} new ↑")
            self.pill.setAccessibleName(f"{come:,} new deliveries, go to the newest")
            self._place_pill()

    def _place_pill(self) -> None:
        self.pill.adjustSize()
        area = self.viewport().geometry()
        self.pill.move(area.center().x() - self.pill.width() // 2, area.top() + scales.S8)
