"""Where signatures and tokens stand, and taking them apart."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.verification import FORM, JSON, hmac_scheme, request
from hookscope.deliveries import Request
from hookscope.verification.context import Context, Refused
from hookscope.verification.places import CANDIDATES_AT_MOST, Found, describe, find, token_values, where

A, B = b"\xaa" * 3, b"\xbb" * 3


def found(asked: Request, *places: dict[str, Any], **options: str) -> list[Found]:
    scheme = hmac_scheme(signature=[{"name": "S", "encoding": "hex", **place} for place in places or ({},)])
    return find(Context(asked, options), scheme.signature)


def candidates(value: str, **place: Any) -> list[bytes]:
    return [candidate for each in found(request(b"", ("S", value)), place) for candidate in each.candidates]


def reason(value: str, **place: Any) -> str:
    with pytest.raises(Refused) as caught:
        found(request(b"", ("S", value)), place)
    assert str(caught.value).endswith(".")
    return caught.value.reason


PAIRS: dict[str, Any] = {"format": "pairs", "key": "v1"}
TAGS: dict[str, Any] = {"format": "tagged-list", "key": "v1"}


def test_plain() -> None:
    assert candidates("aaAAaa") == [A]
    assert candidates("sha256=aaaaaa", prefix="sha256=") == [A]
    assert candidates("qqqq", encoding="base64") == [A]
    assert candidates(" aaaaaa\t") == [A]
    assert found(request()) == []


@pytest.mark.parametrize(
    ("value", "place", "expected"),
    [
        ("", {}, "malformed_signature"),
        ("", {"prefix": "sha256="}, "malformed_signature"),
        ("aaaaaa", {"prefix": "sha256="}, "malformed_signature"),
        ("SHA256=aaaaaa", {"prefix": "sha256="}, "malformed_signature"),
        ("sha256 =aaaaaa", {"prefix": "sha256="}, "malformed_signature"),
        ("sha256=", {"prefix": "sha256="}, "bad_encoding"),
        ("sha256=", {"prefix": "sha256=", "encoding": "base64url"}, "bad_encoding"),
        ("sha256= aaaaaa", {"prefix": "sha256="}, "bad_encoding"),
        ("aaaaa", {}, "bad_encoding"),
        ("aa aaaa", {}, "bad_encoding"),
        ("aaaaaa,bbbbbb", {}, "bad_encoding"),
        ("", PAIRS, "malformed_signature"),
        ("t=1", PAIRS, "malformed_signature"),
        ("v1", PAIRS, "malformed_signature"),
        ("V1=aaaaaa", PAIRS, "malformed_signature"),
        ("v1=", PAIRS, "bad_encoding"),
        ("v1=xyz,v1=", PAIRS, "bad_encoding"),
        ("v1 =aaaaaa", PAIRS, "malformed_signature"),
        ("v1= aaaaaa", PAIRS, "bad_encoding"),
        ("v0=aaaaaa", PAIRS, "malformed_signature"),
        ("v1a,aaaaaa", TAGS, "malformed_signature"),
        ("v1", TAGS, "malformed_signature"),
        ("v1,", TAGS, "bad_encoding"),
        ("v1,aaaaaa,bbbbbb", TAGS, "bad_encoding"),
        ("v1=aaaaaa", TAGS, "malformed_signature"),
    ],
)
def test_faults(value: str, place: dict[str, Any], expected: str) -> None:
    assert reason(value, **place) == expected


def test_pairs() -> None:
    asked = request(b"", ("S", "t=1, v1=aaaaaa,v0=cccccc,v1=bbbbbb,v1=xyz,junk"))
    (each,) = found(asked, PAIRS)
    assert each.candidates == (A, B)
    assert each.fields[b"t"] == [b"1"]
    assert candidates("ts=1;h1=aaaaaa", format="pairs", separator=";", key="h1") == [A]
    assert candidates("v1=qg==", format="pairs", key="v1", encoding="base64") == [b"\xaa"]


def test_tagged_list() -> None:
    assert candidates("v1,aaaaaa v1a,cccccc  v1,bbbbbb v1,xyz junk", **TAGS) == [A, B]


def test_a_hundred_signatures_and_no_more() -> None:
    for place, mark in ((PAIRS, "="), (TAGS, ",")):
        separator = " " if place is TAGS else ","
        entries = [f"v1{mark}aaaaaa"] * CANDIDATES_AT_MOST
        assert len(candidates(separator.join(entries), **place)) == CANDIDATES_AT_MOST
        assert reason(separator.join([*entries, entries[0]]), **place) == "malformed_signature"


def test_numbered_headers() -> None:
    place = {"name": "S-{n}", "numbered": 12}
    asked = request(b"", ("S-3", "xyz"), ("s-12", "aaaaaa"), ("S-2", "bbbbbb"), ("S-13", "cccccc"))
    assert [each.candidates for each in found(asked, place)] == [(B,), (A,)]


def test_one_place_is_enough_and_a_broken_one_does_no_harm() -> None:
    places = ({"name": "First"}, {"name": "Second"})
    asked = request(b"", ("Second", "aaaaaa"))
    assert [each.candidates for each in found(asked, *places)] == [(A,)]
    broken = request(b"", ("First", "xyz"), ("Second", "aaaaaa"))
    assert [each.candidates for each in found(broken, *places)] == [(A,)]
    with pytest.raises(Refused) as caught:
        found(request(b"", ("First", "xyz")), *places)
    assert caught.value.reason == "bad_encoding"


def test_other_sources() -> None:
    assert found(request(target="/in?S=aaaaaa"), {"from": "query"})[0].candidates == (A,)
    assert found(request(b"S=aaaaaa", FORM), {"from": "form"})[0].candidates == (A,)
    assert found(request(b'{"a":{"S":"aaaaaa"}}', JSON), {"from": "json", "name": "a.S"})[0].candidates == (A,)


def test_case_of_hexadecimal_is_an_option() -> None:
    asked = request(b"", ("S", "AAaaaa"))
    assert found(asked)[0].candidates == (A,)
    for case in ("lower", "upper"):
        with pytest.raises(Refused):
            found(asked, hex_case=case)


@pytest.mark.parametrize(
    ("source", "name", "words"),
    [
        ("header", "X", "header `X`"),
        ("json", "a.b", "body key `a.b`"),
        ("query", "q", "query parameter `q`"),
        ("form", "f", "form field `f`"),
        ("cookie", "c", "cookie `c`"),
        ("body", "", "body"),
    ],
)
def test_words(source: str, name: str, words: str) -> None:
    assert where(source, name) == words
    assert describe(hmac_scheme().signature[0]) == "header `X-Sig`"


def tokens(document: Any, path: str = "value.*.state") -> list[bytes] | None:
    return token_values(Context(request(json.dumps(document).encode()), {}), "json", path)


def test_tokens_of_every_item() -> None:
    assert tokens({"value": [{"state": "s"}, {"state": "s"}]}) == [b"s"]
    assert tokens({"value": [{}, {}]}) is None
    assert tokens({"state": 5}, "state") == [b"5"]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"value": [{"state": "s"}, {"state": "t"}]}, "ambiguous_header"),
        ({"value": [{"state": "s"}, {}]}, "signature_mismatch"),
        ({"value": [{"state": "s"}, {"state": None}]}, "signature_mismatch"),
        ({"value": [{"state": "s"}, "s"]}, "signature_mismatch"),
        ({"value": []}, "malformed_body"),
        ({"value": {"state": "s"}}, "malformed_body"),
        ({}, "malformed_body"),
        ([], "malformed_body"),
    ],
)
def test_items_without_the_token(document: Any, expected: str) -> None:
    with pytest.raises(Refused) as caught:
        tokens(document)
    assert caught.value.reason == expected


def test_tokens_elsewhere() -> None:
    asked = request(b"all of it", ("X", "1"), ("Cookie", "c=2"), target="/in?q=3")
    context = Context(asked, {})
    assert token_values(context, "header", "X") == [b"1"]
    assert token_values(context, "cookie", "c") == [b"2"]
    assert token_values(context, "query", "q") == [b"3"]
    assert token_values(context, "body", "") == [b"all of it"]
    assert token_values(Context(request(), {}), "body", "") is None
    assert token_values(Context(request(), {}), "json", "a") is None


@pytest.mark.parametrize("source", ["nonsense", "", "option", "method", "url", "item", "secret", "form"])
def test_places_that_hold_no_token(source: str) -> None:
    with pytest.raises(Refused) as caught:
        token_values(Context(request(), {"name": "x"}), source, "name")
    assert caught.value.reason == "missing_context"


@given(
    st.text(st.sampled_from("v1a0=, ;tx\t\xff"), max_size=30),
    st.sampled_from(["plain", "pairs", "tagged-list"]),
    st.sampled_from(["hex", "base64", "base64url"]),
)
def test_any_value_is_taken_apart_or_refused(value: str, form: str, encoding: str) -> None:
    try:
        taken = candidates(value, format=form, encoding=encoding, **({} if form == "plain" else {"key": "v1"}))
    except Refused as error:
        taken = [error.reason.encode()]
        value = error.reason
    assert all(taken) if taken else not value
    assert taken
