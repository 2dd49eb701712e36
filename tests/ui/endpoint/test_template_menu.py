from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QMenu

from hookscope.responses import templates
from hookscope.ui.endpoint.template_menu import FILTERS, NAMES, TemplateMenu

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_all_names_of_the_interface_are_there() -> None:
    names = {name for name, _, _ in NAMES}
    assert names >= {
        "method",
        "path",
        "query",
        "headers",
        "cookies",
        "json",
        "text",
        "ids",
        "attempt",
        "verdict",
        "now",
    }


@pytest.mark.parametrize("text", [text for text, _ in FILTERS])
def test_every_filter_is_one_that_templates_know(text: str) -> None:
    assert templates.template_flaw("{{ json.x" + text + " }}") is None


@pytest.mark.parametrize("name", [name for name, _, _ in NAMES])
def test_every_name_can_be_filled_in(qtbot: QtBot, name: str) -> None:
    button = TemplateMenu()
    qtbot.addWidget(button)
    menu = button.menu()
    assert isinstance(menu, QMenu)
    with qtbot.waitSignal(button.chosen) as chosen:
        next(action for action in menu.actions() if action.text().startswith(f"{name}\t")).trigger()
    assert chosen.args is not None
    text, back = chosen.args
    at = len(text) - back
    typed = "key" if text[at - 1] in '."' else "|upper"
    assert templates.template_flaw(text[:at] + typed + text[at:]) is None


def test_filters_are_inserted_where_the_cursor_is(qtbot: QtBot) -> None:
    button = TemplateMenu()
    qtbot.addWidget(button)
    menu = button.menu()
    assert isinstance(menu, QMenu)
    filters = next(each for each in (action.menu() for action in menu.actions()) if isinstance(each, QMenu))
    with qtbot.waitSignal(button.chosen) as chosen:
        filters.actions()[0].trigger()
    assert chosen.args == ['|default("")', 0]
