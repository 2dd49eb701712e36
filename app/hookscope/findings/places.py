"""Names that a sender chose, as a sentence and as a JMESPath have them."""

from __future__ import annotations

from typing import TypeAlias

from hookscope.ids.paths import below

LONGEST_NAME = 40
LONGEST_PATH = 1_000
WHOLE = "@"
"""The JMESPath of a body that is one text."""

Trail: TypeAlias = "tuple[Trail, str | int] | None"
"""The way to a value: that to what holds it, and the key or number there; ``None`` for the whole."""


def quoted(text: str) -> str:
    """A name or a value in a sentence, cut where it is too long to read."""
    return f"`{text}`" if len(text) <= LONGEST_NAME else f"`{text[:LONGEST_NAME]}…`"


def path_of(trail: Trail) -> str:
    """The way to a value as a JMESPath: ``orders[0]."first name"``; ``""`` for one that is too long to be of use."""
    keys: list[str | int] = []
    while trail is not None:
        trail, key = trail
        keys.append(key)
    path = ""
    for key in reversed(keys):
        path = below(path, key)
        if len(path) > LONGEST_PATH:
            return ""
    return path or WHOLE
