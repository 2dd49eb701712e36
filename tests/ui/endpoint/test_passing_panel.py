"""The panel *Passed to the next step*, and its one line, used with the keyboard and the mouse."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QScrollArea, QWidget

from hookscope.endpoints import ResponseKey
from hookscope.responses import BodyKind, Response
from hookscope.ui.endpoint.passing_panel import HINT, WIDTH, PassingLine, PassingPanel
from hookscope.ui.parts.flat_button import IconButton
from hookscope.ui.parts.icon_label import IconLabel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

TICKET, QUEUE = ResponseKey("ticket"), ResponseKey("queue", "number")
MIXED = Response(body='{"ticket": "42", "queue": {"a": 1}, "Status": "open", "count": 3, "ok": true}')


@pytest.fixture
def edits() -> list[tuple[ResponseKey, ...]]:
    return []


@pytest.fixture
def panel(qtbot: QtBot, edits: list[tuple[ResponseKey, ...]]) -> PassingPanel:
    panel = PassingPanel()
    qtbot.addWidget(panel)
    panel.resize(WIDTH, 600)
    panel.keys_edited.connect(edits.append)
    panel.show()
    return panel


def texts(widget: QWidget) -> list[str]:
    QApplication.processEvents()  # what is added to a layout is shown from there
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible() and label.text()]


def marks(widget: QWidget) -> list[str]:
    QApplication.processEvents()
    return [mark.accessibleName() for mark in widget.findChildren(IconLabel) if mark.isVisible()]


def fields(panel: PassingPanel) -> list[QLineEdit]:
    return [each for each in panel.editor.findChildren(QLineEdit) if each.accessibleName().startswith("Key")]


def types(panel: PassingPanel) -> list[QComboBox]:
    return [each for each in panel.editor.findChildren(QComboBox) if each.isVisible()]


def button(widget: QWidget, name: str) -> IconButton:
    return next(each for each in widget.findChildren(IconButton) if each.accessibleName() == name and each.isVisible())


# --- reading ---------------------------------------------------------------------------------------------------------


def test_each_declared_key_has_a_mark_and_words(panel: PassingPanel) -> None:
    keys = (TICKET, QUEUE, ResponseKey("status"))
    panel.show_response(MIXED, None, keys)
    assert panel.summary.text() == "The body is not flat: 1 value is nested."
    assert marks(panel.declared) == ["Passed on", "Nested", "Missing"]
    assert texts(panel.declared) == [
        *("ticket", "string", "42"),
        *("queue", "number", "nested: not passed on"),
        *("status", "string", "not in the body", "the body has `Status`"),
    ]
    assert HINT in texts(panel)


def test_an_edit_of_the_body_shows_at_once(panel: PassingPanel) -> None:
    panel.show_response(Response(body='{"ticket": 1}'), None, (TICKET,))
    assert (panel.summary.text(), marks(panel)[0]) == ("The body is one flat JSON object.", "Flat")
    panel.show_response(Response(body='{"ticket": 2}'), None, (TICKET,))
    assert texts(panel.declared)[2] == "2"
    panel.show_response(Response(body='{"ticket": '), None, (TICKET,))
    assert panel.summary.text() == "The body is not JSON, so nothing is passed on."
    assert marks(panel) == ["Not flat", "Missing"]


def test_what_a_template_passes_on_is_known_once_it_is_rendered(panel: PassingPanel) -> None:
    template = Response(body="{{ json }}", kind=BodyKind.TEMPLATE)
    panel.show_response(template, None, (TICKET,))
    assert marks(panel) == ["Information", "Not known"]
    panel.show_response(template, b'{"ticket": 7}', (TICKET,))
    assert texts(panel.declared)[2] == "7"


def test_keys_that_are_not_declared_are_listed_and_can_be(
    panel: PassingPanel, edits: list[tuple[ResponseKey, ...]], qtbot: QtBot
) -> None:
    panel.show_response(MIXED, None, (TICKET,))
    assert texts(panel.others) == ["queue", "nested", "Status", "open", "count", "3", "ok", "true"]
    names = [each.accessibleName() for each in panel.others.buttons]
    assert names == ["Declare Status", "Declare count", "Declare ok"]
    qtbot.mouseClick(button(panel, "Declare count"), Qt.MouseButton.LeftButton)
    assert edits == [(TICKET, ResponseKey("count", "number"))]
    panel.show_response(MIXED, None, edits[0])
    assert "count" not in texts(panel.others)
    assert panel.edit.hasFocus()


def test_a_body_with_very_many_keys_is_listed_in_part(panel: PassingPanel) -> None:
    panel.show_response(Response(body=json.dumps({f"key{number}": number for number in range(5000)})), None, ())
    assert texts(panel.others)[-1] == "and 4,950 more"


def test_without_keys_it_says_what_to_do(panel: PassingPanel) -> None:
    panel.show_response(Response(), None, ())
    assert panel.no_keys.isVisible()
    assert "Declare those that later steps need" in panel.no_keys.text()
    assert not panel.prove.isEnabled()
    assert "Expected payload" not in texts(panel)
    panel.show_response(Response(), None, (TICKET,))
    assert not panel.no_keys.isVisible()
    assert panel.prove.isEnabled()


def test_the_expected_payload_can_be_copied(panel: PassingPanel) -> None:
    panel.show_response(MIXED, None, (TICKET, QUEUE))
    button(panel, "Copy the expected payload").click()
    assert json.loads(QGuiApplication.clipboard().text()) == {"ticket": "value", "queue": "value"}
    assert panel.expected.text.text() == QGuiApplication.clipboard().text()


def test_to_prove_it_is_asked_for(panel: PassingPanel, qtbot: QtBot) -> None:
    panel.show_response(MIXED, None, (TICKET,))
    with qtbot.waitSignal(panel.prove_requested, timeout=1000):
        panel.prove.click()


def test_what_a_body_holds_is_shown_word_for_word(panel: PassingPanel) -> None:
    hostile = {"<b>x</b>": "<img src='file:///etc/passwd'>", "\ud800": "\u202eabc\n"}
    panel.show_response(Response(body=json.dumps(hostile)), None, (ResponseKey("<b>x</b>"),))
    assert "<img src='file:///etc/passwd'>" in texts(panel)
    assert {label.textFormat() for label in panel.findChildren(QLabel) if label.text()} == {Qt.TextFormat.PlainText}
    assert "‹U+202E›abc↵" in texts(panel)


def test_it_scrolls_when_it_is_low_and_never_sideways(panel: PassingPanel, qtbot: QtBot) -> None:
    panel.show_response(MIXED, None, tuple(ResponseKey("k" * 60 + str(number)) for number in range(20)))
    panel.resize(WIDTH, 300)
    area = panel.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    content = area.widget()
    assert content is not None
    assert content.width() <= area.viewport().width()
    assert panel.prove.geometry().bottom() < panel.height()


# --- editing ---------------------------------------------------------------------------------------------------------


def test_a_key_is_added_with_its_type(panel: PassingPanel, edits: list[tuple[ResponseKey, ...]], qtbot: QtBot) -> None:
    panel.show_response(MIXED, None, ())
    qtbot.waitUntil(panel.isActiveWindow)
    panel.edit.click()
    (field,) = fields(panel)
    assert field.hasFocus()
    qtbot.keyClicks(field, " ticket ")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert edits == [(TICKET,)]
    panel.show_response(MIXED, None, edits[-1])
    assert fields(panel) == [field]
    (kind,) = types(panel)
    assert [kind.itemText(number) for number in range(3)] == ["string", "number", "boolean"]
    edit = kind.lineEdit()
    assert edit is not None
    edit.selectAll()
    qtbot.keyClicks(edit, "order id")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edits[-1] == (ResponseKey("ticket", "order id"),)


def test_keys_are_renamed_and_removed(panel: PassingPanel, edits: list[tuple[ResponseKey, ...]], qtbot: QtBot) -> None:
    panel.show_response(MIXED, None, (TICKET, QUEUE))
    qtbot.waitUntil(panel.isActiveWindow)
    panel.edit.click()
    assert [field.text() for field in fields(panel)] == ["ticket", "queue"]
    fields(panel)[0].selectAll()
    qtbot.keyClicks(fields(panel)[0], "case")
    panel.edit.setFocus()
    assert edits == [(ResponseKey("case"), QUEUE)]
    panel.show_response(MIXED, None, edits[-1])
    button(panel, "Remove key 1").click()
    assert edits[-1] == (QUEUE,)
    panel.show_response(MIXED, None, edits[-1])
    assert [field.text() for field in fields(panel) if field.isVisible()] == ["queue"]
    panel.edit.click()
    assert not panel.editor.isVisible()
    assert texts(panel.declared)[:2] == ["queue", "number"]


def test_what_cannot_be_declared_is_said_and_not_kept(
    panel: PassingPanel, edits: list[tuple[ResponseKey, ...]], qtbot: QtBot
) -> None:
    panel.show_response(MIXED, None, (TICKET,))
    panel.edit.click()
    panel.editor.add.click()
    field = fields(panel)[-1]
    qtbot.keyClicks(field, "ticket")
    assert panel.editor.problem.isVisible()
    assert panel.editor.problem.text() == "The key ticket is declared already."
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert edits == []
    qtbot.keyClicks(field, "2")
    assert not panel.editor.problem.isVisible()
    panel.editor.add.click()
    panel.editor.add.click()
    assert len(fields(panel)) == 3  # one empty row is enough


def test_an_edit_is_not_lost_when_the_body_changes_meanwhile(
    panel: PassingPanel, edits: list[tuple[ResponseKey, ...]], qtbot: QtBot
) -> None:
    panel.show_response(MIXED, None, (TICKET,))
    panel.edit.click()
    field = fields(panel)[0]
    field.selectAll()
    qtbot.keyClicks(field, "cas")
    panel.show_response(Response(), None, (TICKET,))
    assert (field.text(), field.isVisible()) == ("cas", True)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    panel.show_response(Response(), None, (TICKET,))  # not saved yet
    assert field.text() == "cas"
    panel.show_response(Response(), None, edits[-1])
    assert (field.text(), field.isVisible()) == ("cas", True)


def test_other_keys_from_elsewhere_end_the_edit(panel: PassingPanel, edits: list[tuple[ResponseKey, ...]]) -> None:
    panel.show_response(MIXED, None, (TICKET,))
    panel.edit.click()
    panel.show_response(MIXED, None, (QUEUE,))
    assert not panel.editor.isVisible()
    assert texts(panel.declared)[0] == "queue"
    assert edits == []


def test_escape_ends_the_edit(panel: PassingPanel, edits: list[tuple[ResponseKey, ...]], qtbot: QtBot) -> None:
    panel.show_response(MIXED, None, (TICKET,))
    qtbot.waitUntil(panel.isActiveWindow)
    panel.edit.click()
    field = fields(panel)[0]
    qtbot.keyClicks(field, "s")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not panel.editor.isVisible()
    assert panel.edit.hasFocus()
    assert edits == [(ResponseKey("tickets"),)]


def test_going_away_ends_the_edit(panel: PassingPanel) -> None:
    panel.show_response(MIXED, None, (TICKET,))
    panel.edit.click()
    panel.hide()
    panel.show()
    assert not panel.editor.isVisible()


def test_the_keyboard_goes_from_top_to_bottom(panel: PassingPanel, qtbot: QtBot) -> None:
    panel.show_response(MIXED, None, (TICKET, QUEUE))
    panel.edit.click()
    qtbot.waitUntil(panel.isActiveWindow)
    fields(panel)[0].setFocus()
    tops = []
    for _ in range(13):
        focused = panel.focusWidget()
        assert focused is not None
        tops.append(focused.mapTo(panel, focused.rect().center()).y())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert tops == sorted(tops)
    assert len(set(tops)) >= 7


def test_everything_has_a_name(panel: PassingPanel, unnamed: Callable[[QWidget], list[str]]) -> None:
    panel.show_response(MIXED, None, (TICKET, QUEUE))
    panel.edit.click()
    assert unnamed(panel) == []


# --- as one line -----------------------------------------------------------------------------------------------------


@pytest.fixture
def line(qtbot: QtBot) -> PassingLine:
    line = PassingLine()
    qtbot.addWidget(line)
    line.resize(500, line.height())
    line.show_response(MIXED, None, (TICKET, QUEUE))
    line.show()
    return line


def test_one_line_says_what_is_passed_on(line: PassingLine) -> None:
    assert line.words.text() == "Passed on: ✓ ticket · ✗ queue (nested)"
    assert line.open_button.accessibleName().endswith(line.words.text())
    assert not line.panel.isVisible()


def test_a_click_lists_them(line: PassingLine, qtbot: QtBot) -> None:
    qtbot.mouseClick(line.words, Qt.MouseButton.LeftButton)
    assert line.panel.isVisible()
    assert "nested: not passed on" in texts(line.panel)
    qtbot.keyClick(line.panel.edit, Qt.Key.Key_Escape)
    assert not line.panel.isVisible()


def test_the_list_hands_on_what_is_asked_for(line: PassingLine, qtbot: QtBot) -> None:
    line.open_button.click()
    with qtbot.waitSignal(line.keys_edited, timeout=1000) as edited:
        button(line.panel, "Declare ok").click()
    assert edited.args == [(TICKET, QUEUE, ResponseKey("ok", "boolean"))]
    with qtbot.waitSignal(line.prove_requested, timeout=1000):
        line.panel.prove.click()
    assert not line.panel.isVisible()


def test_the_line_has_a_name(line: PassingLine, unnamed: Callable[[QWidget], list[str]]) -> None:
    assert unnamed(line) == []
