"""Static tokens and Basic: equal to the byte, and never equal to nothing."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers.verification import JSON, PRESETS, flipped, inside, public_pem, request, with_header
from hookscope.deliveries import Request
from hookscope.verification import Scheme, Verdict, parse_scheme

TOKEN = b"s3cret token"


def scheme(**token: Any) -> Scheme:
    return parse_scheme({"kind": "static", "token": {"from": "header", "name": "X-Token", **token}})


def judged(asked: Request, chosen: Scheme, *secrets: bytes, **options: str) -> Verdict:
    return inside(asked, chosen, list(secrets or (TOKEN,)), options=options)


def sent(value: str) -> Request:
    return request(b"{}", ("X-Token", value))


def basic(credentials: bytes, word: str = "Basic") -> Request:
    return request(b"", ("Authorization", f"{word} {base64.b64encode(credentials).decode()}"))


def test_a_token_proves_nothing_about_the_body() -> None:
    verdict = judged(sent(TOKEN.decode()), scheme())
    assert (verdict.state, verdict.strength, verdict.warnings) == ("verified", "token", ("body_not_covered",))
    assert "does not protect the body" in verdict.message


@pytest.mark.parametrize(
    "value", ["", "s3cret", "s3cret token2", "S3CRET TOKEN", "s3cret  token", '"s3cret token"', "é"]
)
def test_another_value(value: str) -> None:
    verdict = judged(sent(value), scheme())
    assert (verdict.state, verdict.reason) == ("failed", "signature_mismatch")
    assert (verdict.expected, verdict.got) == ("", "")
    assert TOKEN.decode() not in repr(verdict)
    assert not value or value not in verdict.message


def test_no_value() -> None:
    verdict = judged(request(), scheme())
    assert (verdict.state, verdict.message) == ("unsigned", "The request has no header `X-Token`.")
    assert judged(sent(TOKEN.decode()), scheme(name="X-Other")).state == "unsigned"


@pytest.mark.parametrize("secret", [b"", b" ", b"\t\r\n"])
def test_empty_secrets(secret: bytes) -> None:
    for value in ("", " ", secret.decode().strip("\r\n")):
        assert judged(sent(value), scheme(), secret).reason == "invalid_secret"
    assert judged(sent(""), scheme(), secret, TOKEN).reason == "signature_mismatch"
    assert inside(sent(""), scheme(), []).reason == "secret_missing"


def test_any_of_several() -> None:
    verdict = judged(sent(TOKEN.decode()), scheme(), b"", b"old", TOKEN)
    assert (verdict.state, verdict.secret) == ("verified", 2)


def test_a_token_twice() -> None:
    value = TOKEN.decode()
    assert judged(with_header(sent(value), "X-Token", value), scheme()).state == "verified"
    twice = request(b"", ("X-Token", value), ("x-token", "other"))
    assert judged(twice, scheme()).reason == "ambiguous_header"
    assert judged(sent(f"{value}, {value}"), scheme()).reason == "signature_mismatch"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Bearer s3cret token", "ok"),
        ("bearer s3cret token", "ok"),  # RFC 9110 11.1
        ("Bearer  s3cret token ", "ok"),
        ("s3cret token", "malformed_signature"),
        ("Bearer", "malformed_signature"),
        ("Bearer ", "malformed_signature"),
        ("Bearers3cret token", "malformed_signature"),
        ("Bearer\ts3cret token", "malformed_signature"),
        ("Basic s3cret token", "malformed_signature"),
        ("Bearer Bearer s3cret token", "signature_mismatch"),
        ("", "malformed_signature"),
    ],
)
def test_bearer(value: str, expected: str) -> None:
    assert judged(request(b"", ("Authorization", value)), PRESETS["bearer"]).reason == expected


@pytest.mark.parametrize("place", ["header", "query", "cookie", "json", "body"])
def test_vendasta_puts_it_where_its_author_wants(place: str) -> None:
    def asked(token: str) -> Request:
        bodies = {"json": f'{{"k": "{token}"}}', "body": token}
        headers = {"header": ("k", token), "cookie": ("Cookie", f"a=b; k={token}")}
        target = f"/in?k={quote(token)}" if place == "query" else "/in"
        return request(bodies.get(place, "").encode(), headers.get(place, JSON), target=target)

    chosen = PRESETS["vendasta-send"]
    assert judged(asked("s3cret token"), chosen, place=place, name="k").state == "verified"
    assert judged(asked("s3cret_token"), chosen, place=place, name="k").state == "failed"
    assert judged(request(), chosen, place=place, name="k").state == "unsigned"


@pytest.mark.parametrize("place", ["nonsense", "option", "item", "method", "form", ""])
def test_a_place_that_is_none(place: str) -> None:
    """As an option it could name anything that templates can read, the secret's own name among them."""
    verdict = judged(request(), PRESETS["vendasta-send"], b"name", place=place, name="name")
    assert (verdict.state, verdict.reason) == ("failed", "missing_context")


def test_every_item_has_to_have_it() -> None:
    chosen = PRESETS["microsoft-graph"]
    good, bad = b'{"clientState": "s3cret token"}', b'{"clientState": "other"}'
    assert judged(request(b'{"value": [%s, %s]}' % (good, good)), chosen).state == "verified"
    assert judged(request(b'{"value": [%s, %s]}' % (good, bad)), chosen).reason == "ambiguous_header"
    assert judged(request(b'{"value": [%s, {}]}' % good), chosen).reason == "signature_mismatch"
    assert judged(request(b'{"value": []}'), chosen).reason == "malformed_body"
    assert judged(request(b'{"value": [%s], "value": [%s]}' % (bad, good)), chosen).reason == "malformed_body"


def test_a_public_key_may_be_a_token() -> None:
    """Nothing is derived from it, so there is nothing to confuse."""
    text = public_pem("ed25519").replace(b"\n", b"")
    assert judged(sent(text.decode()), scheme(), text).state == "verified"


# --- Basic -----------------------------------------------------------------------------------------------------------


def test_user_name_and_password() -> None:
    verdict = judged(basic(b"user:pass:word"), PRESETS["basic"], b"user:other", b"user:pass:word")
    assert (verdict.state, verdict.strength, verdict.secret) == ("verified", "basic", 1)
    assert (
        judged(basic("üser:pässword".encode(), "basic"), PRESETS["basic"], "üser:pässword".encode()).state == "verified"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Basic dXNlcjpwYXNz", "ok"),
        ("Basic dXNlcjpwYXNzMQ==", "signature_mismatch"),
        ("Basic dXNlcjpwYXNzMQ", "bad_encoding"),
        ("Basic dXNlcjpwYXNzMR==", "bad_encoding"),
        ("Basic user:pass", "bad_encoding"),
        ("Basic dXNlcg==", "malformed_signature"),
        ("Basic ", "malformed_signature"),
        ("Bearer dXNlcjpwYXNz", "malformed_signature"),
        ("dXNlcjpwYXNz", "malformed_signature"),
    ],
)
def test_how_basic_is_written(value: str, expected: str) -> None:
    assert judged(request(b"", ("Authorization", value)), PRESETS["basic"], b"user:pass").reason == expected


@pytest.mark.parametrize("secret", [b"", b" ", b":", b"::", b"user", b"user:", b":pass", b" : ", b" :pass", b"user: "])
def test_secrets_without_user_or_password(secret: bytes) -> None:
    for credentials in (b":", secret, secret + b":"):
        assert judged(basic(credentials), PRESETS["basic"], secret).state == "failed"
        with_another = judged(basic(credentials), PRESETS["basic"], b"user:pass", secret)
        assert with_another.state == "failed"


@given(st.binary(min_size=1, max_size=20), st.integers(0))
def test_one_bit_of_a_token(secret: bytes, bit: int) -> None:
    assume(secret.strip() == secret)
    other = flipped(secret, bit)
    assert judged(sent(secret.decode("latin-1")), scheme(), secret).state == "verified"
    if other.strip(b" \t") != secret:
        assert judged(sent(other.decode("latin-1")), scheme(), secret).state != "verified"
    assert judged(basic(b"u:" + secret), PRESETS["basic"], b"u:" + secret).state == "verified"
    assert judged(basic(b"u:" + other), PRESETS["basic"], b"u:" + secret).state != "verified"
