"""Deliveries put into a store as the listener puts them, and a program that keeps its database locked."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hookscope.deliveries import Arrival, Request, Store
from hookscope.deliveries.database import FILE_NAME

TIMEOUT_S = 20.0
NOON_US = 1_795_435_200_123_456  # 2026-11-23T12:00:00.123456Z

_LOCK = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


def arrival(number: int = 0, *, body: bytes = b"{}", **changes: Any) -> Arrival:
    """A request to ``/number`` that is still being answered, unless the changes say otherwise."""
    usual: dict[str, Any] = {"request": Request("POST", f"/{number}", body=body), "received_us": NOON_US + number}
    return Arrival(**{**usual, **changes})


def outcomes(store: Store, *arrivals: Arrival) -> list[int | BaseException]:
    """Store these at once; the id or the error of each."""

    async def append_all() -> list[int | BaseException]:
        return await asyncio.gather(*[store.append(each) for each in arrivals], return_exceptions=True)

    return asyncio.run(append_all())


def save(store: Store, *arrivals: Arrival) -> list[int]:
    """Store these at once; their ids."""
    ids = [each for each in outcomes(store, *arrivals) if isinstance(each, int)]
    assert len(ids) == len(arrivals)
    return ids


def settle(store: Store) -> None:
    """Wait until what was handed over before is written and reported."""
    store.write(lambda db: None).result(TIMEOUT_S)


def at_slice(store: Store, number: int, callback: Callable[[], object]) -> None:
    """Call this on the writer's thread while it writes so many a slice, of any large bodies."""
    counted = 0

    def count() -> None:
        nonlocal counted
        counted += 1
        if counted == number:
            callback()

    def watch(db: sqlite3.Connection) -> None:
        db.create_function("counted", 0, count)
        db.execute("CREATE TEMP TRIGGER counting AFTER INSERT ON body_part BEGIN SELECT counted(); END")

    store.write(watch).result(TIMEOUT_S)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another process keeps the database locked for the time of a ``with``."""
    command = [sys.executable, "-c", _LOCK, str(folder / FILE_NAME)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield
        process.communicate()
