"""An endpoint: a path on the listener with its own response."""

from __future__ import annotations

from dataclasses import dataclass

from hookscope.responses import Response

CATCH_ALL_NAME = "Anything else"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A path and what is answered there.

    ``id`` is 0 until it is stored. ``path`` starts with ``/``; one ``*`` stands for one segment. The catch-all has
    the path ``""`` and takes what no other endpoint claims.
    """

    name: str
    path: str
    response: Response = Response()
    sender: str = "vendasta-automation"
    id: int = 0

    @property
    def is_catch_all(self) -> bool:
        """Whether this endpoint takes what no path claims."""
        return self.path == ""
