"""The database file: how it is opened, its schema and its migrations."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FILE_NAME = "hookscope.db"

# `delivery` holds what the table shows and what changes; `content` holds evidence, is written once and never updated,
# so that the end of a delivery does not rewrite a body of megabytes.
_SCHEMA_1 = """
CREATE TABLE delivery(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_us INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    via TEXT NOT NULL,
    endpoint_id INTEGER,
    endpoint_name TEXT,
    method TEXT NOT NULL,
    target TEXT NOT NULL,
    http_version TEXT NOT NULL,
    peer TEXT NOT NULL,
    body_bytes INTEGER NOT NULL,
    body_sha256 BLOB NOT NULL,
    verdict_state TEXT NOT NULL,
    verdict_scheme TEXT,
    verdict_reason TEXT NOT NULL,
    ids TEXT NOT NULL,
    series INTEGER,
    series_key BLOB NOT NULL,
    attempt INTEGER,
    again INTEGER NOT NULL,
    rule TEXT NOT NULL,
    status INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    took_us INTEGER,
    problem TEXT NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0,
    seen INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE content(
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    headers TEXT NOT NULL,
    response_headers TEXT NOT NULL,
    verdict_details TEXT NOT NULL,
    response_body BLOB NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX delivery_of_endpoint ON delivery(endpoint_id);
CREATE INDEX delivery_of_series ON delivery(series);
CREATE INDEX delivery_waiting ON delivery(id) WHERE outcome = 'waiting';
CREATE TABLE endpoint(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    position INTEGER NOT NULL,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    path TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    draft TEXT,
    applied_us INTEGER NOT NULL DEFAULT 0
);
"""

# `secret` knows names, labels and dates, never a value: those are in the keyring. `scheme` holds the user's own.
# A body of more than one slice is in `body_part`, under key * 4096 and up (slices.py), and not in `content`.
_SCHEMA_2 = """
ALTER TABLE delivery ADD COLUMN verdict_strength TEXT NOT NULL DEFAULT '';
CREATE TABLE secret(name TEXT PRIMARY KEY, label TEXT NOT NULL, created_us INTEGER NOT NULL);
CREATE TABLE scheme(id TEXT PRIMARY KEY, document TEXT NOT NULL);
CREATE TABLE large_body(key INTEGER PRIMARY KEY, delivery INTEGER UNIQUE);
CREATE TABLE body_part(key INTEGER PRIMARY KEY, data BLOB NOT NULL);
"""

# `passed` says why the rules before the one that answered did not; `late_response` holds what was decided only after
# the request was stored: a handler's answer, or what the user wrote by hand. From `counted_us` on attempts count anew.
# `forward_host` holds the hosts to which the user lets requests be forwarded; no workspace file can add one.
_SCHEMA_3 = """
ALTER TABLE content ADD COLUMN passed TEXT NOT NULL DEFAULT '';
CREATE TABLE late_response(id INTEGER PRIMARY KEY, headers TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX delivery_of_rule ON delivery(endpoint_id, rule) WHERE rule != '';
ALTER TABLE endpoint ADD COLUMN counted_us INTEGER NOT NULL DEFAULT 0;
CREATE TABLE forward_host(name TEXT PRIMARY KEY);
"""

# `finding` is the code of what is to be told first about a request that is not as it should be.
_SCHEMA_4 = """
ALTER TABLE delivery ADD COLUMN finding TEXT NOT NULL DEFAULT '';
"""

MIGRATIONS: tuple[str, ...] = (_SCHEMA_1, _SCHEMA_2, _SCHEMA_3, _SCHEMA_4)
"""Entry n takes a database from version n to n + 1; entries are only ever added."""


class TooNew(Exception):
    """The database was written by a newer version of the program and is left as it is."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A writing connection, and one sentence when the file that was there had to be set aside."""

    db: sqlite3.Connection
    notice: str = ""


def open_database(folder: Path) -> Opened:
    """Open the history for writing; one that cannot be read is set aside and a new one begun.

    Raises ``TooNew``, and ``OSError`` or ``sqlite3.OperationalError`` when the folder cannot be written.
    """
    path = folder / FILE_NAME
    try:
        return Opened(_open(path))
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        aside = _set_aside(path)
        notice = f"The history could not be opened. It was set aside as {aside} and a new one was begun."
        return Opened(_open(path), notice)


def open_for_reading(folder: Path) -> sqlite3.Connection:
    """Open the history read-only; raises ``sqlite3.OperationalError`` when there is none."""
    uri = f"{(folder / FILE_NAME).absolute().as_uri()}?mode=ro"
    db = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA busy_timeout=2000")
    db.execute("PRAGMA temp_store=MEMORY")
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All that is written inside, or nothing; part of the caller's transaction when there is one."""
    nested = db.in_transaction
    if nested:
        yield
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # after SQLITE_FULL it is rolled back already
            db.execute("ROLLBACK")
        raise


def _open(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # readable by the owner alone; WAL files take the same mode
    path.chmod(0o600)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        _prepare(db)
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA busy_timeout=2000")
    _refuse_newer(db)
    db.execute("PRAGMA auto_vacuum=INCREMENTAL")  # holds only before WAL and the first table
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA secure_delete=FAST")
    db.execute("PRAGMA temp_store=MEMORY")
    db.execute(f"PRAGMA journal_size_limit={64 << 20}")
    _migrate(db)
    db.execute("SELECT count(*) FROM (SELECT id FROM delivery ORDER BY id DESC LIMIT 1)").fetchone()


def _refuse_newer(db: sqlite3.Connection) -> None:
    if _version(db) > len(MIGRATIONS):
        raise TooNew(
            "The history was written by a newer Hookscope. Update Hookscope, or choose another folder with --data-dir."
        )


def _migrate(db: sqlite3.Connection) -> None:
    version = _version(db)
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        try:
            db.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version={number}; COMMIT;")
        except sqlite3.OperationalError:
            db.rollback()
            if _version(db) < number:  # else another process has done it meanwhile
                raise


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _set_aside(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    aside = path.with_name(f"{path.name}.unreadable-{stamp}")
    for suffix in ("-wal", "-shm", ""):
        source = path.with_name(path.name + suffix)
        if source.exists():
            source.rename(aside.with_name(aside.name + suffix))
    return aside
