"""Context menus of values: what they copy, and what else can be done with a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QMenu, QTreeView, QWidget

Entry = tuple[str, Callable[[], None]]
SEPARATOR: Entry = ("", lambda: None)

LOOK_UP, FILTER = "Look up", "Filter by this value"
LONGEST_FILTER = 200


def copy(text: str) -> None:
    """Put a text on the clipboard."""
    QGuiApplication.clipboard().setText(text)


def copying(caption: str, text: Callable[[], str]) -> Entry:
    """A line of a menu that copies a text, which is made when the line is chosen."""
    return caption, lambda: copy(text())


def value_entries(
    copies: Sequence[Entry], look_up: Callable[[], None] | None = None, filter_by: Callable[[], None] | None = None
) -> list[Entry]:
    """The lines for a value in the order they have everywhere, without those that it has no use for."""
    first = [(LOOK_UP, look_up), SEPARATOR] if look_up else []
    last = [SEPARATOR, (FILTER, filter_by)] if filter_by else []
    return [*first, *copies, *last]


def filter_text(value: str) -> str:
    """The text to filter by for this value, empty where it is too long for that or has more than one line."""
    text = value.strip() if len(value) <= LONGEST_FILTER else ""
    return text if text.isprintable() else ""


def popup(parent: QWidget, entries: Sequence[Entry], place: QPoint) -> None:
    """Open a menu at a place of the screen; nothing opens without entries."""
    if not entries:
        return
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for caption, call in entries:
        if caption:
            menu.addAction(caption).triggered.connect(partial(_ignoring_checked, call))
        else:
            menu.addSeparator()
    menu.popup(place)


def _ignoring_checked(call: Callable[[], None], checked: bool = False) -> None:  # PySide gives a partial none
    call()


def menu_place(view: QTreeView, event: QContextMenuEvent) -> tuple[QModelIndex, QPoint]:
    """The line a menu is for, and where it opens: under the pointer, or with the menu key at the current line."""
    if event.reason() is not QContextMenuEvent.Reason.Keyboard:
        return view.indexAt(view.viewport().mapFromGlobal(event.globalPos())), event.globalPos()
    index = view.currentIndex()
    return index, view.viewport().mapToGlobal(view.visualRect(index).bottomLeft())
