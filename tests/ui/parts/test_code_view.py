from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hookscope.ui.parts.code_view import CodeView, _lines


@pytest.fixture
def view(qtbot: QtBot) -> CodeView:
    view = CodeView("Body as text")
    qtbot.addWidget(view)
    view.resize(500, 300)
    view.show()
    return view


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_megabyte_in_one_line_is_quick(view: CodeView, wrapped: bool) -> None:
    view.set_wrapped(wrapped)
    begin = time.perf_counter()
    view.show_text("x" * 1_000_000)
    view.grab()
    assert time.perf_counter() - begin < 2
    assert max(len(line) for line in view.toPlainText().split("\n")) <= 4096


def test_copying_gives_the_line_that_came(view: CodeView) -> None:
    text = "first\n" + "x" * 10_000 + "\nlast"
    view.show_text(text)
    view.selectAll()
    view.copy()
    assert QApplication.clipboard().text() == text


def test_a_part_of_a_split_line_is_copied_as_one(view: CodeView) -> None:
    view.show_text("x" * 4096 + "yz\nlast")
    cursor = view.textCursor()
    cursor.setPosition(4094)
    cursor.setPosition(4096 + 1 + 2 + 1 + 2, cursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    assert view.createMimeDataFromSelection().text() == "xxyz\nla"


@given(st.text(st.sampled_from("ab\n"), max_size=40).map(lambda text: text * 400))
def test_splitting_loses_nothing(text: str) -> None:
    lines, split = _lines(text)
    joined = "".join(line + ("" if number in split else "\n") for number, line in enumerate(lines))
    assert joined[:-1] == text


def test_what_cannot_be_seen_is_pictured(view: CodeView) -> None:
    view.show_text("a\r\n\tb\x00\u202e<b>")
    assert view.toPlainText() == "a\n\tb‹U+0000›‹U+202E›<b>"


def test_finding_goes_round(view: CodeView) -> None:
    view.show_text("one two\none")
    places = []
    for _ in range(3):
        assert view.find_next("one")
        places.append(view.textCursor().selectionStart())
    assert places == [0, 8, 0]
    assert view.find_next("one", backward=True)
    assert view.textCursor().selectionStart() == 8


def test_nothing_found_leaves_the_cursor(view: CodeView) -> None:
    view.show_text("one two")
    view.find_next("two")
    assert not view.find_next("three")
    assert not view.find_next("")
    assert view.textCursor().selectedText() == "two"


def test_it_is_for_reading_unless_said(qtbot: QtBot, view: CodeView) -> None:
    editor = CodeView("JSON", editable=True)
    qtbot.addWidget(editor)
    assert view.isReadOnly()
    assert not editor.isReadOnly()
    assert editor.isUndoRedoEnabled()
    assert view.accessibleName() == "Body as text"
    qtbot.keyClicks(editor, "{}")
    assert editor.toPlainText() == "{}"
