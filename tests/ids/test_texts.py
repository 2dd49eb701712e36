"""Documents in texts."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.verdicts import jwt
from hookscope.ids.texts import LARGEST_TEXT, document_in, payload_in

TOKEN = jwt({"accountId": "AG-7PQTGLLXQQ"}).decode()
HEADER, PAYLOAD, SIGNATURE = TOKEN.split(".")


def part(value: str) -> str:
    return urlsafe_b64encode(value.encode()).decode().rstrip("=")


NO_JWT, TOO_DEEP = part('{"typ": "JWT"}'), part('{"a":' * 10_000)


@pytest.mark.parametrize("text", ['{"a": 1}', '\n [{"a": 1}]', "{}", "[]"])
def test_a_text_that_is_an_object_or_array(text: str) -> None:
    assert document_in(text) == json.loads(text)


@pytest.mark.parametrize(
    "text", ["", "1", '"{}"', "{", "{a}", "{{ orderId }}", "[1]]", "[" * 100_000, "[" + "1" * 5000]
)
def test_a_text_that_is_none(text: str) -> None:
    assert document_in(text) is None


@pytest.mark.parametrize(
    "text", [TOKEN, f"Bearer {TOKEN}", f" bearer  {TOKEN}\n", f"{HEADER}.{PAYLOAD}.", f"{TOKEN}=="]
)
def test_the_payload_of_a_token(text: str) -> None:
    assert payload_in(text) == {"accountId": "AG-7PQTGLLXQQ"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bearer",
        f"Basic {TOKEN}",
        f"{HEADER}.{PAYLOAD}",
        f"{TOKEN}.x",
        f"{part('{}')}.{PAYLOAD}.{SIGNATURE}",
        f"{NO_JWT}.{PAYLOAD}.{SIGNATURE}",
        f"{HEADER}.{part('[]')}.{SIGNATURE}",
        f"{HEADER}.{part('{')}.{SIGNATURE}",
        f"{HEADER}.{part('x')[:1]}.{SIGNATURE}",
        f"{HEADER}.____.{SIGNATURE}",
        f"{HEADER}.{TOO_DEEP}.{SIGNATURE}",
    ],
)
def test_what_is_no_token(text: str) -> None:
    assert payload_in(text) is None


def test_what_is_too_large_is_not_read() -> None:
    assert document_in("[" + " " * (LARGEST_TEXT - 2) + "]") == []
    assert document_in("[" + " " * (LARGEST_TEXT - 1) + "]") is None
    assert payload_in(f"{HEADER}.{PAYLOAD}.{'s' * LARGEST_TEXT}") is None


@given(st.text() | st.from_regex(r"e[yw][\w-]*\.[\w-]*\.[\w-]*={0,2}") | st.from_regex(r"\s*[\[{][\[\]{}\",:a]*"))
def test_no_text_breaks_it(text: str) -> None:
    assert isinstance(document_in(text), dict | list | None)
    assert isinstance(payload_in(text), dict | None)
