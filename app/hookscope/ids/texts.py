"""Documents that stand in a text: JSON, and the payload of a token."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from typing import Any

LARGEST_TEXT = 1 << 20
DOCUMENT_BEGINNINGS = frozenset("{[eBb \t\r\n")
"""How texts begin that may be JSON or a token, also behind ``Bearer`` or white space."""

_JSON_START = re.compile(r"\s*[{\[]")
_TOKEN = re.compile(r"(e[yw][\w-]*)\.([\w-]+)\.[\w-]*={0,2}", re.ASCII)  # so begins every {" and { in base64
_BEARER = re.compile(r"\s*bearer\s", re.IGNORECASE)


def document_in(text: str) -> dict[str, Any] | list[Any] | None:
    """The object or array that a text is as JSON, ``None`` when it is none."""
    if len(text) > LARGEST_TEXT or not _JSON_START.match(text):
        return None
    value = _parsed(text)
    return value if isinstance(value, (dict, list)) else None


def payload_in(text: str) -> dict[str, Any] | None:
    """The payload of the JSON Web Token that a text is, also behind ``Bearer``; nothing of it is verified."""
    if len(text) > LARGEST_TEXT:
        return None
    begin = _BEARER.match(text)
    token = _TOKEN.fullmatch(text[begin.end() :].strip() if begin else text.strip())
    header = _object(token[1]) if token else None
    return _object(token[2]) if token and header and "alg" in header else None


def _object(part: str) -> dict[str, Any] | None:
    try:
        text = urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
    except ValueError:
        return None
    value = _parsed(text)
    return value if isinstance(value, dict) else None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # also a number with more digits than Python reads
        return None
