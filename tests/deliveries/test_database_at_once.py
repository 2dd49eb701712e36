"""More of the database file: several processes at the first start, and damage of other kinds."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from helpers.deliveries import arrival, save
from hookscope.deliveries import Store, database
from hookscope.deliveries.database import FILE_NAME, MIGRATIONS, open_database

APP = Path(__file__).parents[2] / "app"
OPEN = """
import sys, time
from pathlib import Path
from hookscope.deliveries.database import open_database
while time.time() < float(sys.argv[2]): pass
open_database(Path(sys.argv[1])).db.close()
"""


def torn(data: bytes) -> bytes:
    return data[:100] + os.urandom(3996) + data[4096:]


def cut(data: bytes) -> bytes:
    return data[:5000]


def test_several_processes_may_begin_a_history_at_once(tmp_path: Path) -> None:
    for attempt in range(3):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        command = [sys.executable, "-c", OPEN, str(folder), str(time.time() + 0.7)]
        environment = {**os.environ, "PYTHONPATH": str(APP)}
        children = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(4)]
        assert [child.communicate()[1] for child in children] == [""] * 4


def test_a_migration_that_another_process_has_just_made_is_not_made_again(tmp_path: Path) -> None:
    class Late(sqlite3.Connection):
        """Another process is always a moment earlier."""

        def executescript(self, script: str, /) -> sqlite3.Cursor:
            open_database(tmp_path).db.close()
            return super().executescript(script)

    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None, factory=Late)) as db:
        database._migrate(db)
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert not db.in_transaction


@pytest.mark.parametrize("damage", [torn, cut])
def test_a_damaged_database_is_set_aside_whole(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    with closing(Store(tmp_path)) as store:
        save(store, *[arrival(body=b"x" * 2000)] * 50)
    path = tmp_path / FILE_NAME
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    with closing(Store(tmp_path)) as store:
        (aside,) = tmp_path.glob("*.unreadable-*")
        assert aside.read_bytes() == damaged
        assert str(aside) in store.notice
        assert save(store, arrival()) == [1]


def test_a_second_one_that_is_set_aside_does_not_overwrite_the_first(tmp_path: Path) -> None:
    for content in (b"first" * 1000, b"second" * 1000):
        (tmp_path / FILE_NAME).write_bytes(content)
        Store(tmp_path).close()
    assert sorted(file.read_bytes()[:5] for file in tmp_path.glob("*.unreadable-*")) == [b"first", b"secon"]


def test_another_kind_of_database_is_not_touched(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        db.executescript("CREATE TABLE delivery(mine INTEGER); INSERT INTO delivery VALUES(7)")
    with pytest.raises(sqlite3.OperationalError):
        Store(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        assert db.execute("SELECT * FROM delivery").fetchall() == [(7,)]
