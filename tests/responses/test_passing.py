"""What a step passes on of a response: declared keys, near misses, what is nested, and bodies of any kind."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.responses import BodyKind, Fault, Response
from hookscope.responses.passing import (
    LONGEST_VALUE,
    MOST_OTHERS,
    KeyState,
    expected_payload,
    key_problem,
    line_words,
    passing,
    passing_of,
)


class Key(NamedTuple):
    """A declared key, as plain as it can be."""

    key: str
    type: str = "string"


TICKET = (Key("ticket"),)


def states(body: bytes | str, *keys: Key) -> list[tuple[str, str]]:
    return [(each.state.value, each.words) for each in passing(body, keys).keys]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"42"', ("passed", "42")),
        ("42", ("passed", "42")),
        ("1.50", ("passed", "1.50")),
        ("1e400", ("passed", "1e400")),
        ("9" * 190, ("passed", "9" * 190)),
        ("true", ("passed", "true")),
        ("null", ("empty", "null")),
        ('""', ("empty", "empty")),
        ('"  "', ("empty", "empty")),
        ('{"a": 1}', ("nested", "nested: not passed on")),
        ("[]", ("nested", "nested: not passed on")),
    ],
)
def test_a_value_is_shown_as_it_is_written(value: str, expected: tuple[str, str]) -> None:
    assert states(f'{{"ticket": {value}}}', *TICKET) == [expected]
    assert states(f'{{"ticket": {value}}}'.encode(), *TICKET) == [expected]


def test_a_number_longer_than_python_reads_is_one() -> None:
    (found,) = passing('{"ticket": ' + "9" * 10_000 + "}", TICKET).keys
    assert found.state is KeyState.PASSED
    assert found.value == "9" * LONGEST_VALUE + "…"


def test_keys_keep_their_order_and_the_rest_is_listed_after_them() -> None:
    found = passing('{"b": 1, "c": {"d": 1}, "a": 2}', [Key("a"), Key("x")])
    assert [(each.key, each.state) for each in found.keys] == [("a", KeyState.PASSED), ("x", KeyState.MISSING)]
    assert [(each.key, each.state) for each in found.others] == [("b", KeyState.PASSED), ("c", KeyState.NESTED)]
    assert found.others[0].type == "number"
    assert not found.is_flat
    assert found.nested == 1
    assert passing('{"b": 1}', TICKET).is_flat


@pytest.mark.parametrize("near", ["Ticket", "TICKET", "tick_et", " ticket", "tick-et"])
def test_a_near_miss_is_named(near: str) -> None:
    (found,) = passing(json.dumps({near: 1, "other": 2}), TICKET).keys
    assert (found.state, found.remark) == (KeyState.MISSING, f"the body has `{near}`")


def test_a_key_that_is_declared_itself_is_no_near_miss() -> None:
    found = passing('{"Ticket": 1}', [Key("ticket"), Key("Ticket")])
    assert [each.remark for each in found.keys] == ["", "a number in the body"]


def test_keys_of_signs_only_are_no_near_misses_of_each_other() -> None:
    assert [each.remark for each in passing('{"--": 1}', [Key("__")]).keys] == [""]


def test_of_a_key_that_stands_there_twice_the_last_counts() -> None:
    (found,) = passing('{"ticket": "1", "ticket": "2"}', TICKET).keys
    assert (found.value, found.remark) == ("2", "twice in the body, the last one counts")
    (found,) = passing('{"ticket": "1", "a": {"ticket": 1, "ticket": 2}}', TICKET).keys
    assert found.remark == ""


@pytest.mark.parametrize(
    ("type", "value", "remark"),
    [
        ("string", "42", "a number in the body"),
        ("Number", '"x"', "a text in the body"),
        ("boolean", "1", "a number in the body"),
        ("string", "false", "true or false in the body"),
        ("number", "42", ""),
        ("boolean", "true", ""),
        ("currency", "42", ""),
        ("anything", "true", ""),
        ("number", "null", ""),
        ("number", "{}", ""),
    ],
)
def test_another_type_is_only_remarked(type: str, value: str, remark: str) -> None:
    (found,) = passing(f'{{"ticket": {value}}}', [Key("ticket", type)]).keys
    assert found.remark == remark
    assert found.type == type


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "The body is empty, so nothing is passed on."),
        (b" \n", "The body is empty, so nothing is passed on."),
        (b"{", "The body is not JSON, so nothing is passed on."),
        (b'{"ticket": NaN}', "The body is not JSON, so nothing is passed on."),
        (b"\xef\xbb\xbf{}", "The body is not JSON, so nothing is passed on."),
        (b'{"ticket": "\xff"}', "The body is not UTF-8, so nothing is passed on."),
        (b"[{}]", "The body is a list, not one JSON object, so nothing is passed on."),
        (b'"ticket"', "The body is a text, not one JSON object, so nothing is passed on."),
        (b"42", "The body is a number, not one JSON object, so nothing is passed on."),
        (b"true", "The body is true or false, not one JSON object, so nothing is passed on."),
        (b"null", "The body is null, not one JSON object, so nothing is passed on."),
    ],
)
def test_what_is_no_object_passes_nothing(body: bytes, problem: str) -> None:
    found = passing(body, TICKET)
    assert found.problem == problem
    assert not found.is_flat
    assert [each.state for each in found.keys] == [KeyState.MISSING]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b'{"ticket": "' + b"x" * (1 << 20) + b'"}', "The body is larger than 1 MiB, too large to look into."),
        (b'{"ticket": ' + b"[" * 200_000, "The body is nested too deep to look into."),
    ],
)
def test_what_is_too_large_or_too_deep_is_not_looked_into(body: bytes, problem: str) -> None:
    found = passing(body, TICKET)
    assert found.problem == problem
    assert [each.words for each in found.keys] == ["not known yet"]
    assert found.is_unknown


def test_values_and_lists_are_bounded() -> None:
    found = passing(json.dumps({f"key{number}": "x" * 1000 for number in range(MOST_OTHERS + 7)}), ())
    assert (len(found.others), found.more) == (MOST_OTHERS, 7)
    assert {each.value for each in found.others} == {"x" * LONGEST_VALUE + "…"}


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.binary() | st.text() | ANY_JSON.map(json.dumps), st.lists(st.text(), max_size=4))
def test_no_body_makes_it_raise(body: bytes | str, keys: list[str]) -> None:
    found = passing(body, [Key(key) for key in keys])
    assert [each.key for each in found.keys] == keys
    assert found.is_flat == (not found.problem and not found.nested)
    assert line_words(found)


@given(st.dictionaries(st.text(), ANY_JSON))
def test_every_key_of_an_object_is_declared_or_listed(values: dict[str, Any]) -> None:
    declared = [Key(key) for key in list(values)[::2]]
    found = passing(json.dumps(values), declared)
    assert len(found.keys) + len(found.others) + found.more == len(values)
    assert all(each.state is not KeyState.MISSING for each in found.keys)


# --- of a response ---------------------------------------------------------------------------------------------------


def test_json_and_text_are_known_at_once() -> None:
    for kind in (BodyKind.JSON, BodyKind.TEXT):
        found = passing_of(Response(body='{"ticket": 1}', kind=kind), None, TICKET)
        assert [each.state for each in found.keys] == [KeyState.PASSED]


@pytest.mark.parametrize("kind", [BodyKind.TEMPLATE, BodyKind.FILE, BodyKind.FORWARD])
def test_what_is_made_for_each_request_is_known_once_it_is_rendered(kind: BodyKind) -> None:
    response = Response(body='{"ticket": 1}', kind=kind)
    found = passing_of(response, None, TICKET)
    assert [each.state for each in found.keys] == [KeyState.UNKNOWN]
    assert found.problem.endswith(".")
    assert [each.words for each in passing_of(response, b'{"ticket": 2}', TICKET).keys] == ["2"]


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (Response(204, body='{"ticket": 1}'), "A 204 has no body, so nothing is passed on."),
        (
            Response(body='{"ticket": 1}', fault=Fault.RESET_BEFORE),
            "The sender gets no whole response, so nothing is passed on.",
        ),
    ],
)
def test_a_response_that_carries_no_body_passes_nothing(response: Response, problem: str) -> None:
    found = passing_of(response, None, TICKET)
    assert found.problem == problem
    assert [each.state for each in found.keys] == [KeyState.MISSING]


def test_of_a_failed_step_it_is_said_that_nothing_is_known() -> None:
    found = passing_of(Response(503, body='{"ticket": 1}'), None, TICKET)
    assert found.note == "The step fails with a 503. Whether it passes values on is not published."
    assert [each.state for each in found.keys] == [KeyState.PASSED]
    assert passing_of(Response(201, body="{}"), None, TICKET).note == ""
    assert passing_of(Response(503, body="http://127.0.0.1:1/", kind=BodyKind.FORWARD), b"{}", TICKET).note == ""


# --- words -----------------------------------------------------------------------------------------------------------


def test_one_line_says_it_all() -> None:
    keys = [Key("ticket"), Key("queue"), Key("note"), Key("x")]
    found = passing('{"ticket": 42, "queue": {}, "note": null}', keys)
    assert line_words(found) == "Passed on: ✓ ticket · ✗ queue (nested) · ! note (null) · ✗ x (not in the body)"
    assert line_words(passing("{}", ())) == "Passed on: nothing, because no keys are declared."
    assert line_words(passing("[]", TICKET)).startswith("The body is a list")


def test_the_expected_payload_is_that_of_the_step() -> None:
    assert expected_payload([Key("ticket"), Key("größe", "number")]) == '{\n  "ticket": "value",\n  "größe": "value"\n}'
    assert json.loads(expected_payload([Key("key")])) == {"key": "value"}


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("ticket", "The key ticket is declared already."),
        (" ", "Enter a key."),
        ("a\nb", "A key has no hidden characters and at most 200."),
        ("\ud800", "A key has no hidden characters and at most 200."),
        ("x" * 201, "A key has no hidden characters and at most 200."),
        ("Ticket", ""),
        ("größe in m²", ""),
    ],
)
def test_a_key_that_cannot_be_declared_says_why(key: str, problem: str) -> None:
    assert key_problem(key, TICKET) == problem
