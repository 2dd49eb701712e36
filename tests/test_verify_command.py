"""``hookscope verify``: one request from a file, exit code 0 only when it is verified."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from hookscope.cli import main

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "verification" / "vectors.json").read_text("utf-8"))
SAMPLE = VECTORS[:: len(VECTORS) // 40]  # of every part of the file
FILE = b"POST /x HTTP/1.1\r\nHost: h\r\nSignature: abc123\r\n\r\n{}"


def body_of(vector: Mapping[str, Any]) -> bytes:
    return base64.b64decode(vector["body_b64"]) if "body_b64" in vector else vector["body"].encode()


def raw(vector: Mapping[str, Any]) -> bytes:
    """The request of a vector as it would come over a wire."""
    url = urlsplit(vector["url"])
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    headers = [(name, value) for name, value in vector["headers"] if name.lower() != "content-length"]
    lines = [f"{vector['method']} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode() + body_of(vector)


def secret_bytes(text: str, encoding: str) -> bytes:
    if encoding == "base64url":
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return bytes.fromhex(text) if encoding == "hex" else text.encode()


def toml_of(table: Mapping[str, Any]) -> str:
    """A flat scheme in TOML: JSON's strings, numbers and lists are TOML's too, inner tables are written in line."""

    def value(each: Any) -> str:
        if isinstance(each, Mapping):
            return "{ " + ", ".join(f"{key} = {value(inner)}" for key, inner in each.items()) + " }"
        return f"[{', '.join(map(value, each))}]" if isinstance(each, list) else json.dumps(each)

    return "\n".join(f"{key} = {value(each)}" for key, each in {"name": "x", **table}.items())


def arguments(folder: Path, vector: Mapping[str, Any]) -> list[str]:
    """The command line for a vector, with its files written."""
    (folder / "request.http").write_bytes(raw(vector))
    scheme = vector["scheme"]
    if "preset" in vector:
        (folder / "scheme.toml").write_text(toml_of(vector["preset"]), "utf-8")
        scheme = str(folder / "scheme.toml")
    line = [
        "verify",
        str(folder / "request.http"),
        "--scheme",
        scheme,
        "--url",
        vector["url"],
        "--at",
        str(vector["now"]),
    ]
    for number, text in enumerate(vector.get("secrets", [vector["secret"]])):
        path = folder / f"secret{number}"
        path.write_bytes(secret_bytes(text, vector.get("secret_encoding", "utf8")))
        line += ["--secret-file", str(path)]
    for name, value in (vector.get("options") or {}).items():
        line += ["--set", f"{name}={value}"]
    return [*line, "--format", "json"]


@pytest.mark.parametrize("vector", SAMPLE, ids=[vector["id"] for vector in SAMPLE])
def test_vectors_through_the_command(
    vector: Mapping[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(arguments(tmp_path, vector))
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["state"] == vector.get("expect_status", vector["expect"])
    assert verdict["reason"] in [vector.get("reason", "ok"), *vector.get("reason_alt", [])]
    assert code == (0 if verdict["state"] == "verified" else 1)


def run(folder: Path, *extra: str, file: bytes = FILE, scheme: str = "vendasta-send") -> int:
    (folder / "request.http").write_bytes(file)
    (folder / "secret").write_bytes(b"abc123")
    return main(["verify", str(folder / "request.http"), "--scheme", scheme, *extra])


def test_for_people_it_says_what_was_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "--secret-file", str(tmp_path / "secret")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "verified (ok)"
    assert "- Found the header `Signature`." in lines
    assert "abc123" not in "".join(lines)


def test_without_a_secret_nothing_is_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "--format", "json") == 1
    assert json.loads(capsys.readouterr().out)["reason"] == "secret_missing"


def test_a_keyring_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "--secret-name", "x", "--format", "json") == 1
    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["state"], verdict["reason"]) == ("unavailable", "keyring_absent")


def test_options_are_filled_in(tmp_path: Path) -> None:
    secret = ("--secret-file", str(tmp_path / "secret"))
    query = b"POST /x?key=abc123 HTTP/1.1\r\nHost: h\r\n\r\n"
    assert run(tmp_path, *secret, "--set", "place=query", "--set", "name=key", file=query) == 0
    assert run(tmp_path, *secret, "--set", "name=X-Other") == 1


@pytest.mark.parametrize(
    ("extra", "file", "scheme", "sentence"),
    [
        ((), b"nonsense", "github", "The first line is not a request line"),
        ((), b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n{}", "github", "Content-Length says 5"),
        ((), FILE, "githob", "There is no scheme githob."),
        ((), FILE, "missing.toml", "missing.toml cannot be read"),
        (("--set", "nam=x"), FILE, "vendasta-send", "vendasta-send has no option nam. It has: place, name."),
        (("--secret-file", "missing"), FILE, "github", "missing cannot be read"),
    ],
)
def test_wrong_use_is_exit_code_2(
    extra: Sequence[str], file: bytes, scheme: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, *extra, file=file, scheme=scheme) == 2
    assert capsys.readouterr().err.startswith(sentence)


def test_a_scheme_file_names_its_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scheme = tmp_path / "My scheme.toml"
    scheme.write_text('name = "x"\nalgorithm = "hmac-sha3"\n', "utf-8")
    assert run(tmp_path, scheme=str(scheme)) == 2
    assert capsys.readouterr().err.startswith(f"{scheme}: algorithm must be one of")


def test_a_scheme_file_may_name_its_scheme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scheme = tmp_path / "mine.toml"
    scheme.write_text('[my-token]\nkind = "static"\ntoken = { from = "header", name = "Signature" }\n', "utf-8")
    secret = str(tmp_path / "secret")
    assert run(tmp_path, "--secret-file", secret, "--format", "json", scheme=str(scheme)) == 0
    assert json.loads(capsys.readouterr().out)["scheme"] == "my-token"


def test_text_of_a_sender_cannot_trick_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = b"POST / HTTP/1.1\r\nX-Hub-Signature-256: \x1b]0;x\x07\r\n\r\n"
    assert run(tmp_path, "--secret-file", str(tmp_path / "secret"), scheme="github", file=file) == 1
    assert "\x1b" not in capsys.readouterr().out
