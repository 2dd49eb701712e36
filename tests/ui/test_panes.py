"""Where the panes of the window are: narrow and low windows, the inspector's place, F6."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from helpers.open_window import delivery_inspector, endpoint_inspector, first, focused, opened, post, rows, until
from hookscope.endpoints import Endpoint
from hookscope.program import Program
from hookscope.ui.endpoint.endpoint_inspector import RESPONSE

pytestmark = pytest.mark.anyio


async def test_a_narrow_window_has_a_drop_down_and_icons(program: Program, qtbot: QtBot) -> None:
    async with opened(program, width=1099) as window:
        assert not window.sidebar.isVisible()
        assert window.filter_row.chooser.isVisible()
        assert window.bar.sample.text() == ""
        window.filter_row.chooser.setFocus()
        qtbot.keyClick(window.filter_row.chooser, Qt.Key.Key_Down)
        assert window.sidebar.current() == first(program).id
        window.window().resize(1100, 760)
        assert window.sidebar.isVisible()
        assert not window.filter_row.chooser.isVisible()
        assert window.bar.sample.text() == "Send a sample"


async def test_in_a_low_window_the_inspector_opens_over_the_list(program: Program, qtbot: QtBot) -> None:
    async with opened(program, width=900, height=560) as window:
        await post(program.url(first(program)))
        await until(lambda: rows(window) == 1)
        assert (window.list.isVisible(), window.stack.isVisible()) == (True, False)
        window.list.view.selectRow(0)
        window.list.focus_table()
        qtbot.keyClick(window.list.view, Qt.Key.Key_Return)
        assert (window.list.isVisible(), window.stack.isVisible()) == (False, True)
        await delivery_inspector(window)
        await until(lambda: window.stack.isAncestorOf(focused()))
        qtbot.keyClick(focused(), Qt.Key.Key_Escape)
        assert (window.list.isVisible(), window.stack.isVisible()) == (True, False)
        assert window.list.view.hasFocus()
        window.window().resize(900, 700)
        assert (window.list.isVisible(), window.stack.isVisible()) == (True, True)


async def test_in_a_low_window_an_endpoint_without_deliveries_is_over_its_empty_list(
    program: Program, qtbot: QtBot
) -> None:
    empty = program.endpoints.save(Endpoint("empty", "/empty")).result()
    async with opened(program, width=900, height=560) as window:
        await post(program.url(first(program)))
        await until(lambda: rows(window) == 1)
        chooser = window.filter_row.chooser
        chooser.setFocus()
        qtbot.keyClick(chooser, Qt.Key.Key_Down)
        await until(lambda: window.sidebar.current() == first(program).id and window.list.model.is_complete)
        await asyncio.sleep(0.1)
        assert (window.list.isVisible(), window.stack.isVisible()) == (True, False)
        qtbot.keyClick(chooser, Qt.Key.Key_Down)
        await until(lambda: window.stack.isVisible())
        assert window.sidebar.current() == empty.id
        assert endpoint_inspector(window).name.text() == "empty"
        await post(program.url(empty))
        await until(lambda: rows(window) == 1)
        assert window.stack.isVisible()  # what arrives does not lead away


async def test_a_window_that_gets_low_keeps_what_is_edited_on_show(program: Program, qtbot: QtBot) -> None:
    async with opened(program) as window:
        window.sidebar.choose(first(program).id)
        inspector = endpoint_inspector(window)
        inspector.tabs.set_current(RESPONSE)
        inspector.response.form.body.setFocus()
        window.window().resize(900, 560)
        assert (window.list.isVisible(), window.stack.isVisible()) == (False, True)
        assert inspector.response.form.body.hasFocus()
        qtbot.keyClick(focused(), Qt.Key.Key_Escape)
        window.window().resize(900, 700)
        window.list.focus_table()
        window.window().resize(900, 560)
        assert (window.list.isVisible(), window.stack.isVisible()) == (True, False)


async def test_space_puts_the_inspector_away_and_brings_it_back(program: Program, qtbot: QtBot) -> None:
    async with opened(program) as window:
        await post(program.url(first(program)))
        await until(lambda: rows(window) == 1)
        window.list.focus_table()
        qtbot.keyClick(window.list.view, Qt.Key.Key_Space)
        assert not window.stack.isVisible()
        qtbot.keyClick(window.list.view, Qt.Key.Key_Space)
        assert window.stack.isVisible()


async def test_the_inspector_at_the_right(program: Program) -> None:
    async with opened(program, width=1600, height=600) as window:
        window.registry.action("inspector_right").trigger()
        await post(program.url(first(program)))
        await until(lambda: rows(window) == 1)
        assert window.list.isVisible()
        assert window.stack.isVisible()
        assert (
            window.stack.mapTo(window, QPoint(0, 0)).x()
            >= window.list.mapTo(window, QPoint(window.list.width(), 0)).x()
        )
        window.registry.action("reset_layout").trigger()
        assert not window.registry.action("inspector_right").isChecked()


async def test_a_double_click_on_the_line_gives_the_inspector_all_the_height(program: Program) -> None:
    async with opened(program) as window:
        await post(program.url(first(program)))
        await until(lambda: rows(window) == 1 and window.stack.isVisible())
        before = window.stack.height()
        splitter = window.panes._splitter
        splitter.line_double_clicked.emit()
        assert splitter.sizes()[0] == 0
        assert window.stack.height() > before
        splitter.line_double_clicked.emit()
        assert window.stack.height() == before
        splitter.line_double_clicked.emit()
        window.registry.action("back").trigger()
        assert window.stack.height() == before


async def test_the_line_can_be_grabbed_beside_itself(program: Program, qtbot: QtBot) -> None:
    async with opened(program) as window:
        await post(program.url(first(program)))
        await until(lambda: rows(window) == 1 and window.stack.isVisible())
        handle = window.panes._splitter.handle(1)
        assert handle.height() == 6
        assert handle.mask().boundingRect().height() == 1
        before = window.stack.height()
        qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(50, 0))
        qtbot.mouseMove(handle, QPoint(50, 40))
        qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(50, 40))
        assert window.stack.height() < before


async def test_f6_goes_round_the_panes(program: Program) -> None:
    async with opened(program) as window:
        await post(program.url(first(program)))
        await until(lambda: rows(window) == 1)
        window.list.view.selectRow(0)
        await delivery_inspector(window)
        window.list.focus_table()
        panes: list[QWidget] = [window.stack, window.bar, window.sidebar, window.filter_row, window.list]
        for pane in panes:
            window.registry.action("next_pane").trigger()
            assert pane.isAncestorOf(focused()), pane
        for pane in reversed(panes[:-1]):
            window.registry.action("previous_pane").trigger()
            assert pane.isAncestorOf(focused()), pane


async def test_f6_steps_over_what_takes_no_focus(program: Program) -> None:
    async with opened(program) as window:
        await post(program.url(first(program)))
        await until(lambda: rows(window) == 1)
        window.list.focus_table()
        window.registry.action("next_pane").trigger()  # no delivery is chosen, so the inspector has nothing to enter
        assert window.bar.isAncestorOf(focused())
        window.registry.action("previous_pane").trigger()
        assert window.list.isAncestorOf(focused())


async def test_esc_in_the_filter_empties_it_before_it_leaves(program: Program, qtbot: QtBot) -> None:
    async with opened(program) as window:
        window.registry.action("filter").trigger()
        qtbot.keyClicks(window.filter_row.field, "x")
        qtbot.keyClick(window.filter_row.field, Qt.Key.Key_Escape)
        assert window.filter_row.field.text() == ""
        assert window.filter_row.field.hasFocus()
        qtbot.keyClick(window.filter_row.field, Qt.Key.Key_Escape)
        assert window.list.isAncestorOf(focused())
