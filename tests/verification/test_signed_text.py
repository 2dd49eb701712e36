"""Signatures over a text made from the request: hmac, digest and public keys, and what forgers try with them."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import time
from dataclasses import replace
from typing import Any

import pytest
import standardwebhooks
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.verification import (
    FORM,
    JSON,
    NOW,
    PRESETS,
    SECRET,
    SITE,
    flipped,
    hmac_scheme,
    inside,
    private_keys,
    public_pem,
    request,
    with_header,
)
from hookscope.deliveries import Request
from hookscope.verification import Scheme, Verdict, parse_scheme, primitives, sign
from hookscope.verification.keys import PrivateKey

PAIRS = {"name": "X-Sig", "format": "pairs", "key": "v1", "encoding": "hex"}
IN_PAIRS: dict[str, Any] = {"from": "signature", "name": "t"}


def mac(text: bytes, key: bytes = SECRET, algorithm: str = "sha256") -> str:
    return hmac.new(key, text, algorithm).hexdigest()


def base64_mac(text: bytes, key: bytes = SECRET, algorithm: str = "sha256") -> str:
    return base64.b64encode(hmac.digest(key, text, algorithm)).decode()


def signed(body: bytes, value: str, *more: tuple[str, str], **how: Any) -> Request:
    return request(body, ("X-Sig", value), *more, **how)


def judged(asked: Request, scheme: Scheme, *secrets: bytes, at: float = NOW, **options: str) -> Verdict:
    return inside(asked, scheme, list(secrets or (SECRET,)), at, options)


def reason(asked: Request, scheme: Scheme, *secrets: bytes, at: float = NOW, **options: str) -> str:
    return judged(asked, scheme, *secrets, at=at, **options).reason


# --- the signature itself --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha384", "sha512"])
def test_macs(algorithm: str) -> None:
    scheme = hmac_scheme(algorithm=f"hmac-{algorithm}")
    verdict = judged(signed(b"text", mac(b"text", algorithm=algorithm)), scheme)
    assert verdict.state == "verified"
    assert ("weak_algorithm" in verdict.warnings) is (algorithm in ("md5", "sha1"))
    for other in {"md5", "sha1", "sha256", "sha384", "sha512"} - {algorithm}:
        assert reason(signed(b"text", mac(b"text", algorithm=other)), scheme) == "signature_mismatch"


@pytest.mark.parametrize("length", [*range(0, 64, 2), 66])
def test_a_part_of_a_signature_or_more_than_one_is_none(length: int) -> None:
    whole = mac(b"text") + "00"
    expected = "signature_mismatch" if length else "malformed_signature"
    assert reason(signed(b"text", whole[:length]), hmac_scheme()) == expected


@pytest.mark.parametrize(
    ("secret", "expected"),
    [
        (b"", "invalid_secret"),
        (b" \n", "invalid_secret"),
        (b"\0", "invalid_secret"),  # a key of zeros is the empty one to HMAC
        (public_pem("rsa"), "invalid_secret"),
        (SECRET + b"\n", "signature_mismatch"),
        (b" " + SECRET, "signature_mismatch"),
        (SECRET + b"\0", "ok"),  # as for every HMAC
    ],
    ids=range(7),
)
def test_secrets(secret: bytes, expected: str) -> None:
    made = signed(b"text", mac(b"text", key=secret if expected == "invalid_secret" else SECRET))
    assert reason(made, hmac_scheme(), secret) == expected


def test_no_secret() -> None:
    verdict = inside(signed(b"text", mac(b"text", key=b"")), hmac_scheme(), [])
    assert (verdict.state, verdict.reason) == ("unavailable", "secret_missing")


@pytest.mark.parametrize("text", ["whsec_", "whsec_AAAA", "whsec_!!!!", "v1,whsec_", "", "whsec_===="])
def test_secrets_that_decode_to_nothing(text: str) -> None:
    key = b"\0\0\0" if "AAAA" in text else b""
    body = b"{}"
    asked = request(
        body,
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", "1700000000"),
        ("webhook-signature", "v1," + base64_mac(b"msg_1.1700000000." + body, key)),
    )
    assert reason(asked, PRESETS["standard-webhooks"], text.encode()) == "invalid_secret"


def test_any_of_several_secrets_and_which_one() -> None:
    asked = signed(b"text", mac(b"text"))
    verdict = judged(asked, hmac_scheme(), b"", b"old", SECRET)
    assert (verdict.state, verdict.secret) == ("verified", 2)
    assert "It fits secret number 3 of 3." in verdict.steps
    assert reason(asked, hmac_scheme(), b"old", b"older") == "signature_mismatch"
    assert reason(asked, hmac_scheme(), b"", b" ") == "invalid_secret"


def test_several_signatures() -> None:
    scheme = hmac_scheme(signature=[PAIRS], timestamp=IN_PAIRS, template="{timestamp}.{body}")
    right = mac(b"1700000000.text")
    wrong = ",".join(f"v1={mac(bytes([number]))}" for number in range(98))
    assert reason(signed(b"text", f"t=1700000000,{wrong},v1=xyz,v1={right}"), scheme) == "ok"
    assert (
        reason(signed(b"text", f"t=1700000000,{wrong},v1={right},v1={right},v1={right}"), scheme)
        == "malformed_signature"
    )


@pytest.mark.parametrize(
    "value", ["t=1700000000,v0={0}", "t=1700000000,v1a={0}", "t=1700000000,V1={0}", "t=1700000000,{0}"]
)
def test_another_version_is_not_taken_for_this_one(value: str) -> None:
    scheme = hmac_scheme(signature=[PAIRS], timestamp=IN_PAIRS, template="{timestamp}.{body}")
    assert reason(signed(b"text", value.format(mac(b"1700000000.text"))), scheme) == "malformed_signature"


def test_an_older_algorithm_is_not_taken() -> None:
    asked = request(b"text", ("X-Hub-Signature-256", "sha1=" + mac(b"text", algorithm="sha1")))
    assert reason(asked, PRESETS["github"]) == "malformed_signature"
    asked = request(b"text", ("X-Hub-Signature-256", "sha256=" + mac(b"text", algorithm="sha1")))
    assert reason(asked, PRESETS["github"]) == "signature_mismatch"
    asked = request(b"text", ("X-Hub-Signature", "sha1=" + mac(b"text", algorithm="sha1")))
    assert judged(asked, PRESETS["github"]).state == "unsigned"


def test_a_header_twice() -> None:
    right, wrong = mac(b"text"), mac(b"other")
    for values in ((right, wrong), (wrong, right), (right, right.upper()), (right, "")):
        asked = request(b"text", *(("X-Sig", value) for value in values))
        assert reason(asked, hmac_scheme()) == "ambiguous_header"
    assert reason(request(b"text", ("X-Sig", right), ("x-sig", f" {right}")), hmac_scheme()) == "ok"
    assert reason(signed(b"text", f"{right}, {right}"), hmac_scheme()) == "bad_encoding"


def test_what_is_seen_of_two_signatures_is_not_enough_to_make_one() -> None:
    right = mac(b"text")
    verdict = judged(signed(b"text", "00" * 32), hmac_scheme())
    assert verdict.expected == f"{right[:16]}…"
    assert verdict.got == "0" * 16 + "…"
    assert right not in repr(verdict)


@pytest.mark.parametrize("places", [[PAIRS], [{"name": "X-Sig-{n}", "numbered": 100, "encoding": "hex"}]])
def test_a_hundred_signatures_do_not_hash_the_body_a_hundred_times(
    places: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    real = primitives.mac

    def counted(algorithm: str, key: bytes, data: bytes) -> bytes:
        made.append(len(data))
        return real(algorithm, key, data)

    monkeypatch.setattr(primitives, "mac", counted)
    headers = [(f"X-Sig-{number}", "00" * 32) for number in range(1, 101)]
    headers.append(("X-Sig", ",".join(["v1=" + "00" * 32] * 100)))
    assert reason(request(b"x" * 1000, *headers), hmac_scheme(signature=places), SECRET, b"old") == "signature_mismatch"
    assert made == [1000, 1000]


# --- what is signed --------------------------------------------------------------------------------------------------


def test_what_is_not_there_cannot_be_signed() -> None:
    for template, expected in [
        ("{header:X-Id}", "missing_header"),
        ("{timestamp}", "missing_timestamp"),
        ("{json:id}", "malformed_body"),
        ("{sig:t}", "malformed_signature"),
        ("{query:id}", "missing_context"),
        ("{form:id}", "malformed_body"),
    ]:
        made = mac(b"")
        assert reason(signed(b"{}", made), hmac_scheme(template=template)) == expected
    assert reason(replace(signed(b"", mac(b"")), url=""), hmac_scheme(template="{url}")) == "missing_context"
    scheme = hmac_scheme(template="{option:id}", options={"id": ""})
    assert reason(signed(b"", mac(b"")), scheme) == "ok"


@pytest.mark.parametrize("value", ["", " ", "\t"])
def test_a_signed_header_that_is_empty_is_missing(value: str) -> None:
    """The libraries of Standard Webhooks refuse an empty id, even when it is signed."""
    body = b"{}"
    asked = request(
        body,
        ("webhook-id", value),
        ("webhook-timestamp", "1700000000"),
        ("webhook-signature", "v1," + base64_mac(b".1700000000." + body, b"k")),
    )
    assert reason(asked, PRESETS["standard-webhooks"], b"whsec_aw==") == "missing_header"


def test_parts_that_may_be_absent() -> None:
    scheme = PRESETS["mercado-pago"]
    made = mac(b"request-id:r;ts:1;")
    asked = request(b"", ("x-signature", f"ts=1,v1={made}"), ("x-request-id", "r"))
    assert reason(asked, scheme) == "ok"
    assert reason(replace(asked, target="/in?data.id=1"), scheme) == "signature_mismatch"
    assert reason(with_header(asked, "x-request-id", None), scheme) == "signature_mismatch"
    assert reason(with_header(asked, "x-request-id", "R"), scheme) == "signature_mismatch"


@pytest.mark.parametrize(
    ("url", "signed_url", "verified"),
    [
        ("https://a.example/x?y=1", "https://a.example/x?y=1", True),
        ("https://a.example/x", "https://a.example:443/x", True),
        ("http://a.example/x", "http://a.example:80/x", True),
        ("https://a.example:443/x", "https://a.example/x", True),
        ("https://a.example:8443/x", "https://a.example/x", True),
        ("https://[::1]:443/x", "https://[::1]/x", True),
        ("https://a.example/x", "https://a.example:8443/x", False),
        ("https://a.example/x", "http://a.example/x", False),
        ("https://a.example/x", "https://a.example/x/", False),
        ("https://a.example:x/y", "https://a.example/y", False),
        ("https://a.example/x:443/", "https://a.example/x/", False),
    ],
)
def test_address_with_and_without_its_port(url: str, signed_url: str, verified: bool) -> None:
    scheme = hmac_scheme(template="{url}", url_forms=["as-is", "without-port", "with-default-port"])
    asked = replace(signed(b"", mac(signed_url.encode())), url=url)
    assert (judged(asked, scheme).state == "verified") is verified


def test_variants_are_tried_in_order_and_need_all_of_their_conditions() -> None:
    scheme = hmac_scheme(
        variant=[
            {"when": {"all": [{"present": "{header:A}"}, {"left": "{header:B}", "equals": "2"}]}, "template": "AB"},
            {"when": {"present": "{header:A}"}, "template": "A", "algorithm": "hmac-sha1"},
            {"when": {"left": "{method}", "equals": "PUT"}, "template": "{method}"},
        ]
    )
    one, two = ("A", "1"), ("B", "2")
    assert reason(signed(b"", mac(b"AB"), one, two), scheme) == "ok"
    assert reason(signed(b"", mac(b"A", algorithm="sha1"), one), scheme) == "ok"
    assert reason(signed(b"", mac(b"A", algorithm="sha1"), one, ("B", "3")), scheme) == "ok"
    assert reason(signed(b"", mac(b"A"), one), scheme) == "signature_mismatch"
    assert reason(signed(b"", mac(b"PUT"), method="PUT"), scheme) == "ok"
    assert reason(signed(b"", mac(b"POST")), scheme) == "alg_not_allowed"


def test_requirements() -> None:
    scheme = hmac_scheme(
        require=[
            {"left": "{header:Version}", "equals": "1"},
            {"left": "{header:Also}", "equals": "{header:Version}", "optional": True, "reason": "alg_not_allowed"},
        ]
    )
    right = mac(b"text")
    assert reason(signed(b"text", right, ("Version", "1")), scheme) == "ok"
    assert reason(signed(b"text", right), scheme) == "missing_header"
    assert reason(signed(b"text", right, ("Version", "2")), scheme) == "malformed_signature"
    assert reason(signed(b"text", right, ("Version", "1"), ("Also", "2")), scheme) == "alg_not_allowed"
    assert reason(signed(b"text", "00" * 32, ("Version", "2")), scheme) == "signature_mismatch"


def test_twilio_in_json_needs_the_hash_in_its_address() -> None:
    """Without it the address alone is signed, and any body would do."""
    scheme, target = PRESETS["twilio"], "/in?x=1"
    headers = (JSON, ("X-Twilio-Signature", base64_mac((SITE + target).encode(), algorithm="sha1")))
    for body in (b'{"a":1}', b"x", b"a=1"):
        assert reason(request(body, *headers, target=target), scheme) == "malformed_body"
        bare = request(body, headers[1], target=target)
        assert reason(bare, scheme) == "malformed_body"
    with_hash = f"/in?bodySHA256={hashlib.sha256(b'{}').hexdigest()}"
    headers = (JSON, ("X-Twilio-Signature", base64_mac((SITE + with_hash).encode(), algorithm="sha1")))
    assert reason(request(b"{}", *headers, target=with_hash), scheme) == "ok"
    assert reason(request(b"[]", *headers, target=with_hash), scheme) == "body_hash_mismatch"
    form = (FORM, headers[1])
    assert reason(request(b"a=1", *form, target=with_hash), scheme) == "body_hash_mismatch"
    empty = "/in?bodySHA256="
    headers = (JSON, ("X-Twilio-Signature", base64_mac((SITE + empty).encode(), algorithm="sha1")))
    assert reason(request(b"{}", *headers, target=empty), scheme) == "body_hash_mismatch"


def test_digest() -> None:
    scheme = PRESETS["hubspot-v2"]
    made = hashlib.sha256(SECRET + b"POST" + f"{SITE}/in".encode() + b"text").hexdigest()
    asked = request(b"text", ("X-HubSpot-Signature", made))
    assert reason(asked, scheme, b"old", SECRET) == "ok"
    assert reason(asked, scheme, b"old") == "signature_mismatch"
    keyless = request(b"text", ("X-HubSpot-Signature", hashlib.sha256(b"text").hexdigest()))
    for secret in (b"", b" "):
        assert reason(keyless, PRESETS["hubspot-v1"], secret) == "invalid_secret"


# --- items of a batch ------------------------------------------------------------------------------------------------


def adyen(*items: Any, path: str = "notificationItems") -> Request:
    return request(json.dumps({path: [{"NotificationRequestItem": item} for item in items]}).encode(), JSON)


def adyen_item(reference: str = "1", **more: Any) -> dict[str, Any]:
    made = base64_mac(f"{reference}::::::AUTHORISATION:true".encode(), bytes.fromhex("aa" * 32))
    item = {"pspReference": reference, "eventCode": "AUTHORISATION", "success": "true"}
    return {**item, "additionalData": {"hmacSignature": made}, **more}


def test_every_item_is_verified() -> None:
    scheme, key = PRESETS["adyen"], b"aa" * 32
    assert reason(adyen(adyen_item("1"), adyen_item("2")), scheme, key) == "ok"
    assert reason(adyen(adyen_item(), adyen_item(success="false")), scheme, key) == "signature_mismatch"
    assert reason(adyen(adyen_item(success="false"), adyen_item()), scheme, key) == "signature_mismatch"
    assert judged(adyen(adyen_item(), adyen_item(additionalData={})), scheme, key).state == "unsigned"
    assert judged(adyen(adyen_item(), {"pspReference": "2"}), scheme, key).state == "unsigned"


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"notificationItems": []}', b'{"notificationItems": [1]}', b'{"notificationItems": {}}', b"[]", b"x"],
)
def test_no_items_at_all(body: bytes) -> None:
    assert reason(request(body, JSON), PRESETS["adyen"], b"aa" * 32) == "malformed_body"
    assert judged(request(b"", JSON), PRESETS["adyen"], b"aa" * 32).state == "unsigned"


def test_one_name_twice_in_a_batch() -> None:
    """One reader would take the signed items, another the forged ones."""
    signed_items = adyen(adyen_item()).body
    forged = b'{"notificationItems": [{"NotificationRequestItem": {"success": "true"}}], ' + signed_items[1:]
    assert reason(request(forged, JSON), PRESETS["adyen"], b"aa" * 32) == "malformed_body"


def items(*values: str) -> Request:
    return request(json.dumps({"items": [{"id": str(at), "sig": value} for at, value in enumerate(values)]}).encode())


def test_time_and_requirements_of_every_item() -> None:
    place = {**PAIRS, "from": "item", "name": "sig"}
    scheme = hmac_scheme(signature=[place], each="items.*", timestamp=IN_PAIRS, template="{timestamp}.{item:id}")

    def value(at: int, when: int) -> str:
        return f"t={when},v1={mac(f'{when}.{at}'.encode())}"

    fresh, stale = 1_700_000_000, 1_600_000_000
    assert reason(items(value(0, fresh), value(1, fresh)), scheme) == "ok"
    assert reason(items(value(0, stale), value(1, fresh)), scheme) == "timestamp_too_old"
    assert reason(items(value(0, fresh), value(1, stale)), scheme) == "timestamp_too_old"
    assert reason(items(value(0, stale), value(0, fresh)), scheme) == "signature_mismatch"
    first = replace(scheme, require=hmac_scheme(require=[{"left": "{item:id}", "equals": "1"}]).require)
    assert reason(items(value(0, fresh), value(1, fresh)), first) == "malformed_signature"


# --- time ------------------------------------------------------------------------------------------------------------


def stripe(when: object, key: bytes = SECRET, **more: object) -> Request:
    made = mac(f"{when}.text".encode(), key)
    return request(b"text", ("Stripe-Signature", f"t={when},v1={made}{''.join(f',{k}={v}' for k, v in more.items())}"))


def test_a_forged_request_is_called_so_even_when_it_is_old() -> None:
    scheme = PRESETS["stripe"]
    assert reason(stripe(1_600_000_000), scheme) == "timestamp_too_old"
    assert reason(stripe(1_800_000_000), scheme) == "timestamp_in_future"
    assert reason(stripe(1_600_000_000, b"other"), scheme) == "signature_mismatch"


@pytest.mark.parametrize(
    "when", ["1700000000.0", "+1700000000", " 1700000000", "1_700_000_000", "01700000000", "1.7e9", "x"]
)
def test_a_time_that_senders_do_not_write(when: str) -> None:
    assert reason(stripe(when), PRESETS["stripe"]) in ("timestamp_malformed", "signature_mismatch")


def test_two_times() -> None:
    assert reason(stripe(1_700_000_000, t=1_600_000_000), PRESETS["stripe"]) == "ambiguous_header"
    assert reason(stripe(1_700_000_000, t=1_700_000_000), PRESETS["stripe"]) == "ok"


def test_no_time() -> None:
    made = mac(b".text")
    assert reason(request(b"text", ("Stripe-Signature", f"v1={made}")), PRESETS["stripe"]) == "missing_timestamp"
    assert reason(request(b"text", ("Stripe-Signature", f"t=,v1={made}")), PRESETS["stripe"]) == "timestamp_malformed"


def test_what_a_time_does_not_protect_from_is_said() -> None:
    def warnings(**more: Any) -> tuple[str, ...]:
        asked = request(b'{"at":1700000000}', ("X-Sig", mac(b'{"at":1700000000}')), ("X-Time", "1700000000"))
        verdict = judged(asked, hmac_scheme(**more))
        assert verdict.state == "verified"
        return verdict.warnings

    header, inner = {"from": "header", "name": "X-Time"}, {"from": "json", "name": "at"}
    assert warnings() == ()
    assert warnings(timestamp=header) == ("no_replay_window",)  # it is not signed, so anybody can write it anew
    assert warnings(timestamp=inner) == ()
    assert warnings(timestamp={**inner, "enforce": False}) == ("no_replay_window",)
    assert warnings(timestamp={"from": "json", "name": "none", "required": False}) == ("no_replay_window",)


def test_the_time_of_a_variant() -> None:
    scheme = hmac_scheme(
        timestamp={"from": "header", "name": "X-Time"},
        template="{timestamp}.{body}",
        variant=[{"when": {"left": "{method}", "equals": "PUT"}, "template": "{body}"}, {}],
    )
    timed = judged(signed(b"text", mac(b"1700000000.text"), ("X-Time", "1700000000")), scheme)
    assert (timed.state, timed.warnings) == ("verified", ())
    untimed = judged(signed(b"text", mac(b"text"), ("X-Time", "1700000000"), method="PUT"), scheme)
    assert (untimed.state, untimed.warnings) == ("verified", ("no_replay_window",))


@pytest.mark.parametrize("at", [float("nan"), float("inf"), float("-inf")])
def test_no_time_of_arrival(at: float) -> None:
    assert reason(stripe(1_600_000_000), PRESETS["stripe"], at=at) == "missing_context"


# --- public keys -----------------------------------------------------------------------------------------------------


def public_scheme(algorithm: str, **more: Any) -> Scheme:
    place = [{"name": "X-Sig", "encoding": "base64"}]
    return parse_scheme({"kind": "asymmetric", "algorithm": algorithm, "signature": place, **more})


def made_by(key: PrivateKey, algorithm: str, text: bytes) -> str:
    return base64.b64encode(primitives.sign(algorithm, key, text)).decode()


ALGORITHMS = {
    "ed25519": "ed25519",
    "ecdsa-p256-sha256": "p256",
    "ecdsa-p256-sha256-raw": "p256",
    "rsa-pkcs1-sha1": "rsa",
    "rsa-pkcs1-sha256": "rsa",
    "rsa-pkcs1-sha512": "rsa",
    "rsa-pss-sha512": "rsa",
}


@pytest.mark.parametrize(("algorithm", "kind"), ALGORITHMS.items())
def test_public_keys(algorithm: str, kind: str) -> None:
    scheme, key = public_scheme(algorithm), private_keys()[kind]
    asked = signed(b"text", made_by(key, algorithm, b"text"))
    verdict = judged(asked, scheme, public_pem(kind, 1), public_pem(kind))
    assert (verdict.state, verdict.secret) == ("verified", 1)
    assert reason(asked, scheme, public_pem(kind, 1)) == "signature_mismatch"
    assert reason(replace(asked, body=b"Text"), scheme, public_pem(kind)) == "signature_mismatch"
    for other in ("rsa", "p384", "ed25519"):
        if other != kind:
            assert reason(asked, scheme, public_pem(other)) == "invalid_secret"


@pytest.mark.parametrize("value", [b"\0" * 64, b"", b"\0", b"\0" * 63, b"\x30\x06\x02\x01\x00\x02\x01\x00"])
@pytest.mark.parametrize("algorithm", ["ecdsa-p256-sha256-raw", "ecdsa-p256-sha256", "ed25519"])
def test_signatures_of_nothing(algorithm: str, value: bytes) -> None:
    """Of two zeros (CVE-2022-21449), of nothing, and in the other notation."""
    asked = signed(b"text", base64.b64encode(value).decode())
    assert judged(asked, public_scheme(algorithm), public_pem(ALGORITHMS[algorithm])).state == "failed"


def test_notations_of_ecdsa_are_not_mixed() -> None:
    key = private_keys()["p256"]
    for one, other in (("ecdsa-p256-sha256", "ecdsa-p256-sha256-raw"), ("ecdsa-p256-sha256-raw", "ecdsa-p256-sha256")):
        asked = signed(b"text", made_by(key, one, b"text"))
        assert reason(asked, public_scheme(other), public_pem("p256")) == "signature_mismatch"


def test_public_keys_that_are_none() -> None:
    asked = signed(b"text", made_by(private_keys()["ed25519"], "ed25519", b"text"))
    for secret in (b"", b"x", private_keys()["ed25519"].public_key().public_bytes_raw()):  # type: ignore[union-attr]
        assert reason(asked, public_scheme("ed25519"), secret) == "invalid_secret"


def test_a_certificate_is_never_fetched() -> None:
    verdict = inside(signed(b"", "AA=="), replace(PRESETS["paypal"], options={}), [])
    assert verdict.state == "unsigned"
    asked = request(b"{}", ("PAYPAL-TRANSMISSION-SIG", "AA=="), ("PAYPAL-CERT-URL", "https://evil.example/cert"))
    verdict = inside(asked, PRESETS["paypal"], [], options={"webhook_id": "1"})
    assert (verdict.state, verdict.reason) == ("unavailable", "key_unavailable")
    assert "nothing is fetched by itself" in verdict.message
    assert "evil" not in repr(verdict)


def test_missing_options() -> None:
    verdict = inside(request(), PRESETS["paypal"], [SECRET])
    assert (verdict.state, verdict.reason) == ("failed", "missing_context")
    assert verdict.message == "The option webhook_id is not set for this endpoint."


# --- the reference library of Standard Webhooks ----------------------------------------------------------------------

STANDARD = PRESETS["standard-webhooks"]
KEY = base64.b64encode(b"k" * 24).decode()
IDS = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Z", "Cc"]), max_size=6)
TEXT_BODIES = st.text(st.characters(codec="utf-8"), max_size=10).map(str.encode)
OFFSETS = st.one_of(st.integers(-280, 280), st.integers(-900, -320), st.integers(320, 900))  # never on the edge
TIMES = st.one_of(
    OFFSETS.map(lambda offset: str(int(time.time()) + offset)),
    OFFSETS.flatmap(
        lambda offset: st.sampled_from(["0{0}", "+{0}", " {0}", "{0}.0", "{0}.9", "{0}a", "-{0}", "{0}_0"]).map(
            lambda form: form.format(int(time.time()) + offset)
        )
    ),
    st.sampled_from(["", "hello", "nan", "1e9", "\u0661"]),
)
ENTRIES = st.sampled_from(
    [
        "{0}",
        "v1,{0}",
        "v1, {0}",
        "v1,{0}=",
        "V1,{0}",
        "v1a,{0}",
        "v2,{0}",
        "v1,{0}\t",
        "v1,",
        "v1",
        "v1,{0} v1,AAAA",
        "v1,\n{0}",
    ]
)


@settings(max_examples=300)
@given(id=IDS, when=TIMES, body=TEXT_BODIES, entry=ENTRIES, bit=st.none() | st.integers(0), own=st.booleans())
def test_standard_webhooks_refuses_nothing_that_is_verified(
    id: str, when: str, body: bytes, entry: str, bit: int | None, own: bool
) -> None:
    text = ".".join([id.strip(" \t"), when.strip(" \t"), ""]).encode() + body
    made = base64_mac(text, b"k" * 24)
    value = entry.format(made if bit is None else flipped(made.encode(), bit).decode("latin-1"))
    headers = {"webhook-id": id, "webhook-timestamp": when, "webhook-signature": value}
    asked = request(body, *((name, text.encode().decode("latin-1")) for name, text in headers.items()))
    if judged(asked, STANDARD, f"whsec_{KEY}".encode(), at=time.time()).state == "verified":
        sent = {name: text.strip(" \t") for name, text in headers.items()}
        standardwebhooks.Webhook(f"whsec_{KEY}" if own else KEY).verify(body, sent, json_parse=False)


@given(TEXT_BODIES, st.sampled_from(["whsec_", ""]))
def test_standard_webhooks_takes_what_we_sign(body: bytes, prefix: str) -> None:
    signed_request = sign(request(body), STANDARD, [f"{prefix}{KEY}".encode()], time.time())
    standardwebhooks.Webhook(KEY).verify(body, dict(signed_request.headers), json_parse=False)
    now = int(time.time())
    theirs = standardwebhooks.Webhook(KEY).sign("msg_1", dt.datetime.fromtimestamp(now, dt.UTC), body.decode())
    headers = (("webhook-id", "msg_1"), ("webhook-timestamp", str(now)), ("webhook-signature", theirs))
    assert reason(request(body, *headers), STANDARD, KEY.encode(), at=now) == "ok"
