"""Keyrings that are nobody's: one in memory for this process, and a real one for the processes that a test starts."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keyring
import keyring.core
import psutil
from keyring.backend import KeyringBackend
from keyring.backends import fail

from helpers.core import eventually

PASSWORD = b"opens the keyring of a test"
LARGEST_UNITS = 1280  # as the Credential Manager of Windows

SECRET_SERVICE = "keyring.backends.SecretService.Keyring"
UNLOCKS = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
BUS_WITHOUT_SERVICES = """
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class MemoryKeyring(KeyringBackend):
    """Keeps secrets in memory, and none that Windows would refuse; keyring itself never chooses it."""

    priority = 1.0
    viable = False

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.items: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        assert len(password.encode("utf-16-le")) // 2 <= LARGEST_UNITS
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.items[service, username]


@contextmanager
def chosen(backend: KeyringBackend | None = None) -> Iterator[MemoryKeyring]:
    """Let keyring use this backend, by default an empty one in memory; afterwards all is as it was."""
    before = keyring.core._keyring_backend
    memory = MemoryKeyring()
    keyring.set_keyring(backend or memory)
    yield memory
    keyring.core._keyring_backend = before


def absent() -> KeyringBackend:
    """What keyring uses where there is none."""
    return fail.Keyring()  # type: ignore[no-untyped-call]


class OpenKeyring(MemoryKeyring):
    """Counts as the keychain of macOS, which takes secrets without asking."""

    __module__ = "keyring.backends.macOS"


@dataclass(frozen=True, slots=True)
class PrivateKeyring:
    """A session bus of its own, and what to set for a process so that it sees this one and nothing of the user's."""

    folder: Path
    environment: dict[str, str]

    def lock(self) -> None:
        """Lock it, as at the end of a session."""
        with closing(self.connection()) as connection:
            _collection(connection).lock()

    def unlock(self) -> None:
        """Unlock it, as somebody who answers its prompt."""
        from secretstorage.util import DBusAddressWrapper, format_secret, open_session

        with closing(self.connection()) as connection:
            session = open_session(connection)
            collection = _collection(connection)
            path = collection.collection_path.replace("aliases/default", "collection/login")
            service = DBusAddressWrapper("/org/freedesktop/secrets", UNLOCKS, connection)
            service.call("UnlockWithMasterPassword", "o(oayays)", path, format_secret(session, PASSWORD, "text/plain"))
            assert not collection.is_locked()

    def names(self) -> list[str]:
        """The names of all secrets in it."""
        with closing(self.connection()) as connection:
            return sorted(item.get_attributes()["username"] for item in _collection(connection).get_all_items())

    def connection(self) -> Any:
        """A connection to the bus, whatever the bus of this process is."""
        from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]
        from secretstorage.util import add_match_rules

        connection = open_dbus_connection(bus=self.environment["DBUS_SESSION_BUS_ADDRESS"])
        add_match_rules(connection)
        return connection


@contextmanager
def private_keyring(display: str = "") -> Iterator[PrivateKeyring]:
    """A real keyring, empty and unlocked. With a display it asks there; without one it cannot ask to be unlocked."""
    with private_bus(display) as bus, unlocked_keyring(bus):
        yield bus


@contextmanager
def private_bus(display: str = "", *, services: bool = True) -> Iterator[PrivateKeyring]:
    """A session bus without a keyring; without ``services`` it does not start one by itself either."""
    with tempfile.TemporaryDirectory(prefix="keyring-") as name:  # short: paths of sockets have at most 108 bytes
        folder = Path(name)
        ours = _environment(folder, display)
        (folder / "bus.conf").write_text(BUS_WITHOUT_SERVICES, "utf-8")
        which = ["--session"] if services else [f"--config-file={folder / 'bus.conf'}"]
        line = ["dbus-daemon", *which, "--nofork", "--print-address"]
        with _running(line, ours, stdout=subprocess.PIPE) as bus:
            assert bus.stdout
            ours["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().decode().strip()
            assert ours["DBUS_SESSION_BUS_ADDRESS"]
            yield PrivateKeyring(folder, ours)


@contextmanager
def unlocked_keyring(bus: PrivateKeyring) -> Iterator[None]:
    """A gnome-keyring-daemon on this bus, empty and unlocked."""
    line = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
    with _running(line, bus.environment, stdin=subprocess.PIPE) as daemon, closing(bus.connection()) as connection:
        assert daemon.stdin
        daemon.stdin.write(PASSWORD)
        daemon.stdin.close()
        eventually(lambda: _is_owned(connection) and not _collection(connection).is_locked())
        yield


def _environment(folder: Path, display: str) -> dict[str, str]:
    """What keeps a process, its bus and its keyring away from everything that is the user's."""
    folders = {
        "HOME": "home",
        "XDG_RUNTIME_DIR": "run",
        "XDG_DATA_HOME": "share",
        "XDG_CONFIG_HOME": "config",
        "XDG_CACHE_HOME": "cache",
    }
    for name in folders.values():
        (folder / name).mkdir(0o700)
    ours = {variable: str(folder / name) for variable, name in folders.items()}
    ours |= {"PYTHON_KEYRING_BACKEND": SECRET_SERVICE, "GNOME_KEYRING_CONTROL": "", "GSETTINGS_BACKEND": "memory"}
    return ours | ({"DISPLAY": display} if display else {})


@contextmanager
def _running(line: list[str], ours: dict[str, str], **streams: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process of our own environment; it and what it started have ended afterwards."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LC_ALL", "TMPDIR"}}
    with subprocess.Popen(line, env=kept | ours, stderr=subprocess.DEVNULL, **streams) as process:
        try:
            yield process
        finally:
            started = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            for each in started:
                with suppress(psutil.NoSuchProcess):
                    each.terminate()
            _, alive = psutil.wait_procs(started, 20)
            assert not alive


def _collection(connection: Any) -> Any:
    from secretstorage import Collection

    return Collection(connection)


def _is_owned(connection: Any) -> bool:
    from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
    from jeepney.io.blocking import Proxy

    (owned,) = Proxy(message_bus, connection).NameHasOwner("org.freedesktop.secrets")
    return bool(owned)
