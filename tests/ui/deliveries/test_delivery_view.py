"""What is looked at stays where it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hookscope.ui.deliveries.delivery_view import DeliveryView
from hookscope.ui.deliveries.live import Live
from hookscope.ui.deliveries.table_model import DeliveryModel
from hookscope.ui.tokens import tokens
from ui.deliveries.conftest import Arrive

if TYPE_CHECKING:
    from hookscope.program import Program


class Shown:
    def __init__(self, program: Program, live: Live, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.model = DeliveryModel(program.pages, program.searches, live)
        self.view = DeliveryView(self.model)
        qtbot.addWidget(self.view)
        self.view.resize(900, 300)
        self.view.show()

    def wait_for(self, count: int) -> None:
        self._qtbot.waitUntil(lambda: self.model.rowCount() == count and self.model.is_complete)

    def top(self) -> tuple[int, int]:
        """The id of the topmost row, and how many of its pixels are out of sight."""
        row = self.view.rowAt(0)
        return self.model.row_id(row), -self.view.rowViewportPosition(row)

    def choose(self, row: int) -> None:
        flags = QItemSelectionModel.SelectionFlag
        index = self.model.index(row, 0)
        self.view.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def scroll(self, rows: float) -> None:
        self.view.verticalScrollBar().setValue(round(rows * self.view.rowHeight(0)))


@pytest.fixture
def shown(program: Program, live: Live, qtbot: QtBot) -> Iterator[Shown]:
    shown = Shown(program, live, qtbot)
    yield shown
    shown.view.hide()


def test_at_the_top_the_newest_row_is_followed(shown: Shown, arrive: Arrive) -> None:
    shown.wait_for(len(arrive(50)))
    newest = arrive(5)[-1]
    shown.wait_for(55)
    assert shown.top() == (newest, 0)
    assert shown.view.pill.isHidden()


def test_scrolled_down_the_rows_stay_and_the_pill_counts(shown: Shown, arrive: Arrive) -> None:
    shown.wait_for(len(arrive(50)))
    shown.scroll(10.5)
    before = shown.top()
    arrive(3)
    shown.wait_for(53)
    assert shown.top() == before
    assert shown.view.pill.text() == "3 new ↑"
    assert shown.view.pill.isVisible()
    arrive(1_200)
    shown.wait_for(1_253)
    assert shown.top() == before
    assert shown.view.pill.text() == "1,203 new ↑"
    shown.view.pill.click()
    assert shown.view.verticalScrollBar().value() == 0
    assert shown.view.pill.isHidden()


def test_at_the_very_bottom_the_rows_stay_too(shown: Shown, arrive: Arrive) -> None:
    shown.wait_for(len(arrive(50)))
    bar = shown.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    before = shown.top()
    arrive(20)
    shown.wait_for(70)
    assert shown.top() == before
    assert bar.value() == bar.maximum()


def test_one_pixel_down_is_not_the_top(shown: Shown, arrive: Arrive) -> None:
    shown.wait_for(len(arrive(50)))
    shown.view.verticalScrollBar().setValue(1)
    before = shown.top()
    arrive(2)
    shown.wait_for(52)
    assert shown.top() == before


@pytest.mark.parametrize("gone", [slice(45, 50), slice(0, 20), slice(25, 27)])
def test_removals_do_not_move_what_is_looked_at(shown: Shown, arrive: Arrive, program: Program, gone: slice) -> None:
    ids = arrive(50)
    shown.wait_for(50)
    shown.scroll(12.5)
    before = shown.top()
    program.store.delete(ids[gone])
    shown.wait_for(50 - len(ids[gone]))
    assert shown.top() == before


def test_when_the_topmost_rows_go_the_next_one_takes_their_place(
    shown: Shown, arrive: Arrive, program: Program
) -> None:
    ids = arrive(60)
    shown.wait_for(60)
    shown.scroll(10)
    assert shown.top() == (ids[49], 0)
    program.store.delete(ids[47:52])
    shown.wait_for(55)
    assert shown.top()[0] == ids[46]


def test_removals_in_many_places_keep_the_place(shown: Shown, arrive: Arrive, program: Program, qtbot: QtBot) -> None:
    ids = arrive(200)
    shown.wait_for(200)
    shown.scroll(99.5)
    before = shown.top()
    assert before[0] in ids[0::2]
    with qtbot.waitSignal(shown.model.modelReset):
        program.store.delete(ids[1::2])
    shown.view.restore_anchor()
    assert shown.top() == before


def test_the_current_row_does_not_wander_when_it_is_removed(shown: Shown, arrive: Arrive, program: Program) -> None:
    ids = arrive(20)
    shown.wait_for(20)
    shown.choose(5)
    program.store.delete([ids[-6]])
    shown.wait_for(19)
    assert not shown.view.currentIndex().isValid()
    assert not shown.view.selectionModel().hasSelection()


def test_the_selection_stays_with_its_rows(shown: Shown, arrive: Arrive) -> None:
    shown.wait_for(len(arrive(20)))
    shown.choose(3)
    id = shown.model.row_id(3)
    arrive(7)
    shown.wait_for(27)
    assert [shown.model.row_id(index.row()) for index in shown.view.selectionModel().selectedRows()] == [id]
    assert shown.model.row_id(shown.view.currentIndex().row()) == id


def test_typing_does_not_walk_through_the_rows(shown: Shown, arrive: Arrive, qtbot: QtBot) -> None:
    shown.wait_for(len(arrive(20)))
    shown.choose(3)
    QTest.keyClicks(shown.view, "post")
    assert shown.view.currentIndex().row() == 3


def test_how_it_is_made(shown: Shown) -> None:
    view = shown.view
    assert not view.showGrid()
    assert not view.alternatingRowColors()
    assert view.verticalHeader().isHidden()
    assert view.verticalHeader().defaultSectionSize() == view.fontMetrics().height() + 11
    assert not view.tabKeyNavigation()
    interface = QAccessible.queryAccessibleInterface(view)
    assert interface.text(QAccessible.Text.Name) == "Deliveries"
    assert view.selectionMode() == view.SelectionMode.ExtendedSelection
    assert view.editTriggers() == view.EditTrigger.NoEditTriggers


def test_rows_follow_the_size_of_the_font(shown: Shown) -> None:
    font = shown.view.font()
    font.setPointSizeF(font.pointSizeF() * 1.5)
    shown.view.setFont(font)
    assert shown.view.verticalHeader().defaultSectionSize() == shown.view.fontMetrics().height() + 11


def test_visible_rows(shown: Shown, arrive: Arrive) -> None:
    first, last = shown.view.visible_rows()
    assert last < first
    shown.wait_for(len(arrive(50)))
    first, last = shown.view.visible_rows()
    assert first == 0
    assert 5 < last < 20
    shown.scroll(30)
    assert shown.view.visible_rows()[0] == 30
    assert shown.view.visible_rows()[1] < 50
    assert Qt.FocusPolicy.NoFocus == shown.view.pill.focusPolicy()


def test_without_a_choice_the_down_key_takes_the_first_row_on_screen(
    shown: Shown, arrive: Arrive, qtbot: QtBot
) -> None:
    shown.wait_for(len(arrive(50)))
    shown.view.activateWindow()
    shown.view.setFocus()
    qtbot.waitUntil(shown.view.hasFocus)
    arrive(5)
    shown.wait_for(55)
    assert not shown.view.currentIndex().isValid()
    shown.scroll(20)
    QTest.keyClick(shown.view, Qt.Key.Key_Down)
    assert shown.view.currentIndex().row() == 20
    QTest.keyClick(shown.view, Qt.Key.Key_Down)
    assert shown.view.currentIndex().row() == 21


def test_the_focus_can_be_seen_without_a_choice(shown: Shown, arrive: Arrive, qtbot: QtBot) -> None:
    shown.wait_for(len(arrive(3)))
    shown.view.activateWindow()
    shown.view.setFocus()
    qtbot.waitUntil(shown.view.hasFocus)
    corner = shown.view.viewport().grab().toImage().pixelColor(0, 0)
    assert corner == tokens(shown.view).accent
    shown.view.clearFocus()
    assert shown.view.viewport().grab().toImage().pixelColor(0, 0) != corner
