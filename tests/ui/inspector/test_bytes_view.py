"""The bytes: what is painted, selected, copied and found."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from pytestqt.qtbot import QtBot

from hookscope.ui.inspector.bytes_view import WIDTH, BytesView
from hookscope.ui.tokens import LIGHT

Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def view(qtbot: QtBot) -> BytesView:
    found = BytesView("Body as bytes")
    qtbot.addWidget(found)
    found.resize(800, 200)
    found.show()
    found.set_bytes(bytes(range(256)) * 4)
    return found


def test_selection_is_copied_in_both_ways(view: BytesView) -> None:
    view.select(0x48, 0x4B)
    view.copy_hex()
    assert QGuiApplication.clipboard().text() == "48 49 4a 4b"
    view.copy_text()
    assert QGuiApplication.clipboard().text() == "HIJK"


@pytest.mark.parametrize(
    ("keys", "first", "last"),
    [
        ([(Key.Key_Right, Modifier.NoModifier)], 1, 1),
        ([(Key.Key_Left, Modifier.NoModifier)], 0, 0),
        ([(Key.Key_Down, Modifier.NoModifier), (Key.Key_End, Modifier.ShiftModifier)], 16, 31),
        ([(Key.Key_End, Modifier.ControlModifier)], 1023, 1023),
        ([(Key.Key_End, Modifier.ControlModifier), (Key.Key_Down, Modifier.NoModifier)], 1023, 1023),
        ([(Key.Key_End, Modifier.ControlModifier), (Key.Key_Home, Modifier.NoModifier)], 1008, 1008),
        ([(Key.Key_A, Modifier.ControlModifier)], 0, 1023),
    ],
)
def test_keys_move_and_select(
    view: BytesView, qtbot: QtBot, keys: list[tuple[Qt.Key, Qt.KeyboardModifier]], first: int, last: int
) -> None:
    for key, modifier in keys:
        qtbot.keyClick(view, key, modifier)
    assert view.selected() == (bytes(range(256)) * 4)[first : last + 1]


def test_the_caret_is_kept_in_sight(view: BytesView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Key.Key_End, Modifier.ControlModifier)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum() > 0
    qtbot.keyClick(view, Key.Key_Home, Modifier.ControlModifier)
    assert view.verticalScrollBar().value() == 0


def test_a_screen_reader_hears_the_byte(view: BytesView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Key.Key_Right)
    spoken = QAccessible.queryAccessibleInterface(view)
    assert spoken.text(QAccessible.Text.Name) == "Body as bytes"
    assert spoken.text(QAccessible.Text.Description) == "Byte 1 of 1,024: 01"


def test_the_mouse_selects_in_both_columns(view: BytesView, qtbot: QtBot) -> None:
    char, line = view.fontMetrics().horizontalAdvance("0"), view.fontMetrics().height() + 2
    left, middle = 12 + char // 2, line // 2
    for column in (10 + 3 * 9 + 1, 10 + 3 * 16 + 2 + 9):  # the tenth byte as digits and as a character
        view.select(0, 0)
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(left + char * column, middle + line))
        assert view.selected() == bytes([WIDTH + 9])


def test_finding_goes_round(view: BytesView) -> None:
    view.set_bytes("abc é abc".encode())
    assert view.find_next("é")
    assert view.selected() == "é".encode()
    assert view.find_next("abc")
    assert view.find_next("abc")
    assert view.selected() == b"abc"
    assert not view.find_next("no such")
    assert not view.find_next("")


def test_rows_are_painted(view: BytesView) -> None:
    view.select(0, 40)
    image = view.viewport().grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(60)}
    assert {LIGHT.base.name(), LIGHT.text.name(), LIGHT.muted.name(), LIGHT.selected.name()} <= colours


def test_25_megabytes_are_shown_and_walked_through_at_once(view: BytesView, qtbot: QtBot) -> None:
    data = bytes(25 << 20)
    start = time.process_time()
    view.set_bytes(data)
    for key in (Key.Key_End, Key.Key_PageUp, Key.Key_Home, Key.Key_PageDown):
        qtbot.keyClick(view, key, Modifier.ControlModifier)
        view.grab()
    assert time.process_time() - start < 0.5
    assert view.verticalScrollBar().maximum() > 1_600_000


def test_nothing_to_show(view: BytesView, qtbot: QtBot) -> None:
    view.set_bytes(b"")
    for key in (Key.Key_End, Key.Key_Down, Key.Key_A):
        qtbot.keyClick(view, key, Modifier.ControlModifier)
    view.copy_hex()
    assert view.selected() == b""
    view.grab()
