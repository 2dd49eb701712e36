"""Hookscope without a window: what is on the terminal, from start to end."""

from __future__ import annotations

import json
import re
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.deliveries import arrival
from helpers.processes import Child, Listening, command, run, with_files_up_to
from helpers.raw_client import RawClient, request
from hookscope import control, terminal
from hookscope.deliveries import Delivery, Passed, Request, SentResponse, VerdictNote, iso_time
from hookscope.deliveries.statements import row_of_arrival
from hookscope.verification import Diagnosis, Verdict, note_of

NO_DISPLAY = "There is no display, so Hookscope listens in the terminal and sends itself one sample."
SAMPLE = r" {5}1  \d\d:\d\d:\d\d UTC  my-automation  POST /my-automation  173 B  200"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder whose settings name a free port, as the window's command has no option for one."""
    path = tmp_path / "data"
    path.mkdir()
    (path / "settings.json").write_text('{"version": 1, "port": 0}', "utf-8")
    return path


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Child]:
    """``hookscope listen`` for people, after its first line."""
    with Child(command(tmp_path / "data", "listen", "--port", "0")) as child:
        yield child


def delivery(note: VerdictNote, method: str = "POST") -> Delivery:
    """A delivery with this verdict."""
    came = arrival(request=Request(method, "/", (), b"{}"), verdict=note)
    return Delivery(row_of_arrival(1, came), came.request, SentResponse(200), note, "1.1", "127.0.0.1:1", 0, "")


def port_of(line: str) -> int:
    """The port in the line that says where it listens."""
    found = re.fullmatch(
        r"Hookscope listens on http://127\.0\.0\.1:(\d+) \(Ctrl\+C ends it\)\. Deliveries are kept in \S+\.", line
    )
    assert found, line
    return int(found[1])


def test_without_a_display_it_says_so_listens_and_shows_the_sample(folder: Path) -> None:
    with Child(command(folder)) as child:
        assert child.line() == NO_DISPLAY
        port = port_of(child.line())
        assert re.fullmatch(SAMPLE, child.line())
        with RawClient(port, request(target="/next")) as client:
            assert client.reply().status == 200
        assert "POST /next" in child.line()
        assert (child.end(signal.SIGINT), child.errors()) == (0, "")


def test_once_ends_after_the_sample(folder: Path) -> None:
    result = run(folder, "--once")
    assert (result.returncode, result.stderr) == (0, "")
    first, second, *rest = result.stdout.splitlines()
    assert first == NO_DISPLAY
    assert port_of(second)
    assert len(rest) == 1
    assert re.fullmatch(SAMPLE, rest[0])
    assert not (folder / "instance.json").exists()


def test_it_can_be_ended_while_the_sample_cannot_be_saved(folder: Path, tmp_path: Path) -> None:
    large = (
        f'version = 1\n[[endpoint]]\nname = "my-automation"\npath = "/"\nresponse = {{ body = "{"x" * 300_000}" }}\n'
    )
    (tmp_path / "w.toml").write_text(large, "utf-8")
    assert run(folder, "endpoints", "apply", str(tmp_path / "w.toml")).returncode == 0
    with Child([*with_files_up_to(200), *command(folder, "--once")]) as child:  # its row would have that body
        child.complains("The disk is full.")
        assert child.process.poll() is None
        assert child.end(signal.SIGINT) == 0


def test_a_line_for_people(listening: Child) -> None:
    port = port_of(listening.line())
    with RawClient(port, request(target="/a?b=c", body=b"12345")) as client:
        client.reply()
    assert re.fullmatch(r" {5}1  \d\d:\d\d:\d\d UTC  Anything else  POST /a\?b=c  5 B  200", listening.line())
    with RawClient(port, b"\x16\x03\x01 tls \x1b[31m\r\n\r\n") as client:
        client.rest()
    line = listening.line()
    assert line.endswith(" B  400  refused")
    assert "TLS" in line


def test_nothing_that_a_sender_controls_is_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "\x1b[2J\x9b31m\u202e\r\n" + "x" * 500
    event = {"event": "delivery", "id": 1, "received_at": iso_time(0), "body_bytes": 0, "status": 200, "attempt": 1}
    event["verdict"] = {"state": "unconfigured", "reason": "unconfigured"}
    for text in ({"method": hostile, "target": hostile, "problem": None}, {"method": None, "problem": hostile}):
        terminal.write_text({**event, "endpoint": hostile, "outcome": "answered", **text})
    lines = capsys.readouterr().out.removesuffix("\n").split("\n")
    assert [line.isprintable() for line in lines] == [True, True]
    assert all("‹U+001B›[2J‹U+009B›31m‹U+202E›‹U+000D›↵" in line and len(line) < 320 for line in lines)


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("verified", "ok", "200  verified"),
        ("failed", "signature_mismatch", "200  failed (signature mismatch)"),
        ("unsigned", "unsigned", "200  unsigned"),
        ("unavailable", "keyring_locked", "200  unavailable (keyring locked)"),
        ("unconfigured", "unconfigured", "200"),
    ],
)
def test_a_line_names_the_verdict(capsys: pytest.CaptureFixture[str], state: str, reason: str, words: str) -> None:
    event = {"id": 1, "received_at": iso_time(0), "endpoint": "x", "method": "POST", "target": "/", "body_bytes": 2}
    done = {"event": "delivery", "status": 200, "attempt": 1, "outcome": "answered", "problem": None}
    terminal.write_text({**event, **done, "verdict": {"state": state, "reason": reason}})
    assert capsys.readouterr().out.endswith(f"  2 B  {words}\n")


def test_a_delivery_for_people_tells_the_verdict() -> None:
    note = VerdictNote("unconfigured")
    assert "\nVerification: not checked\n" in terminal.as_text(delivery(note))
    mistake = Diagnosis("x", "It is the right token in quotation marks\x1b[2J.")
    verdict = Verdict("failed", "signature_mismatch", "Another value.", "token", "vendasta-send", diagnosis=(mistake,))
    lines = terminal.as_text(delivery(note_of(verdict))).split("\n")
    assert lines[1:4] == [
        "Verification: failed (signature mismatch) by vendasta-send",
        "Another value.",
        "It is the right token in quotation marks‹U+001B›[2J.",
    ]
    assert "Verification" not in terminal.as_text(delivery(note, method=""))


def test_a_delivery_for_people_tells_which_rule_answered_and_why_others_did_not() -> None:
    assert "rule" not in terminal.as_text(delivery(VerdictNote()))
    passed = (Passed("paid", "the path is /a\nAnswered 200 OK\x1b[2J, not /b"), Passed("off", "it is switched off"))
    by_rule = replace(delivery(VerdictNote()), rule="fail twice", passed=passed)
    assert terminal.as_text(by_rule).split("\n")[2:5] == [
        "Not the rule “paid”: the path is /a↵Answered 200 OK‹U+001B›[2J, not /b",
        "Not the rule “off”: it is switched off",
        "Chosen: the rule “fail twice”",
    ]
    assert "Chosen: the default response" in terminal.as_text(replace(by_rule, rule=""))


def test_a_second_attempt_is_marked(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with Child(command(folder, "listen", "--port", "0")) as child:
        port = port_of(child.line())
        (tmp_path / "w.toml").write_text(
            'version = 1\n[[endpoint]]\nname = "late"\npath = "/late"\nresponse = { status = 503 }\n', "utf-8"
        )
        assert run(folder, "endpoints", "apply", str(tmp_path / "w.toml")).returncode == 0
        for _ in range(2):
            with RawClient(port, request(target="/late", body=b"x")) as client:
                assert client.reply().status == 503
        assert child.line().endswith("  503")
        assert child.line().endswith("  503  attempt 2")


def test_another_command_can_stop_it(tmp_path: Path) -> None:
    with Listening(tmp_path / "data") as listening:
        assert control.ask(tmp_path / "data", "show") is False  # it has no window
        assert control.ask(tmp_path / "data", "stop") is True
        assert (listening.process.wait(20), listening.errors()) == (0, "")
    assert control.ask(tmp_path / "data", "stop") is False


def test_every_delivery_is_printed_once_with_its_outcome(tmp_path: Path) -> None:
    count = 60
    with Listening(tmp_path / "data") as listening:
        clients = [RawClient(listening.port) for _ in range(4)]
        for number in range(count):
            clients[number % 4].send(request(target=f"/{number}"))
        for number in range(count):
            assert clients[number % 4].reply().status == 200
        for client in clients:
            client.close()
        assert listening.end() == 0
        events = [json.loads(line) for line in iter(listening.line, "")]
    assert sorted(event["id"] for event in events) == list(range(1, count + 1))
    assert {event["outcome"] for event in events} == {"answered"}


def test_what_was_set_aside_at_the_start_is_said(folder: Path) -> None:
    (folder / "hookscope.db").write_bytes(b"this is no database" * 100)
    result = run(folder, "--once")
    assert result.returncode == 0
    assert re.fullmatch(
        r"The history could not be opened\. It was set aside as \S+ and a new one was begun\.\n", result.stderr
    )
    (aside,) = folder.glob("hookscope.db.unreadable-*")
    assert aside.read_bytes() == b"this is no database" * 100


def test_a_port_of_the_settings_that_is_taken(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        (folder / "settings.json").write_text(json.dumps({"version": 1, "port": port}), "utf-8")
        result = run(folder, "--once")
    assert (result.returncode, result.stdout) == (2, NO_DISPLAY + "\n")
    assert result.stderr.startswith(f"Port {port} is in use by ")
    assert result.stderr.endswith(" Use another one with --port.\n")
