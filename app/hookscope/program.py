"""The composition root: builds the parts, starts and stops them in order. No Qt."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hookscope import settings as settings_file
from hookscope.checks import Checks
from hookscope.deliveries import Limits, Reader, Request, SentResponse, Store, TooNew, Via
from hookscope.endpoints import Endpoint, Endpoints, apply_workspace, export_workspace, parse_workspace
from hookscope.findings import find
from hookscope.ids import Found
from hookscope.instance import Instance, hold
from hookscope.listener import Listener, ListenerState, Snapshot, snapshot_of
from hookscope.private_files import make_private_folder
from hookscope.record_access import RecordAccess, StoredProfile
from hookscope.responses import Files, RequestView
from hookscope.responses.files import FOLDER
from hookscope.secret_store import SecretStore
from hookscope.settings import Settings

if TYPE_CHECKING:
    from hookscope.control import Command, ControlSite

log = logging.getLogger(__name__)

MEBIBYTE = 1 << 20


class CannotStart(Exception):
    """The program cannot start; the text says why and what to do."""


class Program:
    """The running parts. The window and the commands are both made from one of these."""

    def __init__(self, data_dir: Path) -> None:
        """Open what the data folder holds; raises ``AlreadyRunning`` and ``CannotStart``."""
        self.data_dir = data_dir
        self.notices: list[str] = []
        with ExitStack() as undo:
            self._instance = undo.enter_context(_held(data_dir))
            self.settings, problem = settings_file.load(data_dir)
            self.store = _open_store(data_dir, _limits(self.settings))
            undo.callback(self.store.close)
            self.pages = Reader(data_dir, "pages")
            undo.callback(self.pages.close)
            self.searches = Reader(data_dir, "searches")
            undo.callback(self.searches.close)
            self.endpoints = _load_endpoints(self.store)
            self.secrets = SecretStore()
            undo.callback(self.secrets.close)
            self.checks = Checks(self.endpoints, self.secrets)
            self.files = Files(data_dir / FOLDER)
            self.records = RecordAccess(
                data_dir,
                self.secrets,
                stored=lambda: (self.settings.records_profile, self.settings.records_base),
                keep=self._keep_profile,
                tell=self.notices.append,
            )
            self._listener = Listener(self.store, self.pages, self._snapshot())
            undo.callback(self._listener.stop)
            undo.callback(self.records.close)
            self._undo = undo.pop_all()
        self.notices += [sentence for sentence in (self.store.notice, problem) if sentence]
        self.records.check()
        self.checks.subscribe(lambda: self._listener.use(self._snapshot()))
        self.endpoints.subscribe(lambda endpoints: self.checks.adapt())

    @property
    def listener_state(self) -> ListenerState:
        """Where the listener listens, or why it does not."""
        return self._listener.state

    def subscribe_listener(self, callback: Callable[[ListenerState], None]) -> None:
        """Be told of every change of the listener's state, on its thread."""
        self._listener.subscribe(callback)

    def read_secrets(self, *, first_token: bool = False) -> Future[None]:
        """Read the secrets of all endpoints; done when requests are verified with them.

        With ``first_token`` a new database gets one, where the keyring takes it without asking.
        """
        return self.checks.start() if first_token else self.checks.read()

    def listen(self, port: int | None = None) -> Future[ListenerState]:
        """Listen on this port, the one of the settings by default; the state it led to."""
        if self._listener.snapshot.shapes is not self.records.catalogue.shapes:
            self._listener.use(self._snapshot())  # the types could wait until now, but not until the first request
        return self._listener.open(self.settings.host, self.settings.port if port is None else port)

    def open_control(self, commands: Mapping[str, Command]) -> None:
        """Let other commands of this computer say *reload*, and what is given here (*show*, *stop*)."""
        from hookscope import control  # here and below: what only asyncio needs is loaded after the window is shown

        served = {"reload": self.reload, **commands}
        opening = self._listener.run(lambda: control.serve(self._instance.token, served))
        opening.add_done_callback(self._announce)

    def reload(self) -> Future[None]:
        """Take over what another process has changed; done when requests are verified with its secrets."""
        done: Future[None] = Future()

        def read(reloaded: Future[None]) -> None:
            if error := reloaded.exception():
                done.set_exception(error)
            else:
                self.checks.read().add_done_callback(lambda _: done.set_result(None))

        self.endpoints.reload().add_done_callback(read)
        return done

    def _announce(self, opening: Future[ControlSite]) -> None:
        if opening.cancelled() or opening.exception():
            log.warning("other commands cannot reach this process: %s", opening)
            return
        site = opening.result()
        self._undo.callback(lambda: self._listener.run(site.close).result())
        self._instance.announce(site.port)

    @property
    def held(self) -> frozenset[int]:
        """The deliveries whose response waits for the user."""
        return self._listener.held

    def subscribe_held(self, callback: Callable[[frozenset[int]], None]) -> None:
        """Be told of every change of the deliveries that wait for the user, on the listener's thread."""
        self._listener.subscribe_held(callback)

    def release(self, id: int, response: SentResponse | None) -> Future[bool]:
        """Send this response to a held delivery, or drop its connection with ``None``; whether it still waited."""
        return self._listener.release(id, response)

    def count_anew(self, endpoint: Endpoint) -> None:
        """Begin again with the attempts of an endpoint: what comes next is attempt 1."""
        self.endpoints.count_anew(endpoint.id)
        self._listener.count_anew(endpoint.id)

    def change_settings(self, settings: Settings) -> None:
        """Keep these settings from now on; another address restarts the listener; ``OSError`` changes nothing."""
        settings_file.save(self.data_dir, settings)
        before, self.settings = self.settings, settings
        if _limits(before) != _limits(settings):
            self.store.keep(_limits(settings))
        if before.body_limit_mib != settings.body_limit_mib:
            self._listener.use(self._snapshot())
        if (before.host, before.port) != (settings.host, settings.port):
            self.listen()

    def _keep_profile(self, stored: StoredProfile) -> None:
        profile, base = stored
        self.change_settings(replace(self.settings, records_profile=profile, records_base=base))

    def url(self, endpoint: Endpoint | None = None) -> str:
        """The local address of an endpoint; the base for the catch-all and for none."""
        state = self.listener_state
        host, port = (state.host, state.port) if state.port else (self.settings.host, self.settings.port)
        reachable = _reachable(host)
        return f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}{_path(endpoint)}"

    async def send_sample(self, endpoint: Endpoint) -> None:
        """Send the first sample to an endpoint over a real connection; raises ``SendError``."""
        from hookscope.sender import FIRST, SendError, load_sample, sample_request, send

        state = self.listener_state
        if state.state != "listening":
            raise SendError("The listener is off. Turn it on and send the sample again.")
        request = self._signed(sample_request(load_sample(FIRST), self.url(endpoint), _path(endpoint) or "/"), endpoint)
        ports: list[int] = []

        def opened(port: int) -> None:
            ports.append(port)
            self._listener.announce(port, Via.SAMPLE)

        try:
            await send(request, _reachable(state.host), state.port, opened=opened)
        finally:
            for port in ports:
                self._listener.withdraw(port)

    def _signed(self, request: Request, endpoint: Endpoint) -> Request:
        """A request as the endpoint's sender would sign it; as it is where that cannot be done here."""
        verifier = self.checks.get(endpoint).verifier
        if verifier is None:
            return request
        from hookscope.verification import SignError, sign

        try:
            return sign(request, verifier.scheme, verifier.secrets, time.time(), verifier.options)
        except SignError as error:
            log.info("the sample goes out unsigned: %s", error)
            return request

    def import_workspace(self, text: str, allow_forward: Collection[str] = ()) -> list[Endpoint]:
        """Take over the endpoints of a workspace file; raises ``WorkspaceError`` that names the place.

        Raises ``ForwardRefused`` for one that forwards to a host that the user has confirmed neither before nor now.
        """
        workspace = parse_workspace(text)
        apply = partial(
            apply_workspace,
            endpoints=workspace.endpoints,
            own_schemes=workspace.schemes,
            allow_forward=allow_forward,
        )
        applied = self.store.write(apply).result()
        self.endpoints.reload().result()
        return applied

    def export_workspace(self) -> str:
        """All endpoints as a workspace file."""
        return export_workspace(self.endpoints.all(), self.endpoints.schemes.own)

    def _snapshot(self) -> Snapshot:
        limit = self.settings.body_limit_mib * MEBIBYTE
        return snapshot_of(
            self.endpoints.all(),
            limit,
            self.checks.all(),
            files=self.files,
            forward_hosts=self.endpoints.forward_hosts(),
            shapes=self.records.shapes,
            first_finding=_first_finding,
        )

    def close(self) -> None:
        """Stop all parts, the store last; takes about a second at most."""
        self._undo.close()

    async def stop(self) -> None:
        """``close``, without holding up the loop that asks for it, which is the one of the look-ups."""
        from asyncio import to_thread

        try:
            await self.records.aclose()
        finally:
            await to_thread(self.close)


def _held(data_dir: Path) -> Instance:
    try:
        make_private_folder(data_dir)
        return hold(data_dir)
    except OSError as error:
        sentence = f"{data_dir} cannot be written ({error.strerror}). Choose a folder with --data-dir."
        raise CannotStart(sentence) from error


def _open_store(data_dir: Path, limits: Limits) -> Store:
    try:
        return Store(data_dir, limits)
    except TooNew as error:
        raise CannotStart(str(error)) from error
    except (OSError, sqlite3.OperationalError) as error:
        sentence = f"The history in {data_dir} cannot be opened ({error}). Choose a folder with --data-dir."
        raise CannotStart(sentence) from error


def _load_endpoints(store: Store) -> Endpoints:
    try:
        return Endpoints(store)
    except sqlite3.Error as error:
        raise CannotStart(f"The endpoints cannot be read ({error}). Close other programs that use them.") from error


def _limits(settings: Settings) -> Limits:
    return Limits(settings.keep_count, settings.keep_days, settings.keep_mib)


def _first_finding(
    view: RequestView, ids: Collection[Found], endpoint: Endpoint | None, endpoints: Sequence[Endpoint]
) -> str:
    found = find(view, ids, endpoint, endpoints)
    return found[0].code if found else ""


def _path(endpoint: Endpoint | None) -> str:
    return "" if endpoint is None else endpoint.path


def _reachable(host: str) -> str:
    """The address to connect to for one that was listened on."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
