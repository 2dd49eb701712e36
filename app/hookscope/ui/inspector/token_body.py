"""A body that is a JSON Web Token, taken apart to be looked at; nothing of it is verified here. No Qt."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import UTC, datetime

from hookscope.dates import day_of_year
from hookscope.ui.inspector import json_document as document
from hookscope.ui.inspector.json_document import NotATree, Value

LARGEST = 1 << 20
ABOUT = "The body is a token (JWT); this is what it holds. The bytes as sent are under Text and Bytes."

_PARTS = re.compile(r"([\w-]+)\.([\w-]+)\.[\w-]*={0,2}", re.ASCII)
_TIMES = frozenset({"iat", "exp", "nbf", "auth_time", "updated_at"})
_REGISTERED = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})  # RFC 7519 4.1
_LATEST = 253_402_300_800  # the year 10 000

Members = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A name with its value as JSON text; ``shown`` is how people read it, where that is another text."""

    name: str
    value: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class TokenBody:
    """What a token holds: ``payload`` for the tree, and beside it the other claims and the header."""

    payload: Members
    claims: tuple[Fact, ...]
    header: tuple[Fact, ...]


def read_token(text: str, payload_claim: str = "") -> TokenBody | None:
    """The token that a text is, told by its form; ``None`` for anything else.

    ``payload_claim`` names the claim that the tree shows; without it that is the first one with an object of its own.
    """
    if len(text) > LARGEST:
        return None
    found = _PARTS.fullmatch(text.strip().strip('"'))  # some proxies make JSON of it
    header = _object(found[1]) if found else None
    if found is None or header is None or not any(name == "alg" for name, _ in header):
        return None
    claims = _object(found[2])
    return None if claims is None else _taken_apart(header, claims, payload_claim)


def _object(part: str) -> Members | None:
    try:
        value = document.parse(urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode())
    except (ValueError, NotATree):
        return None
    return value if isinstance(value, tuple) else None


def _taken_apart(header: Members, claims: Members, payload_claim: str) -> TokenBody:
    names = [name for name, _ in claims]
    nested = [name for name, value in claims if isinstance(value, tuple) and name not in _REGISTERED]
    name = payload_claim if payload_claim in names else next(iter(nested), None)
    if name is None:
        return TokenBody(claims, (), _facts(header))
    inside = tuple(member for member in claims if member[0] == name)
    return TokenBody(inside, _facts(tuple(member for member in claims if member[0] != name)), _facts(header))


def _facts(members: Members) -> tuple[Fact, ...]:
    return tuple(Fact(name, document.plain(value), _readable(name, value)) for name, value in members)


def _readable(name: str, value: Value) -> str:
    """A claim that is a time as date and time of this computer; nothing for all others."""
    if name not in _TIMES or not isinstance(value, bytes) or len(value) > 20:
        return ""
    seconds = float(value)
    if not 0 <= seconds < _LATEST:
        return ""
    try:
        then = datetime.fromtimestamp(seconds, UTC).astimezone()
    except (OverflowError, OSError, ValueError):
        return ""
    return f"{day_of_year(then)} {then:%H:%M:%S} ({value.decode()})"
