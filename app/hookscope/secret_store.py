"""The keyring of the operating system, on a thread of its own: never in the request path, never as plain text."""

from __future__ import annotations

import logging
import queue
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from hookscope import secret_parts
from hookscope.secret_parts import NotWhole
from hookscope.visible import visible

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

log = logging.getLogger(__name__)

T = TypeVar("T")
Action = Literal["read", "saved", "deleted"]

LONGEST_VALUE = 65_536
LONGEST_NAME = 200
SLOW_S = 10.0
CLOSE_S = 2.0
CLOSE_IDLE_S = 0.2

LOCKED = "keyring_locked"
ABSENT = "keyring_absent"
MISSING = "secret_missing"

WAITING = "Waiting for the keyring. If it asks to be unlocked, answer it."
LOST = "The keyring did not answer, so what was to be saved in it may be lost. Unlock it and look whether it is there."

# Those that would log values at DEBUG: qasync, for one, logs every call with its arguments.
TALKATIVE = ("qasync", "keyring", "secretstorage", "jeepney", "httpx", "httpcore", "hpack", "h2", "ngrok")
UNUSABLE = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
ASK_NOBODY = ("keyring.backends.macOS", "keyring.backends.Windows")
SERVICE_BACKEND = "keyring.backends.SecretService"
DEFAULT_COLLECTION = "/org/freedesktop/secrets/aliases/default"

OURS = "@records/"
"""How the names begin that Hookscope itself gives; no endpoint, file or command can name such a secret."""

_FORBIDDEN = re.compile("[#\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # "#" separates the number of a part


class OwnName(str):
    """A name that Hookscope itself gives, see ``OURS``."""

    __slots__ = ()


class BadSecret(ValueError):
    """A name or a value that cannot be kept; the text says why, without the value."""


class KeyringTrouble(Exception):
    """The keyring did not do what it was asked; the text says why and what to do, ``reason`` is a verdict's."""

    reason: ClassVar[str] = ABSENT


class KeyringLocked(KeyringTrouble):
    """The keyring is locked and was not unlocked when it asked."""

    reason = LOCKED


class KeyringAbsent(KeyringTrouble):
    """There is no keyring, or none that keeps secrets safely."""

    def __init__(self) -> None:
        super().__init__("No keyring is available. Tokens can be kept for this run only.")


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret's text, never empty, or the reason why it cannot be had and a sentence that says what to do.

    ``is_damaged`` tells one that is there but not whole from one that is missing.
    """

    value: str = field(default="", repr=False)
    reason: str = ""
    sentence: str = ""
    is_damaged: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    run: Callable[[], Any] = field(repr=False)
    action: Action
    done: Future[Any]


class SecretStore:
    """The secrets by name. Any thread may call it; futures are completed on its own, which starts when it is needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, Secret] = {}
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._changes: list[Future[Any]] = []
        self._closing = False
        self._patience = _Patience()
        quiet_loggers()

    @property
    def waiting(self) -> str:
        """A sentence while the keyring keeps us waiting, ``""`` otherwise."""
        return self._patience.sentence

    def subscribe_waiting(self, callback: Callable[[str], None]) -> None:
        """Be told, in a sentence, when the keyring takes long, and with ``""`` once it has answered."""
        self._patience.callbacks.append(callback)

    def read(self, names: Sequence[str]) -> Future[dict[str, Secret]]:
        """For each name its secret; one that cannot be had is no error but says so itself."""
        wanted = frozenset(names)
        kept = self._kept_of(wanted)
        if len(kept) < len(wanted):
            return self._submit(lambda: self._read(wanted), "read")
        done: Future[dict[str, Secret]] = Future()  # at once, even if the keyring never answers
        done.set_result(kept)
        return done

    def write(self, name: str, value: str) -> Future[None]:
        """Save a secret; the future cannot be cancelled and gets ``KeyringTrouble``. Raises ``BadSecret`` at once."""
        _check(name, value)
        kept = self._kept.get(name)
        return self._submit(lambda: self._write(name, value, kept), "saved")

    def delete(self, name: str) -> Future[None]:
        """Forget a secret here and in the keyring, if it is there; the future gets ``KeyringTrouble``."""
        check_name(name)
        with self._lock:
            self._kept.pop(name, None)
        return self._submit(lambda: secret_parts.delete(_backend(), name), "deleted")

    def keep_for_this_run(self, name: str, value: str) -> None:
        """Keep a secret in memory only, before the keyring's, until it is saved or deleted; raises ``BadSecret``."""
        _check(name, value)
        with self._lock:
            self._kept[name] = Secret(value)

    def kept(self) -> frozenset[str]:
        """The names of the secrets that are kept for this run only."""
        with self._lock:
            return frozenset(self._kept)

    def save_kept(self, name: str) -> Future[None]:
        """Save a secret that was kept for this run; ends as ``write`` does, and raises ``BadSecret`` for another."""
        with self._lock:
            kept = self._kept.get(name, Secret())
        return self.write(name, kept.value)

    def is_open(self) -> Future[bool]:
        """Whether the keyring takes a secret now without asking the user anything; what cannot be told is a no."""
        return self._submit(_is_open, "read")

    def close(self) -> None:
        """Stop: reads that wait are cancelled, changes are made if the keyring answers within two seconds."""
        with self._lock:
            self._closing = True
            thread = self._thread
        self._patience.callbacks.clear()
        if not thread:
            return
        self._queue.put(None)
        thread.join(CLOSE_S if self._is_changing() else CLOSE_IDLE_S)
        if self._is_changing():
            log.warning("%s", LOST)

    def _submit(self, run: Callable[[], T], action: Action) -> Future[T]:
        done: Future[T] = Future()
        with self._lock:
            if self._closing:
                _cancel(done)
                return done
            if action != "read":
                done.set_running_or_notify_cancel()  # whoever stops waiting for a change does not take it back
                self._changes = [change for change in self._changes if not change.done()] + [done]
            self._queue.put(_Job(run, action, done))
            if not self._thread:
                self._thread = threading.Thread(target=self._run, name="secret-store", daemon=True)
                self._thread.start()
        return done

    def _run(self) -> None:
        while job := self._queue.get():
            if job.done.running():
                self._complete(job)
            elif self._closing:
                _cancel(job.done)
            elif job.done.set_running_or_notify_cancel():
                self._complete(job)

    def _complete(self, job: _Job) -> None:
        with self._patience.watch():
            outcome = _tried(job.run, job.action)
        if isinstance(outcome, KeyringTrouble):
            job.done.set_exception(outcome)
        else:
            job.done.set_result(outcome)

    def _is_changing(self) -> bool:
        return not all(change.done() for change in self._changes)

    def _kept_of(self, names: Iterable[str]) -> dict[str, Secret]:
        with self._lock:
            return {name: self._kept[name] for name in names if name in self._kept and not _fault(name)}

    def _read(self, names: frozenset[str]) -> dict[str, Secret]:
        found = self._kept_of(names)
        outcome: Secret | KeyringTrouble = Secret()
        for name in names.difference(found):
            if not isinstance(outcome, KeyringLocked | KeyringAbsent):  # or it would ask the user for each name
                outcome = _tried(partial(_stored, name), "read")
            found[name] = _unavailable(outcome) if isinstance(outcome, KeyringTrouble) else outcome
        return found

    def _write(self, name: str, value: str, kept: Secret | None) -> None:
        secret_parts.write(_backend(), name, value)
        with self._lock:
            if self._kept.get(name) is kept:  # not one that was kept after this was asked for
                self._kept.pop(name, None)


def check_name(name: str) -> None:
    """Raise ``BadSecret`` for what cannot be the name of a secret."""
    if fault := _fault(name):
        raise BadSecret(fault)


def quiet_loggers() -> None:
    """Keep the loggers of other packages from writing at DEBUG what they were handed."""
    for name in TALKATIVE:
        logger = logging.getLogger(name)
        logger.setLevel(max(logging.INFO, logger.getEffectiveLevel()))


class _Patience:
    """Tells when the keyring takes long, and when it has answered."""

    def __init__(self) -> None:
        self.callbacks: list[Callable[[str], None]] = []
        self.sentence = ""
        self._lock = threading.Lock()

    @contextmanager
    def watch(self) -> Iterator[None]:
        over = threading.Event()
        timer = threading.Timer(SLOW_S, self._late, [over])
        timer.daemon = True
        with suppress(RuntimeError):  # no thread can be started any more while the program ends
            timer.start()
        yield
        timer.cancel()
        with self._lock:
            over.set()
            self._tell("")

    def _late(self, over: threading.Event) -> None:
        with self._lock:
            if not over.is_set():
                self._tell(WAITING)

    def _tell(self, sentence: str) -> None:
        if sentence != self.sentence:
            self.sentence = sentence
            for callback in self.callbacks:
                _guarded(callback, sentence)


def _guarded(callback: Callable[[str], None], sentence: str) -> None:
    try:
        callback(sentence)
    except Exception:  # a subscriber's fault must not end the thread
        log.exception("a subscriber of the secret store failed")


def _cancel(done: Future[Any]) -> None:
    done.cancel()
    done.set_running_or_notify_cancel()


# --- what the keyring has --------------------------------------------------------------------------------------------


def _backend() -> KeyringBackend:
    """The keyring to use, looked for again as long as there is none; raises ``KeyringAbsent``."""
    import keyring  # slow
    from keyring.backend import get_all_keyring
    from keyring.core import init_backend

    try:
        if not _is_usable(keyring.get_keyring()):
            with suppress(KeyError):  # never asked so far
                get_all_keyring.reset()
            init_backend(_is_usable)
    except Exception as error:  # noqa: BLE001  an unknown module, a broken file: whatever the user told keyring
        log.warning("The keyring chosen for Python programs cannot be used (%s).", type(error).__name__)
        raise KeyringAbsent from None
    backend = keyring.get_keyring()
    if not _is_usable(backend):
        raise KeyringAbsent
    return backend


def _is_usable(backend: KeyringBackend) -> bool:
    """Whether it keeps secrets, and not as plain text."""
    from keyring.backends.chainer import ChainerBackend

    if isinstance(backend, ChainerBackend):
        chained = list(backend.backends)  # with none it takes a secret and drops it
        return bool(chained) and all(map(_is_usable, chained))
    return not any(f"{base.__module__}.".startswith(f"{each}.") for base in type(backend).__mro__ for each in UNUSABLE)


def _is_open() -> bool:
    try:
        return _asks_nobody(_backend())
    except Exception as error:  # noqa: BLE001  whatever a keyring raises
        log.info("whether the keyring is open cannot be told (%s)", type(error).__name__)
        return False


def _asks_nobody(backend: KeyringBackend) -> bool:
    from keyring.backends.chainer import ChainerBackend

    if isinstance(backend, ChainerBackend):
        return all(map(_asks_nobody, backend.backends))
    modules = {base.__module__ for base in type(backend).__mro__}
    if SERVICE_BACKEND in modules:
        return _is_unlocked(getattr(backend, "preferred_collection", DEFAULT_COLLECTION))
    return not modules.isdisjoint(ASK_NOBODY)


def _is_unlocked(collection: str) -> bool:
    """Whether this collection of the Secret Service is there and unlocked; making one would ask for a password."""
    import secretstorage

    with closing(secretstorage.dbus_init()) as connection:
        return not secretstorage.Collection(connection, collection).is_locked()


def _stored(name: str) -> Secret:
    if _fault(name):
        return _missing(name)
    try:
        value = secret_parts.read(_backend(), name)
    except NotWhole:
        return _damaged(name)
    return Secret(value) if value else _missing(name)


# --- what is said ----------------------------------------------------------------------------------------------------


def _fault(name: str) -> str:
    """What is wrong with a name, in a sentence."""
    if not name.strip():
        return "The secret has no name. Give it one."
    if _FORBIDDEN.search(name):
        return f"A secret cannot be named {visible(name)}. Choose a name without # and without control characters."
    if name.startswith(OURS) and not isinstance(name, OwnName):
        return f"A secret cannot be named {visible(name)}. Choose a name that does not begin with {OURS}."
    if len(name) > LONGEST_NAME:
        return f"The name of a secret may have at most {LONGEST_NAME} characters. Choose a shorter one."
    return ""


def _check(name: str, value: str) -> None:
    check_name(name)
    if not value:
        raise BadSecret("The secret is empty. Enter its text.")
    if len(value) > LONGEST_VALUE:
        raise BadSecret(f"The secret is too long: it may have at most {LONGEST_VALUE:,} characters.")
    if not value.isascii() and re.search("[\ud800-\udfff]", value):
        raise BadSecret("The secret is not valid text. Enter it again, as UTF-8.")


def _missing(name: str) -> Secret:
    return Secret(reason=MISSING, sentence=f"The keyring has no secret named {visible(name)}. Enter it again.")


def _damaged(name: str) -> Secret:
    sentence = f"The secret named {visible(name)} is not complete in the keyring. Enter it again."
    return Secret(reason=MISSING, sentence=sentence, is_damaged=True)


def _unavailable(trouble: KeyringTrouble) -> Secret:
    return Secret(reason=trouble.reason, sentence=str(trouble))


# By name, because not every system has all of the packages that they come from.
_KINDS: Mapping[str, type[KeyringTrouble]] = {
    "KeyringAbsent": KeyringAbsent,
    "NoKeyringError": KeyringAbsent,
    "SecretServiceNotAvailableException": KeyringAbsent,
    "OSError": KeyringAbsent,
    "KeyringLocked": KeyringLocked,
    "InitError": KeyringLocked,
    "LockedException": KeyringLocked,
    "PromptDismissedException": KeyringLocked,
}


def _tried(run: Callable[[], T], action: Action) -> T | KeyringTrouble:
    try:
        return run()
    except Exception as error:  # noqa: BLE001  whatever a keyring raises
        return _trouble(error, action)


def _trouble(error: Exception, action: Action) -> KeyringTrouble:
    """What went wrong in our own words, because an error's text can have the value in it."""
    names = [base.__name__ for each in (error.__cause__, error) for base in type(each).__mro__]
    kind = next((_KINDS[name] for name in names if name in _KINDS), KeyringTrouble)
    if kind is KeyringAbsent:
        return KeyringAbsent()
    again = "check again" if action == "read" else "try again"
    if kind is KeyringLocked:
        return KeyringLocked(f"The keyring is locked, so the token could not be {action}. Unlock it and {again}.")
    failed = f"The keyring failed ({type(error).__name__}), so the token could not be {action}."
    return KeyringTrouble(f"{failed} {again.capitalize()}, or keep it for this run only.")
