"""What verification reads of one request: everything as bytes, decoded once, never trusted.

Whatever is ambiguous or cannot be read raises ``Refused``, which ``verify`` turns into a verdict.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hookscope.deliveries import Request, parts
from hookscope.verification.template import Placeholder, Template, filtered, render
from hookscope.visible import visible

JSON_AT_MOST = 1 << 20
FIELDS_AT_MOST = 10_000
ITEMS_AT_MOST = 1_000

Values = Mapping[bytes, Sequence[bytes]]


class Refused(Exception):
    """Verification ends here: a reason of ``verdict.FAILURES`` and one sentence."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class RawNumber(str):
    """A number of a JSON text exactly as it was written."""

    __slots__ = ()


class Context:
    """One request as templates and places see it."""

    def __init__(self, request: Request, options: Mapping[str, str], *, decoded_body: bool = False) -> None:
        self.request = request
        self.options = options
        self.url = request.url
        self.timestamp: bytes | None = None
        self.fields: Values = {}  # of a signature written as pairs
        self.secret: bytes | None = None
        self.item: Any = None
        self._decoded_body = decoded_body
        self._body: bytes | None = None
        self._json: tuple[Any] | None = None
        self._query: Values | None = None
        self._form: Values | None = None

    @property
    def body(self) -> bytes:
        """The body that is signed: as it came, or unpacked where the scheme says so."""
        if not self._decoded_body:
            return self.request.body
        if self._body is None:
            unpacked = parts.unpacked(self.request.headers, self.request.body)
            if unpacked.problem:
                raise Refused("malformed_body", visible(unpacked.problem))
            self._body = unpacked.data
        return self._body

    def render(self, template: Template) -> bytes:
        """The text of a template; raises ``Refused`` or ``Absent``."""
        return render(template, self.value)

    def value(self, placeholder: Placeholder) -> bytes | None:
        """The value of a placeholder, ``None`` when the request has none."""
        value = self._plain(placeholder.kind, placeholder.argument)
        if placeholder.kind == "header" and not value:
            return None  # senders' own libraries take an empty header for none
        return filtered(value, placeholder.filters) if placeholder.filters and value is not None else value

    def find(self, source: str, name: str) -> bytes | None:
        """One value of the request; raises ``Refused`` when it is there twice with different values."""
        return self._plain(source, name)

    def _plain(self, kind: str, argument: str) -> bytes | None:
        return _READERS[kind](self, argument)

    def header(self, name: str) -> bytes | None:
        """The value of a header without blanks around it; several with one value are one (RFC 9110 5.5)."""
        wanted = name.lower()
        found = [value for key, value in self.request.headers if key.lower() == wanted]
        if not found:
            return None
        values = [wire(value).strip(b" \t") for value in found]
        return only(values, f"The header `{name}`")

    def headers(self, name: str) -> list[bytes]:
        """All values of a header in order."""
        wanted = name.lower()
        return [wire(value).strip(b" \t") for key, value in self.request.headers if key.lower() == wanted]

    def cookie(self, name: str) -> bytes | None:
        """The value of a cookie as sent."""
        wanted = wire(name)
        pieces = (piece.strip(b" \t").partition(b"=") for line in self.headers("Cookie") for piece in line.split(b";"))
        values = [value for key, _, value in pieces if key == wanted]
        return only(values, f"The cookie `{name}`") if values else None

    def query(self) -> Values:
        """The query parameters of the raw target, decoded."""
        if self._query is None:
            target = self.request.target or self.request.url
            self._query = grouped(wire(target).partition(b"?")[2].partition(b"#")[0])
        return self._query

    def form(self) -> Values:
        """The fields of a urlencoded form; raises ``Refused`` for any other body that is not empty."""
        if self._form is None:
            body, media = self.body, parts.content_type(self.request.headers).media
            if body and media != "application/x-www-form-urlencoded":
                raise Refused("malformed_body", "The body is not a form, so its fields cannot be read.")
            self._form = grouped(body)
        return self._form

    def json(self) -> Any:
        """The body as JSON, numbers as they were written; raises ``Refused`` for one that is none or over 1 MiB."""
        if self._json is None:
            self._json = (_parsed(self.body),)
        return self._json[0]

    def json_all(self, path: str, value: Any = ...) -> list[Any]:
        """Every value at a path such as ``items.*.id``; ``None`` stands for those that are missing."""
        return at_path(self.json() if value is ... else value, path)

    def option(self, name: str) -> bytes | None:
        """What the user has set an option to."""
        text = self.options.get(name)
        return None if text is None else text.encode("utf-8", "surrogatepass")

    def json_value(self, path: str) -> bytes | None:
        """A text, number or truth value of the body, as it is put into a signed text."""
        return _one_text(self.json_all(path), path)

    def item_value(self, path: str) -> bytes | None:
        """The same of an item of a batch; senders that sign fields of an item leave absent ones empty."""
        return _one_text(self.json_all(path, self.item), path) or b""

    def form_sorted(self) -> bytes:
        """All names and values of a form, by name, as Twilio signs them."""
        pieces: list[bytes] = []
        for name, values in sorted(self.form().items()):
            for value in sorted(set(values)):
                pieces += (name, value)
        return b"".join(pieces)


_READERS: Mapping[str, Callable[[Context, str], bytes | None]] = {
    "body": lambda context, _: context.body,
    "timestamp": lambda context, _: context.timestamp,
    "method": lambda context, _: wire(context.request.method),
    "url": lambda context, _: wire(context.url) or None,
    "secret": lambda context, _: context.secret,
    "form_sorted": lambda context, _: context.form_sorted(),
    "header": Context.header,
    "cookie": Context.cookie,
    "option": Context.option,
    "json": Context.json_value,
    "item": Context.item_value,
    "query": lambda context, name: _of_group(context.query(), name, "query parameter"),
    "form": lambda context, name: _of_group(context.form(), name, "form field"),
    "sig": lambda context, name: _of_group(context.fields, name, "part"),
}


def _of_group(groups: Values, name: str, what: str) -> bytes | None:
    found = groups.get(name.encode("utf-8", "surrogatepass"))
    return only(found, f"The {what} `{name}`") if found else None


def _one_text(found: Sequence[Any], path: str) -> bytes | None:
    texts = [text for value in found if (text := json_text(value)) is not None]
    return only(texts, f"`{path}` in the body") if texts else None


def wire(text: str) -> bytes:
    """Text of the request as the bytes it came in; what cannot have come over a wire is taken as UTF-8."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def only(values: Sequence[bytes], what: str) -> bytes:
    """The one value that all of these are; raises ``Refused`` when they differ."""
    first = values[0]
    if len(values) > 1 and any(value != first for value in values):
        raise Refused("ambiguous_header", f"{what} is there {len(values)} times with different values.")
    return first


def json_text(value: Any) -> bytes | None:
    """A JSON value as it is put into a signed text; ``None`` for one that is missing, an object or a list."""
    if isinstance(value, str):  # a number too
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, bool):
        return b"true" if value else b"false"
    return None


def at_path(value: Any, path: str) -> list[Any]:
    """Every value at a path; raises ``Refused`` where there are more than 1 000."""
    found = [value]
    for step in path.split("."):
        if step == "*":
            if not all(isinstance(each, list) for each in found):
                return []
            found = [inner for each in found for inner in each]
            if len(found) > ITEMS_AT_MOST:
                raise Refused("malformed_body", f"The body has more than {ITEMS_AT_MOST:,} items to verify.")
        else:
            found = [_child(each, step) for each in found]
    return found


def _child(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and step.isdecimal() and len(step) < 9 and int(step) < len(value):
        return value[int(step)]
    return None


def grouped(data: bytes) -> Values:
    """The values of a query or form by name; raises ``Refused`` where there are more than 10 000."""
    if data.count(b"&") >= FIELDS_AT_MOST:
        raise Refused("malformed_body", f"There are more than {FIELDS_AT_MOST:,} fields.")
    groups: dict[bytes, list[bytes]] = {}
    for name, value in parts.urlencoded(data):
        groups.setdefault(name, []).append(value)
    return groups


def _parsed(body: bytes) -> Any:
    if len(body) > JSON_AT_MOST:
        raise Refused("malformed_body", "The body is over 1 MiB, and only smaller ones are read as JSON.")
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=unique,
            parse_int=RawNumber,
            parse_float=RawNumber,
            parse_constant=no_constant,
        )
    except NotUnique as error:
        raise Refused("malformed_body", f"The body has {error}, and readers differ in which one they take.") from None
    except (ValueError, RecursionError):
        raise Refused("malformed_body", "The body is not JSON, so its fields cannot be read.") from None


class NotUnique(ValueError):
    """A name is there twice in one object; the text says so."""


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose names are all different; raises ``NotUnique``."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotUnique("the same name twice in one object")
    return found


def no_constant(name: str) -> None:
    """Refuse ``NaN`` and ``Infinity``, which Python reads and JSON does not have."""
    raise ValueError(name)
