"""The file: how it is made, who may read it, and what happens to one that is old, new or broken."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from helpers.deliveries import arrival, locked, save
from hookscope.deliveries import Store, TooNew, database, open_for_reading
from hookscope.deliveries.database import FILE_NAME, MIGRATIONS, open_database
from hookscope.deliveries.queries import count, delivery, matching_ids


def pragma(db: sqlite3.Connection, name: str) -> object:
    return db.execute(f"PRAGMA {name}").fetchone()[0]


def tables(folder: Path) -> set[str]:
    with closing(open_for_reading(folder)) as db:
        return {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def raw(folder: Path, script: str) -> bytes:
    """Make the file without the code under test; its bytes."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as db:
        db.executescript(script)
    return (folder / FILE_NAME).read_bytes()


def test_writing_connection_keeps_what_it_commits(tmp_path: Path) -> None:
    with closing(open_database(tmp_path).db) as db:
        assert pragma(db, "journal_mode") == "wal"
        assert pragma(db, "synchronous") == 2
        assert pragma(db, "auto_vacuum") == 2
        assert pragma(db, "secure_delete") == 2
        assert pragma(db, "busy_timeout") == 2000
        assert pragma(db, "journal_size_limit") == 64 << 20
        assert pragma(db, "user_version") == len(MIGRATIONS)


def test_a_history_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    raw(
        tmp_path,
        f"{MIGRATIONS[0]} PRAGMA user_version=1;"
        "INSERT INTO delivery VALUES(7, 1, 0, 'local', 1, 'a', 'POST', '/a', '1.1', '', 2, x'00', 'unconfigured', NULL,"
        " 'unconfigured', '', 1, x'00', 1, 0, '', 200, 'answered', 5, '', 1, 1);"
        "INSERT INTO content VALUES(7, 'http://h/a', '[]', '[]', '', x'', x'7b7d');"
        "INSERT INTO delivery SELECT 8, 1, 0, 'local', 1, 'a', 'POST', '/a', '1.1', '', 3000000, x'00', 'unconfigured',"
        " NULL, 'unconfigured', '', 2, x'01', 1, 0, '', 200, 'answered', 5, '', 1, 1;"
        "INSERT INTO content VALUES(8, 'http://h/a', '[]', '[]', '', x'', CAST(zeroblob(2999998) || '{}' AS BLOB));",
    )
    with closing(open_database(tmp_path).db) as db:
        kept = delivery(db, 7)
        assert kept
        assert (kept.row.pinned, kept.row.verdict_strength, kept.request.body) == (True, "", b"{}")
        large = delivery(db, 8)
        assert large
        assert large.request.body == bytes(2_999_998) + b"{}"
        assert list(matching_ids(db, "{}", 8, 7)) == [8, 7]
        assert pragma(db, "user_version") == len(MIGRATIONS)
    assert {"secret", "scheme", "large_body", "body_part"} <= tables(tmp_path)


def test_a_history_of_the_third_version_is_taken_over_and_goes_on(tmp_path: Path) -> None:
    raw(
        tmp_path,
        f"{''.join(MIGRATIONS[:3])} PRAGMA user_version=3;"
        "INSERT INTO delivery VALUES(7, 1, 0, 'local', 1, 'a', 'POST', '/a', '1.1', '', 2, x'00', 'verified', 's',"
        " 'ok', 'AG-7PQTGLLXQQ', 1, x'00', 1, 0, '', 200, 'answered', 5, '', 1, 1, 'token');"
        "INSERT INTO content VALUES(7, 'http://h/a', '[]', '[]', '', x'', x'7b7d', '');",
    )
    with closing(Store(tmp_path)) as store:
        assert save(store, arrival(ids=("AG-X5FZQG6T25",), finding="body-empty")) == [8]
        first, second = store.write(lambda db: [delivery(db, id) for id in (7, 8)]).result()
    assert first
    assert second
    assert (first.row.ids, first.row.finding, first.row.verdict_strength) == (("AG-7PQTGLLXQQ",), "", "token")
    assert (second.row.ids, second.row.finding) == (("AG-X5FZQG6T25",), "body-empty")


def test_writers_own_connection_is_such_a_one(store: Store) -> None:
    assert store.write(lambda db: (pragma(db, "journal_mode"), pragma(db, "synchronous"))).result() == ("wal", 2)


def test_settings_of_the_file_hold_after_reopening(tmp_path: Path) -> None:
    open_database(tmp_path).db.close()
    with closing(open_database(tmp_path).db) as db:
        assert (pragma(db, "auto_vacuum"), pragma(db, "journal_mode")) == (2, "wal")


def test_files_are_the_owners_alone(tmp_path: Path, store: Store) -> None:
    save(store, arrival())
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob(f"{FILE_NAME}*")}
    assert files == dict.fromkeys([FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"], 0o600)


def test_file_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    raw(tmp_path, "VACUUM")
    (tmp_path / FILE_NAME).chmod(0o644)
    open_database(tmp_path).db.close()
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600


def test_database_of_version_0_gets_all(tmp_path: Path) -> None:
    raw(tmp_path, "CREATE TABLE mine(a); INSERT INTO mine VALUES (7);")
    opened = open_database(tmp_path)
    opened.db.close()
    assert not opened.notice
    assert {"delivery", "content", "endpoint", "mine"} <= tables(tmp_path)


def test_next_migration_keeps_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Store(tmp_path)) as store:
        save(store, arrival(), arrival())
    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS, "CREATE TABLE later(a); INSERT INTO later VALUES (1);"))
    with closing(open_database(tmp_path).db) as db:
        assert pragma(db, "user_version") == len(MIGRATIONS) + 1
        assert (count(db), db.execute("SELECT a FROM later").fetchall()) == (2, [(1,)])


def test_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_database(tmp_path).db.close()
    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS, "CREATE TABLE later(a); INSERT INTO absent VALUES (1);"))
    with pytest.raises(sqlite3.OperationalError, match="absent"):
        open_database(tmp_path)
    monkeypatch.undo()
    with closing(open_database(tmp_path).db) as db:
        assert pragma(db, "user_version") == len(MIGRATIONS)
    assert "later" not in tables(tmp_path)


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_newer_database_is_refused_and_left_alone(tmp_path: Path, mode: str) -> None:
    before = raw(tmp_path, f"PRAGMA journal_mode={mode}; CREATE TABLE t(a); PRAGMA user_version={len(MIGRATIONS) + 1};")
    with pytest.raises(TooNew, match="newer Hookscope"):
        Store(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_file_that_is_no_database_is_set_aside_and_named(tmp_path: Path) -> None:
    garbage = b"this is not a database, but it is mine\n" * 500
    (tmp_path / FILE_NAME).write_bytes(garbage)
    with closing(Store(tmp_path)) as store:
        assert save(store, arrival()) == [1]
    (aside,) = tmp_path.glob(f"{FILE_NAME}.unreadable-*")
    assert store.notice == f"The history could not be opened. It was set aside as {aside} and a new one was begun."
    assert aside.read_bytes() == garbage


def test_damaged_database_is_set_aside_and_its_log_not_read(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        save(store, *[arrival(number) for number in range(200)])
    damaged = bytearray((tmp_path / FILE_NAME).read_bytes())
    damaged[100:4096] = b"\xff" * 3996  # the schema
    (tmp_path / FILE_NAME).write_bytes(damaged)
    (tmp_path / f"{FILE_NAME}-wal").write_bytes(b"log")
    with closing(Store(tmp_path)) as store:
        assert save(store, arrival()) == [1]
    aside = next(path for path in tmp_path.glob("*.unreadable-*") if not path.name.endswith(("-wal", "-shm")))
    assert str(aside) in store.notice
    assert aside.read_bytes() == damaged


def test_locked_database_is_not_set_aside(tmp_path: Path) -> None:
    raw(tmp_path, "CREATE TABLE mine(a)")
    with locked(tmp_path), pytest.raises(sqlite3.OperationalError, match="locked"):
        Store(tmp_path)
    assert not list(tmp_path.glob("*.unreadable-*"))
    assert "mine" in tables(tmp_path)


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Store(tmp_path / "missing")
    with pytest.raises(sqlite3.OperationalError):
        open_for_reading(tmp_path)
    assert not list(tmp_path.iterdir())
