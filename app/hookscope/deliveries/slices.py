"""Large bodies: kept in slices, so that nobody waits for more than one of them to be written.

A row of ``large_body`` stands as long as any of its slices does, and names its delivery once that is stored. Without
one it is on its way, or left over: from a program that died, a disk that was full, a delivery that was removed.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress

from hookscope.deliveries.database import transaction

SLICE = 256 << 10
"""Bytes written between two commits, and how large a body may be to stand with its delivery."""

CHECKPOINT_EVERY = 4  # slices; left alone, SQLite copies 4 MiB at once from its log into the file
SWEPT_AT_ONCE = 64  # slices; SQLite frees their pages without reading them
_NUMBERS = 4096  # slices of one body at most: 1 GiB, four times what all bodies under way share
_KEYS = f"body_part.key BETWEEN large_body.key * {_NUMBERS} AND large_body.key * {_NUMBERS} + {_NUMBERS - 1}"

CONTAINS = (
    f"body_bytes > {SLICE} AND EXISTS(SELECT 1 FROM large_body JOIN body_part ON {_KEYS}"
    " LEFT JOIN body_part AS following ON following.key = body_part.key + 1"
    " WHERE large_body.delivery = delivery.id AND instr("
    "lower(CAST(body_part.data AS TEXT) || ifnull(CAST(substr(following.data, 1, ?) AS TEXT), '')), ?) > 0)"
)
"""Whether a large body of ``delivery`` holds a text: its number of bytes, and the text in lower case."""


class SlicedBody:
    """A large body on its way into the tables."""

    def __init__(self, body: bytes) -> None:
        self.key = 0  # not begun
        self._rest = memoryview(body)
        self._number = 0
        self._logged = 0

    def store_slice(self, db: sqlite3.Connection) -> bool:
        """Commit one slice, or make room for more; ``False``, and nothing is done, when only the last one is left."""
        if len(self._rest) <= SLICE:
            return False
        if self._logged == CHECKPOINT_EVERY:
            self._logged = 0
            with suppress(sqlite3.Error):  # what has been committed is safe where it is
                db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            return True
        with transaction(db):
            self._insert(db)
        self._logged += 1
        return True

    def finish(self, db: sqlite3.Connection, id: int) -> None:
        """Add the last slice and give all to this delivery, inside the caller's transaction."""
        self._insert(db)
        db.execute("UPDATE large_body SET delivery = ? WHERE key = ?", (id, self.key))

    def _insert(self, db: sqlite3.Connection) -> None:
        if not self.key:
            self.key = db.execute("INSERT INTO large_body(delivery) VALUES(NULL)").lastrowid or 0
        db.execute("INSERT INTO body_part VALUES(?, ?)", (self.key * _NUMBERS + self._number, self._rest[:SLICE]))
        self._rest = self._rest[SLICE:]
        self._number += 1


def read(db: sqlite3.Connection, id: int) -> bytes:
    """The large body of a delivery; empty when it has none."""
    found = db.execute(
        f"SELECT data FROM large_body JOIN body_part ON {_KEYS} WHERE delivery = ? ORDER BY body_part.key", (id,)
    )
    return b"".join(data for (data,) in found)


def release(db: sqlite3.Connection, ids: list[int]) -> None:
    """Leave the large bodies of these deliveries to ``sweep``, inside the caller's transaction."""
    marks = ",".join("?" * len(ids))
    db.execute(f"UPDATE large_body SET delivery = NULL WHERE delivery IN ({marks})", ids)


def sweep(db: sqlite3.Connection, under_way: int) -> bool:
    """Delete some slices that are left over, inside the caller's transaction; whether there were any."""
    found = db.execute(
        "SELECT key FROM large_body WHERE delivery IS NULL AND key <> ? LIMIT 1", (under_way,)
    ).fetchone()
    if not found:
        return False
    first, last = found[0] * _NUMBERS, found[0] * _NUMBERS + _NUMBERS - 1
    some = "SELECT key FROM body_part WHERE key BETWEEN ? AND ? ORDER BY key LIMIT ?"
    gone = db.execute(f"DELETE FROM body_part WHERE key IN ({some})", (first, last, SWEPT_AT_ONCE))
    if gone.rowcount < SWEPT_AT_ONCE:
        db.execute("DELETE FROM large_body WHERE key = ?", found)
    return True
