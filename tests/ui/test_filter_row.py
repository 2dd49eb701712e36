"""The row over the list: when a filter is told, what the counter says, the drop-down of a narrow window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from hookscope.ui import filter_row
from hookscope.ui.filter_row import FilterRow, counter_text


@pytest.fixture
def row(qtbot: QtBot) -> FilterRow:
    menu = QMenu()
    menu.addAction("Size")
    row = FilterRow(QStringListModel(["All deliveries", "order-created"]), menu)
    menu.setParent(row, menu.windowFlags())
    qtbot.addWidget(row)
    row.resize(900, 40)
    row.show()
    return row


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ((12, 10412, False, True), "12 of 10,412 deliveries"),
        ((0, 1, False, True), "0 of 1 delivery"),
        ((1, 1, False, False), "1 delivery"),
        ((10412, 10412, False, False), "10,412 deliveries"),
        ((7, 10412, True, True), "7 of 10,412 deliveries, searching…"),
    ],
)
def test_the_counter(counts: tuple[int, int, bool, bool], text: str) -> None:
    shown, total, searching, filtered = counts
    assert counter_text(shown, total, searching, filtered=filtered) == text


def test_a_filter_is_told_once_after_a_pause_in_typing(row: FilterRow, qtbot: QtBot) -> None:
    told: list[str] = []
    row.filter_changed.connect(told.append)
    with qtbot.waitSignal(row.filter_changed):
        qtbot.keyClicks(row.field, "503")
    assert told == ["503"]
    qtbot.keyClicks(row.field, " ")  # blanks around it do not matter
    qtbot.wait(filter_row.TYPING_PAUSE * 2)
    assert told == ["503"]


def test_return_tells_it_at_once(row: FilterRow, qtbot: QtBot) -> None:
    told: list[str] = []
    row.filter_changed.connect(told.append)
    qtbot.keyClicks(row.field, "ORD-S5")
    qtbot.keyClick(row.field, Qt.Key.Key_Return)
    assert told == ["ORD-S5"]
    row.clear()
    assert told == ["ORD-S5", ""]
    assert row.text() == ""


def test_a_text_from_elsewhere_is_told_at_once_and_once(row: FilterRow, qtbot: QtBot) -> None:
    told: list[str] = []
    row.filter_changed.connect(told.append)
    row.set_text("AG-7PQTGLLXQQ")
    assert (told, row.text(), row.field.text()) == (["AG-7PQTGLLXQQ"], "AG-7PQTGLLXQQ", "AG-7PQTGLLXQQ")
    qtbot.wait(filter_row.TYPING_PAUSE * 2)
    row.set_text("AG-7PQTGLLXQQ")
    assert told == ["AG-7PQTGLLXQQ"]


def test_esc_empties_the_field_and_then_leaves_it(row: FilterRow, qtbot: QtBot) -> None:
    row.field.setText("x")
    with qtbot.assertNotEmitted(row.list_asked):
        qtbot.keyClick(row.field, Qt.Key.Key_Escape)
    assert row.field.text() == ""
    with qtbot.waitSignal(row.list_asked):
        qtbot.keyClick(row.field, Qt.Key.Key_Escape)
    with qtbot.waitSignal(row.list_asked):
        qtbot.keyClick(row.field, Qt.Key.Key_Down)


def test_a_filter_that_stands_is_remembered(row: FilterRow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    row._settle.setInterval(50)
    with qtbot.waitSignal(row.filter_used) as used:
        qtbot.keyClicks(row.field, "order")
    assert used.args == ["order"]
    row.set_history(["order", "invoice"])
    popup = row.field.completer().popup()
    assert popup is not None
    assert popup.accessibleName()
    row.field.completer().setCompletionPrefix("inv")
    assert row.field.completer().completionCount() == 1


def test_the_drop_down_stands_in_for_the_sidebar(row: FilterRow, qtbot: QtBot) -> None:
    assert not row.chooser.isVisible()
    row.set_narrow(True)
    row.set_endpoint_row(1)
    assert row.chooser.isVisible()
    assert row.chooser.currentText() == "order-created"
    with qtbot.waitSignal(row.endpoint_chosen) as chosen:
        qtbot.keyClick(row.chooser, Qt.Key.Key_Up)
    assert chosen.args == [0]
