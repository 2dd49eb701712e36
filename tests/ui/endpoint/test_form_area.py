from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from hookscope.ui.endpoint.form_area import FormArea

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Form(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.number, self.text, self.column = QSpinBox(), QLineEdit(), QVBoxLayout(self)
        self.number.setValue(50)
        self.column.addWidget(self.number)
        self.column.addWidget(self.text)
        self.column.addStretch(1)
        self.setMinimumHeight(1000)


@pytest.fixture
def form() -> Form:
    return Form()


@pytest.fixture
def area(form: Form, qtbot: QtBot) -> FormArea:
    area = FormArea(form)
    qtbot.addWidget(area)
    area.resize(300, 200)
    area.show()
    qtbot.waitExposed(area)
    area.activateWindow()
    form.text.setFocus()
    return area


def turn(widget: QWidget) -> None:
    """Turn the wheel over a widget, by way of the platform, which also gives the focus to what takes it so."""
    window = widget.window()
    place = widget.mapTo(window, widget.rect().center())
    QTest.wheelEvent(window.windowHandle(), QPointF(place), QPoint(0, -120))


def test_the_wheel_scrolls_and_changes_nothing(area: FormArea, form: Form) -> None:
    number = form.number
    turn(number)
    assert number.value() == 50
    assert area.verticalScrollBar().value() > 0


def test_a_field_with_the_focus_takes_the_wheel(area: FormArea, form: Form, qtbot: QtBot) -> None:
    number = form.number
    number.setFocus()
    qtbot.waitUntil(number.hasFocus)
    turn(number)
    assert number.value() == 49
    assert area.verticalScrollBar().value() == 0


def test_fields_that_come_later_are_looked_after_too(area: FormArea, form: Form, qtbot: QtBot) -> None:
    later = QComboBox()
    later.addItems(["a", "b"])
    form.column.insertWidget(0, later)
    qtbot.waitUntil(lambda: later.focusPolicy() == Qt.FocusPolicy.StrongFocus)
    turn(later)
    assert later.currentText() == "a"
