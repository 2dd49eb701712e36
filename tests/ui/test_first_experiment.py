"""The walk of a person who has never seen the window: an endpoint fails twice and then succeeds."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from helpers.open_window import button, endpoint_inspector, first, focused, opened, post, rows, until
from hookscope.program import Program
from hookscope.ui.endpoint.endpoint_inspector import RESPONSE

pytestmark = pytest.mark.anyio
PRESET = "Fail twice, then accept"


async def click(widget: QWidget, place: QPoint | None = None) -> None:
    """Press the mouse where a widget is seen: what lies over it would get the click instead."""
    window = widget.window()
    place = widget.mapTo(window, place or widget.rect().center())
    found = window.childAt(place)
    assert found is None or found is widget or widget.isAncestorOf(found), f"{found} covers {widget}"
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    await asyncio.sleep(0.01)


def open_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def action(menu: QMenu, entry: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == entry)


async def choose(entry: str) -> None:
    menu = open_menu()
    await click(menu, menu.actionGeometry(action(menu, entry)).center())


async def type_keys(*keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(focused(), key)
        await asyncio.sleep(0.01)


async def answers(program: Program, attempts: int = 3) -> list[int]:
    """The status that each attempt of one message gets."""
    url = program.url(first(program))
    return [(await post(url))[0] for _ in range(attempts)]


async def test_five_clicks_make_an_endpoint_fail_twice_and_then_succeed(program: Program) -> None:
    async with opened(program) as window:
        sidebar = window.sidebar
        await click(sidebar.view.viewport(), sidebar.view.visualRect(sidebar.model.index(1, 0)).center())
        inspector = endpoint_inspector(window)
        await click(inspector.tabs.bar, inspector.tabs.bar.tabRect(RESPONSE).center())
        await click(button(inspector, "Presets"))
        await choose(PRESET)
        await until(lambda: inspector.response.state.text().startswith("Draft. Requests still get the response"))
        assert await answers(program, 1) == [200]
        await click(button(inspector, "Apply"))
        await until(lambda: inspector.response.state.text().endswith("not sent yet."))
        assert await answers(program) == [503, 503, 200]
        await until(lambda: rows(window) == 4 and inspector.response.state.text().endswith("sent 3 times."))


async def test_the_same_with_the_keyboard_alone(program: Program) -> None:
    async with opened(program) as window:
        window.sidebar.view.setFocus()
        await type_keys(Qt.Key.Key_Down)
        inspector = endpoint_inspector(window)
        QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
        assert inspector.tabs.current() == RESPONSE
        presets = button(inspector, "Presets")
        inspector.tabs.bar.setFocus()
        for _ in range(20):
            if focused() is presets:
                break
            await type_keys(Qt.Key.Key_Tab)
        await type_keys(Qt.Key.Key_Space)
        menu = open_menu()
        for _ in menu.actions():
            if menu.activeAction() == action(menu, PRESET):
                break
            QTest.keyClick(menu, Qt.Key.Key_Down)
        QTest.keyClick(menu, Qt.Key.Key_Return)
        QTest.keyClick(focused(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: len(first(program).rules) == 1)
        assert await answers(program) == [503, 503, 200]
