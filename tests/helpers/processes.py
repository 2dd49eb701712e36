"""The commands as processes of their own: ``python -m hookscope …``, in the folder a test gives them."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import hookscope
from helpers.core import eventually

LONGEST_S = 30.0
APP = Path(hookscope.__file__).parents[1]
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a child, as on a machine without a display."""
    kept = {name: value for name, value in os.environ.items() if name not in SCREENS}
    return {**kept, "PYTHONPATH": str(APP), **(changes or {})}


def command(folder: Path, *arguments: str) -> list[str]:
    """The command line of one of our commands over this data folder."""
    return [sys.executable, "-m", "hookscope", *arguments, "--data-dir", str(folder)]


def with_files_up_to(blocks: int) -> list[str]:
    """What to put before a command line so that the child finds its disk full: no file over so many KiB.

    The limit is a soft one, which may be raised while the child runs.
    """
    return ["bash", "-c", f'ulimit -S -f {blocks}; exec "$@"', "bash"]


def run(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run one of our commands over this data folder to its end, with this text as its standard input."""
    return subprocess.run(
        command(folder, *arguments),
        env=environment(env),
        check=False,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        input=typed,
        timeout=LONGEST_S,
    )


def done(folder: Path, *arguments: str, env: Mapping[str, str] | None = None, typed: str = "") -> str:
    """What a command prints that does what it is told and has nothing to complain of."""
    result = run(folder, *arguments, env=env, typed=typed)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


class Child:
    """A process that goes on until it is told to end; ``with`` kills it if it is still there."""

    def __init__(self, line: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  as long as the process
        self.process = subprocess.Popen(
            line, env=environment(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._errors
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
        if error is not None:
            error.add_note(f"the errors of the process:\n{self.errors()}")
        self._errors.close()

    def line(self) -> str:
        """The next line it prints; the empty string once it has ended."""
        return self._lines.get(timeout=LONGEST_S)

    def errors(self) -> str:
        """What it has complained of so far."""
        return os.pread(self._errors.fileno(), 1 << 20, 0).decode()

    def complains(self, sentence: str) -> None:
        """Wait until it says this among its errors."""
        eventually(lambda: sentence in self.errors())

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(how)
        return self.process.wait(LONGEST_S)

    def kill(self) -> None:
        """Kill it as ``kill -9`` does."""
        self.process.kill()
        self.process.wait()
        self._reading.join()
        self.process.stdout.close()  # type: ignore[union-attr]

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._lines.put(line.decode("ascii", "backslashreplace").removesuffix("\n"))
        self._lines.put("")


class Listening(Child):
    """``hookscope listen --port 0 --format json`` over a data folder, once it listens."""

    def __init__(self, folder: Path, *, prefix: Sequence[str] = (), env: Mapping[str, str] | None = None) -> None:
        super().__init__([*prefix, *command(folder, "listen", "--port", "0", "--format", "json")], env)
        try:
            self.first = self.event()
        except BaseException as error:
            error.add_note(f"the errors of the process:\n{self.errors()}")
            self.kill()
            raise
        self.url: str = self.first["url"]
        self.port = urlsplit(self.url).port or 0

    def event(self) -> dict[str, Any]:
        """The next line it prints, as JSON."""
        event: dict[str, Any] = json.loads(self.line())
        return event
