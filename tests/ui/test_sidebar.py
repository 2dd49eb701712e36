"""The list of endpoints: order, counts of what is new, what choosing one says."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from hookscope.deliveries import Changes, Row
from hookscope.endpoints import CATCH_ALL_NAME, Endpoint
from hookscope.ui.sidebar import ALL, COUNTED, EndpointModel, NewCounts, Sidebar

ENDPOINTS = (
    Endpoint("order-created", "/order-created", id=1),
    Endpoint("invoices", "/invoices", id=2),
    Endpoint(CATCH_ALL_NAME, "", id=3),
)


def row(id: int, endpoint_id: int, *, seen: bool = False) -> Row:
    return Row(
        id=id,
        received_us=id,
        via="local",
        endpoint_id=endpoint_id,
        endpoint_name="",
        method="POST",
        target="/",
        body_bytes=0,
        verdict_state="unconfigured",
        verdict_reason="unconfigured",
        status=200,
        outcome="answered",
        took_us=1,
        attempt=1,
        again=False,
        ids=(),
        problem="",
        pinned=False,
        seen=seen,
    )


def came(*rows: Row) -> Changes:
    return Changes(new=rows, changed=(), removed=())


@pytest.fixture
def sidebar(qtbot: QtBot) -> Sidebar:
    sidebar = Sidebar(NewCounts({}))
    qtbot.addWidget(sidebar)
    sidebar.set_endpoints(ENDPOINTS)
    return sidebar


def shown(sidebar: Sidebar, role: int = Qt.ItemDataRole.DisplayRole) -> list[tuple[Any, Any]]:
    model = sidebar.model
    return [(model.index(r, 0).data(role), model.index(r, 1).data(role)) for r in range(model.rowCount())]


def test_all_first_then_the_endpoints_in_their_order(sidebar: Sidebar) -> None:
    assert shown(sidebar) == [("All deliveries", ""), ("order-created", ""), ("invoices", ""), ("Anything else", "")]
    assert sidebar.current() == ALL


def test_new_deliveries_are_counted_until_the_endpoint_is_chosen(sidebar: Sidebar) -> None:
    sidebar.apply(came(row(10, 1), row(11, 2), row(12, 1), row(13, 1, seen=True)))
    assert shown(sidebar)[1:3] == [("order-created", "2"), ("invoices", "1")]
    sidebar.look_at(1)
    assert shown(sidebar)[1:3] == [("order-created", ""), ("invoices", "1")]
    sidebar.apply(came(row(14, 1)))
    assert shown(sidebar)[1] == ("order-created", "")  # it is on screen
    sidebar.look_at(ALL)
    sidebar.apply(came(row(15, 1)))
    assert shown(sidebar)[1] == ("order-created", "1")


def test_what_is_looked_at_or_removed_is_not_new_any_more(sidebar: Sidebar) -> None:
    sidebar.apply(came(row(10, 1), row(11, 1), row(12, 1)))
    sidebar.apply(Changes(new=(), changed=(row(10, 1, seen=True), row(11, 1)), removed=(12,)))
    assert shown(sidebar)[1] == ("order-created", "1")


def test_counts_stop_at_999_plus(sidebar: Sidebar) -> None:
    sidebar.apply(came(*(row(id, 1) for id in range(1, COUNTED + 1))))
    assert shown(sidebar)[1][1] == "999"
    sidebar.apply(came(*(row(id, 1) for id in range(COUNTED + 1, COUNTED + 500))))
    assert shown(sidebar)[1][1] == "999+"


def test_counts_come_back_after_a_restart() -> None:
    first = NewCounts({})
    first.look_at(1)
    first.apply(came(row(10, 1), row(11, 2)))
    again = NewCounts(first.looked())
    again.start({1: [9, 10], 2: [11, 5]})
    again.apply(came(row(12, 1)))
    assert (again.count(1), again.count(2)) == (1, 2)


def test_the_chosen_endpoint_has_nothing_new_at_the_start() -> None:
    counts = NewCounts({"1": 3, "x": 4, "2": "no"})
    counts.look_at(1)
    counts.start({1: [4, 5], 2: [6]})
    assert (counts.count(1), counts.count(2)) == (0, 1)
    assert counts.looked() == {"1": 5}


def test_choosing_says_which_one(sidebar: Sidebar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(sidebar.chosen) as told:
        sidebar.choose(2)
    assert told.args == [2]
    with qtbot.waitSignal(sidebar.chosen) as told:
        sidebar.choose(99)
    assert told.args == [ALL]


def test_a_click_on_the_chosen_one_says_it_again(sidebar: Sidebar, qtbot: QtBot) -> None:
    sidebar.resize(200, 300)
    sidebar.show()
    sidebar.choose(2)
    place = sidebar.view.visualRect(sidebar.view.currentIndex()).center()
    with qtbot.waitSignal(sidebar.chosen) as told:
        qtbot.mouseClick(sidebar.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [2]


def test_a_change_of_the_endpoints_keeps_the_choice_and_says_nothing(sidebar: Sidebar, qtbot: QtBot) -> None:
    sidebar.choose(2)
    with qtbot.assertNotEmitted(sidebar.chosen):
        sidebar.set_endpoints((Endpoint("first", "/first", id=9), *ENDPOINTS))
    assert sidebar.current() == 2
    with qtbot.waitSignal(sidebar.chosen) as told:
        sidebar.set_endpoints((ENDPOINTS[0], ENDPOINTS[2]))
    assert told.args == [ALL]


def test_the_menu_is_for_endpoints_only(sidebar: Sidebar, qtbot: QtBot) -> None:
    sidebar.resize(200, 300)
    area = [sidebar.view.visualRect(sidebar.model.index(r, 0)).center() for r in range(2)]
    with qtbot.waitSignal(sidebar.menu_asked) as told:
        sidebar.view.customContextMenuRequested.emit(area[1])
    assert told.args is not None
    assert told.args[0] == 1
    with qtbot.assertNotEmitted(sidebar.menu_asked):
        sidebar.view.customContextMenuRequested.emit(area[0])
        sidebar.view.customContextMenuRequested.emit(QPoint(5, 290))


def test_names_are_shown_word_for_word_and_read_with_their_count(sidebar: Sidebar) -> None:
    sidebar.set_endpoints((Endpoint("<b>x</b>\u202e", "/x", id=5), ENDPOINTS[2]))
    sidebar.apply(came(row(1, 5)))
    assert shown(sidebar)[1] == ("<b>x</b>‹U+202E›", "1")
    assert shown(sidebar, Qt.ItemDataRole.AccessibleTextRole)[1][0] == "<b>x</b>‹U+202E›, 1 new"
    assert "<b>" not in sidebar.model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_the_model_is_sound(qtmodeltester: ModelTester) -> None:
    model = EndpointModel(NewCounts({}))
    model.set_endpoints(ENDPOINTS)
    qtmodeltester.check(model)
    model.set_endpoints(ENDPOINTS[1:])
    qtmodeltester.check(model)
