"""The control site does what it is asked, and only for who knows the token."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from http.client import HTTPConnection
from pathlib import Path

import pytest

from hookscope import control, instance
from hookscope.control import Command, ControlSite
from hookscope.instance import Instance

TOKEN = "the token"


class Served:
    """A control site on a loop in a thread of its own, as in the program."""

    def __init__(self, token: str, commands: Mapping[str, Command]) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.site: ControlSite = self.run(control.serve(token, commands))

    def run(self, coroutine: object) -> ControlSite:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)  # type: ignore[arg-type]

    def close(self) -> None:
        self.run(self.site.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


Serve = Callable[[str, Mapping[str, Command]], Served]


@pytest.fixture
def serve() -> Iterator[Serve]:
    running: list[Served] = []

    def start(token: str, commands: Mapping[str, Command]) -> Served:
        running.append(Served(token, commands))
        return running[-1]

    yield start
    for served in running:
        served.close()


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Instance]:
    with instance.hold(tmp_path) as held:
        yield held


def request(port: int, method: str, path: str, headers: list[tuple[str, str]]) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    connection.putrequest(method, path, skip_host=True)
    for header in headers:
        connection.putheader(*header)
    connection.endheaders()
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def test_commands_are_done(serve: Serve, held: Instance, tmp_path: Path) -> None:
    done: list[str] = []
    commands: dict[str, Command] = {name: lambda name=name: done.append(name) for name in ("show", "reload", "stop")}  # type: ignore[misc]
    held.announce(serve(held.token, commands).site.port)
    assert all(control.ask(tmp_path, name) for name in commands)
    assert done == ["show", "reload", "stop"]
    assert not control.ask(tmp_path, "delete-everything")


def test_the_answer_waits_for_what_the_command_began(serve: Serve, held: Instance, tmp_path: Path) -> None:
    begun: Future[None] = Future()
    reloaded = threading.Event()

    def finish() -> None:
        time.sleep(0.2)
        reloaded.set()
        begun.set_result(None)

    def reload() -> Future[None]:
        threading.Thread(target=finish).start()
        return begun

    held.announce(serve(held.token, {"reload": reload}).site.port)
    assert control.ask(tmp_path, "reload")
    assert reloaded.is_set()


@pytest.mark.logs("the command /reload failed")
def test_a_command_that_fails_is_not_done(serve: Serve, held: Instance, tmp_path: Path) -> None:
    broken: Future[None] = Future()
    broken.set_exception(OSError("disk full"))
    held.announce(serve(held.token, {"reload": lambda: broken}).site.port)
    assert not control.ask(tmp_path, "reload")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([("Host", "127.0.0.1:{port}"), (control.TOKEN_HEADER, TOKEN)], 204),
        ([("Host", "127.0.0.1:{port}")], 403),
        ([("Host", "127.0.0.1:{port}"), (control.TOKEN_HEADER, "")], 403),
        ([("Host", "127.0.0.1:{port}"), (control.TOKEN_HEADER, TOKEN + " ü")], 403),
        ([("Host", "127.0.0.1:{port}"), (control.TOKEN_HEADER, TOKEN[:-1])], 403),
        ([("Host", "127.0.0.1"), (control.TOKEN_HEADER, TOKEN)], 403),
        ([("Host", "localhost:{port}"), (control.TOKEN_HEADER, TOKEN)], 403),
        ([("Host", "evil.example:{port}"), (control.TOKEN_HEADER, TOKEN)], 403),
    ],
)
def test_only_who_knows_the_token_and_comes_to_this_address(
    serve: Serve, headers: list[tuple[str, str]], status: int
) -> None:
    done: list[str] = []
    port = serve(TOKEN, {"stop": lambda: done.append("stop")}).site.port
    assert request(port, "POST", "/stop", [(name, value.format(port=port)) for name, value in headers]) == status
    assert bool(done) == (status == 204)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/stop", 405), ("POST", "/", 404), ("POST", "/stop/", 404)]
)
def test_only_a_post_to_a_command(serve: Serve, method: str, path: str, status: int) -> None:
    done: list[str] = []
    port = serve(TOKEN, {"stop": lambda: done.append("stop")}).site.port
    assert request(port, method, path, [("Host", f"127.0.0.1:{port}"), (control.TOKEN_HEADER, TOKEN)]) == status
    assert not done


def test_strangers_are_not_told_which_commands_there_are(serve: Serve) -> None:
    port = serve(TOKEN, {}).site.port
    assert request(port, "GET", "/nothing", [("Host", f"127.0.0.1:{port}")]) == 403


def test_nobody_to_ask(tmp_path: Path) -> None:
    assert not control.ask(tmp_path, "show")


def test_a_site_that_is_gone_is_not_done(serve: Serve, held: Instance, tmp_path: Path) -> None:
    served = serve(held.token, {})
    held.announce(served.site.port)
    served.run(served.site.close())
    assert not control.ask(tmp_path, "show")


def test_who_asks_waits_for_one_that_is_starting(serve: Serve, held: Instance, tmp_path: Path) -> None:
    port = serve(held.token, {"show": lambda: None}).site.port
    later = threading.Timer(0.3, held.announce, [port])
    later.start()
    assert control.ask(tmp_path, "show")
    later.join()


def test_waiting_ends(held: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "TIMEOUT_S", 0.2)
    assert not control.ask(tmp_path, "show")


def test_asking_does_not_load_the_server() -> None:
    code = f"import sys; sys.path[:0] = {sys.path!r}; import hookscope.control; print('aiohttp' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
