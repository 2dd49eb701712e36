from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from pytestqt.qtbot import QtBot

from hookscope.ui import scales
from hookscope.ui.parts.cell_delegate import ExtrasRole, HasExtrasRole
from hookscope.ui.parts.links import Extras, IdLink
from hookscope.ui.parts.tree_view import TreeView
from hookscope.ui.tokens import DARK, LIGHT


def tree(qtbot: QtBot) -> TreeView:
    view = TreeView("Body")
    qtbot.addWidget(view)
    model = QStandardItemModel(view)
    model.setHorizontalHeaderLabels(["Key", "Value"])
    parent = QStandardItem("order")
    parent.appendRow([QStandardItem("id"), QStandardItem("ORD-S548DKHMKX")])
    model.appendRow([parent, QStandardItem("")])
    view.setModel(model)
    view.expandAll()
    view.resize(300, 200)
    view.show()
    return view


def test_a_row_is_a_line_and_seven(qtbot: QtBot) -> None:
    view = tree(qtbot)
    assert view.accessibleName() == "Body"
    assert view.visualRect(view.model().index(0, 0)).height() == scales.tree_row_height(view.fontMetrics())


def test_the_whole_selected_row_has_the_soft_tint(qtbot: QtBot, go_dark: Callable[[], None]) -> None:
    view = tree(qtbot)
    index = view.model().index(0, 0, view.model().index(0, 0))
    view.setCurrentIndex(index)
    middle = view.visualRect(index).center().y()
    for chosen in (LIGHT, DARK):
        if chosen is DARK:
            go_dark()
        image = view.viewport().grab().toImage()
        across = [image.pixelColor(x, middle - 8).name() for x in range(view.visualRect(index).left())]
        assert across == [chosen.accent.name()] * 3 + [chosen.selected.name()] * (len(across) - 3)


def test_a_tree_with_links_asks_for_what_was_clicked(qtbot: QtBot) -> None:
    view = TreeView("Body", links=True)
    qtbot.addWidget(view)
    item = QStandardItem()
    item.setData(True, HasExtrasRole)
    item.setData(Extras((IdLink("ORD-1", "AG-1:ORD-1", "order"),)), ExtrasRole)
    model = QStandardItemModel(view)
    model.appendRow([QStandardItem("id"), item])
    view.setModel(model)
    view.resize(300, 200)
    view.show()
    with qtbot.waitSignal(view.look_up_requested) as asked:
        place = view.visualRect(item.index()).topLeft() + QPoint(scales.S8 + 2, 10)
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == ["AG-1:ORD-1", "order"]
