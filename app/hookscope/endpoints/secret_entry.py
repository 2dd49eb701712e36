"""What the secret of a scheme has to be, and what looks wrong with one that is entered; nothing is trimmed silently."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from hookscope.visible import visible

if TYPE_CHECKING:
    from hookscope.verification import Scheme

SHORTEST = 16

TOKEN, PASSWORD, TEXT, HEX, BASE64, PUBLIC, ANY = "token", "password", "text", "hex", "base64", "public", "any"
"""What a secret is: compared as it is, ``user:password``, text, bytes written in some way, a public key, or either."""

_PHRASES: Mapping[str, str] = {
    TOKEN: "a token",
    PASSWORD: "user:password",
    TEXT: "a signing secret",
    HEX: "a signing secret in hexadecimal",
    BASE64: "a signing secret in base64",
    PUBLIC: "a public key",
    ANY: "a signing secret or a public key",
}
_BARE_EDGES = "\u200b\u200c\u200d\u2060\ufeff"  # without width, and no white space to Python
_QUOTES = ("''", '""', "``", "“”", "\u2018’", "„“", "«»")
_TEMPLATE = re.compile(r"\{\{.*\}\}|\{%.*%\}|\$\{[^}]*\}|\{\.?[A-Za-z]\w*(?:\.[A-Za-z_]+)+\}|\{\.\w+", re.DOTALL)
_WORD_IN_FRONT = re.compile(r"(bearer|basic|token)\s", re.IGNORECASE)
_HEADER_LINE = re.compile(r"[A-Za-z][A-Za-z0-9-]*:\s")
_PRIVATE = re.compile(r"PRIVATE KEY-----|\Awhsk_")
_SSH = re.compile(r"(?:ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-)")
_PREFIXED = re.compile(r"(?:v1,)?whsec_")
_WHOLE_SECRETS = ("stripe",)  # whsec_ is part of the text that these sign with


class Doubt(NamedTuple):
    """Something that looks wrong with a secret; ``space`` can be taken away, all else is the user's to decide."""

    code: str
    sentence: str


def wanted(scheme: Scheme) -> str:
    """What a secret of this scheme has to be, one of the words above; ``""`` where its public key ships with it."""
    if scheme.key.value:
        return ""
    if scheme.kind in _OF_KIND:
        return _OF_KIND[scheme.kind]
    if scheme.kind in ("jwt", "jws-detached"):
        macs = [name.startswith("HS") for name in scheme.algorithms]
        return ANY if not macs or len(set(macs)) > 1 else TEXT if macs[0] else PUBLIC
    return _OF_ENCODING.get(scheme.key.encoding, TEXT)


_OF_KIND = {"static": TOKEN, "basic": PASSWORD, "asymmetric": PUBLIC, "httpsig": ANY}
_OF_ENCODING = {"hex": HEX, "base64": BASE64, "base64url": BASE64}


def wanted_phrase(scheme: Scheme) -> str:
    """The same in words, as in *GitHub wants a signing secret*."""
    return _PHRASES.get(wanted(scheme), "no secret")


def change_words(before: Scheme | None, after: Scheme | None, count: int) -> str:
    """That so many secrets stay when a scheme takes the place of one that wants another kind; else ``""``."""
    if not count or before is None or after is None or wanted(after) in ("", wanted(before)):
        return ""
    stay = "The secret stays" if count == 1 else f"The {count} secrets stay"
    return f"{stay}, entered as {wanted_phrase(before)}. {after.name} wants {wanted_phrase(after)}."


def can_generate(scheme: Scheme) -> bool:
    """Whether a random token can be its secret, because the user may choose what the sender sends."""
    return wanted(scheme) == TOKEN


def without_space(value: str) -> str:
    """The secret without white space around it and without line breaks; a key in lines keeps its own."""
    bare = value.strip().strip(_BARE_EDGES).strip()
    return bare if _has_lines(bare) else "".join(line.strip() for line in bare.splitlines())


def doubts(value: str, scheme: Scheme) -> tuple[Doubt, ...]:
    """What looks wrong with a secret for this scheme; nothing for an empty one."""
    if not value:
        return ()
    bare = without_space(value)
    return (*_space_doubts(value, bare), *(_text_doubts(bare, scheme) if bare else ()))


def _space_doubts(value: str, bare: str) -> list[Doubt]:
    if not bare:
        return [Doubt("blank", "There is nothing but white space in it.")]
    if _has_lines(bare):
        return []
    places = _spaced_places(value)
    found = [Doubt("space", f"There is {' and '.join(places)}.")] if places else []
    hidden = next((char for char in bare if char not in " \t" and visible(char) != char), "")
    return [*found, *([Doubt("hidden", f"There is a hidden character in it (U+{ord(hidden):04X}).")] if hidden else [])]


def _spaced_places(value: str) -> list[str]:
    inner = value.strip().strip(_BARE_EDGES).strip()
    before, _, after = value.partition(inner)
    return [
        *([f"{_space_name(before)} at its beginning"] if before else []),
        *(["a line break in it"] if len(inner.splitlines()) > 1 else []),
        *([f"{_space_name(after)} at its end"] if after else []),
    ]


def _space_name(space: str) -> str:
    if len(f"{space}x".splitlines()) > 1:
        return "a line break"
    return "a blank" if set(space) <= {" ", "\u00a0"} else "a tab" if set(space) == {"\t"} else "white space"


def _text_doubts(bare: str, scheme: Scheme) -> list[Doubt]:
    kind = wanted(scheme)
    wrong = _template_doubt(bare) or _wrapped_doubt(bare, kind) or _kind_doubt(bare, scheme, kind)
    short = kind not in (PUBLIC, ANY, "") and len(bare) < SHORTEST
    counted = "1 character" if len(bare) == 1 else f"{len(bare)} characters"
    sentence = f"It is short ({counted}). With {SHORTEST} or more it is hard to guess."
    return [*([wrong] if wrong else []), *([Doubt("short", sentence)] if short else [])]


def _template_doubt(bare: str) -> Doubt | None:
    if _has_lines(bare) or not _TEMPLATE.search(bare):
        return None
    return Doubt("template", "There is a template in it, which nobody fills in here. Enter what it stands for.")


def _wrapped_doubt(bare: str, kind: str) -> Doubt | None:
    if len(bare) > 1 and bare[0] + bare[-1] in _QUOTES:
        return Doubt("quotes", "There are quotation marks around it, which would count as part of it.")
    if word := _WORD_IN_FRONT.match(bare):
        return Doubt("word", f"It begins with “{word[0].strip()}”. Only what follows that is the secret.")
    if kind != PASSWORD and _HEADER_LINE.match(bare) and not _has_lines(bare):
        return Doubt("header", "It looks like a whole header. Only what follows the colon is the secret.")
    return None


def _kind_doubt(bare: str, scheme: Scheme, kind: str) -> Doubt | None:
    if kind == PUBLIC:
        return _public_doubt(bare, scheme)
    return _ANY_DOUBTS[kind](bare, scheme) if kind in _ANY_DOUBTS else None


def _either_doubt(bare: str, scheme: Scheme) -> Doubt | None:
    if _is_private(bare):
        return Doubt("private", "This is a private key. Enter the public key that belongs to it.")
    return _public_doubt(bare, scheme) if _is_key_text(bare) else None


def _shared_doubt(bare: str, scheme: Scheme) -> Doubt | None:
    if _is_key_text(bare):
        return Doubt("key", f"This is the text of a key (PEM, JWK or SSH), and {_phrase(scheme)} is wanted.")
    if _PREFIXED.match(bare) and scheme.id not in _WHOLE_SECRETS:
        return Doubt("prefix", "It begins with whsec_, as secrets of Standard Webhooks, Svix and Stripe do.")
    return None


def _password_doubt(bare: str, scheme: Scheme) -> Doubt | None:
    return None if ":" in bare.strip(":") else Doubt("password", "It has to be written user:password.")


def _encoded_doubt(bare: str, scheme: Scheme) -> Doubt | None:
    from hookscope.verification.keys import BadKey, mac_key

    if _is_key_text(bare):
        return _shared_doubt(bare, scheme)
    try:
        mac_key(_encoded(bare), scheme.key)
    except BadKey:
        return Doubt("encoding", f"{_PHRASES[wanted(scheme)].capitalize()} is wanted, and this cannot be read as one.")
    return None


def _public_doubt(bare: str, scheme: Scheme) -> Doubt | None:
    from hookscope.verification.keys import BadKey, public_keys

    if _is_private(bare):
        return Doubt("private", "This is a private key. Enter the public key that belongs to it.")
    if _SSH.match(bare):
        return Doubt("ssh", "This is a key for SSH, which cannot be used here. Enter it as PEM or JWK.")
    try:
        public_keys(_encoded(bare), scheme.key.encoding, scheme.key.strip_prefixes)
    except BadKey:
        return Doubt("public", f"A public key is wanted ({_written(scheme)}), and this cannot be read as one.")
    return None


_ANY_DOUBTS: Mapping[str, Callable[[str, Scheme], Doubt | None]] = {
    TOKEN: _shared_doubt,
    TEXT: _shared_doubt,
    HEX: _encoded_doubt,
    BASE64: _encoded_doubt,
    PASSWORD: _password_doubt,
    ANY: _either_doubt,
}


def _written(scheme: Scheme) -> str:
    forms = {"hex": "hexadecimal", "base64": "base64", "base64url": "base64url", "spki-base64": "base64"}
    form = forms.get(scheme.key.encoding)
    return f"PEM, JWK or {form}" if form else "PEM or JWK"


def _phrase(scheme: Scheme) -> str:
    return _PHRASES[wanted(scheme)]


def _is_key_text(bare: str) -> bool:
    from hookscope.verification.keys import is_key_text

    return is_key_text(_encoded(bare))


def _is_private(bare: str) -> bool:
    if _PRIVATE.search(bare):
        return True
    try:
        jwk = json.loads(bare) if bare[:1] == "{" else None
    except (ValueError, RecursionError):
        return False
    return isinstance(jwk, dict) and "kty" in jwk and ("d" in jwk or jwk["kty"] == "oct")


def _has_lines(bare: str) -> bool:
    """Whether it is of a kind that is written in several lines."""
    return "-----BEGIN " in bare or "---- BEGIN " in bare or (bare[:1] in ("{", "[") and '"kty"' in bare)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
