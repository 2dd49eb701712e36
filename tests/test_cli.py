"""The commands as a person or a script types them: what they print, what they complain of, their exit codes."""

from __future__ import annotations

import base64
import json
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import hookscope
from helpers.core import Core
from helpers.processes import LONGEST_S, Listening, command, done, environment, run
from helpers.raw_client import RawClient, request
from hookscope.deliveries.database import MIGRATIONS

ESCAPE = b"\x1b]0;owned\x07\x1b[2J\xc2\x9b31m\x7f"
HOSTILE_TARGET = "/" + ESCAPE.decode("latin-1")
COMMANDS = [
    (),
    ("listen",),
    ("endpoints",),
    ("endpoints", "list"),
    ("endpoints", "apply"),
    ("endpoints", "export"),
    ("deliveries",),
    ("deliveries", "list"),
    ("deliveries", "show"),
    ("record",),
]
READING = [
    ("deliveries", "list"),
    ("deliveries", "show", "1"),
    ("endpoints", "list"),
    ("endpoints", "export", "-"),
]
WORKSPACE = """
version = 1
[[endpoint]]
name = "orders"
path = "/orders"
[endpoint.response]
status = 202
headers = [["X-Handled-By", "hookscope"]]
json = { ticket = "42" }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with three deliveries: a usual one, a hostile one, and one that is no HTTP."""
    path = tmp_path / "data"
    path.mkdir()
    hostile = request(target="/hostile", body=b"body " + ESCAPE, headers=(("X-`", "head \xc2\x9b31m"),))
    with Core(path) as core:
        for data in (request(target="/order?x=1", body=b'{"a":1}'), hostile, b"GET /" + ESCAPE + b" HTTP/1.1\r\n\r\n"):
            with RawClient(core.port, data) as client:
                client.reply()
        core.stopped(3)
    with closing(
        sqlite3.connect(path / "hookscope.db", isolation_level=None)
    ) as db:  # the parser refuses such a target
        db.execute("UPDATE delivery SET target = ? WHERE id = 2", (HOSTILE_TARGET,))
    return path


def as_json(text: str) -> list[dict[str, Any]]:
    """The objects that were printed, one a line."""
    return [json.loads(line) for line in text.splitlines()]


def unshown(text: str) -> set[str]:
    """The characters that a terminal would obey or hide."""
    return {char for char in text if not char.isprintable() and char != "\n"}


# --- help and wrong use ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "hookscope", *words, "--help"],
        env=environment({"COLUMNS": "120"}),
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
    )
    assert result.stdout.startswith(" ".join(["usage: hookscope", *words]))
    assert result.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_version(tmp_path: Path) -> None:
    assert done(tmp_path, "--version") == f"hookscope {hookscope.__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("deliveries",),
        ("deliveries", "show"),
        ("deliveries", "show", "seven"),
        ("listen", "--port", "65536"),
        ("listen", "--port", "-1"),
        ("listen", "--format", "xml"),
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run(tmp_path / "data", *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert "usage: hookscope" in result.stderr
    assert not (tmp_path / "data").exists()


# --- deliveries ------------------------------------------------------------------------------------------------------


def test_deliveries_list_for_people(folder: Path) -> None:
    lines = done(folder, "deliveries", "list").splitlines()
    assert [line.split()[0] for line in lines] == ["3", "2", "1"]
    assert lines[2].endswith(" UTC  Anything else  POST /order?x=1  7 B  200")
    assert lines[0].endswith(" refused")


def test_deliveries_list_for_scripts(folder: Path) -> None:
    rows = as_json(done(folder, "deliveries", "list", "--format", "json"))
    assert [(row["event"], row["id"], row["method"]) for row in rows] == [
        ("delivery", 3, None),
        ("delivery", 2, "POST"),
        ("delivery", 1, "POST"),
    ]
    newest = as_json(done(folder, "deliveries", "list", "--format", "json", "--limit", "1"))
    assert newest == rows[:1]


def test_deliveries_show_for_people(folder: Path) -> None:
    text = done(folder, "deliveries", "show", "1")
    assert text.startswith("Delivery 1, received 20")
    assert '\nPOST /order?x=1 HTTP/1.1\nHost: h\nContent-Length: 7\n\n{"a":1}\n\nAnswered 200 OK\n' in text
    assert text.endswith("\nContent-Type: application/json\nContent-Length: 2\n\n{}\n")


def test_deliveries_show_for_scripts(folder: Path) -> None:
    (shown,) = as_json(done(folder, "deliveries", "show", "2", "--format", "json"))
    (listed,) = (row for row in as_json(done(folder, "deliveries", "list", "--format", "json")) if row["id"] == 2)
    assert listed.items() <= shown.items()
    added = {"url", "headers", "body_base64", "http_version", "peer", "response", "rule", "passed"}
    assert shown.keys() - listed.keys() == added
    assert base64.b64decode(shown["body_base64"]) == b"body " + ESCAPE
    assert ["X-`", "head \xc2\x9b31m"] in shown["headers"]  # latin-1: one character for each byte
    assert shown["target"] == HOSTILE_TARGET


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("words", [("list",), ("show", "1"), ("show", "2"), ("show", "3")], ids=" ".join)
def test_no_terminal_escape_reaches_the_terminal(folder: Path, words: tuple[str, ...], form: str) -> None:
    printed = done(folder, "deliveries", *words, "--format", form)
    assert unshown(printed) == set()
    if form == "json":
        assert printed.isascii()


def test_a_terminal_that_cannot_show_everything_gets_the_rest_escaped(folder: Path) -> None:
    result = run(folder, "deliveries", "show", "2", env={"PYTHONIOENCODING": "ascii"})
    assert (result.returncode, result.stderr) == (0, "")
    assert "\\u2039U+001B\\u203a[2J" in result.stdout


def test_an_unknown_id_ends_with_1(folder: Path) -> None:
    result = run(folder, "deliveries", "show", "99")
    assert (result.returncode, result.stdout, result.stderr) == (1, "", "There is no delivery 99.\n")


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_folder_without_a_history_ends_with_2_and_stays_as_it_is(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run(tmp_path / "none", *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        f"{tmp_path / 'none'} cannot be read (unable to open database file)."
        " Start hookscope once, or choose one with --data-dir.\n"
    )
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_who_stops_reading_is_no_failure(folder: Path, words: tuple[str, ...]) -> None:
    with subprocess.Popen(command(folder, *words), env=environment(), stdout=-1, stderr=-1) as child:
        child.stdout.close()  # type: ignore[union-attr]
        assert (child.wait(LONGEST_S), child.stderr.read()) == (0, b"")  # type: ignore[union-attr]


def test_the_environment_names_the_folder_and_the_option_wins(folder: Path, tmp_path: Path) -> None:
    line = [sys.executable, "-m", "hookscope", "deliveries", "list"]
    for words, named in (([], folder), (["--data-dir", str(folder)], tmp_path / "other")):
        env = environment({"HOOKSCOPE_DATA_DIR": str(named)})
        printed = subprocess.run([*line, *words], env=env, check=True, capture_output=True, text=True).stdout
        assert len(printed.splitlines()) == 3
    first = [*line[:3], "--data-dir", str(folder), *line[3:]]  # before the command it means the same
    env = environment({"HOOKSCOPE_DATA_DIR": str(tmp_path / "other")})
    assert len(subprocess.run(first, env=env, check=True, capture_output=True, text=True).stdout.splitlines()) == 3


# --- endpoints -------------------------------------------------------------------------------------------------------


def applied(folder: Path, file: Path, text: str) -> subprocess.CompletedProcess[str]:
    """What ``endpoints apply`` says to a file with this text."""
    file.write_text(text, "utf-8")
    return run(folder, "endpoints", "apply", str(file))


def test_endpoints_list(folder: Path) -> None:
    assert done(folder, "endpoints", "list").split("\n") == [
        "my-automation                   /my-automation",
        "Anything else                   every other path",
        "",
    ]
    assert as_json(done(folder, "endpoints", "list", "--format", "json")) == [
        {"id": 1, "name": "my-automation", "path": "/my-automation", "status": 200},
        {"id": 2, "name": "Anything else", "path": "", "status": 200},
    ]


def test_endpoints_can_be_applied_before_the_first_start(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    result = applied(folder, tmp_path / "w.toml", WORKSPACE)
    assert (result.returncode, result.stdout, result.stderr) == (0, "orders  /orders\n", "")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "hookscope.db").stat().st_mode & 0o777 == 0o600
    names = [endpoint["name"] for endpoint in as_json(done(folder, "endpoints", "list", "--format", "json"))]
    assert names == ["my-automation", "orders", "Anything else"]


def test_endpoints_applied_while_it_listens_hold_from_the_next_request(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with Listening(folder) as listening, RawClient(listening.port) as client:
        client.send(request(target="/orders", body=b"1"))
        assert client.reply().status == 200
        assert applied(folder, tmp_path / "w.toml", WORKSPACE).returncode == 0
        client.send(request(target="/orders", body=b"2"))
        reply = client.reply()
        assert (reply.status, reply.body) == (202, b'{"ticket": "42"}')
        assert ("X-Handled-By", "hookscope") in reply.headers
        assert [listening.event()["endpoint"] for _ in range(2)] == ["Anything else", "orders"]
        assert (listening.end(), listening.errors()) == (0, "")


@pytest.mark.parametrize(
    ("fault", "place"),
    [
        (WORKSPACE + 'colour = "red"\n', "endpoint[1].response.colour"),
        (WORKSPACE.replace("status = 202", "status = 99"), "endpoint[1].response.status"),
        (WORKSPACE.replace('path = "/orders"', 'path = "orders"'), "endpoint[1].path"),
        ("version = 2\n", "version"),
        ("version = \n", "line 1"),
    ],
    ids=["unknown key", "bad value", "bad path", "other version", "no TOML"],
)
def test_a_workspace_that_cannot_be_used_is_refused_with_its_place(
    folder: Path, tmp_path: Path, fault: str, place: str
) -> None:
    before = done(folder, "endpoints", "export", "-")
    result = applied(folder, tmp_path / "w.toml", fault)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{tmp_path / 'w.toml'}: ")
    assert place in result.stderr
    assert result.stderr.count("\n") == 1
    assert done(folder, "endpoints", "export", "-") == before


def test_a_workspace_that_is_no_text_or_not_there_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_bytes(b"\xff\xfe")
    for name in ("w.toml", "none.toml"):
        result = run(folder, "endpoints", "apply", str(tmp_path / name))
        assert (result.returncode, result.stdout) == (2, "")
        assert str(tmp_path / name) in result.stderr
        assert "Traceback" not in result.stderr


def test_a_history_of_a_newer_version_is_left_alone(folder: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(folder / "hookscope.db")) as db:
        db.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    for result in (applied(folder, tmp_path / "w.toml", WORKSPACE), run(folder, "listen", "--port", "0")):
        assert (result.returncode, result.stdout) == (2, "")
        assert "The history was written by a newer Hookscope. Update Hookscope" in result.stderr
        assert "Traceback" not in result.stderr


def test_endpoints_go_round(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert applied(first, tmp_path / "w.toml", WORKSPACE).returncode == 0
    assert done(first, "endpoints", "export", str(tmp_path / "out.toml")) == ""
    exported = (tmp_path / "out.toml").read_text("utf-8")
    assert [endpoint["name"] for endpoint in tomllib.loads(exported)["endpoint"]] == [
        "my-automation",
        "orders",
        "Anything else",
    ]
    done(second, "endpoints", "apply", str(tmp_path / "out.toml"))
    assert done(second, "endpoints", "export", "-") == exported


def test_a_place_that_cannot_be_written_is_named(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "none" / "out.toml"
    result = run(folder, "endpoints", "export", str(target))
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"{target} cannot be written (No such file or directory).\n"
