"""What the user does with rows: open, copy, pin, delete, problems, the context menu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from hookscope.deliveries import Outcome, Request
from hookscope.ui.deliveries import problems
from hookscope.ui.deliveries.columns import COLUMNS
from hookscope.ui.deliveries.row_commands import path_of
from ui.deliveries.conftest import Arrive, Pane

if TYPE_CHECKING:
    from hookscope.program import Program

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


USUAL = ["Open", "Copy ▸ Cell", "Copy ▸ Address", "Copy ▸ Body", "Copy ▸ Raw request", "Filter ▸ Same endpoint", "Pin"]
LIKE = "Respond like this from now on…"


def menu_of(pane: Pane) -> dict[str, QAction]:
    menu = pane.pane._commands.menu()
    assert menu is not None
    found: dict[str, QAction] = {}
    for action in menu.actions():
        below = [part for part in menu.findChildren(QMenu) if part.menuAction() is action]
        found |= {f"{action.text()} ▸ {each.text()}": each for part in below for each in part.actions()}
        if not below and action.text():
            found[action.text()] = action
    return found


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_open(pane: Pane, arrive: Arrive, qtbot: QtBot) -> None:
    ids = arrive(3)
    pane.wait_for(3)
    asked: list[int] = []
    pane.pane.open_requested.connect(asked.append)
    pane.do("open")
    assert asked == []  # nothing is chosen
    pane.pane.select(ids[1])
    pane.do("open")
    place = pane.view.visualRect(pane.model.index(0, 2)).center()
    QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked == [ids[1], ids[2]]


def test_copy_a_cell(pane: Pane, arrive: Arrive) -> None:
    ids = arrive(1, ids=("AG-7PQTGLLXQQ:ORD-S548DKHMKX", "U-a6d2b4c8-1111-2222-3333-444455caaa1"))
    pane.wait_for(1)
    pane.pane.select(ids[0])
    response = [column.key for column in COLUMNS].index("response")
    pane.view.setCurrentIndex(pane.model.index(0, response))
    pane.do("copy_cell")
    assert clipboard() == "200 done"
    pane.view.setCurrentIndex(pane.model.index(0, 0))
    pane.do("copy_cell")
    assert clipboard() == "new"
    pane.view.setCurrentIndex(pane.model.index(0, [column.key for column in COLUMNS].index("ids")))
    pane.do("copy_cell")
    assert clipboard() == "AG-7PQTGLLXQQ:ORD-S548DKHMKX\nU-a6d2b4c8-1111-2222-3333-444455caaa1"


def test_pin_and_unpin(pane: Pane, arrive: Arrive, qtbot: QtBot) -> None:
    ids = arrive(3)
    pane.wait_for(3)

    def pinned() -> list[bool]:
        return [row.pinned for at in range(3) if (row := pane.model.cached(at))]

    pane.do("pin")  # nothing is chosen
    pane.pane.select(ids[2])
    QTest.keyClick(pane.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    pane.do("pin")
    qtbot.waitUntil(lambda: pinned() == [True, True, False])
    pane.do("pin")
    qtbot.waitUntil(lambda: pinned() == [False, False, False])


def test_deleting_one_row_asks_nothing_and_goes_on_to_the_next(pane: Pane, arrive: Arrive) -> None:
    ids = arrive(5)
    pane.wait_for(5)
    pane.pane.select(ids[3])
    pane.do("delete")
    pane.wait_for(4)
    assert pane.chosen == [ids[3], ids[2]]
    pane.pane.select(ids[0])
    pane.do("delete")
    pane.wait_for(3)
    assert pane.chosen[-1] == ids[1]


def test_deleting_the_last_row_leaves_nothing_chosen(pane: Pane, arrive: Arrive) -> None:
    ids = arrive(1)
    pane.wait_for(1)
    pane.pane.select(ids[0])
    pane.do("delete")
    pane.wait_for(0)
    assert pane.chosen == [ids[0], 0]


def test_deleting_several_asks_first(pane: Pane, arrive: Arrive, qtbot: QtBot) -> None:
    ids = arrive(1_500)
    pane.wait_for(1_500)
    pane.pane.select(ids[-1])
    pane.view.selectAll()
    pane.do("delete")
    (box,) = pane.view.findChildren(QMessageBox)
    assert box.isVisible()
    assert box.text() == "Delete 1,500 deliveries?"
    assert box.textFormat() == Qt.TextFormat.PlainText
    box.reject()
    qtbot.wait(50)
    assert pane.model.rowCount() == 1_500
    pane.do("delete")
    box = next(box for box in pane.view.findChildren(QMessageBox) if box.isVisible())
    next(button for button in box.buttons() if button.text() == "Delete").click()
    pane.wait_for(0)
    assert pane.chosen[-1] == 0


def test_the_menu_of_a_row(pane: Pane, arrive: Arrive, program: Program, qtbot: QtBot) -> None:
    own, catch_all = program.endpoints.all()
    arrive(1, endpoint_id=own.id, endpoint_name=own.name)
    arrive(
        1,
        endpoint_id=catch_all.id,
        request=Request("POST", "/order-creatd?x=1", (), b"a body", "http://x/order-creatd?x=1"),
    )
    pane.wait_for(2)
    pane.pane.select(pane.model.row_id(1))
    assert list(menu_of(pane)) == [USUAL[0], LIKE, *USUAL[1:], "Delete"]
    pane.pane.select(pane.model.row_id(0))
    lines = menu_of(pane)
    assert list(lines) == [USUAL[0], LIKE, *USUAL[1:], "Create an endpoint for this path", "Delete"]
    with qtbot.waitSignal(pane.pane.like_requested) as like:
        lines[LIKE].trigger()
    assert like.args is not None
    assert like.args[0].request.target == "/order-creatd?x=1"
    with qtbot.waitSignal(pane.pane.create_endpoint_requested) as created:
        lines["Create an endpoint for this path"].trigger()
    assert created.args == ["/order-creatd"]
    with qtbot.waitSignal(pane.pane.endpoint_requested) as asked:
        lines["Filter ▸ Same endpoint"].trigger()
    assert asked.args == [catch_all.id]
    lines["Copy ▸ Body"].trigger()
    qtbot.waitUntil(lambda: clipboard() == "a body")
    lines["Copy ▸ Address"].trigger()
    qtbot.waitUntil(lambda: clipboard() == "http://x/order-creatd?x=1")
    lines["Copy ▸ Raw request"].trigger()
    qtbot.waitUntil(lambda: clipboard() == "POST /order-creatd?x=1 HTTP/1.1\r\n\r\na body")
    lines["Pin"].trigger()
    qtbot.waitUntil(lambda: bool((row := pane.model.cached(0)) and row.pinned))
    assert "Unpin" in menu_of(pane)


IDS = ("AG-7PQTGLLXQQ:ORD-S548DKHMKX", "AG-7PQTGLLXQQ", "U-a6d2b4c8-1111-2222-3333-444455caaa12")


def test_the_menu_looks_up_and_filters_by_each_id(pane: Pane, arrive: Arrive, qtbot: QtBot) -> None:
    pane.pane.select(arrive(1, ids=IDS)[0])
    pane.wait_for(1)
    lines = menu_of(pane)
    shown = ["ORD-S548DKHMKX", "AG-7PQTGLLXQQ", "U-a6d2…aaa12"]
    assert list(lines)[:5] == ["Open", *(f"Look up {text}" for text in shown), LIKE]
    filters = [line for line in lines if line.startswith("Filter")]
    assert filters == ["Filter ▸ Same endpoint", *(f"Filter ▸ Same id {text}" for text in shown)]
    with qtbot.waitSignal(pane.pane.look_up_requested) as asked:
        lines["Look up U-a6d2…aaa12"].trigger()
    assert asked.args == [IDS[2], ""]
    with qtbot.waitSignal(pane.pane.filter_requested) as filtered:
        lines["Filter ▸ Same id ORD-S548DKHMKX"].trigger()
    assert filtered.args == [IDS[0]]


def test_one_id_needs_no_name_and_of_many_five_are_offered(pane: Pane, arrive: Arrive, qtbot: QtBot) -> None:
    one, many = arrive(1, ids=IDS[:1])[0], arrive(1, ids=tuple(f"AG-{number}" for number in range(8)))[0]
    pane.wait_for(2)
    pane.pane.select(one)
    with qtbot.waitSignal(pane.pane.filter_requested) as filtered:
        menu_of(pane)["Filter ▸ Same id"].trigger()
    assert filtered.args == [IDS[0]]
    pane.pane.select(many)
    lines = list(menu_of(pane))
    assert [line for line in lines if "Look up" in line] == [f"Look up AG-{number}" for number in range(5)]
    assert len([line for line in lines if "Same id" in line]) == 5


def test_an_id_of_a_sender_is_shown_as_it_is(pane: Pane, arrive: Arrive) -> None:
    pane.pane.select(arrive(1, ids=("A&B\u202e",), endpoint_id=None)[0])
    pane.wait_for(1)
    assert {"Look up A&&B‹U+202E›", "Filter ▸ Same id"} <= set(menu_of(pane))


def test_the_menu_of_a_refused_request_and_of_none(pane: Pane, arrive: Arrive) -> None:
    arrive(1, outcome=Outcome.REFUSED, endpoint_id=None, endpoint_name=None, request=Request("", "", (), b"\x16\x03"))
    pane.wait_for(1)
    assert pane.pane._commands.menu() is None
    pane.pane.select(pane.model.row_id(0))
    assert list(menu_of(pane)) == [*USUAL[:-2], "Pin", "Delete"]


@pytest.mark.parametrize(
    ("changes", "offered"),
    [
        ({"outcome": Outcome.ANSWERED}, True),
        ({"outcome": Outcome.DROPPED, "status": 0}, True),
        ({"outcome": Outcome.SENDER_GONE}, True),
        ({"outcome": Outcome.WAITING}, False),
        ({"outcome": Outcome.INCOMPLETE}, False),
        ({"endpoint_id": 999}, False),
        ({"problem": "It was not verified, so this endpoint answered 401 as it is set to.", "status": 401}, False),
    ],
)
def test_what_a_rule_can_be_made_from(pane: Pane, arrive: Arrive, changes: dict[str, Any], offered: bool) -> None:
    id = arrive(1, **changes)[0]
    pane.wait_for(1)
    pane.pane.select(id)
    assert (LIKE in menu_of(pane)) is offered


@pytest.mark.parametrize("at_the_row", [True, False])
def test_the_menu_opens_under_the_pointer_or_with_its_key_at_the_row(
    pane: Pane, arrive: Arrive, at_the_row: bool
) -> None:
    arrive(5)
    pane.wait_for(5)
    pane.pane.select(pane.model.row_id(3))
    row = pane.view.visualRect(pane.view.currentIndex())
    asked = row.center() if at_the_row else QPoint(2, 2)
    pane.view.customContextMenuRequested.emit(asked)
    menu = next(menu for menu in pane.view.findChildren(QMenu) if menu.isVisible())
    assert menu.pos() == pane.view.viewport().mapToGlobal(asked if at_the_row else row.bottomLeft())
    menu.close()


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/order-creatd?x=1", "/order-creatd"),
        ("/a/b%20c#d", "/a/b%20c"),
        ("http://other/abs?x", "/abs"),
        ("//twice/a", "//twice/a"),
        ("/", ""),
        ("*", ""),
        ("host:443", ""),
        ("", ""),
        ("http://[broken/a", "/a"),
    ],
)
def test_paths_for_a_new_endpoint(target: str, path: str) -> None:
    assert path_of(target) == path


def test_from_problem_to_problem(pane: Pane, arrive: Arrive, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems, "SLICE", 7)
    first = arrive(1, status=503)[0]
    arrive(40)
    second = arrive(1, outcome=Outcome.REFUSED)[0]
    arrive(20)
    pane.wait_for(62)
    said: list[str] = []
    pane.pane.message.connect(said.append)
    pane.do("next_problem")
    qtbot.waitUntil(lambda: pane.chosen == [second])
    pane.do("next_problem")
    qtbot.waitUntil(lambda: pane.chosen == [second, first])
    pane.do("next_problem")
    qtbot.waitUntil(lambda: said == ["There is no other problem in this direction."])
    pane.do("previous_problem")
    qtbot.waitUntil(lambda: pane.chosen == [second, first, second])
    pane.do("previous_problem")
    qtbot.waitUntil(lambda: len(said) == 2)
    assert pane.chosen[-1] == second
