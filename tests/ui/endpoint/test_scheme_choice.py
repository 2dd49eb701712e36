from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hookscope.ui.endpoint.scheme_choice import SchemeChoice

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def choice(window: QWidget) -> SchemeChoice:
    choice = SchemeChoice()
    QVBoxLayout(window).addWidget(choice)
    choice.set_count(75)
    window.show()
    return choice


def rows(choice: SchemeChoice, window: QWidget, qtbot: QtBot, width: int) -> int:
    """In how many rows the buttons stand at this width."""
    window.resize(width, 400)
    qtbot.wait(20)
    shown = [*choice.buttons.values(), choice.found, choice.search]
    return len({button.geometry().center().y() // 12 for button in shown if button.isVisible()})


def test_the_usual_ones_stand_beside_one_another_where_there_is_room(
    choice: SchemeChoice, window: QWidget, qtbot: QtBot
) -> None:
    assert [button.text() for button in choice.buttons.values()] == [
        "Send a webhook token",
        "Trigger a webhook token",
        "Marketplace",
        "None",
    ]
    assert choice.search.text() == "Search 75 senders…"
    assert not choice.found.isVisible()
    assert rows(choice, window, qtbot, 1100) == 1
    assert rows(choice, window, qtbot, 400) == 5


def test_a_long_name_is_cut_before_they_stand_under_one_another(
    choice: SchemeChoice, window: QWidget, qtbot: QtBot
) -> None:
    choice.set_chosen("x", "A sender with a name that is long (and more)")
    assert rows(choice, window, qtbot, 1400) == 1
    assert choice.found.text() == "A sender with a name that is long"
    assert rows(choice, window, qtbot, 980) == 1
    assert choice.found.text().endswith("…")
    assert "and more" in choice.found.toolTip()
    assert rows(choice, window, qtbot, 500) == 6
    assert choice.found.text() == "A sender with a name that is long"


def test_what_was_found_stays_until_it_is_forgotten(choice: SchemeChoice, qtbot: QtBot) -> None:
    choice.set_chosen("a&b", "A & B")
    assert choice.found.text() == "A && B"
    choice.set_chosen("", "")
    assert choice.found.isVisible()
    with qtbot.waitSignal(choice.chosen) as told:
        choice.found.click()
    assert told.args == ["a&b"]
    choice.forget_found()
    assert not choice.found.isVisible()
