"""The context menu of a row (INTERFACE.md 2.13)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QMenu, QWidget

from hookscope.visible import visible

Call = Callable[[], object]
IDS_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class IdCalls:
    """What the lines for one id of the row do; ``text`` is what of it is shown."""

    text: str
    look_up: Call
    filter: Call


@dataclass(frozen=True, slots=True)
class RowCalls:
    """What the lines of the menu do; a line without a call is left out."""

    open: Call
    ids: Sequence[IdCalls]
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
    for id in calls.ids[:IDS_AT_MOST]:
        _add(menu, f"Look up {id.text}", id.look_up)
    if calls.respond_like:
        menu.addSeparator()
        _add(menu, "Respond like this from now on…", calls.respond_like)
    menu.addSeparator()
    copy = menu.addMenu("Copy")
    _add(copy, "Cell", calls.copy_cell)
    _add(copy, "Address", calls.copy_address)
    _add(copy, "Body", calls.copy_body)
    _add(copy, "Raw request", calls.copy_raw_request)
    _add_filters(menu, calls)
    _add(menu, "Unpin" if pinned else "Pin", calls.pin)
    if calls.create_endpoint:
        menu.addSeparator()
        _add(menu, "Create an endpoint for this path", calls.create_endpoint)
    menu.addSeparator()
    _add(menu, "Delete", calls.delete)
    return menu


def _add_filters(menu: QMenu, calls: RowCalls) -> None:
    if not calls.filter_endpoint and not calls.ids:
        return
    below = menu.addMenu("Filter")
    if calls.filter_endpoint:
        _add(below, "Same endpoint", calls.filter_endpoint)
    for id in calls.ids[:IDS_AT_MOST]:
        _add(below, "Same id" if len(calls.ids) == 1 else f"Same id {id.text}", id.filter)


def _add(menu: QMenu, text: str, call: Call) -> None:
    # Not the mark of a mnemonic: a sender can have an ``&`` in an id.
    menu.addAction(visible(text).replace("&", "&&")).triggered.connect(lambda: call())
