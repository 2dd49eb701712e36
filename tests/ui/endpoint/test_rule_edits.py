from __future__ import annotations

import pytest

from hookscope.responses import Response, Rule, RuleSet
from hookscope.ui.endpoint import rule_edits as edits

A, B, C = Rule("a"), Rule("b", response=Response(503)), Rule("c", on=False)
THREE = RuleSet((A, B, C), Response(201))


def order(rule_set: RuleSet) -> str:
    assert rule_set.default == THREE.default
    return "".join(edits.names(rule_set))


@pytest.mark.parametrize(
    ("at", "by", "expected"),
    [(0, 1, "bac"), (1, -1, "bac"), (2, -1, "acb"), (0, 2, "bca"), (0, -1, "abc"), (2, 5, "abc")],
)
def test_moving_keeps_all_rules_and_stays_among_them(at: int, by: int, expected: str) -> None:
    assert order(edits.moved(THREE, at, by)) == expected


def test_taking_out_and_putting_in() -> None:
    assert order(edits.without(THREE, 1)) == "ac"
    assert order(edits.inserted(THREE, 0, Rule("x"), Rule("y"))) == "xyabc"
    assert edits.changed(THREE, 1, Rule("b")).rules == (A, Rule("b"), C)


def test_a_second_one_is_the_same_under_another_name() -> None:
    found = edits.duplicated(THREE, 1).rules
    assert found == (A, B, Rule("b 2", response=Response(503)), C)


def test_a_new_rule_answers_as_the_default_does() -> None:
    taken = RuleSet((Rule("Rule 1"), Rule("rule 3")), Response(404))
    assert edits.new_rule(taken) == Rule("rule 2", (), Response(404))


@pytest.mark.parametrize(
    ("name", "expected"), [("x", "x"), ("A", "A 2"), ("b 2", "b 2"), ("a" * 80, "a" * 80), ("long " * 16, None)]
)
def test_a_name_is_its_own(name: str, expected: str | None) -> None:
    name = name.strip()
    assert edits.with_free_name(THREE, Rule(name)).name == (expected or name)


def test_a_number_in_a_name_goes_on_and_fits() -> None:
    longest = "n" * 80
    numbered = RuleSet((Rule("a 2"), Rule("a 3"), Rule(longest)))
    assert edits.with_free_name(numbered, Rule("a 2")).name == "a 4"
    assert len(edits.with_free_name(numbered, Rule(longest)).name) <= 80


@pytest.mark.parametrize(
    ("name", "automatic"), [("rule 1", True), ("", True), (" ", True), ("rule", False), ("x", False)]
)
def test_only_names_that_say_nothing_are_automatic(name: str, automatic: bool) -> None:
    assert edits.is_automatic(name) is automatic


def test_the_first_difference() -> None:
    assert edits.first_difference(THREE, edits.inserted(THREE, 1, Rule("x"))) == 1
    assert edits.first_difference(THREE, edits.without(THREE, 0)) == 2
    assert edits.first_difference(THREE, RuleSet((), Response())) == 0
