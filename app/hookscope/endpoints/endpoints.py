"""The endpoints as they are now: in memory for everyone who asks, in the store's database for the next start."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from hookscope.deliveries import Store
from hookscope.endpoints import storage
from hookscope.endpoints.checks import EndpointError, ForwardNotAllowed, forward_host_to_ask, problem
from hookscope.endpoints.model import CATCH_ALL_NAME, Endpoint, SecretNote
from hookscope.endpoints.schemes import Schemes
from hookscope.responses import RuleSet

log = logging.getLogger(__name__)

T = TypeVar("T")
Subscriber = Callable[[tuple[Endpoint, ...]], None]


@dataclass(frozen=True, slots=True)
class _Snapshot:
    endpoints: tuple[Endpoint, ...]
    applied: dict[int, int]
    schemes: Schemes
    secrets: dict[str, SecretNote]
    forward_hosts: frozenset[str]


class Endpoints:
    """All endpoints. Every method may be called from any thread; subscribers are called on the store's."""

    def __init__(self, store: Store) -> None:
        """Read the endpoints, after adding the first ones to a new database; raises ``sqlite3.Error``."""
        self._store = store
        self._subscribers: list[Subscriber] = []
        self._snapshot, self._drafts, self.first_id = store.write(_open).result()
        """The endpoint that was added to a new database just now; 0 when it was not new."""

    def all(self) -> tuple[Endpoint, ...]:
        """The endpoints by position; the catch-all is always the last."""
        return self._snapshot.endpoints

    def get(self, id: int) -> Endpoint | None:
        """The endpoint with this id."""
        return next((endpoint for endpoint in self.all() if endpoint.id == id), None)

    def applied_us(self, id: int) -> int:
        """When what an endpoint answers was last changed, in microseconds since 1970; 0 for an unknown id."""
        return self._snapshot.applied.get(id, 0)

    @property
    def schemes(self) -> Schemes:
        """The schemes that an endpoint can have."""
        return self._snapshot.schemes

    def forward_hosts(self) -> frozenset[str]:
        """The hosts beside this computer to which the user lets requests be forwarded."""
        return self._snapshot.forward_hosts

    def allow_forward(self, host: str) -> Future[None]:
        """Let requests be forwarded to this host from now on, because the user said so."""
        return self._change(partial(storage.allow_forward, hosts=[host]))

    def count_anew(self, id: int) -> Future[None]:
        """Let the attempts of an endpoint count from 1 again, also after the next start."""
        return self._store.write(partial(storage.count_anew, id=id, now_us=_now_us()))

    def secret_notes(self) -> dict[str, SecretNote]:
        """What is known of the secrets in the keyring, by name."""
        return self._snapshot.secrets

    def attach_secret(self, id: int, name: str, label: str = "", scheme: str = "") -> Future[Endpoint]:
        """Make a secret from the keyring the first one of an endpoint, and set a scheme; ends as ``save`` does."""
        return self._change(partial(_attach, id=id, note=SecretNote(name, label, _now_us()), scheme=scheme))

    def detach_secret(self, id: int, name: str) -> Future[bool]:
        """Take a secret from an endpoint; whether no other has it, so that it can go from the keyring, too."""
        return self._change(partial(_detach, id=id, name=name))

    def save(self, endpoint: Endpoint) -> Future[Endpoint]:
        """Add an endpoint (id 0) or change one; the future has it as stored, or ``EndpointError``.

        ``ForwardNotAllowed`` is one of these that ``allow_forward`` helps against, once the user was asked.
        A draft that says what is now answered is dropped.
        """
        tidy = replace(endpoint, name=endpoint.name.strip(), path=endpoint.path.strip())
        return self._change(partial(_save, endpoint=tidy))

    def change(self, id: int, edit: Callable[[Endpoint], Endpoint]) -> Future[Endpoint]:
        """Change an endpoint from what it is by then, so that nothing else that changes is lost; ends as ``save``.

        ``edit`` runs on the store's thread.
        """
        return self._change(partial(_edit, id=id, edit=edit))

    def delete(self, id: int) -> Future[None]:
        """Delete an endpoint and its draft, not its deliveries; ``EndpointError`` for the catch-all."""
        return self._change(partial(_delete, id=id))

    def reload(self) -> Future[None]:
        """Read again what another process has changed."""
        return self._change(lambda db: None)

    def draft(self, id: int) -> RuleSet | None:
        """The edited rule set of an endpoint that is not applied yet."""
        return self._drafts.get(id)

    def keep_draft(self, id: int, draft: RuleSet | None) -> None:
        """Remember an edited rule set, also for the next start; ``None`` forgets it. Nobody waits for it."""
        if draft is None:
            self._drafts.pop(id, None)
        else:
            self._drafts[id] = draft
        self._store.write(partial(storage.keep_draft, id=id, draft=draft))

    def subscribe(self, callback: Subscriber) -> None:
        """Be handed all endpoints after every change."""
        self._subscribers.append(callback)

    def _change(self, job: Callable[[sqlite3.Connection], T]) -> Future[T]:
        done: Future[T] = Future()
        done.set_running_or_notify_cancel()  # what is written cannot be called off
        attached = threading.Event()

        def write(db: sqlite3.Connection) -> tuple[T, _Snapshot]:
            attached.wait()  # so that `publish` runs on this thread, in order of the commits
            return job(db), _read(db)

        written = self._store.write(write)
        written.add_done_callback(partial(self._publish, done))
        attached.set()
        return done

    def _publish(self, done: Future[T], written: Future[tuple[T, _Snapshot]]) -> None:
        if error := written.exception():
            done.set_exception(error)
            return
        result, self._snapshot = written.result()
        self._drop_drafts()
        for subscriber in self._subscribers:
            try:
                subscriber(self._snapshot.endpoints)
            except Exception:  # the fault of one must not keep the change from the others
                log.exception("a subscriber of the endpoints failed")
        done.set_result(result)

    def _drop_drafts(self) -> None:
        """Forget the drafts that the database has dropped: of deleted endpoints, and those that are now answered."""
        for id, draft in list(self._drafts.items()):
            endpoint = self.get(id)
            if endpoint is None or endpoint.rule_set == draft:
                self._drafts.pop(id, None)


def _open(db: sqlite3.Connection) -> tuple[_Snapshot, dict[int, RuleSet], int]:
    first_id = storage.begin(db, _now_us())
    return _read(db), storage.drafts(db), first_id


def _read(db: sqlite3.Connection) -> _Snapshot:
    return _Snapshot(
        storage.load(db),
        storage.applied_times(db),
        storage.load_schemes(db),
        storage.secrets(db),
        storage.forward_hosts(db),
    )


def _save(db: sqlite3.Connection, *, endpoint: Endpoint) -> Endpoint:
    stored = storage.load(db)
    before = next((other for other in stored if other.id == endpoint.id), None)
    if endpoint.id and not before:
        raise EndpointError(f"“{endpoint.name}” was deleted meanwhile.")
    if before and before.is_catch_all != endpoint.is_catch_all:
        raise EndpointError(f"“{CATCH_ALL_NAME}” keeps its name and has no path of its own.")
    if found := problem(endpoint, stored, storage.load_schemes(db)):
        raise EndpointError(found.message)
    if host := forward_host_to_ask(endpoint, storage.forward_hosts(db)):
        raise ForwardNotAllowed(host)
    if not before:
        return storage.insert(db, endpoint, _now_us())
    storage.update(db, [(before, endpoint), *_renamed(before.name, endpoint.name, stored)], _now_us())
    return endpoint


def _renamed(before: str, after: str, stored: Iterable[Endpoint]) -> list[tuple[Endpoint, Endpoint]]:
    """The check endpoints of an endpoint that gets another name, as they are and as they will be."""
    checks = [endpoint for endpoint in stored if endpoint.proves == before != after]
    return [(check, replace(check, proves=after)) for check in checks]


def _edit(db: sqlite3.Connection, *, id: int, edit: Callable[[Endpoint], Endpoint]) -> Endpoint:
    before = next((endpoint for endpoint in storage.load(db) if endpoint.id == id), None)
    if before is None:
        raise EndpointError("The endpoint was deleted meanwhile.")
    return _save(db, endpoint=edit(before))


def _attach(db: sqlite3.Connection, *, id: int, note: SecretNote, scheme: str) -> Endpoint:
    def edit(before: Endpoint) -> Endpoint:
        names = (note.name, *(name for name in before.secrets if name != note.name))
        if scheme in ("", before.scheme):
            return replace(before, secrets=names)
        return replace(before, secrets=names, scheme=scheme, scheme_options={})

    storage.note_secret(db, note)
    return _edit(db, id=id, edit=edit)


def _detach(db: sqlite3.Connection, *, id: int, name: str) -> bool:
    def edit(before: Endpoint) -> Endpoint:
        return replace(before, secrets=tuple(each for each in before.secrets if each != name))

    _edit(db, id=id, edit=edit)
    is_free = not any(name in endpoint.secrets for endpoint in storage.load(db))
    if is_free:
        storage.forget_secret(db, name)
    return is_free


def _delete(db: sqlite3.Connection, *, id: int) -> None:
    if any(endpoint.id == id and endpoint.is_catch_all for endpoint in storage.load(db)):
        raise EndpointError(f"“{CATCH_ALL_NAME}” cannot be deleted: it takes what no other endpoint does.")
    storage.delete(db, id)


def _now_us() -> int:
    return time.time_ns() // 1000
