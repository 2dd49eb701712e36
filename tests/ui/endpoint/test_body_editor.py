from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextCursor, QTextFormat
from PySide6.QtTest import QTest

from hookscope.responses import BodyKind, Flaw, json_flaw
from hookscope.ui.endpoint.body_editor import BodyEditor
from hookscope.ui.tokens import DARK, LIGHT, palette_for

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def editor(qtbot: QtBot) -> BodyEditor:
    editor = BodyEditor()
    qtbot.addWidget(editor)
    editor.resize(400, 200)
    return editor


def color_at(editor: BodyEditor, line: int, column: int) -> QColor:
    ranges = editor.document().findBlockByNumber(line).layout().formats()
    found = [r.format.foreground().color() for r in ranges if r.start <= column < r.start + r.length]
    return found[0] if found else QColor()


@pytest.mark.parametrize("body", ["a\r\nb\rc\n", "x\u00a0y\u2028z\u2029", "", "\r\n", "💥\ufdd0"])
def test_what_was_not_edited_comes_back_to_the_byte(editor: BodyEditor, body: str) -> None:
    editor.set_body(body, BodyKind.TEXT)
    assert editor.body() == body


@pytest.mark.parametrize(
    ("body", "expected"), [("a\nb", "a\nb!"), ("a\r\nb", "a\r\nb!"), ("no\u00a0break", "no\u00a0break!")]
)
def test_an_edit_keeps_line_ends_and_no_break_spaces(editor: BodyEditor, body: str, expected: str) -> None:
    editor.set_body(body, BodyKind.TEXT)
    editor.moveCursor(QTextCursor.MoveOperation.End)
    editor.insertPlainText("!")
    assert editor.body() == expected
    editor.undo()
    assert editor.body() == body


def test_a_new_text_ends_what_can_be_undone(editor: BodyEditor) -> None:
    editor.set_body("one", BodyKind.TEXT)
    editor.insertPlainText("!")
    editor.set_body("two", BodyKind.TEXT)
    editor.undo()
    assert editor.body() == "two"


def test_laying_out_is_one_step_to_undo(editor: BodyEditor) -> None:
    editor.set_body('{"a":[1,2]}', BodyKind.JSON)
    editor.lay_out()
    assert editor.body() == '{\n  "a": [\n    1,\n    2\n  ]\n}'
    editor.undo()
    assert editor.body() == '{"a":[1,2]}'


def test_return_keeps_the_indentation_of_json(editor: BodyEditor) -> None:
    editor.set_body("", BodyKind.JSON)
    for text in ("{", '  "a": [', "1"):
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert editor.body() == '{\n    "a": [\n      1\n      '


def test_tab_leaves_the_editor(editor: BodyEditor) -> None:
    assert editor.tabChangesFocus()


def test_a_flaw_is_marked_at_its_place(editor: BodyEditor) -> None:
    text = '{\n "💥é": 1\n "b": 2}'
    editor.set_body(text, BodyKind.JSON)
    editor.mark(json_flaw(text))
    line, place = editor.extraSelections()
    assert line.format.boolProperty(QTextFormat.Property.FullWidthSelection)
    assert line.cursor.blockNumber() == 2
    assert place.cursor.selectedText() == '"'
    assert place.cursor.selectionStart() == len('{\n "xxé": 1\n ')
    assert editor.flaw_line() == 3
    editor.mark(None)
    assert editor.extraSelections() == []


def test_a_flaw_behind_wide_characters_is_marked_in_its_line(editor: BodyEditor) -> None:
    text = '["💥💥" x]'
    editor.set_body(text, BodyKind.JSON)
    editor.mark(json_flaw(text))
    assert editor.extraSelections()[1].cursor.selectedText() == "x"


def test_a_flaw_at_the_end_of_the_text_marks_what_is_before(editor: BodyEditor) -> None:
    editor.set_body('{"a": 1', BodyKind.JSON)
    editor.mark(json_flaw('{"a": 1'))
    assert editor.extraSelections()[1].cursor.selectedText() == "1"


def test_the_cursor_goes_to_the_flaw(editor: BodyEditor) -> None:
    editor.set_body("[\n1 2]", BodyKind.JSON)
    editor.mark(json_flaw("[\n1 2]"))
    editor.go_to_flaw()
    assert (editor.textCursor().blockNumber(), editor.textCursor().positionInBlock()) == (1, 2)


def test_json_is_coloured_and_text_is_not(editor: BodyEditor) -> None:
    editor.set_body('{"💥": "v", "n": [-1.5e3, null]}', BodyKind.JSON)
    formats = editor.document().firstBlock().layout().formats()
    assert [(each.start, each.length, each.format.foreground().color()) for each in formats] == [
        (1, 4, LIGHT.json_key),  # a wide character counts twice in Qt
        (7, 3, LIGHT.json_string),
        (12, 3, LIGHT.json_key),
        (18, 6, LIGHT.json_number),
        (26, 4, LIGHT.json_literal),
    ]
    editor.set_kind(BodyKind.TEXT)
    assert not color_at(editor, 0, 1).isValid()


def test_the_tags_of_a_template_are_coloured_over_its_json(editor: BodyEditor) -> None:
    editor.set_body('{"a": "{{ json.b }}"} {# c #} {% if', BodyKind.TEMPLATE)
    assert color_at(editor, 0, 1) == LIGHT.json_key
    assert color_at(editor, 0, 6) == LIGHT.json_string
    assert [color_at(editor, 0, column) for column in (7, 18, 30, 34)] == [LIGHT.link] * 4
    assert color_at(editor, 0, 24) == LIGHT.muted
    editor.set_kind(BodyKind.JSON)
    assert color_at(editor, 0, 7) == LIGHT.json_string


def test_of_a_template_the_whole_line_is_underlined(editor: BodyEditor) -> None:
    editor.set_body("a\n  {{ b }}\n", BodyKind.TEMPLATE)
    editor.mark(Flaw("body", "…", 2, 1))
    assert editor.extraSelections()[1].cursor.selectedText() == "{{ b }}"


def test_inserting_takes_the_place_of_what_is_selected(editor: BodyEditor) -> None:
    editor.set_body("one two", BodyKind.TEMPLATE)
    editor.moveCursor(QTextCursor.MoveOperation.Start)
    editor.moveCursor(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)
    editor.insert("{{ a }}", 3)
    editor.insertPlainText("b")
    assert editor.body() == "{{ ab }} two"


def test_colours_and_mark_follow_the_palette(editor: BodyEditor) -> None:
    editor.set_body('{"a": }', BodyKind.JSON)
    editor.mark(json_flaw('{"a": }'))
    editor.setPalette(palette_for(DARK))
    assert editor.extraSelections()[0].format.background().color() == DARK.strip_bad
    assert color_at(editor, 0, 1) == DARK.json_key


def test_the_column_of_line_numbers_grows(editor: BodyEditor) -> None:
    editor.set_body("\n" * 98, BodyKind.TEXT)
    narrow = editor.number_width()
    editor.insertPlainText("\n")
    assert editor.number_width() > narrow
    assert editor.viewportMargins().left() == editor.number_width()


def test_the_numbers_are_those_of_the_lines_on_show(editor: BodyEditor) -> None:
    editor.set_body("\n".join(str(n) for n in range(500)), BodyKind.TEXT)
    editor.show()
    editor.verticalScrollBar().setValue(100)
    seen = [block.blockNumber() for block, _ in editor.blocks_in(editor.viewport().rect())]
    assert seen[0] == 100
    assert len(seen) < 40
    editor.close()


def test_a_mark_beyond_the_text_does_no_harm(editor: BodyEditor) -> None:
    editor.set_body("[]", BodyKind.JSON)
    editor.mark(Flaw("body", "…", 7, 90))
    editor.go_to_flaw()
    assert editor.flaw_line() == 7
