from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QListView, QTableView, QWidget
from pytestqt.qtbot import QtBot

from hookscope.ui import scales
from hookscope.ui.icons import icon
from hookscope.ui.parts.cell_delegate import (
    CellDelegate,
    ElideRole,
    ExtrasRole,
    HasExtrasRole,
    TabularRole,
    TokenRole,
)
from hookscope.ui.parts.links import Extras
from hookscope.ui.tokens import DARK, LIGHT, disabled_text

ROLE = Qt.ItemDataRole


@dataclass
class Cell:
    text: str = ""
    token: str | None = None
    icon: Any = None
    roles: Mapping[Any, Any] = field(default_factory=dict)
    enabled: bool = True


class Cells(QAbstractTableModel):
    """A table of a few cells that counts what it is asked."""

    def __init__(self, rows: list[list[Cell]]) -> None:
        super().__init__()
        self.rows = rows
        self.asked: Counter[int] = Counter()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows[0])

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        cell = self.rows[index.row()][index.column()]
        return super().flags(index) if cell.enabled else Qt.ItemFlag.NoItemFlags

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = ROLE.DisplayRole) -> Any:
        self.asked[int(role)] += 1
        cell = self.rows[index.row()][index.column()]
        own = {ROLE.DisplayRole: cell.text, ROLE.DecorationRole: cell.icon, TokenRole: cell.token}
        return {**own, **cell.roles}.get(role)


@pytest.fixture
def show(qtbot: QtBot) -> Callable[[list[list[Cell]]], QTableView]:
    def shown(rows: list[list[Cell]]) -> QTableView:
        table = QTableView()
        qtbot.addWidget(table)
        model = Cells(rows)
        model.setParent(table)
        table.setModel(model)
        table.setItemDelegate(CellDelegate(table))
        table.setShowGrid(False)
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.horizontalHeader().hide()
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(scales.row_height(table.fontMetrics()))
        table.resize(400, 120)
        table.show()
        return table

    return shown


def picture(view: QWidget) -> QImage:
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def cell(table: QTableView, row: int, column: int) -> QImage:
    rect = table.visualRect(table.model().index(row, column))
    return picture(table.viewport()).copy(rect)


def ink(image: QImage) -> list[int]:
    """The columns of a picture that are not of the colour of its upper right corner."""
    ground = image.pixel(image.width() - 1, 0)
    return [x for x in range(image.width()) if any(image.pixel(x, y) != ground for y in range(image.height()))]


def names(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


Show = Callable[[list[list[Cell]]], QTableView]
BLOCK = "█████"


def test_text_has_the_colour_of_its_token(show: Show, go_dark: Callable[[], None]) -> None:
    table = show([[Cell(BLOCK, "bad"), Cell(BLOCK, ""), Cell(BLOCK)]])
    assert LIGHT.bad.name() in names(cell(table, 0, 0))
    assert LIGHT.text.name() in names(cell(table, 0, 1)) & names(cell(table, 0, 2))
    go_dark()
    assert {DARK.bad.name(), DARK.base.name()} <= names(cell(table, 0, 0))


def test_padding_and_alignment(show: Show) -> None:
    right = {ROLE.TextAlignmentRole: Qt.AlignmentFlag.AlignRight}
    centre = {ROLE.TextAlignmentRole: Qt.AlignmentFlag.AlignCenter}
    table = show([[Cell(BLOCK), Cell(BLOCK, roles=right), Cell(BLOCK, roles=centre)]])
    width = table.columnWidth(0)
    assert ink(cell(table, 0, 0))[0] == pytest.approx(8, abs=1)
    assert ink(cell(table, 0, 1))[-1] == pytest.approx(width - 8, abs=1)
    middle = ink(cell(table, 0, 2))
    assert abs(middle[0] - (width - 1 - middle[-1])) <= 2


def test_an_icon_alone_is_centred_and_before_text_it_is_not(show: Show) -> None:
    square = icon("square", "ok")
    table = show([[Cell(icon=square), Cell(BLOCK, icon=square)]])
    table.horizontalHeader().setMinimumSectionSize(24)
    table.setColumnWidth(0, 24)
    alone, before = ink(cell(table, 0, 0)), ink(cell(table, 0, 1))
    assert (alone[0], alone[-1]) == (4 + 3, 4 + 12)
    assert before[0] == 8 + 3
    assert 8 + 16 + 4 in before


def test_text_is_elided_inside_its_cell(show: Show) -> None:
    table = show([[Cell("U-a6d2c01f-0bb4-4f1e-9c2e-8d11caaa1"), Cell("U-a6d2c01f-0bb4-4f1e-9c2e-8d11caaa1")]])
    end = cell(table, 0, 1)
    assert ink(end)[-1] <= table.columnWidth(1) - 8
    model = table.model()
    assert isinstance(model, Cells)
    model.rows[0][1].roles = {ElideRole: Qt.TextElideMode.ElideMiddle}
    model.layoutChanged.emit()
    assert cell(table, 0, 1) != end


def test_hostile_text_is_pictured(show: Show) -> None:
    table = show([[Cell("\u202eabc"), Cell("‹U+202E›abc")]])
    assert cell(table, 0, 0) == cell(table, 0, 1)


def test_a_selected_row_has_the_tint_and_one_bar(show: Show) -> None:
    table = show([[Cell("a", "ok"), Cell("b")], [Cell("a"), Cell("b")]])
    table.selectRow(0)
    table.clearFocus()
    first, second = cell(table, 0, 0), cell(table, 0, 1)
    bar = [first.pixelColor(x, 4).name() for x in range(4)]
    assert bar == [LIGHT.accent.name()] * 3 + [LIGHT.selected.name()]
    assert second.pixelColor(0, 4).name() == LIGHT.selected.name()
    assert LIGHT.primary.name() not in names(second)
    assert cell(table, 1, 0).pixelColor(0, 4).name() == LIGHT.base.name()


def test_the_bar_is_at_the_first_column_that_shows(show: Show) -> None:
    table = show([[Cell("a"), Cell("b"), Cell("c")]])
    table.hideColumn(0)
    table.horizontalHeader().moveSection(2, 1)
    table.selectRow(0)
    assert cell(table, 0, 2).pixelColor(0, 4).name() == LIGHT.accent.name()
    assert cell(table, 0, 1).pixelColor(0, 4).name() == LIGHT.selected.name()


def test_the_focused_cell_has_a_ring(qtbot: QtBot, show: Show) -> None:
    table = show([[Cell("a"), Cell("b")]])
    with qtbot.waitActive(table):
        table.activateWindow()
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 1))
    ring = cell(table, 0, 1)
    corners = [(0, 0), (ring.width() - 1, 0), (0, ring.height() - 1), (ring.width() - 1, ring.height() - 1)]
    assert {ring.pixelColor(x, y).name() for x, y in corners} == {LIGHT.accent.name()}


def test_a_cell_that_cannot_be_used_is_faint(show: Show) -> None:
    table = show([[Cell(BLOCK, "bad", enabled=False), Cell("x")]])
    assert disabled_text(LIGHT).name() in names(cell(table, 0, 0))


def test_what_holds_for_a_column_is_asked_once(show: Show) -> None:
    table = show([[Cell("12:04:11", roles={TabularRole: True})] for _ in range(3)])
    picture(table)
    model = table.model()
    assert isinstance(model, Cells)
    model.asked.clear()
    picture(table)
    assert set(model.asked) == {int(ROLE.DisplayRole), int(ROLE.DecorationRole), int(TokenRole)}
    assert set(model.asked.values()) == {3}


def test_rows_of_a_list_have_the_bar_too(qtbot: QtBot) -> None:
    view = QListView()
    qtbot.addWidget(view)
    model = Cells([[Cell("order-created")], [Cell("invoices")]])
    model.setParent(view)
    view.setModel(model)
    view.setItemDelegate(CellDelegate(view, scales.sidebar_row_height, start=scales.S12))
    view.setCurrentIndex(model.index(1, 0))
    view.resize(184, 100)
    rect = view.visualRect(model.index(1, 0))
    assert rect.height() == scales.sidebar_row_height(view.fontMetrics())
    image = picture(view.viewport()).copy(rect)
    assert [image.pixelColor(x, 1).name() for x in (2, 3)] == [LIGHT.accent.name(), LIGHT.selected.name()]


def test_the_size_hint_has_room_for_all_of_it(show: Show) -> None:
    table = show([[Cell(BLOCK), Cell(BLOCK, icon=icon("key"))]])
    bare, with_icon = (table.sizeHintForIndex(table.model().index(0, column)) for column in (0, 1))
    assert with_icon.width() == bare.width() + 16 + 4
    table.setColumnWidth(0, bare.width())
    whole = ink(cell(table, 0, 0))
    table.setColumnWidth(0, bare.width() + 50)
    assert ink(cell(table, 0, 0)) == whole


def test_another_model_is_asked_anew(show: Show) -> None:
    table = show([[Cell(BLOCK)]])
    picture(table)
    other = Cells([[Cell(BLOCK, roles={ROLE.TextAlignmentRole: Qt.AlignmentFlag.AlignRight})]])
    other.setParent(table)
    table.setModel(other)
    assert ink(cell(table, 0, 0))[-1] == pytest.approx(table.columnWidth(0) - 8, abs=1)


def test_the_font_can_be_asked_for_each_cell(qtbot: QtBot, show: Show) -> None:
    large = {ROLE.FontRole: scales.heading()}
    table = show([[Cell(BLOCK)], [Cell(BLOCK, roles=large)]])
    assert ink(cell(table, 0, 0)) == ink(cell(table, 1, 0))
    table.setItemDelegate(CellDelegate(table, cell_fonts=True))
    assert ink(cell(table, 1, 0))[-1] > ink(cell(table, 0, 0))[-1]


def test_a_word_behind_a_text_is_seen_whole(show: Show) -> None:
    word = {HasExtrasRole: True, ExtrasRole: Extras(remark=BLOCK)}
    table = show([[Cell("text " * 40, "warn", roles=word)], [Cell(BLOCK, "warn", roles=word)]])
    table.setColumnWidth(0, 200)
    long, short = cell(table, 0, 0), cell(table, 1, 0)
    block = table.fontMetrics().horizontalAdvance(BLOCK)
    assert ink(long)[-1] == pytest.approx(200 - 9, abs=2)
    assert LIGHT.warn.name() in names(long.copy(200 - 9 - block, 0, block, long.height()))
    inked = ink(short)
    assert inked[-1] == pytest.approx(inked[0] + 2 * block + 8, abs=3)
    assert inked[-1] - inked[0] + 1 - len(inked) == pytest.approx(8, abs=3)


def test_only_columns_that_have_them_are_asked_for_links_and_words(show: Show) -> None:
    table = show([[Cell("a"), Cell("b", roles={HasExtrasRole: True})]])
    picture(table)
    model = table.model()
    assert isinstance(model, Cells)
    model.asked.clear()
    picture(table)
    assert model.asked[int(ExtrasRole)] == 1
