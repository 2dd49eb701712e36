"""The mouse on links: where it hits, what it shows, what it tells; and how links and words are drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView, QToolTip
from pytestqt.qtbot import QtBot

from hookscope.ui import scales
from hookscope.ui.icons import icon
from hookscope.ui.parts.cell_delegate import CellDelegate, ExtrasRole, HasExtrasRole, TokenRole
from hookscope.ui.parts.link_pointer import LinkPointer
from hookscope.ui.parts.links import Extras, IdLink, lay
from hookscope.ui.tokens import DARK, LIGHT

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
ORDER, ACCOUNT = IdLink("ORD-1234567", "AG-1:ORD-1234567", "order"), IdLink("AG-1234567", "AG-1234567")
HTML = IdLink("B-1", "<b>1</b>\u202e")
BLOCK = "█████"  # has pixels of the very colour
ROWS = [
    Extras((ORDER, ACCOUNT)),
    Extras(),
    Extras((ORDER, ACCOUNT, HTML)),
    Extras(remark=BLOCK),
    Extras((IdLink(BLOCK, "x"),)),
]
WIDTH = 240


class Ids(QAbstractTableModel):
    """A column of texts, and one with links."""

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 60

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 2

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        extras = ROWS[index.row() % len(ROWS)]
        if index.column() == 0:
            texts: dict[int, str] = {ROLE.DisplayRole: "text", ROLE.ToolTipRole: "a tip"}
            return texts.get(role)
        given: dict[int, Any] = {
            HasExtrasRole: True,
            ExtrasRole: extras,
            ROLE.ToolTipRole: "the cell",
            TokenRole: "warn",
        }
        return given.get(role)


class Table(NamedTuple):
    view: QTableView
    delegate: CellDelegate
    told: list[tuple[str, str]]

    def cell(self, row: int, column: int = 1) -> QRect:
        return self.view.visualRect(self.view.model().index(row, column))

    def place(self, row: int, number: int) -> QPoint:
        """The middle of a link."""
        laid = lay(ROWS[row % len(ROWS)].links, WIDTH - 2 * scales.S8, self.view.fontMetrics()).links[number]
        return QPoint(self.cell(row).left() + scales.S8 + laid.left + laid.width // 2, self.cell(row).center().y())

    def click(self, place: QPoint, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, modifier, place)

    def move(self, place: QPoint) -> Qt.CursorShape:
        QTest.mouseMove(self.view.viewport(), place)
        QApplication.processEvents()
        return self.view.viewport().cursor().shape()

    def picture(self, row: int) -> QImage:
        image = self.view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        return image.copy(self.cell(row))


@pytest.fixture
def table(qtbot: QtBot) -> Table:
    view = QTableView()
    qtbot.addWidget(view)
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # or a picture may have the ring of a focused cell, which comes late
    view.setModel(Ids(view))
    delegate = CellDelegate(view)
    view.setItemDelegate(delegate)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.setShowGrid(False)
    view.horizontalHeader().hide()
    view.verticalHeader().hide()
    view.setColumnWidth(1, WIDTH)
    told: list[tuple[str, str]] = []
    LinkPointer(view, delegate).followed.connect(lambda id, type: told.append((id, type)))
    view.resize(500, 200)
    view.show()
    qtbot.waitExposed(view)
    return Table(view, delegate, told)


def names(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_click_tells_the_link_that_was_hit_and_selects_the_row(table: Table) -> None:
    table.click(table.place(0, 0))
    table.click(table.place(0, 1))
    assert table.told == [("AG-1:ORD-1234567", "order"), ("AG-1234567", "")]
    assert {index.row() for index in table.view.selectedIndexes()} == {0}


def test_anywhere_else_a_click_only_selects(table: Table) -> None:
    first = lay(ROWS[0].links, WIDTH, table.view.fontMetrics()).links[0]
    start = QPoint(table.cell(0).left() + scales.S8, table.cell(0).center().y())
    for place in (
        start - QPoint(1, 0),
        start + QPoint(first.width, 0),  # in the gap
        start + QPoint(first.width + 11, 0),
        table.cell(0).center() + QPoint(WIDTH // 2 - 2, 0),
        table.cell(1).center(),  # no links
        table.cell(0, 0).center(),
    ):
        table.click(place)
    assert table.told == []
    assert {index.row() for index in table.view.selectedIndexes()} == {0}
    table.click(start)
    table.click(start + QPoint(first.width - 1, 0))
    assert len(table.told) == 2


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier])
def test_with_a_key_held_down_a_click_only_selects(table: Table, modifier: Qt.KeyboardModifier) -> None:
    table.click(table.place(0, 0), modifier)
    assert table.told == []


def test_only_the_left_button_follows_and_only_where_it_was_pressed(table: Table) -> None:
    viewport, left, plain = table.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(viewport, Qt.MouseButton.RightButton, plain, table.place(0, 0))
    QTest.mousePress(viewport, left, plain, table.place(0, 0))
    QTest.mouseRelease(viewport, left, plain, table.place(0, 1))
    QTest.mousePress(viewport, left, plain, table.cell(1).center())
    QTest.mouseRelease(viewport, left, plain, table.place(0, 1))
    assert table.told == []


def test_the_pointer_shows_what_a_click_would_follow(table: Table) -> None:
    hand, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
    plain = table.picture(0)
    shapes = [table.move(place) for place in (table.place(0, 1), table.cell(1).center(), table.place(2, 0))]
    assert shapes == [hand, arrow, hand]
    table.move(table.place(0, 1))
    lit = table.picture(0)
    second = lay(ROWS[0].links, WIDTH, table.view.fontMetrics()).links[1]
    lines = [
        y for y in range(plain.height()) if lit.pixel(scales.S8 + second.left, y) != plain.pixel(8 + second.left, y)
    ]
    assert len(lines) == 1
    under = [x for x in range(plain.width()) if lit.pixel(x, lines[0]) != plain.pixel(x, lines[0])]
    assert (under[0], under[-1]) == (8 + second.left, 8 + second.left + second.width - 1)
    assert lit.pixelColor(under[0], lines[0]).name() == LIGHT.link.name()
    QApplication.sendEvent(table.view.viewport(), QEvent(QEvent.Type.Leave))
    assert table.view.viewport().cursor().shape() == arrow
    assert table.picture(0) == plain


def test_scrolling_brings_another_cell_under_the_pointer(table: Table) -> None:
    table.move(table.place(0, 0))
    row = table.view.rowHeight(0)
    table.view.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    table.view.verticalScrollBar().setValue(row)
    assert table.view.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor
    table.view.verticalScrollBar().setValue(2 * row)
    assert table.view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor


def tip(table: Table, place: QPoint) -> str:
    QToolTip.hideText()
    event = QHelpEvent(QEvent.Type.ToolTip, place, table.view.viewport().mapToGlobal(place))
    QApplication.sendEvent(table.view.viewport(), event)
    return QToolTip.text()


def test_the_tooltip_of_a_link_is_its_whole_id_as_plain_text(table: Table) -> None:
    assert tip(table, table.place(0, 0)) == "<qt>AG-1:ORD-1234567</qt>"
    assert tip(table, table.cell(0).center() + QPoint(WIDTH // 2 - 2, 0)) == "the cell"
    assert tip(table, table.cell(0, 0).center()) == "a tip"
    table.view.setColumnWidth(1, 180)
    rest = table.cell(2).left() + scales.S8 + lay(ROWS[2].links, 180 - 16, table.view.fontMetrics()).rest_left + 2
    hidden = tip(table, QPoint(rest, table.cell(2).center().y()))
    assert hidden.endswith("&lt;b&gt;1&lt;/b&gt;‹U+202E›</qt>")
    assert ORDER.id not in hidden
    QToolTip.hideText()


def test_links_have_their_colour_also_in_the_dark_and_on_a_selected_row(
    table: Table, go_dark: Callable[[], None]
) -> None:
    assert LIGHT.link.name() in names(table.picture(4))
    table.view.selectRow(4)
    assert {LIGHT.link.name(), LIGHT.selected.name()} <= names(table.picture(4))
    go_dark()
    assert {DARK.link.name(), DARK.selected.name()} <= names(table.picture(4))


def test_a_word_without_a_text_has_the_colour_of_its_token(table: Table) -> None:
    assert LIGHT.warn.name() in names(table.picture(3))
    assert names(table.picture(1)) == {LIGHT.base.name()}


def test_the_size_hint_has_room_for_links_and_words(table: Table) -> None:
    metrics = table.view.fontMetrics()
    hints = [table.view.sizeHintForIndex(table.view.model().index(row, 1)).width() for row in (0, 1, 3)]
    both = sum(metrics.horizontalAdvance(link.text) for link in ROWS[0].links) + 12
    assert hints == [both + 17, 17, 17 + 8 + metrics.horizontalAdvance(BLOCK)]


def test_an_icon_behind_a_link_belongs_to_it(table: Table) -> None:
    delegate = CellDelegate(table.view, link_icon=icon("look-up", "link"))
    table.view.setItemDelegate(delegate)
    index, rect = table.view.model().index(0, 1), table.cell(0)
    end = rect.left() + scales.S8 + table.view.fontMetrics().horizontalAdvance("ORD-1234567")
    y = rect.center().y()
    assert delegate.link_at(index, rect, QPoint(end + 19, y)) == ORDER
    assert delegate.link_at(index, rect, QPoint(end + 20, y)) is None
    with_icon = table.picture(0)
    icon_place = QRect(end - rect.left() + 4, 0, 16, with_icon.height())
    assert len(names(with_icon.copy(icon_place))) > 1
    assert not names(with_icon.copy(QRect(end - rect.left() + 20, 0, 12, with_icon.height()))) - {LIGHT.base.name()}
