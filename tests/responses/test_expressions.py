"""Conditions on a body: what they find, that every bomb is bounded, and that every fault is a sentence."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.responses.budget import Budget, OverBudget
from hookscope.responses.expressions import Expression, ExpressionError, expression, expression_problem
from hookscope.responses.rules import LONGEST_EXPRESSION

ORDER = {
    "orderId": "A-1",
    "total": 12.5,
    "paid": True,
    "note": None,
    "tags": ["new", "gift"],
    "lines": [{"n": 1}, {"n": 3}],
}
TOO_LONG = r"^the expression takes too long on this body$"


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("orderId == 'A-1'", True),
        ("orderId == 'A-2'", False),
        ("orderId", True),
        ("total > `12`", True),
        ("total > `13`", False),
        ("paid", True),
        ("!paid", False),
        ("note", False),
        ("missing", False),
        ("missing.deeper[0]", False),
        ("contains(tags, 'gift')", True),
        ("contains(['A-1', 'A-2'], orderId)", True),
        ("lines[?n > `2`]", True),
        ("lines[?n > `9`]", False),
        ("length(lines) == `2`", True),
        ("starts_with(orderId, 'A-') && total >= `12.5`", True),
        ("`0`", True),
        ("`false`", False),
        ("''", False),
        ("`{}`", False),
        ("`[]`", False),
        ("join('-', tags) == 'new-gift'", True),
        ("to_string(lines[0]) == '{\"n\":1}'", True),
        ("to_string(orderId) == 'A-1'", True),
        ("to_number('12.5') == total", True),
        ("sort_by(lines, &n)[-1].n == `3`", True),
        ("max(lines[*].n) == `3`", True),
        ("not_null(missing, note, orderId) == 'A-1'", True),
        ("{a: 'x', b: `1`}.b == `1`", True),
    ],
)
def test_a_condition_holds_for_what_counts_as_true(source: str, holds: bool) -> None:
    assert Expression(source).holds(ORDER) is holds


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("", "Enter a JMESPath expression, such as orderId == 'A-1'."),
        (" \n", "Enter a JMESPath expression, such as orderId == 'A-1'."),
        ("a" * (LONGEST_EXPRESSION + 1), "An expression has at most 4,096 characters."),
        ("orderId = 'A-1'", "The expression is not JMESPath at character 9 (= 'A-1')."),
        ("orderId == ", "The expression is not complete. Write for example orderId == 'A-1'."),
        ("foo[", "The expression is not complete. Write for example orderId == 'A-1'."),
        ("a == 'x", "The expression is not JMESPath at character 6 ('x)."),
        ("a ## b", "The expression is not JMESPath at character 3 (## b)."),
        ("a b", "The expression is not JMESPath at character 3 (b)."),
        ("env('HOME')", "JMESPath has no function env()."),
        ("a && length(env(@))", "JMESPath has no function env()."),
        ("length(a, b)", "length() takes 1 value, not 2."),
        ("contains(a)", "contains() takes 2 values, not 1."),
        ("not_null()", "not_null() takes 1 value or more, not 0."),
        ("&a", "An expression with & in front stands only inside of a function. Take the & out."),
        ("[@, @]", "A condition finds one value: lists like [a, b] and {a: b} hold only texts and numbers here."),
        ("{a: @}", "A condition finds one value: lists like [a, b] and {a: b} hold only texts and numbers here."),
        ("[?[a, b]]", "A condition finds one value: lists like [a, b] and {a: b} hold only texts and numbers here."),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(source: str, sentence: str) -> None:
    assert expression_problem(source) == sentence
    with pytest.raises(ExpressionError):
        expression(source)


DEEP = [
    "(" * 2_000 + "a" + ")" * 2_000,
    "!" * 4_000 + "a",
    "a" + ".a" * 2_000,
    "a" + "[]" * 2_000,
    "a" + "|a" * 2_000,
    "a" + "||a" * 1_300,
    "length(" * 500 + "a" + ")" * 500,
    "[?" * 500 + "a" + "]" * 500,
    "`" + "[" * 2_000 + "]" * 2_000 + "`",
    "to_array(" * 60 + "@" + ")" * 60,
]


@pytest.mark.parametrize("source", DEEP, ids=lambda source: f"{source[:8]}…")
def test_a_deep_expression_is_refused_or_works(source: str) -> None:
    if problem := expression_problem(source):
        assert problem.endswith(".")
    else:
        Expression(source).holds(ORDER)


@pytest.mark.parametrize("literal", ["[" * 60 + "]" * 60, '{"a":' * 60 + "1" + "}" * 60])
def test_a_deep_literal_is_refused_when_it_is_saved(literal: str) -> None:
    assert expression_problem(f"a == `{literal}`") == "The expression is nested deeper than 50 levels. Make it flatter."


def test_the_limit_of_depth_leaves_room_for_evaluating() -> None:
    deepest = "a" + "[]" * 20
    assert expression_problem(deepest) == ""
    Expression(deepest).holds({"a": [[1]]})
    assert expression_problem("a" + "[]" * 60) == "The expression is nested deeper than 50 levels. Make it flatter."


def test_a_deep_body_is_bounded() -> None:
    body = json.loads("[" * 400 + "]" * 400)
    assert Expression("@ == @").holds(body) in (True, False)
    for _ in range(100_000):
        body = [body]
    with pytest.raises(ExpressionError, match=f"the body is nested too deep|{TOO_LONG}"):
        Expression("to_string(@)").value(body)


# --- bombs -----------------------------------------------------------------------------------------------------------

NUMBERS = [0] * 500_000
TEXTS = ["a"] * 500_000
OBJECTS = [{"a": n % 7} for n in range(40_000)]
LITERAL = "`[" + "1," * 1_900 + "1]`"
LONG = "'" + "x" * 3_900 + "'"

DOUBLED = "map(&" + "to_string(to_array(" * 8 + "@" + "))" * 8 + ", @)"

BOMBS: dict[str, tuple[str, Any]] = {
    "filter": ("[?@ > `5`]", NUMBERS),
    "type checks": (" || ".join(["sum(@) > `5`"] * 20), NUMBERS),
    "sort": ("sort(@)", TEXTS),
    "lists flattened": (f"map(&{LITERAL}, @)[] | length(@)", NUMBERS),
    "lists in lists": (f"map(&`[{LITERAL[1:-1]}]`, @)[][]", [{}] * 500),
    "long separator": (f"join({LONG}, @)", TEXTS[:100_000]),
    "long enough a separator": (f"join({LONG}, @)", TEXTS[:300]),
    "long enough a text": ("to_string(@)", ["a" * 1_100_000]),
    "long pieces": (f"join('', map(&{LONG}, @))", TEXTS),
    "long text": (f"to_string(map(&{LONG}, @))", TEXTS),
    "escapes": (DOUBLED, ['"' * 200] * 4_000),
    "compared": ("map(&`[[{0}1]]`, @) == map(&`[[{0}1] ]`, @)".format("1," * 900), TEXTS[:10_000]),
    "keys of objects": ("sort_by(@, &a)[0].a && max_by(@, &a).a && min_by(@, &a)", OBJECTS),
    "objects made": ("[*].{a: 'x', b: 'y', c: 'z'} | length(@)", OBJECTS),
    "merged": (f"merge({', '.join('@' * 1_300)})", {str(n): n for n in range(60_000)}),
    "pipes": ("|".join(["@[]"] * 20), NUMBERS),
    "reversed": (" && ".join(["reverse(@)"] * 20), NUMBERS),
    "turned to text": ("[*].to_string(@)", OBJECTS),
}


@pytest.mark.parametrize(("source", "body"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_put_out(source: str, body: object) -> None:
    assert expression_problem(source) == ""
    with pytest.raises(ExpressionError, match=TOO_LONG):
        Expression(source).value(body, Budget(seconds=600))  # steps and sizes alone are bound enough


def test_the_expressions_of_one_request_share_what_they_may_cost() -> None:
    one, budget, body = Expression("[?@ > `5`] || `true`"), Budget(seconds=60), [1] * 15_000
    assert one.holds(body, budget)
    assert one.holds(body, budget)
    for source in ("[?@ > `5`] || `true`", "@"):
        with pytest.raises(ExpressionError, match=TOO_LONG):
            Expression(source).holds(body, budget)
    assert one.holds(body, Budget(seconds=60))


def test_the_time_of_a_thread_runs_out() -> None:
    budget = Budget(steps=1 << 60, seconds=0.0)
    with pytest.raises(OverBudget):
        _charge_for_ever(budget)
    with pytest.raises(OverBudget):
        budget.charge(1)


def _charge_for_ever(budget: Budget) -> None:
    while True:
        budget.charge(1)


def test_waiting_costs_nothing() -> None:
    budget = Budget(seconds=0.02)
    time.sleep(0.05)
    budget.charge(1)


# --- faults while a body is looked at --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "body", "reason"),
    [
        ("length(total)", ORDER, "(length() takes string or array or object, not number)"),
        ("sum(tags)", ORDER, "(sum() takes array-number, not str)"),
        ("join(',', lines)", ORDER, "(join() takes array-string, not dict)"),
        ("total > orderId", ORDER, "(its values are of different types)"),
        ("contains(orderId, total)", ORDER, "(its values are of different types)"),
        ("sort_by(lines, &missing)", ORDER, "(sort_by() takes string or number, not null)"),
        ("ceil(total)", {"total": float("inf")}, ""),
        ("tags[::0]", ORDER, ""),
        ("merge(@, tags)", ORDER, ""),
        ("to_string(&a)", ORDER, "(its values are of different types)"),
        ("length(@)", None, "(length() takes string or array or object, not null)"),
    ],
)
def test_a_fault_is_said_without_values_of_the_body(source: str, body: object, reason: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        Expression(source).value(body)
    assert str(raised.value) == f"the expression cannot be used on this body {reason}".rstrip()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=10,
)
FUNCTIONS = (
    "abs avg ceil contains ends_with floor join keys length map max max_by merge min min_by not_null reverse sort"
)
SOURCES = st.recursive(
    st.sampled_from(
        ["a", "b.c", "@", "a[0]", "a[]", "*", "a[*].b", "`1`", "'x'", "a[::2]", "[?a]", "&a", "`[1, [2]]`"]
    ),
    lambda inner: (
        st.builds("{} {} {}".format, inner, st.sampled_from(["==", "<", "&&", "||", "|"]), inner)
        | st.builds("{}({})".format, st.sampled_from(FUNCTIONS.split()), inner)
        | st.builds("{}({}, {})".format, st.sampled_from(FUNCTIONS.split()), inner, inner)
        | st.builds("!({})".format, inner)
    ),
    max_leaves=6,
)


@given(SOURCES, JSON)
def test_whatever_is_written_and_sent_either_works_or_says_why(source: str, body: object) -> None:
    try:
        words = str(Expression(source).holds(body))
    except ExpressionError as error:
        words = str(error)
    assert 0 < len(words) < 300


@given(st.text(max_size=40))
def test_any_text_is_an_expression_or_a_sentence(source: str) -> None:
    problem = expression_problem(source)
    assert not problem or problem.endswith(".")
