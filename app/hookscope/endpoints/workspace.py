"""The workspace file: endpoints as TOML, to share and to keep beside code. Secrets are never in it."""

from __future__ import annotations

import json
import sqlite3
import time
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import tomli_w

from hookscope.deliveries.database import transaction
from hookscope.endpoints import storage
from hookscope.endpoints.checks import EndpointError, forward_host_to_ask, problem
from hookscope.endpoints.document import from_table, to_table
from hookscope.endpoints.model import Endpoint
from hookscope.endpoints.schemes import Schemes, SchemeTable, presets
from hookscope.responses import BodyKind
from hookscope.responses.tables import json_text
from hookscope.strict_table import StrictTable, TableError
from hookscope.visible import visible

VERSION = 1
MOST_ENDPOINTS = 1_000  # each is compared with all others while requests wait to be stored
_TOML_INTEGERS = range(-(2**63), 2**63)  # what every TOML reader must be able to hold


class WorkspaceError(EndpointError):
    """A workspace file cannot be used; the text is one sentence that names the place."""


class ForwardRefused(WorkspaceError):
    """A workspace file forwards requests to a host that the user has not confirmed."""

    def __init__(self, place: str, host: str) -> None:
        super().__init__(f"{place}: It forwards requests to {visible(host)}, off this computer.")
        self.host = host


@dataclass(frozen=True, slots=True)
class Workspace:
    """What a workspace file holds: endpoints without ids, and the schemes of its own as tables by id."""

    endpoints: list[Endpoint]
    schemes: Mapping[str, SchemeTable] = field(default_factory=dict)


def export_workspace(endpoints: Iterable[Endpoint], schemes: Mapping[str, SchemeTable] | None = None) -> str:
    """The workspace file with these endpoints; ``parse_workspace`` gives them back to the byte, without their ids."""
    tables = [_readable(to_table(endpoint)) for endpoint in endpoints]
    file = {"version": VERSION, **({"scheme": schemes} if schemes else {}), "endpoint": tables}
    exact = tomli_w.dumps(file)
    # Texts over several lines are easier to read, but would lose a carriage return.
    return exact if "\\r" in exact else tomli_w.dumps(file, multiline_strings=True)


def parse_workspace(text: str) -> Workspace:
    """What is in a workspace file, in its order; raises ``WorkspaceError``."""
    try:
        file = StrictTable(tomllib.loads(text.removeprefix("\ufeff")))
        version = file.integer("version")
        if version != VERSION:
            raise TableError(f"version is {version}. This Hookscope reads version {VERSION}.")
        tables = file.tables("endpoint")
        if len(tables) > MOST_ENDPOINTS:
            raise TableError(f"The file has {len(tables):,} endpoints. It may have {MOST_ENDPOINTS:,} at most.")
        endpoints = list(map(from_table, tables))
        own = _own_schemes(file)
        file.finish()
    except RecursionError:
        raise WorkspaceError("The file is nested too deep to be read.") from None
    except ValueError as error:
        raise WorkspaceError(str(error)) from None
    for number, endpoint in enumerate(endpoints):
        _check(replace(endpoint, scheme="", scheme_options={}), endpoints[:number], number, Schemes())
    return Workspace(endpoints, own)


def apply_workspace(
    db: sqlite3.Connection,
    endpoints: Sequence[Endpoint],
    own_schemes: Mapping[str, SchemeTable] | None = None,
    *,
    allow_forward: Collection[str] = (),
) -> list[Endpoint]:
    """Bring in the endpoints of a file, all or none: by name, known ones change, new ones are added, none is deleted.

    Returns them with their ids; raises ``WorkspaceError``, naming the place in the file, when they do not fit beside
    those that stay. Requests may be forwarded to the hosts in ``allow_forward`` from then on; any other host off this
    computer is refused. Begins a transaction unless the caller has one.
    """
    now_us = time.time_ns() // 1000
    with transaction(db):
        storage.begin(db, now_us)
        storage.keep_schemes(db, own_schemes or {})
        storage.allow_forward(db, allow_forward)
        allowed = storage.forward_hosts(db)
        schemes = storage.load_schemes(db)
        before = {endpoint.name.casefold(): endpoint for endpoint in storage.load(db)}
        staying = before.keys() - {endpoint.name.casefold() for endpoint in endpoints}
        for number, endpoint in enumerate(endpoints):
            _check(endpoint, [*(before[name] for name in staying), *endpoints[:number]], number, schemes)
            if host := forward_host_to_ask(endpoint, allowed):
                raise ForwardRefused(f"endpoint[{number + 1}]", host)
        old = [before.get(endpoint.name.casefold()) for endpoint in endpoints]
        result = [replace(new, id=known.id if known else 0) for new, known in zip(endpoints, old, strict=True)]
        storage.update(db, [(known, new) for new, known in zip(result, old, strict=True) if known], now_us)
        return [endpoint if endpoint.id else storage.insert(db, endpoint, now_us) for endpoint in result]


def files_named(endpoints: Iterable[Endpoint]) -> list[str]:
    """The files that responses of these endpoints hold, each once."""
    responses = (each for endpoint in endpoints for each in endpoint.rule_set.responses())
    return sorted({response.body for response in responses if response.kind is BodyKind.FILE})


def _own_schemes(file: StrictTable) -> dict[str, SchemeTable]:
    """The schemes of the file itself, checked; their ids are none of the program's."""
    tables = file.value("scheme", {})
    if not isinstance(tables, dict):
        raise TableError("scheme must be tables with an id each, as in [scheme.my-sender].")
    for id, table in tables.items():
        if id in presets():
            raise TableError(f"scheme.{id}: {id} comes with Hookscope. Give yours another id.")
        _check_scheme(id, table)
    return tables


def _check_scheme(id: str, table: object) -> None:
    from hookscope.verification import SchemeError, parse_scheme

    if not isinstance(table, dict):
        raise TableError(f"scheme.{visible(id)} must be a table.")
    try:
        parse_scheme(table, id)
    except SchemeError as error:
        raise TableError(f"scheme.{visible(id)}: {error}") from None


def _check(endpoint: Endpoint, others: Sequence[Endpoint], number: int, schemes: Schemes) -> None:
    if found := problem(endpoint, others, schemes):
        raise WorkspaceError(f"endpoint[{number + 1}].{found.field}: {visible(found.message)}")


def _readable(table: dict[str, Any]) -> dict[str, Any]:
    """Write the JSON bodies as TOML values where that gives back the same bytes."""
    rules = {"rule": [_readable(rule) for rule in table["rule"]]} if "rule" in table else {}
    return {**table, **rules, "response": _readable_response(table["response"])}


def _readable_response(table: dict[str, Any]) -> dict[str, Any]:
    text = table.get("json_text")
    if text is None or not _survives_toml(text):
        return table
    rest = {key: value for key, value in table.items() if key != "json_text"}
    return {**rest, "json": json.loads(text)}


def _survives_toml(text: str) -> bool:
    try:
        value = json.loads(text, parse_int=_toml_integer)
        return json_text(tomllib.loads(tomli_w.dumps({"json": value}))["json"]) == text
    except (ValueError, TypeError, RecursionError):  # TypeError: TOML has no null
        return False


def _toml_integer(digits: str) -> int:
    number = int(digits)
    if number not in _TOML_INTEGERS:
        raise ValueError(digits)
    return number
