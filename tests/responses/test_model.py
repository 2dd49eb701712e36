from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.responses import BodyKind, Response, flaws, has_body, json_flaw, planned, status_name


def sentence(text: str) -> str:
    flaw = json_flaw(text)
    return flaw.message if flaw else ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{\n  "a": 1,\n  "bb": "x" "c": 2\n}', "Line 3, column 13: a comma is missing."),
        ('{"a" 1}', "Line 1, column 6: a colon is missing."),
        ('{"a": }', "Line 1, column 7: a value is missing."),
        ("{a: 1}", "Line 1, column 2: a name in double quotes is missing."),
        ('{"a": 1,\n}', "Line 1, column 8: there is a comma too many."),
        ("[1, 2, ]", "Line 1, column 6: there is a comma too many."),
        ("{} {}", "Line 1, column 4: there is text after the end of the JSON value."),
        ('{"a": "b}', "Line 1, column 7: this string has no end."),
        (
            '["a\nb"]',
            "Line 1, column 4: a string ends on its own line. Write \\n for a line break, \\t for a tab.",
        ),
        ('["\\x"]', 'Line 1, column 3: this is no escape. After a backslash comes one of " \\ / b f n r t u.'),
        ('["\\u00g0"]', "Line 1, column 4: after \\u come four hexadecimal digits."),
        ("{'a': 1}", 'Line 1, column 2: JSON has only straight double quotes (").'),
        ("[“a”]", 'Line 1, column 2: JSON has only straight double quotes (").'),
        ('{"a": True}', "Line 1, column 7: JSON writes true."),
        ("[None]", "Line 1, column 2: JSON writes null."),
        ('{\n// later\n"a": 1}', "Line 2, column 1: JSON has no comments."),
        ('{"NaN": "NaN \\" NaN",\n "a": NaN}', "Line 2, column 7: NaN is not JSON. Use null or a text."),
        ("[-Infinity]", "Line 1, column 2: -Infinity is not JSON. Use null or a text."),
        ("\ufeff{}", "Line 1, column 1: an invisible byte order mark stands here. Delete it."),
        (" \n", "The body is empty, which is not JSON. Write {}, or choose Text."),
        ("[" * 100_000, "The body is nested deeper than most programs can read. Make it flatter."),
    ],
)
def test_a_flaw_says_what_is_wrong_and_where(text: str, expected: str) -> None:
    assert sentence(text) == expected


def test_a_flaw_has_the_place_that_its_sentence_names() -> None:
    flaw = json_flaw('{"💥": "é"\n "b": 2}')
    assert flaw is not None
    assert (flaw.place, flaw.line, flaw.column) == ("body", 2, 2)


@pytest.mark.parametrize(
    "text", ["{}", "null", '"a"', "1" * 5000, "[1e999, -0, 2.50]", '{"a": 1, "a": 2}', ' {"\\ud800": ""}\r\n']
)
def test_what_is_json_has_no_flaw(text: str) -> None:
    assert json_flaw(text) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON, st.sampled_from([None, 2]))
def test_whatever_is_written_as_json_has_no_flaw(value: object, indent: int | None) -> None:
    assert json_flaw(json.dumps(value, indent=indent)) is None


def is_strict_json(text: str) -> bool:
    constants: list[str] = []
    try:
        json.loads(text, parse_constant=constants.append)
    except ValueError:
        return False
    return not constants


@given(st.text(alphabet='{}[]",:\\ntrueNaIfiy01.- \n\r\tu', max_size=40))
def test_a_flaw_is_found_exactly_when_python_cannot_read_the_text_strictly(text: str) -> None:
    flaw = json_flaw(text)
    assert (flaw is None) is is_strict_json(text)
    if flaw:
        lines = text.split("\n")
        assert 1 <= flaw.line <= len(lines)
        assert 1 <= flaw.column <= len(lines[flaw.line - 1]) + 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (100, "100 announces a response and cannot be the response. Use 200 to 599."),
        (199, "199 announces a response and cannot be the response. Use 200 to 599."),
        (99, "99 is not a status. Use 200 to 599."),
        (600, "600 is not a status. Use 200 to 599."),
    ],
)
def test_only_a_final_status_can_be_sent(status: int, expected: str) -> None:
    found = flaws(Response(status, body=""))
    assert (found[0].place, found[0].message) == ("status", expected)


@pytest.mark.parametrize("status", [200, 299, 404, 599])
def test_a_final_status_needs_no_standard_name(status: int) -> None:
    assert not flaws(Response(status))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (("", "x"), "A header has no name. Name it or take it out."),
        (("X Y", "x"), "“X Y” is not a header name. Use letters, digits and dashes."),
        (("X-Ä", "x"), "“X-Ä” is not a header name. Use letters, digits and dashes."),
        (("content-length", "2"), "content-length is counted when the response is sent. Take it out."),
        (
            ("Transfer-Encoding", "x"),
            "Transfer-Encoding belongs to the connection, which the listener looks after. Take it out.",
        ),
        (("Connection", "close"), "Connection belongs to the connection, which the listener looks after. Take it out."),
        (("X-A", "a\r\nX-B: b"), "The value of X-A has a line break or control character. Take it out."),
        (("X-A", "a\x00"), "The value of X-A has a line break or control character. Take it out."),
        (("X-A", "€"), "The value of X-A has a character that a header cannot carry. Use Latin letters."),
    ],
)
def test_a_header_that_cannot_be_sent_is_refused_with_the_reason(header: tuple[str, str], expected: str) -> None:
    found = flaws(Response(headers=(("X-Good", "1"), header)))
    assert [(flaw.place, flaw.line, flaw.message) for flaw in found] == [("headers", 2, expected)]


def test_the_same_header_may_be_sent_twice() -> None:
    assert not flaws(Response(headers=(("Set-Cookie", "a=1"), ("Set-Cookie", "b=ä\t2"))))


@pytest.mark.parametrize("status", [204, 304])
def test_a_body_that_is_not_sent_needs_no_check(status: int) -> None:
    assert not has_body(status)
    assert not flaws(Response(status, body="{"))


def test_a_205_has_an_empty_body() -> None:
    assert [flaw.message for flaw in flaws(Response(205))] == ["A 205 comes without a body. Empty it, or use 200."]
    assert not flaws(Response(205, body=""))


def test_half_a_character_cannot_be_sent() -> None:
    found = flaws(Response(body="ab\n\ud83d", kind=BodyKind.TEXT))
    assert [flaw.message for flaw in found] == ["Line 2, column 1: half of a character stands here alone. Delete it."]


def test_a_text_body_may_be_anything() -> None:
    assert not flaws(Response(body="{", kind=BodyKind.TEXT))


def test_every_flaw_is_told_at_once() -> None:
    found = flaws(Response(100, (("", ""), ("Upgrade", "h2c"))))
    assert [flaw.place for flaw in found] == ["status", "headers", "headers"]


def test_the_standard_names() -> None:
    assert (status_name(404), status_name(599)) == ("Not Found", "")


@given(
    st.builds(
        Response,
        st.integers(0, 700),
        st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8))).map(tuple),
        st.text(st.characters(exclude_categories=()), max_size=20),
        st.sampled_from([BodyKind.JSON, BodyKind.TEXT]),
    )
)
def test_a_response_without_flaws_can_be_written_to_the_wire(response: Response) -> None:
    if flaws(response):
        return
    sent = planned(response)
    for name, value in sent.headers:
        line = f"{name}: {value}".encode("latin-1")
        assert re.fullmatch(rb"[^\x00-\x08\x0a-\x1f\x7f]+", line)
