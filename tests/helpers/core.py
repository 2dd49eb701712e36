"""The core without the window, in this process: store, reader, endpoints and listener on a free port."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Self, TypeVar

from hookscope.checks import Checks
from hookscope.deliveries import Changes, Delivery, Limits, Outcome, Reader, Store, queries
from hookscope.endpoints import Endpoint, Endpoints
from hookscope.ids import Shapes
from hookscope.listener import Bounds, Listener, Snapshot, snapshot_of
from hookscope.listener.protocol import Connection
from hookscope.listener.snapshot import FirstFinding, no_finding
from hookscope.responses import Files, Response, Rule
from hookscope.responses.files import FOLDER
from hookscope.secret_store import SecretStore

T = TypeVar("T")
TIMEOUT_S = 20.0
MEBIBYTE = 1 << 20


def eventually(holds: Callable[[], T], timeout_s: float = TIMEOUT_S) -> T:
    """The first true value, asked for again and again."""
    end = time.monotonic() + timeout_s
    while not (value := holds()):
        assert time.monotonic() < end, f"not within {timeout_s} s"
        time.sleep(0.005)
    return value


class Watch:
    """Remembers what a store reports."""

    def __init__(self, store: Store) -> None:
        self.changes: list[Changes] = []
        self.troubles: list[str] = []
        store.subscribe(self.changes.append)
        store.subscribe_trouble(self.troubles.append)

    def settled(self) -> set[int]:
        """The ids of the deliveries whose outcome is known."""
        rows = [row for changes in list(self.changes) for row in (*changes.new, *changes.changed)]
        return {row.id for row in rows if row.outcome != Outcome.WAITING}


class Hold:
    """A job that keeps the writer's thread busy: nothing is committed until the end of the ``with``."""

    def __init__(self, store: Store) -> None:
        self._begun, self._over = threading.Event(), threading.Event()
        self._done = store.write(self._wait)

    def __enter__(self) -> Self:
        assert self._begun.wait(TIMEOUT_S)
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._done.result(TIMEOUT_S)

    def _wait(self, db: sqlite3.Connection) -> None:
        self._begun.set()
        self._over.wait(TIMEOUT_S)


class Core:
    """The running parts; ``with`` stops them."""

    def __init__(
        self,
        folder: Path,
        *,
        bounds: Bounds | None = None,
        body_limit: int = 25 * MEBIBYTE,
        limits: Limits | None = None,
        shapes: Shapes | None = None,
        first_finding: FirstFinding = no_finding,
    ) -> None:
        self._body_limit = body_limit
        self._shapes = shapes
        self._first_finding = first_finding
        with ExitStack() as undo:
            self.store = Store(folder, limits or Limits())
            undo.callback(self.store.close)
            self.watch = Watch(self.store)
            self.pages = Reader(folder, "pages")
            undo.callback(self.pages.close)
            self.endpoints = Endpoints(self.store)
            self.secrets = SecretStore()
            undo.callback(self.secrets.close)
            self.checks = Checks(self.endpoints, self.secrets)
            self.files = Files(folder / FOLDER)
            self.listener = Listener(self.store, self.pages, self._snapshot(), bounds or Bounds())
            self._running = undo.enter_context(ExitStack())
            self._running.callback(self.listener.stop)
            self.checks.subscribe(lambda: self.listener.use(self._snapshot()))
            self.endpoints.subscribe(lambda endpoints: self.checks.adapt())
            state = self.listener.open("127.0.0.1", 0).result(TIMEOUT_S)
            assert state.state == "listening", state.problem
            self.port = state.port
            self._undo = undo.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._undo.close()

    def answer(self, response: Response, path: str = "") -> Endpoint:
        """Answer like this from the next request, at a path or everywhere else."""
        known = next((endpoint for endpoint in self.endpoints.all() if endpoint.path == path), None)
        name, id = (known.name, known.id) if known else (path, 0)
        return self.endpoints.save(Endpoint(name, path, response, id=id)).result(TIMEOUT_S)

    def answer_by(self, *rules: Rule, default: Response = Response(), path: str = "/a", hold: bool = False) -> Endpoint:
        """Answer by these rules from the next request at a path."""
        known = next((endpoint for endpoint in self.endpoints.all() if endpoint.path == path), Endpoint(path, path))
        return self.endpoints.save(replace(known, rules=rules, response=default, hold=hold)).result(TIMEOUT_S)

    def verify(self, endpoint: Endpoint, *secrets: str) -> Endpoint:
        """Keep an endpoint that is verified with these secrets, which are in memory only."""
        names = tuple(f"secret {number}" for number in range(len(secrets)))
        for name, value in zip(names, secrets, strict=True):
            self.secrets.keep_for_this_run(name, value)
        saved = self.endpoints.save(replace(endpoint, secrets=names)).result(TIMEOUT_S)
        self.checks.read().result(TIMEOUT_S)
        return saved

    def hold(self) -> Hold:
        """Keep requests from being committed, and so from being answered, for the time of a ``with``."""
        return Hold(self.store)

    def read(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a read on the reader's thread."""
        return self.pages.submit(job).result(TIMEOUT_S)

    def settled(self, count: int) -> list[Delivery]:
        """The deliveries in order of arrival, once the outcome of so many is known."""
        eventually(lambda: len(self.watch.settled()) >= count)
        return self._deliveries()

    def stopped(self, count: int) -> list[Delivery]:
        """The same once the listener has stopped, so that nothing can come on top: exactly so many."""
        self.settled(count)
        self.stop_listener()
        found = self._deliveries()
        assert len(found) == count, [(each.row.outcome, each.row.method, each.row.problem) for each in found]
        return found

    def stop_listener(self) -> None:
        """Stop the listener; the store goes on."""
        self._running.close()

    def connections(self) -> list[Connection]:
        """The listener's side of all connections."""
        server = self.listener._server
        assert server
        assert server._runner
        assert server._runner.server
        return [each for each in server._runner.server.connections if isinstance(each, Connection)]

    def received(self) -> int:
        """Bytes of bodies that have come over all connections, of the newest request on each."""
        return sum(connection._body.total_bytes for connection in self.connections())

    def _deliveries(self) -> list[Delivery]:
        ids = self.read(lambda db: queries.newest_ids(db, None, 1_000_000))
        found = self.read(lambda db: [queries.delivery(db, id) for id in reversed(ids)])
        return [delivery for delivery in found if delivery]

    def _snapshot(self) -> Snapshot:
        endpoints, checks, hosts = self.endpoints.all(), self.checks.all(), self.endpoints.forward_hosts()
        return snapshot_of(
            endpoints,
            self._body_limit,
            checks,
            files=self.files,
            forward_hosts=hosts,
            shapes=self._shapes,
            first_finding=self._first_finding,
        )
