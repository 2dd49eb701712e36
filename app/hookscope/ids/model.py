"""An id as it is told by its shape, and where it was found, as plain data."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Shape(NamedTuple):
    """What ids of one record type look like.

    ``pattern`` is a regular expression for the whole value. With ``keys`` only values under one of these names count,
    because the shape alone says too little; names are compared without case, spaces, ``-`` and ``_``. Of ids without a
    record (``fetched`` false) there is nothing to look up.
    """

    type: str
    pattern: str
    keys: frozenset[str] = frozenset()
    fetched: bool = True


class Part(StrEnum):
    """The part of a request that an id was found in."""

    BODY = "body"
    FORM = "form"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    TOKEN = "token"  # noqa: S105  the word for a part, no secret


class Place(NamedTuple):
    """Where an id stands: the part, and in it a JMESPath (body, token) or a name (header, cookie, query, form)."""

    part: Part
    path: str


class Found(NamedTuple):
    """An id with the types whose shape it has, in their order, and every place it was found in."""

    value: str
    types: tuple[str, ...]
    places: tuple[Place, ...]
    fetched: bool = True
