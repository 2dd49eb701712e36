"""Request targets (RFC 9112 3.2): where their path begins."""

from __future__ import annotations

import re

_AUTHORITY = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)


def from_path(target: str) -> str | None:
    """A raw target from its path on, without the scheme and host of the absolute form, which may be all there is.

    ``None`` for what is no path: ``*`` and ``host:port``.
    """
    if target.startswith("/"):
        return target
    authority = _AUTHORITY.match(target)
    return target[authority.end() :] if authority else None
