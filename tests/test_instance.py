"""One process per data folder, also when that one is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from hookscope import instance
from hookscope.instance import AlreadyRunning, Running

HOLD = """
import sys
from pathlib import Path
from hookscope import instance
held = instance.hold(Path(sys.argv[1]))
held.announce(4711)
print(held.token, flush=True)
sys.stdin.readline()
held.release()
"""


@contextmanager
def holder(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process that holds the folder until a line comes, and its token."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as child:
        assert child.stdout
        try:
            yield child, child.stdout.readline().strip()
        finally:
            child.kill()


def test_the_folder_and_the_note_are_their_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with instance.hold(folder) as held:
        held.announce(1234)
        note = folder / instance.NOTE_NAME
        assert [path.stat().st_mode & 0o777 for path in (folder, note, folder / instance.LOCK_NAME)] == [
            0o700,
            0o600,
            0o600,
        ]
        assert json.loads(note.read_text("utf-8")) == {"pid": os.getpid(), "port": 1234, "token": held.token}
    assert not note.exists()


def test_tokens_are_long_and_differ(tmp_path: Path) -> None:
    with instance.hold(tmp_path / "a") as one, instance.hold(tmp_path / "b") as two:
        assert len(one.token) >= 43
        assert one.token != two.token


def test_a_second_process_is_told_who_runs(tmp_path: Path) -> None:
    with holder(tmp_path) as (child, token):
        assert instance.read(tmp_path) == Running(child.pid, 4711, token)
        with pytest.raises(AlreadyRunning, match=f"process {child.pid}") as raised:
            instance.hold(tmp_path)
        assert raised.value.pid == child.pid
        assert child.stdin
        child.stdin.write("\n")
        child.stdin.flush()
        assert child.wait(10) == 0
        assert instance.read(tmp_path) is None
        instance.hold(tmp_path).release()


@pytest.mark.skipif(os.name == "nt", reason="there is no kill -9")
def test_a_killed_process_leaves_the_folder_free(tmp_path: Path) -> None:
    with holder(tmp_path) as (child, _):
        child.send_signal(signal.SIGKILL)
        child.wait(10)
        assert (tmp_path / instance.NOTE_NAME).exists()
        assert instance.read(tmp_path) is None
        with instance.hold(tmp_path):
            running = instance.read(tmp_path)
        assert running
        assert running.pid == os.getpid()


def test_a_child_process_does_not_inherit_the_lock(tmp_path: Path) -> None:
    held = instance.hold(tmp_path)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        held.release()
        instance.hold(tmp_path).release()
        child.kill()


def test_releasing_twice_does_not_hurt_the_next_holder(tmp_path: Path) -> None:
    first = instance.hold(tmp_path)
    first.release()
    with instance.hold(tmp_path) as second:
        first.release()
        running = instance.read(tmp_path)
        assert running
        assert running.token == second.token


@pytest.mark.parametrize("note", ["", "{}", "[1]", '{"pid": "1", "port": 1, "token": ""}'])
def test_a_broken_note_is_ignored(tmp_path: Path, note: str) -> None:
    with instance.hold(tmp_path):
        (tmp_path / instance.NOTE_NAME).write_text(note, "utf-8")
        assert instance.read(tmp_path) is None
        with pytest.raises(AlreadyRunning, match="process unknown"):
            instance.hold(tmp_path)


def test_reading_makes_nothing(tmp_path: Path) -> None:
    assert instance.read(tmp_path / "data") is None
    assert list(tmp_path.iterdir()) == []


def test_who_only_looks_does_not_keep_a_holder_out(tmp_path: Path) -> None:
    look = FileLock(tmp_path / instance.LOCK_NAME, thread_local=False)  # as `read` does, only longer
    look.acquire()
    end = threading.Timer(0.05, look.release)
    end.start()
    instance.hold(tmp_path).release()
    end.join()
