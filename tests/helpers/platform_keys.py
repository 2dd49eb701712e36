"""The service account of the stand-in platform, and its key file."""

from __future__ import annotations

from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

AUDIENCE = "https://iam.stand-in.example"
EMAIL = "look-ups@partner-service-account.stand-in.example"
KEY_ID = "c0273fce-79b7-4104-8a8c-ea489abb3979"


@cache
def private_key() -> rsa.RSAPrivateKey:
    """The key of the service account, the same for all tests of a process."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


def pem(key: Any = None) -> str:
    """A private key as key files have it, by default that of the service account."""
    made: bytes = (key or private_key()).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return made.decode("ascii")


def key_table(token_uri: str, audience: str = AUDIENCE) -> dict[str, Any]:
    """A key file in the documented shape."""
    return {
        "type": "service_account",
        "private_key_id": KEY_ID,
        "private_key": pem(),
        "client_email": EMAIL,
        "token_uri": token_uri,
        "assertionHeaderData": {"alg": "RS256", "kid": KEY_ID},
        "assertionPayloadData": {"aud": audience, "iss": EMAIL, "sub": EMAIL},
    }
