"""The search for ids through texts and documents of one request.

A sender decides what is searched, so everything is bounded, and nothing calls itself as deep as a document goes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from hookscope.ids.model import Found, Part, Place
from hookscope.ids.paths import below
from hookscope.ids.shapes import Shapes
from hookscope.ids.texts import DOCUMENT_BEGINNINGS, document_in, payload_in

Container = dict[str, Any] | list[Any]

VALUES_AT_MOST = 20_000
"""How many members of objects and arrays are looked at, all documents of a request together."""
IDS_AT_MOST = 200
PLACES_AT_MOST = 20
TEXTS_AT_MOST = 200
"""So many values are read as JSON or as a token themselves."""
PATH_AT_MOST = 1_000
"""Characters; what stands deeper is not looked at."""

_LAYERS = 3  # a text in a document, a text in the document which that is, and one more

_At = tuple[Part, str, str | int | None]  # the part, a path in it, and what is below that; put together when asked for


class Search(Collection[Found]):
    """What has been found in one request so far; that it is put together when somebody looks saves half of the time."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self._values_left = VALUES_AT_MOST
        self._texts_left = TEXTS_AT_MOST
        self._ids: dict[str, tuple[tuple[str, ...], list[_At]]] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Found]:
        return iter(self.found())

    def __contains__(self, found: object) -> bool:
        return found in self.found()

    def text(self, part: Part, path: str, text: str, key: str = "") -> None:
        """Look at one value, and into it where it is a document itself."""
        if types := self.shapes.types_of(text, key):
            self._note(text.strip(), types, (part, path, None))
        elif text[:1] in DOCUMENT_BEGINNINGS:
            self._look_inside(part, path, text, _LAYERS)

    def document(self, part: Part, document: Container, layers: int = _LAYERS, place: str = "") -> None:
        """Look at all texts of a document, the outer ones first; ``place`` is the place of all, where given."""
        types_of, beginnings = self.shapes.types_of, self.shapes.beginnings
        initials, finals = self.shapes.initials, self.shapes.finals
        containers = [("", "", document)]
        for path, key, container in containers:  # which grows meanwhile
            room, self._values_left = self._values_left, self._values_left - len(container)
            for name, value in islice(_members(container), max(room, 0)):
                named = key if isinstance(name, int) else name
                if isinstance(value, str):
                    if value[:1] not in beginnings and not (named[:1] in initials and named[-1:] in finals):
                        continue  # as most do: asking takes longer
                    if types := types_of(value, named):
                        self._note(value.strip(), types, (part, place, None) if place else (part, path, name))
                    elif value[:1] in DOCUMENT_BEGINNINGS and layers:
                        self._look_inside(part, place or below(path, name), value, layers)
                elif value and isinstance(value, (dict, list)) and len(deeper := below(path, name)) <= PATH_AT_MOST:
                    containers.append((deeper, named, value))

    def fetched(self, at_most: int) -> tuple[str, ...]:
        """The ids that have a record, in the order of their types."""
        are_fetched = self.shapes.are_fetched
        ids = [(id, types) for id, (types, _) in self._ids.items() if are_fetched(types)]
        return tuple([id for id, _ in self._in_order(ids)][:at_most])

    def found(self) -> tuple[Found, ...]:
        """All ids, in the order of their types."""
        are_fetched = self.shapes.are_fetched
        ids = self._in_order([(id, types) for id, (types, _) in self._ids.items()])
        return tuple(Found(id, types, tuple(map(_place, self._ids[id][1])), are_fetched(types)) for id, types in ids)

    def _in_order(self, ids: list[tuple[str, tuple[str, ...]]]) -> list[tuple[str, tuple[str, ...]]]:
        ranks = self.shapes.ranks
        ids.sort(key=lambda each: ranks[each[1][0]])
        return ids

    def _look_inside(self, part: Part, path: str, text: str, layers: int) -> None:
        self._texts_left -= 1
        if self._texts_left < 0:
            return
        if (document := document_in(text)) is not None:
            self.document(part, document, layers - 1, path)
        elif (payload := payload_in(text)) is not None:
            self.document(Part.TOKEN, payload, layers - 1)

    def _note(self, id: str, types: tuple[str, ...], at: _At) -> None:
        known = self._ids.get(id)
        if known is None:
            if len(self._ids) < IDS_AT_MOST:
                self._ids[id] = types, [at]
            return
        known_types, places = known
        if len(places) < PLACES_AT_MOST and at not in places:
            places.append(at)
            if types != known_types:
                self._ids[id] = tuple(sorted({*known_types, *types}, key=self.shapes.ranks.__getitem__)), places


def _members(container: Container) -> Iterable[tuple[str | int, Any]]:
    return container.items() if isinstance(container, dict) else enumerate(container)


def _place(at: _At) -> Place:
    part, path, name = at
    return Place(part, path if name is None else below(path, name))
