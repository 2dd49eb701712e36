"""Proposals for names and paths of endpoints."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from itertools import count
from urllib.parse import unquote

from hookscope.endpoints import Endpoint, path_problem

LONGEST_SLUG = 60


def slug(name: str) -> str:
    """A name as one segment of a path: ``Order créé!`` becomes ``order-cree``; ``""`` when nothing of it is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")


def free_path(name: str, others: Collection[Endpoint]) -> str:
    """A path made from a name that no other endpoint has; ``/`` when nothing of the name is left."""
    base = slug(name)
    if not base:
        return "/"
    tries = (f"/{base}" if number == 1 else f"/{base}-{number}" for number in count(1))
    return next(path for path in tries if not path_problem(path, others))


def free_name(name: str, others: Iterable[Endpoint]) -> str:
    """The name with the lowest number, from 2, that makes it new."""
    taken = {other.name.casefold() for other in others}
    base = re.sub(r" \d+$", "", name)
    return next(found for number in count(2) if (found := f"{base} {number}").casefold() not in taken)


def path_of_target(target: str) -> str:
    """The path to give an endpoint that takes requests with this raw target."""
    path = re.sub(r"^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*", "", target)
    path = re.split(r"[?#]", path, maxsplit=1)[0].replace("*", "%2A")
    return path if path.startswith("/") else "/"


def name_of_path(path: str) -> str:
    """A name for an endpoint with this path: its words without slashes."""
    words = re.sub(r"[^\w.~-]+", "-", unquote(path, errors="replace"))
    return words.strip("-")[:LONGEST_SLUG]
