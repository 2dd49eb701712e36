"""Secrets as keys: nothing that is empty or that a forger may know, and every way to write a public key."""

from __future__ import annotations

import base64
import datetime as dt
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers.verification import SECRET, private_keys, private_pem, public_der, public_pem
from hookscope.verification.encodings import encode, encode_base64url
from hookscope.verification.keys import BadKey, is_key_text, mac_key, private_key, public_keys
from hookscope.verification.model import KeyFormat

KINDS = ("rsa", "p256", "p384", "p521", "ed25519")


def certificate() -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sender")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    day = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)
    builder = builder.not_valid_before(day).not_valid_after(day + dt.timedelta(days=1))
    key = private_keys()["rsa"]
    return builder.public_key(key.public_key()).sign(key, hashes.SHA256())


def number(value: int, size: int = 0) -> str:
    return encode_base64url(value.to_bytes(size or (value.bit_length() + 7) // 8, "big")).decode()


def jwk(kind: str, **more: str) -> dict[str, str]:
    key = private_keys()[kind].public_key()
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        return {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e), **more}
    if isinstance(key, ec.EllipticCurvePublicKey):
        point, size = key.public_numbers(), (key.key_size + 7) // 8
        return {"kty": "EC", "crv": f"P-{key.key_size}", "x": number(point.x, size), "y": number(point.y, size), **more}
    return {"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(key.public_bytes_raw()).decode(), **more}


def spki(kind: str) -> bytes:
    return base64.b64encode(public_der(kind))


PUBLIC_TEXTS = {
    "pem": public_pem("rsa"),
    "pem with text before it": b"subject=CN = sender\n" + public_pem("p256"),
    "pem with a byte order mark": b"\xef\xbb\xbf" + public_pem("rsa"),
    "pem with line breaks of Windows": public_pem("ed25519").replace(b"\n", b"\r\n"),
    "private pem": private_pem("p256"),
    "certificate": certificate().public_bytes(Encoding.PEM),
    "certificate in DER": certificate().public_bytes(Encoding.DER),
    "SSH": private_keys()["ed25519"].public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH),
    "SSH of P-256": private_keys()["p256"].public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH),
    "SSH2": b"---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n",
    "DER": public_der("rsa"),
    "DER in base64": spki("rsa"),
    "DER of Ed25519 in base64": spki("ed25519"),
    "DER in base64 with line breaks": b"\n".join(spki("rsa")[i : i + 64] for i in range(0, len(spki("rsa")), 64)),
    "private DER": private_keys()["rsa"].private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    "JWK": json.dumps(jwk("rsa")).encode(),
    "JWK with blanks": b" \n" + json.dumps(jwk("p256"), indent=1).encode(),
    "JWK with an escaped name": json.dumps(jwk("p256")).replace("kty", "\\u006bty").encode(),
    "JWK set": json.dumps({"keys": [jwk("rsa"), jwk("ed25519")]}).encode(),
    "list of JWK": json.dumps([jwk("rsa")]).encode(),
    "JWK that breaks off": json.dumps(jwk("rsa")).encode()[:-1],
}


@pytest.mark.parametrize("text", PUBLIC_TEXTS.values(), ids=PUBLIC_TEXTS.keys())
def test_keys_of_a_pair_are_no_shared_secret(text: bytes) -> None:
    assert is_key_text(text)
    with pytest.raises(BadKey, match="can never be a shared secret"):
        mac_key(text, KeyFormat())
    with pytest.raises(BadKey):  # a secret that is written in base64 may hold one as well
        mac_key(base64.b64encode(text), KeyFormat("base64"))


@given(st.binary(min_size=1, max_size=50).filter(lambda data: data.strip(b" \t\r\n\0\x0b\x0c")))
def test_other_texts_are_taken_to_the_byte(secret: bytes) -> None:
    assume(not is_key_text(secret))
    assert mac_key(secret, KeyFormat()) == secret
    assert mac_key(encode(secret, "hex"), KeyFormat("hex")) == secret


@pytest.mark.parametrize(
    "secret", [b"M", b"MIIB", b"0", b"0123", b"{", b"[1]", b'{"a": 1}', b"-----", b"ssh", b"MC4wLjA="]
)
def test_texts_that_only_begin_like_keys(secret: bytes) -> None:
    assert mac_key(secret, KeyFormat()) == secret


@pytest.mark.parametrize(
    ("secret", "how", "words"),
    [
        (b"", KeyFormat(), "is empty"),
        (b" \t\r\n", KeyFormat(), "is empty"),
        (b"\0\0\0", KeyFormat(), "is empty"),
        (b"whsec_", KeyFormat("base64", ("whsec_",)), "is empty"),
        (b"v1,whsec_", KeyFormat("base64", ("v1,whsec_", "whsec_")), "is empty"),
        (b"whsec_!!!!", KeyFormat("base64", ("whsec_",)), "is not base64"),
        (b"whsec_====", KeyFormat("base64", ("whsec_",)), "is not base64"),
        (b"whsec_AAAA", KeyFormat("base64", ("whsec_",)), "is empty"),
        (b"abc", KeyFormat("hex"), "is not hexadecimal"),
        (b"0x00", KeyFormat("hex"), "is not hexadecimal"),
        (b"a+b/", KeyFormat("base64url"), "is not base64url"),
        (spki("rsa"), KeyFormat("spki-base64"), "public ones"),
        (b"c2VjcmV0", KeyFormat("jwks"), "public ones"),
    ],
    ids=range(13),
)
def test_secrets_that_cannot_be_keys(secret: bytes, how: KeyFormat, words: str) -> None:
    with pytest.raises(BadKey, match=words) as caught:
        mac_key(secret, how)
    assert not secret.strip() or secret.decode("latin-1") not in str(caught.value)


def test_only_the_first_prefix_is_left_out_and_case_counts() -> None:
    how = KeyFormat("utf8", ("whsec_",))
    assert mac_key(b"whsec_whsec_x", how) == b"whsec_x"
    assert mac_key(b"WHSEC_x", how) == b"WHSEC_x"


@pytest.mark.parametrize("kind", KINDS)
def test_every_way_to_write_a_public_key(kind: str) -> None:
    wanted = private_keys()[kind].public_key()
    texts = [
        (public_pem(kind), "pem"),
        (public_pem(kind), "utf8"),
        (spki(kind), "spki-base64"),
        (b"\n".join([spki(kind)[:40], spki(kind)[40:]]), "spki-base64"),
        (spki(kind), "base64"),
        (json.dumps(jwk(kind)).encode(), "jwk"),
        (json.dumps({"keys": [{"kty": "oct", "k": "AA"}, jwk(kind)]}).encode(), "jwks"),
    ]
    for text, encoding in texts:
        assert [each.key for each in public_keys(text, encoding)] == [wanted], encoding


def test_raw_ed25519_and_certificates() -> None:
    raw = private_keys()["ed25519"].public_key()
    assert isinstance(raw, ed25519.Ed25519PublicKey)
    for encoding in ("hex", "base64", "base64url"):
        assert public_keys(encode(raw.public_bytes_raw(), encoding), encoding)[0].key == raw
    prefixed = b"whpk_" + encode(raw.public_bytes_raw(), "base64")
    assert public_keys(prefixed, "base64", ("whpk_",))[0].key == raw
    pem = certificate().public_bytes(Encoding.PEM)
    assert public_keys(pem, "pem")[0].key == private_keys()["rsa"].public_key()


def test_what_a_jwk_says_of_its_key() -> None:
    text = json.dumps({"keys": [jwk("p256", kid="a", use="enc", alg="ES256"), jwk("rsa", kid="b")]}).encode()
    first, second = public_keys(text, "jwks")
    assert (first.kid, first.use, first.alg) == ("a", "enc", "ES256")
    assert (second.kid, second.use, second.alg) == ("b", "", "")


NO_PUBLIC_KEYS = [
    b"",
    b" \n",
    b"nonsense",
    b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    private_pem("rsa"),
    b"{",
    b"[]",
    b"{}",
    b'{"kty": ["RSA"]}',
    b'{"kty": "RSA", "n": "!", "e": "AQAB"}',
    b'{"kty": "RSA", "n": 5, "e": "AQAB"}',
    b'{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}',
    b'{"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"}',
    b'{"kty": "OKP", "crv": "X25519", "x": "AA"}',
    b'{"kty": "oct", "k": "c2VjcmV0"}',
    b'{"keys": 5}',
    json.dumps({"keys": [jwk("ed25519")] * 51}).encode(),
    b"{" * 60_000,
    b"x" * 70_000,
    b"\xff\xfe",
]


@pytest.mark.parametrize("text", NO_PUBLIC_KEYS, ids=range(len(NO_PUBLIC_KEYS)))
@pytest.mark.parametrize("encoding", ["pem", "spki-base64", "jwks", "hex", "base64"])
def test_no_public_key(text: bytes, encoding: str) -> None:
    with pytest.raises(BadKey) as caught:
        public_keys(text, encoding)
    assert str(caught.value).endswith(".")


@given(st.binary(max_size=80), st.sampled_from(["pem", "spki-base64", "jwks", "hex", "base64", "base64url"]))
def test_any_text_is_a_public_key_or_refused(text: bytes, encoding: str) -> None:
    try:
        fault = "" if public_keys(text, encoding) else "no keys and no reason"
    except BadKey as error:
        fault = str(error)
    assert not fault or fault.endswith(".")


@pytest.mark.parametrize("kind", KINDS)
def test_private_keys(kind: str) -> None:
    key = private_key(private_pem(kind))
    assert key.public_key() == private_keys()[kind].public_key()


def test_raw_private_keys() -> None:
    key = private_keys()["ed25519"]
    assert isinstance(key, ed25519.Ed25519PrivateKey)
    raw, public = key.private_bytes_raw(), key.public_key().public_bytes_raw()
    for secret in (encode(raw, "base64"), b"whsk_" + encode(raw + public, "base64")):
        assert private_key(secret, "base64").public_key() == key.public_key()
    assert private_key(encode(raw, "hex"), "hex").public_key() == key.public_key()


NO_PRIVATE_KEYS = [
    b"",
    SECRET,
    public_pem("rsa"),
    public_pem("ed25519"),
    spki("ed25519"),
    b"whpk_" + encode(b"1" * 32, "base64"),
    encode(b"1" * 33, "base64"),
    encode(b"1" * 31, "base64"),
    private_keys()["rsa"].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"pw")),
]


@pytest.mark.parametrize("secret", NO_PRIVATE_KEYS, ids=range(len(NO_PRIVATE_KEYS)))
@pytest.mark.parametrize("encoding", ["pem", "hex", "base64", "base64url", "spki-base64"])
def test_no_private_key(secret: bytes, encoding: str) -> None:
    with pytest.raises(BadKey) as caught:
        private_key(secret, encoding)
    assert str(caught.value).endswith(".")
