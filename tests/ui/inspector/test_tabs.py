"""The tabs one by one, each with a delivery from the store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QIcon
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from helpers.ids import ACCOUNT, ORDER, SHAPES
from hookscope.deliveries import Outcome, Place, SentResponse
from hookscope.ui.actions import Actions
from hookscope.ui.inspector.attempts_tab import AttemptsModel, AttemptsTab
from hookscope.ui.inspector.body_tab import BodyTab
from hookscope.ui.inspector.content import Content
from hookscope.ui.inspector.headers_tab import HeadersTab, sections
from hookscope.ui.inspector.hold_editor import HoldEditor
from hookscope.ui.inspector.pairs import PairsView
from hookscope.ui.inspector.response_tab import ResponseTab
from hookscope.ui.inspector.title_line import TitleLine
from hookscope.ui.parts.cell_delegate import ExtrasRole
from hookscope.ui.parts.strip import Strip

if TYPE_CHECKING:
    from hookscope.program import Program

Make = Callable[..., Content]
AUTOMATION = "vendasta-automation"


def lines(view: PairsView) -> list[tuple[str, str]]:
    rows = range(view.pairs.rowCount())
    return [
        (view.pairs.index(row, 0).data() or view.pairs.heading(row), view.pairs.index(row, 1).data()) for row in rows
    ]


def test_body_tab(content: Make, qtbot: QtBot) -> None:
    tab = BodyTab()
    qtbot.addWidget(tab)
    tab.resize(800, 300)
    tab.show()
    found = content(b'{"a": 1}')
    tab.show_content(found)
    assert lines(tab.query) == [("Query parameters", None), ("source", "test")]
    assert tab.heading.isVisible()
    digest = found.delivery.row.body_sha256.hex()
    assert tab.facts.raw_text() == f"application/json · 8 B · SHA-256 {digest[:8]}…"
    tab.copy_digest.click()
    assert QGuiApplication.clipboard().text() == digest
    tab.show_content(content(b"", target="/"))
    assert not tab.query.isVisible()
    assert not tab.heading.isVisible()


def test_many_parameters_leave_room_for_the_body(content: Make, qtbot: QtBot) -> None:
    tab = BodyTab()
    qtbot.addWidget(tab)
    tab.resize(800, 300)
    tab.show()
    tab.show_content(content(b"{}", target="/?" + "&".join(f"p{number}=1" for number in range(500))))
    assert tab.query.height() <= 100
    assert tab.body.height() > 100


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"outcome": Outcome.REFUSED, "problem": "These are TLS bytes.", "method": ""}, "These are TLS bytes."),
        (
            {"outcome": Outcome.INCOMPLETE, "problem": "The body broke off after 2 bytes."},
            "The body broke off after 2 bytes.",
        ),
        ({"outcome": Outcome.TOO_LARGE}, "The body is larger than allowed."),
        ({"outcome": Outcome.NOT_SAVED}, "The body was not kept."),
        ({"outcome": Outcome.ANSWERED}, ""),
    ],
)
def test_what_is_not_whole_says_why(content: Make, qtbot: QtBot, changes: dict[str, object], sentence: str) -> None:
    tab = BodyTab()
    qtbot.addWidget(tab)
    tab.show_content(content(b"ab", headers=(), **changes))
    shown = [strip for strip in tab.findChildren(Strip) if not strip.isHidden()]
    assert [strip.label.raw_text() for strip in shown] == ([sentence] if sentence else [])
    assert all(strip.kind == "bad" for strip in shown)
    assert tab.body.view == ("bytes" if changes["outcome"] is Outcome.REFUSED else "text")


def test_headers_tab(content: Make, qtbot: QtBot) -> None:
    tab = HeadersTab()
    qtbot.addWidget(tab)
    headers = (("x-b", "1"), ("X-A", "2"), ("X-B", "3"), ("Authorization", "Bearer 0123456789"), ("Cookie", "a=b; c=d"))
    tab.show_content(content(headers=headers), masking=True)
    assert lines(tab.pairs) == [
        ("Request", None),
        ("Request line", "POST /order-created?source=test HTTP/1.1"),
        ("Address", "http://127.0.0.1:8787/order-created?source=test"),
        ("Headers", None),
        ("x-b", "1"),
        ("X-A", "2"),
        ("X-B", "3"),
        ("Authorization", "••••6789"),
        ("Cookie", "••••"),
        ("Cookies", None),
        ("a", "••••"),
        ("c", "••••"),
        ("Sender", None),
        ("Sent from", "127.0.0.1:53412"),
        ("Came", "from this computer"),
    ]


def test_headers_ask_for_records_and_filters(content: Make, qtbot: QtBot) -> None:
    tab = HeadersTab()
    qtbot.addWidget(tab)
    tab.set_types_of(SHAPES.types_of)
    headers = (("X-Order", ORDER), ("Authorization", "Bearer 0123456789"), ("X-Empty", ""), ("Cookie", f"a={ACCOUNT}"))
    tab.show_content(content(headers=headers), masking=True)
    rows = {line[0]: row for row, line in enumerate(lines(tab.pairs))}
    with qtbot.waitSignals([tab.look_up_requested, tab.filter_requested]):
        for _, call in tab.pairs.entries(tab.pairs.pairs.index(rows["X-Order"], 1)):
            call()
    assert tab.pairs.pairs.index(rows["X-Empty"], 1).data(ExtrasRole).remark == "empty"
    offered = {
        name: [caption for caption, _ in tab.pairs.entries(tab.pairs.pairs.index(row, 1))] for name, row in rows.items()
    }
    secret = ["Copy value", "Copy name", "Show value"]
    assert offered["a"] == offered["Cookie"] == offered["Authorization"] == secret
    assert offered["Request line"] == offered["Sent from"] == ["Copy value", "Copy name"]


def test_query_and_body_ask_for_records_and_filters(content: Make, qtbot: QtBot) -> None:
    tab = BodyTab()
    qtbot.addWidget(tab)
    tab.set_types_of(SHAPES.types_of)
    asked: list[tuple[str, ...]] = []
    tab.look_up_requested.connect(lambda id, type: asked.append((id, type)))
    tab.filter_requested.connect(lambda text: asked.append((text,)))
    tab.show_content(content(f'{{"a": "{ORDER}", "b": ""}}'.encode(), target=f"/?account={ACCOUNT}&empty="))
    for entries in (
        tab.query.entries(tab.query.pairs.index(1, 1)),
        tab.body.tree.entries(tab.body.tree.json.index(0, 0)),
    ):
        for _, call in entries:
            call()
    assert asked == [(ACCOUNT, "account"), (ACCOUNT,), (ORDER, "order"), (ORDER,)]
    cells = (tab.query.pairs.index(2, 1), tab.body.tree.json.index(1, 1))
    assert [cell.data(ExtrasRole).remark for cell in cells] == ["empty", "empty"]


def test_bytes_that_were_no_request_have_only_a_sender(content: Make) -> None:
    found = content(b"\x16\x03", method="", target="", headers=(), outcome=Outcome.REFUSED)
    assert [section.title for section in sections(found)] == ["Sender"]


@pytest.fixture
def response_tab(program: Program, actions: Actions, qtbot: QtBot) -> ResponseTab:
    tab = ResponseTab(HoldEditor(program, actions))
    qtbot.addWidget(tab)
    tab.resize(800, 300)
    tab.show()
    return tab


def test_response_tab(response_tab: ResponseTab, program: Program, content: Make, qtbot: QtBot) -> None:
    tab, endpoint = response_tab, program.endpoints.all()[0]
    found = content(outcome=Outcome.ANSWERED)
    tab.show_content(found, endpoint, held=False, masking=True)
    assert tab.status.raw_text() == "200 OK"
    assert tab.timing.raw_text() == "the request took 3 ms to arrive"
    assert tab.effect.raw_text() == "An automation takes this as done and does not send it again."
    assert lines(tab.headers) == [("Headers", None), ("Content-Type", "application/json"), ("Set-Cookie", "••••89ab")]
    assert tab.body.view == "tree"
    with qtbot.waitSignal(tab.change_requested):
        tab.change.click()
    nothing = content(outcome=Outcome.DROPPED, planned=SentResponse(0))
    tab.show_content(nothing, None, held=False, masking=True)
    assert (tab.change.isVisible(), tab.headers.isVisible(), tab.body.empty.isVisible()) == (False, False, True)


def test_qt_accepts_the_model_of_the_attempts(content: Make, qtmodeltester: ModelTester) -> None:
    model = AttemptsModel()
    model.set_rows([content().delivery.row, content().delivery.row], AUTOMATION)
    qtmodeltester.check(model)


def test_attempts_tab(content: Make, qtbot: QtBot) -> None:
    tab = AttemptsTab()
    qtbot.addWidget(tab)
    tab.resize(800, 300)
    tab.show()
    start = 1_700_000_000_000_000
    first = content(received_us=start, planned=SentResponse(503), outcome=Outcome.ANSWERED)
    again = content(received_us=start + 17_000_000, place=Place(1, again=True), outcome=Outcome.ANSWERED)
    tab.show_rows(first.series, first.delivery.id, AUTOMATION)
    assert tab.currentIndex() == 0
    tab.show_rows(again.series, again.delivery.id, AUTOMATION)
    assert tab.currentIndex() == 1
    shown = [[tab.attempts.index(row, column).data() for column in (0, 2, 3)] for row in range(2)]
    assert shown == [["1", "", "503 retry"], ["1, again", "17 s", "200 done"]]
    assert tab.view.currentIndex().row() == 1
    assert tab.reason.raw_text() == "Came again 17 s after a 503. The sender tries again after a 5xx."
    assert tab.retries.raw_text() == "How often and when this sender tries again is not published."
    with qtbot.waitSignal(tab.delivery_requested) as asked:
        qtbot.mouseClick(
            tab.view.viewport(),
            Qt.MouseButton.LeftButton,
            pos=tab.view.visualRect(tab.attempts.index(0, 1)).center(),
        )
    assert asked.args == [first.delivery.id]
    tab.show_rows(again.series, first.delivery.id, AUTOMATION)
    assert (tab.reason.isVisible(), tab.retries.isVisible()) == (False, True)
    tab.show_rows(again.series, again.delivery.id, "generic")
    assert tab.reason.raw_text() == "Came again 17 s after a 503."
    assert (tab.reason.isVisible(), tab.retries.isVisible()) == (True, False)


def test_title_line(content: Make, qtbot: QtBot) -> None:
    title = TitleLine()
    qtbot.addWidget(title)
    title.show()
    row = content(b"ab", target="/<b>x</b>\x00", endpoint_name="<i>shop</i>").delivery.row
    title.show_row(row, AUTOMATION, endpoint_exists=True)
    assert title.request.text() == "POST /<b>x</b>‹U+0000›"
    assert title.request.textFormat() is Qt.TextFormat.PlainText
    assert title.endpoint.accessibleName() == "<i>shop</i>: Show the endpoint"
    assert "<i>" not in title.endpoint.toolTip()
    assert title.summary.raw_text() == "· 2 B · waiting · from this computer"
    with qtbot.waitSignal(title.endpoint_clicked):
        title.endpoint.click()
    title.show_row(row._replace(method="", target="", endpoint_name=None), "", endpoint_exists=False)
    assert title.request.raw_text() == "No HTTP request"
    assert not title.endpoint.isVisible()


def test_icons_exist(content: Make, qtbot: QtBot) -> None:
    view = PairsView("Headers")
    qtbot.addWidget(view)
    view.set_sections(sections(content()), masking=True)
    icons = [view.pairs.index(row, 2).data(Qt.ItemDataRole.DecorationRole) for row in range(view.pairs.rowCount())]
    found = [icon for icon in icons if isinstance(icon, QIcon)]
    assert len(found) == 3
    assert all(not icon.pixmap(16, 16).isNull() for icon in found)
