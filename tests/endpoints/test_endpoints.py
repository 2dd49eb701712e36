"""The endpoints over a real store: changes, subscribers, drafts, and what a restart finds."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from hookscope.deliveries import Store
from hookscope.deliveries.database import open_database
from hookscope.endpoints import CATCH_ALL_NAME, Endpoint, EndpointError, Endpoints, ResponseKey, apply_workspace
from hookscope.responses import BodyKind, Response, RuleSet, flaws

T = TypeVar("T")

TEAPOT = Response(418, (("X-A", "b"),), "short\r\n", BodyKind.TEXT)

Open = Callable[[], Endpoints]


@pytest.fixture
def open_endpoints(tmp_path: Path) -> Iterator[Open]:
    """Opens the endpoints as a start of the program would, after ending the one before."""
    stores: list[Store] = []

    def start() -> Endpoints:
        for store in stores:
            store.close()
        stores[:] = [Store(tmp_path)]
        return Endpoints(stores[0])

    yield start
    for store in stores:
        store.close()


@pytest.fixture
def endpoints(open_endpoints: Open) -> Endpoints:
    return open_endpoints()


def save(endpoints: Endpoints, endpoint: Endpoint) -> Endpoint:
    return endpoints.save(endpoint).result(10)


def test_a_new_database_has_one_endpoint_and_the_catch_all(endpoints: Endpoints) -> None:
    first, catch_all = endpoints.all()
    assert (first.name, first.path, first.response) == ("my-automation", "/my-automation", Response(200, (), "{}"))
    assert (catch_all.name, catch_all.path, catch_all.response) == (CATCH_ALL_NAME, "", Response(200, (), "{}"))
    assert catch_all.is_catch_all
    assert endpoints.applied_us(first.id) > 0


def test_what_is_saved_is_there_at_the_next_start(open_endpoints: Open) -> None:
    endpoints = open_endpoints()
    first, catch_all = endpoints.all()
    added = save(endpoints, Endpoint(" orders ", "/orders/* ", TEAPOT, "generic"))
    assert added == Endpoint("orders", "/orders/*", TEAPOT, "generic", added.id)
    endpoints.delete(first.id).result(10)
    save(endpoints, replace(catch_all, response=TEAPOT))
    applied = endpoints.applied_us(added.id)

    again = open_endpoints()
    assert again.all() == endpoints.all() == (added, replace(catch_all, response=TEAPOT))
    assert again.get(added.id) == added
    assert again.get(first.id) is None
    assert again.applied_us(added.id) == applied > 0


def test_new_endpoints_stand_before_the_catch_all_in_order_and_ids_are_not_used_twice(endpoints: Endpoints) -> None:
    ids = [save(endpoints, Endpoint(name, f"/{name}")).id for name in ("c", "a", "b")]
    assert [endpoint.name for endpoint in endpoints.all()] == ["my-automation", "c", "a", "b", CATCH_ALL_NAME]
    endpoints.delete(ids[2]).result(10)
    assert save(endpoints, Endpoint("b", "/b")).id > ids[2]


def test_an_endpoint_changes_in_its_place(endpoints: Endpoints) -> None:
    first = endpoints.all()[0]
    save(endpoints, Endpoint("second", "/second"))
    renamed = save(endpoints, replace(first, name="MY-Automation", path="/my-automation/"))
    assert endpoints.all()[0] == renamed


def test_only_a_changed_response_counts_as_applied(endpoints: Endpoints) -> None:
    first = endpoints.all()[0]
    before = endpoints.applied_us(first.id)
    save(endpoints, replace(first, path="/x"))
    assert endpoints.applied_us(first.id) == before
    save(endpoints, replace(first, response=TEAPOT))
    assert before < endpoints.applied_us(first.id) <= time.time_ns() // 1000
    assert endpoints.applied_us(12345) == 0


@pytest.mark.parametrize(
    ("endpoint", "sentence"),
    [
        (Endpoint("", "/a"), "Enter a name."),
        (Endpoint("MY-automation", "/a"), "There is an endpoint “MY-automation” already."),
        (Endpoint(CATCH_ALL_NAME, ""), f"There is an endpoint “{CATCH_ALL_NAME}” already."),
        (Endpoint("a", "/my-automation"), "The path /my-automation belongs to “my-automation” already."),
        (Endpoint("a", "/a?b"), "A path ends before ? and #. Leave them out."),
        (Endpoint("a", "/a", Response(status=600)), flaws(Response(status=600))[0].message),
        (Endpoint("a", "/a", id=999), "“a” was deleted meanwhile."),
        (Endpoint("a", "/a", id=2), f"“{CATCH_ALL_NAME}” keeps its name and has no path of its own."),
        (Endpoint("a", "", id=1), f"“{CATCH_ALL_NAME}” keeps its name and has no path of its own."),
    ],
)
def test_what_cannot_be_saved_says_why_and_changes_nothing(
    endpoints: Endpoints, endpoint: Endpoint, sentence: str
) -> None:
    before = endpoints.all()
    with pytest.raises(EndpointError) as raised:
        save(endpoints, endpoint)
    assert str(raised.value) == sentence
    assert endpoints.all() == before


def test_the_catch_all_cannot_be_deleted(endpoints: Endpoints) -> None:
    with pytest.raises(EndpointError, match="cannot be deleted"):
        endpoints.delete(endpoints.all()[-1].id).result(10)
    assert len(endpoints.all()) == 2


def test_subscribers_are_told_on_the_writers_thread_before_the_future_is_done(endpoints: Endpoints) -> None:
    told: list[tuple[tuple[Endpoint, ...], str]] = []
    endpoints.subscribe(lambda now: told.append((now, threading.current_thread().name)))
    saved = [endpoints.save(Endpoint(f"e{number}", f"/{number}")) for number in range(200)]
    last = saved[-1].result(10)
    assert [len(now) for now, _ in told] == list(range(3, 203))
    assert {name for _, name in told} == {"store-writer"}
    assert told[-1][0] == endpoints.all()
    assert last in endpoints.all()


class Unhurried(Store):
    """A store whose callers get their future when the write is long done."""

    def write(self, job: Callable[[sqlite3.Connection], T]) -> Future[T]:
        future = super().write(job)
        time.sleep(0.1)
        return future


def test_subscribers_are_told_there_however_late_the_caller_goes_on(tmp_path: Path) -> None:
    store = Unhurried(tmp_path)
    endpoints = Endpoints(store)
    told: list[str] = []
    endpoints.subscribe(lambda now: told.append(threading.current_thread().name))
    save(endpoints, Endpoint("a", "/a"))
    store.close()
    assert told == ["store-writer"]


def test_what_subscribers_are_told_is_on_disk(endpoints: Endpoints, tmp_path: Path) -> None:
    seen: list[int] = []

    def look(now: tuple[Endpoint, ...]) -> None:
        db = sqlite3.connect(tmp_path / "hookscope.db")
        seen.extend(db.execute("SELECT count(*) FROM endpoint").fetchone())
        db.close()

    endpoints.subscribe(look)
    save(endpoints, Endpoint("a", "/a"))
    assert seen == [3]


def test_a_refused_change_is_not_told(endpoints: Endpoints) -> None:
    told: list[object] = []
    endpoints.subscribe(told.append)
    assert endpoints.save(Endpoint("", "/a")).exception(10)
    assert told == []


@pytest.mark.logs("a subscriber of the endpoints failed")
def test_a_subscriber_that_fails_does_not_keep_the_change_from_others(endpoints: Endpoints) -> None:
    told: list[object] = []

    def fail(now: tuple[Endpoint, ...]) -> None:
        raise ValueError(len(now))

    endpoints.subscribe(fail)
    endpoints.subscribe(told.append)
    assert save(endpoints, Endpoint("a", "/a")) in endpoints.all()
    assert len(told) == 1


def test_a_subscriber_may_change_endpoints_itself(endpoints: Endpoints) -> None:
    done = threading.Event()

    def add_another(now: tuple[Endpoint, ...]) -> None:
        if len(now) == 3:
            endpoints.save(Endpoint("b", "/b"))
        else:
            done.set()

    endpoints.subscribe(add_another)
    save(endpoints, Endpoint("a", "/a"))
    assert done.wait(10)
    assert len(endpoints.all()) == 4


def test_reload_finds_what_another_process_changed(endpoints: Endpoints, tmp_path: Path) -> None:
    told: list[tuple[Endpoint, ...]] = []
    endpoints.subscribe(told.append)
    db = open_database(tmp_path).db
    (added,) = apply_workspace(db, [Endpoint("orders", "/orders", TEAPOT)])
    db.close()
    assert endpoints.get(added.id) is None
    endpoints.reload().result(10)
    assert endpoints.get(added.id) == added
    assert told == [endpoints.all()]


HALF_TYPED = Response(99, (("a b", "\n"),), '{"ticket": ')


def test_a_draft_survives_a_restart_also_when_it_could_not_be_applied(open_endpoints: Open) -> None:
    endpoints = open_endpoints()
    first, catch_all = endpoints.all()
    endpoints.keep_draft(first.id, RuleSet(default=HALF_TYPED))
    endpoints.keep_draft(catch_all.id, RuleSet(default=TEAPOT))
    assert endpoints.draft(first.id) == RuleSet(default=HALF_TYPED)
    endpoints.keep_draft(catch_all.id, None)

    again = open_endpoints()
    assert again.draft(first.id) == RuleSet(default=HALF_TYPED)
    assert again.draft(catch_all.id) is None
    assert again.all() == (first, catch_all)


def test_applying_a_draft_drops_it(open_endpoints: Open) -> None:
    endpoints = open_endpoints()
    first, catch_all = endpoints.all()
    endpoints.keep_draft(first.id, RuleSet(default=TEAPOT))
    endpoints.keep_draft(catch_all.id, RuleSet(default=TEAPOT))
    save(endpoints, replace(first, name="renamed"))
    assert endpoints.draft(first.id) == RuleSet(default=TEAPOT)
    save(endpoints, replace(first, response=TEAPOT))
    assert endpoints.draft(first.id) is None
    again = open_endpoints()
    assert again.draft(first.id) is None
    assert again.draft(catch_all.id) == RuleSet(default=TEAPOT)


def test_a_draft_goes_with_its_endpoint(endpoints: Endpoints) -> None:
    first = endpoints.all()[0]
    endpoints.keep_draft(first.id, RuleSet(default=TEAPOT))
    endpoints.delete(first.id).result(10)
    assert endpoints.draft(first.id) is None
    endpoints.keep_draft(first.id, RuleSet(default=TEAPOT))
    save(endpoints, Endpoint("a", "/a"))
    assert endpoints.draft(first.id) is None


def test_only_a_new_database_has_an_endpoint_to_begin_with(open_endpoints: Open) -> None:
    endpoints = open_endpoints()
    assert endpoints.first_id == endpoints.all()[0].id
    assert open_endpoints().first_id == 0


def test_changes_at_once_do_not_undo_one_another(endpoints: Endpoints) -> None:
    first = endpoints.all()[0]
    changes = [
        endpoints.change(first.id, lambda before: replace(before, scheme="github")),
        endpoints.attach_secret(first.id, "a", "label"),
        endpoints.change(first.id, lambda before: replace(before, reject_unverified=True)),
        endpoints.attach_secret(first.id, "b"),
    ]
    for change in changes:
        change.result(10)
    expected = replace(first, scheme="github", secrets=("b", "a"), reject_unverified=True)
    assert endpoints.get(first.id) == expected
    assert {name: note.label for name, note in endpoints.secret_notes().items()} == {"a": "label", "b": ""}


def test_a_change_that_is_not_allowed_changes_nothing(endpoints: Endpoints) -> None:
    first = endpoints.all()[0]
    with pytest.raises(EndpointError, match="needs the option header_name"):
        endpoints.attach_secret(first.id, "a", scheme="static-header").result(10)
    with pytest.raises(EndpointError, match="deleted meanwhile"):
        endpoints.attach_secret(99, "a").result(10)
    assert endpoints.get(first.id) == first
    assert endpoints.secret_notes() == {}


def test_a_secret_with_another_scheme_brings_no_options_of_the_one_before(endpoints: Endpoints) -> None:
    first = endpoints.all()[0]
    save(endpoints, replace(first, scheme="vendasta-send", scheme_options={"name": "X-Token"}))
    assert endpoints.attach_secret(first.id, "a", scheme="vendasta-send").result(10).scheme_options == {
        "name": "X-Token"
    }
    assert endpoints.attach_secret(first.id, "b", scheme="github").result(10).scheme_options == {}


def test_a_secret_that_another_endpoint_has_is_not_free(endpoints: Endpoints) -> None:
    first = endpoints.attach_secret(endpoints.all()[0].id, "a").result(10)
    other = save(endpoints, Endpoint("other", "/other", secrets=("a",)))
    assert not endpoints.detach_secret(first.id, "a").result(10)
    assert "a" in endpoints.secret_notes()
    assert endpoints.detach_secret(other.id, "a").result(10)
    assert endpoints.secret_notes() == {}


def test_a_check_endpoint_follows_the_name_of_what_it_proves(endpoints: Endpoints) -> None:
    first = endpoints.all()[0]
    check = save(endpoints, Endpoint("check", "/check", proves=first.name))
    other = save(endpoints, Endpoint("other", "/other", proves="somebody else"))
    save(endpoints, replace(first, name="renamed"))
    assert endpoints.get(check.id) == replace(check, proves="renamed")
    assert endpoints.get(other.id) == other


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        (["", "a"], "Enter a key."),
        (["a", "a"], "The key a is declared already."),
        (["a\ud800"], "A key has no hidden characters"),
    ],
)
def test_keys_that_cannot_be_declared(endpoints: Endpoints, keys: list[str], sentence: str) -> None:
    declared = tuple(ResponseKey(key) for key in keys)
    with pytest.raises(EndpointError, match=sentence):
        save(endpoints, Endpoint("a", "/a", response_keys=declared))
