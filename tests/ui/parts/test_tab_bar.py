from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.tab_bar import Tabs
from hookscope.ui.tokens import DARK, LIGHT


@pytest.fixture
def tabs(qtbot: QtBot) -> Tabs:
    tabs = Tabs("Delivery")
    qtbot.addWidget(tabs)
    for title in ("Body", "Headers 9", "Q & A"):
        tabs.add(QLabel(title), title)
    tabs.resize(400, 200)
    return tabs


def underlined(tabs: Tabs, color: str) -> list[int]:
    """The tabs with a line of this colour under them."""
    image: QImage = tabs.bar.grab().toImage()
    bar = tabs.bar
    return [
        index
        for index in range(tabs.count())
        if image.pixelColor(bar.tabRect(index).center().x(), bar.tabRect(index).bottom()).name() == color
    ]


def test_the_chosen_tab_is_underlined(qtbot: QtBot, tabs: Tabs, go_dark: Callable[[], None]) -> None:
    assert tabs.bar.tabRect(0).height() == 32
    assert underlined(tabs, LIGHT.accent.name()) == [0]
    tabs.set_current(2)
    assert underlined(tabs, LIGHT.accent.name()) == [2]
    go_dark()
    assert underlined(tabs, DARK.accent.name()) == [2]


def test_a_click_shows_the_page(qtbot: QtBot, tabs: Tabs) -> None:
    with qtbot.waitSignal(tabs.current_changed) as seen:
        qtbot.mouseClick(tabs.bar, Qt.MouseButton.LeftButton, pos=tabs.bar.tabRect(1).center())
    assert seen.args == [1]
    page = tabs.page(1)
    assert page is not None
    assert (tabs.current(), page.isVisibleTo(tabs)) == (1, True)


def test_the_arrow_keys_change_the_tab(qtbot: QtBot, tabs: Tabs) -> None:
    qtbot.keyClick(tabs.bar, Qt.Key.Key_Right)
    assert tabs.current() == 1


def test_a_tab_that_is_not_there_changes_nothing(tabs: Tabs) -> None:
    tabs.set_current(4)
    assert tabs.current() == 0


def test_a_title_is_shown_as_it_is(qtbot: QtBot, tabs: Tabs) -> None:
    assert tabs.bar.accessibleName() == "Delivery"
    assert [tabs.bar.tabText(index) for index in range(3)] == ["Body", "Headers 9", "Q && A"]
    width = tabs.bar.tabRect(1).width()
    tabs.set_title(1, "Headers 1009")
    assert tabs.bar.tabRect(1).width() > width


def test_the_corner_holds_one_widget(tabs: Tabs) -> None:
    tree, text = FlatButton("Tree"), FlatButton("Text")
    tabs.set_corner(tree)
    tabs.set_corner(text)
    assert not tree.isVisibleTo(tabs)
    assert text.isVisibleTo(tabs)
    tabs.set_corner(None)
    assert not text.isVisibleTo(tabs)


def test_a_line_runs_under_the_whole_bar(tabs: Tabs) -> None:
    image = tabs.grab().toImage()
    assert {image.pixelColor(QPoint(x, 32)).name() for x in (0, 200, 399)} == {LIGHT.line.name()}


def test_tabs_without_pages_show_nothing(qtbot: QtBot) -> None:
    tabs = Tabs()
    qtbot.addWidget(tabs)
    assert (tabs.current(), tabs.count(), tabs.page(0)) == (-1, 0, None)
