"""A scheme: how requests of one kind of sender are verified, as plain data.

The format is described in ``resources/schemes/README.md``; ``parsing`` reads it, and everything here has been checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hookscope.verification.template import BODY, Template

Secrets = tuple[bytes, ...]

HMAC, DIGEST, ASYMMETRIC, STATIC, BASIC = "hmac", "digest", "asymmetric", "static", "basic"
JWT, JWS_DETACHED, HTTPSIG = "jwt", "jws-detached", "httpsig"
SIGNED_TEXT = (HMAC, DIGEST, ASYMMETRIC)
"""The kinds that compare a signature with one over a template."""
TOKEN_KINDS = (STATIC, JWT, JWS_DETACHED)
TOKEN_SOURCES = ("header", "query", "cookie", "json", "body")


@dataclass(frozen=True, slots=True)
class SignaturePlace:
    """Where a signature stands and how it is written.

    ``source`` is header, query, form, json or item; with ``numbered`` the name holds ``{n}`` for 1 to that number.
    ``format`` is plain, pairs (``k=v`` list) or tagged-list (``version,value`` list); ``key`` is the wanted tag.
    """

    name: str
    source: str = "header"
    numbered: int = 0
    format: str = "plain"
    prefix: str = ""
    separator: str = ","
    kv: str = "="
    key: str = ""
    encoding: str = "hex"


@dataclass(frozen=True, slots=True)
class TimestampPlace:
    """Where the time of signing stands; tolerances in seconds, inclusive."""

    source: str
    name: str
    format: str = "unix"
    tolerance: float = 300
    future_tolerance: float = 300
    enforce: bool = True
    required: bool = True


@dataclass(frozen=True, slots=True)
class KeyFetch:
    """Where a request names a certificate, and which addresses may be asked; nothing is ever fetched to verify."""

    source: str
    name: str
    hosts: tuple[str, ...] = ()
    hosts_regex: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class KeyFormat:
    """How a secret's text becomes a key; ``value`` is a public key that ships with the scheme."""

    encoding: str = "utf8"
    strip_prefixes: tuple[str, ...] = ()
    fetch: KeyFetch | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """Two texts that have to be equal; an optional one counts only where the left one is there."""

    left: Template
    equals: Template
    optional: bool = False
    reason: str = "malformed_signature"


@dataclass(frozen=True, slots=True)
class Condition:
    """Something a request has: ``left`` is there, and equals ``equals`` unless that is ``None``."""

    left: Template
    equals: Template | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """How requests that meet all conditions differ from the rest of their scheme; the first that fits is used."""

    when: tuple[Condition, ...] = ()
    algorithm: str = ""
    template: Template | None = None
    require: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Where a token stands; ``source`` and ``name`` may hold ``{option:…}``, ``scheme`` is the word before it."""

    source: str
    name: str = ""
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class ClaimHash:
    """A claim that holds a hash of the request; ``absent`` is ``fail`` or ``ok-if-empty-body``."""

    claim: str
    value: Template
    absent: str = "fail"


@dataclass(frozen=True, slots=True)
class DeliveryId:
    """Where a request carries what stays the same over its redeliveries: a header, query parameter or JSON value."""

    source: str
    name: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """How the requests of one kind of sender are verified.

    ``options`` maps what the user may set to its default, ``None`` where he has to. ``covers_body`` is false where a
    verified request can have any body.
    """

    id: str
    name: str
    docs: str = ""
    kind: str = HMAC
    algorithm: str = ""
    algorithms: tuple[str, ...] = ()
    decoded_body: bool = False
    covers_body: bool = True
    key: KeyFormat = KeyFormat()
    signature: tuple[SignaturePlace, ...] = ()
    timestamp: TimestampPlace | None = None
    template: Template = BODY
    url_forms: tuple[str, ...] = ("as-is",)
    each: str = ""
    require: tuple[Requirement, ...] = ()
    variant: tuple[Variant, ...] = ()
    options: Mapping[str, str | None] = field(default_factory=dict)
    token: TokenPlace | None = None
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    require_claims: tuple[str, ...] = ()
    max_age: float | None = None
    leeway: float = 0
    hashes: tuple[ClaimHash, ...] = ()
    require_components: tuple[str, ...] = ()
    payload_claim: str = ""
    delivery_id: DeliveryId | None = None
    aliases: tuple[str, ...] = ()
    rank: int = 0

    def option_names(self) -> tuple[str, ...]:
        """What may be set for this scheme: its own options, and those of its kind."""
        return tuple(dict.fromkeys((*self.options, *_OPTIONS_OF_KIND.get(self.kind, ()))))

    @property
    def strength(self) -> str:
        """What a match proves: ``signature``, ``token`` or ``basic``."""
        return {STATIC: "token", BASIC: "basic"}.get(self.kind, "signature")


_OPTIONS_OF_KIND: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(SIGNED_TEXT, ("hex_case",)),  # lower or upper: hexadecimal in the other case is refused
    HTTPSIG: ("alg", "label"),  # the algorithm, and which of several signatures
}
