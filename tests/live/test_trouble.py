"""A disk that is full and a history that is locked, for a process that listens: 503, a sentence, and on it goes."""

from __future__ import annotations

import base64
import json
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers.core import eventually
from helpers.processes import Listening, done, with_files_up_to
from helpers.raw_client import RawClient, Reply, request

FULL = "The disk is full. Requests get 503 until there is room, so the sender tries again."
LOCKED = "Another program keeps the history locked. Requests get 503 until it lets go, so the sender tries again."
OVER = "Requests can be saved again."
ROOM = 1024  # KiB
LOCK = (
    "import sqlite3, sys\n"
    "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
    "db.execute('PRAGMA busy_timeout=5000')\n"
    "db.execute('BEGIN EXCLUSIVE')\n"
    "print('locked', flush=True)\n"
    "sys.stdin.read()"
)


def sent(port: int, target: str, body: bytes) -> Reply:
    """The answer to one request."""
    with RawClient(port, request(target=target, body=body)) as client:
        return client.reply()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another process keeps the history locked."""
    line = [sys.executable, "-c", LOCK, str(folder / "hookscope.db")]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        assert child.stdin
        assert child.stdout.readline() == "locked\n"
        try:
            yield
        finally:
            child.stdin.close()


def body_of(folder: Path, id: int) -> bytes:
    """The body of a stored delivery."""
    return base64.b64decode(json.loads(done(folder, "deliveries", "show", str(id), "--format", "json"))["body_base64"])


def test_a_full_disk(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with Listening(folder, prefix=with_files_up_to(ROOM)) as listening:
        assert sent(listening.port, "/small", b"a").status == 200
        refused = sent(listening.port, "/large", b"b" * (2 * ROOM * 1024))
        assert (refused.status, dict(refused.headers)["Connection"]) == (503, "close")
        listening.complains(FULL)
        assert OVER not in listening.errors()
        assert sent(listening.port, "/small-again", b"c").status in {200, 503}  # as there is room, or not
        assert listening.process.poll() is None
        resource.prlimit(listening.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        listening.complains(OVER)
        assert sent(listening.port, "/large", b"d" * (2 * ROOM * 1024)).status == 200
        assert listening.end() == 0
    with sqlite3.connect(folder / "hookscope.db") as db:
        found = db.execute(
            "SELECT target, status, outcome, body_bytes, delivery.id FROM delivery JOIN content USING (id) ORDER BY id"
        )
        *rows, last = found.fetchall()
        slices = db.execute("SELECT sum(length(data)), count(DISTINCT key >> 12) FROM body_part").fetchone()
    db.close()
    assert rows[0] == ("/small", 200, "answered", 1, 1)
    # a large body that cannot be saved is not kept in memory either
    assert ("/large", 503, "not-saved", 0) in [row[:4] for row in rows]
    assert last[:4] == ("/large", 200, "answered", 2 * ROOM * 1024)
    assert body_of(folder, last[4]) == b"d" * (2 * ROOM * 1024)
    assert slices == (2 * ROOM * 1024, 1)  # nothing is left of what was refused


def test_a_history_that_another_program_locks(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with Listening(folder) as listening:
        assert sent(listening.port, "/before", b"a").status == 200
        assert listening.event()["target"] == "/before"
        with locked(folder):
            refused = sent(listening.port, "/meanwhile", b"b")
            assert (refused.status, dict(refused.headers)["Connection"]) == (503, "close")
            listening.complains(LOCKED)
            assert listening.errors().count(LOCKED) == 1
        late = listening.event()
        assert (late["target"], late["status"], late["outcome"]) == ("/meanwhile", 503, "not-saved")
        assert (late["complete"], late["attempt"]) == (False, 1)
        listening.complains(OVER)
        reply = sent(listening.port, "/meanwhile", b"b")
        again = listening.event()
        assert (reply.status, again["outcome"], again["attempt"]) == (200, "answered", 2)
        assert again["id"] > late["id"]
        assert [body_of(folder, event["id"]) for event in (late, again)] == [b"b", b"b"]
        assert listening.end() == 0
        assert listening.errors().rstrip().endswith(OVER)


def test_what_was_answered_before_the_lock_gets_its_outcome_after_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with Listening(folder) as listening:
        for number in range(20):
            assert sent(listening.port, f"/{number}", b"x").status == 200
        with locked(folder):
            assert sent(listening.port, "/meanwhile", b"x").status == 503
        events = [listening.event() for _ in range(21)]
        assert [event["outcome"] for event in events if event["target"] != "/meanwhile"] == ["answered"] * 20
        eventually(lambda: OVER in listening.errors())
