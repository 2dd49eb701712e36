from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hookscope.ui.parts.empty_state import EmptyState
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel


def test_all_of_it_is_in_the_middle_and_not_too_wide(qtbot: QtBot) -> None:
    button = FlatButton("Send a sample", primary=True)
    state = EmptyState("inbox", "Ready for the first request", "Send a sample to see how it looks. " * 5, [button])
    qtbot.addWidget(state)
    state.resize(1000, 600)
    state.grab()
    heading, line = state.findChildren(PlainLabel)
    (icon,) = state.findChildren(IconLabel)
    for widget in (heading, line, icon, button):
        centre = widget.mapTo(state, widget.rect().center()).x()
        assert abs(centre - 500) <= 2
    assert line.width() <= 420
    column = heading.parentWidget()
    assert isinstance(column, QWidget)
    assert abs(column.geometry().center().y() - 300) <= 2


def test_it_fits_a_narrow_place(qtbot: QtBot) -> None:
    state = EmptyState("note", "Choose a delivery", "↑ ↓ to move, Space to open.")
    qtbot.addWidget(state)
    state.resize(200, 300)
    state.grab()
    assert all(label.width() <= 200 for label in state.findChildren(PlainLabel))


def test_texts_can_change(qtbot: QtBot) -> None:
    state = EmptyState("search", "No delivery matches", "10,412 deliveries are stored.")
    qtbot.addWidget(state)
    state.set_texts("<i>Nothing</i> has come", "")
    heading, line = state.findChildren(PlainLabel)
    assert heading.text() == "<i>Nothing</i> has come"
    assert line.isHidden()
