"""Rules as tables: to the letter through JSON and through a workspace file, and every mistake with its place."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from hookscope.endpoints import Endpoint, WorkspaceError, export_workspace, parse_workspace
from hookscope.responses import (
    BodyKind,
    Comparison,
    Condition,
    Fault,
    Response,
    Rule,
    RuleSet,
    Subject,
    rule_set_flaws,
)
from hookscope.responses.rules import VERDICTS
from hookscope.responses.tables import (
    rule_from_table,
    rule_set_from_table,
    rule_set_to_table,
    rule_to_table,
)
from hookscope.strict_table import StrictTable, TableError

IS, NOT, HAS, STARTS, LIKE, THERE, MISSING = Comparison


def rules_of(text: str) -> RuleSet:
    table = StrictTable(tomllib.loads(text))
    rule_set = rule_set_from_table(table)
    table.finish()
    return rule_set


def when_of(text: str) -> tuple[Condition, ...]:
    return rules_of(f"[[rule]]\nname = 'a'\n{text}").rules[0].when


# --- what is read ----------------------------------------------------------------------------------------------------


def test_the_form_of_the_documentation_is_read() -> None:
    text = """
    [[rule]]
    name = "fail twice"
    when = { attempt = "<=2" }
    response = { status = 503, json = { error = "later" } }
    [[rule]]
    name = "off"
    on = false
    [response]
    status = 204
    """
    failing = Response(503, (), '{"error": "later"}')
    expected = (Rule("fail twice", (Condition(Subject.ATTEMPT, "<=2"),), failing), Rule("off", on=False))
    assert rules_of(text) == RuleSet(expected, Response(204))


@pytest.mark.parametrize(
    "text",
    [
        'when = { "header.X" = "v" }',
        'when = { header = { X = "v" } }',
        'when = { header.X = "v" }',
        'when.header.X = "v"',
        '[rule.when.header]\nX = "v"',
        '[rule.when]\n"header.X" = "v"',
        'when = { "header.X" = { is = "v" } }',
        'when = { header = { X = { is = "v" } } }',
        'when = [{ "header.X" = "v" }]',
        '[[rule.when]]\nheader = { X = "v" }',
    ],
)
def test_a_header_is_written_in_several_ways(text: str) -> None:
    assert when_of(text) == (Condition(Subject.HEADER, "v", "X"),)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("attempt = 3", Condition(Subject.ATTEMPT, "3")),
        ('attempt = ">=3"', Condition(Subject.ATTEMPT, ">=3")),
        ("every = 3", Condition(Subject.EVERY, "3")),
        ('"query.page" = 2', Condition(Subject.QUERY, "2", "page")),
        ('"header.X.Y" = "v"', Condition(Subject.HEADER, "v", "X.Y")),
        ('header."X.Y" = "v"', Condition(Subject.HEADER, "v", "X.Y")),
        ('"query.a.b" = { starts = "c" }', Condition(Subject.QUERY, "c", "a.b", STARTS)),
        ('"cookie.." = "v"', Condition(Subject.COOKIE, "v", ".")),
        ('header.contains = "v"', Condition(Subject.HEADER, "v", "contains")),
        ('header.contains.contains = "v"', Condition(Subject.HEADER, "v", "contains", HAS)),
        ("query.test.present = true", Condition(Subject.QUERY, "", "test", THERE)),
        ("cookie.test.absent = true", Condition(Subject.COOKIE, "", "test", MISSING)),
        ('verdict.not = "verified"', Condition(Subject.VERDICT, "verified", "", NOT)),
        ('path.like = "/orders/*"', Condition(Subject.PATH, "/orders/*", "", LIKE)),
        ("body = \"orderId == 'A-1'\"", Condition(Subject.BODY, "orderId == 'A-1'")),
        ('method = "PUT"', Condition(Subject.METHOD, "PUT")),
    ],
)
def test_every_kind_of_condition_is_read(text: str, condition: Condition) -> None:
    assert when_of(f"[rule.when]\n{text}") == (condition,)


def test_what_a_rule_leaves_out_is_as_usual() -> None:
    usual = Response(503, (("X-A", "1"),), "b", BodyKind.TEXT, 2.0, Fault.HANG)
    assert rule_from_table(StrictTable({"name": "a"}), usual).response == usual
    table = StrictTable({"name": "a", "response": {"status": 200, "delay_s": 0, "fault": "none"}})
    assert rule_from_table(table, usual).response == Response(200, usual.headers, "b", BodyKind.TEXT)


# --- mistakes --------------------------------------------------------------------------------------------------------

FILE = """
version = 1
[[endpoint]]
name = "a"
path = "/a"
[[endpoint.rule]]
name = "first"
[[endpoint.rule]]
name = "second"
"""


def mistake(text: str) -> str:
    with pytest.raises(WorkspaceError) as raised:
        parse_workspace(FILE + text)
    return str(raised.value)


SUBJECTS = "method, path, header.X, query.X, cookie.X, body, verdict, attempt, every"
WAYS = "is, not, contains, starts, like, present, absent"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('response.status = "ok"', "endpoint[1].rule[2].response.status must be a whole number."),
        ("response.status = 99", "endpoint[1].rule[2].response.status: 99 is not a status. Use 200 to 599."),
        ("response.satus = 503", "endpoint[1].rule[2].response.satus is not known. Did you mean status?"),
        (
            'response.fault = "reset"',
            f"endpoint[1].rule[2].response.fault must be one of {', '.join(Fault)}.",
        ),
        (
            'response = { body = "a", template = "b" }',
            "endpoint[1].rule[2].response.template cannot stand beside body. Keep one of them.",
        ),
        ("respnse.status = 503", "endpoint[1].rule[2].respnse is not known. Did you mean response?"),
        ("on = 1", "endpoint[1].rule[2].on must be true or false."),
        ("onn = false", "endpoint[1].rule[2].onn is not known. Did you mean on?"),
        ("when = 3", "endpoint[1].rule[2].when must be a table."),
        ("when = [3]", "endpoint[1].rule[2].when[1] must be a table."),
        ('when.attemt = "1"', "endpoint[1].rule[2].when.attemt is not known. Did you mean attempt?"),
        ('when."headers.X" = "1"', 'endpoint[1].rule[2].when."headers.X" is not known. Did you mean header?'),
        ('when."method.X" = "1"', 'endpoint[1].rule[2].when."method.X" is not known. Did you mean method?'),
        ('when.ip = "1"', f"endpoint[1].rule[2].when.ip is not known. It must be one of {SUBJECTS}."),
        (
            'when.attempt = "soon"',
            "endpoint[1].rule[2].when: Write the attempt as a number or comparison: 1, <=2, >=3.",
        ),
        ("when.attempt = 0", "endpoint[1].rule[2].when: Write the attempt as a number or comparison: 1, <=2, >=3."),
        ("when.attempt = true", "endpoint[1].rule[2].when.attempt must be a text."),
        ("when.attempt = 1.5", "endpoint[1].rule[2].when.attempt must be a text."),
        ("when.header.X = true", "endpoint[1].rule[2].when.header.X must be a text."),
        ('when."header.X" = true', 'endpoint[1].rule[2].when."header.X" must be a text.'),
        ("when.header.X.contains = []", "endpoint[1].rule[2].when.header.X.contains must be a text."),
        ("when.header.X.present = false", "endpoint[1].rule[2].when.header.X.present can only be true."),
        ('when.header.X.present = "yes"', "endpoint[1].rule[2].when.header.X.present must be true or false."),
        (
            'when.header.X.regex = ".*"',
            f"endpoint[1].rule[2].when.header.X must be a text or have one of these: {WAYS}.",
        ),
        (
            'when.header.X = { is = "a", not = "b" }',
            f"endpoint[1].rule[2].when.header.X must be a text or have one of these: {WAYS}.",
        ),
        ("when.header.X = {}", f"endpoint[1].rule[2].when.header.X must be a text or have one of these: {WAYS}."),
        ('when.header = "v"', "endpoint[1].rule[2].when: Enter the name of the header."),
        (
            'when = { header = { X = "a" }, "header.x" = "b" }',
            "endpoint[1].rule[2].when: There are two conditions on header x. Keep one of them.",
        ),
        (
            'when = [{ method = "A" }, { method = "B" }]',
            "endpoint[1].rule[2].when: There are two conditions on method. Keep one of them.",
        ),
        ('when.body = "a b"', "endpoint[1].rule[2].when: The expression is not JMESPath at character 3 (b)."),
        ('[[endpoint.rule]]\nname = "FIRST"', "endpoint[1].rule[3].name: There is a rule “FIRST” already."),
        ("[[endpoint.rule]]\nresponse = {}", "endpoint[1].rule[3].name is missing."),
        (
            'when."\\u001b]0;" = "a"',
            f'endpoint[1].rule[2].when."\\u001b]0;" is not known. It must be one of {SUBJECTS}.',
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, sentence: str) -> None:
    assert mistake(text) == sentence


# --- there and back --------------------------------------------------------------------------------------------------

ANY_TEXT = st.text(max_size=12)
ODD_TEXT = ANY_TEXT | st.sampled_from(
    ["", "\r\n", "a\0b", "\x7f", '"""', "'''", "\\", "{{ json.a }}", "é", "true", "#"]
)
NAMES = ANY_TEXT | st.sampled_from(["X.Y", "X", "x", ".", "a.b.c", '"', "'", "is", "present", "header", "", " "])
COMPARISONS = st.sampled_from(Comparison)


def _condition(subject: Subject, name: str, comparison: Comparison, value: str) -> Condition:
    return Condition(subject, value if comparison.has_value else "", name if subject.is_named else "", comparison)


CONDITIONS = st.builds(_condition, st.sampled_from(Subject), NAMES, COMPARISONS, ODD_TEXT)
RESPONSES = st.builds(
    Response,
    st.integers(-1, 700),
    st.lists(st.tuples(ANY_TEXT, ODD_TEXT), max_size=3).map(tuple),
    ODD_TEXT,
    st.sampled_from(BodyKind),
    st.floats(0, 1e9),
    st.sampled_from(Fault),
)
RULES = st.builds(Rule, ODD_TEXT, st.lists(CONDITIONS, max_size=4).map(tuple), RESPONSES, st.booleans())
RULE_SETS = st.builds(RuleSet, st.lists(RULES, max_size=3).map(tuple), RESPONSES)


@given(RULE_SETS)
@example(RuleSet((Rule("", (Condition(Subject.METHOD, "A"), Condition(Subject.METHOD, "B"))),)))
@example(
    RuleSet(
        (
            Rule(
                "",
                (Condition(Subject.HEADER, "a", "", HAS), Condition(Subject.HEADER, "b", "")),
            ),
        )
    )
)
def test_any_draft_survives_as_json(rule_set: RuleSet) -> None:
    text = json.dumps(rule_set_to_table(rule_set))
    table = StrictTable(json.loads(text))
    assert rule_set_from_table(table) == rule_set
    table.finish()


def test_half_a_character_survives_in_a_draft() -> None:
    rule_set = RuleSet((Rule("\ud800", (Condition(Subject.QUERY, "\udc00", "\ud801"),), Response(body="\ud800")),))
    assert rule_set_from_table(StrictTable(json.loads(json.dumps(rule_set_to_table(rule_set))))) == rule_set


PRINTABLE = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], codec="utf-8"), min_size=1, max_size=12)
RULE_NAMES = PRINTABLE.map(str.strip).filter(lambda name: bool(name) and name.isprintable())
TOKENS = st.text("ABCabc019!#$%&'*+-.^_`|~", min_size=1, max_size=8)
FREE_NAMES = (PRINTABLE | st.sampled_from(["a.b", '"', "'", "\x7f", "a\0b", "é", "="])).map(str.strip).filter(bool)
VALUES = st.text(st.characters(codec="utf-8"), max_size=12) | ODD_TEXT
NAMED = st.builds(Condition, st.just(Subject.HEADER), VALUES, TOKENS, COMPARISONS) | st.builds(
    Condition, st.sampled_from([Subject.QUERY, Subject.COOKIE]), VALUES, FREE_NAMES, COMPARISONS
)
VALUED = st.sampled_from([each for each in Comparison if each.has_value])
UNNAMED = (
    st.builds(Condition, st.just(Subject.METHOD), TOKENS, st.just(""), VALUED)
    | st.builds(Condition, st.just(Subject.PATH), VALUES.map("/{}".format), st.just(""), VALUED)
    | st.builds(Condition, st.just(Subject.VERDICT), st.sampled_from(VERDICTS), st.just(""), st.sampled_from([IS, NOT]))
    | st.builds(Condition, st.just(Subject.ATTEMPT), st.sampled_from(["1", "<=2", ">= 3", "≥4", "<9", ">1"]))
    | st.builds(Condition, st.just(Subject.EVERY), st.sampled_from(["1", "3", "100"]))
    | st.builds(Condition, st.just(Subject.BODY), st.sampled_from(["a", "a == 'b'", 'a."b.c"[0]', "a\n&& b", '`"x"`']))
)


def _without_needless_value(condition: Condition) -> Condition:
    return (
        condition
        if condition.comparison.has_value
        else Condition(condition.subject, "", condition.name, condition.comparison)
    )


def _place(condition: Condition) -> tuple[Subject, str]:
    return condition.subject, condition.name.lower()


SENT = st.builds(
    Response,
    st.integers(200, 599).filter(lambda status: status != 205),
    st.lists(
        st.tuples(st.just("X-A"), st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=5)),
        max_size=2,
    ).map(tuple),
    VALUES,
    st.just(BodyKind.TEXT),
    st.floats(0, 600),
    st.sampled_from(Fault),
) | st.sampled_from(
    [
        Response(body="{{ json.a }}{% if method == 'GET' %}\r\n{% endif %}", kind=BodyKind.TEMPLATE),
        Response(body="reply.json", kind=BodyKind.FILE),
        Response(body="http://127.0.0.1:3000/a?b=c", kind=BodyKind.FORWARD, fault=Fault.RESET_IN_BODY),
        Response(body='{"a": null}'),
        Response(body='{"a": {"b": [1, 2.5]}}', delay_s=61.0),
    ]
)
GOOD_RULES = st.builds(
    Rule,
    RULE_NAMES,
    st.lists((NAMED | UNNAMED).map(_without_needless_value), max_size=5, unique_by=_place).map(tuple),
    SENT,
    st.booleans(),
)


@given(st.lists(GOOD_RULES, max_size=4), SENT)
@example([Rule("a", (Condition(Subject.HEADER, "v", "X.Y", HAS), Condition(Subject.METHOD, "POST")))], Response())
@example([Rule('"a" = 1 # [b]', (Condition(Subject.QUERY, "\r\n\0", "\"q\".'r'"),))], Response(204))
def test_rules_that_can_be_applied_survive_the_workspace_file(rules: list[Rule], default: Response) -> None:
    rule_set = RuleSet(tuple(rules), default)
    assume(not rule_set_flaws(rule_set))
    endpoint = Endpoint("a", "/a", default, rules=rule_set.rules)
    text = export_workspace([endpoint])
    assert parse_workspace(text).endpoints == [endpoint]
    assert export_workspace(parse_workspace(text).endpoints) == text


def test_a_rule_is_pleasant_to_read() -> None:
    rule = Rule(
        "fail twice", (Condition(Subject.ATTEMPT, "<=2"), Condition(Subject.HEADER, "a", "X-Event")), Response(503)
    )
    expected: dict[str, Any] = {
        "name": "fail twice",
        "when": {"attempt": "<=2", "header.X-Event": "a"},
        "response": {"status": 503, "json_text": "{}"},
    }
    assert rule_to_table(rule) == expected
    assert list(rule_to_table(rule)) == ["name", "when", "response"]


def test_the_order_of_conditions_is_kept_in_toml() -> None:
    when = (
        Condition(Subject.HEADER, "a", "X", HAS),
        Condition(Subject.METHOD, "POST"),
        Condition(Subject.ATTEMPT, "1"),
    )
    assert rule_to_table(Rule("a", when))["when"] == {
        "header.X": {"contains": "a"},
        "method": {"is": "POST"},
        "attempt": {"is": "1"},
    }
    endpoint = Endpoint("a", "/a", rules=(Rule("a", when),))
    assert parse_workspace(export_workspace([endpoint])).endpoints[0].rules[0].when == when


def test_unknown_keys_deep_inside_are_refused() -> None:
    table = StrictTable({"name": "a", "response": {"status": 200, "stauts": 1}})
    rule_from_table(table)
    with pytest.raises(TableError, match=r"^response\.stauts is not known\. Did you mean status\?$"):
        table.finish()
