"""The menus: ☰ in the connection bar, or the system's menu bar on macOS. Every action is in one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from hookscope.ui.actions import Actions

LINE = ""
FIRST = ("new_endpoint", "import_workspace", "export_workspace")
GROUPS = (
    ("&Endpoint", ("copy_address", "send_sample", "hold", LINE, "apply")),
    ("&Delivery", ("open", "look_up", "send_held", LINE, "copy_cell", "pin", LINE, "delete")),
    (
        "&Go",
        (
            *("next", "previous", "newest", LINE, "next_problem", "previous_problem", LINE),
            *("filter", "find", "find_next", LINE, "back", "next_pane", "previous_pane"),
        ),
    ),
    (
        "&View",
        (
            *("toggle_inspector", "inspector_right", LINE),
            *("tab_1", "tab_2", "tab_3", "tab_4", "tab_5", LINE, "reset_layout"),
        ),
    ),
)
LAST = ("settings", LINE, "shortcuts", "kept", "about", LINE, "quit")


Lookup = Callable[[str], QAction]


class Help(NamedTuple):
    """What the two entries without a key open."""

    kept: Callable[[], object]
    about: Callable[[], object]


def main_menu(actions: Actions, parent: QWidget, help: Help) -> QMenu:
    """The menu behind ☰."""
    menu = QMenu("Menu", parent)
    lookup = _lookup(actions, parent, help)
    _fill(menu, FIRST, lookup)
    menu.addSeparator()
    _add_groups(menu, lookup)
    menu.addSeparator()
    _fill(menu, LAST, lookup)
    return menu


def system_menu_bar(actions: Actions, parent: QWidget, help: Help) -> QMenuBar:
    """The same for the menu bar of macOS, which moves settings, about and quit where they belong there."""
    bar = QMenuBar(None)  # the one bar of all windows
    lookup = _lookup(actions, parent, help)
    _fill(bar.addMenu("File"), FIRST, lookup)
    _add_groups(bar, lookup)
    _fill(bar.addMenu("Help"), LAST, lookup)
    return bar


def _lookup(actions: Actions, parent: QWidget, help: Help) -> Lookup:
    kept, about = QAction("&What is kept", parent), QAction("&About Hookscope", parent)
    about.setMenuRole(QAction.MenuRole.AboutRole)
    kept.triggered.connect(lambda: help.kept())
    about.triggered.connect(lambda: help.about())
    return lambda name: {"kept": kept, "about": about}.get(name) or actions.action(name)


def _add_groups(parent: QMenu | QMenuBar, lookup: Lookup) -> None:
    for title, names in GROUPS:
        _fill(parent.addMenu(title), names, lookup)


def _fill(menu: QMenu, names: tuple[str, ...], lookup: Lookup) -> None:
    for name in names:
        if name == LINE:
            menu.addSeparator()
        else:
            menu.addAction(lookup(name))
