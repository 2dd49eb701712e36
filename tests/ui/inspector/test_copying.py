"""Context menus that copy."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from hookscope.ui.inspector.copying import SEPARATOR, copying, filter_text, popup, value_entries


def test_a_chosen_line_is_copied(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    popup(parent, [copying("One", lambda: "first"), copying("Two", lambda: "second")], QPoint(0, 0))
    (menu,) = parent.findChildren(QMenu)
    menu.actions()[1].trigger()
    assert QGuiApplication.clipboard().text() == "second"
    menu.close()


def test_the_lines_for_a_value_have_one_order_everywhere(qtbot: QtBot) -> None:
    def nothing() -> None:
        pass

    copies = [copying("Copy value", lambda: "")]
    captions = [
        [caption for caption, _ in value_entries(copies, look_up, filter_by)]
        for look_up in (None, nothing)
        for filter_by in (None, nothing)
    ]
    assert captions == [
        ["Copy value"],
        ["Copy value", "", "Filter by this value"],
        ["Look up", "", "Copy value"],
        ["Look up", "", "Copy value", "", "Filter by this value"],
    ]
    parent = QWidget()
    qtbot.addWidget(parent)
    popup(parent, [copies[0], SEPARATOR, copies[0]], QPoint(0, 0))
    (menu,) = parent.findChildren(QMenu)
    assert [action.isSeparator() for action in menu.actions()] == [False, True, False]
    menu.close()


def test_what_one_can_filter_by() -> None:
    values = (" AG-1 ", "x" * 200, "x" * 201, "", " ", "a\nb", "a\tb", "\u202ea", "ü é")
    assert [filter_text(value) for value in values] == ["AG-1", "x" * 200, "", "", "", "", "", "", "ü é"]


def test_nothing_opens_without_lines(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    popup(parent, [], QPoint(0, 0))
    assert not parent.findChildren(QMenu)
