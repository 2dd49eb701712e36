"""The common case without ceremony: a token in a header, or an HMAC over the body and a few headers.

Only a match is told from here; whatever is none goes the long way round, which says why. A listener spends some 40 to
100 us on a request, so that the long way would be felt.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from hookscope.deliveries import Request
from hookscope.verification import model
from hookscope.verification.context import wire
from hookscope.verification.keys import BadKey, mac_key
from hookscope.verification.model import Scheme, SignaturePlace, TimestampPlace
from hookscope.verification.primitives import MACS
from hookscope.verification.template import BODY, Part, Placeholder
from hookscope.verification.times import seconds_of


class Quick(NamedTuple):
    """A match: the index of the secret, and the length of what was compared or signed."""

    secret: int
    length: int


Match = Callable[[Request, float], Quick | None]
"""Whether a request that arrived at this time verifies; ``None`` when it may not."""

_Mac = Callable[[Iterable[bytes]], bytes]
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

    def match(request: Request, at: float) -> Quick | None:
        value = _header(request, name)
        if not value.isascii():
            return None
        matched = None
        for index, token in tokens:
            if hmac.compare_digest(token, value):
                matched = index
        return None if matched is None else Quick(matched, len(request.body))

    return match


def _mac_match(scheme: Scheme, secrets: Sequence[bytes]) -> Match | None:
    place, moment = _only_place(scheme), scheme.timestamp
    try:
        keys = [mac_key(secret, scheme.key) for secret in secrets]
    except BadKey:
        return None
    if place is None or not keys or not _is_simple(scheme):
        return None
    macs = [_mac(MACS[scheme.algorithm], key) for key in keys]
    if scheme.template == BODY and moment is None and place.format == "plain":
        return _body_match(place, macs)
    wanted, name, text_of = _wanted(scheme, place), place.name.lower(), _TEXTS[place.encoding]

    def match(request: Request, at: float) -> Quick | None:
        found = _headers(request, wanted)
        sent, stamp = _read(place, moment, found[name]) if found else ("", "")
        if moment and found and moment.source == "header":
            stamp = found[moment.name.lower()]
        if not found or not sent.isascii() or (moment and not _in_time(moment, stamp, at)):
            return None
        pieces = [_piece(part, request, found, stamp) for part in scheme.template.parts]
        matched = None
        for index, mac in enumerate(macs):
            if hmac.compare_digest(text_of(mac(pieces)), sent):
                matched = index
        return None if matched is None else Quick(matched, sum(map(len, pieces)))

    return match


def _body_match(place: SignaturePlace, macs: Sequence[_Mac]) -> Match:
    """The same for the commonest of all: a signature of the body and of nothing else."""
    name, prefix, text_of = place.name.lower(), place.prefix, _TEXTS[place.encoding]

    def match(request: Request, at: float) -> Quick | None:
        value = _header(request, name)
        if not value.isascii() or not value.startswith(prefix):
            return None
        sent, body, matched = value[len(prefix) :], (request.body,), None
        for index, mac in enumerate(macs):
            if hmac.compare_digest(text_of(mac(body)), sent):
                matched = index
        return None if matched is None else Quick(matched, len(request.body))

    return match


def _only_place(scheme: Scheme) -> SignaturePlace | None:
    """The header that holds the only signature of a body as it came; ``None`` for all other schemes."""
    special = scheme.each or scheme.require or scheme.variant or scheme.decoded_body
    if special or len(scheme.signature) != 1:
        return None
    place = scheme.signature[0]
    return place if place.source == "header" and not place.numbered and place.encoding in _TEXTS else None


def _is_simple(scheme: Scheme) -> bool:
    """Whether time and text need nothing but the body, the headers and the signature."""
    moment = scheme.timestamp
    kinds = {"body", "header"} if moment is None else {"body", "header", "timestamp"}
    plain = all(
        isinstance(part, bytes) or (isinstance(part, Placeholder) and part.kind in kinds and not part.filters)
        for part in scheme.template.parts
    )
    return plain and (moment is None or moment.source in ("header", "signature"))


def _wanted(scheme: Scheme, place: SignaturePlace) -> frozenset[str]:
    """The headers that have to be there, once each."""
    moment = scheme.timestamp
    signed = {each.argument for each in scheme.template.placeholders() if each.kind == "header"}
    timed = {moment.name} if moment and moment.source == "header" else set[str]()
    return frozenset(name.lower() for name in {place.name, *signed, *timed})


def _header(request: Request, name: str) -> str:
    """The value of a header, ``""`` when it is missing or there twice."""
    found = None
    for key, value in request.headers:
        if key.lower() == name:
            if found is not None:
                return ""
            found = value
    return "" if found is None else found.strip(" \t")


def _headers(request: Request, wanted: frozenset[str]) -> dict[str, str] | None:
    """The values of these headers, unless one is missing, empty or there twice."""
    found: dict[str, str] = {}
    for key, value in request.headers:
        name = key.lower()
        if name in wanted:
            if name in found:
                return None
            found[name] = value.strip(" \t")
    return found if len(found) == len(wanted) and all(found.values()) else None


def _read(place: SignaturePlace, moment: TimestampPlace | None, value: str) -> tuple[str, str]:
    """The signature and the time beside it; empty texts for what is not there exactly once."""
    if place.format == "plain":
        return (value[len(place.prefix) :] if value.startswith(place.prefix) else ""), ""
    signatures, stamps = [], []
    for piece in value.split(place.separator):
        name, mark, rest = piece.strip(" \t").partition(place.kv)
        if mark and name == place.key:
            signatures.append(rest)
        elif mark and moment is not None and name == moment.name:
            stamps.append(rest)
    return _only(signatures), _only(stamps)


def _only(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else ""


def _in_time(moment: TimestampPlace, stamp: str, at: float) -> bool:
    seconds = seconds_of(wire(stamp), moment.format)
    if seconds is None:
        return False
    return not moment.enforce or seconds - moment.future_tolerance <= at <= seconds + moment.tolerance


def _piece(part: Part, request: Request, found: Mapping[str, str], stamp: str) -> bytes:
    if isinstance(part, bytes):
        return part
    if not isinstance(part, Placeholder) or part.kind == "body":
        return request.body
    return wire(stamp if part.kind == "timestamp" else found[part.argument.lower()])


def _is_plain(secret: bytes) -> bool:
    return secret.isascii() and bool(secret.strip())


def _mac(algorithm: str, key: bytes) -> _Mac:
    """HMAC with its key worked in beforehand, which takes a third off that of a short text (RFC 2104)."""
    size = hashlib.new(algorithm).block_size
    block = (hashlib.new(algorithm, key).digest() if len(key) > size else key).ljust(size, b"\0")
    inner, outer = hashlib.new(algorithm, block.translate(_INNER)), hashlib.new(algorithm, block.translate(_OUTER))

    def made(pieces: Iterable[bytes]) -> bytes:
        first, second = inner.copy(), outer.copy()
        for piece in pieces:
            first.update(piece)
        second.update(first.digest())
        return second.digest()

    return made
