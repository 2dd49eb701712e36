"""The *Attempts* tab: the deliveries of one message, and why one came again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from hookscope.deliveries import Row
from hookscope.responses.senders import sender_of
from hookscope.ui import scales
from hookscope.ui.deliveries.texts import time_text, time_tooltip, took_text
from hookscope.ui.deliveries.words import Words, response_words
from hookscope.ui.inspector.wording import came_again, gap_text
from hookscope.ui.parts.cell_delegate import TabularRole, TokenRole
from hookscope.ui.parts.empty_state import EmptyState
from hookscope.ui.parts.plain_label import PlainLabel, plain_tooltip
from hookscope.ui.parts.tree_view import TreeView

AnyIndex = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
_ROOT = QModelIndex()
_TITLES = ("Attempt", "Time", "Gap", "Response", "Took")
_WIDTHS = (96, 120, 96, 140, 96)
ATTEMPT, TIME, GAP, RESPONSE, TOOK = range(5)


class AttemptsModel(QAbstractTableModel):
    """One line per attempt, oldest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self._sender = ""

    def set_rows(self, rows: Sequence[Row], sender: str) -> None:
        """Show other attempts; ``sender`` is the profile that says what a response makes the sender do."""
        self.beginResetModel()
        self._rows, self._sender = tuple(rows), sender
        self.endResetModel()

    def row(self, number: int) -> Row:
        """The delivery in a line."""
        return self._rows[number]

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return _TITLES[section]
        return None

    def data(self, index: AnyIndex, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == TabularRole:
            return index.column() != RESPONSE
        row = self._rows[index.row()]
        if role in (Role.DisplayRole, Role.AccessibleTextRole):
            return self._text(index.row(), index.column())
        if role == TokenRole:
            return self._response(row).token if index.column() == RESPONSE else "text"
        if role == Role.ToolTipRole and index.column() == TIME:
            return plain_tooltip(time_tooltip(row.received_us))
        return None

    def _text(self, number: int, column: int) -> str:
        row = self._rows[number]
        if column == ATTEMPT:
            return f"{row.attempt or ''}{', again' if row.again else ''}"
        if column == TIME:
            return time_text(row.received_us)
        if column == GAP:
            return gap_text(row.received_us - self._rows[number - 1].received_us) if number else ""
        return self._response(row).text if column == RESPONSE else took_text(row.took_us)

    def _response(self, row: Row) -> Words:
        return response_words(row.status, row.outcome, self._sender, row.took_us or 0)


class AttemptsTab(QStackedWidget):
    """The attempts as a list; a click or Return on one asks for that delivery. Under it why the one shown came."""

    delivery_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.attempts = AttemptsModel(self)
        self.view = TreeView("Attempts", scales.row_height, start=scales.S8)
        self.view.setModel(self.attempts)
        self.view.setRootIsDecorated(False)
        self.view.setItemsExpandable(False)
        self.view.setIndentation(0)
        self.view.header().setStretchLastSection(True)
        for section, width in enumerate(_WIDTHS):
            self.view.header().resizeSection(section, width)
        self.view.clicked.connect(self._ask)
        self.view.activated.connect(self._ask)
        self.reason = PlainLabel(wrap=True)
        self.retries = PlainLabel(wrap=True, role="muted")
        self._shown = 0
        self.addWidget(EmptyState("refresh", "Came once", "If the same message comes again, it is listed here."))
        self.addWidget(self._list_page())

    def show_rows(self, rows: Sequence[Row], shown: int, sender: str) -> None:
        """Show the attempts of a message, the one with the id ``shown`` marked."""
        scrolled = self.view.verticalScrollBar().value() if shown == self._shown else 0
        self._shown = shown
        self.attempts.set_rows(rows, sender)
        self.setCurrentIndex(1 if len(rows) > 1 else 0)
        place = next((place for place, row in enumerate(rows) if row.id == shown), -1)
        _say(self.reason, came_again(rows[place - 1], rows[place], sender) if place > 0 else "")
        _say(self.retries, sender_of(sender).retries)
        self.view.setCurrentIndex(self.attempts.index(place, 0))
        if scrolled:
            self.view.verticalScrollBar().setValue(scrolled)

    def _list_page(self) -> QWidget:
        page = QWidget()
        words = QVBoxLayout()
        words.setContentsMargins(scales.S12, scales.S8, scales.S12, scales.S8)
        words.setSpacing(scales.S4)
        words.addWidget(self.reason)
        words.addWidget(self.retries)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        layout.addLayout(words)
        return page

    def _ask(self, index: QModelIndex) -> None:
        id = self.attempts.row(index.row()).id
        if id != self._shown:
            self.delivery_requested.emit(id)


def _say(label: PlainLabel, sentence: str) -> None:
    label.setText(sentence)
    label.setVisible(bool(sentence))
