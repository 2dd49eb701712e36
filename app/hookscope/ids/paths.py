"""Where something stands in a JSON document, written as a JMESPath."""

from __future__ import annotations

import json


def below(path: str, key: str | int) -> str:
    """The path of a member of what stands at ``path``, which is empty for the document itself."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    name = key if key.isascii() and key.isidentifier() else json.dumps(key, ensure_ascii=not key.isprintable())
    return f"{path}.{name}" if path else name
