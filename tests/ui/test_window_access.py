"""Whoever uses no mouse or no eyes: names of all that takes the focus, the order of Tab, menus with every action."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from helpers.open_window import delivery_inspector, endpoint_inspector, first, focused, opened, post, rows, until
from hookscope.program import Program
from hookscope.ui.actions import SPECS
from hookscope.ui.main_window import LEAST_SIZE
from hookscope.ui.menus import Help, system_menu_bar

pytestmark = pytest.mark.anyio


def nameless(root: QWidget) -> list[str]:
    """Widgets a keyboard can reach that a screen reader has no name for."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        if (
            widget.focusPolicy() == Qt.FocusPolicy.NoFocus
            or widget.focusProxy()
            or not widget.isVisibleTo(root)
            or widget.isHidden()
        ):
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if not interface.text(QAccessible.Text.Name):
            found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


async def test_everything_that_takes_the_focus_has_a_name(program: Program) -> None:
    async with opened(program) as window:
        await post(program.url(first(program)) + "?a=1", b'{"orderId": "AG-7PQTGLLXQQ:ORD-S548DKHMKX"}')
        await until(lambda: rows(window) == 1)
        assert nameless(window) == []
        window.sidebar.choose(first(program).id)
        for tab in range(endpoint_inspector(window).tabs.count()):
            endpoint_inspector(window).tabs.set_current(tab)
            assert nameless(window) == []
        window.list.view.selectRow(0)
        inspector = await delivery_inspector(window)
        await until(lambda: inspector.body.body.has_tree)
        for tab in range(inspector.tabs.count()):
            inspector.tabs.set_current(tab)
            assert nameless(window) == []
        window.window().resize(*LEAST_SIZE)
        assert nameless(window) == []


@pytest.mark.parametrize("action", ["settings", "shortcuts", "new_endpoint"])
async def test_dialogs_open_without_blocking_and_have_names(program: Program, action: str) -> None:
    async with opened(program) as window:
        window.registry.action(action).trigger()
        dialog = next(child for child in window.findChildren(QDialog) if child.isVisible())
        assert nameless(dialog) == []
        dialog.close()


async def test_help_and_about_open_without_blocking(program: Program) -> None:
    async with opened(program) as window:
        window.commands.show_kept()
        window.commands.show_about()
        dialogs = [child for child in window.findChildren(QDialog) if child.isVisible()]
        assert len(dialogs) == 2
        for dialog in dialogs:
            assert nameless(dialog) == []
            dialog.close()


def entries(menu: QMenu) -> Iterator[str]:
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            yield from entries(below)
        else:
            yield action.objectName()


async def test_every_action_is_in_the_menu(program: Program) -> None:
    async with opened(program) as window:
        menu = window.bar.menu.menu()
        assert {spec.id for spec in SPECS} <= set(entries(menu))


async def test_the_menu_bar_of_macos_has_them_too(program: Program) -> None:
    async with opened(program) as window:
        bar = system_menu_bar(window.registry, window, Help(lambda: None, lambda: None))
        menus = [menu for action in bar.actions() if isinstance(menu := action.menu(), QMenu)]
        assert {spec.id for spec in SPECS} <= {name for menu in menus for name in entries(menu)}
        bar.deleteLater()


async def test_tab_goes_through_the_window_from_top_to_bottom(program: Program) -> None:
    async with opened(program) as window:
        await post(program.url(first(program)))
        await until(lambda: rows(window) == 1)
        window.list.view.selectRow(0)
        inspector = await delivery_inspector(window)
        await until(lambda: inspector.body.body.has_tree)
        order: list[QWidget] = [window.bar, window.sidebar, window.filter_row, window.list, window.stack]
        window.bar.copy.setFocus()
        seen: list[int] = []
        for _ in range(40):
            seen.append(next(place for place, pane in enumerate(order) if pane.isAncestorOf(focused())))
            window.focusNextChild()
            if window.bar.copy.hasFocus():
                break
        assert seen == sorted(seen)
        assert set(seen) == set(range(5))
