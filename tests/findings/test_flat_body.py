"""One flat JSON object of texts, or not."""

from __future__ import annotations

import gzip
import json

import pytest

from findings.conftest import SEND_A_WEBHOOK, codes, findings
from hookscope.responses.request_view import LARGEST_JSON


def sentence(body: object, **changes: object) -> str:
    (only,) = findings(body, **changes)  # type: ignore[arg-type]
    return only.sentence


def test_a_nested_value_is_named() -> None:
    (only,) = findings(SEND_A_WEBHOOK | {"customer": {"name": "Ada"}})
    assert (only.code, only.words, only.path) == ("body-not-flat", "body not flat", "customer")
    assert only.sentence == "The step promises one flat JSON object, but `customer` is nested."
    assert only.fix == ("Give each value its own field under JSON Body, or choose another sender in the Response tab.")


def test_several_nested_values() -> None:
    body = {"a": "1", "items": [], "customer": {}, "b c": {}}
    assert sentence(body).endswith("but `items` and 2 more fields are nested.")
    assert sentence({"items": [], "customer": {}}).endswith("but `items` and 1 more field are nested.")


@pytest.mark.parametrize(
    ("body", "what"),
    [([1], "a list"), ("text", "a text"), (3, "a number"), (None, "null"), (True, "true"), (False, "false")],
)
def test_a_body_that_is_no_object(body: object, what: str) -> None:
    (only,) = findings(body)
    assert only.code == "body-not-flat"
    assert only.sentence == f"The step promises one flat JSON object, but the body is {what}."


@pytest.mark.parametrize(("value", "what"), [(3, "a number"), (0.5, "a number"), (True, "true"), (None, "null")])
def test_a_value_that_is_no_text(value: object, what: str) -> None:
    (only,) = findings(SEND_A_WEBHOOK | {"the quantity": value})
    assert (only.code, only.words, only.path) == ("value-not-text", "value not text", '"the quantity"')
    assert only.sentence == f"The step promises text, but `the quantity` is {what}."
    assert only.fix == "In the step, enter it as text: with a number the step fails (“id.trim is not a function”)."


def test_several_values_that_are_no_text() -> None:
    expected = "The step promises text, but `a` and 2 more fields are none."
    assert sentence({"a": 1, "b": "", "c": None, "d": True}) == expected
    assert sentence({"a": 1, "c": None}).endswith("but `a` and 1 more field are none.")


def test_nested_and_no_text_are_two_findings() -> None:
    assert codes({"a": 1, "b": {}}) == ["body-not-flat", "value-not-text"]


def test_what_is_no_json_says_where() -> None:
    (only,) = findings(b'{\n  "a": "b"\n  "c": "d"\n}')
    assert (only.code, only.words, only.path) == ("body-not-json", "body not JSON", "")
    assert only.sentence == "The body is not JSON. Line 3, column 3: a comma is missing."
    assert only.fix == "Give each value its own field under JSON Body."
    assert sentence(b"a=b", headers=()).startswith("The body is not JSON. Line 1, column 1: ")
    assert sentence(b'{"a": NaN}') == "The body is not JSON. Line 1, column 7: NaN is not JSON. Use null or a text."
    assert sentence(b"\0\xff") == "The body is not JSON: it has bytes that no text has."


def test_another_content_type_is_named() -> None:
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    assert sentence(b"a=b", headers=headers) == (
        "The step promises JSON, but the body is `application/x-www-form-urlencoded`."
    )
    assert codes(json.dumps(SEND_A_WEBHOOK).encode(), headers=(("Content-Type", "text/plain"),)) == []


def test_depth_is_nested_too() -> None:
    (only,) = findings(b'{"a":' * 50_000 + b"1" + b"}" * 50_000)
    assert only.code == "body-not-flat"
    assert only.sentence.startswith("The step promises one flat JSON object, but ")


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (b"[" + b" " * LARGEST_JSON + b"]", ""),  # is not read
        (gzip.compress(b"[" + b" " * LARGEST_JSON + b"]", mtime=0), "gzip"),
        (b"\x0b\x02\x80[]\x03", "br"),
        (b'{"a": "b", "n": ' + b"9" * 5000 + b"}", ""),  # is JSON, which Python does not read
        (gzip.compress(b" ", mtime=0), "gzip"),
    ],
)
def test_what_cannot_be_read_is_not_judged(body: bytes, coding: str) -> None:
    assert codes(body, headers=(("Content-Encoding", coding),)) == []


def test_long_names_are_cut_and_stay_whole_in_the_path() -> None:
    (only,) = findings({"k" * 5000: 1})
    assert only.sentence == f"The step promises text, but `{'k' * 40}…` is a number."
    assert only.path == "k" * 5000
