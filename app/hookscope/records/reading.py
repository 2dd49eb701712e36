"""Reading records: what of them is shown first, and how they are asked for. Nothing here raises, whatever they hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from hookscope.ids.names import bare_name
from hookscope.records import values
from hookscope.records.catalogue import SAFE_IN_PATHS, Catalogue
from hookscope.records.links import links
from hookscope.records.model import FieldSpec, Kind, LookUp, Profile, ShownField
from hookscope.records.paths import find, first_filled
from hookscope.visible import visible

__all__ = ["EXAMPLE", "as_curl", "links", "shown_fields", "title", "url_of"]

EXAMPLE = "Example record. Not from your account."
ITEMS_AT_MOST = 10
LONGEST_LINE = 300

Said = Sequence[tuple[str, str]]


class _Value(NamedTuple):
    """A value of a record: as people read it, as it is, and the currency of an amount."""

    text: str
    value: Any
    currency: Any = None


def shown_fields(fields: Sequence[FieldSpec], document: Any, payload: Said = ()) -> tuple[ShownField, ...]:
    """The fields that the record has; ``payload`` are the names and values of the webhook to compare with."""
    said = {bare_name(name): (name, value) for name, value in reversed(payload)}
    shown: list[ShownField] = []
    for field in fields:
        path, value = first_filled(field.paths, document)
        if value is None:
            continue
        if field.kind is Kind.ITEMS:
            shown += _items(field, path, value, document)
        elif read := _read(field, value, document, document):
            shown.append(_shown(field, path, read, said))
    return tuple(shown)


def title(look_up: LookUp, catalogue: Catalogue) -> str:
    """What a record is called, such as *Order ORD-S548DKHMKX* or *Custom fields of order ORD-S548DKHMKX*."""
    short = visible(catalogue.short(look_up.id), 80)
    type = catalogue.type_of(look_up)
    own = visible(look_up.title, 80)
    if not look_up.related:
        return f"{own} {short}"
    return f"{own} of {values.in_sentence(visible(type.title, 80))} {short}" if type else f"{own} of {short}"


def url_of(look_up: LookUp, profile: Profile) -> str:
    """The whole address of a look-up."""
    query = urlencode(look_up.parameters, safe=SAFE_IN_PATHS.replace("+", "").replace("=", ""), quote_via=quote)
    return f"{profile.apis[look_up.api]}{look_up.path}{f'?{query}' if query else ''}"


def as_curl(look_up: LookUp, profile: Profile) -> str:
    """A command that fetches the same, with ``$TOKEN`` in place of the token."""
    accept, url = (_quoted(text) for text in (f"Accept: {look_up.accept}", url_of(look_up, profile)))
    return f'curl -H {accept} -H "Authorization: Bearer $TOKEN" {url}'


def _quoted(text: str) -> str:
    """One word for a shell; always in quotes, so that it looks the same for every record."""
    return "'" + text.replace("'", "'\\''") + "'"


# --- fields ----------------------------------------------------------------------------------------------------------


def _read(field: FieldSpec, value: Any, near: Any, document: Any) -> _Value | None:
    """A value as its field says; its currency is looked for near it, then in the whole document."""
    currency = None
    if field.kind is Kind.AMOUNT:
        currency = find(field.currency, near) or find(field.currency, document)
    text = _text(field, value, currency)
    return None if text is None else _Value(text, value, currency)


def _text(field: FieldSpec, value: Any, currency: Any) -> str | None:
    match field.kind:
        case Kind.COUNT:
            return f"{len(value):,}" if isinstance(value, list) else None
        case Kind.WORDS:
            return values.words(value, field.words)
        case Kind.ID:
            return values.shortened_id(value) or values.plain(value)
        case Kind.AMOUNT:
            return values.amount(value, currency) or values.plain(value)
        case Kind.TIME:
            return values.time(value) or values.plain(value)
        case _:
            return values.plain(value)


def _shown(field: FieldSpec, path: str, read: _Value, said: dict[str, tuple[str, str]]) -> ShownField:
    other = next((said[bare_name(name)] for name in field.payload if bare_name(name) in said), None)
    if other is None or _says_the_same(field, read, other[1]):
        return ShownField(field.title, read.text, _raw(field, read), path)
    name, value = (visible(text, values.LONGEST_TEXT) for text in other)
    return ShownField(field.title, read.text, _raw(field, read), path, value, name)


def _raw(field: FieldSpec, read: _Value) -> str:
    """The value as the platform sent it, where it does not read the same."""
    raw = values.scalar_text(read.value)
    if raw is None or field.kind in {Kind.TEXT, Kind.COUNT} or raw.casefold() == read.text.casefold():
        return ""
    shown = visible(raw, values.LONGEST_TEXT)
    return "" if shown == read.text else shown


def _items(field: FieldSpec, path: str, value: Any, document: Any) -> list[ShownField]:
    if isinstance(value, dict):
        line = _line(field, value, document)
        return [ShownField(field.title, line, path=path)] if line else []
    if not isinstance(value, list):
        return []
    start = "" if path == "@" else path
    shown = []
    for number, item in enumerate(value[:ITEMS_AT_MOST]):
        if line := _line(field, item, document):
            heading = f"{field.title} {number + 1}" if len(value) > 1 else field.title
            shown.append(ShownField(heading, line, path=f"{start}[{number}]"))
    if len(value) > ITEMS_AT_MOST:
        shown.append(ShownField(field.title, f"and {len(value) - ITEMS_AT_MOST:,} more", path=path))
    return shown


def _line(field: FieldSpec, item: Any, document: Any) -> str:
    """One item as a line, put together from its parts that are there."""
    if not isinstance(item, dict):
        return values.plain(item) or ""
    line = ""
    for part in field.parts:
        _, value = first_filled(part.paths, item)
        read = None if value is None else _read(part, value, item, document)
        if read and read.text:
            line += (part.before if line else "") + read.text
    return visible(line, LONGEST_LINE)


# --- comparing -------------------------------------------------------------------------------------------------------


def _says_the_same(field: FieldSpec, read: _Value, said: str) -> bool:
    recorded = values.scalar_text(read.value)
    if recorded is None:
        return True  # nothing to compare with
    recorded, said = recorded.strip(), said.strip()
    if recorded == said:
        return True
    if field.kind is Kind.WORDS:
        return bare_name(said) in {bare_name(recorded), bare_name(read.text)}
    if field.kind is Kind.TIME:
        return _same_moment(read.value, said)
    if field.kind is Kind.AMOUNT and values.same_amount(read.value, read.currency, said):
        return True
    if isinstance(read.value, bool):
        return said.lower() in ({"true", "yes", "1"} if read.value else {"false", "no", "0"})
    is_number = field.kind is Kind.AMOUNT or not isinstance(read.value, str)
    return is_number and values.number(said) is not None and values.number(said) == values.number(recorded)


def _same_moment(value: Any, said: str) -> bool:
    recorded, other = values.moment_of(value), values.moment_of(float(said) if values.number(said) else said)
    return recorded is not None and recorded == other
