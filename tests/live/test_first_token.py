"""The first start in a new data folder: a token where a real keyring is open, nothing where it is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.keyrings import PrivateKeyring, private_keyring
from helpers.processes import done

KEYRING = pytest.mark.needs("gnome-keyring", "dbus-daemon")


@pytest.fixture(scope="module")
def keyring() -> Iterator[PrivateKeyring]:
    with private_keyring() as keyring:
        yield keyring


def first_verdict(folder: Path, env: dict[str, str]) -> dict[str, Any]:
    """What the first sample of a start without a display is judged like; the start has nothing to complain of."""
    folder.mkdir()
    (folder / "settings.json").write_text('{"version": 1, "port": 0}', "utf-8")
    done(folder, "--once", env=env)
    (line,) = done(folder, "deliveries", "list", "--format", "json").splitlines()
    verdict: dict[str, Any] = json.loads(line)["verdict"]
    return verdict


@KEYRING
def test_the_very_first_sample_has_the_right_token(keyring: PrivateKeyring, tmp_path: Path) -> None:
    before = keyring.names()
    assert first_verdict(tmp_path / "one", keyring.environment)["state"] == "verified"
    assert first_verdict(tmp_path / "two", keyring.environment)["state"] == "verified"
    assert len(keyring.names()) == len(before) + 2


@KEYRING
def test_a_locked_keyring_is_not_asked(keyring: PrivateKeyring, tmp_path: Path) -> None:
    before = keyring.names()
    keyring.lock()
    try:
        assert first_verdict(tmp_path / "data", keyring.environment)["state"] == "unconfigured"
    finally:
        keyring.unlock()
    assert keyring.names() == before


def test_no_keyring_is_no_trouble(tmp_path: Path) -> None:
    assert first_verdict(tmp_path / "data", {})["state"] == "unconfigured"
