"""Mistakes in how a token or signature is written where it is looked for."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import unquote_to_bytes

from hookscope.verification import model
from hookscope.verification.encodings import BASE64, BASE64URL, HEX, decode
from hookscope.verification.mistakes.case import Case, Changes, Mistake, Spot, Trial, in_words, wanted
from hookscope.verification.verdict import Diagnosis

NAMES = {HEX: "hexadecimal", BASE64: "base64", BASE64URL: "base64url"}
LONGEST = 65_536  # no token or signature is longer

_QUOTES = (r"\" \"", '" "', "' '", "` `", "\u201c \u201d", "\u2018 \u2019", "« »")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACES = re.compile("[\u00a0\u2007\u202f]")

Variants = Iterable[tuple[str, bytes]]
"""What a value should be, each with what is said of it."""


def without_blanks(value: bytes) -> Variants:
    """A value without blanks and line breaks around it."""
    bare = value.strip()
    if bare and bare != value:
        broken = value.rstrip(b"\r\n") == bare
        yield "a line break at its end" if broken else "blanks around it", bare


def without_quotes(value: bytes) -> Variants:
    """A value without quotation marks around it."""
    for pair in _QUOTES:
        first, last = (mark.encode() for mark in pair.split())
        if value.startswith(first) and value.endswith(last) and len(value) > len(first + last):
            yield "", value[len(first) : -len(last)]


def without_invisible(value: bytes) -> Variants:
    """A value without characters of no width, and with common spaces or none instead of special ones."""
    text = _text(value)
    visible = _INVISIBLE.sub("", text)
    for made in dict.fromkeys((visible, _SPACES.sub(" ", visible), _SPACES.sub("", visible))):
        if made and made != text:
            yield "", made.encode("utf-8", "surrogatepass")


def without_word(value: bytes) -> Variants:
    """A value without ``Bearer`` before it."""
    first, _, rest = value.partition(b" ")
    if first.lower().rstrip(b":") == b"bearer" and rest.strip():
        yield "", rest.strip(b" ")


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _unescaped(value: bytes) -> Variants:
    if b"%" in value:
        yield "it is written with % codes, which are not decoded there", unquote_to_bytes(value)
    if b" " in value:
        yield "its + signs were read as spaces: in an address write + as %2B", value.replace(b" ", b"+")


def _values(case: Case) -> Iterator[tuple[Spot, bytes, bytes]]:
    """What stands where the scheme looks: the place, the word before the value, and the value."""
    word = word_before(case)
    for spot in wanted(case.trial.scheme):
        value = case.value(spot)
        if value is not None and len(value) <= LONGEST:
            first, blank, rest = value.partition(b" ")
            worded = bool(word and blank) and first.lower() == word.lower()
            yield (spot, first + blank, rest) if worded else (spot, b"", value)


def word_before(case: Case) -> bytes:
    """The word that the scheme asks for before the token; empty when it asks for none."""
    scheme = case.trial.scheme
    if scheme.kind == model.BASIC:
        return b"Basic"
    return scheme.token.scheme.encode() if scheme.token else b""


def _in(change: Callable[[bytes], Variants], *, word: bytes | None = None) -> Changes:
    """Changes of the value; with ``word`` only for schemes that ask for it."""

    def changes(case: Case) -> Iterator[tuple[str, Trial]]:
        if word is not None and word != word_before(case):
            return
        for spot, before, value in _values(case):
            for words, made in change(value):
                yield words, case.trial.with_value(spot, before + made)

    return changes


def _lacking(word: bytes) -> Changes:
    """The word that the scheme asks for, put before what is there, or instead of another word."""

    def changes(value: bytes) -> Variants:
        yield "without", word + b" " + value
        yield "with another word instead of", word + b" " + value.partition(b" ")[2]

    return _in(changes, word=word)


def _as_signature(value: bytes) -> Variants:
    other = value.translate(bytes.maketrans(b"-_", b"+/"))
    if other != value:
        yield "base64 with - and _", other
    for made in (value + b"=", value + b"==", value.rstrip(b"=")):
        if made != value:
            yield "base64 with other signs = at its end", made
    inner = decode(decode(value, BASE64) or b"", HEX)
    if inner:
        yield "base64 of hexadecimal", base64.b64encode(inner)


def _encoded(value: bytes) -> Variants:
    yield "", base64.b64encode(value)


_WORD_MISSING = "It is the right {{noun}} {{0}} `{0}` before it: write `{0}`, a space, and then the token."

MISTAKES: Sequence[Mistake] = (
    Mistake("token_whitespace", "It is the right {noun} with {0}.", _in(without_blanks)),
    Mistake(
        "value_has_quotes", "It is the right {noun} in quotation marks: send it without them.", _in(without_quotes)
    ),
    Mistake(
        "invisible_characters",
        "It is the right {noun} with an invisible character in it: type by hand what was pasted.",
        _in(without_invisible),
    ),
    Mistake("missing_bearer_prefix", _WORD_MISSING.format("Bearer"), _lacking(b"Bearer")),
    Mistake("missing_basic_prefix", _WORD_MISSING.format("Basic"), _lacking(b"Basic")),
    Mistake(
        "doubled_bearer",
        "`Bearer` is there twice: the sender adds it by itself, so enter only the token there.",
        _in(without_word, word=b"Bearer"),
    ),
    Mistake(
        "unexpected_bearer_prefix",
        "It is the right {noun} with `Bearer` before it: send it without that word.",
        _in(without_word, word=b""),
    ),
    Mistake(
        "basic_not_encoded",
        "User name and password are right, but they must be sent in base64.",
        _in(_encoded, word=b"Basic"),
    ),
    Mistake(
        "signature_encoding",
        "The signature is right, but in {0}: correct the sender.",
        lambda case: _in(_as_signature)(case) if case.trial.scheme.kind in model.SIGNED_TEXT else (),
    ),
    Mistake("token_escaping", "It is the right {noun}, but {0}.", _in(_unescaped)),
)


def hints(case: Case) -> Iterator[Diagnosis]:
    """What is plainly wrong with the value, without anything to try."""
    for spot, _, value in _values(case):
        place = in_words(spot)
        if spot.source != "body" and (not value.strip() or value.strip().lower() == word_before(case).lower()):
            yield Diagnosis("empty_value", f"{place} is empty: fill in its value at the sender.")
        elif _is_template(value):
            yield Diagnosis(
                "unrendered_template",
                f"{place} holds a template that was not filled in: let the automation run instead of sending its "
                "example, or pick the value anew from the dynamic content.",
            )


def _is_template(value: bytes) -> bool:
    opened = [at for mark in (b"{{", b"{.") if (at := value.find(mark)) >= 0]
    return bool(opened) and value.find(b"}", min(opened)) > 0
