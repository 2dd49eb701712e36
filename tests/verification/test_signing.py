"""Signing as senders do: what is signed verifies, one changed bit does not, and what is missing is said."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.verification import (
    FORM,
    JSON,
    NOW,
    PRESETS,
    SECRET,
    SITE,
    Sender,
    flipped,
    hmac_scheme,
    inside,
    private_pem,
    public_pem,
    request,
    sender,
    with_header,
)
from hookscope.deliveries import Request
from hookscope.verification import Scheme, SignError, parse_scheme, sign
from hookscope.verification.encodings import decode_base64url
from hookscope.verification.jwt import ALGORITHMS

VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))


def signed(id: str, asked: Request, *secrets: bytes, at: float = NOW, **options: str) -> Request:
    return sign(asked, PRESETS[id], list(secrets or (SECRET,)), at, options)


def fault(scheme: Scheme, asked: Request, *secrets: bytes, at: float = NOW, **options: str) -> str:
    return refusal(scheme, asked, secrets, at, options)


def refusal(
    scheme: Scheme, asked: Request, secrets: Sequence[bytes], at: float = NOW, options: Mapping[str, str] | None = None
) -> str:
    with pytest.raises(SignError) as caught:
        sign(asked, scheme, secrets, at, options)
    assert str(caught.value).endswith(".")
    assert caught.value.__cause__ is None
    for secret in secrets:
        assert len(secret) < 6 or secret.decode("latin-1") not in str(caught.value)
    return str(caught.value)


def document(asked: Request) -> Any:
    return json.loads(asked.body)


def claims(token: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(decode_base64url(token.split(".")[1].encode()) or b"")
    return made


# --- every preset ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", PRESETS)
@settings(max_examples=8)
@given(more=st.data(), at=st.floats(1_000_000_000, 3_000_000_000))
def test_what_is_signed_verifies_and_nothing_else_does(id: str, more: st.DataObject, at: float) -> None:
    who = sender(id)
    made = sign(more.draw(who.requests), who.scheme, who.signing, at, who.options)
    verdict = inside(made, who.scheme, who.verifying, at, who.options)
    assert verdict.state == "verified"
    assert verdict.secret == 0
    bit = more.draw(st.integers(0))
    for varied in [*bodies(made, who, bit), *signatures(made, who, bit)]:
        assert inside(varied, who.scheme, who.verifying, at, who.options).state != "verified", varied
    assert inside(made, who.scheme, sender(id, 1).verifying, at, who.options).state != "verified"


def bodies(made: Request, who: Sender, bit: int) -> list[Request]:
    """The same request with another body, where the body is what is signed."""
    if who.signs_all and (made.body or who.scheme.kind != "httpsig"):  # which signs no body that is empty
        changed = flipped(made.body, bit) if made.body else b"x"
        return [replace(made, body=body) for body in (changed, made.body + b"\\n", made.body[:-1]) if body != made.body]
    if who.scheme.id in ("mandrill", "twilio") and b"bodySHA256" not in made.target.encode():
        varied = flipped(made.body, bit) if made.body else b"a=1"
        return [] if fields(varied) == fields(made.body) else [replace(made, body=varied)]
    return []


def fields(body: bytes) -> set[tuple[str, str]]:
    """The fields of a form, of which several that are the same are signed once."""
    return set(parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1"))


def signatures(made: Request, who: Sender, bit: int) -> list[Request]:
    """The same request with one bit of its signature turned over, and with a part of it."""
    place = who.scheme.token or (who.scheme.signature[0] if who.scheme.signature else None)
    names = {"basic": "Authorization", "httpsig": "Signature"}
    name = names.get(who.scheme.kind) or (place.name.replace("{n}", "1") if place else "")
    value = made.header(name) if not place or place.source == "header" else None
    if value is None:
        return []
    start = value.rfind(" ") + 1 if who.scheme.kind in ("basic", "jwt", "static") else 0
    varied = value[:start] + flipped(value[start:].encode(), bit).decode("latin-1")
    values = [varied, value[:-2], value[: len(value) // 2]]
    return [with_header(made, name, each) for each in values if not same(each, value)]


def same(one: str, other: str) -> bool:
    """Whether two ways to write a signature are one: in hexadecimal of either case, with blanks or bits left over."""
    if one.endswith("==:") and one[:-4] == other[:-4]:
        return True
    return (
        one.strip(" \t").lower() == other.lower()
        if re.search(r"\b[0-9a-f]{40,}\b", other)
        else one.strip(" \t") == other
    )


PLAIN = [
    vector
    for vector in VECTORS
    if vector["expect"] == "verified"
    and vector["scheme"] in PRESETS
    and PRESETS[vector["scheme"]].kind in ("hmac", "digest")
    and not PRESETS[vector["scheme"]].timestamp
    and PRESETS[vector["scheme"]].signature[0].source == "header"
    and "preset" not in vector
    and "secrets" not in vector
]


@pytest.mark.parametrize("vector", PLAIN, ids=[f"{number}-{vector['id']}" for number, vector in enumerate(PLAIN)])
def test_published_signatures_are_made_anew(vector: dict[str, Any]) -> None:
    scheme = PRESETS[vector["scheme"]]
    body = base64.b64decode(vector["body_b64"]) if "body_b64" in vector else vector["body"].encode()
    headers = tuple((name, value.encode().decode("latin-1")) for name, value in vector["headers"])
    target = vector["url"].partition("://")[2].partition("/")[2]
    asked = Request(vector["method"], f"/{target}", headers, body, vector["url"])
    name = scheme.signature[0].name.replace("{n}", "1")
    made = sign(with_header(asked, name, None), scheme, [vector["secret"].encode()], vector["now"])
    published = [asked.header(place.name.replace("{n}", str(n))) for place in scheme.signature for n in range(1, 13)]
    values = {piece.strip().lower() for value in published if value for piece in value.split(",")}
    assert (made.header(name) or "").lower() in values


# --- places ----------------------------------------------------------------------------------------------------------


def test_a_header_is_replaced_where_it_stands() -> None:
    asked = request(b"text", ("A", "1"), ("x-hub-SIGNATURE-256", "old"), ("B", "2"), ("X-Hub-Signature-256", "older"))
    made = signed("github", asked)
    assert [name for name, _ in made.headers] == ["A", "x-hub-SIGNATURE-256", "B"]
    assert made.header("X-Hub-Signature-256") == "sha256=" + hmac.new(SECRET, b"text", "sha256").hexdigest()
    assert [name for name, _ in signed("github", request(b"", ("A", "1"))).headers] == ["A", "X-Hub-Signature-256"]
    assert signed("github", made) == made
    assert (asked.method, asked.target, asked.url, asked.body) == (made.method, made.target, made.url, made.body)


def test_a_query_parameter_in_target_and_address() -> None:
    made = signed("static-query", request(target="/in?a=1&t=old&b=2&%74=older#x"), b"a b&c", param_name="t")
    assert made.target == "/in?a=1&t=a%20b%26c&b=2#x"
    assert made.url == SITE + made.target
    assert signed("static-query", request(), b"x", param_name="t").target == "/in?t=x"
    assert signed("static-query", request(target="/in?"), b"x", param_name="é").target == "/in?%C3%A9=x"
    only = signed("static-query", Request("GET", "", (), b"", SITE + "/in"), b"x", param_name="t")
    assert (only.target, only.url) == ("", f"{SITE}/in?t=x")


def test_a_form_field() -> None:
    scheme = hmac_scheme(signature=[{"from": "form", "name": "sig", "encoding": "hex"}], template="{url}")
    made = sign(request(b"a=1&sig=old&b", FORM), scheme, [SECRET], NOW)
    assert re.fullmatch(rb"a=1&sig=[0-9a-f]{64}&b", made.body)
    made = sign(request(), scheme, [SECRET], NOW)
    assert made.header("Content-Type") == FORM[1]
    assert fault(scheme, request(b"{}", JSON), SECRET) == "The body is not a form, and this sender's is."


def test_a_cookie() -> None:
    made = signed("static-cookie", request(b"", ("Cookie", "a=1; t=old"), ("cookie", "b=2")), b"tok", cookie_name="t")
    assert made.headers == (("Cookie", "a=1; b=2; t=tok"),)
    assert "cannot stand there" in fault(PRESETS["static-cookie"], request(), b"a;b", cookie_name="t")


def test_a_key_of_the_body() -> None:
    made = signed("static-json", request(b'{ "a": [1.50, "\xc3\xa9"] }', JSON), b"tok", key_name="b.c")
    assert made.body == b'{"a":[1.5,"\\u00e9"],"b":{"c":"tok"}}'
    assert signed("static-json", request(), b"tok", key_name="a").body == b'{"a":"tok"}'
    for body in (b"text", b"[1]", b'"x"', b'{"a": 1, "a": 2}', b'{"a": 1e999}', b"[" * 100_000, b"\xff"):
        assert fault(PRESETS["static-json"], request(body), b"tok", key_name="b")
    assert "no place for `b`" in fault(PRESETS["static-json"], request(b'{"a": 5}'), b"tok", key_name="a.b")
    assert "not UTF-8" in fault(PRESETS["static-json"], request(), b"\xff", key_name="a")


@pytest.mark.parametrize("place", ["header", "cookie", "query", "json", "body"])
def test_vendasta_wherever_it_is_wanted(place: str) -> None:
    made = signed("vendasta-send", request(), b"tok", place=place, name="t")
    assert inside(made, PRESETS["vendasta-send"], [b"tok"], options={"place": place, "name": "t"}).state == "verified"
    assert signed("vendasta-send", request(), b"tok").headers == (("Signature", "tok"),)


@pytest.mark.parametrize("place", ["nonsense", "form", "item", "option"])
def test_a_place_that_is_none(place: str) -> None:
    assert "can stand only in header" in fault(PRESETS["vendasta-send"], request(), b"tok", place=place)


def test_the_length_is_kept_in_step() -> None:
    asked = request(b"{ }", JSON, ("content-length", "3"), ("Content-Encoding", "identity"))
    made = signed("static-json", asked, b"tok", key_name="a")
    assert made.header("Content-Length") == str(len(made.body)) == "11"
    assert made.header("Content-Encoding") is None
    assert signed("static-json", request(), b"tok", key_name="a").header("Content-Length") is None
    assert signed("github", asked).header("Content-Length") == "3"


@pytest.mark.parametrize("value", [b"a\r\nX-Evil: 1", b"a\nb", b"a\0b"])
def test_nothing_breaks_out_of_a_header(value: bytes) -> None:
    assert "line break" in fault(PRESETS["bearer"], request(), value)
    assert "line break" in fault(PRESETS["vendasta-send"], request(), value)
    assert "cannot be called" in fault(PRESETS["static-header"], request(), SECRET, header_name=value.decode())
    assert fault(PRESETS["rfc9421"], request(), SECRET, label=value.decode())


# --- providers -------------------------------------------------------------------------------------------------------


def test_stripe() -> None:
    made = signed("stripe", request(b"{}"), at=1_700_000_000.9)
    expected = hmac.new(SECRET, b"1700000000.{}", "sha256").hexdigest()
    assert made.header("Stripe-Signature") == f"t=1700000000,v1={expected}"


def test_standard_webhooks() -> None:
    secret = b"whsec_" + base64.b64encode(b"k" * 24)
    made = signed("standard-webhooks", request(b"{}"), secret)
    assert re.fullmatch("msg_[0-9a-f]{32}", made.header("webhook-id") or "")
    assert made.header("webhook-timestamp") == "1700000000"
    assert (made.header("webhook-signature") or "").startswith("v1,")
    assert signed("standard-webhooks", request(b"{}"), secret).header("webhook-id") != made.header("webhook-id")
    kept = signed("standard-webhooks", request(b"{}", ("Webhook-Id", "msg_1")), secret)
    assert kept.header("webhook-id") == "msg_1"
    filled = signed("standard-webhooks", request(b"{}", ("Webhook-Id", " ")), secret)
    assert (filled.header("webhook-id") or "").startswith("msg_")


def test_ids_of_other_senders() -> None:
    made = signed("twitch", request(b"{}"))
    assert re.fullmatch("[0-9a-f-]{36}", made.header("Twitch-Eventsub-Message-Id") or "")
    assert made.header("Twitch-Eventsub-Message-Timestamp") == "2023-11-14T22:13:20Z"
    assert signed("github", request()).header("X-GitHub-Delivery") is None  # it is not signed


def test_box() -> None:
    made = signed("box", request(b"{}"))
    assert made.header("BOX-SIGNATURE-VERSION") == "1"
    assert made.header("BOX-SIGNATURE-ALGORITHM") == "HmacSHA256"
    other = request(b"{}", ("BOX-SIGNATURE-VERSION", "2"))
    assert (
        fault(PRESETS["box"], other, SECRET) == "`{header:BOX-SIGNATURE-VERSION}` is not `1`, as this scheme asks for."
    )


def test_paypal() -> None:
    asked = request(b"{}", ("PAYPAL-TRANSMISSION-ID", "t"))
    made = signed("paypal", asked, private_pem("rsa"), webhook_id="w")
    assert made.header("PAYPAL-AUTH-ALGO") == "SHA256withRSA"
    assert made.header("PAYPAL-TRANSMISSION-TIME") == "2023-11-14T22:13:20Z"
    missing = fault(PRESETS["paypal"], request(b"{}"), private_pem("rsa"), webhook_id="w")
    assert missing == "The request has no header `PAYPAL-TRANSMISSION-ID`, which is signed."
    assert fault(PRESETS["paypal"], asked, private_pem("rsa")) == "The option webhook_id is not set for this endpoint."


def test_twilio_as_a_form_and_as_json() -> None:
    made = signed("twilio", request(b"b=2&a=1", FORM, target="/in?x=1"))
    assert made.target == "/in?x=1"
    text = f"{SITE}/in?x=1a1b2".encode()
    assert made.header("X-Twilio-Signature") == base64.b64encode(hmac.digest(SECRET, text, "sha1")).decode()
    made = signed("twilio", request(b'{"a":1}', JSON, target="/in?x=1"))
    assert made.target == f"/in?x=1&bodySHA256={hashlib.sha256(made.body).hexdigest()}"
    assert made.url == SITE + made.target
    again = signed("twilio", replace(made, body=b"{}"))
    assert again.target == f"/in?x=1&bodySHA256={hashlib.sha256(b'{}').hexdigest()}"
    assert signed("twilio", request()).target == "/in"


@pytest.mark.parametrize(("version", "name"), [("1", "v1"), ("2", "v2"), ("3", "v3")])
def test_hubspot(version: str, name: str) -> None:
    asked = request(b"{}", target="/in?a=%3Ab")
    made = signed(f"hubspot-{name}", asked)
    start = {"1": b"{}", "2": b"POST" + asked.url.encode() + b"{}"}
    if version in start:
        assert made.header("X-HubSpot-Signature") == hashlib.sha256(SECRET + start[version]).hexdigest()
    else:
        assert made.header("X-HubSpot-Request-Timestamp") == "1700000000000"
        text = f"POST{SITE}/in?a=:b{{}}1700000000000".encode()
        assert made.header("X-HubSpot-Signature-v3") == base64.b64encode(hmac.digest(SECRET, text, "sha256")).decode()


def test_linear_has_its_time_in_the_body() -> None:
    made = signed("linear", request(b'{ "action": "create" }', JSON))
    assert made.body == b'{"action":"create","webhookTimestamp":1700000000000}'
    assert made.header("Linear-Signature") == hmac.new(SECRET, made.body, "sha256").hexdigest()
    assert fault(PRESETS["linear"], request(b"text"), SECRET) == "The body is not JSON, and this sender's is."


def test_mailgun_keeps_the_type_of_its_time() -> None:
    for before, after in (('"1"', "1700000000"), ("1", 1_700_000_000)):
        body = f'{{"signature": {{"token": "t", "timestamp": {before}}}, "x": 1}}'.encode()
        made = document(signed("mailgun", request(body, JSON)))
        assert made["signature"]["timestamp"] == after
        assert made["signature"]["signature"] == hmac.new(SECRET, b"1700000000t", "sha256").hexdigest()
    assert fault(PRESETS["mailgun"], request(b"{}"), SECRET) == "The body has no `signature.token`, which is signed."


def test_mercado_pago() -> None:
    made = signed("mercado-pago", request(b"{}", ("x-request-id", "r"), target="/in?data.id=A1"))
    expected = hmac.new(SECRET, b"id:a1;request-id:r;ts:1700000000000;", "sha256").hexdigest()
    assert made.header("x-signature") == f"ts=1700000000000,v1={expected}"


def test_docusign_and_pairs_of_paddle() -> None:
    assert [name for name, _ in signed("docusign", request(b"{}")).headers] == ["X-DocuSign-Signature-1"]
    assert (signed("paddle", request(b"{}")).header("Paddle-Signature") or "").startswith("ts=1700000000;h1=")
    assert (signed("pagerduty", request(b"{}")).header("X-PagerDuty-Signature") or "").startswith("v1=")


def test_adyen_signs_every_item() -> None:
    items = [{"pspReference": str(n), "amount": {"value": 10.50, "currency": "EUR"}, "success": True} for n in range(3)]
    body = json.dumps({"notificationItems": [{"NotificationRequestItem": item} for item in items]}).encode()
    made = document(signed("adyen", request(body, JSON), b"aa" * 32))
    values = [each["NotificationRequestItem"]["additionalData"]["hmacSignature"] for each in made["notificationItems"]]
    text = [f"{n}::::10.5:EUR::true".encode() for n in range(3)]
    assert values == [base64.b64encode(hmac.digest(b"\xaa" * 32, each, "sha256")).decode() for each in text]
    for wrong in (b"{}", b"", b"[]", b'{"notificationItems": []}', b'{"notificationItems": [1]}'):
        assert "no list of items" in fault(PRESETS["adyen"], request(wrong), b"aa" * 32)


def test_aws_sns() -> None:
    body = {"Type": "Notification", "Message": "é\n", "MessageId": "m", "TopicArn": "t", "SignatureVersion": "2"}
    made = signed("aws-sns", request(json.dumps(body).encode(), JSON), private_pem("rsa"))
    assert document(made)["Timestamp"] == "2023-11-14T22:13:20Z"
    assert inside(made, PRESETS["aws-sns"], [public_pem("rsa")]).state == "verified"
    untold = fault(PRESETS["aws-sns"], request(b"{}", JSON), private_pem("rsa"))
    assert untold == "The request does not tell by {json:Type} and {json:SignatureVersion} how it is signed."
    del body["TopicArn"]
    lacking = fault(PRESETS["aws-sns"], request(json.dumps(body).encode(), JSON), private_pem("rsa"))
    assert lacking == "The body has no `TopicArn`, which is signed."


def test_vendasta_marketplace() -> None:
    made = signed("vendasta-marketplace", request(b'{"action": "provisioned"}', JSON), private_pem("rsa"))
    found = claims(made.body.decode())
    assert found["vendasta.com/marketplace/webhook"] == {"action": "provisioned"}
    assert (found["iss"], found["iat"], found["exp"]) == ("Vendasta Marketplace", 1_700_000_000, 1_700_000_060)
    assert inside(made, PRESETS["vendasta-marketplace"], [public_pem("rsa")], NOW + 59).state == "verified"
    assert inside(made, PRESETS["vendasta-marketplace"], [public_pem("rsa")], NOW + 60).reason == "token_expired"
    assert (
        fault(PRESETS["vendasta-marketplace"], made, private_pem("rsa"))
        == "The body is not JSON, and this sender's is."
    )


# --- tokens ----------------------------------------------------------------------------------------------------------


def token_scheme(*algorithms: str, **keys: Any) -> Scheme:
    return parse_scheme(
        {"kind": "jwt", "token": {"name": "X-Token"}, "algorithms": list(algorithms or ["HS256"]), **keys}
    )


LONG = b"a shared secret that is long enough for every algorithm: 64 bytes"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_tokens_that_pyjwt_takes(algorithm: str) -> None:
    kinds = {"RS": "rsa", "PS": "rsa", "Ed": "ed25519", "ES256": "p256", "ES384": "p384", "ES512": "p521"}
    kind = kinds.get(algorithm) or kinds.get(algorithm[:2], "")
    secret, public = (private_pem(kind), public_pem(kind)) if kind else (LONG, LONG)
    scheme = token_scheme(algorithm, claims={"iss": ["a", "b"], "aud": "me"}, require_claims=["jti", "nbf"])
    made = sign(request(), scheme, [secret], time.time()).header("X-Token") or ""
    found = pyjwt.decode(made, public, [algorithm], audience="me", issuer="a")
    assert found.keys() == {"iss", "aud", "iat", "nbf", "exp", "jti"}
    assert pyjwt.get_unverified_header(made) == {"alg": algorithm, "typ": "JWT"}


def test_the_first_algorithm_and_secret_that_fit() -> None:
    scheme = token_scheme("RS256", "ES256", "HS256")
    made = sign(request(), scheme, [b"", public_pem("rsa"), private_pem("p256"), LONG], NOW)
    assert pyjwt.get_unverified_header(made.header("X-Token") or "")["alg"] == "ES256"
    assert pyjwt.get_unverified_header(sign(request(), scheme, [LONG], NOW).header("X-Token") or "")["alg"] == "HS256"


def test_hashes_and_places_of_tokens() -> None:
    made = signed("messagebird", request(b"text"))
    found = claims(made.header("MessageBird-Signature-JWT") or "")
    assert found["payload_hash"] == hashlib.sha256(b"text").hexdigest()
    assert found["url_hash"] == hashlib.sha256(made.url.encode()).hexdigest()
    assert (signed("vonage", request(b"text")).header("Authorization") or "").startswith("Bearer ey")
    for source in ("query", "cookie", "json", "body"):
        scheme = token_scheme(token={"from": source, "name": "t"})
        assert inside(sign(request(b"{}"), scheme, [LONG], NOW), scheme, [LONG]).state == "verified"


def test_a_body_that_becomes_the_claims() -> None:
    scheme = token_scheme(token={"from": "body"}, require_claims=["order"])
    made = sign(request(b'{"order": 5, "iat": 1, "exp": "x"}'), scheme, [LONG], NOW)
    assert claims(made.body.decode()) == {"order": 5, "iat": 1_700_000_000, "nbf": 1_700_000_000, "exp": 1_700_000_060}
    assert fault(scheme, request(b"{}"), LONG) == "The claim `order` is required, and there is no value for it."
    assert "not a JSON object" in fault(scheme, request(b"[1]"), LONG)
    assert fault(scheme, request(b'{"order": 5, "sub": 5}'), LONG) == "The claim `sub` is not a text."


def test_detached() -> None:
    made = signed("jws-detached", request(b"te.xt"), LONG).header("X-JWS-Signature") or ""
    assert pyjwt.api_jws.decode(made, LONG, ["HS256"], detached_payload=b"te.xt") == b"te.xt"
    assert pyjwt.api_jws.get_unverified_header(made) == {"alg": "HS256", "b64": False, "crit": ["b64"]}


def test_basic() -> None:
    made = signed("basic", request(b"", ("authorization", "Bearer x")), b":", b"user:pass:word")
    assert made.headers == (("authorization", "Basic dXNlcjpwYXNzOndvcmQ="),)
    for secret in (b"", b" ", b":", b"user", b"user:"):
        assert fault(PRESETS["basic"], request(), secret) == "The stored secret must be written user:password."


# --- HTTP Message Signatures -----------------------------------------------------------------------------------------


def test_message_signatures() -> None:
    made = signed("rfc9421", request(b"text"), private_pem("ed25519"))
    covered = '("@method" "@target-uri" "content-digest");created=1700000000;alg="ed25519"'
    assert made.header("Signature-Input") == f"sig1={covered}"
    assert made.header("Content-Digest") == f"sha-256=:{base64.b64encode(hashlib.sha256(b'text').digest()).decode()}:"
    assert inside(made, PRESETS["rfc9421"], [public_pem("ed25519")]).warnings == ()
    bare = signed("rfc9421", request(method="GET"))
    assert bare.header("Signature-Input") == 'sig1=("@method" "@target-uri");created=1700000000;alg="hmac-sha256"'
    assert bare.header("Content-Digest") is None


def test_what_a_message_signature_is_asked_for() -> None:
    scheme = parse_scheme(
        {
            "kind": "httpsig",
            "algorithms": ["ed25519", "hmac-sha256"],
            "require_components": ["@path", "date", "content-digest", "@method"],
        }
    )
    made = sign(request(b"", ("Date", "now")), scheme, [SECRET], NOW)
    assert '("@method" "@target-uri" "@path" "date" "content-digest")' in (made.header("Signature-Input") or "")
    assert fault(scheme, request(), SECRET) == "The request has no header `date`, which is signed."
    chosen = sign(
        request(b"", ("Date", "now")), scheme, [private_pem("ed25519")], NOW, {"label": "mine", "alg": "ed25519"}
    )
    assert (chosen.header("Signature") or "").startswith("mine=:")
    assert fault(scheme, request(b"", ("Date", "now")), SECRET, alg="ed25519")
    assert fault(scheme, request(b"", ("Date", "now")), SECRET, alg="hmac-sha1")
    assert "address" in fault(scheme, replace(request(b"", ("Date", "now")), url=""), SECRET)
    nameless = parse_scheme({"kind": "httpsig", "algorithms": ["hmac-sha256"], "require_components": ["é"]})
    assert fault(nameless, request(), SECRET) == "The scheme asks for a header whose name is none."


# --- what cannot be signed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", PRESETS)
def test_without_a_secret(id: str) -> None:
    who = sender(id)
    asked = request(b"{}", JSON)
    assert refusal(who.scheme, asked, [], options=who.options) == "There is no secret to sign with."
    assert refusal(who.scheme, asked, [b""], options=who.options)
    if who.signing != who.verifying:
        assert refusal(who.scheme, asked, who.verifying, options=who.options)


@pytest.mark.parametrize(
    ("id", "secret", "words"),
    [
        ("github", b"", "The stored secret is empty."),
        ("github", b" \n", "The stored secret is empty."),
        ("github", public_pem("rsa"), "can never be a shared secret"),
        ("github", private_pem("p256"), "can never be a shared secret"),
        ("adyen", b"none of that sort", "The stored secret is not hexadecimal."),
        ("standard-webhooks", b"whsec_!!!", "The stored secret is not base64."),
        ("jwt-hs256", public_pem("rsa"), "can never be a shared secret"),
        ("jwt-rs256", public_pem("rsa"), "This is not a private key without a password."),
        ("jwt-rs256", private_pem("p256"), "The private key is not one for rsa-pkcs1-sha256."),
        ("jwt-es256", private_pem("p384"), "The private key is not one for ecdsa-p256-sha256-raw."),
        ("discord", SECRET, "This is not a private key without a password."),
        ("standard-webhooks-ed25519", b"whpk_" + base64.b64encode(b"1" * 32), "This is not a private key without a"),
        ("wise", private_pem("ed25519"), "The private key is not one for rsa-pkcs1-sha256."),
        ("bearer", b" ", "The stored secret is empty."),
    ],
    ids=range(14),
)
def test_secrets_that_cannot_sign(id: str, secret: bytes, words: str) -> None:
    body = b'{"notificationItems": [{"NotificationRequestItem": {}}]}'
    assert words in fault(PRESETS[id], request(body, JSON), secret)


def test_a_raw_private_key() -> None:
    seed = b"\x01" * 32
    for secret in (b"whsk_" + base64.b64encode(seed), base64.b64encode(seed + b"\x02" * 32)):
        assert signed("standard-webhooks-ed25519", request(b"{}"), secret).header("webhook-signature")
    assert signed("discord", request(b"{}"), seed.hex().encode()).header("X-Signature-Ed25519")


def test_a_key_that_is_too_short() -> None:
    key = rsa.generate_private_key(65537, 1024)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert fault(token_scheme("PS512"), request(), pem) == "The private key is too short for rsa-pss-sha512."


@pytest.mark.parametrize("at", [float("nan"), float("inf"), -float("inf"), 1e18, -1e11, -1])
@pytest.mark.parametrize("id", ["github", "stripe", "twitch", "jwt-hs256", "rfc9421"])
def test_times_that_cannot_be_written(id: str, at: float) -> None:
    assert fault(PRESETS[id], request(b"{}"), LONG, at=at) == "The time of signing is none that can be written."


@pytest.mark.parametrize(
    "keys",
    [
        {"signature": [{"from": "query", "name": "sig", "encoding": "hex"}], "template": "{url}"},
        {"signature": [{"from": "json", "name": "sig", "encoding": "hex"}]},
        {"signature": [{"from": "form", "name": "sig", "encoding": "hex"}], "template": "{form_sorted}"},
        {"template": "{header:X-Sig}"},
    ],
    ids=str,
)
def test_a_signature_that_would_stand_inside_of_what_is_signed(keys: dict[str, Any]) -> None:
    sentence = fault(hmac_scheme(**keys), request(b"", ("X-Sig", "00")), SECRET)
    assert sentence == "The signature would stand inside of what is signed, so it cannot be made."


def test_the_digests_are_written_as_the_options_want() -> None:
    made = signed("github", request(b"text"), hex_case="upper").header("X-Hub-Signature-256") or ""
    assert made == "sha256=" + hmac.new(SECRET, b"text", "sha256").hexdigest().upper()
    assert (
        signed("github", request(b"text"), hex_case="lower").header("X-Hub-Signature-256")
        == "sha256=" + made[7:].lower()
    )


def test_headers_that_are_ambiguous() -> None:
    scheme = hmac_scheme(template="{header:X-Id}")
    twice = fault(scheme, request(b"", ("X-Id", "1"), ("X-Id", "2")), SECRET)
    assert twice == "The header `X-Id` is there 2 times with different values."


@given(st.binary(max_size=30), st.text(max_size=8), st.text(max_size=8))
def test_any_token_and_name_are_placed_or_refused(secret: bytes, name: str, value: str) -> None:
    for id, option in (("static-query", "param_name"), ("static-json", "key_name"), ("static-cookie", "cookie_name")):
        scheme, options = PRESETS[id], {option: name}
        try:
            made = sign(request(b'{"a": {}}', target=f"/in?{quote(value)}=1"), scheme, [secret], NOW, options)
        except SignError as error:
            assert str(error).endswith(".")  # noqa: PT017
        else:
            assert inside(made, scheme, [secret], NOW, options).state == "verified"
