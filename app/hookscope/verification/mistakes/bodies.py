"""Changes of the body on its way, or between what was signed and what was sent."""

from __future__ import annotations

import codecs
import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from hookscope.verification.context import Refused
from hookscope.verification.mistakes.case import Case, Changes, Mistake, Trial, covers

LONGEST = 65_536
DEEPEST, VALUES_AT_MOST = 12, 8_000  # levels and values of JSON that is written anew
NORMALISED_AT_MOST = 8_192  # Unicode's forms take quadratic time for many accents on one letter

Bodies = Iterable[tuple[str, bytes]]


def _body(change: Callable[[bytes], Bodies]) -> Changes:
    """Other bodies that may have been signed."""

    def changes(case: Case) -> Iterator[tuple[str, Trial]]:
        body = _signed_body(case)
        if body:
            seen = {body}
            for words, made in change(body):
                if made not in seen:
                    seen.add(made)
                    yield words, case.trial.with_body(made)

    return changes


def _signed_body(case: Case) -> bytes:
    scheme = case.trial.scheme
    if len(case.trial.request.body) > LONGEST or not covers(scheme):
        return b""
    try:
        body = case.context.body
    except Refused:
        return b""
    return body if len(body) <= LONGEST else b""


def _newline(body: bytes) -> Bodies:
    yield "with a line break at its end, which was lost on the way", body + b"\n"
    yield "with a line break (CR LF) at its end, which was lost on the way", body + b"\r\n"
    yield "without the line break at its end", body.removesuffix(b"\n").removesuffix(b"\r")
    yield "without the blanks and line breaks around it", body.strip()


def _line_endings(body: bytes) -> Bodies:
    plain = body.replace(b"\r\n", b"\n")
    yield "LF", plain
    yield "CR LF", plain.replace(b"\n", b"\r\n")


def _bom(body: bytes) -> Bodies:
    if body.startswith(codecs.BOM_UTF8):
        yield "without", body.removeprefix(codecs.BOM_UTF8)
    else:
        yield "with", codecs.BOM_UTF8 + body


def _json(body: bytes) -> Bodies:
    try:
        value = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return
    if _is_plain(value):
        yield from _json_texts(value)


def _is_plain(value: Any) -> bool:
    """Whether a value is written anew in little time: indented text grows with brackets in brackets."""
    level, room = [value], VALUES_AT_MOST
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _children(each)]
        room -= len(level)
        if not level or room < 0:
            return room >= 0
    return False


def _children(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


_LAYOUTS: Sequence[tuple[str, dict[str, Any]]] = (
    ("without blanks", {"separators": (",", ":")}),
    ("with a blank after each comma and colon", {}),
    ("with lines indented by two", {"indent": 2}),
)


def _json_texts(value: Any) -> Bodies:
    compact = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    escapes = (False,) if compact.isascii() else (False, True)
    for (words, layout), ordered, escaped in product(_LAYOUTS, (False, True), escapes):
        text = json.dumps(value, sort_keys=ordered, ensure_ascii=escaped, **layout)
        yield words + (", sorted by key" if ordered else ""), text.encode("utf-8", "surrogatepass")
    php = json.dumps(value, separators=(",", ":")).replace("/", "\\/")
    yield "with \\/ for each slash, as PHP does", php.encode()
    sorted_text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    for mark in "<>&":
        sorted_text = sorted_text.replace(mark, f"\\u{ord(mark):04x}")
    yield "with < > & escaped, as Go does", sorted_text.encode("utf-8", "surrogatepass")


def _form(body: bytes) -> Bodies:
    yield "with + for each space", body.replace(b"%20", b"+")
    yield "with %20 for each space", body.replace(b"+", b"%20")


def _form_or_json(body: bytes) -> Bodies:
    first = body.lstrip()[:1]
    yield from _json(body) if first in (b"{", b"[", codecs.BOM_UTF8[:1]) else _form(body)


def _charset(body: bytes) -> Bodies:
    if body.isascii():
        return
    try:
        text = body.decode()
    except UnicodeDecodeError:
        yield "in UTF-8", body.decode("latin-1").encode()
        return
    yield "in Latin-1", text.encode("latin-1", "replace")
    for form in ("NFC", "NFD") if len(body) <= NORMALISED_AT_MOST else ():
        yield f"in the Unicode form {form}", unicodedata.normalize(form, text).encode()


def _unpacked(case: Case) -> Iterator[tuple[str, Trial]]:
    scheme, request = case.trial.scheme, case.trial.request
    if request.header("Content-Encoding") and covers(scheme):
        words = "as it was sent" if scheme.decoded_body else "before it is packed"
        yield words, replace(case.trial, scheme=replace(scheme, decoded_body=not scheme.decoded_body))


MISTAKES: Sequence[Mistake] = (
    Mistake("body_newline", "The signature fits the body {0}: sign exactly what is sent.", _body(_newline)),
    Mistake(
        "body_line_endings",
        "The signature fits the body with {0} as line breaks: they were changed on the way.",
        _body(_line_endings),
    ),
    Mistake(
        "bom",
        "The signature fits the body {0} a byte order mark at its beginning: sign exactly what is sent.",
        _body(_bom),
    ),
    Mistake(
        "body_decoded",
        "The signature fits the body {0} (`Content-Encoding`): correct the sender, or use a scheme that signs it so.",
        _unpacked,
    ),
    Mistake(
        "body_reserialised",
        "The signature fits the same values written {0}: the body was written anew after it was signed.",
        _body(_form_or_json),
    ),
    Mistake(
        "body_charset",
        "The signature fits the body {0}: it was signed with other bytes for its letters than were sent.",
        _body(_charset),
    ),
)
