"""How much history is kept: oldest first goes what is over the limits, pinned deliveries never."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass

from hookscope.deliveries import queries, slices

SLICE = 500
"""Rows removed between two commits: a larger slice would hold up the requests that wait for theirs."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is kept; 0 means without limit."""

    count: int = 1_000_000
    days: int = 0
    mebibytes: int = 4096


def surplus(db: sqlite3.Connection, limits: Limits, stored: int) -> list[int]:
    """The next ids to remove, at most one slice; empty when the history is within its limits."""
    if limits.count and stored > limits.count:
        return queries.oldest_unpinned(db, min(SLICE, stored - limits.count))
    if limits.mebibytes and (over := used_bytes(db) - (limits.mebibytes << 20)) > 0:
        return queries.oldest_unpinned_of(db, SLICE, over)
    if limits.days:
        return queries.oldest_unpinned(db, SLICE, time.time_ns() // 1000 - limits.days * 86_400_000_000)
    return []


def used_bytes(db: sqlite3.Connection) -> int:
    """Bytes of the database file that hold something."""
    return (_number(db, "page_count") - _number(db, "freelist_count")) * _number(db, "page_size")


def remove(db: sqlite3.Connection, ids: list[int]) -> list[int]:
    """Delete these deliveries inside the caller's transaction, large bodies by and by; the ids that were there."""
    marks = ",".join("?" * len(ids))
    there = [row[0] for row in db.execute(f"SELECT id FROM delivery WHERE id IN ({marks}) ORDER BY id", ids)]
    slices.release(db, there)
    db.execute(f"DELETE FROM late_response WHERE id IN ({marks})", ids)
    db.execute(f"DELETE FROM content WHERE id IN ({marks})", ids)
    db.execute(f"DELETE FROM delivery WHERE id IN ({marks})", ids)
    return there


def give_back_pages(db: sqlite3.Connection) -> bool:
    """Return some freed pages to the file system, outside a transaction; whether there were any."""
    if not _number(db, "freelist_count"):
        return False
    db.executescript("PRAGMA incremental_vacuum(500)")  # execute() would free a single page
    return True


def _number(db: sqlite3.Connection, pragma: str) -> int:
    return int(db.execute(f"PRAGMA {pragma}").fetchone()[0])
