"""Which delivery is chosen, while everything moves around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hookscope.ui.deliveries import source
from ui.deliveries.conftest import Arrive, Pane

if TYPE_CHECKING:
    from hookscope.program import Program


def chosen_rows(pane: Pane) -> list[int]:
    return [pane.model.row_id(index.row()) for index in pane.view.selectionModel().selectedRows()]


def test_arrivals_move_neither_selection_nor_current_row(pane: Pane, arrive: Arrive, qtbot: QtBot) -> None:
    ids = arrive(10)
    pane.wait_for(10)
    assert pane.pane.select(ids[4])
    assert pane.chosen == [ids[4]]
    for count in range(15, 60, 5):
        arrive(5)
        pane.wait_for(count)
    assert pane.chosen == [ids[4]]
    assert chosen_rows(pane) == [ids[4]]


def test_keys_move_the_choice(pane: Pane, arrive: Arrive, qtbot: QtBot) -> None:
    ids = arrive(10)
    pane.wait_for(10)
    pane.do("next")
    pane.do("next")
    pane.do("previous")
    pane.do("previous")
    QTest.keyClick(pane.view, Qt.Key.Key_Down)
    assert pane.chosen == [ids[9], ids[8], ids[9], ids[8]]
    pane.view.scrollToBottom()
    pane.do("newest")
    assert (pane.chosen[-1], pane.view.verticalScrollBar().value()) == (ids[9], 0)


def test_the_choice_outlives_a_change_of_the_filter(pane: Pane, arrive: Arrive) -> None:
    ids = arrive(30)
    pane.wait_for(30)
    pane.pane.select(ids[2])
    pane.pane.set_filter("no 2", None)
    pane.wait_for(11)
    assert (pane.chosen, chosen_rows(pane)) == ([ids[2]], [ids[2]])
    assert pane.view.visualRect(pane.view.currentIndex()).isValid()
    pane.pane.set_filter("no 3", None)
    pane.wait_for(1)
    assert (pane.chosen, chosen_rows(pane)) == ([ids[2], 0], [])
    pane.pane.set_filter("", None)
    assert chosen_rows(pane) == []


def test_the_choice_is_found_again_in_a_later_chunk_without_scrolling(
    pane: Pane, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = arrive(100)
    pane.wait_for(100)
    pane.pane.select(ids[5])
    monkeypatch.setattr(source, "FIRST_CHUNK", 20)
    monkeypatch.setattr(source, "CHUNK", 20)
    pane.pane.set_filter("", 1)
    pane.wait_for(100)
    assert (pane.chosen, chosen_rows(pane)) == ([ids[5]], [ids[5]])
    assert pane.view.verticalScrollBar().value() == 0


def test_a_delivery_can_be_chosen_before_its_row_is_there(pane: Pane, arrive: Arrive, qtbot: QtBot) -> None:
    ids = arrive(100)
    assert pane.model.rowCount() == 0
    assert pane.pane.select(ids[3])
    pane.wait_for(100)
    assert pane.chosen == [ids[3]]
    first, last = pane.view.visible_rows()
    assert first <= pane.view.currentIndex().row() <= last


def test_what_the_filter_hides_cannot_be_chosen(pane: Pane, arrive: Arrive) -> None:
    ids = arrive(30)
    pane.wait_for(30)
    pane.pane.select(ids[4])
    pane.pane.set_filter("no 2", None)
    pane.wait_for(11)
    assert not pane.pane.select(ids[7])
    assert not pane.pane.select(ids[-1] + 100)
    assert pane.pane.select(ids[22])


def test_a_removed_delivery_is_not_chosen_any_more(pane: Pane, arrive: Arrive, program: Program) -> None:
    ids = arrive(10)
    pane.wait_for(10)
    pane.pane.select(ids[4])
    program.store.delete([ids[4]])
    pane.wait_for(9)
    assert pane.chosen == [ids[4], 0]


def test_removals_in_many_places_keep_the_choice(pane: Pane, arrive: Arrive, program: Program, qtbot: QtBot) -> None:
    ids = arrive(200)
    pane.wait_for(200)
    pane.pane.select(ids[90])
    with qtbot.waitSignal(pane.model.modelReset):
        program.store.delete(ids[1::2])
    assert (pane.chosen, chosen_rows(pane)) == ([ids[90]], [ids[90]])
    first, last = pane.view.visible_rows()
    assert first <= pane.view.currentIndex().row() <= last


def test_the_newest_one_removed_with_many_others_is_not_chosen_any_more(
    pane: Pane, arrive: Arrive, program: Program, qtbot: QtBot
) -> None:
    ids = arrive(200)
    pane.wait_for(200)
    pane.pane.select(ids[199])
    with qtbot.waitSignal(pane.model.modelReset):
        program.store.delete(ids[1::2])
    assert pane.chosen == [ids[199], 0]


def test_clearing_the_selection_says_so(pane: Pane, arrive: Arrive) -> None:
    ids = arrive(3)
    pane.wait_for(3)
    pane.pane.select(ids[0])
    pane.view.clearSelection()
    assert pane.chosen == [ids[0], 0]


def test_several_rows(pane: Pane, arrive: Arrive, qtbot: QtBot) -> None:
    ids = arrive(10)
    pane.wait_for(10)
    pane.pane.select(ids[8])
    QTest.keyClick(pane.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert list(pane.pane._choice.ids()) == [ids[8], ids[7]]
    assert pane.chosen == [ids[8], ids[7]]
