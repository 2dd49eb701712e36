"""``hookscope listen`` as a process, with senders that are not ours."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import signal
import socket
import ssl
import stat
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from helpers.core import eventually
from helpers.processes import Listening, command, done, environment, run
from helpers.raw_client import RawClient, request

UNCONFIGURED = {"state": "unconfigured", "scheme": None, "reason": "unconfigured"}
MEBIBYTE = 1 << 20


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Listening]:
    with Listening(tmp_path / "data") as process:
        yield process


def curl(url: str, *arguments: str) -> bytes:
    """What curl prints; it must have been answered."""
    line = ["curl", "--silent", "--show-error", "--fail", "--noproxy", "*", *arguments, url]
    return subprocess.run(line, check=True, capture_output=True, timeout=30).stdout


def shown(folder: Path, id: int) -> dict[str, Any]:
    """A delivery as ``deliveries show --format json`` has it."""
    delivery: dict[str, Any] = json.loads(done(folder, "deliveries", "show", str(id), "--format", "json"))
    return delivery


def captured(folder: Path, id: int) -> bytes:
    """The body of a stored delivery."""
    return base64.b64decode(shown(folder, id)["body_base64"])


def test_the_first_line_says_where_and_the_folder_is_its_owners_alone(tmp_path: Path, listening: Listening) -> None:
    folder = tmp_path / "data"
    assert listening.first == {
        "event": "listening",
        "url": f"http://127.0.0.1:{listening.port}",
        "pid": listening.process.pid,
        "data_dir": str(folder),
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.mark.needs("curl")
def test_what_curl_sends_field_by_field(tmp_path: Path, listening: Listening) -> None:
    body = b'{"orderId": "ORD-1"}'
    before = datetime.now(UTC)
    answer = curl(
        f"{listening.url}/order-created?x=1&y=%20a",
        "-H",
        "X-Token: s3cr3t",
        "-H",
        "x-token: again",
        "-d",
        body.decode(),
    )
    line = listening.event()
    received = datetime.fromisoformat(line["received_at"])
    assert before <= received <= datetime.now(UTC)
    assert len(line["received_at"]) == len("2026-11-23T12:00:00.123456Z")
    summary = {
        "event": "delivery",
        "id": 1,
        "endpoint": "Anything else",
        "method": "POST",
        "target": "/order-created?x=1&y=%20a",
        "received_at": line["received_at"],
        "body_bytes": len(body),
        "body_sha256": hashlib.sha256(body).hexdigest(),
        "status": 200,
        "attempt": 1,
        "complete": True,
        "via": "local",
        "outcome": "answered",
        "verdict": UNCONFIGURED,
        "problem": None,
        "ids": [],
        "finding": None,
    }
    assert line == summary
    whole = shown(tmp_path / "data", 1)
    agent = dict(whole["headers"])["User-Agent"]
    assert agent.startswith("curl/")
    peer = whole.pop("peer")
    assert peer.startswith("127.0.0.1:")
    assert whole == {
        **summary,
        "url": f"{listening.url}/order-created?x=1&y=%20a",
        "rule": None,
        "passed": [],
        "headers": [
            ["Host", f"127.0.0.1:{listening.port}"],
            ["User-Agent", agent],
            ["Accept", "*/*"],
            ["X-Token", "s3cr3t"],
            ["x-token", "again"],
            ["Content-Length", str(len(body))],
            ["Content-Type", "application/x-www-form-urlencoded"],
        ],
        "body_base64": base64.b64encode(body).decode(),
        "http_version": "1.1",
        "response": {
            "status": 200,
            "headers": [["Content-Type", "application/json"], ["Content-Length", str(len(answer))]],
            "body_base64": base64.b64encode(answer).decode(),
        },
    }


@pytest.mark.needs("curl")
@pytest.mark.parametrize(
    "arguments",
    [["--http1.1"], ["--http1.0"], ["-H", "Transfer-Encoding: chunked"]],
    ids=["binary", "http-1.0", "chunked"],
)
def test_a_binary_body_comes_to_the_byte(tmp_path: Path, listening: Listening, arguments: list[str]) -> None:
    body = bytes(range(256)) * 700 + b"\r\n0\r\n\r\n"
    (tmp_path / "body").write_bytes(body)
    curl(
        listening.url,
        *arguments,
        "-H",
        "Content-Type: application/octet-stream",
        "--data-binary",
        f"@{tmp_path / 'body'}",
    )
    line = listening.event()
    assert (line["body_bytes"], line["body_sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    assert captured(tmp_path / "data", 1) == body
    chunked = ["Transfer-Encoding", "chunked"] in shown(tmp_path / "data", 1)["headers"]
    assert chunked is ("-H" in arguments)


@pytest.mark.needs("curl")
def test_a_megabyte_with_expect_comes_at_once(tmp_path: Path, listening: Listening) -> None:
    body = os.urandom(MEBIBYTE)
    (tmp_path / "body").write_bytes(body)
    expect = ["-H", "Expect: 100-continue", "--expect100-timeout", "20"]
    began = time.monotonic()
    curl(listening.url, *expect, "--data-binary", f"@{tmp_path / 'body'}")
    assert time.monotonic() - began < 15  # curl did not wait for an answer to Expect that never came
    assert listening.event()["complete"]
    assert captured(tmp_path / "data", 1) == body
    assert ["Expect", "100-continue"] in shown(tmp_path / "data", 1)["headers"]


def test_tls_on_the_plain_port_is_a_row_with_nulls(tmp_path: Path, listening: Listening) -> None:
    context = ssl.create_default_context()
    with (
        socket.create_connection(("127.0.0.1", listening.port), 20) as plain,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(plain, server_hostname="localhost")
    line = listening.event()
    nulls = [name for name, value in line.items() if value is None]
    assert nulls == ["endpoint", "method", "target", "attempt", "finding"]
    assert line["verdict"] == UNCONFIGURED
    assert (line["outcome"], line["status"], line["complete"]) == ("refused", 400, False)
    assert "TLS" in line["problem"]
    assert captured(tmp_path / "data", 1).startswith(b"\x16\x03\x01")


def test_a_second_one_on_the_same_folder_names_the_first(tmp_path: Path, listening: Listening) -> None:
    second = run(tmp_path / "data", "listen", "--port", "0")
    assert (second.returncode, second.stdout) == (2, "")
    pid = listening.process.pid
    assert second.stderr == f"Hookscope is already running for this data folder (process {pid}).\n"


@pytest.mark.needs("qt")
def test_a_window_cannot_open_on_a_folder_that_listen_has(tmp_path: Path, listening: Listening) -> None:
    window = run(tmp_path / "data", env={"QT_QPA_PLATFORM": "offscreen"})
    assert (window.returncode, window.stdout) == (2, "")
    assert f"(process {listening.process.pid}). It has no window." in window.stderr
    assert listening.process.poll() is None


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        result = run(tmp_path / "data", "listen", "--port", str(port))
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Port {port} is in use by ")
    assert f"({os.getpid()}). Use another one with --port.\n" in result.stderr


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_quickly_and_quietly(tmp_path: Path, listening: Listening, how: signal.Signals) -> None:
    half = request(target="/half", body=b"x" * 100)[:-1]
    with RawClient(listening.port, request(target="/idle")) as idle, RawClient(listening.port, half):
        idle.reply()
        assert listening.event()["target"] == "/idle"
        began = time.monotonic()
        code = listening.end(how)
        assert time.monotonic() - began < 5
    assert (code, listening.errors()) == (0, "")
    assert listening.event()["outcome"] == "incomplete"  # the last line, for what was under way
    assert listening.line() == ""
    assert not (tmp_path / "data" / "instance.json").exists()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_quietly_in_the_middle_of_a_load(listening: Listening, how: signal.Signals) -> None:
    clients = [RawClient(listening.port, *[request(body=b"%d" % number)] * 30) for number in range(8)]
    eventually(lambda: listening.event()["id"] > 20)
    assert (listening.end(how), listening.errors()) == (0, "")
    for client in clients:
        client.close()


def test_it_ends_when_nobody_reads_what_it_prints(tmp_path: Path) -> None:
    line = command(tmp_path / "data", "listen", "--port", "0", "--format", "json")
    with subprocess.Popen(line, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stderr
        try:
            port = int(json.loads(child.stdout.readline())["url"].rpartition(":")[2])
            child.stdout.close()
            with RawClient(port, request()) as client:
                assert client.reply().status == 200
            assert (child.wait(20), child.stderr.read()) == (0, b"")
        finally:
            child.kill()
