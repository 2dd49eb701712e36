"""Ids and values in the whole window: from table, body and headers to the list and the record."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from helpers.ids import ACCOUNT, ORDER
from helpers.open_window import delivery_inspector, first, focused, opened, post, rows, until
from hookscope.program import Program
from hookscope.responses import Response
from hookscope.ui.inspector.copying import Entry
from hookscope.ui.inspector.delivery_inspector import HEADERS, RESPONSE, DeliveryInspector
from hookscope.ui.inspector.json_model import VALUE
from hookscope.ui.window_content import WindowContent

pytestmark = pytest.mark.anyio
BODY = json.dumps({"orderId": ORDER, "text": "needle"}).encode()


async def inspect(window: WindowContent, program: Program) -> DeliveryInspector:
    """Two deliveries, of which the older one is chosen and read."""
    await post(program.url(first(program)), BODY, **{"X-Account": ACCOUNT})
    await until(lambda: rows(window) == 1)
    await post(program.url(first(program)), b'{"other": 1}')
    await until(lambda: rows(window) == 2)
    window.list.view.selectRow(1)
    inspector = await delivery_inspector(window)
    await until(lambda: inspector.body.body.tree.json.rowCount() == 2)
    return inspector


def choose(entries: list[Entry], caption: str) -> None:
    dict(entries)[caption]()


def of_body(inspector: DeliveryInspector) -> list[Entry]:
    tree = inspector.body.body.tree
    return tree.entries(tree.json.at("text"))


def of_headers(inspector: DeliveryInspector) -> list[Entry]:
    view = inspector.headers.pairs
    row = next(row for row in range(view.pairs.rowCount()) if view.pairs.index(row, 0).data() == "X-Account")
    return view.entries(view.pairs.index(row, VALUE))


@pytest.mark.parametrize(("entries", "text"), [(of_body, "needle"), (of_headers, ACCOUNT)])
async def test_filter_by_a_value(
    program: Program, entries: Callable[[DeliveryInspector], list[Entry]], text: str
) -> None:
    async with opened(program) as window:
        inspector = await inspect(window, program)
        inspector.body.body.tree.setFocus()
        choose(entries(inspector), "Filter by this value")
        assert window.filter_row.field.text() == text
        await until(lambda: rows(window) == 1)
        assert focused() is window.list.view
        assert window.list.view.currentIndex().row() == 0  # still the chosen one


async def test_filter_by_an_id_of_the_row(program: Program) -> None:
    async with opened(program) as window:
        await inspect(window, program)
        menu = window.list._commands.menu()
        assert menu is not None
        below = next(part for part in menu.findChildren(QMenu) if part.title() == "Filter")
        next(action for action in below.actions() if "ORD-S548DKHMKX" in action.text()).trigger()
        assert window.filter_row.field.text() == ORDER
        await until(lambda: rows(window) == 1)
        assert focused() is window.list.view


async def test_the_filter_shows_the_list_where_the_inspector_covers_it(program: Program) -> None:
    async with opened(program, height=600) as window:
        inspector = await inspect(window, program)
        window.panes.show_inspector()
        await until(inspector.isVisible)
        assert not window.list.isVisible()
        choose(of_body(inspector), "Filter by this value")
        assert window.list.isVisible()


async def test_a_click_on_an_id_in_the_body_or_in_the_headers_opens_its_record(program: Program) -> None:
    async with opened(program) as window:
        inspector = await inspect(window, program)
        tree = inspector.body.body.tree
        rect = tree.visualRect(tree.json.index(0, VALUE))
        asked: list[tuple[str, str]] = []
        inspector.body.look_up_requested.connect(lambda id, type: asked.append((id, type)))
        inspector.headers.look_up_requested.connect(lambda id, type: asked.append((id, type)))
        QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(rect.left() + 20, rect.center().y()))
        assert asked == [(ORDER, "order")]
        await until(lambda: inspector.record.shows_pane)
        inspector.tabs.set_current(HEADERS)
        choose(of_headers(inspector), "Look up")
        assert asked == [(ORDER, "order"), (ACCOUNT, "account")]


async def test_ids_of_the_response_lead_to_their_records_and_to_the_list(program: Program) -> None:
    answer = json.dumps({"order": ORDER})
    program.endpoints.save(replace(first(program), response=Response(body=answer))).result(timeout=10)
    async with opened(program) as window:
        inspector = await inspect(window, program)
        tree = inspector.response.body.tree
        inspector.tabs.set_current(RESPONSE)
        await until(lambda: tree.json.rowCount() == 1)
        choose(tree.entries(tree.json.index(0, VALUE)), "Look up")
        await until(lambda: inspector.record.shows_pane)
        choose(tree.entries(tree.json.index(0, VALUE)), "Filter by this value")
        assert window.filter_row.field.text() == ORDER
