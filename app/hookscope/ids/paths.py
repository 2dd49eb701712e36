"""Where something stands in a JSON document, written as a JMESPath."""

from __future__ import annotations

import json
from collections.abc import Iterable

WHOLE = "@"
"""The path of the document itself."""


def below(path: str, key: str | int) -> str:
    """The path of a member of what stands at ``path``, which is empty for the document itself."""
    step = _step(key)
    return path + step if path else step.removeprefix(".")


def path_to(keys: Iterable[str | int]) -> str:
    """The path of what these names and numbers lead to, from the outermost on: ``orders[0]."first name"``."""
    return "".join(map(_step, keys)).removeprefix(".") or WHOLE


def _step(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    is_plain = key.isascii() and key.isidentifier()
    return f".{key if is_plain else json.dumps(key, ensure_ascii=not key.isprintable())}"
