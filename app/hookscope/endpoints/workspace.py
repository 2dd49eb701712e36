"""The workspace file: endpoints as TOML, to share and to keep beside code. Secrets are never in it."""

from __future__ import annotations

import json
import sqlite3
import time
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import tomli_w

from hookscope.deliveries.database import transaction
from hookscope.endpoints import storage
from hookscope.endpoints.checks import EndpointError, problem
from hookscope.endpoints.document import from_table, json_text, to_table
from hookscope.endpoints.model import Endpoint
from hookscope.strict_table import StrictTable, TableError
from hookscope.visible import visible

VERSION = 1
_TOML_INTEGERS = range(-(2**63), 2**63)  # what every TOML reader must be able to hold


class WorkspaceError(EndpointError):
    """A workspace file cannot be used; the text is one sentence that names the place."""


def export_workspace(endpoints: Iterable[Endpoint]) -> str:
    """The workspace file with these endpoints; ``parse_workspace`` gives them back to the byte, without their ids."""
    tables = [_readable(to_table(endpoint)) for endpoint in endpoints]
    file = {"version": VERSION, "endpoint": tables}
    exact = tomli_w.dumps(file)
    # Texts over several lines are easier to read, but would lose a carriage return.
    return exact if "\\r" in exact else tomli_w.dumps(file, multiline_strings=True)


def parse_workspace(text: str) -> list[Endpoint]:
    """The endpoints of a workspace file, in its order and without ids; raises ``WorkspaceError``."""
    try:
        file = StrictTable(tomllib.loads(text.removeprefix("\ufeff")))
        version = file.integer("version")
        if version != VERSION:
            raise TableError(f"version is {version}. This Hookscope reads version {VERSION}.")
        endpoints = [from_table(table) for table in file.tables("endpoint")]
        file.finish()
    except RecursionError:
        raise WorkspaceError("The file is nested too deep to be read.") from None
    except ValueError as error:
        raise WorkspaceError(str(error)) from None
    for number, endpoint in enumerate(endpoints):
        _check(endpoint, endpoints[:number], number)
    return endpoints


def apply_workspace(db: sqlite3.Connection, endpoints: Sequence[Endpoint]) -> list[Endpoint]:
    """Bring in the endpoints of a file, all or none: by name, known ones change, new ones are added, none is deleted.

    Returns them with their ids; raises ``WorkspaceError``, naming the place in the file, when they do not fit beside
    those that stay. Begins a transaction unless the caller has one.
    """
    now_us = time.time_ns() // 1000
    with transaction(db):
        storage.begin(db, now_us)
        before = {endpoint.name.casefold(): endpoint for endpoint in storage.load(db)}
        staying = before.keys() - {endpoint.name.casefold() for endpoint in endpoints}
        for number, endpoint in enumerate(endpoints):
            _check(endpoint, [*(before[name] for name in staying), *endpoints[:number]], number)
        old = [before.get(endpoint.name.casefold()) for endpoint in endpoints]
        result = [replace(new, id=known.id if known else 0) for new, known in zip(endpoints, old, strict=True)]
        storage.update(db, [(known, new) for new, known in zip(result, old, strict=True) if known], now_us)
        return [endpoint if endpoint.id else storage.insert(db, endpoint, now_us) for endpoint in result]


def _check(endpoint: Endpoint, others: Sequence[Endpoint], number: int) -> None:
    if found := problem(endpoint, others):
        raise WorkspaceError(f"endpoint[{number + 1}].{found.field}: {visible(found.message)}")


def _readable(table: dict[str, Any]) -> dict[str, Any]:
    """Write the JSON body as a TOML value where that gives back the same bytes."""
    response = dict(table["response"])
    text = response.pop("json_text", None)
    if text is None or not _survives_toml(text):
        return table
    return {**table, "response": {**response, "json": json.loads(text)}}


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
