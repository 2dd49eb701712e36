"""All schemes in a list that is searched by the sender's name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLineEdit, QVBoxLayout, QWidget

from hookscope.ui import scales
from hookscope.ui.endpoint.escape import ClosedByEscape
from hookscope.ui.endpoint.line import Line
from hookscope.ui.icons import icon
from hookscope.ui.parts.cell_delegate import TokenRole
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.parts.tree_view import TreeView

if TYPE_CHECKING:
    from hookscope.verification import Scheme

Index = QModelIndex | QPersistentModelIndex

PROOFS = {"signature": "signature", "token": "token", "basic": "password"}
PROOF_WIDTH = 120


class SchemeModel(QAbstractTableModel):
    """The schemes whose name has every word that is searched for; the second column says what proves the sender."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: list[Scheme] = []
        self._shown: list[Scheme] = []

    def set_schemes(self, schemes: Iterable[Scheme]) -> None:
        """Search these, which keep their order."""
        self._all = list(schemes)
        self.search("")

    def search(self, text: str) -> None:
        """Show what has each of these words in its name or id."""
        words = text.casefold().split()
        self.beginResetModel()
        self._shown = [scheme for scheme in self._all if all(word in _searched(scheme) for word in words)]
        self.endResetModel()

    def scheme(self, row: int) -> Scheme | None:
        """The scheme of a row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def row_of(self, id: str) -> int:
        """The row of a scheme, 0 when it is not among those shown."""
        return next((row for row, scheme in enumerate(self._shown) if scheme.id == id), 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        scheme = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return scheme.name if index.column() == 0 else PROOFS[scheme.strength]
        if role == TokenRole and index.column() == 1:
            return "muted"
        return None


def _searched(scheme: Scheme) -> str:
    return " ".join((scheme.name, scheme.id, *scheme.aliases)).casefold()


class SchemeSearch(ClosedByEscape):
    """A field over a list: typing filters, Down goes into the list, Return or a click chooses, Esc closes."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = SchemeModel(self)
        self.field = QLineEdit()
        self.count = PlainLabel(elide="", role="muted")
        self.cancel = FlatButton("Cancel")
        self.view = TreeView("Senders", scales.tree_row_height, start=scales.S12)
        self._lay_out()
        self.field.textChanged.connect(self._search)
        self.field.returnPressed.connect(lambda: self._choose(self.view.currentIndex()))
        self.view.clicked.connect(self._choose)
        self.view.activated.connect(self._choose)
        self.cancel.clicked.connect(self.closed)

    def set_schemes(self, schemes: Iterable[Scheme]) -> None:
        """Offer these."""
        self.model.set_schemes(schemes)

    def start(self, chosen: str) -> None:
        """Begin a new search with the keyboard in the field, at the scheme that is chosen now."""
        self.field.clear()
        self._search("")
        self._select(self.model.row_of(chosen))
        self.field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.field.hasFocus():
            self.view.setFocus()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        self.field.setPlaceholderText("Search by the sender's name")
        self.field.setAccessibleName("Search senders")
        self.field.setFixedHeight(scales.FIELD)
        self.field.setClearButtonEnabled(True)
        self.field.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.view.setModel(self.model)
        self.view.setHeaderHidden(True)
        self.view.setRootIsDecorated(False)
        header = self.view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(1, PROOF_WIDTH)
        first = QHBoxLayout()
        first.setContentsMargins(scales.PANE, scales.S8, scales.PANE, scales.S8)
        first.setSpacing(scales.S8)
        first.addWidget(self.field, 1)
        first.addWidget(self.count)
        first.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(first)
        layout.addWidget(Line())
        layout.addWidget(self.view, 1)

    def _search(self, text: str) -> None:
        self.model.search(text)
        found = self.model.rowCount()
        self.count.setText(f"{found} found" if text.strip() else "")
        self._select(0)

    def _select(self, row: int) -> None:
        index = self.model.index(row, 0)
        flags = QItemSelectionModel.SelectionFlag
        self.view.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.view.scrollTo(index)

    def _choose(self, index: Index) -> None:
        scheme = self.model.scheme(index.row())
        if scheme is not None and self.isVisible():
            self.chosen.emit(scheme.id)
