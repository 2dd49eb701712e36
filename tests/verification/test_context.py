"""What verification reads of a request: to the byte, and never one of two values that differ."""

from __future__ import annotations

import gzip
import json
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.verification import FORM, JSON, request
from hookscope.deliveries import Request
from hookscope.verification.context import FIELDS_AT_MOST, ITEMS_AT_MOST, JSON_AT_MOST, Context, Refused, wire
from hookscope.verification.template import parse_template


def context(asked: Request, **options: str) -> Context:
    return Context(asked, options)


def found(asked: Request, source: str, name: str) -> bytes | None:
    return context(asked).find(source, name)


def reason(asked: Request, source: str, name: str) -> str:
    with pytest.raises(Refused) as caught:
        found(asked, source, name)
    assert str(caught.value).endswith(".")
    return caught.value.reason


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        ((("x-sig", " \ta b\t "),), b"a b"),
        ((("X-SIG", "\xa0\x85\x0b1\x0c\x1f"),), b"\xa0\x85\x0b1\x0c\x1f"),  # only blank and tab are not part of it
        ((("X-Sig", "caf\xc3\xa9"),), b"caf\xc3\xa9"),
        ((("X-Sig", "1, 2"),), b"1, 2"),
        ((("X-Sig", "1"), ("x-sig", " 1 ")), b"1"),
        ((("X-Sig", ""),), b""),
        ((("X-Sig2", "1"),), None),
    ],
)
def test_header(headers: tuple[tuple[str, str], ...], value: bytes | None) -> None:
    assert found(request(b"", *headers), "header", "X-Sig") == value


@pytest.mark.parametrize("other", ["2", "1,1", "1\xa0", ""])
def test_headers_that_differ_are_ambiguous(other: str) -> None:
    assert reason(request(b"", ("X-Sig", "1"), ("x-SIG", other)), "header", "X-Sig") == "ambiguous_header"


def test_an_empty_header_is_absent_from_a_signed_text() -> None:
    asked = request(b"B", ("X-Id", " "))
    assert context(asked).render(parse_template("[?{header:X-Id}.?]{body}")) == b"B"
    assert found(asked, "header", "X-Id") == b""


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        (["a=1; t=x=y;b"], b"x=y"),
        (["a=1", "t=2"], b"2"),
        (["t=1;t=1"], b"1"),
        (["t"], b""),
        (['t="1"'], b'"1"'),
        (["t=caf\xc3\xa0"], b"caf\xc3\xa0"),  # the last byte is no blank, though some count it as one
        (["t=1\x0b; a=2"], b"1\x0b"),
        (["T=1; xt=1"], None),
        ([], None),
    ],
)
def test_cookie(lines: list[str], value: bytes | None) -> None:
    assert found(request(b"", *(("Cookie", line) for line in lines)), "cookie", "t") == value


def test_cookies_that_differ_are_ambiguous() -> None:
    assert reason(request(b"", ("Cookie", "t=1; " + "a=b; " * 2000 + "t=2")), "cookie", "t") == "ambiguous_header"


@pytest.mark.parametrize(
    ("target", "value"),
    [
        ("/in?t=a+b%2B%c3%a9", "a b+é".encode()),
        ("/in?x=1&t=%FF&t=%ff", b"\xff"),
        ("/in?t", b""),
        ("/in?%74=1", b"1"),
        ("/in?x=?t=1", None),
        ("/in?x=1#&t=1", None),
        ("/in", None),
    ],
)
def test_query(target: str, value: bytes | None) -> None:
    assert found(request(target=target), "query", "t") == value


@pytest.mark.parametrize("target", ["/in?t=1&t=2", "/in?t=1&%74=2", "/in?t=1&t"])
def test_parameters_that_differ_are_ambiguous(target: str) -> None:
    assert reason(request(target=target), "query", "t") == "ambiguous_header"


def test_query_of_an_address_without_a_target() -> None:
    assert found(Request("POST", "", (), b"", "https://a/b?t=1"), "query", "t") == b"1"


def test_form() -> None:
    assert found(request(b"t=a+b&x=1", FORM), "form", "t") == b"a b"
    assert found(request(b"", JSON), "form", "t") is None
    assert found(request(b"t=1", ("content-type", FORM[1].upper() + "; charset=utf-8")), "form", "t") == b"1"
    assert reason(request(b"t=1&t=2", FORM), "form", "t") == "ambiguous_header"


@pytest.mark.parametrize(
    "headers", [(), (JSON,), (("Content-Type", "text/plain; a=application/x-www-form-urlencoded"),)]
)
def test_another_body_is_no_form(headers: tuple[tuple[str, str], ...]) -> None:
    assert reason(request(b"t=1", *headers), "form", "t") == "malformed_body"


def test_form_sorted_has_each_name_and_value_once() -> None:
    asked = request(b"b=2&a=x&b=1&b=2&%61=%C3%A9&c", FORM)
    assert context(asked).form_sorted() == "axaéb1b2c".encode()


def test_too_many_fields() -> None:
    assert found(request(b"&" * (FIELDS_AT_MOST - 1), FORM), "form", "t") is None
    assert reason(request(b"&" * FIELDS_AT_MOST, FORM), "form", "t") == "malformed_body"
    assert reason(request(target="/in?" + "&" * FIELDS_AT_MOST), "query", "t") == "malformed_body"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ('{"a": {"b": "é"}}', "é".encode()),
        ('{"a": {"b": 1.10}}', b"1.10"),
        ('{"a": {"b": -1E+2}}', b"-1E+2"),
        ('{"a": {"b": 123456789012345678901234567890}}', b"123456789012345678901234567890"),
        ('{"a": {"b": true}}', b"true"),
        ('{"a": {"b": false}}', b"false"),
        ('{"a": {"b": null}}', None),
        ('{"a": {"b": {}}}', None),
        ('{"a": {"b": ["x"]}}', None),
        ('{"a.b": "x"}', None),
        ('{"a": "b"}', None),
        ('\ufeff{"a": {"b": "x"}}', b"x"),
        ('{"a": {"b": "\\ud800"}}', b"\xed\xa0\x80"),
        ("5", None),
    ],
)
def test_json(body: str, value: bytes | None) -> None:
    assert found(request(body.encode(), JSON), "json", "a.b") == value


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "a=1",
        '{"a": NaN}',
        '{"a": -Infinity}',
        '{"a": 1} x',
        "{'a': 1}",
        '{"a": {"b": 1}, "a": {"b": 2}}',  # readers differ in which one they take
        '{"a": {"b": 1, "b": 1}}',
        '{"x": [{"c": 1, "c": 2}], "a": {"b": 1}}',
        "[" * 100_000,
        '{"a":' * 100_000,
        "9" * 5_000 + "e",
    ],
)
def test_no_json(body: str) -> None:
    assert reason(request(body.encode(), JSON), "json", "a.b") == "malformed_body"


@pytest.mark.parametrize("body", [b"\xff", b'\xff\xfe{\x00"\x00a\x00"\x00:\x001\x00}\x00', b" " * (JSON_AT_MOST + 1)])
def test_json_is_utf_8_and_not_too_long(body: bytes) -> None:
    assert reason(request(body), "json", "a") == "malformed_body"


@pytest.mark.parametrize(
    ("document", "path", "values"),
    [
        ({"a": [{"b": "1"}, {"b": "2"}]}, "a.*.b", ["1", "2"]),
        ({"a": [{"b": "1"}, {}]}, "a.*.b", ["1", None]),
        ({"a": [{"b": "1"}, 5]}, "a.*.b", ["1", None]),
        ({"a": []}, "a.*.b", []),
        ({"a": {"b": "1"}}, "a.*.b", []),
        ({}, "a.*.b", []),
        ({"a": ["x", "y"]}, "a.1", ["y"]),
        ({"a": ["x"]}, "a.1", [None]),
        ({"a": ["x"]}, "a.-1", [None]),
        ({"a": {"1": "x"}}, "a.1", ["x"]),
        ({"a": ["x"]}, "a.999999999999999999", [None]),
        ({"*": "x"}, "*", []),
        (["x"], "*", ["x"]),
    ],
)
def test_paths(document: Any, path: str, values: list[Any]) -> None:
    assert context(request(json.dumps(document).encode())).json_all(path) == values


def test_too_many_items() -> None:
    body = json.dumps({"a": [{}] * (ITEMS_AT_MOST + 1)}).encode()
    with pytest.raises(Refused, match="more than 1,000 items"):
        context(request(body)).json_all("a.*.b")


def test_items_that_differ_are_ambiguous() -> None:
    assert found(request(b'{"a": [{"b": 1}, {"b": 1}, {}]}'), "json", "a.*.b") == b"1"
    assert reason(request(b'{"a": [{"b": 1}, {"b": 1.0}]}'), "json", "a.*.b") == "ambiguous_header"


def test_everything_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many places and placeholders ask for it, the body is not read for each of them."""
    read: list[int] = []

    def counted(*args: Any, **more: Any) -> Any:
        read.append(1)
        return loads(*args, **more)

    loads = json.loads
    monkeypatch.setattr(json, "loads", counted)
    asked = context(request(b'{"a": {"b": "x"}}'))
    template = parse_template("{json:a.b}" * 100)
    assert asked.render(template) == b"x" * 100
    assert len(read) == 1


def test_body_as_it_came_and_unpacked() -> None:
    packed = request(gzip.compress(b"text"), ("Content-Encoding", "gzip"))
    assert Context(packed, {}).body == packed.body
    assert Context(packed, {}, decoded_body=True).body == b"text"
    broken = request(b"text", ("Content-Encoding", "gzip"))
    with pytest.raises(Refused) as caught:
        _ = Context(broken, {}, decoded_body=True).body
    assert caught.value.reason == "malformed_body"


def test_options() -> None:
    assert context(request(), id="é").find("option", "id") == "é".encode()
    assert context(request()).find("option", "id") is None


@given(st.binary(max_size=20))
def test_bytes_of_the_wire_are_kept(data: bytes) -> None:
    assert wire(data.decode("latin-1")) == data
    assert found(request(data, ("X", data.decode("latin-1"))), "body", "") == data
    asked = request(target=f"/in?t={quote_from_bytes(data)}")
    assert found(asked, "query", "t") == data


@given(st.text(max_size=10))
def test_text_that_came_over_no_wire(text: str) -> None:
    assert isinstance(wire(text), bytes)


@given(st.lists(st.tuples(st.sampled_from(["X", "x", "Y"]), st.sampled_from(["1", "2", " 1"])), max_size=4))
def test_a_header_is_the_same_for_every_reader_or_ambiguous(pairs: list[tuple[str, str]]) -> None:
    values = {value.strip() for name, value in pairs if name.lower() == "x"}
    if len(values) > 1:
        assert reason(request(b"", *pairs), "header", "X") == "ambiguous_header"
    else:
        assert found(request(b"", *pairs), "header", "X") == (values.pop().encode() if values else None)
