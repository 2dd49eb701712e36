"""Which endpoint takes a request.

The path part of the raw target is split on ``/``, then every segment is percent-decoded; case counts. An endpoint takes
its path and everything below, the one with the most segments wins, ``*`` stands for one segment that is not empty and
loses to a literal further left. What that means at the edges:

- ``/a/`` is below ``/a``: the last slash of a target is one more, empty, segment, and ``//`` has an empty one inside;
- one slash at the end of an endpoint's own path does not count, so ``/a/`` is the same endpoint path as ``/a``, and
  ``/`` has no segments and takes every path;
- a target in absolute form goes by its path; ``*``, ``host:port`` and all that is no path go to the catch-all.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from hookscope.deliveries.targets import from_path
from hookscope.endpoints.model import Endpoint

WILDCARD = None
"""What stands for ``*`` among decoded segments; a literal ``*`` is written ``%2A``."""


def segments(path: str) -> tuple[str | None, ...]:
    """The decoded segments of an endpoint's path; two endpoints with the same ones would take the same requests."""
    parts = path.removesuffix("/").split("/")[1:]
    return tuple(WILDCARD if part == "*" else _decoded(part) for part in parts)


class _Node:
    __slots__ = ("below", "endpoint", "wildcard")

    def __init__(self) -> None:
        self.below: dict[str, _Node] = {}
        self.wildcard: _Node | None = None
        self.endpoint: Endpoint | None = None

    def child(self, segment: str | None) -> _Node:
        if segment is not WILDCARD:
            return self.below.setdefault(segment, _Node())
        self.wildcard = self.wildcard or _Node()
        return self.wildcard


class Matcher:
    """The endpoints at one moment. Never changes, so threads may share it."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        """Take over these endpoints; raises ``ValueError`` when the catch-all is not among them."""
        self._root = _Node()
        self._depth = 0
        catch_all = None
        for endpoint in endpoints:
            if endpoint.is_catch_all:
                catch_all = endpoint
            else:
                self._add(endpoint)
        if catch_all is None:
            raise ValueError("the catch-all is missing")
        self._catch_all = catch_all

    def match(self, target: str) -> Endpoint:
        """The endpoint that takes a request with this raw target."""
        path = from_path(target)
        if path is None:
            return self._catch_all
        path = path.partition("?")[0].partition("#")[0]
        parts = path.split("/", self._depth + 1)[1 : self._depth + 1]  # deeper than the deepest endpoint nothing counts
        if "%" in path:
            parts = [_decoded(part) for part in parts]
        return self._deepest(parts) or self._catch_all

    def _add(self, endpoint: Endpoint) -> None:
        node, path = self._root, segments(endpoint.path)
        for segment in path:
            node = node.child(segment)
        node.endpoint = endpoint
        self._depth = max(self._depth, len(path))

    def _deepest(self, parts: list[str]) -> Endpoint | None:
        """Walk down level by level; the nodes of a level stay in order of preference, so its first is its best."""
        level, found = [self._root], self._root.endpoint
        for part in parts:
            level = _one_down(level, part)
            if not level:
                break
            found = next((node.endpoint for node in level if node.endpoint), found)
        return found


def _one_down(level: list[_Node], part: str) -> list[_Node]:
    below: list[_Node] = []
    for node in level:
        if literal := node.below.get(part):
            below.append(literal)
        if node.wildcard and part:
            below.append(node.wildcard)
    return below


def _decoded(segment: str) -> str:
    return unquote(segment, encoding="latin-1") if "%" in segment else segment
