"""MACs, digests and public-key signatures by the names that schemes use."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from hookscope.verification.keys import PrivateKey, PublicKey

MACS: Mapping[str, str] = {
    f"hmac-{name}": name for name in ("md5", "sha1", "sha256", "sha384", "sha512")
}  # what hashlib calls them
DIGESTS = ("sha256",)
ASYMMETRIC = (
    "ed25519",
    "ecdsa-p256-sha256",
    "ecdsa-p256-sha256-raw",
    "rsa-pkcs1-sha1",
    "rsa-pkcs1-sha256",
    "rsa-pkcs1-sha512",
    "rsa-pss-sha512",
)
WEAK = frozenset({"hmac-md5", "hmac-sha1", "rsa-pkcs1-sha1"})

_HASHES: Mapping[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_CURVES: Mapping[str, str] = {"p256": "secp256r1", "p384": "secp384r1", "p521": "secp521r1"}
SHORTEST_RSA = 1024


def mac(algorithm: str, key: bytes, data: bytes) -> bytes:
    """The MAC of data under a key."""
    return hmac.digest(key, data, MACS[algorithm])


def digest(algorithm: str, data: bytes) -> bytes:
    """A plain hash."""
    return hashlib.new(algorithm, data).digest()


def fits(algorithm: str, key: object) -> bool:
    """Whether a key is of the kind that an algorithm takes."""
    family, _, rest = algorithm.partition("-")
    if family == "rsa":
        return isinstance(key, (rsa.RSAPublicKey, rsa.RSAPrivateKey)) and key.key_size >= SHORTEST_RSA
    if family == "ecdsa":
        curve = _CURVES[rest.partition("-")[0]]
        return isinstance(key, (ec.EllipticCurvePublicKey, ec.EllipticCurvePrivateKey)) and key.curve.name == curve
    return isinstance(key, (ed25519.Ed25519PublicKey, ed25519.Ed25519PrivateKey))


def is_signed(algorithm: str, key: PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether a signature over data is right under a key that ``fits``."""
    try:
        _check(algorithm, key, signature, data)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def sign(algorithm: str, key: PrivateKey, data: bytes) -> bytes:
    """A signature over data with a key that ``fits``."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        made = key.sign(data, ec.ECDSA(_hash_of(algorithm)))
        return _raw_of(made, key.key_size) if algorithm.endswith("-raw") else made
    return key.sign(data, _rsa_padding(algorithm), _hash_of(algorithm))


def _check(algorithm: str, key: PublicKey, signature: bytes, data: bytes) -> None:
    if isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, data)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        made = _der_of(signature, key.key_size) if algorithm.endswith("-raw") else signature
        key.verify(made, data, ec.ECDSA(_hash_of(algorithm)))
    else:
        key.verify(signature, data, _rsa_padding(algorithm), _hash_of(algorithm))


def _hash_of(algorithm: str) -> hashes.HashAlgorithm:
    name = algorithm.removesuffix("-raw").rpartition("-")[2]
    return _HASHES[name]()


def _rsa_padding(algorithm: str) -> Any:
    if not algorithm.startswith("rsa-pss"):
        return padding.PKCS1v15()
    made = _hash_of(algorithm)
    return padding.PSS(padding.MGF1(made), made.digest_size)


def _der_of(raw: bytes, bits: int) -> bytes:
    """The two numbers of a raw signature (RFC 7518 3.4), which have a fixed length and are never 0."""
    size = (bits + 7) // 8
    first, second = int.from_bytes(raw[:size], "big"), int.from_bytes(raw[size:], "big")
    if len(raw) != 2 * size or not first or not second:
        raise ValueError("not a raw signature")
    return encode_dss_signature(first, second)


def _raw_of(der: bytes, bits: int) -> bytes:
    size = (bits + 7) // 8
    return b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(der))
