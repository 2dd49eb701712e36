"""Writes values into a request where senders put them: headers, query, form, cookies, JSON, the whole body."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from hookscope.deliveries import Request, parts
from hookscope.verification.context import no_constant, unique, wire

FORM = "application/x-www-form-urlencoded"

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_HEADER_VALUE = re.compile(rb"[\0\r\n]")


class CannotPlace(ValueError):
    """A value cannot stand where it should; the text is one sentence without the value."""


def put(request: Request, source: str, name: str, value: bytes) -> Request:
    """The request with a value at a place of ``model``; raises ``CannotPlace``."""
    return _WRITERS[source](request, name, value)


def with_header(request: Request, name: str, value: bytes) -> Request:
    """The request with a header of this value in place of all of that name, else as the last."""
    if not _HEADER_NAME.fullmatch(name):
        raise CannotPlace(f"A header cannot be called `{name}`.")
    if _NO_HEADER_VALUE.search(value):
        raise CannotPlace(f"The value has a line break in it, so it cannot stand in the header `{name}`.")
    pair, wanted = (name, value.decode("latin-1")), name.lower()
    headers: list[tuple[str, str]] = []
    for key, old in request.headers:
        if key.lower() != wanted:
            headers.append((key, old))
        elif pair not in headers:
            pair = (key, pair[1])
            headers.append(pair)
    return replace(request, headers=tuple(headers if pair in headers else [*headers, pair]))


def with_body(request: Request, body: bytes) -> Request:
    """The request with another body, which is not packed; a Content-Length is kept in step."""
    headers = tuple(
        (name, str(len(body)) if name.lower() == "content-length" else value)
        for name, value in request.headers
        if name.lower() != "content-encoding"
    )
    return replace(request, headers=headers, body=body)


def with_document(request: Request, document: Any) -> Request:
    """The request with a JSON document as its body."""
    return with_body(request, compact(document))


def compact(document: Any) -> bytes:
    """JSON without blanks; raises ``CannotPlace`` for what JSON cannot hold."""
    try:
        return json.dumps(document, separators=(",", ":"), allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise CannotPlace("The body has a number that JSON cannot hold, or is nested too deeply.") from None


def document_of(request: Request) -> Any:
    """The body as JSON, ``{}`` for none."""
    if not request.body:
        return {}
    try:
        return json.loads(request.body.decode("utf-8-sig"), object_pairs_hook=unique, parse_constant=no_constant)
    except (ValueError, RecursionError):
        raise CannotPlace("The body is not JSON, and this sender's is.") from None


def set_at(document: Any, path: str, value: Any) -> None:
    """Write a value at a path such as ``items.*.id``; objects that are missing are made."""
    *before, last = path.split(".")
    holders = [document]
    for step, following in zip(before, [*before, last][1:], strict=True):
        holders = [inner for holder in holders for inner in _inner(holder, step, following)]
    for holder in holders:
        for key in _keys(holder, last):
            holder[key] = value


def _inner(holder: Any, step: str, following: str) -> list[Any]:
    keys = _keys(holder, step)
    if isinstance(holder, dict) and step not in holder:
        if following == "*":
            raise CannotPlace(f"The body has no list `{step}`.")
        holder[step] = {}
    return [holder[key] for key in keys]


def _keys(holder: Any, step: str) -> list[Any]:
    if isinstance(holder, list) and step == "*":
        return list(range(len(holder)))
    if isinstance(holder, list) and step.isdecimal() and len(step) < 9 and int(step) < len(holder):
        return [int(step)]
    if isinstance(holder, dict) and step != "*":
        return [step]
    raise CannotPlace(f"The body has no place for `{step}`.")


def _with_query(request: Request, name: str, value: bytes) -> Request:
    target, url = (text and _with_parameter(text, name, value) for text in (request.target, request.url))
    return replace(request, target=target, url=url)


def _with_parameter(address: str, name: str, value: bytes) -> str:
    bare, mark, fragment = address.partition("#")
    path, _, query = bare.partition("?")
    return f"{path}?{_with_pair(wire(query), name, value).decode('latin-1')}{mark}{fragment}"


def _with_pair(data: bytes, name: str, value: bytes) -> bytes:
    """A query or form with one pair of this name: where the first of them was, else as the last."""
    wanted = name.encode("utf-8", "surrogatepass")
    pair = f"{quote_from_bytes(wanted)}={quote_from_bytes(value, safe='')}".encode()
    pieces: list[bytes] = []
    for piece in data.split(b"&") if data else []:
        if unquote_to_bytes(piece.partition(b"=")[0].replace(b"+", b" ")) != wanted:
            pieces.append(piece)
        elif pair not in pieces:
            pieces.append(pair)
    return b"&".join(pieces if pair in pieces else [*pieces, pair])


def _with_form(request: Request, name: str, value: bytes) -> Request:
    media = parts.content_type(request.headers).media
    if media not in ("", FORM):
        raise CannotPlace("The body is not a form, and this sender's is.")
    typed = request if media else with_header(request, "Content-Type", FORM.encode())
    return with_body(typed, _with_pair(request.body, name, value))


def _with_cookie(request: Request, name: str, value: bytes) -> Request:
    old = [wire(text) for key, text in request.headers if key.lower() == "cookie"]
    pieces = [piece.strip(b" \t") for line in old for piece in line.split(b";")]
    kept = [piece for piece in pieces if piece and piece.partition(b"=")[0] != wire(name)]
    return with_header(request, "Cookie", b"; ".join([*kept, wire(name) + b"=" + value]))


def _with_json(request: Request, path: str, value: bytes) -> Request:
    document = document_of(request)
    try:
        set_at(document, path, value.decode())
    except UnicodeDecodeError:
        raise CannotPlace("The value is not UTF-8, so it cannot stand in JSON.") from None
    return with_document(request, document)


_WRITERS: Mapping[str, Callable[[Request, str, bytes], Request]] = {
    "header": with_header,
    "query": _with_query,
    "form": _with_form,
    "cookie": _with_cookie,
    "json": _with_json,
    "body": lambda request, _, value: with_body(request, value),
}
