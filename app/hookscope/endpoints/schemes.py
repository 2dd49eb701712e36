"""The schemes an endpoint can have: those that come with the program, and the user's own from workspace files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from hookscope.bundled import resources

if TYPE_CHECKING:
    from hookscope.verification import Scheme

SchemeTable = Mapping[str, Any]


class Schemes:
    """All schemes by id. Loads what is asked for: verification brings a library that the start of a window can miss."""

    def __init__(self, own: Mapping[str, SchemeTable] | None = None) -> None:
        """Take over the user's own schemes as tables; they have been checked when they were stored."""
        self.own = dict(own or {})

    def get(self, id: str) -> Scheme | None:
        """The scheme with this id or alias; there is none with an empty one."""
        if not id:
            return None
        if id in self.own:
            return _own(id, self.own[id])
        return _preset(id)

    def name(self, id: str) -> str:
        """What a scheme is called, its id when that is not known; loads nothing of verification."""
        path = resources() / "schemes" / f"{id}.toml"
        if id in self.own:
            return str(self.own[id].get("name", id))
        return str(tomllib.loads(path.read_text("utf-8"))["name"]) if _is_id(id) and path.is_file() else id

    def all(self) -> dict[str, Scheme]:
        """Every scheme: the program's in their order, then the user's own."""
        return {**presets(), **{id: _own(id, table) for id, table in self.own.items()}}


@cache
def presets() -> dict[str, Scheme]:
    """The schemes that come with the program; they do not change while it runs."""
    from hookscope.verification import load_schemes

    return load_schemes()


@cache
def _preset(id: str) -> Scheme | None:
    from hookscope.verification import read_schemes

    path = resources() / "schemes" / f"{id}.toml"
    if _is_id(id) and path.is_file():
        return read_schemes(path.read_text("utf-8"), id)[id]
    return next((scheme for scheme in presets().values() if id in scheme.aliases), None)


def _is_id(id: str) -> bool:
    return id.replace("-", "").isalnum()


def _own(id: str, table: SchemeTable) -> Scheme:
    from hookscope.verification import parse_scheme

    return parse_scheme(table, id)
