"""JSON Web Tokens and detached signatures (RFC 7515, 7519, 7797), read by hand so that nothing lenient gets in.

The algorithm comes from the scheme, never from the token; ``jku``, ``jwk`` and ``x5u`` are not looked at.
"""

from __future__ import annotations

import hmac
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hookscope.verification import primitives
from hookscope.verification.context import Refused, no_constant, unique
from hookscope.verification.encodings import decode_base64url, encode_base64url
from hookscope.verification.job import Job, Match, Unsigned, refuse_absent
from hookscope.verification.keys import VerifyingKey
from hookscope.verification.model import ClaimHash, TokenPlace
from hookscope.verification.places import where
from hookscope.verification.template import Absent
from hookscope.verification.times import span, too_new, too_old
from hookscope.verification.tokens import bare_token
from hookscope.verification.verdict import BODY_NOT_COVERED
from hookscope.visible import visible

ALGORITHMS: Mapping[str, str] = {
    "HS256": "hmac-sha256",
    "HS384": "hmac-sha384",
    "HS512": "hmac-sha512",
    "RS256": "rsa-pkcs1-sha256",
    "RS384": "rsa-pkcs1-sha384",
    "RS512": "rsa-pkcs1-sha512",
    "PS256": "rsa-pss-sha256",
    "PS384": "rsa-pss-sha384",
    "PS512": "rsa-pss-sha512",
    "ES256": "ecdsa-p256-sha256-raw",
    "ES384": "ecdsa-p384-sha384-raw",
    "ES512": "ecdsa-p521-sha512-raw",
    "EdDSA": "ed25519",
}
"""JOSE's names (RFC 7518 3.1, RFC 8037) and ours."""

LONGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Token:
    """A token taken apart; nothing of it has been verified."""

    header: Mapping[str, Any]
    signed: bytes
    payload: bytes
    signature: bytes


def judge_jwt(job: Job) -> Match:
    """Verify a token and its claims; raises ``Unsigned``, ``Refused`` or ``Unavailable``."""
    place = _place(job)
    token = split(_token_text(job, place))
    algorithm = _algorithm(job, token)
    _check_header(token, ())
    if token.header.get("b64", True) is not True:
        raise Refused(
            "malformed_signature", "The payload of the token is not encoded, as a JWT's must be (RFC 7797 7)."
        )
    claims = _json_object(token.payload, "payload")
    secret = _matching_secret(job, algorithm, token)
    bound = [_check_hash(job, need, claims) for need in job.scheme.hashes]
    _check_claims(job, claims)
    _check_times(job, claims)
    covers = place.source == "body" or any(bound) or (job.scheme.covers_body and not job.scheme.hashes)
    return Match(secret, () if covers or not job.context.body else (BODY_NOT_COVERED,))


def judge_detached(job: Job) -> Match:
    """Verify a signature ``header..signature`` over the body (RFC 7515 appendix F, RFC 7797)."""
    first, middle, last = _three_parts(_token_text(job, _place(job)))
    if middle:
        raise Refused("malformed_signature", "The signature carries a payload of its own, and should be detached.")
    header = _json_object(_segment(first, "header"), "header")
    encoded, critical = header.get("b64", True), header.get("crit")
    if not isinstance(encoded, bool) or not (encoded or (isinstance(critical, list) and "b64" in critical)):
        raise Refused("malformed_signature", "`b64` is not declared as RFC 7797 asks for.")
    payload = encode_base64url(job.context.body) if encoded else job.context.body
    token = Token(header, first + b"." + payload, payload, _segment(last, "signature", padded=True))
    algorithm = _algorithm(job, token)
    _check_header(token, ("b64",))
    return Match(_matching_secret(job, algorithm, token))


def split(text: bytes) -> Token:
    """Take a token apart; raises ``Refused`` for anything that is not exactly one."""
    header, payload, signature = _three_parts(text)
    return Token(
        _json_object(_segment(header, "header"), "header"),
        header + b"." + payload,
        _segment(payload, "payload"),
        # Vendasta's published sample pads its signature, which RFC 7515 2 forbids; that changes no byte of it.
        _segment(signature, "signature", padded=True),
    )


def make(header: Mapping[str, Any], payload: bytes, sign: Any) -> bytes:
    """A token; ``sign`` makes the signature of its first two parts."""
    first = encode_base64url(json.dumps(header, separators=(",", ":")).encode()) + b"." + encode_base64url(payload)
    made: bytes = first + b"." + encode_base64url(sign(first))
    return made


def _place(job: Job) -> TokenPlace:
    if job.scheme.token is None:
        raise Refused("missing_context", "The scheme does not say where the token stands.")
    return job.scheme.token


def _token_text(job: Job, place: TokenPlace) -> bytes:
    text = bare_token(job, place)
    if place.source == "body":
        text = text.strip(b" \t\r\n")
        if not text:
            raise Unsigned("The request has no body, which would be the token.")
    if not text:
        raise Refused("malformed_signature", f"The {where(place.source, place.name)} is empty.")
    if len(text) > LONGEST:
        raise Refused("malformed_signature", "The token is over 1 MiB.")
    return text


def _three_parts(text: bytes) -> Sequence[bytes]:
    pieces = text.split(b".", 3)
    if len(pieces) != 3:
        raise Refused(
            "malformed_signature", "This is not a token: it does not have three parts with dots between them."
        )
    return pieces


def _segment(text: bytes, what: str, *, padded: bool = False) -> bytes:
    decoded = decode_base64url(text, padded=padded)
    if decoded is None:
        raise Refused(
            "malformed_signature" if what == "header" else "bad_encoding", f"The {what} of the token is not base64url."
        )
    return decoded


def _json_object(data: bytes, what: str) -> dict[str, Any]:
    """An object whose names are unique, as RFC 7519 4 lets a strict reader ask for."""
    try:
        value = json.loads(data.decode(), object_pairs_hook=unique, parse_constant=no_constant)
    except (ValueError, RecursionError):
        raise Refused("malformed_signature", f"The {what} of the token is not a JSON object.") from None
    if not isinstance(value, dict):
        raise Refused("malformed_signature", f"The {what} of the token is not a JSON object.")
    return value


def _algorithm(job: Job, token: Token) -> str:
    named = token.header.get("alg")
    if not isinstance(named, str) or named not in job.scheme.algorithms:
        shown = visible(named, 20) if isinstance(named, str) else "none"
        allowed = " or ".join(job.scheme.algorithms)
        raise Refused("alg_not_allowed", f"The token is signed with `{shown}`; only {allowed} is accepted.")
    job.note("algorithm", named)
    return named


def _check_header(token: Token, understood: Sequence[str]) -> None:
    """RFC 7515 4.1.11: what a token calls critical and the reader does not know makes it invalid."""
    if not isinstance(token.header.get("kid", ""), str):
        raise Refused("malformed_signature", "`kid` in the header of the token is not a text.")
    if "crit" not in token.header:
        return
    names = token.header["crit"]
    known = isinstance(names, list) and all(name in understood and name in token.header for name in names)
    if not names or not known:
        raise Refused("malformed_signature", "The token demands an extension that is not known here.")


def _matching_secret(job: Job, named: str, token: Token) -> int | None:
    job.need_secrets()
    algorithm = ALGORITHMS[named]
    job.note("text", len(token.signed), "token")
    is_mac = algorithm in primitives.MACS
    secret = _mac_secret(job, algorithm, token) if is_mac else _public_secret(job, named, algorithm, token)
    job.note("signature_fits", named)
    return secret


def _mac_secret(job: Job, algorithm: str, token: Token) -> int:
    matched = job.matching_mac(algorithm, token.signed, token.signature)
    if matched is None:
        raise Refused("signature_mismatch", "The token's signature does not fit the secret.")
    return matched


def _public_secret(job: Job, named: str, algorithm: str, token: Token) -> int | None:
    keys = [(index, key) for index, key in job.public_keys() if _may_sign(key, named, algorithm, token)]
    if not keys:
        raise Refused("key_unavailable", f"None of the stored keys is the one that this token names for {named}.")
    for index, key in keys:
        if primitives.is_signed(algorithm, key.key, token.signature, token.signed):
            return index
    raise Refused("signature_mismatch", "The token's signature does not fit the key.")


def _may_sign(key: VerifyingKey, named: str, algorithm: str, token: Token) -> bool:
    """Whether a key fits what the scheme asks for and what the token and the key itself say (RFC 7517 4)."""
    kid = token.header.get("kid")
    if key.kid and isinstance(kid, str) and key.kid != kid:
        return False
    return key.use in ("", "sig") and key.alg in ("", named) and primitives.fits(algorithm, key.key)


def _check_claims(job: Job, claims: Mapping[str, Any]) -> None:
    for name in (*job.scheme.claims, *job.scheme.require_claims):
        if claims.get(name) is None:
            raise Refused("claim_missing", f"The token has no claim `{name}`.")
    for name, wanted in job.scheme.claims.items():
        value = claims[name]
        values = value if name == "aud" and isinstance(value, list) else [value]
        if not all(isinstance(each, str) for each in values) or not any(each in wanted for each in values):
            raise Refused("claim_mismatch", f"The claim `{name}` is not {' or '.join(wanted)}.")
    for name in ("iss", "sub", "jti"):  # RFC 7519 4.1 gives them a type, and senders' libraries insist on it
        if not isinstance(claims.get(name, ""), str):
            raise Refused("malformed_signature", f"The claim `{name}` is not a text.")


def _check_times(job: Job, claims: Mapping[str, Any]) -> None:
    scheme, at = job.scheme, job.at
    expires, begins, issued = (_seconds(claims, name) for name in ("exp", "nbf", "iat"))
    if expires is not None and at >= math.floor(expires) + scheme.leeway:  # libraries count whole seconds
        raise Refused("token_expired", f"The token expired {span(max(at - expires, 0))} before it arrived.")
    if begins is not None and at < begins - scheme.leeway:
        raise Refused("token_not_yet_valid", f"The token is valid only {span(begins - at)} after it arrived.")
    if scheme.max_age is None:
        return
    if issued is None:
        raise Refused("claim_missing", "The token has no claim `iat`, which says when it was issued.")
    if at - issued > scheme.max_age + scheme.leeway:
        raise too_old(at - issued, scheme.max_age)
    if issued - at > scheme.max_age + scheme.leeway:
        raise too_new(issued - at, scheme.max_age)
    job.note("in_time")


def _seconds(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None and name not in claims:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > 1e15:
        raise Refused("malformed_signature", f"The claim `{name}` is not a number of seconds.")
    return float(value)


def _check_hash(job: Job, need: ClaimHash, claims: Mapping[str, Any]) -> bool:
    """Whether this claim binds the body; raises ``Refused`` when it does not fit."""
    claimed = claims.get(need.claim)
    if claimed is None:
        if need.absent == "ok-if-empty-body" and not job.context.body:
            return False
        raise Refused("claim_missing", f"The token has no claim `{need.claim}`, which would bind the body to it.")
    try:
        made = job.context.render(need.value)
    except Absent as error:
        raise refuse_absent(error) from None
    if not isinstance(claimed, str) or not hmac.compare_digest(claimed.encode("utf-8", "surrogatepass"), made):
        what = "body" if need.value.uses("body") else "address"
        raise Refused("body_hash_mismatch", f"The {what} is not the one that was signed.")
    job.note("hash_fits", need.claim)
    return need.value.uses("body")
