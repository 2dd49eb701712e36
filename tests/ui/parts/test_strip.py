from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.strip import NARROW, Band, Strip
from hookscope.ui.tokens import DARK, LIGHT


def near(first: QColor, second: QColor) -> bool:
    return all(abs(a - b) < 24 for a, b in ((first.red(), second.red()), (first.blue(), second.blue())))


@pytest.mark.parametrize("kind", ["info", "warn", "bad", "ok"])
def test_a_strip_has_the_tint_and_the_icon_of_its_kind(qtbot: QtBot, kind: str, go_dark: Callable[[], None]) -> None:
    strip = Strip(kind, "The body is empty.")
    qtbot.addWidget(strip)
    strip.resize(400, strip.height())
    assert strip.height() == 32
    assert strip.grab().toImage().pixelColor(390, 3) == LIGHT.color(f"strip_{kind}")
    go_dark()
    image = strip.grab().toImage()
    assert image.pixelColor(390, 3) == DARK.color(f"strip_{kind}")
    icon = [image.pixelColor(x, y) for x in range(12, 28) for y in range(8, 24)]
    assert any(near(color, DARK.color(kind)) for color in icon)


def test_a_strip_says_its_kind(qtbot: QtBot) -> None:
    strip = Strip("warn", "The body is empty.")
    qtbot.addWidget(strip)
    assert strip.accessibleName() == "Warning: The body is empty."
    assert [label.accessibleName() for label in strip.findChildren(IconLabel)] == ["Warning"]


def test_the_action_of_a_strip(qtbot: QtBot) -> None:
    done: list[str] = []
    strip = Strip("info", "Came again 17 s after a 503.", ("Details", lambda: done.append("details")))
    qtbot.addWidget(strip)
    (button,) = strip.findChildren(QPushButton)
    assert button.height() <= strip.height()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["details"]


def test_an_icon_label_can_show_another_icon(qtbot: QtBot) -> None:
    label = IconLabel("circle", "muted", "Off")
    qtbot.addWidget(label)
    before = label.grab().toImage()
    label.set_icon("disc", "ok", "On")
    assert label.grab().toImage() != before
    assert label.accessibleName() == "On"


def test_a_sentence_that_wraps_is_seen_whole_at_every_width(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    sentence = "The step promises text, but `amount` is a number. " * 3
    band = Band("warn", sentence, [("Show it", str)], wrap=True, stacks=True)
    layout.addWidget(band)
    layout.addStretch(1)
    window.show()
    (button,) = band.findChildren(QPushButton)

    def is_below() -> bool:
        return button.y() > band.label.geometry().bottom()

    for width in (NARROW // 2, NARROW, 2 * NARROW):
        window.resize(width, 500)
        qtbot.waitUntil(lambda: band.label.height() >= band.label.heightForWidth(band.label.width()))
        qtbot.waitUntil(lambda: is_below() == (band.width() < NARROW))
