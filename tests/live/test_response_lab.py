"""A workspace file brings the whole response lab up without a window; senders are curl and a handler of its own."""

from __future__ import annotations

import http.server
import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.processes import Listening, done, run

pytestmark = pytest.mark.needs("curl")

WORKSPACE = """
version = 1

[[endpoint]]
name = "order-created"
path = "/order-created"
response_keys = [{ key = "ticket", type = "string" }]

[[endpoint.rule]]
name = "fail twice"
when = { attempt = "<=2" }
response = { status = 503, json = { error = "later" } }

[[endpoint.rule]]
name = "paid"
when = { body = "status == 'paid'", "header.X-Event" = { like = "order.*" } }
response = { status = 201, template = '{"ticket": {{ json.orderId|tojson }}}', headers = [["X-By", "rule"]] }

[endpoint.response]
json = { ticket = "42" }
HANDLER
[[endpoint]]
name = "dropped"
path = "/dropped"
response = { fault = "reset-before" }

[[endpoint]]
name = "file"
path = "/file"
response = { file = "reply.json" }
"""


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers with what it was sent."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(207)
        self.send_header("X-Path", self.path)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


@pytest.fixture
def handler() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield server.server_address[1]
        server.shutdown()
        serving.join()


def workspace(folder: Path, handler: str = "http://127.0.0.1:1/") -> str:
    forward = f'\n[[endpoint]]\nname = "handled"\npath = "/handled"\nresponse = {{ forward = "{handler}" }}\n'
    path = folder / "lab.toml"
    path.write_text(WORKSPACE.replace("HANDLER", forward), "utf-8")
    return str(path)


def curl(url: str, *arguments: str) -> tuple[int, str, int]:
    """The status, the body and curl's own exit code."""
    line = ["curl", "-s", "--max-time", "20", "--noproxy", "*", "-w", "\n%{http_code}", *arguments, url]
    result = subprocess.run(line, check=False, capture_output=True, text=True)
    body, _, status = result.stdout.rpartition("\n")
    return int(status), body, result.returncode


def test_a_running_listener_answers_as_the_file_says(tmp_path: Path, handler: int) -> None:
    data = tmp_path / "data"
    with Listening(data) as listening:
        file = workspace(tmp_path, f"http://127.0.0.1:{handler}/hooks")
        applied = run(data, "endpoints", "apply", file)
        assert applied.returncode == 0
        assert applied.stderr == f"reply.json is not in {data / 'files'}. Put it there; until then, requests get 500.\n"

        order = ("-d", '{"orderId": "ORD-1", "status": "paid"}', "-H", "X-Event: order.paid")
        answers = [curl(f"{listening.url}/order-created", *order)[:2] for _ in range(3)]
        assert answers == [(503, '{"error": "later"}')] * 2 + [(201, '{"ticket": "ORD-1"}')]
        assert curl(f"{listening.url}/dropped", "-d", "x") == (0, "", 56)
        assert curl(f"{listening.url}/file", "-d", "x")[0] == 500
        (data / "files").mkdir(exist_ok=True)
        (data / "files" / "reply.json").write_text("[1]")
        assert curl(f"{listening.url}/file", "-d", "x")[:2] == (200, "[1]")
        assert curl(f"{listening.url}/handled/deep?x=%zz", "-d", "to the handler")[:2] == (207, "to the handler")
        last = [listening.event() for _ in range(7)][-1]
        assert (last["endpoint"], last["status"], last["outcome"]) == ("handled", 207, "answered")
    shown = json.loads(done(data, "deliveries", "show", "3", "--format", "json"))
    assert shown["rule"] == "paid"
    assert shown["passed"] == [["fail twice", "this is attempt 3, not ≤ 2"]]
    handled = json.loads(done(data, "deliveries", "show", "7", "--format", "json"))
    assert ["X-Path", "/hooks/deep?x=%zz"] in handled["response"]["headers"]


def test_what_was_applied_is_exported_again(tmp_path: Path) -> None:
    data, again = tmp_path / "data", tmp_path / "again"
    run(data, "endpoints", "apply", workspace(tmp_path))
    exported = done(data, "endpoints", "export", "-")
    (tmp_path / "exported.toml").write_text(exported)
    run(again, "endpoints", "apply", str(tmp_path / "exported.toml"))
    assert done(again, "endpoints", "export", "-") == exported
    assert "fail twice" in exported


def test_a_strangers_file_cannot_have_requests_sent_elsewhere(tmp_path: Path) -> None:
    data, file = tmp_path / "data", workspace(tmp_path, "https://collector.example/in")
    refused = run(data, "endpoints", "apply", file)
    assert refused.returncode == 2
    assert refused.stderr.endswith(
        "It forwards requests to collector.example, off this computer. If you want that, add"
        " --allow-forward collector.example.\n"
    )
    assert "handled" not in done(data, "endpoints", "list")
    assert run(data, "endpoints", "apply", file, "--allow-forward", "other.example").returncode == 2
    assert run(data, "endpoints", "apply", file, "--allow-forward", "collector.example").returncode == 0
    assert run(data, "endpoints", "apply", file).returncode == 0  # once is enough


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ('when = { body = "a ==" }', "rule[1].when: The expression is not complete"),
        ('when = { attempt = "often" }', "rule[1].when: Write the attempt as a number or comparison"),
        ('when = { headers = "x" }', "rule[1].when.headers is not known"),
        ('response = { template = "{% for %}" }', "rule[1].response.body: Line 1"),
        ('response = { file = "../../.ssh/id_rsa" }', "rule[1].response.body: “../../.ssh/id_rsa” cannot be a file"),
        (
            'response = { headers = [["X-A", "b\\r\\nX-Evil: 1"]] }',
            "rule[1].response.headers: The value of X-A has a line break",
        ),
        ('response = { headers = [["Connection", "close"]] }', "rule[1].response.headers: Connection belongs"),
        ("response = { status = 101 }", "rule[1].response.status: 101 announces"),
        ('response = { fault = "explode" }', "rule[1].response.fault must be one of none, reset-before"),
        ("response = { delay_s = 601 }", "rule[1].response.delay: A delay is from 0 to 600 seconds"),
        ('response = { forward = "ftp://127.0.0.1/" }', "rule[1].response.body:"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, rule: str, sentence: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(f"version = 1\n[[endpoint]]\nname = 'a'\npath = '/a'\n[[endpoint.rule]]\nname = 'r'\n{rule}\n")
    refused = run(tmp_path / "data", "endpoints", "apply", str(file))
    assert refused.returncode == 2
    assert f"endpoint[1].{sentence}" in refused.stderr
