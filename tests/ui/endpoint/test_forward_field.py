from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest

from hookscope.ui.endpoint.forward_field import EXAMPLE, LEAVES, ForwardField

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def field(qtbot: QtBot) -> ForwardField:
    field = ForwardField(lambda: {"known.example"})
    qtbot.addWidget(field)
    field.show()
    return field


@pytest.mark.parametrize("url", ["", " http://x ", "http://x/\n", "\u2028"])
def test_an_address_that_is_not_edited_comes_back_as_it_is(field: ForwardField, url: str) -> None:
    field.set_url(url)
    assert field.url() == url


def test_blanks_around_what_is_typed_do_not_count(field: ForwardField, qtbot: QtBot) -> None:
    assert field.address.placeholderText() == EXAMPLE
    with qtbot.waitSignal(field.changed):
        QTest.keyClicks(field.address, f" {EXAMPLE} ")
    assert field.url() == EXAMPLE


def test_only_another_computer_is_warned_of(field: ForwardField) -> None:
    said = []
    for url in (EXAMPLE, "http://[::1]/", "", "nonsense", "https://example.com/x", "https://Known.example"):
        field.set_url(url)
        said.append(field.leaves.label.text() if field.leaves.isVisible() else "")
    assert said == ["", "", "", "", LEAVES, "Requests leave this computer. You have allowed that for known.example."]


def test_a_flaw_stands_under_the_address(field: ForwardField) -> None:
    field.show_flaw("No.")
    assert field.problem.isVisible()
    field.set_url(EXAMPLE)
    assert not field.problem.isVisible()
