"""The list pane: empty states, hidden arrivals, waiting rows, what was looked at."""

from __future__ import annotations

import sqlite3
import threading
import time
from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from hookscope.deliveries import Finish, Outcome, queries
from hookscope.ui.deliveries.columns import COLUMNS
from hookscope.ui.deliveries.live import Live
from hookscope.ui.parts.cell_delegate import CellDelegate, ExtrasRole
from ui.deliveries.conftest import Arrive, Pane, settle
from ui.deliveries.test_table_model import hold

if TYPE_CHECKING:
    from hookscope.program import Program

RESPONSE = [column.key for column in COLUMNS].index("response")


def test_first_start(pane: Pane, qtbot: QtBot) -> None:
    pane.wait_for(0)
    assert pane.texts() == [
        "Ready for the first request",
        "Send a sample to see how it looks. No account, no network.",
        "[Send a sample]",
        "[Set up an automation step]",
    ]
    with qtbot.waitSignals([pane.actions.action("send_sample").triggered, pane.pane.set_up_requested]):
        pane.press("Send a sample")
        pane.press("Set up an automation step")


def test_the_first_arrival_takes_the_place_of_the_empty_state(pane: Pane, arrive: Arrive, program: Program) -> None:
    pane.wait_for(0)
    ids = arrive(1)
    pane.wait_for(1)
    assert pane.texts() == []
    assert pane.view.isVisible()
    program.store.delete(ids)
    pane.wait_for(0)
    assert pane.texts()[0] == "Ready for the first request"


def test_nothing_is_said_before_it_is_known_that_there_is_nothing(program: Program, live: Live, qtbot: QtBot) -> None:
    free = hold(program, "pages")
    pane = Pane(program, live, qtbot)
    qtbot.wait(50)
    assert pane.texts() == []
    free.set()
    qtbot.waitUntil(lambda: len(pane.texts()) == 4)


def test_the_keyboard_stays_in_the_pane_when_rows_come(pane: Pane, arrive: Arrive, qtbot: QtBot) -> None:
    pane.wait_for(0)
    pane.window.activateWindow()
    qtbot.waitUntil(pane.window.isActiveWindow)
    pane.pane.focus_table()
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.property("text") == "Send a sample"
    elsewhere = QLineEdit(pane.window)  # where the keyboard would go by itself
    elsewhere.show()
    QWidget.setTabOrder(focus, elsewhere)
    arrive(1)
    pane.wait_for(1)
    assert pane.view.hasFocus()


ORDER, ACCOUNT, USER = "AG-7PQTGLLXQQ:ORD-S548DKHMKX", "AG-7PQTGLLXQQ", "U-a6d2b4c8-1111-2222-3333-444455caaa12"
IDS = [column.key for column in COLUMNS].index("ids")


def link_place(pane: Pane, row: int, number: int) -> QPoint:
    """The middle of a link in the column Ids, told from where it is drawn."""
    index = pane.model.index(row, IDS)
    rect = pane.view.visualRect(index)
    delegate = pane.view.itemDelegate()
    assert isinstance(delegate, CellDelegate)
    ids = [delegate.link_at(index, rect, QPoint(x, rect.center().y())) for x in range(rect.left(), rect.right())]
    wanted = index.data(ExtrasRole).links[number]
    places = [rect.left() + at for at, link in enumerate(ids) if link == wanted]
    return QPoint(places[len(places) // 2], rect.center().y())


def test_a_click_on_an_id_selects_its_row_and_asks_for_its_record(pane: Pane, arrive: Arrive) -> None:
    ids = arrive(3, ids=(ORDER, ACCOUNT))
    pane.wait_for(3)
    told: list[object] = []
    pane.pane.delivery_chosen.connect(told.append)
    pane.pane.look_up_requested.connect(lambda id, type: told.append((id, type)))
    QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=link_place(pane, 1, 0))
    QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=link_place(pane, 1, 1))
    assert told == [ids[1], (ORDER, ""), (ACCOUNT, "")]
    QTest.mouseClick(
        pane.view.viewport(), Qt.MouseButton.LeftButton, pos=pane.view.visualRect(pane.model.index(0, 2)).center()
    )
    assert told[3:] == [ids[2]]


def test_the_rest_of_the_cell_is_as_it_was(pane: Pane, arrive: Arrive, qtbot: QtBot) -> None:
    ids = arrive(2, ids=(USER,))
    pane.wait_for(2)
    asked: list[str] = []
    pane.pane.look_up_requested.connect(lambda id, type: asked.append(id))
    cell = pane.view.visualRect(pane.model.index(0, IDS))
    beside = QPoint(cell.right() - 12, cell.center().y())
    QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=beside)
    with qtbot.waitSignal(pane.pane.open_requested) as opened:
        QTest.mouseDClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=beside)
    assert opened.args == [ids[1]]
    assert asked == []
    assert pane.model.index(0, IDS).data(Qt.ItemDataRole.AccessibleTextRole) == USER


def test_while_rows_arrive_a_link_under_the_pointer_is_the_one_that_is_there(pane: Pane, arrive: Arrive) -> None:
    arrive(1, ids=(ORDER,))
    pane.wait_for(1)
    place = link_place(pane, 0, 0)
    arrive(1, ids=(ACCOUNT,))
    pane.wait_for(2)
    asked: list[str] = []
    pane.pane.look_up_requested.connect(lambda id, type: asked.append(id))
    QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked == [ACCOUNT]


def test_an_endpoint_without_deliveries(pane: Pane, arrive: Arrive, program: Program, qtbot: QtBot) -> None:
    arrive(3, endpoint_id=2)
    pane.wait_for(3)
    endpoint = program.endpoints.all()[0]
    pane.pane.set_filter("", endpoint.id)
    pane.wait_for(0)
    assert pane.texts() == [
        f"Nothing has come to {endpoint.name} yet",
        f"Its address is {program.url(endpoint)}.",
        "[Copy address]",
        "[Send a sample]",
    ]
    program.endpoints.save(replace(endpoint, name="renamed")).result(timeout=10)
    qtbot.waitUntil(lambda: pane.texts()[0] == "Nothing has come to renamed yet")


def test_a_filter_without_finds(pane: Pane, arrive: Arrive, qtbot: QtBot) -> None:
    arrive(1_200)
    pane.wait_for(1_200)
    pane.pane.set_filter("nothing holds this", None)
    pane.wait_for(0)
    assert pane.texts() == ["No delivery matches", "1,200 deliveries are stored.", "[Clear the filter]"]
    with qtbot.waitSignal(pane.pane.clear_filter_requested):
        pane.press("Clear the filter")


def test_a_search_that_takes_its_time(
    pane: Pane, arrive: Arrive, program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hookscope.ui.deliveries.search.FIRST_SLICE", 38)
    arrive(100)
    pane.wait_for(100)
    gate, search = threading.Event(), queries.matching_ids

    def slow(db: sqlite3.Connection, text: str, high: int, **rest: Any) -> array[int]:
        if high < 100:
            gate.wait(10)
        return search(db, text, high, **rest)

    monkeypatch.setattr(queries, "matching_ids", slow)
    pane.pane.set_filter("nothing holds this", None)
    qtbot.waitUntil(lambda: pane.texts() == ["Searching… 38 %", "100 deliveries are stored.", "[Stop]"])
    pane.press("Stop")
    assert pane.texts()[0] == "No delivery matches"
    gate.set()


def test_hidden_arrivals(pane: Pane, arrive: Arrive, qtbot: QtBot) -> None:
    arrive(3)
    pane.wait_for(3)
    pane.pane.set_filter("no 1", None)
    pane.wait_for(1)
    arrive(3)
    qtbot.waitUntil(lambda: pane.texts() == ["A filter hides 2 new deliveries.", "[Show all]"])
    with qtbot.waitSignal(pane.pane.show_all_requested):
        pane.press("Show all")
    pane.pane.set_filter("", None)
    assert pane.texts() == []
    pane.pane.set_filter("", 2)
    pane.wait_for(0)
    arrive(1)
    qtbot.waitUntil(lambda: pane.texts()[0] == "1 new delivery came to other endpoints.")


def test_a_delivery_is_seen_after_it_was_chosen_for_a_while(pane: Pane, arrive: Arrive, qtbot: QtBot) -> None:
    ids = arrive(3)
    pane.wait_for(3)
    pane.do("next")
    pane.do("next")  # passed over quickly
    assert not any(row.seen for at in range(3) if (row := pane.model.cached(at)))
    qtbot.waitUntil(lambda: bool((row := pane.model.cached(1)) and row.seen))
    assert [row.seen for at in range(3) if (row := pane.model.cached(at))] == [False, True, False]
    assert pane.chosen == [ids[2], ids[1]]


def test_a_waiting_row_counts_seconds_and_nothing_runs_afterwards(
    pane: Pane, arrive: Arrive, program: Program, qtbot: QtBot
) -> None:
    (id,) = arrive(1, outcome=Outcome.WAITING, received_us=time.time_ns() // 1000 - 5_000_000)
    pane.wait_for(1)
    qtbot.waitUntil(lambda: pane.model.index(0, RESPONSE).data() == "waiting 0:06", timeout=3000)
    with qtbot.waitSignal(pane.model.dataChanged, timeout=2500):
        pass
    program.store.finish(id, Finish(Outcome.ANSWERED, 200, 5))
    settle(program)
    qtbot.waitUntil(lambda: pane.model.index(0, RESPONSE).data() == "200 done")
    qtbot.waitUntil(lambda: not pane.pane._tick.isActive(), timeout=3000)
    qtbot.wait(50)
    assert not pane.pane._tick.isActive()


def test_the_column_of_the_endpoint_goes_while_one_is_chosen(pane: Pane, arrive: Arrive) -> None:
    arrive(1)
    pane.wait_for(1)
    place = [column.key for column in COLUMNS].index("endpoint")
    assert not pane.view.isColumnHidden(place)
    pane.pane.set_filter("", 1)
    assert pane.view.isColumnHidden(place)
    pane.pane.set_filter("", None)
    assert not pane.view.isColumnHidden(place)


def test_columns_for_the_window(pane: Pane) -> None:
    menu = pane.pane.columns_menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    path = next(action for action in menu.actions() if action.text() == "Path")
    path.trigger()
    state = pane.pane.column_state()
    assert state["added"] == ["path"]
    pane.pane.restore_columns({})
    assert pane.pane.column_state()["added"] == []
    pane.pane.restore_columns(state)
    assert pane.pane.column_state() == state


def test_everything_that_takes_the_keyboard_has_a_name(pane: Pane, arrive: Arrive, qtbot: QtBot) -> None:
    arrive(1)
    pane.wait_for(1)
    widgets = [widget for widget in pane.pane.findChildren(QWidget) if widget.focusPolicy() != Qt.FocusPolicy.NoFocus]
    assert pane.view in widgets
    nameless = []
    for widget in widgets:
        interface = QAccessible.queryAccessibleInterface(widget)
        if not interface.text(QAccessible.Text.Name):
            nameless.append(widget)
    assert not nameless


def test_a_late_change_of_an_endpoint_does_not_meet_a_deleted_pane(
    program: Program, live: Live, qtbot: QtBot, arrive: Arrive
) -> None:
    from shiboken6 import delete

    pane = Pane(program, live, qtbot)
    pane.wait_for(0)
    pane.window.close()
    delete(pane.pane)
    endpoint = program.endpoints.all()[0]
    program.endpoints.save(replace(endpoint, name="other")).result(timeout=10)
    arrive(1)
    qtbot.wait(50)
