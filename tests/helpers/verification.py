"""Requests, keys and secrets for tests of verification, and for every preset what its sender would send."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import strategies as st

from hookscope.deliveries import Request
from hookscope.verification import Scheme, Verdict, Verifier, load_schemes, parse_scheme
from hookscope.verification.keys import PrivateKey

NOW = 1_700_000_000.0
SITE = "https://hooks.example.com"
JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
SECRET = b"it is a secret"

PRESETS = load_schemes()


def request(body: bytes = b"", *headers: tuple[str, str], method: str = "POST", target: str = "/in") -> Request:
    """A request to this site."""
    return Request(method, target, headers, body, SITE + target)


def inside(
    asked: Request, scheme: Scheme, secrets: list[bytes], at: float = NOW, options: Mapping[str, str] | None = None
) -> Verdict:
    """The verdict without the net that makes one of an exception, and without the short cut before the long way."""
    verifier = Verifier(scheme, secrets, options)
    return verifier._verdict(verifier._job(asked, at))


def hmac_scheme(**keys: Any) -> Scheme:
    """A scheme with a signature in hex in the header `X-Sig`, and what else is given."""
    return parse_scheme({"algorithm": "hmac-sha256", "signature": [{"name": "X-Sig", "encoding": "hex"}], **keys})


def flipped(data: bytes, bit: int) -> bytes:
    """The data with one of its bits turned over."""
    index, mask = bit // 8 % len(data), 1 << bit % 8
    return data[:index] + bytes([data[index] ^ mask]) + data[index + 1 :]


def with_header(asked: Request, name: str, value: str | None) -> Request:
    """The request with another value of a header, or without it."""
    kept = [pair for pair in asked.headers if pair[0].lower() != name.lower()]
    return replace(asked, headers=tuple(kept if value is None else [*kept, (name, value)]))


# --- keys ------------------------------------------------------------------------------------------------------------


def private_keys(number: int = 0) -> Mapping[str, PrivateKey]:
    """One private key of each kind; another number gives other keys."""
    return _private_keys(number)


@cache
def _private_keys(_: int) -> Mapping[str, PrivateKey]:
    return {
        "rsa": rsa.generate_private_key(65537, 2048),
        "p256": ec.generate_private_key(ec.SECP256R1()),
        "p384": ec.generate_private_key(ec.SECP384R1()),
        "p521": ec.generate_private_key(ec.SECP521R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
    }


@cache
def private_pem(kind: str, number: int = 0) -> bytes:
    """A private key in PEM."""
    return private_keys(number)[kind].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@cache
def public_pem(kind: str, number: int = 0) -> bytes:
    """The public key that belongs to it."""
    return private_keys(number)[kind].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def public_der(kind: str) -> bytes:
    """The same without its armour."""
    return private_keys()[kind].public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def key_kind(algorithm: str) -> str:
    """Which private key an algorithm needs, by its name here, in JOSE or in RFC 9421; empty for a shared secret."""
    return next((kind for start, kind in _KEY_KINDS.items() if algorithm.lower().startswith(start)), "")


_KEY_KINDS = {
    "rs": "rsa",
    "ps": "rsa",
    "es256": "p256",
    "ecdsa-p256": "p256",
    "es384": "p384",
    "ecdsa-p384": "p384",
    "es512": "p521",
    "ed": "ed25519",
}


# --- what the sender of every preset sends ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Sender:
    """A sender of a preset: the secrets to sign and to verify with, and the options."""

    scheme: Scheme
    signing: list[bytes]
    verifying: list[bytes]
    options: Mapping[str, str]

    @property
    def requests(self) -> st.SearchStrategy[Request]:
        """Requests that are not signed yet."""
        return _REQUESTS.get(self.scheme.id, _ANY)

    @property
    def signs_all(self) -> bool:
        """Whether a signature is over every byte of the body."""
        own = self.scheme.strength == "signature" and self.scheme.covers_body
        return own and self.scheme.id not in ("adyen", "aws-sns", "mandrill", "twilio")


def sender(id: str, number: int = 0) -> Sender:
    """The sender of a preset; another number gives another secret."""
    scheme = PRESETS[id]
    algorithm = (*scheme.algorithms, scheme.algorithm or ("rsa" if scheme.kind == "asymmetric" else ""))[0]
    options = {name: f"Option-{name}" for name, default in scheme.options.items() if default is None}
    kind = key_kind(algorithm)
    if kind:
        return Sender(scheme, [private_pem(kind, number)], [public_pem(kind, number)], options)
    secret = _shared_secret(scheme, number)
    return Sender(scheme, [secret], [secret], options)


def _shared_secret(scheme: Scheme, number: int) -> bytes:
    plain = f"user:a secret, number {number}".encode()
    how: Mapping[str, Callable[[bytes], bytes]] = {
        "hex": lambda data: data.hex().encode(),
        "base64": base64.b64encode,
        "utf8": bytes,
    }
    prefix = (*scheme.key.strip_prefixes, "")[-2:][0] if scheme.key.strip_prefixes else ""
    return prefix.encode() + how[scheme.key.encoding](plain)


_BODIES = st.binary(max_size=60)
_TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
_NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), _NUMBERS, _TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXTS, inner, max_size=3)),
    max_leaves=6,
)
_OBJECTS = st.dictionaries(_TEXTS, _VALUES, max_size=4)


def _json_request(document: Any) -> Request:
    return request(json.dumps(document, ensure_ascii=False).encode(), JSON)


def _form_request(pairs: list[tuple[str, str]]) -> Request:
    return request(urlencode(pairs).encode(), FORM, target="/in?x=1")


_ANY = st.builds(
    lambda body, query: request(body, ("X-Request-Id", "r1"), target=f"/in?data.id=A{query}"), _BODIES, st.integers()
)
_JSON = _OBJECTS.map(_json_request)
_FORMS = st.lists(st.tuples(_TEXTS, _TEXTS), max_size=4).map(_form_request)
_SNS = st.builds(
    lambda texts, subject, kind, version: {
        **dict(zip(("Message", "MessageId", "TopicArn", "Token", "SubscribeURL"), texts, strict=True)),
        **({"Subject": subject} if subject is not None else {}),
        "Type": kind,
        "SignatureVersion": version,
    },
    st.lists(_TEXTS, min_size=5, max_size=5),
    st.none() | _TEXTS,
    st.sampled_from(["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]),
    st.sampled_from("12"),
)
_ADYEN = st.fixed_dictionaries(
    {"pspReference": _TEXTS, "amount": st.fixed_dictionaries({"value": _NUMBERS, "currency": _TEXTS})},
    optional={"success": st.booleans() | _TEXTS, "eventCode": _TEXTS, "additionalData": _OBJECTS},
)
_REQUESTS: Mapping[str, st.SearchStrategy[Request]] = {
    "aws-sns": _SNS.map(_json_request),
    "adyen": st.lists(_ADYEN, min_size=1, max_size=3).map(
        lambda items: _json_request({"notificationItems": [{"NotificationRequestItem": item} for item in items]})
    ),
    "linear": _JSON,
    "static-json": _JSON,
    "vendasta-marketplace": _JSON,
    "mailgun": st.builds(
        lambda token, more: _json_request({**more, "signature": {"token": token, "timestamp": "1"}}), _TEXTS, _OBJECTS
    ),
    "microsoft-graph": st.lists(_OBJECTS, min_size=1, max_size=3).map(lambda items: _json_request({"value": items})),
    "mandrill": _FORMS,
    "twilio": st.one_of(_FORMS, _ANY, _JSON),
    "paypal": _BODIES.map(lambda body: request(body, ("PAYPAL-TRANSMISSION-ID", "t-1"))),
}
