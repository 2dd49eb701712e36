from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hookscope.ui.actions import Actions
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.parts.shortcut_sheet import ShortcutSheet


def test_every_action_and_group_is_on_the_sheet(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    entries = Actions(window).sheet()
    sheet = ShortcutSheet(entries)
    qtbot.addWidget(sheet)
    shown = [label.text() for label in sheet.findChildren(PlainLabel)]
    expected = (
        {entry.group for entry in entries} | {entry.text for entry in entries} | {entry.keys for entry in entries}
    )
    assert set(shown) == expected
    assert len(shown) == 2 * len(entries) + len({entry.group for entry in entries})


def test_nothing_on_the_sheet_is_cut(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    sheet = ShortcutSheet(Actions(window).sheet())
    qtbot.addWidget(sheet)
    sheet.resize(sheet.sizeHint())
    sheet.grab()
    labels = sheet.findChildren(PlainLabel)
    assert [label.text() for label in labels if label.width() < label.sizeHint().width()] == []
