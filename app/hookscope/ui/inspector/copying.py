"""Context menus whose lines copy something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QMenu, QTreeView, QWidget

Entry = tuple[str, Callable[[], None]]


def copy(text: str) -> None:
    """Put a text on the clipboard."""
    QGuiApplication.clipboard().setText(text)


def copying(caption: str, text: Callable[[], str]) -> Entry:
    """A line of a menu that copies a text, which is made when the line is chosen."""
    return caption, lambda: copy(text())


def popup(parent: QWidget, entries: Sequence[Entry], place: QPoint) -> None:
    """Open a menu at a place of the screen; nothing opens without entries."""
    if not entries:
        return
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for caption, call in entries:
        menu.addAction(caption).triggered.connect(partial(_ignoring_checked, call))
    menu.popup(place)


def _ignoring_checked(call: Callable[[], None], checked: bool = False) -> None:  # PySide gives a partial none
    call()


def menu_place(view: QTreeView, event: QContextMenuEvent) -> tuple[QModelIndex, QPoint]:
    """The line a menu is for, and where it opens: under the pointer, or with the menu key at the current line."""
    if event.reason() is not QContextMenuEvent.Reason.Keyboard:
        return view.indexAt(view.viewport().mapFromGlobal(event.globalPos())), event.globalPos()
    index = view.currentIndex()
    return index, view.viewport().mapToGlobal(view.visualRect(index).bottomLeft())
