"""The composition root: starts and stops the parts in order, and is what window and commands are made from."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.core import TIMEOUT_S, Watch, eventually
from helpers.raw_client import RawClient, request
from hookscope import control, instance
from hookscope.deliveries import Delivery, queries
from hookscope.deliveries.database import MIGRATIONS, open_database
from hookscope.endpoints import CATCH_ALL_NAME, Endpoint, EndpointError, WorkspaceError, apply_workspace
from hookscope.instance import AlreadyRunning
from hookscope.listener import ListenerState
from hookscope.program import CannotStart, Program
from hookscope.responses import Response
from hookscope.sender import SendError
from hookscope.settings import load

CHOOSE = "Choose a folder with --data-dir."
WORKSPACE = 'version = 1\n[[endpoint]]\nname = "orders"\npath = "/orders"\nresponse = { status = 202 }\n'


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    running = Program(tmp_path / "data")
    yield running
    running.close()


@pytest.fixture
def listening(program: Program) -> Program:
    """The program, once it listens on a free port."""
    state = program.listen(0).result(TIMEOUT_S)
    assert state.state == "listening"
    return program


def endpoint_named(program: Program, name: str) -> Endpoint:
    """One of the endpoints."""
    return next(endpoint for endpoint in program.endpoints.all() if endpoint.name == name)


def status(port: int, target: str) -> int:
    """What a request to this target is answered."""
    with RawClient(port, request(target=target, body=b"x")) as client:
        return client.reply().status


def stored(program: Program) -> list[Delivery]:
    """All deliveries, oldest first."""

    def read(db: sqlite3.Connection) -> list[Delivery]:
        found = (queries.delivery(db, id) for id in reversed(queries.newest_ids(db, None, 1000)))
        return [delivery for delivery in found if delivery]

    return program.pages.submit(read).result(TIMEOUT_S)


def send_samples(program: Program, *endpoints: Endpoint) -> None:
    """Send the sample to each endpoint in turn."""

    async def send() -> None:
        for endpoint in endpoints:
            await program.send_sample(endpoint)

    asyncio.run(send())


@contextmanager
def nothing_left_behind() -> Iterator[None]:
    """No thread more at the end than at the start."""
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in set(threading.enumerate()) - before]
    assert left == []


# --- start and end ---------------------------------------------------------------------------------------------------


def test_a_folder_has_one_program_at_a_time(program: Program, tmp_path: Path) -> None:
    with nothing_left_behind(), pytest.raises(AlreadyRunning, match=rf"\(process {os.getpid()}\)\.$"):
        Program(tmp_path / "data")
    program.close()
    Program(tmp_path / "data").close()


def test_the_data_folder_is_its_owners_alone(program: Program) -> None:
    assert program.data_dir.stat().st_mode & 0o777 == 0o700
    program.change_settings(replace(program.settings, theme="dark"))
    assert {path.stat().st_mode & 0o777 for path in program.data_dir.iterdir()} == {0o600}


def test_nothing_is_left_of_one_that_was_stopped(tmp_path: Path) -> None:
    with nothing_left_behind():
        program = Program(tmp_path / "data")
        program.open_control({})
        port = program.listen(0).result(TIMEOUT_S).port
        with RawClient(port, request()) as client:
            assert client.reply().status == 200
            asyncio.run(program.stop())
        assert program.listener_state.state == "off"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 5)
    names = {path.name for path in program.data_dir.iterdir()}
    assert names == {"hookscope.db", instance.LOCK_NAME}  # no log, no note: all is in the one file
    program.close()  # a second time is harmless


def test_what_was_captured_is_there_after_a_restart(tmp_path: Path) -> None:
    first = Program(tmp_path / "data")
    first.import_workspace(WORKSPACE)
    assert status(first.listen(0).result(TIMEOUT_S).port, "/orders") == 202
    first.close()
    second = Program(tmp_path / "data")
    try:
        assert [(each.row.endpoint_name, each.row.outcome) for each in stored(second)] == [("orders", "answered")]
        assert status(second.listen(0).result(TIMEOUT_S).port, "/orders") == 202
        assert second.notices == []
    finally:
        second.close()


def spoiled_by_a_file(folder: Path) -> None:
    folder.write_bytes(b"")


def spoiled_by_a_folder(folder: Path) -> None:
    (folder / "hookscope.db").mkdir(parents=True)


def spoiled_by_a_newer_version(folder: Path) -> None:
    folder.mkdir()
    with closing(open_database(folder).db) as db:
        db.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (spoiled_by_a_file, f"{{}} cannot be written (File exists). {CHOOSE}"),
        (
            spoiled_by_a_folder,
            f"The history in {{}} cannot be opened ([Errno 21] Is a directory: '{{}}/hookscope.db'). {CHOOSE}",
        ),
        (
            spoiled_by_a_newer_version,
            "The history was written by a newer Hookscope. Update Hookscope, or choose another folder with --data-dir.",
        ),
    ],
)
def test_why_it_cannot_start(tmp_path: Path, spoil: Callable[[Path], None], sentence: str) -> None:
    folder = tmp_path / "data"
    spoil(folder)
    with nothing_left_behind(), pytest.raises(CannotStart) as caught:
        Program(folder)
    assert str(caught.value) == sentence.replace("{}", str(folder))
    if folder.is_dir():
        instance.hold(folder).release()  # and the folder is free again


def test_it_cannot_start_on_a_history_that_is_locked(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    Program(folder).close()
    with closing(sqlite3.connect(folder / "hookscope.db", isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        with (
            nothing_left_behind(),
            pytest.raises(CannotStart, match=r"cannot be opened \(database is locked\)\."),
        ):
            Program(folder)
    Program(folder).close()


def test_an_unreadable_history_is_set_aside_and_named(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "hookscope.db").write_bytes(b"no database" * 500)
    program = Program(folder)
    program.close()
    (aside,) = folder.glob("hookscope.db.unreadable-*")
    assert program.notices == [f"The history could not be opened. It was set aside as {aside} and a new one was begun."]
    assert aside.read_bytes() == b"no database" * 500


# --- where it listens ------------------------------------------------------------------------------------------------


def test_the_address_of_each_endpoint(listening: Program) -> None:
    base = f"http://127.0.0.1:{listening.listener_state.port}"
    (orders,) = listening.import_workspace(WORKSPACE)
    assert listening.url() == base
    assert listening.url(orders) == f"{base}/orders"
    assert listening.url(endpoint_named(listening, CATCH_ALL_NAME)) == base


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:8787"), ("::", "http://[::1]:8787"), ("localhost", "http://localhost:8787")],
)
def test_the_address_before_it_listens_is_one_that_can_be_reached(program: Program, host: str, url: str) -> None:
    program.settings = replace(program.settings, host=host)
    assert program.url() == url


def test_another_port_in_the_settings_restarts_the_listener(listening: Program) -> None:
    states: list[ListenerState] = []
    listening.subscribe_listener(states.append)
    before = listening.listener_state.port
    with socket.create_server(("127.0.0.1", 0)) as held:
        free = held.getsockname()[1]
    listening.change_settings(replace(listening.settings, port=free))
    eventually(lambda: listening.listener_state.port == free)
    assert listening.listener_state == ListenerState("listening", "127.0.0.1", free)
    assert states[-1] == listening.listener_state
    assert status(free, "/") == 200
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", before), 5)
    assert load(listening.data_dir)[0] == listening.settings
    count = len(states)
    listening.change_settings(replace(listening.settings, theme="dark"))
    assert status(free, "/") == 200
    assert len(states) == count


def test_a_port_that_is_taken_is_a_state_with_a_free_one(program: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        state = program.listen(port).result(TIMEOUT_S)
    assert (state.state, state.port) == ("failed", port)
    assert state.problem.startswith(f"Port {port} is in use by ")
    assert state.free_port > port
    assert program.listen(state.free_port).result(TIMEOUT_S).state == "listening"


def test_the_body_limit_of_the_settings_holds_from_the_next_request(listening: Program) -> None:
    def answered() -> int:
        with RawClient(listening.listener_state.port, request(body=b"x" * (2 << 20))) as client:
            return client.reply().status

    assert answered() == 200
    listening.change_settings(replace(listening.settings, body_limit_mib=1))
    assert answered() == 413
    listening.change_settings(replace(listening.settings, body_limit_mib=2))
    assert answered() == 200


def test_how_much_is_kept_can_be_changed_while_it_runs(listening: Program) -> None:
    for number in range(5):
        assert status(listening.listener_state.port, f"/{number}") == 200
    listening.change_settings(replace(listening.settings, keep_count=2))
    eventually(lambda: len(stored(listening)) == 2)
    assert [delivery.request.target for delivery in stored(listening)] == ["/3", "/4"]


# --- samples ---------------------------------------------------------------------------------------------------------


def test_a_sample_is_marked_as_one_and_counts_its_own_attempts(listening: Program) -> None:
    watch = Watch(listening.store)
    (orders,) = listening.import_workspace(WORKSPACE.replace("202", "503"))
    send_samples(listening, orders, orders, endpoint_named(listening, CATCH_ALL_NAME))
    with RawClient(listening.listener_state.port, request()) as client:
        client.reply()
    eventually(lambda: len(watch.settled()) == 4)
    rows = [delivery.row for delivery in stored(listening)]
    assert [(row.via, row.target, row.endpoint_name, row.status, row.attempt, row.again) for row in rows] == [
        ("sample", "/orders", "orders", 503, 1, False),
        ("sample", "/orders", "orders", 503, 2, False),
        ("sample", "/", CATCH_ALL_NAME, 200, 1, False),
        ("local", "/", CATCH_ALL_NAME, 200, 1, False),
    ]


def test_the_same_from_another_sender_counts_on(listening: Program) -> None:
    (orders,) = listening.import_workspace(WORKSPACE.replace("202", "503"))
    for _ in range(2):
        assert status(listening.listener_state.port, "/orders") == 503
    send_samples(listening, orders)
    assert status(listening.listener_state.port, "/orders") == 503
    assert [(delivery.row.via, delivery.row.attempt) for delivery in stored(listening)] == [
        ("local", 1),
        ("local", 2),
        ("sample", 1),
        ("local", 3),
    ]


def test_ids_and_findings_of_a_request_are_in_its_row(listening: Program) -> None:
    send_samples(listening, listening.endpoints.all()[0])
    order = ("orderId", "AG-7PQTGLLXQQ:ORD-S548DKHMKX"), ("partnerId", "9YW9")
    with RawClient(listening.listener_state.port, request(headers=order)) as client:
        assert client.reply().status == 200
    sample, empty = (delivery.row for delivery in stored(listening))
    assert (sample.ids[0], sample.finding) == ("AG-7PQTGLLXQQ:ORD-S548DKHMKX", "")
    assert (empty.ids, empty.finding) == (sample.ids[:1], "body-empty")


def test_a_sample_needs_the_listener(program: Program) -> None:
    with pytest.raises(SendError, match=r"^The listener is off\. Turn it on and send the sample again\.$"):
        send_samples(program, program.endpoints.all()[0])


# --- the workspace file ----------------------------------------------------------------------------------------------


def test_the_workspace_goes_round(listening: Program, tmp_path: Path) -> None:
    (orders,) = listening.import_workspace(WORKSPACE)
    assert (orders.name, orders.path, orders.response.status) == ("orders", "/orders", 202)
    assert orders in listening.endpoints.all()
    assert status(listening.listener_state.port, "/orders") == 202
    other = Program(tmp_path / "other")
    try:
        other.import_workspace(listening.export_workspace())
        assert other.export_workspace() == listening.export_workspace()
    finally:
        other.close()


def test_a_workspace_with_a_fault_changes_nothing(program: Program) -> None:
    before = program.endpoints.all()
    for text in (WORKSPACE + 'colour = "red"\n', WORKSPACE + WORKSPACE.removeprefix("version = 1\n")):
        with pytest.raises(WorkspaceError, match=r"endpoint\[[12]\]\.(colour|name)"):
            program.import_workspace(text)
    assert program.endpoints.all() == before


def test_an_endpoint_that_was_changed_answers_anew_from_the_next_request(listening: Program) -> None:
    first = listening.endpoints.all()[0]
    port = listening.listener_state.port
    assert status(port, first.path) == 200
    listening.endpoints.save(replace(first, response=Response(status=418))).result(TIMEOUT_S)
    assert status(port, first.path) == 418
    with pytest.raises(EndpointError):
        listening.endpoints.delete(endpoint_named(listening, CATCH_ALL_NAME).id).result(TIMEOUT_S)


# --- other commands --------------------------------------------------------------------------------------------------


def test_other_commands_can_make_it_read_the_endpoints_again(listening: Program) -> None:
    listening.open_control({})
    with closing(open_database(listening.data_dir).db) as db:
        apply_workspace(db, [Endpoint("orders", "/orders", Response(status=202))])
    assert status(listening.listener_state.port, "/orders") == 200
    assert control.ask(listening.data_dir, "reload") is True
    assert status(listening.listener_state.port, "/orders") == 202
    assert endpoint_named(listening, "orders").response.status == 202


def test_other_commands_can_say_what_is_offered_and_nothing_else(program: Program) -> None:
    said: list[str] = []
    program.open_control({"show": lambda: said.append("show")})
    assert control.ask(program.data_dir, "show") is True
    assert control.ask(program.data_dir, "stop") is False
    assert said == ["show"]
    program.close()
    assert control.ask(program.data_dir, "show") is False
