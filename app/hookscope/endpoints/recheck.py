"""Verifying stored deliveries again, after a change of secrets or scheme; what was recorded at arrival stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from hookscope.deliveries import is_complete, queries
from hookscope.endpoints.checking import Check


class Rechecked(NamedTuple):
    """A delivery, its state at arrival, and state and reason as its endpoint would judge it now."""

    id: int
    before: str
    state: str
    reason: str


def recheck(db: sqlite3.Connection, ids: Sequence[int], check: Check) -> list[Rechecked]:
    """Judge these deliveries as of their arrival; those that are gone or did not come whole are left out.

    The caller keeps ``ids`` short enough for a read of 200 ms.
    """
    found = []
    for id in ids:
        delivery = queries.delivery(db, id)
        if delivery is not None and is_complete(delivery.row) and delivery.request.method:
            note = check.note(delivery.request, delivery.row.received_us / 1_000_000, diagnose=False)
            found.append(Rechecked(id, delivery.row.verdict_state, note.state, note.reason))
    return found
