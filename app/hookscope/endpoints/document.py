"""An endpoint as a table: the shape of the workspace file, kept as JSON in the database too."""

from __future__ import annotations

import json
from typing import Any

from hookscope.endpoints.model import CATCH_ALL_NAME, Endpoint, ResponseKey
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
        **_verification_to_table(endpoint),
        "response": response_to_table(endpoint.response),
    }


def from_table(table: StrictTable) -> Endpoint:
    """The endpoint that a table describes; raises ``TableError`` with its place. It is not checked any further."""
    name, path = table.text("name"), table.text("path")
    if path == CATCH_ALL_PATH and name != CATCH_ALL_NAME:
        raise TableError(f"{table.place('path')}: “{CATCH_ALL_NAME}” alone has the path *.")
    usual = Endpoint(name, path)
    return Endpoint(
        name,
        "" if path == CATCH_ALL_PATH else path,
        response_from_table(table.table("response", required=False)),
        table.text("sender", usual.sender),
        scheme=table.text("scheme", ""),
        scheme_options=_texts_of(table, "scheme_options"),
        secrets=table.texts("secrets", ()),
        reject_unverified=table.flag("reject_unverified", False),
        response_keys=tuple(map(_response_key, table.tables("response_keys"))),
    )


def _verification_to_table(endpoint: Endpoint) -> dict[str, Any]:
    """Only what is not as it is at first, so that a file of plain endpoints stays short."""
    values: dict[str, Any] = {
        "scheme": endpoint.scheme,
        "scheme_options": dict(endpoint.scheme_options),
        "secrets": list(endpoint.secrets),
        "reject_unverified": endpoint.reject_unverified,
        "response_keys": [{"key": each.key, "type": each.type} for each in endpoint.response_keys],
    }
    return {key: value for key, value in values.items() if value}


def _texts_of(table: StrictTable, key: str) -> dict[str, str]:
    values = table.value(key, {})
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise TableError(f"{table.place(key)} must be a table of texts.")
    return values


def _response_key(table: StrictTable) -> ResponseKey:
    return ResponseKey(table.text("key"), table.text("type", "string"))


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
