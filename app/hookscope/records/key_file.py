"""Service account keys as their files have them, and access tokens as they are pasted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from hookscope.records.model import AccessToken, Credential, Profile, ServiceKey
from hookscope.records.profiles import load_profiles, origin

LARGEST = 64 << 10
FEWEST_BITS = 2048
MOST_BITS = 4096
"""Checking a key holds the interpreter's lock, and takes minutes for the largest that a file has room for."""

_LONGEST_PEM = 16 << 10
_HEADER, _PAYLOAD = "assertionHeaderData", "assertionPayloadData"
_OLD = "This key is for the old SDKs (ES256). Create one with RS256."
_NEW_ONE = "Create a new one in Partner Center."
_UNREADABLE = f"The private key in this file cannot be read. {_NEW_ONE}"
_BROKEN = object()
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 2.1


class KeyFileError(ValueError):
    """A key or a token cannot be used; the text is one sentence that holds nothing of it."""


def read_key(text: str, profile: Profile) -> ServiceKey:
    """The key of a file that was downloaded for this profile; raises ``KeyFileError``."""
    table = _table(text)
    _check_kind(table)
    _check_profile(_text(table, "token_uri"), table, profile)
    return _key(table, text)


def read_credential(text: str) -> Credential:
    """What ``credential_text`` made a text of; raises ``KeyFileError`` when it is damaged."""
    if not text.lstrip("\ufeff \t\r\n").startswith("{"):
        return read_token(text)
    table = _table(text)
    _check_kind(table)
    return _key(table, text)


def read_token(text: str) -> AccessToken:
    """A pasted access token, also with the word before it; raises ``KeyFileError``."""
    token = re.sub(r"(?i)^bearer(\s+|$)", "", text.strip())
    if not token:
        raise KeyFileError("There is no access token. Paste one.")
    if token.startswith("{"):
        raise KeyFileError("This is a file with several values, not an access token. Import it as a key file.")
    if len(token) > LARGEST or not _TOKEN.fullmatch(token):
        raise KeyFileError("This is not an access token: it has characters that no token has. Copy it again.")
    return AccessToken(token)


def credential_text(credential: Credential) -> str:
    """The credential as one text, for the keyring only."""
    return credential.value if isinstance(credential, AccessToken) else credential.text


def token_address(token_uri: str, profile: Profile) -> str:
    """The address of the profile that a key's ``token_uri`` names, in the profile's own spelling; ``""`` for none."""
    asked = _address(token_uri)
    return next((uri for uri in profile.token_uris if asked and _address(uri) == asked), "")


def _address(url: str) -> tuple[str, str] | None:
    """Origin and path of a plain address."""
    where = origin(url)
    return (where, urlsplit(url).path) if where and "?" not in url and "#" not in url else None


# --- the table -------------------------------------------------------------------------------------------------------


def _table(text: str) -> Mapping[str, Any]:
    if len(text) > LARGEST or len(text.encode("utf-8", "replace")) > LARGEST:
        raise KeyFileError("This is not a service account key: it is larger than 64 KiB.")
    table = _json(text.removeprefix("\ufeff"))
    if table is _BROKEN:
        raise KeyFileError("This is not a service account key: it is not JSON.")
    if not isinstance(table, dict):
        raise KeyFileError("This is not a service account key: it is not a JSON object.")
    return table


def _json(text: str) -> Any:
    """The document, or ``_BROKEN``: an error of the parser would hold the whole text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _BROKEN


def _text(table: Mapping[str, Any], name: str, within: str = "") -> str:
    """A text that must be there and not empty."""
    place = f"{within}.{name}" if within else name
    if name not in table:
        raise KeyFileError(f"This is not a service account key: `{place}` is missing.")
    value = table[name]
    if not isinstance(value, str):
        raise KeyFileError(f"This is not a service account key: `{place}` must be a text.")
    if not value.strip():
        raise KeyFileError(f"This is not a service account key: `{place}` is empty.")
    return value


def _inner(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if name not in table:
        raise KeyFileError(f"This is not a service account key: `{name}` is missing.")
    value = table[name]
    if not isinstance(value, dict):
        raise KeyFileError(f"This is not a service account key: `{name}` must be an object.")
    return value


def _check_kind(table: Mapping[str, Any]) -> None:
    if _text(table, "type") != "service_account":
        raise KeyFileError("This is not a service account key: `type` is not `service_account`.")
    header = table.get(_HEADER)
    if "EC PRIVATE KEY" in str(table.get("private_key")) or (isinstance(header, dict) and header.get("alg") == "ES256"):
        raise KeyFileError(_OLD)


def _check_profile(token_uri: str, table: Mapping[str, Any], profile: Profile) -> None:
    if not token_address(token_uri, profile):
        other = _profile_of(lambda each: bool(token_address(token_uri, each)))
        raise KeyFileError(_misplaced(other, profile, "token_uri"))
    payload = table.get(_PAYLOAD)
    audience = payload.get("aud") if isinstance(payload, dict) else None
    if profile.audience and isinstance(audience, str) and audience != profile.audience:
        other = _profile_of(lambda each: each.audience == audience)
        raise KeyFileError(_misplaced(other, profile, f"{_PAYLOAD}.aud"))


def _profile_of(fits: Callable[[Profile], bool]) -> Profile | None:
    return next((profile for profile in load_profiles().values() if fits(profile)), None)


def _misplaced(other: Profile | None, profile: Profile, place: str) -> str:
    if other and other.id != profile.id:
        return f"This is a {other.name.lower()} key, and the profile is {profile.name.lower()}."
    return f"This key is not for the profile {profile.name.lower()}: `{place}` is another address."


def _key(table: Mapping[str, Any], text: str) -> ServiceKey:
    token_uri = _text(table, "token_uri")
    if _HEADER not in table:
        raise KeyFileError(_OLD)
    header, payload = _inner(table, _HEADER), _inner(table, _PAYLOAD)
    if _text(header, "alg", _HEADER) != "RS256":
        raise KeyFileError(f"This is not a service account key: `{_HEADER}.alg` is not RS256.")
    key_id = _text(table, "private_key_id")
    if _text(header, "kid", _HEADER) != key_id:
        raise KeyFileError(f"This key file contradicts itself: `private_key_id` and `{_HEADER}.kid` differ. {_NEW_ONE}")
    audience, issuer, subject = (_text(payload, name, _PAYLOAD) for name in ("aud", "iss", "sub"))
    private_key = _text(table, "private_key")
    if fault := _key_fault(private_key):
        raise KeyFileError(fault)
    email = _text(table, "client_email")
    return ServiceKey(email, key_id, token_uri, audience, issuer, subject, private_key, text)


# --- the private key -------------------------------------------------------------------------------------------------


def _key_fault(pem: str) -> str:
    """What is wrong with a private key, without any part of it."""
    if "-----BEGIN PUBLIC KEY" in pem or "-----BEGIN RSA PUBLIC KEY" in pem:
        return f"This is not a service account key: `private_key` is a public key. {_NEW_ONE}"
    if "ENCRYPTED" in pem:
        return f"The private key in this file is protected by a password. {_NEW_ONE}"
    key = loaded(pem)
    if key is None:
        return _UNREADABLE
    return _kind_fault(key) or ("" if _is_sound(pem) else _UNREADABLE)


def loaded(pem: str, *, checked: bool = False) -> Any:
    """The private key, ``None`` when it cannot be read; checking it as well is slow, the more so the longer it is."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if len(pem) > _LONGEST_PEM or not pem.isascii():
        return None
    try:
        return load_pem_private_key(pem.encode("ascii"), password=None, unsafe_skip_rsa_key_validation=not checked)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _is_sound(pem: str) -> bool:
    return loaded(pem, checked=True) is not None


def _kind_fault(key: Any) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if isinstance(key, ec.EllipticCurvePrivateKey):
        return _OLD
    if not isinstance(key, rsa.RSAPrivateKey):
        return f"The private key in this file is not an RSA key. {_NEW_ONE}"
    if key.key_size < FEWEST_BITS:
        return f"The private key in this file has {key.key_size} bits, and {FEWEST_BITS} are needed. {_NEW_ONE}"
    if key.key_size > MOST_BITS:
        return f"The private key in this file has {key.key_size} bits, and {MOST_BITS} are the most. {_NEW_ONE}"
    return ""
