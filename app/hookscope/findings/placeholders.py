"""Placeholders that nobody filled in: ``{{ accountName }}``, ``{.WorkflowStep.trigger.task_id}``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, NamedTuple, TypeAlias

from hookscope.deliveries import parts
from hookscope.findings.model import PLACEHOLDER, Finding, finding, quoted
from hookscope.ids.paths import WHOLE, path_to
from hookscope.responses import NotJson, RequestView
from hookscope.responses.request_view import LARGEST_JSON

MOST_VALUES = 5_000
LONGEST = 1_000
MOST_TEXT = 128 << 10
"""So many characters are searched, in values that may have a placeholder."""
LONGEST_PATH = 1_000

# Not ``${{ … }}``, which is code and not of this step. No part of it can take back what another took: it reads on only.
_PLACEHOLDER = re.compile(
    r"""(?<!\$)\{\{\s*+(?=[\w$.'"\[(])(?:[^{}]++|\{[^{}]*+\})*+\}\}|\{\.[A-Za-z_][^{}]*+\}""", re.ASCII
)
_FORM = "application/x-www-form-urlencoded"
_FIX = "A copied example request has them all; if the automation sent this, choose the value again in the step."

_Trail: TypeAlias = "tuple[_Trail, str | int] | None"
"""The way to a value: that to what holds it, and the key or number there; ``None`` for the whole."""


class _Left(NamedTuple):
    """A value with a placeholder: where it stands, as a sentence begins, and the placeholder."""

    where: str
    placeholder: str
    path: str = ""


def unfilled(view: RequestView) -> Finding | None:
    """The finding that names the first value that was not filled in, and how many there are."""
    left = list(chain(_in_body(view), _in_target(view), _in_headers(view)))
    if not left:
        return None
    first, more = left[0], len(left) - 1
    others = f", and {more} more value{' has its own' if more == 1 else 's have theirs'}" if more else ""
    sentence = f"{first.where} still has the placeholder {quoted(first.placeholder)}{others}."
    return finding(PLACEHOLDER, sentence, _FIX, path=first.path)


def placeholder_in(text: str) -> str:
    """The first placeholder in a text, ``""`` when there is none."""
    if not _may_have(text):
        return ""
    return next((found[0] for found in _PLACEHOLDER.finditer(text, 0, MOST_TEXT) if len(found[0]) <= LONGEST), "")


def _may_have(text: str) -> bool:
    return "{{" in text or "{." in text


def _in_body(view: RequestView) -> Iterator[_Left]:
    body = view.request.body
    if not body or len(body) > LARGEST_JSON or parts.looks_binary(view.data):
        return
    text = view.text
    if _may_have(text):
        yield from _in_text(view, text)
    elif "%7" in text:
        yield from _in_form(view)


def _in_text(view: RequestView, text: str) -> Iterator[_Left]:
    try:
        value = view.json
    except NotJson:
        pass
    else:
        yield from _in_json(value)
        return
    if view.headers.get("content-type", "").lower().startswith((_FORM, "multipart/")):
        yield from _in_form(view)
    elif found := placeholder_in(text):
        yield _Left("The body", found)


def _in_json(value: Any) -> Iterator[_Left]:
    """All values with a placeholder; only the first has its place, which takes time deep down."""
    room, path = MOST_TEXT, None
    for trail, text in islice(_texts(value), MOST_VALUES):
        if _may_have(text):
            if found := placeholder_in(text[:room]):
                path = _path_of(trail) if path is None else ""
                yield _Left("The body" if path in ("", WHOLE) else quoted(path), found, path)
            room = max(0, room - len(text))


def _texts(whole: Any) -> Iterator[tuple[_Trail, str]]:
    """The values of a JSON document in order, each with the way to it; of what is no text, an empty one."""
    ways: list[tuple[_Trail, Any]] = [(None, whole)]
    while ways:
        trail, value = ways.pop()
        if isinstance(value, (dict, list)):
            items = value.items() if isinstance(value, dict) else enumerate(value)
            ways += reversed([((trail, key), each) for key, each in islice(items, MOST_VALUES)])
        yield trail, value if isinstance(value, str) else ""


def _path_of(trail: _Trail) -> str:
    """The way to a value as a JMESPath; ``""`` for one that is too long to be of use."""
    keys: list[str | int] = []
    while trail is not None:
        trail, key = trail
        keys.append(key)
    path = path_to(reversed(keys))
    return path if len(path) <= LONGEST_PATH else ""


def _in_form(view: RequestView) -> Iterator[_Left]:
    headers = view.request.headers
    form = parts.form(headers, parts.unpacked(headers, view.request.body, LARGEST_JSON + 1).data)
    for field in form.fields if form else ():
        found = "" if field.file_name else placeholder_in(parts.text_of(field.data).text)
        if found:
            yield _Left(f"The form field {quoted(field.name)}", found)


def _in_target(view: RequestView) -> Iterator[_Left]:
    target = view.request.target
    if "{" not in target and "%7" not in target:
        return
    if found := placeholder_in(view.path):
        yield _Left("The path", found)
    for name, value in parts.query_parameters(target):
        if found := placeholder_in(value):
            yield _Left(f"The query parameter {quoted(name)}", found)


def _in_headers(view: RequestView) -> Iterator[_Left]:
    for name, value in view.request.headers:
        if "{" in value and (found := placeholder_in(value)):
            yield _Left(f"The header {quoted(name)}", found)
