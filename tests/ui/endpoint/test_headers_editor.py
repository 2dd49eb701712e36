from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from hookscope.ui.endpoint.headers_editor import HeadersEditor

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

TWICE = (("Set-Cookie", "a=1"), ("set-cookie", "b=2"))


@pytest.fixture
def editor(qtbot: QtBot) -> HeadersEditor:
    editor = HeadersEditor()
    qtbot.addWidget(editor)
    editor.show()
    return editor


def field(editor: HeadersEditor, name: str) -> QLineEdit:
    QApplication.processEvents()
    found = {child.accessibleName(): child for child in editor.findChildren(QLineEdit) if not child.isHidden()}
    return found[name]


def press(editor: HeadersEditor, name: str) -> None:
    QApplication.processEvents()
    shown = [button for button in editor.findChildren(QAbstractButton) if not button.isHidden()]
    next(button for button in shown if button.accessibleName() == name).click()


def test_headers_keep_order_case_and_duplicates(editor: HeadersEditor) -> None:
    editor.set_headers(TWICE)
    assert editor.headers() == TWICE


def test_other_headers_take_the_place_of_the_first_ones(editor: HeadersEditor) -> None:
    editor.set_headers(TWICE)
    editor.set_headers((("X-A", "1"),))
    assert editor.headers() == (("X-A", "1"),)


def test_a_header_is_added_and_typed_in(editor: HeadersEditor, qtbot: QtBot) -> None:
    editor.set_headers(TWICE)
    editor.add.click()
    assert editor.headers() == TWICE
    QTest.keyClicks(field(editor, "Name of header 3"), " X-A ")
    with qtbot.waitSignal(editor.changed):
        QTest.keyClicks(field(editor, "Value of header 3"), "e ")
    assert editor.headers() == (*TWICE, ("X-A", "e"))


def test_a_header_is_removed(editor: HeadersEditor, qtbot: QtBot) -> None:
    editor.set_headers(TWICE)
    with qtbot.waitSignal(editor.changed):
        press(editor, "Remove header 1")
    assert editor.headers() == TWICE[1:]
    press(editor, "Remove header 1")
    assert editor.headers() == ()


def test_only_wrong_headers_are_marked_and_empty_rows_do_not_count(editor: HeadersEditor, qtbot: QtBot) -> None:
    editor.set_headers((("", ""), *TWICE))
    editor.mark({2})
    rows = editor._rows
    assert [row.mark.isVisible() for row in rows] == [False, False, True]
    editor.activateWindow()
    editor.go_to(2)
    qtbot.waitUntil(rows[2].name.hasFocus)
    editor.mark(())
    assert not rows[2].mark.isVisible()


def test_what_is_sent_as_well_is_said(editor: HeadersEditor) -> None:
    editor.set_implied((("Content-Type", "application/json"),))
    assert editor.implied.text() == "Sent as well: Content-Type: application/json"
    editor.set_implied(())
    assert editor.implied.text() == ""


def test_the_tab_key_goes_row_by_row(editor: HeadersEditor) -> None:
    editor.set_headers(TWICE)
    editor.activateWindow()
    field(editor, "Name of header 1").setFocus()
    visited = []
    for _ in range(6):
        focused = editor.focusWidget()
        assert focused is not None
        visited.append(focused.accessibleName() or "Add header")
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    first, second = ([f"Name of header {n}", f"Value of header {n}", f"Remove header {n}"] for n in (1, 2))
    assert visited[:6] == [*first, *second]
    assert editor.focusWidget() is editor.add


def test_everything_has_a_name(editor: HeadersEditor, unnamed: Callable[[QWidget], list[str]]) -> None:
    editor.set_headers(TWICE)
    assert unnamed(editor) == []
