"""One process per data folder: a lock of the operating system, and a note on how to reach who holds it.

The lock is the truth: it ends with the process however that ends. ``instance.json`` only describes its holder, and is
worth nothing while the lock is free.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from hookscope.private_files import make_private_folder, write_private
from hookscope.strict_table import StrictTable

LOCK_NAME = "instance.lock"
NOTE_NAME = "instance.json"
PATIENCE_S = 0.2  # longer than `read` holds the lock to see whether it is free


@dataclass(frozen=True, slots=True)
class Running:
    """The process that holds a data folder. Its control site is at ``127.0.0.1:port``; port 0 means not yet."""

    pid: int
    port: int
    token: str


class AlreadyRunning(Exception):
    """Another process holds the data folder; ``pid`` is 0 when it cannot be told."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"Hookscope is already running for this data folder (process {pid or 'unknown'}).")
        self.pid = pid


class Instance:
    """This process as the holder of a data folder, until ``release`` or the end of the process."""

    def __init__(self, folder: Path, lock: FileLock) -> None:
        self.token = secrets.token_urlsafe(32)
        self._note = folder / NOTE_NAME
        self._lock = lock
        self.announce(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()

    def announce(self, port: int) -> None:
        """Tell other commands where the control site is."""
        write_private(self._note, json.dumps(asdict(Running(os.getpid(), port, self.token))))

    def release(self) -> None:
        """Let the folder go; may be called more than once."""
        if self._lock.is_locked:
            self._note.unlink(missing_ok=True)
            self._lock.release()


def hold(folder: Path) -> Instance:
    """Take the data folder, made if need be, for this process; raises ``AlreadyRunning`` or ``OSError``."""
    make_private_folder(folder)
    lock = _lock(folder)
    try:
        lock.acquire(timeout=PATIENCE_S)
    except Timeout:
        running = _note(folder)
        raise AlreadyRunning(running.pid if running else 0) from None
    return Instance(folder, lock)


def read(folder: Path) -> Running | None:
    """The process that holds this data folder now; ``None`` when there is none, whatever it may have left behind."""
    running = _note(folder)
    if running is None:
        return None
    try:
        with _lock(folder).acquire(timeout=0):
            return None
    except Timeout:
        return running


def _lock(folder: Path) -> FileLock:
    return FileLock(folder / LOCK_NAME, mode=0o600, thread_local=False, poll_interval=0.02)


def _note(folder: Path) -> Running | None:
    try:
        table = StrictTable(json.loads((folder / NOTE_NAME).read_text("utf-8")))
        return Running(table.integer("pid"), table.integer("port"), table.text("token"))
    except (OSError, ValueError):
        return None
