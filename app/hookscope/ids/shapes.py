"""The shapes of all types, compiled to be asked for every value of a request."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from hookscope.ids.model import Shape
from hookscope.ids.names import bare_name
from hookscope.ids.texts import DOCUMENT_BEGINNINGS

LONGEST_ID = 200

_PLAIN_START = re.compile(r"\^?([A-Za-z0-9_:/-]{2})(?![?*{])")


class Shapes:
    """Tells the types of a value. Immutable, so that any thread may ask."""

    def __init__(self, shapes: Iterable[Shape] = ()) -> None:
        """Take these shapes in their order; raises ``re.error`` for a pattern that is none."""
        self._shapes = tuple(shapes)
        self.ranks = {type: rank for rank, type in enumerate(dict.fromkeys(shape.type for shape in self._shapes))}
        """All types in their order, with the place of each in it."""
        self._fetched = frozenset(shape.type for shape in self._shapes if shape.fetched)
        names = {bare_name(key) for shape in self._shapes for key in shape.keys}
        self._usual = _table(self._shapes, "")
        self._by_key = {name: _table(self._shapes, name) for name in names}
        starts = DOCUMENT_BEGINNINGS.union(start[0] for start in self._usual.by_start)
        self.beginnings: Container[str] = _Anything() if self._usual.odd else starts
        """How values begin that may be ids, or hold some; no others need be asked about, except under some names."""
        self.initials = _either_case(name[:1] for name in names)
        self.finals = _either_case(name[-1:] for name in names)
        """How those names begin and end."""

    def __iter__(self) -> Iterator[Shape]:
        return iter(self._shapes)

    def __len__(self) -> int:
        return len(self._shapes)

    def types_of(self, value: str, key: str = "") -> tuple[str, ...]:
        """The types whose shape a whole value has under this name, in their order; white space around it is left out.

        What is longer than ``LONGEST_ID``, or has characters that cannot be seen, is no id.
        """
        table = self._usual
        if key[:1] in self.initials and key[-1:] in self.finals:
            table = self._by_key.get(bare_name(key), table)
        value = value.strip()
        if not 0 < len(value) <= LONGEST_ID or not value.isprintable():
            return ()
        found: tuple[str, ...] = ()
        for types, fits in table.by_start.get(value[:2], table.odd):
            if fits(value):
                found += types
        return found

    def are_fetched(self, types: Collection[str]) -> bool:
        """Whether there is a record to look up for any of these types."""
        return not self._fetched.isdisjoint(types)


class _Anything:
    def __contains__(self, _: object) -> bool:
        return True


_Tests = list[tuple[tuple[str, ...], Callable[[str], object]]]


class _Table(NamedTuple):
    """What is worth asking, by how a value begins, and for values that begin in any other way."""

    by_start: dict[str, _Tests]
    odd: _Tests


def _table(shapes: Iterable[Shape], key: str) -> _Table:
    """What to ask about values under this name."""
    asked = [(_start(shape), shape) for shape in shapes if not shape.keys or key in map(bare_name, shape.keys)]
    by_start = {start: _tests(shape for other, shape in asked if other in ("", start)) for start, _ in asked if start}
    return _Table(by_start, _tests(shape for start, shape in asked if not start))


def _tests(shapes: Iterable[Shape]) -> _Tests:
    return [
        (tuple(shape.type for shape in alike), re.compile(pattern).fullmatch)
        for pattern, alike in groupby(shapes, lambda shape: shape.pattern)
    ]


def _start(shape: Shape) -> str:
    """The two characters that all ids of a shape begin with; empty where its pattern does not show them plainly."""
    found = _PLAIN_START.match(shape.pattern)
    return found[1] if found and "|" not in shape.pattern else ""


def _either_case(characters: Iterable[str]) -> frozenset[str]:
    return frozenset("-_ ").union(*((each, each.upper()) for each in characters))
