"""Stored deliveries, judged again as of their arrival."""

from __future__ import annotations

import sqlite3

from helpers.core import Core
from helpers.raw_client import RawClient, request
from hookscope.deliveries import queries
from hookscope.endpoints import Endpoint, Rechecked, recheck


def test_what_was_recorded_at_arrival_stays(core: Core) -> None:
    endpoint = core.verify(Endpoint("a", "/a", scheme="vendasta-send"), "wrong at first")
    for token in ("right", "other"):
        with RawClient(core.port, request(target="/a", headers=(("Signature", token),))) as client:
            client.reply()
    with RawClient(core.port, b"nonsense\r\n\r\n") as client:
        client.reply()
    before = core.settled(3)
    endpoint = core.verify(endpoint, "right")

    def again(db: sqlite3.Connection) -> list[Rechecked]:
        ids = list(queries.newest_ids(db, None, 10))
        return recheck(db, [*ids, 99], core.checks.get(endpoint))

    first, second, _ = (each.id for each in before)
    assert core.read(again) == [
        Rechecked(second, "failed", "failed", "signature_mismatch"),
        Rechecked(first, "failed", "verified", "ok"),
    ]
    assert core.settled(3) == before
