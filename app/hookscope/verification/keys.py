"""From the secrets a user entered to keys: bytes for MACs, public keys for signatures, private ones for signing."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from hookscope.verification.encodings import decode_base64url, decode_key
from hookscope.verification.model import KeyFormat

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

_LONGEST = 65_536
_KEYS_AT_MOST = 50  # in one JWK set
_CURVES: Mapping[str, type[ec.EllipticCurve]] = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}
_KEY_TEXT = re.compile(rb"---- ?-?BEGIN |\A\s*(ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-)")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class BadKey(ValueError):
    """A secret cannot be used as the key that is needed; the text says why and never holds any of it."""


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A public key with what a JWK says of it; empty texts where it says nothing."""

    key: PublicKey
    kid: str = ""
    use: str = ""
    alg: str = ""


def mac_key(secret: bytes, how: KeyFormat) -> bytes:
    """The bytes a MAC is keyed with; raises ``BadKey`` for what is empty, blank, or anybody's public key."""
    text = _stripped(secret, how.strip_prefixes)
    key = _shared_key(text, how.encoding)
    if not key.strip(b"\0"):  # a MAC fills its key up with zeros, so this one is as good as none
        raise BadKey("The stored secret is empty.")
    if is_key_text(key):
        raise BadKey("The stored secret is a key pair's text (PEM, SSH or JWK), which can never be a shared secret.")
    return key


def _shared_key(text: bytes, encoding: str) -> bytes:
    if not text.strip():
        raise BadKey("The stored secret is empty.")
    if encoding not in _SHARED:
        raise BadKey("The scheme's keys are public ones, which can never be a shared secret.")
    key = text if encoding == "utf8" else decode_key(text, encoding)
    if not key:
        raise BadKey(f"The stored secret is not {_SHARED[encoding]}.")
    return key


_SHARED = {"utf8": "text", "hex": "hexadecimal", "base64": "base64", "base64url": "base64url"}


def is_key_text(secret: bytes) -> bool:
    """Whether this is a public or private key as it is handed around, which a forger may well know."""
    if _KEY_TEXT.search(secret):
        return True
    bare = secret.removeprefix(_BYTE_ORDER_MARK).strip()
    return _is_jwk(bare) if bare[:1] in (b"{", b"[") else any(map(_is_der, {bare, secret}))


def _is_jwk(text: bytes) -> bool:
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text)).encode()
    return b'"kty"' in text


def _is_der(data: bytes) -> bool:
    if data[:1] == b"M":  # how base64 of all such keys begins
        data = decode_key(b"".join(data.split()), "base64") or b""
    return data[:1] == b"0" and any(_is_read(read, data) for read in _DER_READERS)


def _is_read(read: Callable[[bytes], object], data: bytes) -> bool:
    try:
        read(data)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


_DER_READERS: Sequence[Callable[[bytes], object]] = (
    serialization.load_der_public_key,
    x509.load_der_x509_certificate,
    lambda data: serialization.load_der_private_key(data, password=None),
)


@lru_cache(maxsize=64)
def public_keys(secret: bytes, encoding: str, strip_prefixes: tuple[str, ...] = ()) -> tuple[VerifyingKey, ...]:
    """The public keys of a secret: PEM (key or certificate), SPKI, JWK, JWK set or raw Ed25519; raises ``BadKey``."""
    text = _stripped(secret, strip_prefixes)
    if not text.strip():
        raise BadKey("The stored key is empty.")
    if len(text) > _LONGEST:
        raise BadKey("The stored key is over 64 KiB.")
    try:
        found = _read_public(text, encoding)
    except BadKey:
        raise
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm, RecursionError):
        found = ()
    if not found:
        raise BadKey("The stored key is not a public key that can be read.")
    return found


def private_key(secret: bytes, encoding: str = "pem") -> PrivateKey:
    """The private key to sign with: PEM, or raw Ed25519 (32 bytes, or 64 with the public half); raises ``BadKey``."""
    try:
        if b"-----BEGIN" in secret:
            key: Any = serialization.load_pem_private_key(secret, password=None)
        else:
            raw = decode_key(secret.removeprefix(b"whsk_"), encoding) or b""
            key = ed25519.Ed25519PrivateKey.from_private_bytes(raw[:32] if len(raw) == 64 else raw)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise BadKey("This is not a private key without a password.") from None
    if isinstance(key, PrivateKey):
        return key
    raise BadKey("A private key of RSA, ECDSA or Ed25519 is needed.")


def _stripped(secret: bytes, prefixes: tuple[str, ...]) -> bytes:
    return next((secret[len(prefix) :] for prefix in prefixes if secret.startswith(prefix.encode())), secret)


def _read_public(text: bytes, encoding: str) -> tuple[VerifyingKey, ...]:
    if b"PRIVATE KEY-----" in text:
        raise BadKey("The stored key is a private one. Enter the public key that belongs to it.")
    if b"-----BEGIN CERTIFICATE-----" in text:
        return _usable(x509.load_pem_x509_certificate(text).public_key())
    if b"-----BEGIN" in text:
        return _usable(serialization.load_pem_public_key(text))
    if text.lstrip()[:1] == b"{":
        return _read_jwks(json.loads(text))
    if encoding == "spki-base64":
        return _usable(serialization.load_der_public_key(base64.b64decode(b"".join(text.split()), validate=True)))
    if encoding in ("hex", "base64", "base64url"):
        raw = decode_key(text, encoding)
        return _usable(_raw_public(raw)) if raw else ()
    return ()


def _raw_public(raw: bytes) -> Any:
    if len(raw) == 32:
        return ed25519.Ed25519PublicKey.from_public_bytes(raw)
    return serialization.load_der_public_key(raw)


def _usable(key: Any) -> tuple[VerifyingKey, ...]:
    return (VerifyingKey(key),) if isinstance(key, PublicKey) else ()


def _read_jwks(document: Any) -> tuple[VerifyingKey, ...]:
    listed = document.get("keys", [document])
    if not isinstance(listed, list) or len(listed) > _KEYS_AT_MOST:
        raise BadKey(f"The stored key is not a set of at most {_KEYS_AT_MOST} keys.")
    return tuple(key for each in listed if isinstance(each, dict) and (key := _read_jwk(each)))


def _read_jwk(jwk: Mapping[str, Any]) -> VerifyingKey | None:
    """One key of RFC 7517; ``None`` for a kind that is not used here."""
    try:
        key = _JWK_KINDS[jwk["kty"]](jwk)
    except (KeyError, ValueError, TypeError):
        return None
    texts = [value if isinstance(value := jwk.get(name, ""), str) else "" for name in ("kid", "use", "alg")]
    return VerifyingKey(key, *texts)


def _rsa_key(jwk: Mapping[str, Any]) -> PublicKey:
    return rsa.RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"])).public_key()


def _ec_key(jwk: Mapping[str, Any]) -> PublicKey:
    curve = _CURVES[jwk["crv"]]()
    return ec.EllipticCurvePublicNumbers(_number(jwk["x"]), _number(jwk["y"]), curve).public_key()


def _okp_key(jwk: Mapping[str, Any]) -> PublicKey:
    if jwk["crv"] != "Ed25519":
        raise ValueError(jwk["crv"])
    return ed25519.Ed25519PublicKey.from_public_bytes(_bytes(jwk["x"]))


_JWK_KINDS = {"RSA": _rsa_key, "EC": _ec_key, "OKP": _okp_key}


def _bytes(text: Any) -> bytes:
    decoded = decode_base64url(text.encode()) if isinstance(text, str) else None
    if decoded is None:
        raise ValueError("not base64url")
    return decoded


def _number(text: Any) -> int:
    return int.from_bytes(_bytes(text), "big")
