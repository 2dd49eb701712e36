from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from hookscope.ui.endpoint.field_rows import FieldRows
from hookscope.ui.parts.flat_button import IconButton

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Line:
    """A row of one field, with a note before it that nobody sees yet."""

    def __init__(self) -> None:
        self.note = QLineEdit()
        self.note.hide()
        self.field = QLineEdit()
        self.remove = IconButton("trash", "Remove")

    def widgets(self) -> tuple[QWidget, ...]:
        return self.note, self.field, self.remove

    def fields(self) -> tuple[QWidget, ...]:
        return self.field, self.remove

    def number(self, number: int) -> None:
        self.field.setAccessibleName(f"Field {number}")
        self.remove.set_name(f"Remove {number}")


class Form(QWidget):
    """Rows between other fields, as in a window."""

    def __init__(self) -> None:
        super().__init__()
        self.removals = 0
        self.add = QPushButton("Add")
        self.add.setAccessibleName("Add")
        self.rows = FieldRows[Line](self.add, self._removed)
        layout = QVBoxLayout(self)
        layout.addWidget(_named("Above"))
        layout.addLayout(self.rows.grid)
        layout.addWidget(self.add)
        layout.addWidget(_named("Below"))

    def _removed(self) -> None:
        self.removals += 1

    def focused(self) -> str:
        return next((child.accessibleName() for child in self.findChildren(QWidget) if child.hasFocus()), "")


def _named(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    return field


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    form = Form()
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    return form


def tab_order(form: Form) -> list[str]:
    form.findChildren(QLineEdit)[0].setFocus()
    visited = [form.focused()]
    while visited[-1] != "Below":
        focused = form.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        visited.append(form.focused())
    return visited


def test_a_row_has_the_cursor_at_once(form: Form) -> None:
    form.rows.add(Line())
    assert form.rows[0].field.hasFocus()
    form.rows.add(Line())
    assert form.rows[1].field.hasFocus()


@pytest.mark.parametrize(("place", "focused"), [(0, "Field 1"), (1, "Field 2"), (2, "Field 2")])
def test_the_neighbour_of_a_removed_row_gets_the_cursor_and_its_number(form: Form, place: int, focused: str) -> None:
    lines = [Line() for _ in range(3)]
    form.rows.set(lines)
    lines[place].remove.click()
    assert (form.focused(), form.removals) == (focused, 1)
    assert list(form.rows) == [line for line in lines if line is not lines[place]]
    assert not lines[place].field.isVisible()


def test_without_rows_the_button_gets_the_focus(form: Form) -> None:
    form.rows.add(Line())
    form.rows[0].remove.click()
    assert form.add.hasFocus()


def test_the_tab_key_finds_rows_where_they_stand(form: Form) -> None:
    form.rows.add(Line())
    assert tab_order(form) == ["Above", "Field 1", "Remove 1", "Add", "Below"]
    form.rows.set([Line(), Line(), Line()])
    form.rows[1].remove.click()
    form.rows.add(Line())
    numbered = [f"{what} {number}" for number in (1, 2, 3) for what in ("Field", "Remove")]
    assert tab_order(form) == ["Above", *numbered, "Add", "Below"]


def test_what_a_row_hides_stays_hidden(form: Form) -> None:
    form.rows.set([Line()])
    form.rows.add(Line())
    assert not any(row.note.isVisible() for row in form.rows)
