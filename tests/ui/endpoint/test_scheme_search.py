from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QWidget

from hookscope.endpoints import Schemes
from hookscope.ui.endpoint.scheme_search import SchemeSearch

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

SCHEMES = Schemes().all()
Key = Qt.Key


@pytest.fixture
def search(window: QWidget, qtbot: QtBot) -> SchemeSearch:
    search = SchemeSearch(window)
    search.resize(900, 300)
    search.set_schemes(SCHEMES.values())
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    search.start("github")
    return search


def shown(search: SchemeSearch) -> list[str]:
    return [search.model.index(row, 0).data() for row in range(search.model.rowCount())]


def test_all_are_listed_and_the_chosen_one_is_current(search: SchemeSearch) -> None:
    assert search.model.rowCount() == len(SCHEMES)
    assert search.view.currentIndex().data() == "GitHub"
    assert search.field.hasFocus()
    assert search.count.text() == ""


def test_every_word_has_to_occur_in_any_case(search: SchemeSearch) -> None:
    search.field.setText("GIT sha")
    assert shown(search) == ["GitHub (legacy SHA-1)"]
    assert search.count.text() == "1 found"
    search.field.setText("nobody sends like this")
    assert shown(search) == []
    search.field.setText("vendasta-send")
    assert shown(search) == ["Vendasta automation: Send a webhook"]


def test_the_keyboard_finds_and_chooses(search: SchemeSearch, qtbot: QtBot) -> None:
    qtbot.keyClicks(search.field, "git")
    qtbot.keyClick(search.field, Key.Key_Down)
    assert search.view.hasFocus()
    qtbot.keyClick(search.view, Key.Key_Down)
    with qtbot.waitSignal(search.chosen) as told:
        qtbot.keyClick(search.view, Key.Key_Return)
    assert told.args == ["github-sha1"]


def test_return_in_the_field_chooses_the_first(search: SchemeSearch, qtbot: QtBot) -> None:
    qtbot.keyClicks(search.field, "stripe")
    with qtbot.waitSignal(search.chosen) as told:
        qtbot.keyClick(search.field, Key.Key_Return)
    assert told.args == ["stripe"]


def test_return_without_a_find_chooses_nothing(search: SchemeSearch, qtbot: QtBot) -> None:
    search.field.setText("nobody sends like this")
    with qtbot.assertNotEmitted(search.chosen):
        qtbot.keyClick(search.field, Key.Key_Return)


@pytest.mark.parametrize("in_list", [False, True])
def test_escape_closes_and_nothing_else(search: SchemeSearch, qtbot: QtBot, in_list: bool) -> None:
    widget: QWidget = search.view if in_list else search.field
    widget.setFocus()
    with qtbot.waitSignal(search.closed):
        qtbot.keyClick(widget, Key.Key_Escape)


def test_what_proves_the_sender_stands_beside_the_name(search: SchemeSearch) -> None:
    search.field.setText("github")
    assert search.model.index(0, 1).data() == "signature"


def test_the_model_keeps_the_rules(search: SchemeSearch) -> None:
    QAbstractItemModelTester(search.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    search.model.search("git")
    search.model.search("")


def test_everything_has_a_name(search: SchemeSearch, unnamed: Callable[[QWidget], list[str]]) -> None:
    assert unnamed(search) == []
