from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget
from pytestqt.qtbot import QtBot

from hookscope.ui.inspector.link_button import LinkButton
from hookscope.ui.parts.flat_button import FlatButton, IconButton, action_button
from hookscope.ui.tokens import DARK, LIGHT


def accessible_name(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return interface.text(QAccessible.Text.Name)


def fill(widget: QWidget) -> list[str]:
    """The colours down the left part of a button, where no text is."""
    image: QImage = widget.grab().toImage()
    return [image.pixelColor(7, y).name() for y in range(4, image.height() - 4)]


def test_a_primary_button_is_one_flat_colour(qtbot: QtBot, go_dark: Callable[[], None]) -> None:
    button = FlatButton("Apply", primary=True)
    qtbot.addWidget(button)
    assert set(fill(button)) == {LIGHT.primary.name()}
    go_dark()
    assert set(fill(button)) == {DARK.primary.name()}


def test_a_disabled_button_has_no_fill(qtbot: QtBot) -> None:
    button = FlatButton("Apply", primary=True)
    qtbot.addWidget(button)
    button.setEnabled(False)
    assert set(fill(button)) == {LIGHT.window.name()}


def test_a_pressed_button_looks_pressed(qtbot: QtBot) -> None:
    button = FlatButton("Copy")
    qtbot.addWidget(button)
    before = fill(button)
    button.setDown(True)
    assert fill(button) != before


def test_the_focus_is_seen(qtbot: QtBot, colors: Callable[[QWidget], set[str]]) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    button = FlatButton("Copy", parent=window)
    button.resize(button.sizeHint())
    assert LIGHT.accent.name() not in colors(button)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    button.setFocus()
    assert LIGHT.accent.name() in colors(button)


def test_the_size_has_room_for_icon_and_menu(qtbot: QtBot) -> None:
    plain, decorated = FlatButton("Columns"), FlatButton("Columns", icon="columns")
    for button in (plain, decorated):
        qtbot.addWidget(button)
    assert plain.sizeHint().height() == 28
    assert decorated.sizeHint().width() == plain.sizeHint().width() + 16 + 4
    plain.setMenu(QMenu(plain))
    assert plain.sizeHint().width() == decorated.sizeHint().width() - 4


def test_no_button_has_a_mnemonic(qtbot: QtBot) -> None:
    button = FlatButton("Save & close")
    qtbot.addWidget(button)
    assert button.shortcut().isEmpty()
    button.setText("A & B")
    assert button.shortcut().isEmpty()
    assert accessible_name(button) == "A & B"


def test_a_button_is_pressed_by_mouse_and_key(qtbot: QtBot) -> None:
    button = FlatButton("Send a sample")
    qtbot.addWidget(button)
    pressed: list[str] = []
    button.clicked.connect(lambda: pressed.append("once"))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert len(pressed) == 2


def test_an_icon_button_has_a_name_and_a_tooltip(qtbot: QtBot) -> None:
    button = IconButton("close", "Dismiss <b>")
    qtbot.addWidget(button)
    assert accessible_name(button) == "Dismiss <b>"
    assert button.toolTip() == "<qt>Dismiss &lt;b&gt;</qt>"
    assert button.sizeHint() == QSize(28, 28)
    assert button.minimumSizeHint() == QSize(24, 24)


@pytest.mark.parametrize("side", [24, 28])
def test_an_icon_is_in_the_middle_of_its_button(qtbot: QtBot, side: int) -> None:
    button = IconButton("square", "Stopped", role="text")
    qtbot.addWidget(button)
    button.resize(side, side)
    image = button.grab().toImage()
    ink = [(x, y) for x in range(side) for y in range(side) if image.pixelColor(x, y) == LIGHT.text]
    across, down = sorted(x for x, _ in ink), sorted(y for _, y in ink)
    assert across[0] + across[-1] == side - 1
    assert down[0] + down[-1] == side - 1


def test_an_icon_button_can_change(qtbot: QtBot) -> None:
    button = IconButton("eye", "Show", role="text")
    qtbot.addWidget(button)
    before = button.grab().toImage()
    button.set_icon("eye-off", "text")
    button.set_name("Hide")
    assert button.grab().toImage() != before
    assert accessible_name(button) == "Hide"


def test_a_checked_icon_button_is_tinted(qtbot: QtBot) -> None:
    button = IconButton("dot", "Wrap lines")
    qtbot.addWidget(button)
    button.setCheckable(True)
    before = fill(button)
    button.setChecked(True)
    assert fill(button) != before


def test_a_button_calls_what_it_was_made_for(qtbot: QtBot) -> None:
    told: list[str] = []
    button = action_button("Stop", lambda: told.append("stopped"), primary=True)
    qtbot.addWidget(button)
    button.click()
    assert (button.text(), told) == ("Stop", ["stopped"])


@pytest.mark.parametrize(
    "make", [partial(FlatButton, "Copy"), partial(IconButton, "copy", "Copy"), LinkButton], ids=["flat", "icon", "link"]
)
def test_return_clicks_the_button_that_has_the_focus(qtbot: QtBot, make: Callable[[], QAbstractButton]) -> None:
    button = make()
    qtbot.addWidget(button)
    clicks: list[bool] = []
    button.clicked.connect(lambda: clicks.append(True))
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        qtbot.keyClick(button, key)
    assert len(clicks) == 3
