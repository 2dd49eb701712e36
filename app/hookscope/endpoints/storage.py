"""Endpoints in the database, as plain functions over a connection; the caller's transaction holds."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from hookscope.endpoints.document import from_table, to_table
from hookscope.endpoints.model import CATCH_ALL_NAME, Endpoint, SecretNote
from hookscope.endpoints.schemes import Schemes, SchemeTable
from hookscope.responses import RuleSet
from hookscope.responses.tables import rule_set_from_table, rule_set_to_table
from hookscope.strict_table import StrictTable

FIRST = (Endpoint("my-automation", "/my-automation"), Endpoint(CATCH_ALL_NAME, ""))
"""What a new database has. The catch-all answers 200: a 404 would end a live automation run for good."""


def begin(db: sqlite3.Connection, now_us: int) -> int:
    """Give a new database its first endpoints, and the id of the one to begin with; 0 when it is not new.

    The catch-all cannot be deleted, so it tells a new one.
    """
    if db.execute("SELECT 1 FROM endpoint WHERE path = ''").fetchone():
        return 0
    ids = [insert(db, endpoint, now_us).id for endpoint in FIRST]
    return ids[0]


def load(db: sqlite3.Connection) -> tuple[Endpoint, ...]:
    """All endpoints by position, the catch-all last."""
    found = db.execute("SELECT id, document FROM endpoint ORDER BY path = '', position, id")
    return tuple(_with_id(from_table(StrictTable(json.loads(document))), id) for id, document in found)


def load_schemes(db: sqlite3.Connection) -> Schemes:
    """All schemes: the program's and the user's own."""
    return Schemes({id: json.loads(document) for id, document in db.execute("SELECT id, document FROM scheme")})


def keep_schemes(db: sqlite3.Connection, schemes: Mapping[str, SchemeTable]) -> None:
    """Add the user's own schemes, or change them."""
    rows = [(id, json.dumps(table)) for id, table in schemes.items()]
    db.executemany(
        "INSERT INTO scheme(id, document) VALUES(?, ?) ON CONFLICT(id) DO UPDATE SET document = excluded.document", rows
    )


def secrets(db: sqlite3.Connection) -> dict[str, SecretNote]:
    """What is known of the secrets in the keyring, by name."""
    found = db.execute("SELECT name, label, created_us FROM secret ORDER BY created_us, name")
    return {name: SecretNote(name, label, created_us) for name, label, created_us in found}


def note_secret(db: sqlite3.Connection, note: SecretNote) -> None:
    """Remember a secret that was put into the keyring; its value is no business of the database."""
    db.execute(
        "INSERT INTO secret(name, label, created_us) VALUES(?, ?, ?)"
        " ON CONFLICT(name) DO UPDATE SET label = excluded.label, created_us = excluded.created_us",
        (note.name, note.label, note.created_us),
    )


def forget_secret(db: sqlite3.Connection, name: str) -> None:
    """Forget a secret that was taken out of the keyring."""
    db.execute("DELETE FROM secret WHERE name = ?", (name,))


def forward_hosts(db: sqlite3.Connection) -> frozenset[str]:
    """The hosts beside this computer to which the user lets requests be forwarded."""
    return frozenset(name for (name,) in db.execute("SELECT name FROM forward_host"))


def allow_forward(db: sqlite3.Connection, hosts: Iterable[str]) -> None:
    """Let requests be forwarded to these hosts, too."""
    db.executemany("INSERT OR IGNORE INTO forward_host(name) VALUES(?)", [(host.lower(),) for host in hosts])


def count_anew(db: sqlite3.Connection, id: int, now_us: int) -> None:
    """Let the attempts of an endpoint count from 1 again for what comes after this moment."""
    db.execute("UPDATE endpoint SET counted_us = ? WHERE id = ?", (now_us, id))


def applied_times(db: sqlite3.Connection) -> dict[int, int]:
    """When what each endpoint answers was last changed, in microseconds since 1970, by id."""
    return dict(db.execute("SELECT id, applied_us FROM endpoint"))


def drafts(db: sqlite3.Connection) -> dict[int, RuleSet]:
    """The rule sets that are edited and not applied yet, by id of the endpoint."""
    found = db.execute("SELECT id, draft FROM endpoint WHERE draft IS NOT NULL")
    return {id: rule_set_from_table(StrictTable(json.loads(draft))) for id, draft in found}


def insert(db: sqlite3.Connection, endpoint: Endpoint, now_us: int) -> Endpoint:
    """Add a new endpoint after the others and return it with its id."""
    position = db.execute("SELECT coalesce(max(position), 0) + 1 FROM endpoint").fetchone()[0]
    added = db.execute(
        "INSERT INTO endpoint(position, name, path, document, applied_us) VALUES(?, ?, ?, ?, ?)",
        (position, endpoint.name, endpoint.path, _document(endpoint), now_us),
    )
    return _with_id(endpoint, added.lastrowid or 0)


def update(db: sqlite3.Connection, changes: Sequence[tuple[Endpoint, Endpoint]], now_us: int) -> None:
    """Change stored endpoints, given as (before, after); two may swap their paths.

    A draft that says what is now answered is dropped.
    """
    ids = [(after.id,) for _, after in changes]
    db.executemany("UPDATE endpoint SET path = char(0) || id WHERE id = ?", ids)
    for before, after in changes:
        db.execute(
            "UPDATE endpoint SET name = ?, path = ?, document = ?, draft = nullif(draft, ?) WHERE id = ?",
            (after.name, after.path, _document(after), _draft(after.rule_set), after.id),
        )
        if before.rule_set != after.rule_set:
            db.execute("UPDATE endpoint SET applied_us = ? WHERE id = ?", (now_us, after.id))


def delete(db: sqlite3.Connection, id: int) -> None:
    """Remove an endpoint and its draft; its deliveries stay."""
    db.execute("DELETE FROM endpoint WHERE id = ?", (id,))


def keep_draft(db: sqlite3.Connection, id: int, draft: RuleSet | None) -> None:
    """Keep an edited rule set that is not applied yet, or forget it."""
    db.execute("UPDATE endpoint SET draft = ? WHERE id = ?", (None if draft is None else _draft(draft), id))


def _document(endpoint: Endpoint) -> str:
    return json.dumps(to_table(endpoint))


def _draft(rule_set: RuleSet) -> str:
    return json.dumps(rule_set_to_table(rule_set))


def _with_id(endpoint: Endpoint, id: int) -> Endpoint:
    return replace(endpoint, id=id)
