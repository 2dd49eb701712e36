"""The row over the list: the filter, how many deliveries it lets through, the columns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QEvent, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QLineEdit, QMenu, QWidget

from hookscope.ui import scales
from hookscope.ui.icons import icon
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import PlainLabel

TYPING_PAUSE = 120  # ms without a key after which the list is filtered
SETTLED = 2000  # ms after which a filter counts as used and is remembered


class SearchField(QLineEdit):
    """A line whose Esc first empties it and then leaves it."""

    left = Signal()

    def event(self, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return super().event(event)
        if event.key() == Qt.Key.Key_Escape:  # else it would be the window's *Back to the list*
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear() if self.text() else self.left.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FilterRow(QWidget):
    """``filter_changed`` comes after a pause in typing, ``filter_used`` when a filter has stood for a while."""

    filter_changed = Signal(str)
    filter_used = Signal(str)
    endpoint_chosen = Signal(int)  # row of the endpoint model, from the drop-down of a narrow window
    list_asked = Signal()

    def __init__(self, endpoints: QAbstractItemModel, columns: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = SearchField()
        self.chooser = QComboBox()
        self.counter = PlainLabel()
        self.columns = FlatButton("Columns", icon="columns")
        self._history = QStringListModel(self)
        self._pause = _timer(self, TYPING_PAUSE, self._tell)
        self._settle = _timer(self, SETTLED, self._remember)
        self._told = ""
        self._set_up(endpoints, columns)
        self._lay_out()

    def set_narrow(self, narrow: bool) -> None:
        """Show the drop-down of endpoints, which stands in for the sidebar of a narrow window."""
        self.chooser.setVisible(narrow)

    def set_endpoint_row(self, row: int) -> None:
        """Let the drop-down show the chosen endpoint."""
        self.chooser.setCurrentIndex(row)

    def set_history(self, filters: Sequence[str]) -> None:
        """Offer these while typing."""
        self._history.setStringList(list(filters))

    def set_counts(self, shown: int, total: int, searching: bool) -> None:
        """*12 of 10,412 deliveries*."""
        self.counter.setText(counter_text(shown, total, searching, filtered=bool(self._told)))

    def text(self) -> str:
        """The filter as it was told last."""
        return self._told

    def clear(self) -> None:
        """Take the filter away at once."""
        self.set_text("")

    def set_text(self, text: str) -> None:
        """Filter by this text at once."""
        self.field.setText(text)
        self._tell()

    def _set_up(self, endpoints: QAbstractItemModel, columns: QMenu) -> None:
        self.field.setPlaceholderText("Filter deliveries")
        self.field.setAccessibleName("Filter deliveries")
        self.field.setClearButtonEnabled(True)
        self.field.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.setCompleter(_completer(self._history, self))
        self.field.textChanged.connect(lambda: self._pause.start())
        self.field.returnPressed.connect(self._tell)
        self.field.left.connect(self.list_asked)
        self.chooser.setModel(endpoints)
        self.chooser.setAccessibleName("Endpoint")
        self.chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.chooser.setMinimumContentsLength(14)
        self.chooser.activated.connect(self.endpoint_chosen)
        self.chooser.hide()
        self.columns.setMenu(columns)

    def _lay_out(self) -> None:
        self.setFixedHeight(scales.BAR)
        self.field.setFixedHeight(scales.BUTTON)
        self.chooser.setFixedHeight(scales.BUTTON)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(scales.S8, 0, scales.S8, 0)
        layout.setSpacing(scales.S8)
        layout.addWidget(self.chooser)
        layout.addWidget(self.field, 1)
        layout.addWidget(self.counter)
        layout.addWidget(self.columns)

    def _tell(self) -> None:
        self._pause.stop()
        text = self.field.text().strip()
        if text != self._told:
            self._told = text
            self.filter_changed.emit(text)
            self._settle.start()

    def _remember(self) -> None:
        if self._told:
            self.filter_used.emit(self._told)


def counter_text(shown: int, total: int, searching: bool, *, filtered: bool) -> str:
    """How many deliveries the list shows, of how many."""
    noun = "delivery" if total == 1 else "deliveries"
    text = f"{shown:,} of {total:,} {noun}" if filtered else f"{total:,} {noun}"
    return f"{text}, searching…" if searching else text


def _timer(parent: QWidget, interval: int, slot: object) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval)
    timer.timeout.connect(slot)
    return timer


def _completer(history: QStringListModel, parent: QWidget) -> QCompleter:
    completer = QCompleter(history, parent)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    popup = completer.popup()
    if popup is not None:
        popup.setAccessibleName("Earlier filters")
    return completer
