from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from hookscope.ui.endpoint.delay_field import DelayField
from hookscope.ui.tokens import LIGHT

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def field(qtbot: QtBot) -> DelayField:
    field = DelayField()
    qtbot.addWidget(field)
    field.show()
    return field


def test_slider_and_seconds_show_the_same(field: DelayField) -> None:
    field.set_delay(61.5, 60)
    assert (field.slider.value(), field.seconds.value()) == (62, 61.5)
    field.slider.setValue(30)
    assert (field.seconds.value(), field.delay()) == (30, 30)
    field.seconds.setValue(12.4)
    assert (field.slider.value(), field.delay()) == (12, 12.4)


@pytest.mark.parametrize("delay_s", [0.25, 1e-9, 599.96, 700.0, -1.0])
def test_a_delay_that_is_not_edited_keeps_its_digits(field: DelayField, delay_s: float) -> None:
    field.set_delay(delay_s, 60)
    assert field.delay() == delay_s


def test_the_seconds_go_beyond_the_slider(field: DelayField) -> None:
    field.seconds.setValue(300)
    assert (field.slider.value(), field.delay()) == (120, 300)


def test_moving_the_slider_changes_the_delay(field: DelayField, qtbot: QtBot) -> None:
    field.set_delay(0, 60)
    with qtbot.waitSignal(field.changed):
        QTest.keyClick(field.slider, Qt.Key.Key_PageUp)
    assert field.delay() == 10


def test_the_mark_stands_where_the_sender_gives_up(field: DelayField) -> None:
    field.set_delay(0, 60)
    middle = field.slider.rect().center().x()
    assert abs(field.slider.mark().center().x() - middle) <= 1
    shown = field.slider.grab().toImage()
    assert shown.pixelColor(field.slider.mark().center().x(), 5) == LIGHT.field_border
    field.set_delay(100, 60)
    assert field.slider.grab().toImage().pixelColor(field.slider.mark().center().x(), 5) == LIGHT.bad
    field.set_delay(0, 30)
    assert field.slider.mark().center().x() < middle - 10
    assert "30 s" in field.slider.toolTip()


def test_without_a_limit_there_is_no_mark(field: DelayField) -> None:
    field.set_delay(0, None)
    assert field.slider.mark().isEmpty()
    assert field.slider.toolTip() == ""
