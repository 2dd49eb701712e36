"""Secrets from a real keyring: put there by a command, used by the listener, and nowhere else to be found."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.keyrings import PrivateKeyring, private_keyring
from helpers.processes import Listening, done, run
from helpers.raw_client import RawClient, request

SECRET = "whisper-5cd0f2e0a3b94d5f"
WORKSPACE = """
version = 1

[scheme.my-sender]
name = "My sender"
signature = [{ name = "X-My-Signature", encoding = "hex" }]
algorithm = "hmac-sha256"

[[endpoint]]
name = "signed"
path = "/signed"
scheme = "my-sender"
secrets = ["my-secret"]
"""

pytestmark = pytest.mark.needs("gnome-keyring", "dbus-daemon")


@pytest.fixture(scope="module")
def keyring() -> Iterator[PrivateKeyring]:
    with private_keyring() as keyring:
        yield keyring


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hooks.toml").write_text(WORKSPACE, "utf-8")
    folder = tmp_path / "data"
    done(folder, "endpoints", "apply", str(tmp_path / "hooks.toml"))
    return folder


def signed(body: bytes, secret: str = SECRET) -> bytes:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return request(target="/signed", headers=(("X-My-Signature", digest),), body=body)


def verdict(listening: Listening, data: bytes) -> tuple[str, str]:
    with RawClient(listening.port, data) as client:
        client.reply()
    found = listening.event()["verdict"]
    assert found["scheme"] == "my-sender"
    return found["state"], found["reason"]


def test_a_secret_is_set_and_used(folder: Path, keyring: PrivateKeyring) -> None:
    said = done(folder, "secret", "set", "my-secret", env=keyring.environment, typed=f"{SECRET}\n")
    assert said == "Stored in the keyring as my-secret. One line ending at its end was left out.\n"
    with Listening(folder, env=keyring.environment) as listening:
        assert verdict(listening, signed(b"{}")) == ("verified", "ok")
        assert verdict(listening, signed(b"{}", "another")) == ("failed", "signature_mismatch")
        other = f"{SECRET}-2"
        done(folder, "secret", "set", "my-secret", env=keyring.environment, typed=other)  # tells the listener
        assert verdict(listening, signed(b"{}", other)) == ("verified", "ok")
        assert SECRET not in listening.errors()


def test_a_secret_is_read_from_the_keyring_to_verify_a_file(
    folder: Path, tmp_path: Path, keyring: PrivateKeyring
) -> None:
    done(folder, "secret", "set", "my-secret", env=keyring.environment, typed=SECRET)
    file = tmp_path / "request.http"
    file.write_bytes(signed(b"{}"))
    arguments = ("verify", str(file), "--scheme", "my-sender", "--secret-name")
    assert run(folder, *arguments, "my-secret", env=keyring.environment).returncode == 0
    missing = run(folder, *arguments, "no-such", "--format", "json", env=keyring.environment)
    assert (missing.returncode, json.loads(missing.stdout)["reason"]) == (1, "secret_missing")


def test_a_locked_keyring(folder: Path, keyring: PrivateKeyring) -> None:
    done(folder, "secret", "set", "my-secret", env=keyring.environment, typed=SECRET)
    keyring.lock()
    try:
        failed = run(folder, "secret", "set", "my-secret", env=keyring.environment, typed="x" * 20)
        assert (failed.returncode, failed.stdout) == (2, "")
        assert "locked" in failed.stderr
        with Listening(folder, env=keyring.environment) as listening:
            assert verdict(listening, signed(b"{}")) == ("unavailable", "keyring_locked")
            keyring.unlock()
            done(folder, "secret", "set", "another", env=keyring.environment, typed="x")  # sends *reload*
            assert verdict(listening, signed(b"{}")) == ("verified", "ok")
    finally:
        keyring.unlock()


def test_without_a_keyring(folder: Path) -> None:
    failed = run(folder, "secret", "set", "my-secret", typed=SECRET)
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr.startswith("No keyring is available.")
    with Listening(folder) as listening:
        assert verdict(listening, signed(b"{}")) == ("unavailable", "keyring_absent")


def test_a_folder_that_cannot_be_written_does_not_lose_the_secret(
    folder: Path, tmp_path: Path, keyring: PrivateKeyring
) -> None:
    (tmp_path / "file").touch()
    said = run(tmp_path / "file", "secret", "set", "my-secret", env=keyring.environment, typed=SECRET)
    assert (said.returncode, said.stdout) == (2, "Stored in the keyring as my-secret.\n")
    assert said.stderr.startswith("Its date could not be noted in ")
    with Listening(folder, env=keyring.environment) as listening:
        assert verdict(listening, signed(b"{}")) == ("verified", "ok")


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("a#2", b"x", "A secret cannot be named"),
        ("empty", b"\n", "The secret is empty."),
        ("bytes", b"\xff\xfe", "The secret is not text in UTF-8."),
    ],
)
def test_what_cannot_be_a_secret(folder: Path, keyring: PrivateKeyring, name: str, typed: bytes, sentence: str) -> None:
    text = typed.decode("utf-8", "surrogateescape")
    failed = run(folder, "secret", "set", name, env=keyring.environment, typed=text)
    assert failed.returncode == 2
    assert failed.stderr.startswith(sentence)


def test_the_secret_stands_nowhere_but_in_the_keyring(
    folder: Path, tmp_path: Path, keyring: PrivateKeyring, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither as it is nor in what could be turned back into it, nor a digest that would verify."""
    caplog.set_level(logging.DEBUG)
    said = done(folder, "secret", "set", "my-secret", env=keyring.environment, typed=SECRET)
    genuine = hmac.new(SECRET.encode(), b'{"never": "sent"}', hashlib.sha256).hexdigest()
    forged = request(target="/signed", headers=(("X-My-Signature", "00" * 32),), body=b'{"never": "sent"}')
    with Listening(folder, env=keyring.environment) as listening:
        assert verdict(listening, forged) == ("failed", "signature_mismatch")
        said += listening.errors()
    said += done(folder, "deliveries", "show", "1", "--format", "json")
    said += done(folder, "deliveries", "show", "1")
    said += done(folder, "deliveries", "list", "--format", "json")
    said += done(folder, "endpoints", "export", "-")
    said += run(folder, "secret", "set", "b#d", env=keyring.environment, typed=SECRET).stderr
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (SECRET, SECRET.encode().hex(), genuine):
        assert secret not in said
        assert secret.encode() not in files
        assert secret not in caplog.text
