from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import QMenu, QWidget

from hookscope.responses import Condition, Response, Rule, RuleSet, Subject
from hookscope.ui.endpoint.rule_list import RuleList
from hookscope.ui.endpoint.rule_model import RuleModel, fitted

if TYPE_CHECKING:
    from pytestqt.modeltest import ModelTester
    from pytestqt.qtbot import QtBot

TWICE = Rule("fail twice", (Condition(Subject.ATTEMPT, "<=2"),), Response(503))
OFF = Rule("rule 2", (Condition(Subject.METHOD, "PUT"),), Response(405), on=False)
ALL = Rule("all", (), Response(202))
THREE = RuleSet((TWICE, OFF, ALL))


class Edits:
    """What a list asked for; shows it again, as the editor does."""

    def __init__(self, rules: RuleList) -> None:
        self.rules = rules
        self.last = (THREE, 0)
        rules.edited.connect(self.take)

    def take(self, rule_set: RuleSet, row: int) -> None:
        self.last = (rule_set, row)
        self.rules.show_rules(rule_set, row)

    def names(self) -> list[str]:
        return [rule.name for rule in self.last[0].rules]


@pytest.fixture
def rules(qtbot: QtBot) -> RuleList:
    rules = RuleList()
    qtbot.addWidget(rules)
    rules.resize(220, 300)
    rules.show_rules(THREE, 0)
    rules.show()
    rules.focus()
    return rules


@pytest.fixture
def edits(rules: RuleList) -> Edits:
    return Edits(rules)


def spoken(rules: RuleList) -> list[str]:
    return [rules.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(rules.model.rowCount())]


def action(menu: QMenu, text: str) -> QAction:
    menu.aboutToShow.emit()
    return next(action for action in menu.actions() if action.text().split("\t")[0] == text)


def test_the_chosen_rule_stays_in_sight_when_the_list_gets_lower(rules: RuleList, qtbot: QtBot) -> None:
    rules.show_rules(RuleSet(tuple(Rule(f"rule number {number}") for number in range(60))), 59)
    rules.resize(220, 200)
    chosen = rules.model.index(59)
    qtbot.waitUntil(lambda: rules.view.viewport().rect().contains(rules.view.visualRect(chosen)))


def test_rules_are_sentences_with_a_name_where_it_says_something(rules: RuleList) -> None:
    lines = [rules.model.line(row) for row in range(4)]
    assert [(line.title, line.sentence, line.on) for line in lines] == [
        ("fail twice", "attempt ≤ 2 → 503", True),
        ("method is PUT → 405", "", False),
        ("all", "every request → 202", True),
        ("Otherwise → 200", "", None),
    ]


def test_what_is_counted_and_wrong_is_spoken_and_in_the_tooltip(rules: RuleList) -> None:
    rules.show_counts({"fail twice": 1200, "gone": 3}, 1210)
    rules.show_flaws({1: "A method is missing.", 3: "The body is no JSON."})
    assert spoken(rules) == [
        "fail twice, attempt ≤ 2 → 503, on, answered 1,200",
        "method is PUT → 405, off, answered 0, cannot be applied: A method is missing.",
        "all, every request → 202, on, answered 0",
        "Otherwise → 200, answered 7, cannot be applied: The body is no JSON.",
    ]
    assert "A method is missing." in rules.model.index(1).data(Qt.ItemDataRole.ToolTipRole)


def test_the_mark_of_a_flaw_can_be_seen(rules: RuleList) -> None:
    before = rules.view.grab().toImage()
    rules.show_flaws({0: "No."})
    assert rules.view.grab().toImage() != before


def test_names_are_shown_word_for_word(rules: RuleList) -> None:
    rules.show_rules(RuleSet((replace(ALL, name="<b>a</b>\u202e"),)), 0)
    assert rules.model.index(0).data().startswith("<b>a</b>‹U+202E›")
    assert "&lt;b&gt;" in rules.model.index(0).data(Qt.ItemDataRole.ToolTipRole)


def test_what_is_answered_stays_when_there_is_little_room(rules: RuleList) -> None:
    metrics = QFontMetrics(rules.view.font())
    cut = fitted("header X-Event-Type-Of-The-Sender is order.created → 404", 160, metrics)
    assert cut.endswith("… → 404")
    assert metrics.horizontalAdvance(cut) <= 160
    assert fitted("attempt ≤ 2 → 503", 160, metrics) == "attempt ≤ 2 → 503"
    assert metrics.horizontalAdvance(fitted("no arrow in this one " * 9, 160, metrics)) <= 160


def test_the_model_keeps_its_promises(qtmodeltester: ModelTester) -> None:
    model = RuleModel()
    qtmodeltester.check(model)
    for rule_set in (THREE, RuleSet(), RuleSet((ALL,)), RuleSet((OFF,))):
        model.set_rules(rule_set)
    model.set_counts({"all": 1}, 2)
    model.set_flaws({0: "No."})


def test_choosing_by_key_and_by_hand(rules: RuleList, qtbot: QtBot) -> None:
    with qtbot.waitSignal(rules.chosen) as told:
        qtbot.keyClick(rules.view, Qt.Key.Key_Down)
    assert told.args == [1]
    with qtbot.assertNotEmitted(rules.chosen):
        rules.show_rules(THREE, 3)
    assert rules.row() == 3
    place = rules.view.visualRect(rules.model.index(2)).center()
    with qtbot.waitSignal(rules.chosen) as told:
        qtbot.mouseClick(rules.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [2]


def test_a_click_on_the_box_switches_one_beside_it_does_not(rules: RuleList, edits: Edits, qtbot: QtBot) -> None:
    row = rules.view.visualRect(rules.model.index(1))
    for place in (QPoint(row.left() + 20, row.top() + 10), QPoint(row.left() + 60, row.top() + 10)):
        qtbot.mouseClick(rules.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [rule.on for rule in edits.last[0].rules] == [True, True, True]


def test_space_switches_and_the_default_has_no_switch(rules: RuleList, edits: Edits, qtbot: QtBot) -> None:
    qtbot.keyClick(rules.view, Qt.Key.Key_Space)
    assert [rule.on for rule in edits.last[0].rules] == [False, False, True]
    rules.show_rules(THREE, 3)
    with qtbot.assertNotEmitted(rules.edited):
        qtbot.keyClick(rules.view, Qt.Key.Key_Space)


def test_rules_move_with_the_keys_as_far_as_they_go(rules: RuleList, edits: Edits, qtbot: QtBot) -> None:
    for _ in range(4):
        qtbot.keyClick(rules.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert edits.names() == ["rule 2", "all", "fail twice"]
    assert rules.row() == 2
    qtbot.keyClick(rules.view, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert edits.names() == ["rule 2", "fail twice", "all"]


def test_delete_takes_a_rule_out_and_never_the_default(rules: RuleList, edits: Edits, qtbot: QtBot) -> None:
    for _ in range(4):
        qtbot.keyClick(rules.view, Qt.Key.Key_Delete)
    assert edits.last == (RuleSet(), 0)


def test_f2_asks_for_a_name_only_of_a_rule(rules: RuleList, qtbot: QtBot) -> None:
    with qtbot.waitSignal(rules.rename_asked):
        qtbot.keyClick(rules.view, Qt.Key.Key_F2)
    rules.show_rules(THREE, 3)
    with qtbot.assertNotEmitted(rules.rename_asked):
        qtbot.keyClick(rules.view, Qt.Key.Key_F2)


def test_a_new_rule_is_the_last_one_and_chosen(rules: RuleList, edits: Edits, qtbot: QtBot) -> None:
    with qtbot.waitSignal(rules.added):
        rules.add_button.click()
    assert edits.names() == ["fail twice", "rule 2", "all", "rule 1"]
    assert rules.row() == 3


@pytest.mark.parametrize(
    ("row", "able"),
    [
        (0, {"On", "Move down", "Duplicate", "Rename", "Delete"}),
        (1, {"On", "Move up", "Move down", "Duplicate", "Rename", "Delete"}),
        (2, {"On", "Move up", "Duplicate", "Rename", "Delete"}),
        (3, set()),
    ],
)
def test_the_menu_offers_what_can_be_done(rules: RuleList, row: int, able: set[str]) -> None:
    rules.show_rules(THREE, row)
    rules.menu.aboutToShow.emit()
    found = {each.text().split("\t")[0] for each in rules.menu.actions() if each.text() and each.isEnabled()}
    assert found == able
    assert action(rules.menu, "On").isChecked() is (row in (0, 2))


def test_the_menu_does_what_it_says(rules: RuleList, edits: Edits) -> None:
    action(rules.menu, "Duplicate").trigger()
    assert (edits.names()[:2], rules.row()) == (["fail twice", "fail twice 2"], 1)
    action(rules.menu, "Move up").trigger()
    action(rules.menu, "On").trigger()
    assert [(rule.name, rule.on) for rule in edits.last[0].rules][:2] == [("fail twice 2", False), ("fail twice", True)]
    action(rules.menu, "Delete").trigger()
    assert edits.names() == ["fail twice", "rule 2", "all"]


def test_presets_are_those_of_the_program(rules: RuleList, edits: Edits) -> None:
    rules.show_rules(RuleSet(), 0)
    wanted = ("Accept", "Reject (404)", "Fail twice, then accept", "Time out (61 s)", "Drop the connection")
    rules.presets.aboutToShow.emit()
    found = [each.text() for each in rules.presets.actions() if each.text()]
    assert found == [*wanted, "Sequence…", "Start counting attempts again"]
    action(rules.presets, "Fail twice, then accept").trigger()
    assert edits.last[0].rules[0].response.status == 503
    assert rules.row() == 0
    assert len([each for each in rules.presets.actions() if each.text()]) == len(found)


def test_sequence_and_counting_are_asked_for(rules: RuleList, qtbot: QtBot) -> None:
    with qtbot.waitSignal(rules.sequence_asked):
        action(rules.presets, "Sequence…").trigger()
    with qtbot.waitSignal(rules.count_anew_asked):
        action(rules.presets, "Start counting attempts again").trigger()


def test_that_the_first_match_answers_is_said_where_it_matters(rules: RuleList) -> None:
    assert rules.hint.isVisible()
    rules.show_rules(RuleSet((ALL,)), 0)
    assert not rules.hint.isVisible()


def test_narrow_it_is_a_drop_down_with_the_same_actions(rules: RuleList, edits: Edits, qtbot: QtBot) -> None:
    rules.set_narrow(True)
    rules.show_flaws({2: "No."})
    assert not rules.view.isVisible()
    shown = [rules.drop_down.itemText(row) for row in range(rules.drop_down.count())]
    assert shown == [
        "fail twice: attempt ≤ 2 → 503",
        "method is PUT → 405 (off)",
        "all: every request → 202",
        "Otherwise → 200",
    ]
    assert [rules.drop_down.itemIcon(row).isNull() for row in range(4)] == [True, True, False, True]
    rules.focus()
    with qtbot.waitSignal(rules.chosen) as told:
        qtbot.keyClick(rules.drop_down, Qt.Key.Key_Down)
    assert told.args == [1]
    action(rules.menu, "Move up").trigger()
    assert edits.names() == ["rule 2", "fail twice", "all"]
    assert rules.drop_down.currentIndex() == 0
    rules.set_narrow(False)
    assert rules.view.isVisible()
    assert not rules.drop_down.isVisible()
    assert rules.view.currentIndex().row() == 0


def test_everything_has_a_name(rules: RuleList, unnamed: Callable[[QWidget], list[str]]) -> None:
    assert unnamed(rules) == []
    rules.set_narrow(True)
    assert unnamed(rules) == []
