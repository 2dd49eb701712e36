"""The secret store over keyrings in memory: parts, reasons, order, and a keyring that does not answer."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from typing import Any, ClassVar

import keyring
import keyring.backend
import keyring.core
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backends import chainer, fail, null
from keyring.errors import InitError, KeyringError, KeyringLocked, PasswordDeleteError

from helpers.core import eventually
from helpers.keyrings import MemoryKeyring, OpenKeyring, absent
from helpers.processes import LONGEST_S, environment
from hookscope import secret_parts, secret_store
from hookscope.endpoints import checks
from hookscope.secret_parts import PART_UNITS
from hookscope.secret_store import (
    ABSENT,
    LOCKED,
    LOST,
    MISSING,
    OURS,
    WAITING,
    BadSecret,
    KeyringAbsent,
    KeyringTrouble,
    OwnName,
    Secret,
    SecretStore,
    quiet_loggers,
)

FAIL = "keyring.backends.fail.Keyring"
VALUE = "the value that nobody sees"
NO_KEYRING = "No keyring is available. Tokens can be kept for this run only."
IS_LOCKED = "The keyring is locked, so the token could not be {}. Unlock it and {} again."

texts = st.text(min_size=1, max_size=40)
near = st.sampled_from([1, 500, 999, 1000, 1001, 1999, 2000, 2001, 4999, 5000, 5001])
long_texts = st.builds(lambda unit, length: (unit * length)[:length], texts, near)
headers = st.builds(str.__add__, st.just("hookscope-parts "), st.text(max_size=1100))
values = texts | long_texts | headers


def result(future: Future[Any]) -> Any:
    return future.result(LONGEST_S)


def one(store: SecretStore, name: str = "name") -> Secret:
    """What the store reads under a name."""
    secret: Secret = result(store.read([name]))[name]
    return secret


def missing(name: str = "name") -> Secret:
    return Secret(reason=MISSING, sentence=f"The keyring has no secret named {name}. Enter it again.")


def use(backend: MemoryKeyring) -> MemoryKeyring:
    keyring.set_keyring(backend)
    return backend


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    """Keyring finds no other keyring than this one; afterwards all is as it was."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", FAIL)
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setattr(keyring.backend, "_limit", None)
    return use(MemoryKeyring())


@pytest.fixture
def store() -> Iterator[SecretStore]:
    store = SecretStore()
    yield store
    store.close()


class Failing(MemoryKeyring):
    """Raises one error at everything, and counts."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
        self.asked: list[str] = []

    def get_password(self, service: str, username: str) -> str | None:
        self.asked.append(username)
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        self.asked.append(username)
        raise self.error


class BreakingOff(MemoryKeyring):
    """Does so many changes and no more."""

    def __init__(self, changes: int) -> None:
        super().__init__()
        self.changes = changes

    def _count(self) -> None:
        self.changes -= 1
        if self.changes < 0:
            raise PasswordDeleteError("the bus is gone")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._count()
        super().set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self._count()
        super().delete_password(service, username)


class Prompting(MemoryKeyring):
    """Waits at everything until it is answered."""

    def __init__(self) -> None:
        super().__init__()
        self.asks, self.answered = threading.Event(), threading.Event()
        self.read: list[str] = []

    def get_password(self, service: str, username: str) -> str | None:
        self.asks.set()
        self.answered.wait(LONGEST_S)
        self.read.append(username)
        return super().get_password(service, username)


@pytest.fixture
def prompting() -> Iterator[Prompting]:
    backend = Prompting()
    use(backend)
    yield backend
    backend.answered.set()


# --- values and parts ------------------------------------------------------------------------------------------------


@given(first=values, second=values)
def test_any_text_comes_back_and_leaves_nothing(first: str, second: str) -> None:
    backend = use(MemoryKeyring())
    store = SecretStore()
    for value in (first, second):
        result(store.write("name", value))
        assert one(store) == Secret(value)
        assert len(backend.items) == len(secret_parts.split(value))
    result(store.delete("name"))
    assert backend.items == {}
    assert one(store) == missing()
    store.close()


def test_short_values_are_stored_as_they_are_and_long_ones_in_parts(memory: MemoryKeyring, store: SecretStore) -> None:
    result(store.write("short", "x" * PART_UNITS))
    assert memory.items.pop(("hookscope", "short")) == "x" * PART_UNITS
    result(store.write("long", "😀" * 501))
    assert list(memory.items) == [("hookscope", "long#2"), ("hookscope", "long")]  # the first part comes last
    first = memory.items["hookscope", "long"]
    assert first.startswith("hookscope-parts 1002 ")
    assert first.endswith("\n" + "😀" * 500)


@pytest.mark.parametrize("damage", ["missing", "changed", "swapped", "longer", "empty", "header", "shorter"])
def test_a_damaged_value_reads_as_missing(memory: MemoryKeyring, store: SecretStore, damage: str) -> None:
    result(store.write("name", "a" * 1000 + "b" * 1000 + "c" * 500))
    names = [("hookscope", name) for name in ("name", "name#2", "name#3")]
    first, second, third = (memory.items[name] for name in names)
    damaged = {
        "missing": {names[0]: first, names[2]: third},
        "changed": {names[0]: first, names[1]: second[:-1] + "x", names[2]: third},
        "swapped": {names[0]: first, names[1]: third, names[2]: second},
        "longer": {names[0]: first, names[1]: second, names[2]: third + "c"},
        "empty": {names[0]: first, names[1]: "", names[2]: third},
        "header": {names[0]: "hookscope-parts 1 x\n" + third, names[1]: second},
        "shorter": {names[0]: first.replace(" 2500 ", " 1000 "), names[1]: second, names[2]: third},
    }
    memory.items.clear()
    memory.items.update(damaged[damage])
    sentence = "The secret named name is not complete in the keyring. Enter it again."
    assert one(store) == Secret(reason=MISSING, sentence=sentence)


def test_a_damaged_value_can_be_saved_again(memory: MemoryKeyring, store: SecretStore) -> None:
    memory.items["hookscope", "name#2"] = "left over"
    memory.items["hookscope", "name"] = "hookscope-parts 5000 "
    result(store.write("name", VALUE))
    assert memory.items == {("hookscope", "name"): VALUE}


@given(old=values, new=values, changes=st.integers(0, 12))
def test_a_change_that_breaks_off_leaves_the_old_value_the_new_one_or_none(old: str, new: str, changes: int) -> None:
    backend = BreakingOff(100)
    use(backend)
    store = SecretStore()
    result(store.write("name", old))
    backend.changes = changes
    broke_off = store.write("name", new).exception(LONGEST_S)
    assert one(store).value in ({old, new, ""} if broke_off else {new})
    if broke_off:
        assert str(broke_off).startswith("The keyring failed (PasswordDeleteError), so the token could not be saved.")
        backend.changes = changes // 2
        store.delete("name").exception(LONGEST_S)
        assert one(store).value in {old, new, ""}
    backend.changes = 100
    result(store.delete("name"))
    assert backend.items == {}
    store.close()


@pytest.mark.parametrize("name", ["", " ", "a#2", "#", "a\nb", "a\0", "a\x9f", "a\u2028b", "a\ud800", "x" * 201])
def test_names_that_could_be_mistaken_are_refused(memory: MemoryKeyring, store: SecretStore, name: str) -> None:
    memory.items["hookscope", name] = VALUE
    for refused in (store.delete, secret_store.check_name):
        with pytest.raises(BadSecret, match=r"^.+\. .*Give|^.+\. Choose"):
            refused(name)
    for refused_with_value in (store.write, store.keep_for_this_run):
        with pytest.raises(BadSecret):
            refused_with_value(name, VALUE)
    assert one(store, name).reason == MISSING
    assert one(store, name).sentence.isprintable()


@pytest.mark.parametrize("value", ["", VALUE + "\ud800", VALUE * 3000], ids=["empty", "no-text", "long"])
def test_values_that_cannot_be_kept_are_refused(store: SecretStore, value: str) -> None:
    for refused in (store.write, store.keep_for_this_run):
        with pytest.raises(BadSecret, match=r"^The secret is [\w\s:,]+\.( Enter .*\.)?$"):
            refused("name", value)


# --- what stands in for the keyring ----------------------------------------------------------------------------------


def test_what_is_kept_for_this_run_wins_until_it_is_saved(memory: MemoryKeyring, store: SecretStore) -> None:
    result(store.write("name", "saved"))
    store.keep_for_this_run("name", "kept")
    assert one(store) == Secret("kept")
    assert memory.items == {("hookscope", "name"): "saved"}
    result(store.write("name", "saved again"))
    assert one(store) == Secret("saved again")


def test_what_is_kept_for_this_run_wins_until_it_is_deleted(memory: MemoryKeyring, store: SecretStore) -> None:
    store.keep_for_this_run("name", "kept")
    result(store.delete("name"))
    assert one(store) == missing()


def test_it_is_still_kept_when_it_could_not_be_saved(store: SecretStore) -> None:
    use(Failing(KeyringLocked()))
    store.keep_for_this_run("name", "kept")
    assert isinstance(store.write("name", "new").exception(LONGEST_S), secret_store.KeyringLocked)
    assert one(store) == Secret("kept")


def test_one_that_is_kept_can_be_saved_later(memory: MemoryKeyring, store: SecretStore) -> None:
    store.keep_for_this_run("name", VALUE)
    assert store.kept() == {"name"}
    result(store.save_kept("name"))
    assert store.kept() == frozenset()
    assert memory.items == {("hookscope", "name"): VALUE}
    with pytest.raises(BadSecret):
        store.save_kept("name")


def test_one_kept_while_another_is_being_saved_stays(prompting: Prompting, store: SecretStore) -> None:
    writing = store.write("name", "saved")
    store.keep_for_this_run("name", "kept")
    prompting.answered.set()
    result(writing)
    assert one(store) == Secret("kept")


def test_kept_and_saved_ones_come_together(memory: MemoryKeyring, store: SecretStore) -> None:
    memory.items["hookscope", "saved"] = "a"
    store.keep_for_this_run("kept", "b")
    found = result(store.read(["saved", "kept", "none", "kept"]))
    assert found == {"saved": Secret("a"), "kept": Secret("b"), "none": missing("none")}


# --- no keyring, a locked one, a broken one --------------------------------------------------------------------------


class PlainText(MemoryKeyring):
    __module__ = "keyrings.alt.file"


class DerivedPlainText(PlainText):
    """One that somebody made from it."""


class Chained(chainer.ChainerBackend):
    viable = False
    backends: ClassVar[list[keyring.backend.KeyringBackend]] = []


class ChainedPlainText(Chained):
    backends: ClassVar[list[keyring.backend.KeyringBackend]] = [MemoryKeyring(), PlainText()]


@pytest.mark.parametrize(
    "kind",
    [fail.Keyring, null.Keyring, PlainText, DerivedPlainText, Chained, ChainedPlainText],
    ids=["fail", "null", "plain", "derived", "empty-chain", "chain"],
)
def test_what_keeps_nothing_or_keeps_it_as_plain_text_is_no_keyring(
    store: SecretStore, kind: type[keyring.backend.KeyringBackend]
) -> None:
    backend = kind()
    keyring.set_keyring(backend)
    assert one(store) == Secret(reason=ABSENT, sentence=NO_KEYRING)
    for trouble in (store.write("name", VALUE).exception(LONGEST_S), store.delete("name").exception(LONGEST_S)):
        assert isinstance(trouble, KeyringAbsent)
        assert (str(trouble), trouble.reason) == (NO_KEYRING, ABSENT)
    assert not getattr(backend, "items", None)


@pytest.mark.parametrize("name", ["helpers.keyrings.NoSuchKeyring", "no_such_module.Keyring", "x", ""])
@pytest.mark.logs(r"The keyring chosen for Python programs cannot be used \(\w+\)\.$")
def test_a_keyring_that_does_not_exist(monkeypatch: pytest.MonkeyPatch, store: SecretStore, name: str) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    assert one(store) == Secret(reason=ABSENT, sentence=NO_KEYRING)


@pytest.mark.parametrize(
    ("backend", "is_open"),
    [
        (OpenKeyring(), True),
        (MemoryKeyring(), False),
        (absent(), False),
        (Failing(KeyringLocked()), False),
    ],
)
def test_only_a_keyring_that_is_known_to_ask_nobody_is_open(
    store: SecretStore, backend: keyring.backend.KeyringBackend, is_open: bool
) -> None:
    keyring.set_keyring(backend)
    assert result(store.is_open()) is is_open


def test_a_secret_service_that_cannot_be_reached_is_not_open(
    store: SecretStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unreachable(MemoryKeyring):
        __module__ = "keyring.backends.SecretService"

    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    keyring.set_keyring(Unreachable())
    assert result(store.is_open()) is False


def test_a_keyring_that_is_there_later_is_found(monkeypatch: pytest.MonkeyPatch, store: SecretStore) -> None:
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    assert one(store).reason == ABSENT
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "helpers.keyrings.MemoryKeyring")
    assert one(store) == missing()
    result(store.write("name", VALUE))
    assert one(store) == Secret(VALUE)


@pytest.mark.parametrize("error", [KeyringLocked(VALUE), InitError(VALUE)])
def test_a_locked_keyring_is_asked_once(store: SecretStore, error: Exception) -> None:
    backend = Failing(error)
    use(backend)
    locked = Secret(reason=LOCKED, sentence=IS_LOCKED.format("read", "check"))
    assert result(store.read(["a", "b", "c"])) == dict.fromkeys("abc", locked)
    assert len(backend.asked) == 1
    for future, done in ((store.write("a", VALUE), "saved"), (store.delete("a"), "deleted")):
        trouble = future.exception(LONGEST_S)
        assert isinstance(trouble, secret_store.KeyringLocked)
        assert (str(trouble), trouble.reason) == (IS_LOCKED.format(done, "try"), LOCKED)


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("SecretServiceNotAvailableException", ABSENT),
        ("LockedException", LOCKED),
        ("PromptDismissedException", LOCKED),
    ],
)
def test_errors_of_the_secret_service(store: SecretStore, name: str, reason: str, wrapped: bool) -> None:
    error: Exception = getattr(pytest.importorskip("secretstorage"), name)("…")
    if wrapped:
        cause, error = error, InitError("Failed to create the collection")
        error.__cause__ = cause
    use(Failing(error))
    assert one(store).reason == reason


@pytest.mark.parametrize("error", [ConnectionResetError(), FileNotFoundError()])
def test_a_bus_that_is_gone(store: SecretStore, error: OSError) -> None:
    use(Failing(error))
    assert one(store) == Secret(reason=ABSENT, sentence=NO_KEYRING)


def test_any_other_failure_says_what_to_do_and_ends_nothing(memory: MemoryKeyring, store: SecretStore) -> None:
    backend = Failing(KeyringError(VALUE))
    use(backend)
    failed = "The keyring failed (KeyringError), so the token could not be"
    sentence = f"{failed} read. Check again, or keep it for this run only."
    assert one(store) == Secret(reason=ABSENT, sentence=sentence)
    assert set(result(store.read(["a", "b"]))) == set(backend.asked[1:])
    trouble = store.write("name", VALUE).exception(LONGEST_S)
    assert type(trouble) is KeyringTrouble
    assert str(trouble) == f"{failed} saved. Try again, or keep it for this run only."
    use(memory)
    assert one(store) == missing()


@pytest.mark.parametrize("error", [KeyringLocked(VALUE), KeyringError(VALUE), ConnectionError(VALUE)])
def test_no_text_has_the_value_in_it(store: SecretStore, caplog: pytest.LogCaptureFixture, error: Exception) -> None:
    caplog.set_level(logging.DEBUG)
    use(Failing(error))
    writing = store.write("name", VALUE)
    shown: list[object] = [writing, one(store), Secret(VALUE), store]
    try:
        result(writing)
    except KeyringTrouble as trouble:
        shown += ["".join(traceback.format_exception(trouble)), trouble.__context__, trouble.__cause__]
    assert not [each for each in shown if VALUE in repr(each)]
    assert VALUE not in caplog.text


# --- the thread ------------------------------------------------------------------------------------------------------


def test_making_one_costs_nothing() -> None:
    lines = (
        "import sys, threading",
        "from hookscope.secret_store import SecretStore",
        "store = SecretStore()",
        "store.read([]).result()",
        "store.keep_for_this_run('a', 'b')",
        "assert store.read(['a']).result()['a'].value == 'b'",
        "assert threading.active_count() == 1 and 'keyring' not in sys.modules",
        "store.close()",
        "store.close()",
    )
    subprocess.run([sys.executable, "-c", "\n".join(lines)], env=environment(), check=True, timeout=LONGEST_S)


def test_requests_are_served_in_order_from_any_thread(prompting: Prompting, store: SecretStore) -> None:
    reads = [store.read(["first"])]
    assert prompting.asks.wait(LONGEST_S)
    for number in range(20):
        asking = threading.Thread(target=lambda number=number: reads.append(store.read([str(number)])))
        asking.start()
        asking.join()
    prompting.answered.set()
    assert [list(result(read)) for read in reads] == [["first"], *([str(number)] for number in range(20))]
    assert prompting.read == ["first", *map(str, range(20))]


def test_many_threads_at_once(memory: MemoryKeyring, store: SecretStore) -> None:
    def work(name: str) -> None:
        for number in range(20):
            result(store.write(name, f"{name} {number}" * 200))
            found.append(one(store, name).value == f"{name} {number}" * 200)

    found: list[bool] = []
    threads = [threading.Thread(target=work, args=[name]) for name in "abcdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_S)
    assert found == [True] * 120


def test_a_read_that_waits_can_be_cancelled_and_a_change_cannot(prompting: Prompting, store: SecretStore) -> None:
    first = store.read(["first"])
    assert prompting.asks.wait(LONGEST_S)
    assert store.read(["second"]).cancel()
    writing = store.write("third", VALUE)
    assert not writing.cancel()
    prompting.answered.set()
    assert result(first) == {"first": missing("first")}
    result(writing)
    assert "second" not in prompting.read
    assert one(store, "third") == Secret(VALUE)


def test_kept_ones_are_read_while_the_keyring_waits(prompting: Prompting, store: SecretStore) -> None:
    waiting = store.read(["name"])
    assert prompting.asks.wait(LONGEST_S)
    store.keep_for_this_run("name", "kept")
    assert one(store) == Secret("kept")
    assert not waiting.done()


def test_a_keyring_that_takes_long_is_told_and_that_it_answered(
    prompting: Prompting, store: SecretStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secret_store, "SLOW_S", 0.05)
    told: list[str] = []
    store.subscribe_waiting(told.append)
    writing = store.write("name", VALUE)
    eventually(lambda: told)
    assert store.waiting == WAITING
    prompting.answered.set()
    result(writing)
    assert (told, store.waiting) == ([WAITING, ""], "")
    assert one(store) == Secret(VALUE)


def test_a_keyring_that_answers_in_time_is_not_told(store: SecretStore) -> None:
    told: list[str] = []
    store.subscribe_waiting(told.append)
    result(store.write("name", VALUE))
    assert (told, store.waiting) == ([], "")


@pytest.mark.logs("a subscriber of the secret store failed")
def test_a_subscriber_that_fails_ends_nothing(
    prompting: Prompting, store: SecretStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(sentence: str) -> None:
        told.append(sentence)
        raise ValueError(sentence)

    monkeypatch.setattr(secret_store, "SLOW_S", 0.05)
    told: list[str] = []
    store.subscribe_waiting(fails)
    reading = store.read(["name"])
    eventually(lambda: told)
    prompting.answered.set()
    assert result(reading) == {"name": missing()}
    assert told == [WAITING, ""]


def test_closing_makes_the_changes_that_wait_and_cancels_the_reads(prompting: Prompting, store: SecretStore) -> None:
    store.read(["first"])
    assert prompting.asks.wait(LONGEST_S)
    writing, reading, deleting = store.write("a", VALUE), store.read(["a"]), store.delete("b")
    threading.Timer(0.3, prompting.answered.set).start()
    began = time.monotonic()
    store.close()
    assert 0.2 < time.monotonic() - began < 1.9
    assert prompting.items == {("hookscope", "a"): VALUE}
    assert reading.cancelled()
    assert (writing.result(0), deleting.result(0)) == (None, None)


def test_closing_does_not_wait_for_a_read(prompting: Prompting, store: SecretStore) -> None:
    reading = store.read(["name"])
    assert prompting.asks.wait(LONGEST_S)
    began = time.monotonic()
    store.close()
    assert time.monotonic() - began < 1
    assert not reading.done()


@pytest.mark.logs("^hookscope.secret_store WARNING: The keyring did not answer, so what was to be saved in it may be")
def test_closing_says_what_may_be_lost(
    prompting: Prompting, store: SecretStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(secret_store, "CLOSE_S", 0.1)
    writing = store.write("name", VALUE)
    assert prompting.asks.wait(LONGEST_S)
    store.close()
    assert caplog.messages == [LOST]
    prompting.answered.set()
    result(writing)  # it goes on if there is still time


def test_after_closing_nothing_is_done(memory: MemoryKeyring, store: SecretStore) -> None:
    one(store)
    store.close()
    for future in (store.read(["name"]), store.write("name", VALUE), store.delete("name")):
        with pytest.raises(CancelledError):
            result(future)
    assert memory.items == {}


def test_a_process_ends_although_the_keyring_never_answers() -> None:
    lines = (
        "import keyring, threading",
        "from helpers.keyrings import MemoryKeyring, OpenKeyring, absent",
        "from hookscope.secret_store import SecretStore",
        "class Stuck(MemoryKeyring):",
        "    def get_password(self, service, username):",
        "        asked.set()",
        "        threading.Event().wait()",
        "asked = threading.Event()",
        "keyring.set_keyring(Stuck())",
        "store = SecretStore()",
        "store.read(['name'])",
        "asked.wait()",
        "store.close()",
    )
    paths = environment({"PYTHONPATH": ":".join(path for path in sys.path if path)})
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], env=paths, check=True, timeout=LONGEST_S, capture_output=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")


# --- loggers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("root", "own", "expected"),
    [
        (logging.DEBUG, logging.NOTSET, logging.INFO),
        (logging.DEBUG, logging.DEBUG, logging.INFO),
        (logging.WARNING, logging.NOTSET, logging.WARNING),
        (logging.WARNING, logging.ERROR, logging.ERROR),
        (logging.DEBUG, logging.INFO, logging.INFO),
    ],
)
def test_other_packages_never_log_below_info(
    monkeypatch: pytest.MonkeyPatch, root: int, own: int, expected: int
) -> None:
    loggers = [logging.getLogger(name) for name in secret_store.TALKATIVE]
    monkeypatch.setattr(logging.getLogger(), "level", root)
    for logger in loggers:
        monkeypatch.setattr(logger, "level", own)
        logger.manager._clear_cache()  # type: ignore[attr-defined]
    quiet_loggers()
    assert {logger.level for logger in loggers} == {expected}
    assert not logging.getLogger("httpcore.http11").isEnabledFor(logging.DEBUG)
    SecretStore().close()
    logging.getLogger("qasync").setLevel(logging.DEBUG)
    SecretStore().close()
    assert logging.getLogger("qasync").level == logging.INFO


@pytest.mark.parametrize("name", ["httpx", "httpcore.http2", "hpack.hpack", "hpack.table", "h2.connection"])
def test_what_would_log_headers_is_quiet(name: str) -> None:
    quiet_loggers()
    assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)


# --- names of Hookscope's own ----------------------------------------------------------------------------------------

OWN = OwnName(f"{OURS}production")


def test_a_name_of_our_own_is_ours_alone(memory: MemoryKeyring, store: SecretStore) -> None:
    result(store.write(OWN, "credential"))
    assert one(store, OWN).value == "credential"
    assert one(store, str(OWN)) == missing(OWN)
    with pytest.raises(BadSecret, match=r"Choose a name that does not begin with @records/\.$"):
        store.write(str(OWN), "mine")
    with pytest.raises(BadSecret):
        store.delete(str(OWN))
    assert memory.items == {("hookscope", OWN): "credential"}


def test_what_is_kept_under_a_name_of_our_own_is_ours_alone(store: SecretStore) -> None:
    store.keep_for_this_run(OWN, "credential")
    with pytest.raises(BadSecret):
        store.keep_for_this_run(str(OWN), "mine")
    assert one(store, OWN).value == "credential"
    assert one(store, str(OWN)) == missing(OWN)


def test_endpoints_know_the_names_that_are_ours() -> None:
    assert checks.OURS == OURS
