"""The common case without ceremony: one header that holds a token, or an HMAC of the body.

Only a match is told from here; whatever is none goes the long way round, which says why. A listener spends some 40 us
on a request, so that the long way would be felt.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence

from hookscope.deliveries import Request
from hookscope.verification import model
from hookscope.verification.keys import BadKey, mac_key
from hookscope.verification.model import Scheme, SignaturePlace
from hookscope.verification.primitives import MACS
from hookscope.verification.template import BODY

Match = Callable[[Request], int | None]
"""The index of the secret with which a request verifies, ``None`` when it may not."""

_TEXTS: Mapping[str, Callable[[bytes], str]] = {
    "hex": bytes.hex,
    "base64": lambda digest: binascii.b2a_base64(digest, newline=False).decode(),
}
_INNER, _OUTER = bytes(each ^ 0x36 for each in range(256)), bytes(each ^ 0x5C for each in range(256))  # RFC 2104


def quick_match(scheme: Scheme, secrets: Sequence[bytes]) -> Match | None:
    """A quick test for requests of this scheme, whose options are filled in; ``None`` for what needs the long way."""
    if scheme.kind == model.STATIC:
        return _token_match(scheme, secrets)
    return _mac_match(scheme, secrets) if scheme.kind == model.HMAC else None


def _token_match(scheme: Scheme, secrets: Sequence[bytes]) -> Match | None:
    place = scheme.token
    if place is None or place.source != "header" or place.scheme or not all(map(_is_plain, secrets)):
        return None
    tokens = [(index, secret.decode()) for index, secret in enumerate(secrets)]
    name = place.name.lower()

    def match(request: Request) -> int | None:
        value = _only_value(request, name)
        if value is None or not value.isascii():
            return None
        matched = None
        for index, token in tokens:
            if hmac.compare_digest(token, value):
                matched = index
        return matched

    return match


def _mac_match(scheme: Scheme, secrets: Sequence[bytes]) -> Match | None:
    place = _only_place(scheme)
    try:
        keys = [mac_key(secret, scheme.key) for secret in secrets]
    except BadKey:
        return None
    if place is None or not keys:
        return None
    macs = [_mac(MACS[scheme.algorithm], key) for key in keys]
    name, prefix, text_of = place.name.lower(), place.prefix, _TEXTS[place.encoding]

    def match(request: Request) -> int | None:
        value = _only_value(request, name)
        if value is None or not value.isascii() or not value.startswith(prefix):
            return None
        sent, matched = value[len(prefix) :], None
        for index, mac in enumerate(macs):
            if hmac.compare_digest(text_of(mac(request.body)), sent):
                matched = index
        return matched

    return match


def _only_place(scheme: Scheme) -> SignaturePlace | None:
    """The plain header that holds the only signature of a body as it came; ``None`` for all other schemes."""
    special = scheme.timestamp or scheme.each or scheme.require or scheme.variant or scheme.decoded_body
    if special or scheme.template != BODY or len(scheme.signature) != 1:
        return None
    place = scheme.signature[0]
    plain = place.source == "header" and place.format == "plain" and not place.numbered and place.encoding in _TEXTS
    return place if plain else None


def _only_value(request: Request, name: str) -> str | None:
    found = None
    for key, value in request.headers:
        if key.lower() == name:
            if found is not None:
                return None
            found = value
    return None if found is None else found.strip(" \t")


def _is_plain(secret: bytes) -> bool:
    return secret.isascii() and bool(secret.strip())


def _mac(algorithm: str, key: bytes) -> Callable[[bytes], bytes]:
    """HMAC with its key worked in beforehand, which takes a third off that of a short text (RFC 2104)."""
    size = hashlib.new(algorithm).block_size
    block = (hashlib.new(algorithm, key).digest() if len(key) > size else key).ljust(size, b"\0")
    inner, outer = hashlib.new(algorithm, block.translate(_INNER)), hashlib.new(algorithm, block.translate(_OUTER))

    def made(text: bytes) -> bytes:
        first, second = inner.copy(), outer.copy()
        first.update(text)
        second.update(first.digest())
        return second.digest()

    return made
