"""An endpoint as a table: the shape of the workspace file, kept as JSON in the database too."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hookscope.endpoints.model import CATCH_ALL_NAME, Endpoint
from hookscope.responses import BodyKind, Response
from hookscope.strict_table import StrictTable, TableError

CATCH_ALL_PATH = "*"
"""How a table writes the path of the catch-all, which is empty."""

LINE = 80


def to_table(endpoint: Endpoint) -> dict[str, Any]:
    """The endpoint as a table that ``from_table`` reads back exactly, apart from the id."""
    return {
        "name": endpoint.name,
        "path": endpoint.path or CATCH_ALL_PATH,
        "sender": endpoint.sender,
        "response": response_to_table(endpoint.response),
    }


def from_table(table: StrictTable) -> Endpoint:
    """The endpoint that a table describes; raises ``TableError`` with its place. It is not checked any further."""
    name, path = table.text("name"), table.text("path")
    if path == CATCH_ALL_PATH and name != CATCH_ALL_NAME:
        raise TableError(f"{table.place('path')}: “{CATCH_ALL_NAME}” alone has the path *.")
    response = response_from_table(table.table("response", required=False))
    endpoint = Endpoint(name, "" if path == CATCH_ALL_PATH else path, response)
    return replace(endpoint, sender=table.text("sender", endpoint.sender))


def response_to_table(response: Response) -> dict[str, Any]:
    """A response as a table, its body to the byte."""
    headers = {"headers": [list(header) for header in response.headers]} if response.headers else {}
    body_key = "json_text" if response.kind is BodyKind.JSON else "body"
    return {"status": response.status, **headers, body_key: response.body}


def response_from_table(table: StrictTable) -> Response:
    """The response that a table describes; ``json``, ``json_text`` and ``body`` exclude each other."""
    usual = Response()
    status, headers = table.integer("status", usual.status), table.pairs("headers", usual.headers)
    given = [key for key in ("json", "json_text", "body") if key in table]
    if len(given) > 1:
        raise TableError(f"{table.place(given[1])} cannot stand beside {given[0]}. Keep one of them.")
    if "body" in table:
        return Response(status, headers, table.text("body"), BodyKind.TEXT)
    if "json" in table:
        return Response(status, headers, _json_of(table), BodyKind.JSON)
    return Response(status, headers, table.text("json_text", usual.body), BodyKind.JSON)


def json_text(value: object) -> str:
    """A value as JSON text: one line when it is short, else indented; raises ``ValueError`` for what JSON has not."""
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return line if len(line) <= LINE else json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)


def _json_of(table: StrictTable) -> str:
    try:
        return json_text(table.value("json"))
    except (TypeError, ValueError):
        raise TableError(f"{table.place('json')} has a date, nan or inf, which JSON has not. Write a text.") from None
