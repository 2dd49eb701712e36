from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QWidget

from hookscope.responses import Comparison, Condition, Subject
from hookscope.responses.rules import VERDICTS
from hookscope.ui.endpoint.conditions_editor import LIKE_HINT, NO_CONDITION, ConditionsEditor, about

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ALL = (
    Condition(Subject.METHOD, "POST"),
    Condition(Subject.PATH, "/orders/*", comparison=Comparison.LIKE),
    Condition(Subject.HEADER, "order.created", "X-Event"),
    Condition(Subject.QUERY, "", "test", Comparison.PRESENT),
    Condition(Subject.COOKIE, "", "session", Comparison.ABSENT),
    Condition(Subject.BODY, "orderId == 'A-1'"),
    Condition(Subject.VERDICT, "verified", comparison=Comparison.IS_NOT),
    Condition(Subject.ATTEMPT, "<=2"),
    Condition(Subject.EVERY, "3"),
)


@pytest.fixture
def editor(qtbot: QtBot) -> ConditionsEditor:
    editor = ConditionsEditor()
    qtbot.addWidget(editor)
    editor.resize(500, 400)
    editor.show()
    return editor


def test_a_long_name_and_a_long_value_are_read_from_their_start(editor: ConditionsEditor) -> None:
    editor.set_conditions((Condition(Subject.HEADER, "v" * 200, "X-" + "N" * 120),))
    assert [field(editor, f"{part} condition 1").cursorPosition() for part in ("Name in", "Value of")] == [0, 0]


def shown(editor: QWidget, kind: type[QWidget], name: str) -> QWidget:
    QApplication.processEvents()
    return next(child for child in editor.findChildren(kind) if child.isVisible() and child.accessibleName() == name)


def field(editor: QWidget, name: str) -> QLineEdit:
    found = shown(editor, QLineEdit, name)
    assert isinstance(found, QLineEdit)
    return found


def choice(editor: QWidget, name: str) -> QComboBox:
    found = shown(editor, QComboBox, name)
    assert isinstance(found, QComboBox)
    return found


def choose(editor: QWidget, name: str, words: str) -> None:
    """Choose in a drop-down as people do who use the keyboard."""
    box = choice(editor, name)
    box.setFocus()
    wanted = box.findText(words)
    assert wanted >= 0, f"{words} is not offered"
    while box.currentIndex() != wanted:
        QTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < wanted else Qt.Key.Key_Up)


def press(editor: QWidget, name: str) -> None:
    button = shown(editor, QAbstractButton, name)
    assert isinstance(button, QAbstractButton)
    button.click()


def words_of(editor: QWidget, name: str) -> list[str]:
    box = choice(editor, name)
    return [box.itemText(index) for index in range(box.count())]


# --- what is shown ---------------------------------------------------------------------------------------------------


def test_conditions_come_back_as_they_were(editor: ConditionsEditor) -> None:
    editor.set_conditions(ALL)
    assert editor.conditions() == ALL
    editor.set_conditions(ALL[:1])
    assert editor.conditions() == ALL[:1]


@pytest.mark.parametrize("value", ["a\nb\r\0c", "x" * 9_000, "\u202etxt", " blank "])
def test_a_value_that_nobody_edits_stays_to_the_letter(editor: ConditionsEditor, value: str) -> None:
    condition = Condition(Subject.HEADER, value, "X-A")
    editor.set_conditions((condition,))
    choose(editor, "Comparison of condition 1", "is not")
    choose(editor, "Comparison of condition 1", "is")
    assert editor.conditions() == (condition,)


def test_without_conditions_it_says_what_that_means(editor: ConditionsEditor) -> None:
    assert editor.empty.isVisible()
    assert editor.empty.text() == NO_CONDITION == "Answers every request that gets here."
    editor.set_conditions(ALL[:1])
    assert not editor.empty.isVisible()
    press(editor, "Remove condition 1")
    assert editor.empty.isVisible()


def test_each_subject_has_the_fields_it_needs(editor: ConditionsEditor) -> None:
    editor.set_conditions(ALL)
    QApplication.processEvents()
    visible = [
        [child.accessibleName().split(" condition")[0] for child in row.fields()[:-1] if child.isVisible()]
        for row in editor._rows
    ]
    text = ["Subject of", "Comparison of", "Value of"]
    named = ["Subject of", "Name in", "Comparison of"]
    assert visible == [
        text,
        text,
        [*named, "Value of"],
        named,
        named,
        ["Subject of", "Value of"],
        text,
        ["Subject of", "Value of"],
        ["Subject of", "Value of"],
    ]


def test_everything_fits_into_500_pixels(editor: ConditionsEditor) -> None:
    editor.set_conditions((*ALL, Condition(Subject.HEADER, "", "X-A", Comparison.STARTS)))
    assert editor.minimumSizeHint().width() <= 500
    QApplication.processEvents()
    for row in editor._rows:
        for child in row.fields():
            if child.isVisible():
                assert child.mapTo(editor, child.rect().topRight()).x() < 500
                assert child.width() >= min(child.minimumSizeHint().width(), 72)


def test_hints_say_what_to_write(editor: ConditionsEditor) -> None:
    editor.set_conditions((Condition(Subject.ATTEMPT), Condition(Subject.PATH, comparison=Comparison.LIKE)))
    assert field(editor, "Value of condition 1").placeholderText() == "<=2"
    assert field(editor, "Value of condition 2").placeholderText() == LIKE_HINT == "* stands for anything"


# --- editing ---------------------------------------------------------------------------------------------------------


def test_the_first_condition_that_is_added_is_on_the_attempt(editor: ConditionsEditor, qtbot: QtBot) -> None:
    editor.activateWindow()
    with qtbot.waitSignal(editor.changed):
        editor.add.click()
    qtbot.waitUntil(choice(editor, "Subject of condition 1").hasFocus)
    with qtbot.waitSignal(editor.changed):
        QTest.keyClicks(field(editor, "Value of condition 1"), "<=2")
    assert editor.conditions() == (Condition(Subject.ATTEMPT, "<=2"),)
    editor.add.click()
    assert editor.conditions()[1] == Condition(Subject.HEADER)


def test_a_header_condition_is_typed_in(editor: ConditionsEditor) -> None:
    editor.add.click()
    choose(editor, "Subject of condition 1", "Header")
    QTest.keyClicks(field(editor, "Name in condition 1"), " X-Event ")
    choose(editor, "Comparison of condition 1", "begins with")
    QTest.keyClicks(field(editor, "Value of condition 1"), "order.")
    assert editor.conditions() == (Condition(Subject.HEADER, "order.", "X-Event", Comparison.STARTS),)
    choose(editor, "Comparison of condition 1", "is there")
    assert editor.conditions() == (Condition(Subject.HEADER, "", "X-Event", Comparison.PRESENT),)
    choose(editor, "Comparison of condition 1", "is")
    assert editor.conditions() == (Condition(Subject.HEADER, "order.", "X-Event"),)


def test_a_verdict_is_chosen(editor: ConditionsEditor, qtbot: QtBot) -> None:
    editor.set_conditions((Condition(Subject.METHOD, "POST"),))
    choose(editor, "Subject of condition 1", "Verdict")
    assert choice(editor, "Value of condition 1").currentIndex() == -1
    assert words_of(editor, "Comparison of condition 1") == ["is", "is not"]
    assert words_of(editor, "Value of condition 1") == list(VERDICTS)
    with qtbot.waitSignal(editor.changed):
        choose(editor, "Value of condition 1", "unsigned")
    assert editor.conditions() == (Condition(Subject.VERDICT, "unsigned"),)


def test_a_method_is_always_there_and_a_header_need_not_be(editor: ConditionsEditor) -> None:
    editor.set_conditions(ALL)
    with_value = ["is", "is not", "contains", "begins with", "is like"]
    assert words_of(editor, "Comparison of condition 1") == with_value
    assert words_of(editor, "Comparison of condition 3") == [*with_value, "is there", "is missing"]


def test_what_a_file_says_can_be_seen_even_where_it_makes_no_sense(editor: ConditionsEditor) -> None:
    odd = (
        Condition(Subject.METHOD, "", "", Comparison.PRESENT),
        Condition(Subject.ATTEMPT, "2", "", Comparison.IS_NOT),
        Condition(Subject.VERDICT, "perhaps"),
    )
    editor.set_conditions(odd)
    assert editor.conditions() == odd
    assert choice(editor, "Comparison of condition 1").currentText() == "is there"
    choose(editor, "Comparison of condition 2", "is")
    assert editor.conditions()[1] == Condition(Subject.ATTEMPT, "2")


@pytest.mark.parametrize(
    ("before", "subject", "after"),
    [
        (
            Condition(Subject.HEADER, "v", "X", Comparison.STARTS),
            Subject.QUERY,
            Condition(Subject.QUERY, "v", "X", Comparison.STARTS),
        ),
        (Condition(Subject.HEADER, "", "X", Comparison.PRESENT), Subject.METHOD, Condition(Subject.METHOD)),
        (Condition(Subject.ATTEMPT, "<=2"), Subject.EVERY, Condition(Subject.EVERY)),
        (
            Condition(Subject.PATH, "/a*", "", Comparison.LIKE),
            Subject.HEADER,
            Condition(Subject.HEADER, "", "", Comparison.LIKE),
        ),
        (Condition(Subject.PATH, "/a*", "", Comparison.LIKE), Subject.VERDICT, Condition(Subject.VERDICT)),
        (Condition(Subject.BODY, "a"), Subject.BODY, Condition(Subject.BODY, "a")),
    ],
)
def test_another_subject_keeps_what_still_makes_sense(before: Condition, subject: Subject, after: Condition) -> None:
    assert about(before, subject) == after


def test_a_condition_is_removed(editor: ConditionsEditor, qtbot: QtBot) -> None:
    editor.set_conditions(ALL[:3])
    editor.activateWindow()
    with qtbot.waitSignal(editor.changed):
        press(editor, "Remove condition 2")
    assert editor.conditions() == (ALL[0], ALL[2])
    qtbot.waitUntil(choice(editor, "Subject of condition 2").hasFocus)
    press(editor, "Remove condition 2")
    press(editor, "Remove condition 1")
    assert editor.conditions() == ()
    qtbot.waitUntil(editor.add.hasFocus)


def test_the_same_conditions_again_leave_the_cursor_alone(editor: ConditionsEditor, qtbot: QtBot) -> None:
    editor.set_conditions(ALL)
    editor.activateWindow()
    typed = field(editor, "Value of condition 6")
    typed.setFocus()
    qtbot.waitUntil(typed.hasFocus)
    QTest.keyClicks(typed, "x")
    editor.set_conditions(editor.conditions())
    assert typed.hasFocus()


def test_showing_other_conditions_is_no_change(editor: ConditionsEditor, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(editor.changed):
        editor.set_conditions(ALL)
        editor.mark({1: "Wrong."})


def test_usual_header_names_and_methods_are_completed(editor: ConditionsEditor) -> None:
    editor.set_conditions((Condition(Subject.HEADER), Condition(Subject.METHOD), Condition(Subject.QUERY)))
    completer = field(editor, "Name in condition 1").completer()
    assert completer is not None
    completer.setCompletionPrefix("content")
    assert completer.currentCompletion() == "Content-Type"
    assert field(editor, "Value of condition 2").completer() is not None
    assert field(editor, "Name in condition 3").completer() is None
    field(editor, "Name in condition 1").setText(completer.currentCompletion())  # as the list of completions does
    assert editor.conditions()[0] == Condition(Subject.HEADER, "", "Content-Type")


def test_the_wheel_changes_nothing(editor: ConditionsEditor) -> None:
    editor.set_conditions(ALL[:1])
    box = choice(editor, "Subject of condition 1")
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(box.mapToGlobal(QPoint(5, 5))),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, turn)
    assert box.currentText() == "Method"
    assert editor.conditions() == ALL[:1]


# --- problems --------------------------------------------------------------------------------------------------------


def test_a_problem_stands_at_its_condition(editor: ConditionsEditor) -> None:
    editor.set_conditions((Condition(Subject.METHOD), *ALL[2:4]))
    editor.mark({1: "Enter a method, such as POST.", 3: "Wrong."})
    QApplication.processEvents()
    assert [row.problem.text() for row in editor._rows] == ["Enter a method, such as POST.", "", "Wrong."]
    assert [row.problem.isVisible() for row in editor._rows] == [True, False, True]
    assert [row._sign.isVisible() for row in editor._rows] == [True, False, True]
    assert field(editor, "Value of condition 1").accessibleDescription() == "Enter a method, such as POST."
    editor.mark({})
    assert not any(row.problem.isVisible() for row in editor._rows)
    assert field(editor, "Value of condition 1").accessibleDescription() == ""


def test_the_cursor_goes_where_something_is_missing(editor: ConditionsEditor, qtbot: QtBot) -> None:
    editor.set_conditions((Condition(Subject.HEADER), *ALL))
    editor.activateWindow()
    wanted = {
        1: field(editor, "Name in condition 1"),
        4: field(editor, "Value of condition 4"),
        5: choice(editor, "Comparison of condition 5"),
        8: choice(editor, "Value of condition 8"),
    }
    for number, target in wanted.items():
        editor.go_to(number)
        qtbot.waitUntil(target.hasFocus)
    editor.go_to(0)
    editor.go_to(99)


def test_the_tab_key_goes_row_by_row(editor: ConditionsEditor) -> None:
    editor.set_conditions(ALL[2:4])
    editor.activateWindow()
    choice(editor, "Subject of condition 1").setFocus()
    visited = []
    for _ in range(9):
        focused = editor.focusWidget()
        assert focused is not None
        visited.append(focused.accessibleName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    first = ["Subject of condition 1", "Name in condition 1", "Comparison of condition 1", "Value of condition 1"]
    second = ["Subject of condition 2", "Name in condition 2", "Comparison of condition 2"]
    assert visited == [*first, "Remove condition 1", *second, "Remove condition 2"]
    assert editor.focusWidget() is editor.add


def test_everything_has_a_name(editor: ConditionsEditor, unnamed: Callable[[QWidget], list[str]]) -> None:
    editor.set_conditions(ALL)
    editor.mark(dict.fromkeys(range(1, 10), "Wrong."))
    assert unnamed(editor) == []
