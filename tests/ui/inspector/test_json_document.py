"""JSON comes through as it was sent, and what is no tree says why."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.ui.inspector import json_document as document
from hookscope.ui.inspector.json_document import NotATree, NotJson, Value, parse

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def test_duplicate_keys_and_the_digits_of_numbers_survive() -> None:
    value = parse('{"a": 2.0, "b": 1E5, "a": 10000000000000000000001, "c": [-0, NaN]}')
    assert value == (("a", b"2.0"), ("b", b"1E5"), ("a", b"10000000000000000000001"), ("c", [b"-0", b"NaN"]))
    assert document.to_json(value) == '{"a": 2.0, "b": 1E5, "a": 10000000000000000000001, "c": [-0, NaN]}'


def test_a_number_of_5000_digits_is_a_number() -> None:
    assert parse("7" * 5_000) == b"7" * 5_000


@given(PLAIN)
def test_values_come_back(value: Any) -> None:
    assert json.loads(document.to_json(parse(json.dumps(value)))) == value


def test_nesting_is_no_problem_for_writing() -> None:
    value: Value = b"1"
    for _ in range(50_000):
        value = [value]
    assert document.to_json(value) == "[" * 50_000 + "1" + "]" * 50_000


@pytest.mark.parametrize(
    ("text", "kind", "sentence"),
    [
        ('{"a": 1,\n "b" 2}', NotJson, "The body is not JSON. Line 2, column 6: a colon is missing."),
        ("", NotJson, "The body is not JSON."),
        ("[" * 100_000, NotATree, "The body is nested too deep for a tree, so it is shown as text."),
        ('{"a":' * 100_000, NotATree, "nested too deep"),
        ("[" + "0," * 100_000 + "0]", NotATree, "more than 100,000 values"),
    ],
)
def test_what_is_no_tree_says_why(text: str, kind: type[NotATree], sentence: str) -> None:
    with pytest.raises(NotATree, match=sentence.replace(".", r"\.")) as caught:
        parse(text)
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ((), "{}"),
        ([], "[]"),
        ((("a", None),), "1 field"),
        ([b"1"] * 2_000, "2,000 items"),
        ("42", '"42"'),
        (b"42", "42"),
        (None, "null"),
        (True, "true"),
        ("a\n\u202e\ud800", '"a\\n\u202e\\ud800"'),
        ("x" * 600, f'"{"x" * 500}…'),
        (b"7" * 600, f"{'7' * 500}…"),
    ],
)
def test_a_value_in_one_line(value: Value, line: str) -> None:
    assert document.short(value) == line


def test_copying_takes_a_string_without_quotes() -> None:
    assert document.plain('say "x"') == 'say "x"'
    assert document.plain((("a", [b"1", "é"]),)) == '{"a": [1, "é"]}'


def test_finding_goes_round() -> None:
    value = parse('{"Order": [1, {"id": "ORD-1"}], "x": {"order": true}}')
    assert isinstance(value, tuple)
    first = document.find(value, "ORD")
    second = document.find(value, "ord", first or [])
    third = document.find(value, "ord", second or [])
    assert (first, second, third) == ([0], [0, 1, 0], [1, 0])
    assert document.find(value, "ord", third or []) == [0]
    assert document.find(value, "true") == [1, 0]
    assert document.find(value, "no such") is None


@pytest.mark.parametrize(
    ("path", "items"),
    [
        ("a", [2]),
        ("a.b", [2, 0]),
        ('a."c d"[1]', [2, 1, 1]),
        ('"a"."b"', [2, 0]),
        ('"x.y"', [1]),
        ('"\\u0061"', [2]),
        ("", []),
        ("b", None),
        ("a.b.c", None),
        ('a."c d"[2]', None),
        ('a."c d".x', None),
        ("a[0]", None),
        ("a.", None),
        ("a.*", None),
        ('"a', None),
        ('"\\x"', None),
        ("@", None),
        ("length(a)", None),
    ],
)
def test_a_path_of_names_and_numbers_leads_to_an_item(path: str, items: list[int] | None) -> None:
    value = parse('{"a": 1, "x.y": 2, "a": {"b": 1, "c d": [1, 2]}}')
    assert isinstance(value, tuple)
    assert document.items_at(value, path) == items
