"""Mistakes in the stored secret, and in how its text becomes a key."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from hookscope.verification import model
from hookscope.verification.encodings import BASE64, ENCODINGS, decode
from hookscope.verification.mistakes.case import Case, Changes, Mistake, Spot, Trial
from hookscope.verification.mistakes.values import (
    NAMES,
    without_blanks,
    without_invisible,
    without_quotes,
    without_word,
)
from hookscope.verification.model import KeyFormat

PREFIXES = ("v1,whsec_", "whsec_")

_KEYED = (model.HMAC, model.JWT, model.JWS_DETACHED, model.HTTPSIG)


def _of_each(change: Callable[[bytes], Iterable[tuple[str, bytes]]]) -> Changes:
    """Changes of all secrets at once, each on its own."""

    def changes(case: Case) -> Iterator[tuple[str, Trial]]:
        made = [(words, new) for secret in case.trial.secrets if secret.strip() for words, new in change(secret)]
        for words in dict.fromkeys(words for words, _ in made):
            yield words, replace(case.trial, secrets=tuple(new for said, new in made if said == words))

    return changes


def _with_blanks(secret: bytes) -> Iterator[tuple[str, bytes]]:
    for words, blank in (("a line break", b"\n"), ("a line break (CR LF)", b"\r\n"), ("a space", b" ")):
        if not secret.endswith(blank):
            yield words, secret + blank


def _written_otherwise(secret: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        text = secret.decode()
    except UnicodeDecodeError:
        yield "as UTF-8", secret.decode("latin-1").encode()
        return
    if not text.isascii():
        for form in ("NFC", "NFD"):
            yield f"in the Unicode form {form}", unicodedata.normalize(form, text).encode()
        yield "as Latin-1", text.encode("latin-1", "replace")


def _with_user(case: Case) -> Iterator[tuple[str, Trial]]:
    """The user name of the request put before what is stored, where that is the password alone."""
    if case.trial.scheme.kind != model.BASIC:
        return
    sent = (case.value(Spot("header", "Authorization")) or b"").partition(b" ")[2].strip(b" ")
    user, colon, _ = (decode(sent, BASE64) or b"").partition(b":")
    if colon:
        yield "", replace(case.trial, secrets=tuple(user + b":" + secret for secret in case.shared_secrets))


def _formats(choose: Callable[[KeyFormat], Iterable[tuple[str, KeyFormat]]]) -> Changes:
    """Other ways to make a key of the secret."""

    def changes(case: Case) -> Iterator[tuple[str, Trial]]:
        scheme = case.trial.scheme
        if scheme.kind in _KEYED and case.shared_secrets:
            for words, key in choose(scheme.key):
                yield words, replace(case.trial, scheme=replace(scheme, key=key))

    return changes


def _undecoded(key: KeyFormat) -> Iterator[tuple[str, KeyFormat]]:
    if key.encoding in ENCODINGS:
        yield NAMES[key.encoding], replace(key, encoding="utf8", strip_prefixes=())
        if key.strip_prefixes:
            yield NAMES[key.encoding], replace(key, encoding="utf8")


def _decoded(key: KeyFormat) -> Iterator[tuple[str, KeyFormat]]:
    for encoding in ENCODINGS:
        if encoding != key.encoding:
            yield NAMES[encoding], replace(key, encoding=encoding, strip_prefixes=(*key.strip_prefixes, *PREFIXES))


def _without_prefix(key: KeyFormat) -> Iterator[tuple[str, KeyFormat]]:
    if not key.strip_prefixes:
        yield "", replace(key, strip_prefixes=PREFIXES)


MISTAKES: Sequence[Mistake] = (
    Mistake(
        "secret_whitespace",
        "The stored secret has {0}, and the sender's has not: enter it again without.",
        _of_each(without_blanks),
    ),
    Mistake(
        "secret_whitespace",
        "The sender's secret has {0} at its end, and the stored one has not: correct it at the sender.",
        _of_each(_with_blanks),
    ),
    Mistake(
        "secret_has_quotes",
        "The stored secret is in quotation marks: enter it again without them.",
        _of_each(without_quotes),
    ),
    Mistake(
        "invisible_characters",
        "The stored secret has an invisible character in it: type by hand what was pasted.",
        _of_each(without_invisible),
    ),
    Mistake(
        "secret_has_bearer",
        "The stored secret begins with `Bearer`, which is no part of it: enter it again without that word.",
        _of_each(without_word),
    ),
    Mistake(
        "secret_without_user",
        "The password is right: enter the secret again as user name, colon, and password.",
        _with_user,
    ),
    Mistake(
        "key_used_undecoded",
        "The sender uses the secret as it is written, and this scheme decodes it from {0} first: correct the sender, "
        "or use a scheme with a secret that is text.",
        _formats(_undecoded),
    ),
    Mistake(
        "key_decoded",
        "The sender decodes the secret from {0} first, and this scheme does not: correct the sender, or use a scheme "
        "with such a secret.",
        _formats(_decoded),
    ),
    Mistake(
        "secret_prefix",
        "The sender leaves `whsec_` out of the secret: enter it again without that beginning.",
        _formats(_without_prefix),
    ),
    Mistake(
        "secret_charset",
        "The sender writes letters with accents {0}: enter the secret the same way, or use one without them.",
        _of_each(_written_otherwise),
    ),
)
