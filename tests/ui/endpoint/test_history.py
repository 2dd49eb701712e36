from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hookscope.deliveries import Arrival, Finish, Outcome, Reader, Request, Store, VerdictNote, Via
from hookscope.ui.deliveries.live import Live
from hookscope.ui.endpoint import history
from hookscope.ui.endpoint.history import Came, History, HistoryWatch, read

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

REQUEST = Request("POST", "/a")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def pages(store: Store, tmp_path: Path) -> Iterator[Reader]:
    pages = Reader(tmp_path, "pages")
    yield pages
    pages.close()


@pytest.fixture
def watch(store: Store, pages: Reader, qtbot: QtBot) -> Iterator[HistoryWatch]:
    live = Live(store)
    watch = HistoryWatch(pages, live, live)
    yield watch
    live.stop()


def arrive(
    store: Store, *times: int, endpoint: int = 1, outcome: Outcome = Outcome.ANSWERED, via: Via = Via.LOCAL
) -> list[int]:
    async def append() -> list[int]:
        arrivals = [
            Arrival(REQUEST, us, endpoint_id=endpoint, endpoint_name="a", via=via, outcome=outcome) for us in times
        ]
        return [await store.append(arrival) for arrival in arrivals]

    return asyncio.run(append())


def now(pages: Reader, known: History) -> History:
    return pages.submit(lambda db: read(db, known)).result()


def test_an_endpoint_without_deliveries(pages: Reader) -> None:
    assert now(pages, History(1, 0)) == History(1, 0, settled_id=0)


def test_only_own_deliveries_count(store: Store, pages: Reader) -> None:
    arrive(store, 10, 20, 30)
    arrive(store, 40, endpoint=2)
    found = now(pages, History(1, 0))
    assert (found.total, found.last_us, found.sent) == (3, 30, 3)
    assert (found.first, found.newest) == (Came(1, 10), Came(3, 30))


@pytest.mark.parametrize(("since", "expected"), [(0, 4), (10, 4), (11, 3), (30, 2), (40, 1), (41, 0)])
def test_responses_count_from_a_moment_on(store: Store, pages: Reader, since: int, expected: int) -> None:
    arrive(store, 10, 20)
    arrive(store, 25, endpoint=2)
    arrive(store, 30, 40)
    assert now(pages, History(1, since)).sent == expected


def test_rules_are_counted_by_name(store: Store, pages: Reader) -> None:
    async def append() -> None:
        for endpoint, rule in ((1, "a"), (1, "a"), (1, ""), (1, "b"), (2, "a")):
            await store.append(Arrival(REQUEST, 1, endpoint_id=endpoint, rule=rule, outcome=Outcome.ANSWERED))

    asyncio.run(append())
    found = now(pages, History(1, 0))
    assert (found.by_rule, found.total) == ({"a": 2, "b": 1}, 4)


def test_a_moment_is_found_among_deliveries_with_gaps(store: Store, pages: Reader) -> None:
    ids = arrive(store, *range(10, 210, 10))
    store.delete([id for id in ids if id % 3])
    store.write(lambda db: None).result()
    assert now(pages, History(1, 100)).sent == sum(1 for id in ids if id % 3 == 0 and id * 10 >= 100)


def test_only_answers_count_and_one_that_is_waited_for_counts_later(store: Store, pages: Reader) -> None:
    arrive(store, 10)
    (waiting,) = arrive(store, 20, outcome=Outcome.WAITING)
    arrive(store, 30, outcome=Outcome.SENDER_GONE)
    arrive(store, 40)
    first = now(pages, History(1, 0))
    assert (first.sent, first.total) == (2, 4)
    store.finish(waiting, Finish(Outcome.ANSWERED, 200, 5))
    store.write(lambda db: None).result()
    assert now(pages, first).sent == 3


def test_a_drop_counts_as_sent(store: Store, pages: Reader) -> None:
    arrive(store, 10, outcome=Outcome.DROPPED)
    arrive(store, 20)
    assert now(pages, History(1, 0)).sent == 2


def test_every_row_is_read_once(store: Store, pages: Reader) -> None:
    arrive(store, *range(1, 30))
    first = now(pages, History(1, 0))
    seen: list[str] = []

    def traced(db: sqlite3.Connection) -> History:
        rows = db.execute(
            "SELECT count(*) FROM delivery WHERE endpoint_id = 1 AND id > ?", (first.settled_id,)
        ).fetchone()
        seen.append(str(rows[0]))
        return read(db, first)

    assert pages.submit(traced).result().sent == 29
    assert seen == ["0"]


def test_many_responses_are_counted_in_slices(store: Store, pages: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "SLICE", 4)
    arrive(store, *range(1, 11))
    found = History(1, 0)
    counts: list[int] = []
    while found.more or not counts:
        found = now(pages, found)
        counts.append(found.sent)
    assert counts == [4, 8, 10]


@pytest.mark.parametrize("via", [Via.SAMPLE, Via.REPLAY])
def test_what_was_sent_from_here_is_not_the_first_request(store: Store, pages: Reader, via: Via) -> None:
    arrive(store, 10, via=via)
    assert now(pages, History(1, 0)).first is None
    arrive(store, 20, via=Via.PUBLIC)
    arrive(store, 30)
    assert now(pages, History(1, 0)).first == Came(2, 20)


def test_first_and_newest_request_come_with_their_verdict(store: Store, pages: Reader) -> None:
    async def append() -> None:
        for us, state in ((10, "failed"), (20, "unsigned"), (30, "verified")):
            verdict = VerdictNote(state, "vendasta-send", "ok", strength="token")
            await store.append(Arrival(REQUEST, us, endpoint_id=1, verdict=verdict, outcome=Outcome.ANSWERED))

    asyncio.run(append())
    arrive(store, 40, via=Via.SAMPLE)
    found = now(pages, History(1, 0))
    assert found.first == Came(1, 10, "failed", "token")
    assert found.newest == Came(3, 30, "verified", "token")


@pytest.mark.parametrize("outcome", [Outcome.INCOMPLETE, Outcome.TOO_LARGE, Outcome.REFUSED, Outcome.NOT_SAVED])
def test_a_request_that_broke_off_does_not_show_that_the_step_works(
    store: Store, pages: Reader, outcome: Outcome
) -> None:
    arrive(store, 10, outcome=outcome)
    assert now(pages, History(1, 0)).first is None


def test_the_watch_tells_at_once_and_when_something_comes(store: Store, watch: HistoryWatch, qtbot: QtBot) -> None:
    told: list[History] = []
    watch.changed.connect(told.append)
    watch.watch(1, 0)
    qtbot.waitUntil(lambda: [each.total for each in told] == [0])
    arrive(store, 10, 20)
    qtbot.waitUntil(lambda: bool(told) and told[-1].sent == 2)
    arrive(store, 30, endpoint=2)
    (waiting,) = arrive(store, 40, outcome=Outcome.WAITING)
    store.finish(waiting, Finish(Outcome.ANSWERED, 200, 5))
    qtbot.waitUntil(lambda: told[-1].sent == 3)
    store.delete([1, 2])
    qtbot.waitUntil(lambda: told[-1].total == 1)


def test_the_watch_forgets_the_endpoint_before(store: Store, watch: HistoryWatch, qtbot: QtBot) -> None:
    arrive(store, 10)
    arrive(store, 20, 30, endpoint=2)
    told: list[History] = []
    watch.changed.connect(told.append)
    watch.watch(1, 0)
    watch.watch(2, 0)
    qtbot.waitUntil(lambda: bool(told))
    assert [(each.endpoint_id, each.total) for each in told] == [(2, 2)]


def test_the_watch_counts_a_long_history_to_its_end(
    store: Store, watch: HistoryWatch, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "SLICE", 4)
    arrive(store, *range(1, 11))
    told: list[History] = []
    watch.changed.connect(told.append)
    watch.watch(1, 0)
    qtbot.waitUntil(lambda: bool(told) and not told[-1].more)
    assert [each.sent for each in told] == [4, 8, 10]
