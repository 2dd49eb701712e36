"""The secret store over a real gnome-keyring, in a process and on a bus of its own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from helpers.core import eventually
from helpers.keyrings import PrivateKeyring, private_bus, private_keyring, unlocked_keyring
from helpers.processes import environment

pytestmark = pytest.mark.needs("gnome-keyring", "dbus-daemon")

SECRET = "whsec_" + "kept nowhere in the clear " * 3
ABSENT = ["", "keyring_absent", "No keyring is available. Tokens can be kept for this run only."]
LOCKED = ["", "keyring_locked", "The keyring is locked, so the token could not be read. Unlock it and check again."]
# What it is told and what it answers are lines of JSON; of a secret it says the digest only.
STORE = """
import hashlib, json, logging, sys
from hookscope import secret_store
from hookscope.secret_store import KeyringTrouble, SecretStore

def digest(value):
    return value and hashlib.sha256(value.encode()).hexdigest()

def do(store, what, *words):
    if what == "read":
        secret = store.read(words).result()[words[0]]
        return [digest(secret.value), secret.reason, secret.sentence]
    if what == "ask":
        return [str(store.read(words).done())]
    if what == "waiting":
        return [store.waiting]
    if what == "keep":
        return [store.keep_for_this_run(*words)]
    try:
        return [getattr(store, what)(*words).result()]
    except KeyringTrouble as trouble:
        return [trouble.reason, str(trouble)]

logging.basicConfig(level=logging.DEBUG)
secret_store.SLOW_S = 0.2
store = SecretStore()
for line in sys.stdin:
    print(json.dumps(do(store, *json.loads(line))), flush=True)
store.close()
"""


def digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def saved(value: str) -> list[str]:
    """What the process says of a secret that it could read."""
    return [digest(value), "", ""]


def missing(name: str) -> list[str]:
    return ["", "secret_missing", f"The keyring has no secret named {name}. Enter it again."]


class Process:
    """A process that has a secret store and does as it is told."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self._printed, self._errors = folder / "printed", folder / "errors"
        with self._errors.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-c", STORE],
                env={**env, "HOOKSCOPE_DATA_DIR": str(folder / "data"), "TMPDIR": str(folder)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        with suppress(BrokenPipeError):
            self._process.__exit__(kind, error, at)
        if error is not None:
            error.add_note(f"the errors of the process:\n{self._errors.read_text('utf-8')}")

    def do(self, *words: str) -> Any:
        """Tell it to do something; what it answers."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(words).encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        with self._printed.open("ab") as printed:
            printed.write(line)
        return json.loads(line)

    def end(self) -> int:
        """Let it end by itself; its exit code."""
        assert self._process.stdin
        self._process.stdin.close()
        return self._process.wait(20)


@contextmanager
def screen() -> Iterator[str]:
    """A display that shows nobody anything."""
    reading, writing = os.pipe()
    line = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "640x480x24", "-nolisten", "tcp"]
    with subprocess.Popen(line, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as number:
            display = number.readline().strip()
        try:
            yield f":{display}"
        finally:
            server.terminate()


def without(env: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in env.items() if name not in names}


def chosen_by_keyring(bus: PrivateKeyring) -> dict[str, str]:
    """The environment in which keyring itself finds out which keyring there is."""
    return without(environment(bus.environment), "PYTHON_KEYRING_BACKEND")


@pytest.fixture(scope="module")
def keyring() -> Iterator[PrivateKeyring]:
    with private_keyring() as keyring:
        yield keyring


@pytest.mark.parametrize(
    "value",
    ["s3cr3t", "-----BEGIN KEY-----\nümläut é 😀\r\n\n", "x" * 5000, "é\n😀" * 1700, " ", "a\0b", "hookscope-parts "],
    ids=["short", "lines", "long", "long-lines", "blank", "nul", "like-ours"],
)
def test_what_one_process_saves_another_one_reads(tmp_path: Path, keyring: PrivateKeyring, value: str) -> None:
    with Process(tmp_path, chosen_by_keyring(keyring)) as process:
        assert process.do("read", "token") == missing("token")
        assert process.do("write", "token", value) == [None]
        assert process.do("read", "token") == saved(value)
        assert process.end() == 0
    with Process(tmp_path, chosen_by_keyring(keyring)) as process:
        assert process.do("read", "token") == saved(value)
        assert process.do("delete", "token") == [None]
        assert process.do("read", "token") == missing("token")
        assert process.do("delete", "token") == [None]
        assert process.end() == 0
    assert keyring.names() == []


def test_saving_again_leaves_nothing_of_the_old_value(tmp_path: Path, keyring: PrivateKeyring) -> None:
    with Process(tmp_path, environment(keyring.environment)) as process:
        for value, parts in (("y" * 5000, 5), ("z" * 2500, 3), ("short", 1), ("q" * 1001, 2)):
            assert process.do("write", "again", value) == [None]
            assert process.do("read", "again") == saved(value)
            assert len(keyring.names()) == parts
        assert process.do("delete", "again") == [None]
    assert keyring.names() == []


def test_a_locked_keyring_says_so_at_once_and_works_once_it_is_unlocked(
    tmp_path: Path, keyring: PrivateKeyring
) -> None:
    with Process(tmp_path, environment(keyring.environment)) as process:
        assert process.do("write", "locked", SECRET) == [None]
        keyring.lock()
        began = time.monotonic()
        assert process.do("read", "locked") == LOCKED
        for what, words, done in (("write", ["locked", "new"], "saved"), ("delete", ["locked"], "deleted")):
            sentence = f"The keyring is locked, so the token could not be {done}. Unlock it and try again."
            assert process.do(what, *words) == ["keyring_locked", sentence]
        assert time.monotonic() - began < 5
        keyring.unlock()
        assert process.do("read", "locked") == saved(SECRET)
        assert process.do("delete", "locked") == [None]


@pytest.mark.parametrize("address", [None, "unix:path=/nonexistent/bus"], ids=["unset", "gone"])
def test_without_a_bus_there_is_no_keyring(tmp_path: Path, keyring: PrivateKeyring, address: str | None) -> None:
    env = without(chosen_by_keyring(keyring), "DBUS_SESSION_BUS_ADDRESS")
    with Process(tmp_path, env | ({"DBUS_SESSION_BUS_ADDRESS": address} if address else {})) as process:
        assert process.do("read", "token") == ABSENT
        assert process.do("write", "token", SECRET) == ABSENT[1:]
        process.do("keep", "token", SECRET)
        assert process.do("read", "token") == saved(SECRET)
        assert process.end() == 0


def test_a_keyring_that_starts_later_is_found(tmp_path: Path) -> None:
    with private_bus(services=False) as bus, Process(tmp_path, chosen_by_keyring(bus)) as process:
        assert process.do("read", "token") == ABSENT
        with unlocked_keyring(bus):
            assert process.do("read", "token") == missing("token")
            assert process.do("write", "token", SECRET) == [None]
        assert process.do("read", "token") == ABSENT


def test_nothing_of_a_secret_is_written_or_printed_anywhere(tmp_path: Path) -> None:
    value = SECRET * 20
    with private_keyring() as keyring:
        with Process(tmp_path, environment(keyring.environment)) as process:
            assert process.do("write", "token", value) == [None]
            assert process.do("read", "token") == saved(value)
            process.do("keep", "other", value)
            keyring.lock()
            assert process.do("write", "token", value)[0] == "keyring_locked"
            assert process.end() == 0
        written = {path: path.read_bytes() for each in (tmp_path, keyring.folder) for path in files(each)}
    assert {"printed", "errors", "login.keyring"} <= {path.name for path in written}
    for path, content in written.items():
        for encoding in ("utf-8", "utf-16-le"):
            assert SECRET[:16].encode(encoding) not in content, path


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.needs("xvfb")
def test_the_program_ends_while_the_keyring_waits_for_its_prompt(tmp_path: Path) -> None:
    with (
        screen() as display,
        private_keyring(display) as keyring,
        Process(tmp_path, environment({**keyring.environment, "DISPLAY": display})) as process,
    ):
        assert process.do("write", "token", SECRET) == [None]
        keyring.lock()
        assert process.do("ask", "token") == ["False"]
        sentence = "Waiting for the keyring. If it asks to be unlocked, answer it."
        eventually(lambda: process.do("waiting") == [sentence])
        process.do("keep", "other", SECRET)
        assert process.do("read", "other") == saved(SECRET)
        began = time.monotonic()
        assert process.end() == 0
        assert time.monotonic() - began < 2
