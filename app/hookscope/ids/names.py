"""Names that senders and the platform write in different ways."""

from __future__ import annotations


def bare_name(name: str) -> str:
    """A name as names are compared: without case, spaces, ``-`` and ``_``."""
    return name.lower().replace("-", "").replace("_", "").replace(" ", "")
