"""Templates of signed texts: literal text with placeholders, rendered to bytes.

``{body} {timestamp} {method} {url} {header:X} {query:x} {form:x} {form_sorted} {json:path} {item:path} {sig:field}
{secret} {option:name}``, each with filters (``{body|sha256hex}``); ``[?…?]`` is left out when a placeholder in it is
absent. Everything else is literal: no expressions, no loops, so a scheme from a stranger's file can do no harm.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

WITHOUT_ARGUMENT = frozenset({"body", "timestamp", "method", "url", "form_sorted", "secret"})
WITH_ARGUMENT = frozenset({"header", "query", "form", "json", "item", "sig", "option"})

_PLACEHOLDER = re.compile(r"\{([a-z_]+)(?::([^{}|]+))?((?:\|[^{}|]*)*)\}")
_PIECE = re.compile(rf"(\[\?|\?\]|{_PLACEHOLDER.pattern})")


class TemplateError(ValueError):
    """A template cannot be understood; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Something of the request, with its filters in order."""

    kind: str
    argument: str = ""
    filters: tuple[str, ...] = ()

    def __str__(self) -> str:
        argument = f":{self.argument}" if self.argument else ""
        return f"{{{self.kind}{argument}{''.join(f'|{name}' for name in self.filters)}}}"


@dataclass(frozen=True, slots=True)
class OptionalPart:
    """A part that is left out when one of its placeholders is absent."""

    parts: tuple[bytes | Placeholder, ...]


Part = bytes | Placeholder | OptionalPart


@dataclass(frozen=True, slots=True)
class Template:
    """A template that has been checked; ``text`` is as it was written, ``kinds`` are those of its placeholders."""

    text: str
    parts: tuple[Part, ...]
    kinds: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        # Worked out once: `uses` is asked for every request.
        object.__setattr__(self, "kinds", frozenset(placeholder.kind for placeholder in self.placeholders()))

    def placeholders(self) -> Iterator[Placeholder]:
        """All placeholders, those of optional parts too."""
        for part in self.parts:
            for inner in part.parts if isinstance(part, OptionalPart) else (part,):
                if isinstance(inner, Placeholder):
                    yield inner

    def uses(self, kind: str) -> bool:
        """Whether a placeholder of this kind is in it."""
        return kind in self.kinds


def parse_template(text: str) -> Template:
    """Read a template; raises ``TemplateError``."""
    parts: list[Part] = []
    optional: list[bytes | Placeholder] | None = None
    position = 0
    for found in _PIECE.finditer(text):
        _add_literal(parts if optional is None else optional, text[position : found.start()])
        position = found.end()
        if found[0] == "[?":
            if optional is not None:
                raise TemplateError("An optional part [?…?] cannot stand in another one.")
            optional = []
        elif found[0] == "?]":
            if optional is None:
                raise TemplateError("?] has no [? before it.")
            parts.append(OptionalPart(tuple(optional)))
            optional = None
        else:
            (parts if optional is None else optional).append(_placeholder(found))
    if optional is not None:
        raise TemplateError("[? has no ?] behind it.")
    _add_literal(parts, text[position:])
    return Template(text, tuple(parts))


def _add_literal(parts: list[Part] | list[bytes | Placeholder], text: str) -> None:
    if text:
        parts.append(text.encode())


def _placeholder(found: re.Match[str]) -> Placeholder:
    kind, argument, filters = found[2], found[3] or "", tuple(found[4].split("|")[1:])
    if kind not in WITHOUT_ARGUMENT | WITH_ARGUMENT:
        raise TemplateError(
            f"{found[0]} is not known. Use one of {', '.join(sorted(WITHOUT_ARGUMENT | WITH_ARGUMENT))}."
        )
    if (kind in WITH_ARGUMENT) != bool(argument):
        raise TemplateError(
            f"{found[0]} needs a name, as in {{{kind}:name}}." if not argument else f"{{{kind}}} takes no name."
        )
    for name in filters:
        if name not in FILTERS:
            raise TemplateError(f"The filter {name} is not known. Use one of {', '.join(sorted(FILTERS))}.")
    return Placeholder(kind, argument, filters)


def render(template: Template, value_of: Callable[[Placeholder], bytes | None]) -> bytes:
    """The text of a template; ``value_of`` gives a placeholder's value, and raises where an absent one is refused."""
    pieces: list[bytes] = []
    for part in template.parts:
        if isinstance(part, bytes):
            pieces.append(part)
        elif isinstance(part, Placeholder):
            value = value_of(part)
            if value is None:
                raise Absent(part)
            pieces.append(value)
        else:
            pieces.append(_optional(part, value_of))
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


class Absent(Exception):
    """A placeholder outside of an optional part has no value in this request."""

    def __init__(self, placeholder: Placeholder) -> None:
        super().__init__(str(placeholder))
        self.placeholder = placeholder


def _optional(part: OptionalPart, value_of: Callable[[Placeholder], bytes | None]) -> bytes:
    pieces: list[bytes] = []
    for inner in part.parts:
        value = inner if isinstance(inner, bytes) else value_of(inner)
        if value is None:
            return b""
        pieces.append(value)
    return b"".join(pieces)


def filtered(value: bytes, filters: tuple[str, ...]) -> bytes:
    """A value after its filters."""
    for name in filters:
        value = FILTERS[name](value)
    return value


# HubSpot decodes exactly these in the address before it signs (their page "Validating requests").
_HUBSPOT = {
    b"%3a": b":", b"%2f": b"/", b"%3f": b"?", b"%40": b"@", b"%21": b"!", b"%24": b"$", b"%27": b"'", b"%28": b"(",
    b"%29": b")", b"%2a": b"*", b"%2c": b",", b"%3b": b";",
}  # fmt: skip
_HUBSPOT_CODE = re.compile(rb"%(?:3a|2f|3f|40|21|24|27|28|29|2a|2c|3b)", re.IGNORECASE)


def _hubspot_unescape(value: bytes) -> bytes:
    return _HUBSPOT_CODE.sub(lambda found: _HUBSPOT[found[0].lower()], value)


FILTERS: Mapping[str, Callable[[bytes], bytes]] = {
    "lower": bytes.lower,  # ASCII only, as bytes are
    "upper": bytes.upper,
    "sha256hex": lambda value: hashlib.sha256(value).hexdigest().encode(),
    "crc32": lambda value: str(zlib.crc32(value)).encode(),
    "hubspot-unescape": _hubspot_unescape,
}

BODY = parse_template("{body}")
