"""Hex and base64 as signatures use them, strictly: what a sender's own library would refuse is refused here."""

from __future__ import annotations

import base64
import binascii
import re

HEX, BASE64, BASE64URL = "hex", "base64", "base64url"
ENCODINGS = (HEX, BASE64, BASE64URL)

_HEX = re.compile(rb"(?:[0-9a-fA-F]{2})+")
_URL_ALPHABET = re.compile(rb"[A-Za-z0-9_-]*")


def decode(value: bytes, encoding: str, hex_case: str = "") -> bytes | None:
    """The bytes of a signature; ``None`` for none, a wrong alphabet, length, padding, or bits left over.

    Hexadecimal may be in either case unless ``hex_case`` is ``lower`` or ``upper``.
    """
    if encoding == HEX:
        wrong_case = bool(hex_case) and value != (value.lower() if hex_case == "lower" else value.upper())
        return None if wrong_case or not _HEX.fullmatch(value) else bytes.fromhex(value.decode())
    return (_decode_base64(value) if encoding == BASE64 else decode_base64url(value)) or None


def encode(value: bytes, encoding: str) -> bytes:
    """Bytes as a signature is written."""
    if encoding == HEX:
        return value.hex().encode()
    return base64.b64encode(value) if encoding == BASE64 else encode_base64url(value)


def decode_base64url(value: bytes, *, padded: bool = False) -> bytes | None:
    """Bytes of base64url text, which has no padding (RFC 7515 2); with ``padded`` it may have the right one."""
    text = value.rstrip(b"=") if padded and len(value) % 4 == 0 and value[-3:].count(b"=") <= 2 else value
    if not _URL_ALPHABET.fullmatch(text) or len(text) % 4 == 1:
        return None
    decoded = base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    return decoded if encode_base64url(decoded) == text else None


def encode_base64url(value: bytes) -> bytes:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=")


def _decode_base64(value: bytes) -> bytes | None:
    try:
        decoded = binascii.a2b_base64(value, strict_mode=True)
    except (binascii.Error, ValueError):
        return None
    return decoded if value and base64.b64encode(decoded) == value else None


def decode_key(text: bytes, encoding: str) -> bytes | None:
    """Key bytes of a secret's text; padding may be missing, the alphabet is strict all the same."""
    if encoding == HEX:
        return decode(text, HEX)
    bare = text.rstrip(b"=") if text[-3:].count(b"=") <= 2 else text
    if encoding == BASE64URL:
        return decode_base64url(bare)
    return _decode_base64(bare + b"=" * (-len(bare) % 4))
