"""Paths into a record: JMESPath of names and numbers only, so that whatever a record holds, finding takes no time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

LONGEST = 200

_NODES = frozenset({"field", "subexpression", "index_expression", "index", "current"})


def path_problem(path: str) -> str:
    """Why this is no path, as the rest of a sentence that begins with its place; ``""`` when it is one."""
    if len(path) > LONGEST:
        return f"has more than {LONGEST} characters."
    try:
        tree = _compiled(path).parsed
    except (JMESPathError, ValueError, Warning):  # a warning where tests make it an error
        return "is no JMESPath such as data.attributes.lineItems[0].sku."
    if any(node["type"] not in _NODES for node in _nodes(tree)):
        return "can have names and numbers only, such as data.attributes.lineItems[0].sku."
    return ""


def find(path: str, document: Any) -> Any:
    """What stands there; ``None`` where nothing does."""
    return _compiled(path).search(document)


def first_filled(paths: Iterable[str], document: Any) -> tuple[str, Any]:
    """The first of the paths at which there is more than null or something empty; ``("", None)`` if there is none."""
    for path in paths:
        value = find(path, document)
        if value not in (None, "", [], {}):
            return path, value
    return "", None


@lru_cache(maxsize=1024)
def _compiled(path: str) -> Any:
    return jmespath.compile(path)


def _nodes(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield tree
    for child in tree["children"]:
        if isinstance(child, Mapping):
            yield from _nodes(child)
