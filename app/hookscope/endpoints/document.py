"""An endpoint as a table: the shape of the workspace file, kept as JSON in the database too."""

from __future__ import annotations

from typing import Any

from hookscope.endpoints.model import CATCH_ALL_NAME, Endpoint, ResponseKey
from hookscope.responses.tables import rule_set_from_table, rule_set_to_table
from hookscope.strict_table import StrictTable, TableError

CATCH_ALL_PATH = "*"
"""How a table writes the path of the catch-all, which is empty."""


def to_table(endpoint: Endpoint) -> dict[str, Any]:
    """The endpoint as a table that ``from_table`` reads back exactly, apart from the id."""
    return {
        "name": endpoint.name,
        "path": endpoint.path or CATCH_ALL_PATH,
        "sender": endpoint.sender,
        **_unusual_to_table(endpoint),
        **rule_set_to_table(endpoint.rule_set),
    }


def from_table(table: StrictTable) -> Endpoint:
    """The endpoint that a table describes; raises ``TableError`` with its place. It is not checked any further."""
    name, path = table.text("name"), table.text("path")
    if path == CATCH_ALL_PATH and name != CATCH_ALL_NAME:
        raise TableError(f"{table.place('path')}: “{CATCH_ALL_NAME}” alone has the path *.")
    usual, rule_set = Endpoint(name, path), rule_set_from_table(table)
    return Endpoint(
        name,
        "" if path == CATCH_ALL_PATH else path,
        rule_set.default,
        table.text("sender", usual.sender),
        scheme=table.text("scheme", ""),
        scheme_options=_texts_of(table, "scheme_options"),
        secrets=table.texts("secrets", ()),
        reject_unverified=table.flag("reject_unverified", False),
        response_keys=tuple(map(_response_key, table.tables("response_keys"))),
        rules=rule_set.rules,
        hold=table.flag("hold", False),
        proves=table.text("proves", ""),
    )


def _unusual_to_table(endpoint: Endpoint) -> dict[str, Any]:
    """Only what is not as it is at first, so that a file of plain endpoints stays short."""
    values: dict[str, Any] = {
        "scheme": endpoint.scheme,
        "scheme_options": dict(endpoint.scheme_options),
        "secrets": list(endpoint.secrets),
        "reject_unverified": endpoint.reject_unverified,
        "hold": endpoint.hold,
        "proves": endpoint.proves,
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
