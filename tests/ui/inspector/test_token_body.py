"""Bodies that are tokens."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.verdicts import MARKETPLACE_CLAIM, jwt, marketplace_claims
from hookscope.ui.inspector.token_body import LARGEST, Fact, read_token


def test_the_payload_is_apart_from_the_other_claims_and_the_header() -> None:
    token = read_token(jwt(marketplace_claims(1_795_435_200)).decode(), MARKETPLACE_CLAIM)
    assert token is not None
    ((name, payload),) = token.payload
    assert name == MARKETPLACE_CLAIM
    assert isinstance(payload, tuple)
    assert payload[0] == ("webhook_id", "purchase")
    assert [fact.name for fact in token.claims] == ["iss", "iat", "exp"]
    assert token.claims[0] == Fact("iss", "Vendasta Marketplace")
    assert token.header == (Fact("alg", "RS256"), Fact("typ", "JWT"))


def test_times_are_readable() -> None:
    token = read_token(jwt({"data": {}, "iat": 1_795_435_200, "exp": 1_795_435_260.5}).decode())
    assert token is not None
    assert [fact.value for fact in token.claims] == ["1795435200", "1795435260.5"]
    assert all(fact.shown.endswith(f"({fact.value})") and " Nov 2026 " in fact.shown for fact in token.claims)


@pytest.mark.parametrize("time", [-1, 1e300, "soon", None, True, 10**30, {"a": 1}, 253_402_300_800])
def test_what_is_no_time_stays_as_it_is(time: object) -> None:
    token = read_token(jwt({"data": {"a": 1}, "exp": time}).decode(), "data")
    assert token is not None
    assert token.claims == (Fact("exp", time if isinstance(time, str) else json.dumps(time)),)


def test_without_a_known_claim_the_first_object_is_the_payload() -> None:
    token = read_token(jwt({"sub": {"a": 1}, "aud": ["x"], "order": {"id": 1}, "more": {}}).decode(), "another")
    assert token is not None
    assert [name for name, _ in token.payload] == ["order"]
    assert [fact.name for fact in token.claims] == ["sub", "aud", "more"]


def test_flat_claims_are_the_payload() -> None:
    token = read_token(jwt({"iss": "me", "vendasta.com/marketplace/session_id": "s"}).decode(), MARKETPLACE_CLAIM)
    assert token is not None
    assert [name for name, _ in token.payload] == ["iss", "vendasta.com/marketplace/session_id"]
    assert token.claims == ()


def test_blanks_and_quotes_around_it_do_not_matter() -> None:
    plain = jwt({"a": {}}).decode()
    found = read_token(plain)
    assert found is not None
    assert read_token(f' \n"{plain}"\r\n') == read_token(f"{plain}==") == found
    assert read_token(plain.rpartition(".")[0] + ".") == found  # unsigned


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b.c",
        "one.two",
        jwt({}).decode() + ".four",
        jwt({}, header={"typ": "JWT"}).decode(),
        jwt({}).decode().replace(".", ".é", 1),
        "bm8.bm8.bm8",
        urlsafe_b64encode(b"[" * 90_000).decode() + ".e30.c2ln",
        "eyJhbGciOiAxfQ.W10.c2ln",
        "A" * LARGEST + ".a.b",
    ],
)
def test_what_is_no_token(text: str) -> None:
    assert read_token(text) is None


@given(st.text(alphabet='.-_=Aeyw0I{}"', max_size=60) | st.text(max_size=60))
def test_nothing_makes_it_raise(text: str) -> None:
    read_token(text)
    part = urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")
    read_token(f"eyJhbGciOiAxfQ.{part}.c2ln")
    read_token(f"{part}.{part}.")
