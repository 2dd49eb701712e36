"""Presets: what the files make of an endpoint's rules, and that a damaged file is refused with its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.bundled import resources
from hookscope.deliveries import Request
from hookscope.responses import (
    BodyKind,
    Chooser,
    Condition,
    Fault,
    RequestView,
    Response,
    Rule,
    RuleSet,
    Subject,
    rule_set_flaws,
)
from hookscope.responses.presets import Preset, in_order, load_presets, read_preset
from hookscope.strict_table import TableError

NAMES = ["Accept", "Reject (404)", "Fail twice, then accept", "Time out (61 s)", "Drop the connection"]
OWN = Response(200, (("X-Mine", "1"),), '{"ticket": "42"}')
FAILING = Response(503, (("X-Mine", "1"),), '{"ticket": "42"}', delay_s=5.0, fault=Fault.SLOW_BODY)
FORWARD = Response(200, (), "http://127.0.0.1:3000/", BodyKind.FORWARD)
MINE = Rule("mine", (Condition(Subject.METHOD, "PUT"),), Response(201))


def preset(name: str) -> Preset:
    return next(preset for preset in load_presets() if preset.name == name)


def applied(name: str, default: Response = OWN, *rules: Rule) -> RuleSet:
    return preset(name).apply(RuleSet(rules, default))


def answers(rule_set: RuleSet, attempts: int = 3) -> list[Response]:
    chooser = Chooser(rule_set)
    views = (RequestView(Request("POST", "/"), attempt=attempt) for attempt in range(1, attempts + 1))
    return [chooser.choose(view, {}).response for view in views]


def test_the_menu_has_the_usual_experiments_in_order() -> None:
    assert [preset.name for preset in load_presets()] == NAMES
    assert len(list((resources() / "presets").glob("*.toml"))) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("default", [OWN, FAILING, FORWARD, Response(204, body=""), Response(205, (), "")])
def test_every_preset_can_be_applied_over_every_default(name: str, default: Response) -> None:
    rule_set = applied(name, default, MINE)
    assert rule_set_flaws(rule_set) == []
    assert rule_set.default == default
    assert rule_set.rules[-1] == MINE


@pytest.mark.parametrize("default", [OWN, FAILING, replace(OWN, status=404)])
def test_accept_answers_200_with_the_users_own_body_and_headers(default: Response) -> None:
    assert answers(applied("Accept", default)) == [OWN] * 3


def test_accept_is_nothing_where_it_is_so_anyway() -> None:
    assert applied("Accept") == RuleSet((), OWN)
    assert [rule.name for rule in applied("Accept", OWN, MINE).rules] == ["Accept", "mine"]


def test_a_handlers_answer_is_not_taken_for_an_acceptance() -> None:
    assert answers(applied("Accept", FORWARD)) == [Response()] * 3


def test_reject() -> None:
    rejected = Response(404, (), '{"error": "not found"}')
    assert answers(applied("Reject (404)", FAILING)) == [rejected] * 3


def test_fail_twice_then_accept() -> None:
    failed = Response(503, (), '{"error": "try again later"}')
    assert answers(applied("Fail twice, then accept")) == [failed, failed, OWN]
    assert answers(applied("Fail twice, then accept", FAILING)) == [failed, failed, OWN]
    assert [rule.name for rule in applied("Fail twice, then accept").rules] == ["Fail twice"]
    assert len(applied("Fail twice, then accept", FAILING).rules) == 2


def test_time_out_and_drop() -> None:
    assert answers(applied("Time out (61 s)", FAILING)) == [replace(OWN, delay_s=61.0)] * 3
    assert answers(applied("Drop the connection", FAILING)) == [replace(OWN, fault=Fault.CLOSE_BEFORE)] * 3


def test_another_preset_takes_the_place_of_the_one_before() -> None:
    once = applied("Fail twice, then accept", FAILING, MINE)
    again = preset("Reject (404)").apply(once)
    assert [rule.name for rule in again.rules] == ["Reject", "mine"]
    renamed = replace(once.rules[0], name="FAIL twice")
    assert [rule.name for rule in applied("Accept", FAILING, renamed, MINE).rules] == ["Accept", "mine"]


@given(st.lists(st.sampled_from(NAMES), max_size=6), st.sampled_from([OWN, FAILING, FORWARD]))
def test_only_the_last_preset_counts(names: list[str], default: Response) -> None:
    rule_set = RuleSet((MINE,), default)
    for name in names:
        rule_set = preset(name).apply(rule_set)
    assert rule_set_flaws(rule_set) == []
    assert rule_set == (applied(names[-1], default, MINE) if names else rule_set)


# --- damaged files ---------------------------------------------------------------------------------------------------

GOOD = 'name = "A"\norder = 1\n[[rule]]\nname = "a"\nresponse = { status = 204 }\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GOOD.replace('name = "A"\n', ""), "name is missing."),
        (GOOD.replace('"A"', '" "'), "name is empty."),
        (GOOD.replace("order = 1\n", ""), "order is missing."),
        (GOOD.replace("order = 1", "order = 1.5"), "order must be a whole number."),
        (GOOD.replace("order = 1", "order = 1\nordr = 2"), "ordr is not known. Did you mean order?"),
        ('name = "A"\norder = 1\n', "rule is missing. A preset has at least one."),
        (GOOD.replace("status = 204", "satus = 204"), "rule[1].response.satus is not known. Did you mean status?"),
        (GOOD.replace("status = 204", "status = 99"), "rule[1].status: 99 is not a status. Use 200 to 599."),
        (GOOD.replace('"a"', '""'), "rule[1].name: A rule needs a name."),
        ("name = ", "Invalid value (at end of document)"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(TableError) as raised:
        read_preset(path)
    assert str(raised.value) == f"mine.toml: {sentence}"


def test_presets_and_their_rules_can_be_told_apart() -> None:
    one = Preset("A", 1, ({"name": "a"},))
    assert in_order([Preset("B", 2, ({"name": "b"},)), one])[0] is one
    with pytest.raises(TableError, match=r"^Two presets have the same name\.$"):
        in_order([one, Preset("a", 2, ({"name": "b"},))])
    with pytest.raises(TableError, match=r"^Two presets have the same order\.$"):
        in_order([one, Preset("B", 1, ({"name": "b"},))])
    with pytest.raises(TableError, match=r"^Two presets have a rule with the same name\.$"):
        in_order([one, Preset("B", 2, ({"name": "A"},))])
