"""Context menus that copy."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from hookscope.ui.inspector.copying import copying, popup


def test_a_chosen_line_is_copied(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    popup(parent, [copying("One", lambda: "first"), copying("Two", lambda: "second")], QPoint(0, 0))
    (menu,) = parent.findChildren(QMenu)
    menu.actions()[1].trigger()
    assert QGuiApplication.clipboard().text() == "second"
    menu.close()


def test_nothing_opens_without_lines(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    popup(parent, [], QPoint(0, 0))
    assert not parent.findChildren(QMenu)
