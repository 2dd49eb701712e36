"""Finds the signatures of a request and takes them apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hookscope.verification.context import Context, Refused, Values, json_text, only
from hookscope.verification.encodings import decode
from hookscope.verification.model import TOKEN_SOURCES, SignaturePlace

CANDIDATES_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Found:
    """What one place holds: the signatures that may match, and the parts beside them of one written as pairs."""

    place: SignaturePlace
    candidates: tuple[bytes, ...]
    fields: Values = field(default_factory=dict)


def find(context: Context, places: Sequence[SignaturePlace]) -> list[Found]:
    """The signatures of all places; empty when none is there; raises ``Refused`` when all that are there are broken."""
    found: list[Found] = []
    fault: Refused | None = None
    for place in places:
        for name in _names(place):
            value = context.find(place.source, name)
            if value is None or (place.source == "item" and not value):
                continue
            try:
                found.append(_read(place, name, value, context.options.get("hex_case", "")))
            except Refused as error:
                fault = fault or error
    if fault and not found:
        raise fault
    return found


def describe(place: SignaturePlace) -> str:
    """Where a place is, as sentences name it."""
    return where(place.source, place.name)


def where(source: str, name: str) -> str:
    """A place of a request as sentences name it: *header `Signature`*, *body key `token`*."""
    return f"{_WORDS.get(source, source)} `{name}`" if name else _WORDS.get(source, source)


_WORDS: Mapping[str, str] = {"json": "body key", "item": "body key", "form": "form field", "query": "query parameter"}


def _names(place: SignaturePlace) -> Iterator[str]:
    if not place.numbered:
        yield place.name
    for number in range(1, place.numbered + 1):
        yield place.name.replace("{n}", str(number))


def _read(place: SignaturePlace, name: str, value: bytes, hex_case: str) -> Found:
    if place.format == "plain":
        return Found(place, (_plain(place, name, value, hex_case),))
    fields = _entries(place, value)
    entries = fields.get(place.key.encode(), [])
    if not entries:
        raise Refused("malformed_signature", f"The {where(place.source, name)} has no `{place.key}` signature.")
    if len(entries) > CANDIDATES_AT_MOST:
        raise Refused(
            "malformed_signature", f"The {where(place.source, name)} has over {CANDIDATES_AT_MOST} signatures."
        )
    decoded = tuple(each for entry in entries if (each := decode(entry, place.encoding, hex_case)) is not None)
    if not decoded:
        raise _not_decoded(place, name)
    return Found(place, decoded, fields)


def _plain(place: SignaturePlace, name: str, value: bytes, hex_case: str) -> bytes:
    prefix = place.prefix.encode()
    if not value:
        raise Refused("malformed_signature", f"The {where(place.source, name)} is empty.")
    if not value.startswith(prefix):
        raise Refused("malformed_signature", f"The {where(place.source, name)} does not begin with `{place.prefix}`.")
    decoded = decode(value[len(prefix) :], place.encoding, hex_case)
    if decoded is None:
        raise _not_decoded(place, name)
    return decoded


def _not_decoded(place: SignaturePlace, name: str) -> Refused:
    return Refused("bad_encoding", f"The signature in the {where(place.source, name)} is not {place.encoding}.")


def _entries(place: SignaturePlace, value: bytes) -> Values:
    entries: dict[bytes, list[bytes]] = {}
    mark = place.kv.encode()
    for piece in value.split(place.separator.encode()):
        name, found, rest = piece.strip(b" \t").partition(mark)
        if found:
            entries.setdefault(name, []).append(rest)
    return entries


def token_values(context: Context, source: str, name: str) -> list[bytes] | None:
    """The tokens at a place, one but for a JSON path over several items; ``None`` when there is none."""
    if source not in TOKEN_SOURCES:  # it may come from an option
        raise Refused("missing_context", f"A token cannot stand in `{source}`, only in {', '.join(TOKEN_SOURCES)}.")
    if source == "body":
        return [context.body] if context.body else None
    if source != "json":
        value = context.find(source, name)
        return None if value is None else [value]
    if not context.body:
        return None
    found = context.json_all(name)
    if "*" not in name and found == [None] and isinstance(context.json(), dict):
        found = [context.json().get(name)]  # a key of the user's own may have a dot in it
    if not found and "*" in name:
        raise Refused("malformed_body", f"The body has no items at `{name}`.")
    return _all_alike(found, name)


def _all_alike(found: Sequence[Any], name: str) -> list[bytes] | None:
    texts = [json_text(value) for value in found]
    there = [text for text in texts if text is not None]
    if not there:
        return None
    if len(there) < len(texts):
        raise Refused(
            "signature_mismatch", f"Only {len(there)} of {len(texts)} items have `{name.rpartition('.')[2]}`."
        )
    return [only(there, f"`{name}` in the body")]
