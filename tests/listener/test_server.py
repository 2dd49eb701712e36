"""The listener as a whole: its address, its thread, its end."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from helpers.core import MEBIBYTE, Core, eventually
from helpers.raw_client import RawClient, request
from hookscope.deliveries import Outcome, Reader, Store
from hookscope.endpoints import Endpoints
from hookscope.listener import Listener, ListenerState, snapshot_of
from hookscope.responses import BodyKind, Files, Response

LISTEN = (
    "import socket, sys\n"
    "held = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n"
    "print(held.getsockname()[1], flush=True)\n"
    "sys.stdin.read()"
)


@contextmanager
def other_program(port: int = 0) -> Iterator[tuple[int, int]]:
    """Another process that listens on a port: its pid and the port."""
    command = [sys.executable, "-c", LISTEN, str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        assert child.stdin
        yield child.pid, int(child.stdout.readline())
        child.stdin.close()


def refuses(port: int) -> bool:
    """Whether nothing listens on a port."""
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except ConnectionRefusedError:
        return True
    return False


def test_a_taken_port_is_named_with_its_holder_and_a_free_one_is_offered(core: Core) -> None:
    states: list[ListenerState] = []
    core.listener.subscribe(states.append)
    with other_program() as (pid, port):
        state = core.listener.open("127.0.0.1", port).result(10)
        assert (state.state, state.host, state.port) == ("failed", "127.0.0.1", port)
        assert state.problem.startswith(f"Port {port} is in use by python")
        assert state.problem.endswith(f" ({pid}).")
        assert state.free_port > port
        socket.create_server(("127.0.0.1", state.free_port)).close()
        assert states == [state]
    assert core.listener.open("127.0.0.1", port).result(10) == ListenerState("listening", "127.0.0.1", port)
    with RawClient(port, request()) as client:
        assert client.reply().status == 200


def test_a_free_port_leaves_out_the_next_one_when_that_is_taken_too(core: Core) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        first = core.listener.open("127.0.0.1", port).result(10).free_port
        with socket.create_server(("127.0.0.1", first)):
            assert core.listener.open("127.0.0.1", port).result(10).free_port > first


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid", "a..b", "256.1.1.1"])
def test_an_address_of_another_computer(core: Core, host: str) -> None:
    state = core.listener.open(host, 0).result(20)
    assert state == ListenerState("failed", host, 0, f"{host} is not an address of this computer. Use 127.0.0.1.")
    assert core.listener.open("127.0.0.1", 0).result(10).state == "listening"


def test_another_address_takes_the_place_of_the_first(core: Core) -> None:
    with RawClient(core.port, request()) as client:
        client.reply()
        port = core.listener.open("127.0.0.1", 0).result(10).port
        assert port != core.port
        assert refuses(core.port)
        client.send(request())
        assert client.reply().status == 200  # what was connected stays
        with RawClient(port, request()) as other:
            assert other.reply().status == 200
    assert len(core.stopped(3)) == 3


def test_many_changes_of_the_address_at_once_leave_one_open(core: Core) -> None:
    states = [opening.result(10) for opening in [core.listener.open("127.0.0.1", 0) for _ in range(10)]]
    assert [state.state for state in states] == ["listening"] * 10
    assert [refuses(state.port) for state in states] == [True] * 9 + [False]
    assert core.listener.state == states[-1]


def test_no_connection_is_forgotten_when_the_address_changes(core: Core) -> None:
    stop, hung = threading.Event(), list[int]()

    def send() -> None:
        while not stop.is_set():
            try:
                with RawClient(core.listener.state.port, request(headers=(("Connection", "close"),))) as client:
                    client.socket.settimeout(5)
                    client.rest()
            except TimeoutError:
                hung.append(1)
            except ConnectionError:
                pass

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(60):
        core.listener.open("127.0.0.1", 0).result(10)
        time.sleep(0.02)
    stop.set()
    for thread in threads:
        thread.join()
    assert not hung


def test_the_new_series_go_on_with_the_old_ones_after_a_change_of_address(core: Core) -> None:
    core.answer(Response(503))
    for _ in range(2):
        with RawClient(core.listener.state.port, request(body=b"same")) as client:
            client.reply()
        core.listener.open("127.0.0.1", 0).result(10)
    assert [each.row.attempt for each in core.stopped(2)] == [1, 2]


def test_a_listener_that_was_never_opened_stops(tmp_path: Path) -> None:
    store = Store(tmp_path)
    pages = Reader(tmp_path, "pages")
    listener = Listener(store, pages, snapshot_of(Endpoints(store).all(), files=Files(tmp_path / "files")))
    listener.stop()
    pages.close()
    store.close()
    assert listener.state.state == "off"
    assert not {thread.name for thread in threading.enumerate()} & {"listener", "store-writer", "store-pages"}


def test_stopping_under_load_is_clean_and_quick(tmp_path: Path) -> None:
    core = Core(tmp_path)
    answered, stop = [0] * 8, threading.Event()

    def send(mine: int) -> None:
        while not stop.is_set():
            try:
                with RawClient(core.port) as client:
                    for _ in range(20):
                        client.send(request(target=f"/{mine}", body=b"x" * 500))
                        assert client.reply().status == 200
                        answered[mine] += 1
            except (ConnectionError, EOFError):
                time.sleep(0.01)

    threads = [threading.Thread(target=send, args=(mine,)) for mine in range(8)]
    for thread in threads:
        thread.start()
    eventually(lambda: sum(answered) > 300)
    begun = time.monotonic()
    core.stop_listener()
    took = time.monotonic() - begun
    stop.set()
    for thread in threads:
        thread.join()
    kept = core.read(lambda db: db.execute("SELECT outcome, count(*) FROM delivery GROUP BY outcome").fetchall())
    core.__exit__()
    assert took < 2
    by_outcome = dict(kept)
    assert by_outcome[Outcome.ANSWERED] >= sum(answered)
    assert set(by_outcome) <= {Outcome.ANSWERED, Outcome.SENDER_GONE, Outcome.INCOMPLETE}
    assert not {thread.name for thread in threading.enumerate()} & {"listener", "store-writer", "store-pages"}


def test_stopping_does_not_wait_for_a_sender_that_does_not_read(core: Core) -> None:
    core.answer(Response(200, (), "x" * 10 * MEBIBYTE, BodyKind.TEXT))
    with RawClient(core.port, request()) as client:
        client.socket.recv(1000)
        begun = time.monotonic()
        core.stop_listener()
        assert time.monotonic() - begun < 2


def test_stopping_does_not_wait_for_idle_connections(core: Core) -> None:
    with RawClient(core.port, request()) as used, RawClient(core.port, b"GET /"), RawClient(core.port):
        used.reply()
        begun = time.monotonic()
        core.stop_listener()
        assert time.monotonic() - begun < 1.5  # the lingering of one would take 2
        assert used.rest() == b""
