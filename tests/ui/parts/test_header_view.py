from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QStandardItemModel
from PySide6.QtWidgets import QTableView, QWidget
from pytestqt.qtbot import QtBot

from hookscope.ui import scales
from hookscope.ui.parts.header_view import HeaderView
from hookscope.ui.tokens import DARK, LIGHT


@pytest.fixture
def table(qtbot: QtBot) -> QTableView:
    table = QTableView()
    qtbot.addWidget(table)
    model = QStandardItemModel(3, 3, table)
    model.setHorizontalHeaderLabels(["Time", "Endpoint", "Size"])
    model.setHeaderData(2, Qt.Orientation.Horizontal, Qt.AlignmentFlag.AlignRight, Qt.ItemDataRole.TextAlignmentRole)
    table.setModel(model)
    table.setHorizontalHeader(HeaderView(parent=table))
    table.horizontalHeader().show()
    table.verticalHeader().hide()
    table.resize(500, 120)
    table.show()
    return table


def picture(table: QTableView) -> QImage:
    return table.horizontalHeader().viewport().grab().toImage()


def ink(table: QTableView, section: int) -> list[int]:
    """Where a section's word is, from its left edge."""
    header, image = table.horizontalHeader(), picture(table)
    left = header.sectionViewportPosition(section)
    columns = range(left, left + header.sectionSize(section))
    ground = image.pixelColor(left, 1)
    return [x - left for x in columns if any(image.pixelColor(x, y) != ground for y in range(image.height() - 1))]


def test_the_header_is_flat_up_to_its_end(table: QTableView, colors: Callable[[QWidget], set[str]]) -> None:
    image = picture(table)
    assert image.height() == scales.row_height(table.fontMetrics())
    for x in (1, 190, 490):
        column = [image.pixelColor(x, y).name() for y in range(image.height())]
        assert set(column[:-1]) == {LIGHT.base.name()}
        assert column[-1] == LIGHT.line.name()


def test_the_header_follows_the_theme(table: QTableView, go_dark: Callable[[], None]) -> None:
    go_dark()
    assert picture(table).pixelColor(490, 2).name() == DARK.base.name()


def test_a_word_stands_where_the_cells_do(table: QTableView) -> None:
    width = table.columnWidth(2)
    assert ink(table, 0)[0] in range(7, 11)
    assert ink(table, 2)[-1] in range(width - 12, width - 8)


def test_a_long_word_is_elided(table: QTableView) -> None:
    table.setColumnWidth(1, 44)
    assert ink(table, 1)
    assert ink(table, 1)[-1] <= 44 - 8


def test_a_hidden_section_is_not_drawn(table: QTableView) -> None:
    table.hideColumn(0)
    assert table.horizontalHeader().sectionViewportPosition(1) == 0
    assert ink(table, 1)[0] in range(7, 11)


def test_a_click_is_told(qtbot: QtBot, table: QTableView) -> None:
    header = table.horizontalHeader()
    with qtbot.waitSignal(header.sectionClicked) as seen:
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=header.viewport().rect().center())
    clicked: list[Any] = seen.args
    assert clicked == [header.logicalIndexAt(header.viewport().rect().center())]
