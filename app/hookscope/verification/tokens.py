"""The kinds that compare a shared text: a static token, and user name with password."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from hookscope.verification.context import Refused
from hookscope.verification.encodings import BASE64, decode
from hookscope.verification.job import Job, Match, Unsigned
from hookscope.verification.model import TokenPlace
from hookscope.verification.places import token_values, where
from hookscope.verification.verdict import BODY_NOT_COVERED


def judge_static(job: Job) -> Match:
    """Compare a token with the secrets; raises ``Unsigned``, ``Refused`` or ``Unavailable``."""
    place = job.scheme.token
    if place is None:
        raise Refused("missing_context", "The scheme does not say where the token stands.")
    token = bare_token(job, place)
    job.need_secrets()
    usable = [(index, secret) for index, secret in enumerate(job.secrets) if secret.strip()]
    if not usable:
        raise Refused("invalid_secret", "The stored secret is empty. Enter another.")
    secret = _equal(job, token, usable)
    if secret is None:
        raise Refused("signature_mismatch", _other_value(job, place, token))
    return Match(secret, (BODY_NOT_COVERED,))


def judge_basic(job: Job) -> Match:
    """Compare user name and password with the secrets, which are written ``user:password`` (RFC 7617)."""
    token = bare_token(job, TokenPlace("header", "Authorization", "Basic"))
    decoded = decode(token, BASE64)
    if decoded is None:
        raise Refused("bad_encoding", "What follows `Basic` is not base64.")
    if b":" not in decoded:
        raise Refused("malformed_signature", "What follows `Basic` has no colon between user name and password.")
    job.need_secrets()
    usable = [(index, secret) for index, secret in enumerate(job.secrets) if is_pair(secret)]
    if not usable:
        raise Refused("invalid_secret", "The stored secret must be written user:password.")
    secret = _equal(job, decoded, usable)
    if secret is None:
        raise Refused("signature_mismatch", "User name or password is another one.")
    return Match(secret, (BODY_NOT_COVERED,))


def is_pair(secret: bytes) -> bool:
    """Whether a secret is written ``user:password``, with neither of them blank."""
    user, _, password = secret.partition(b":")
    return bool(user.strip() and password.strip())


def bare_token(job: Job, place: TokenPlace) -> bytes:
    """The token at a place without the word before it; raises ``Unsigned`` or ``Refused``."""
    values = token_values(job.context, place.source, place.name)
    if values is None:
        raise Unsigned(f"The request has no {where(place.source, place.name)}.")
    job.note("token_found", where(place.source, place.name))
    value = values[0]
    if not place.scheme:
        return value
    word, _, token = value.partition(b" ")
    token = token.strip(b" ")
    if word.lower() != place.scheme.lower().encode() or not token:
        raise Refused("malformed_signature", f"`{place.name}` does not read `{place.scheme}` and a token.")
    return token


def _equal(job: Job, token: bytes, usable: Sequence[tuple[int, bytes]]) -> int | None:
    """The index of the secret that a token equals."""
    matched = None
    for index, secret in usable:  # all of them: how long this takes tells nothing
        if hmac.compare_digest(secret, token):
            matched = index
    if matched is not None:
        job.note("token_fits")
    return matched


def _other_value(job: Job, place: TokenPlace, token: bytes) -> str:
    name = f"`{place.name}`" if place.name else "The body"
    if not token:
        return f"{name} is empty."
    expected = len(job.secrets[0].decode("utf-8", "replace"))
    got = len(token.decode("utf-8", "replace"))
    lengths = f"{got:,} characters" if got == expected else f"{got:,} characters, expected {expected:,}"
    return f"{name} holds another value ({lengths})."
