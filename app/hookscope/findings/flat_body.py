"""The body is not the one flat JSON object of texts that the step promises."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from hookscope.deliveries import parts
from hookscope.findings.model import BODY_NOT_FLAT, BODY_NOT_JSON, VALUE_NOT_TEXT, Finding, finding, quoted
from hookscope.ids.paths import path_to
from hookscope.responses import NotJson, RequestView, json_flaw
from hookscope.responses.request_view import LARGEST_JSON

MOST_FIELDS = 5_000

_FIELDS = "Give each value its own field under JSON Body"
_FLAT = f"{_FIELDS}, or choose another sender in the Response tab."
_TEXT = "In the step, enter it as text: with a number the step fails (“id.trim is not a function”)."


def flat_body(view: RequestView) -> list[Finding]:
    """What is wrong with a body that should be flat: nothing where it is empty, or too large to be read as JSON."""
    body = view.request.body
    if not body or len(body) > LARGEST_JSON:
        return []
    try:
        value = view.json
    except NotJson:
        wrong = _not_json(view)
        return [wrong] if wrong else []
    if not isinstance(value, dict):
        return [_not_flat(f"the body is {_kind(value)}")]
    return [] if set(map(type, islice(value.values(), MOST_FIELDS))) <= {str} else _in_object(value)


def _in_object(value: Mapping[str, Any]) -> list[Finding]:
    nested: list[str] = []
    not_text: list[str] = []
    for key, each in islice(value.items(), MOST_FIELDS):
        if isinstance(each, (dict, list)):
            nested.append(key)
        elif not isinstance(each, str):
            not_text.append(key)
    found = []
    if nested:
        found.append(_not_flat(_what(nested, "is nested", "are nested"), path_to(nested[:1])))
    if not_text:
        what = _what(not_text, f"is {_kind(value[not_text[0]])}", "are none")
        path = path_to(not_text[:1])
        found.append(finding(VALUE_NOT_TEXT, f"The step promises text, but {what}.", _TEXT, path=path))
    return found


def _what(keys: Sequence[str], one: str, several: str) -> str:
    """*`quantity` is a number*, *`quantity` and 2 more fields are none*."""
    more = len(keys) - 1
    return (
        f"{quoted(keys[0])} and {more} more field{'s' * (more > 1)} {several}" if more else f"{quoted(keys[0])} {one}"
    )


def _not_flat(what: str, path: str = "") -> Finding:
    return finding(BODY_NOT_FLAT, f"The step promises one flat JSON object, but {what}.", _FLAT, path=path)


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list) else "a number"


def _not_json(view: RequestView) -> Finding | None:
    """The finding for a body that is not read as JSON; ``None`` when that is not its fault."""
    headers = view.request.headers
    unpacked = parts.unpacked(headers, view.request.body, LARGEST_JSON + 1)
    if unpacked.problem or len(unpacked.data) > LARGEST_JSON or not unpacked.data.strip():
        return None
    media = parts.content_type(headers)
    if media.media and not media.is_json:
        return finding(BODY_NOT_JSON, f"The step promises JSON, but the body is {quoted(media.media)}.", _FLAT)
    if parts.looks_binary(unpacked.data):
        return finding(BODY_NOT_JSON, "The body is not JSON: it has bytes that no text has.", _FLAT)
    flaw = json_flaw(parts.text_of(unpacked.data, media.parameters.get("charset", "")).text)
    if flaw and not flaw.message.startswith("Line "):
        return _not_flat("the body is nested very deep")
    return finding(BODY_NOT_JSON, f"The body is not JSON. {flaw.message}", f"{_FIELDS}.") if flaw else None
