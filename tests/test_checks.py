"""The checks of all endpoints: secrets added, rotated and removed, at once and with a keyring that fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from keyring.errors import KeyringLocked as Locked

from helpers.core import TIMEOUT_S, eventually
from helpers.keyrings import MemoryKeyring, OpenKeyring, absent, chosen
from hookscope.checks import DOTS, FIRST_SCHEME, Checks
from hookscope.deliveries import Request, Store
from hookscope.endpoints import Endpoint, EndpointError, Endpoints
from hookscope.secret_store import BadSecret, KeyringAbsent, KeyringLocked, SecretStore

VALUE = "a value that is long enough"


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    with chosen() as memory:
        yield memory


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def checks(store: Store) -> Iterator[Checks]:
    """Checks over a new database that follow the endpoints, as in the program."""
    endpoints, secrets = Endpoints(store), SecretStore()
    checks = Checks(endpoints, secrets)
    endpoints.subscribe(lambda _: checks.adapt())
    yield checks
    secrets.close()


class LockedKeyring(MemoryKeyring):
    """Was not unlocked when it asked."""

    def get_password(self, service: str, username: str) -> str | None:
        raise Locked

    def set_password(self, service: str, username: str, password: str) -> None:
        raise Locked


class Slow(MemoryKeyring):
    """Answers nothing until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def set_password(self, service: str, username: str, password: str) -> None:
        assert self.go_on.wait(TIMEOUT_S)
        super().set_password(service, username, password)


def result(future: Future[Any]) -> Any:
    return future.result(TIMEOUT_S)


def first(checks: Checks) -> Endpoint:
    return checks._endpoints.all()[0]


def token(value: str) -> Request:
    return Request("POST", "/my-automation", (("Signature", value),), b"{}")


def state(checks: Checks, value: str) -> str:
    """The verdict on a request with this token, as the first endpoint verifies now."""
    return checks.get(first(checks)).note(token(value), 0.0).state


def test_a_generated_token_is_stored_and_verified_with(checks: Checks, memory: MemoryKeyring) -> None:
    new = result(checks.generate(first(checks)))
    assert first(checks).scheme == FIRST_SCHEME
    assert first(checks).secrets == (new.name,)
    assert memory.items == {("hookscope", new.name): new.value}
    assert len(new.value) == 43
    assert new.value not in repr(new)
    assert checks._endpoints.secret_notes()[new.name].label == "generated"
    assert state(checks, new.value) == "verified"
    assert state(checks, "another") == "failed"


def test_an_endpoint_keeps_its_scheme_when_a_token_is_generated(checks: Checks, memory: MemoryKeyring) -> None:
    saved = replace(first(checks), scheme="static-query", scheme_options={"param_name": "t"})
    endpoint = result(checks._endpoints.save(saved))
    result(checks.generate(endpoint))
    assert replace(first(checks), secrets=()) == endpoint


def test_rotation_verifies_with_both_and_nothing_is_unverified_meanwhile(checks: Checks, memory: MemoryKeyring) -> None:
    old = result(checks.generate(first(checks)))
    states: set[str] = set()
    checks.subscribe(lambda: states.add(state(checks, old.value)))
    new = result(checks.generate(first(checks)))
    result(checks.read())
    assert states == {"verified"}
    assert first(checks).secrets == (new.name, old.name)
    assert state(checks, new.value) == state(checks, old.value) == "verified"
    result(checks.remove(first(checks), old.name))
    assert (state(checks, new.value), state(checks, old.value)) == ("verified", "failed")
    assert memory.items == {("hookscope", new.name): new.value}


def test_two_at_once_are_two(checks: Checks, memory: MemoryKeyring) -> None:
    endpoint = first(checks)
    made = [checks.generate(endpoint) for _ in range(5)]
    values = {result(each).value for each in made}
    assert len(values) == len(first(checks).secrets) == len(memory.items) == 5
    assert {state(checks, value) for value in values} == {"verified"}


def test_a_change_of_the_endpoint_meanwhile_is_not_lost(checks: Checks) -> None:
    slow = Slow()
    with chosen(slow):
        adding = checks.add(first(checks), VALUE, scheme=FIRST_SCHEME)
        changed = checks._endpoints.change(first(checks).id, lambda before: replace(before, name="renamed"))
        result(changed)
        slow.go_on.set()
        new = result(adding)
    assert (first(checks).name, first(checks).secrets) == ("renamed", (new.name,))


def test_another_data_folder_with_the_same_names_loses_nothing(
    checks: Checks, memory: MemoryKeyring, tmp_path: Path
) -> None:
    result(checks.generate(first(checks)))
    (tmp_path / "other").mkdir()
    other_store = Store(tmp_path / "other")
    other, secrets = Endpoints(other_store), SecretStore()
    result(Checks(other, secrets).generate(other.all()[0]))
    secrets.close()
    other_store.close()
    assert len(memory.items) == 2


@pytest.mark.parametrize(
    ("backend", "trouble"), [(None, KeyringAbsent), (LockedKeyring(), KeyringLocked)], ids=["absent", "locked"]
)
def test_a_keyring_that_does_not_take_it_changes_nothing(
    checks: Checks, backend: MemoryKeyring | None, trouble: type[Exception]
) -> None:
    before = first(checks)
    with chosen(backend or absent()), pytest.raises(trouble):
        result(checks.generate(before))
    assert first(checks) == before
    assert checks._endpoints.secret_notes() == {}
    assert checks.secrets.kept() == frozenset()


def test_a_secret_is_kept_for_this_run_when_that_is_wished(checks: Checks) -> None:
    new = result(checks.generate(first(checks), this_run=True))
    assert checks.secrets.kept() == {new.name}
    assert state(checks, new.value) == "verified"
    result(checks.read())
    assert state(checks, new.value) == "verified"
    with chosen() as memory:
        result(checks.secrets.save_kept(new.name))
        assert memory.items == {("hookscope", new.name): new.value}
    assert checks.secrets.kept() == frozenset()


def test_what_cannot_be_a_secret_is_refused_at_once(checks: Checks) -> None:
    with pytest.raises(BadSecret):
        checks.add(first(checks), "")


@pytest.mark.parametrize("this_run", [False, True])
def test_an_endpoint_that_is_gone_leaves_no_secret_behind(
    checks: Checks, memory: MemoryKeyring, this_run: bool
) -> None:
    gone = result(checks._endpoints.save(Endpoint("gone", "/gone")))
    result(checks._endpoints.delete(gone.id))
    with pytest.raises(EndpointError, match="deleted meanwhile"):
        result(checks.add(gone, VALUE, scheme=FIRST_SCHEME, this_run=this_run))
    eventually(lambda: not memory.items)
    assert checks.secrets.kept() == frozenset()
    assert checks._endpoints.secret_notes() == {}


def test_a_scheme_that_cannot_be_set_leaves_no_secret_behind(checks: Checks, memory: MemoryKeyring) -> None:
    before = first(checks)
    with pytest.raises(EndpointError, match="needs the option"):
        result(checks.add(before, VALUE, scheme="static-header"))
    eventually(lambda: not memory.items)
    assert first(checks) == before


def test_a_secret_that_another_endpoint_uses_stays_in_the_keyring(checks: Checks, memory: MemoryKeyring) -> None:
    new = result(checks.generate(first(checks)))
    other = result(checks._endpoints.save(replace(first(checks), id=0, name="other", path="/other")))
    result(checks.remove(first(checks), new.name))
    assert first(checks).secrets == ()
    assert new.name in checks._endpoints.secret_notes()
    assert memory.items
    result(checks.remove(other, new.name))
    assert memory.items == {}
    assert checks.masked(new.name) == DOTS


def test_a_secret_is_not_verified_with_any_more_when_the_keyring_does_not_delete_it(
    checks: Checks, memory: MemoryKeyring
) -> None:
    new = result(checks.generate(first(checks)))
    with chosen(LockedKeyring()), pytest.raises(KeyringLocked, match="deleted"):
        result(checks.remove(first(checks), new.name))
    assert first(checks).secrets == ()
    assert state(checks, new.value) == "unavailable"


def test_removing_what_is_not_there_ends(checks: Checks, memory: MemoryKeyring) -> None:
    result(checks.remove(first(checks), "never there"))


def test_a_closed_keyring_is_told(checks: Checks) -> None:
    checks.secrets.close()
    with pytest.raises(CancelledError):
        result(checks.generate(first(checks)))


def test_reading_says_what_is_wrong_and_later_that_it_is_right(checks: Checks, memory: MemoryKeyring) -> None:
    new = result(checks.generate(first(checks)))
    with chosen(LockedKeyring()):
        result(checks.read())
        assert state(checks, new.value) == "unavailable"
        assert checks.trouble(new.name).startswith("The keyring is locked")
        assert checks.masked(new.name) == DOTS
    result(checks.read())
    assert state(checks, new.value) == "verified"
    assert checks.trouble(new.name) == ""


@pytest.mark.parametrize(("value", "masked"), [("x" * 12 + "3fa9", "••••3fa9"), ("x" * 15, "••••")])
def test_only_of_a_long_secret_the_end_is_on_show(
    checks: Checks, memory: MemoryKeyring, value: str, masked: str
) -> None:
    new = result(checks.add(first(checks), value, scheme=FIRST_SCHEME))
    assert checks.masked(new.name) == masked
    assert checks.masked("unknown") == DOTS


def test_the_first_endpoint_gets_a_token_where_nobody_is_asked(checks: Checks) -> None:
    with chosen(OpenKeyring()):
        result(checks.start())
        (name,) = first(checks).secrets
        value = result(checks.secrets.read([name]))[name].value
        assert first(checks).scheme == FIRST_SCHEME
        assert state(checks, value) == "verified"
        result(checks.start())
        assert first(checks).secrets == (name,)


@pytest.mark.parametrize("backend", [None, MemoryKeyring(), LockedKeyring()], ids=["absent", "unknown", "locked"])
def test_no_other_keyring_is_touched_for_a_first_token(checks: Checks, backend: MemoryKeyring | None) -> None:
    before = first(checks)
    with chosen(backend or absent()):
        result(checks.start())
    assert first(checks) == before
    assert backend is None or backend.items == {}


def test_a_database_that_is_not_new_gets_no_token(store: Store) -> None:
    Endpoints(store)
    endpoints, secrets = Endpoints(store), SecretStore()
    with chosen(OpenKeyring()):
        result(Checks(endpoints, secrets).start())
    assert endpoints.all()[0].secrets == ()
    secrets.close()


def test_a_first_endpoint_that_is_set_up_already_gets_no_token(checks: Checks) -> None:
    result(checks._endpoints.save(replace(first(checks), scheme="github")))
    with chosen(OpenKeyring()):
        result(checks.start())
    assert first(checks).secrets == ()


def test_a_first_token_that_cannot_be_stored_is_no_trouble(checks: Checks) -> None:
    class Refusing(LockedKeyring):
        __module__ = "keyring.backends.macOS"

    with chosen(Refusing()):
        result(checks.start())
    assert first(checks).secrets == ()
