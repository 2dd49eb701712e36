"""The checks of all endpoints: their secrets read from the keyring, put there, and taken out; values only in memory."""

from __future__ import annotations

import logging
import secrets as random
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hookscope.endpoints import Check, Endpoint, Endpoints, check_of, pending_check
from hookscope.secret_store import Secret, SecretStore

log = logging.getLogger(__name__)

TOKEN_BYTES = 32
LONGEST_BASE = 100
DOTS, SHOWN, LONG = "••••", 4, 16
FIRST_SCHEME = "vendasta-send"
"""What an endpoint without a scheme gets with its first generated token."""


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret that has just been stored for an endpoint, and the name it has in the keyring."""

    name: str
    value: str = field(repr=False)


class Checks:
    """How each endpoint verifies now. Any thread may call it; subscribers are called on the keyring's thread."""

    def __init__(self, endpoints: Endpoints, secrets: SecretStore) -> None:
        self.secrets = secrets
        self._endpoints = endpoints
        self._subscribers: list[Callable[[], None]] = []
        self._found: Mapping[str, Secret] = {}
        self._checks: dict[int, Check] = {}
        self._building = threading.Lock()

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Be told when the checks have changed."""
        self._subscribers.append(callback)

    def all(self) -> dict[int, Check]:
        """The checks by endpoint; one that waits for the keyring is missing."""
        return dict(self._checks)

    def get(self, endpoint: Endpoint) -> Check:
        """The check of an endpoint, which says so itself while it waits for the keyring."""
        return self._checks.get(endpoint.id) or pending_check(endpoint)

    def adapt(self) -> None:
        """Follow a change of the endpoints: at once as far as the secrets are known, then with the keyring's answer."""
        self._build()
        self.read()

    def read(self) -> Future[None]:
        """Read all secrets again; done when the checks use them."""
        done: Future[None] = Future()
        names = self._names()
        if not names:
            self._build()
            done.set_result(None)
            return done
        self.secrets.read(sorted(names)).add_done_callback(partial(self._take, done))
        return done

    def start(self) -> Future[None]:
        """``read`` for a start of the program: the first endpoint of a new database gets a generated token.

        Only if the keyring takes it without asking anybody; otherwise nothing is said, and everything stays as it is.
        """
        if self._endpoints.get(self._endpoints.first_id) is None:
            return self.read()
        done: Future[None] = Future()
        self.secrets.is_open().add_done_callback(partial(self._give_first, done))
        return done

    def add(
        self, endpoint: Endpoint, value: str, *, label: str = "", scheme: str = "", this_run: bool = False
    ) -> Future[NewSecret]:
        """Store one more secret of an endpoint, with a scheme to set; the newest is its first.

        With ``this_run`` it stays in memory. Raises ``BadSecret``; the future gets ``KeyringTrouble`` or
        ``EndpointError``, and then the secret is nowhere.
        """
        new = NewSecret(_new_name(endpoint), value)
        done: Future[NewSecret] = Future()
        done.set_running_or_notify_cancel()
        attach = partial(self._attach, done, endpoint.id, new, label, scheme)
        if this_run:
            self.secrets.keep_for_this_run(new.name, value)
            attach(_finished())
        else:
            self.secrets.write(new.name, value).add_done_callback(attach)
        return done

    def generate(self, endpoint: Endpoint, *, this_run: bool = False) -> Future[NewSecret]:
        """Store a new random token; an endpoint without a scheme gets that of the automation step."""
        value = random.token_urlsafe(TOKEN_BYTES)
        scheme = endpoint.scheme or FIRST_SCHEME
        return self.add(endpoint, value, label="generated", scheme=scheme, this_run=this_run)

    def remove(self, endpoint: Endpoint, name: str) -> Future[None]:
        """Take a secret from an endpoint, and out of the keyring unless another endpoint uses it."""
        done: Future[None] = Future()
        done.set_running_or_notify_cancel()
        self._endpoints.detach_secret(endpoint.id, name).add_done_callback(partial(self._drop, done, name))
        return done

    def masked(self, name: str) -> str:
        """A secret as it may be on show: dots and, of a long one, its last four characters."""
        found = self._found.get(name, Secret())
        return DOTS + found.value[-SHOWN:] if len(found.value) >= LONG else DOTS

    def trouble(self, name: str) -> str:
        """Why a secret could not be read when that was last tried, in a sentence; ``""`` when it could."""
        return self._found.get(name, Secret()).sentence

    def _take(self, done: Future[None], read: Future[dict[str, Secret]]) -> None:
        if not read.cancelled():
            names = self._names()  # not what was removed while the keyring was asked
            self._know({name: secret for name, secret in read.result().items() if name in names})
            self._build()
        done.set_result(None)

    def _names(self) -> set[str]:
        return {name for endpoint in self._endpoints.all() if endpoint.scheme for name in endpoint.secrets}

    def _know(self, secrets: Mapping[str, Secret]) -> None:
        with self._building:
            self._found = {**self._found, **secrets}

    def _forget(self, name: str) -> None:
        with self._building:
            self._found = {each: secret for each, secret in self._found.items() if each != name}

    def _build(self) -> None:
        with self._building:  # the store's thread and the keyring's both do, and the newest endpoints must win
            schemes, found = self._endpoints.schemes, self._found
            ready = [each for each in self._endpoints.all() if found.keys() >= set(each.secrets) or not each.scheme]
            self._checks = {each.id: check_of(each, schemes.get(each.scheme), found) for each in ready}
            for callback in self._subscribers:
                callback()

    def _give_first(self, done: Future[None], asked: Future[bool]) -> None:
        first = self._endpoints.get(self._endpoints.first_id)
        if asked.cancelled() or not asked.result() or first is None or first.scheme:
            self.read().add_done_callback(lambda _: done.set_result(None))
        else:
            self.generate(first).add_done_callback(partial(self._first_given, done))

    def _first_given(self, done: Future[None], given: Future[NewSecret]) -> None:
        if error := _error_of(given):
            log.info("the first endpoint gets no token (%s)", type(error).__name__)
        done.set_result(None)

    def _attach(
        self, done: Future[NewSecret], id: int, new: NewSecret, label: str, scheme: str, written: Future[None]
    ) -> None:
        """Give a secret that is in the keyring now to its endpoint."""
        if error := _error_of(written):
            done.set_exception(error)
            return
        self._know({new.name: Secret(new.value)})  # or requests would not be verified until it has been read again
        attached = self._endpoints.attach_secret(id, new.name, label, scheme)
        attached.add_done_callback(partial(self._attached, done, new))

    def _attached(self, done: Future[NewSecret], new: NewSecret, attached: Future[Endpoint]) -> None:
        if error := _error_of(attached):
            self._forget(new.name)
            self.secrets.delete(new.name)
            done.set_exception(error)
        else:
            done.set_result(new)

    def _drop(self, done: Future[None], name: str, detached: Future[bool]) -> None:
        if error := _error_of(detached):
            done.set_exception(error)
        elif detached.result():
            self._forget(name)
            self.secrets.delete(name).add_done_callback(lambda deleted: _pass_on(deleted, done))
        else:
            done.set_result(None)


def _new_name(endpoint: Endpoint) -> str:
    """A name for the keyring, which all data folders share: that of the endpoint, and what nobody else has chosen."""
    base = "".join(char for char in endpoint.name if char.isprintable() and char not in "#@").strip()[:LONGEST_BASE]
    return f"{base or 'secret'}-{random.token_hex(4)}"


def _error_of(done: Future[Any]) -> BaseException | None:
    return CancelledError() if done.cancelled() else done.exception()


def _finished() -> Future[None]:
    done: Future[None] = Future()
    done.set_result(None)
    return done


def _pass_on(before: Future[None], after: Future[None]) -> None:
    if error := _error_of(before):
        after.set_exception(error)
    else:
        after.set_result(None)
