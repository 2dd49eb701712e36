"""What keeps the history from being written, in a sentence for the user."""

from __future__ import annotations

import sqlite3

DISK_FULL = "The disk is full. Requests get 503 until there is room, so the sender tries again."
LOCKED = "Another program keeps the history locked. Requests get 503 until it lets go, so the sender tries again."


def is_locked(error: Exception) -> bool:
    """Whether another connection keeps the database for itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_of_the_database(error: Exception) -> bool:
    """Whether anything else could not be written either; the other errors of SQLite are about a value."""
    return isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError


def sentence(error: Exception) -> str:
    """What is told to the user."""
    if is_locked(error):
        return LOCKED
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return DISK_FULL
    return f"The history cannot be written ({error}). Requests get 503 until it can, so the sender tries again."
