"""Findings in the whole window: the mark in the row, the line over the body, and where they lead."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from helpers.open_window import (
    button,
    delivery_inspector,
    endpoint_inspector,
    first,
    focused,
    opened,
    post,
    rows,
    until,
)
from hookscope.program import Program
from hookscope.ui.inspector.delivery_inspector import DeliveryInspector
from hookscope.ui.window_content import WindowContent

pytestmark = pytest.mark.anyio

FIELDS = {"accountId": "AG-KXTW8RPLMN", "orderId": "AG-KXTW8RPLMN:ORD-Q2WZ7HJ9VB", "partnerId": "ACME"}
BODY = json.dumps(FIELDS).encode()
HEADERS_INSTEAD = (
    "The body is empty, and 3 ids came as headers. In the step, put the fields under JSON Body, not under Headers."
)


def marks(window: WindowContent) -> list[str]:
    """What a screen reader says of the first cell of each row, newest first."""
    model = window.list.model
    cells = (model.index(number, 0) for number in range(model.rowCount()))
    return [cell.data(Qt.ItemDataRole.AccessibleTextRole) for cell in cells]


async def shown(window: WindowContent, number: int) -> DeliveryInspector:
    """The inspector with the delivery in this row."""
    window.list.view.selectRow(number)
    inspector = await delivery_inspector(window)
    await until(lambda: inspector.title.isVisible())
    return inspector


async def test_fields_under_headers_are_marked_and_explained(program: Program) -> None:
    async with opened(program) as window:
        await post(program.url(first(program)), b"", **FIELDS)
        await until(lambda: marks(window) == ["new, warning: body empty"])
        inspector = await shown(window, 0)
        await until(lambda: inspector.body.findings.lines() == [HEADERS_INSTEAD])
        await post(program.url(first(program)), BODY)
        await until(lambda: rows(window) == 2)
        assert marks(window)[0] == "new"
        window.list.view.selectRow(0)
        await until(lambda: not inspector.body.findings.isVisible())


async def test_next_problem_stops_at_a_finding(program: Program) -> None:
    async with opened(program) as window:
        for body in (BODY, json.dumps(FIELDS | {"name": "{{ businessName }}"}).encode(), BODY):
            await post(program.url(first(program)), body)
        await until(lambda: rows(window) == 3)
        window.list.view.setFocus()
        window.list.view.selectRow(0)
        window.registry.action("next_problem").trigger()
        await until(lambda: window.list.view.currentIndex().row() == 1)
        assert marks(window)[1].endswith(", warning: placeholder not filled in")


async def test_a_wrong_path_leads_to_the_endpoint_that_was_meant(program: Program, qtbot: QtBot) -> None:
    endpoint = first(program)
    async with opened(program) as window:
        await post(program.url(endpoint)[:-1], BODY)  # its last letter is missing
        await until(lambda: marks(window) == ["new, warning: wrong path"])
        inspector = await shown(window, 0)
        meant = f"No endpoint has this path; Anything else took it. Did you mean {endpoint.path}?"
        await until(lambda: inspector.body.findings.lines() == [meant])
        qtbot.mouseClick(button(inspector.body.findings, f"Show {endpoint.name}"), Qt.MouseButton.LeftButton)
        await until(lambda: window.sidebar.current() == endpoint.id)
        assert endpoint_inspector(window).isVisible()


async def test_a_place_in_the_body_is_shown(program: Program, qtbot: QtBot) -> None:
    async with opened(program) as window:
        await post(program.url(first(program)), json.dumps(FIELDS | {"the quantity": 3}).encode())
        await until(lambda: marks(window) == ["new, warning: value not text"])
        inspector = await shown(window, 0)
        tree = inspector.body.body.tree
        inspector.body.body.set_view("text")
        await until(lambda: bool(inspector.body.findings.lines()))
        qtbot.mouseClick(button(inspector.body.findings, "Show it"), Qt.MouseButton.LeftButton)
        await until(tree.hasFocus)
        assert tree.json.node(tree.currentIndex()).key == "the quantity"


async def test_where_the_body_is_no_json_is_said_once(program: Program) -> None:
    async with opened(program) as window:
        await post(program.url(first(program)), b'{"a": "b",}')
        await until(lambda: marks(window) == ["new, warning: body not JSON"])
        inspector = await shown(window, 0)
        await until(lambda: bool(inspector.body.findings.lines()))
        (line,) = inspector.body.findings.lines()
        assert line.startswith("The body is not JSON. Line 1, column 10: there is a comma too many.")
        assert inspector.body.body.view == "text"
        assert [each for each in _notes(inspector) if "JSON" in each] == []


async def test_a_sample_has_none(program: Program, qtbot: QtBot) -> None:
    async with opened(program) as window:
        qtbot.mouseClick(window.bar.sample, Qt.MouseButton.LeftButton)
        await until(lambda: marks(window) == ["new"])
        inspector = await shown(window, 0)
        await until(lambda: inspector.body.body.has_tree)
        assert not inspector.body.findings.isVisible()


def _notes(inspector: DeliveryInspector) -> list[str]:
    layout = inspector.body.body._notes
    bands = [item.widget() for number in range(layout.count()) if (item := layout.itemAt(number))]
    return [band.accessibleName() for band in bands if band is not None]


async def test_tab_reaches_a_finding_before_the_body(program: Program) -> None:
    async with opened(program) as window:
        await post(program.url(first(program)), b'{"order": {"id": 1}, "amount": 5}')
        await until(lambda: rows(window) == 1)
        inspector = await shown(window, 0)
        await until(inspector.body.findings.isVisible)
        inspector.tabs.bar.setFocus()
        reached: list[str] = []
        while not inspector.body.body.tree.hasFocus():
            assert len(reached) < 5, reached
            QTest.keyClick(focused(), Qt.Key.Key_Tab)
            reached.append(focused().accessibleName() or button_text(focused()))
        assert reached == ["Show it", "and 1 more", "Body as a tree"]


def button_text(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QAbstractButton) else ""
