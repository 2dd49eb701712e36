"""The context menu of a row (INTERFACE.md 2.13)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QMenu, QWidget

Call = Callable[[], object]


@dataclass(frozen=True, slots=True)
class RowCalls:
    """What the lines of the menu do; a line without a call is left out."""

    open: Call
    respond_like: Call | None
    copy_cell: Call
    copy_address: Call
    copy_body: Call
    copy_raw_request: Call
    filter_endpoint: Call | None
    create_endpoint: Call | None
    pin: Call
    delete: Call


def row_menu(calls: RowCalls, *, pinned: bool, parent: QWidget) -> QMenu:
    """The menu for the selected rows; the first line is what a double-click does."""
    menu = QMenu(parent)
    _add(menu, "Open", calls.open)
    menu.setDefaultAction(menu.actions()[0])
    if calls.respond_like:
        menu.addSeparator()
        _add(menu, "Respond like this from now on…", calls.respond_like)
    menu.addSeparator()
    copy = menu.addMenu("Copy")
    _add(copy, "Cell", calls.copy_cell)
    _add(copy, "Address", calls.copy_address)
    _add(copy, "Body", calls.copy_body)
    _add(copy, "Raw request", calls.copy_raw_request)
    if calls.filter_endpoint:
        _add(menu.addMenu("Filter"), "Same endpoint", calls.filter_endpoint)
    _add(menu, "Unpin" if pinned else "Pin", calls.pin)
    if calls.create_endpoint:
        menu.addSeparator()
        _add(menu, "Create an endpoint for this path", calls.create_endpoint)
    menu.addSeparator()
    _add(menu, "Delete", calls.delete)
    return menu


def _add(menu: QMenu, text: str, call: Call) -> None:
    menu.addAction(text).triggered.connect(lambda: call())
