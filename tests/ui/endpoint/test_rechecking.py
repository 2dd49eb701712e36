from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from helpers.core import Core
from helpers.raw_client import RawClient, request
from hookscope.deliveries import Reader
from hookscope.endpoints import Check, Endpoint
from hookscope.ui.endpoint import rechecking
from hookscope.ui.endpoint.recheck_row import RecheckRow
from hookscope.ui.endpoint.rechecking import Tally, result_words

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ENDPOINT = Endpoint("a", "/a", scheme="vendasta-send")


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    with Core(tmp_path) as running:
        yield running


@pytest.fixture
def searches(core: Core, tmp_path: Path) -> Iterator[Reader]:
    reader = Reader(tmp_path, "searches")
    yield reader
    reader.close()


@pytest.fixture
def row(searches: Reader, qtbot: QtBot) -> RecheckRow:
    row = RecheckRow(searches)
    qtbot.addWidget(row)
    row.resize(900, 40)
    row.show()
    return row


def send(core: Core, *tokens: str) -> None:
    for token in tokens:
        with RawClient(core.port, request(target="/a", headers=(("Signature", token),))) as client:
            client.reply()


def stood(core: Core) -> tuple[Endpoint, Check]:
    """An endpoint with three deliveries that were judged by a secret that is another one now, and one of no use."""
    endpoint = core.verify(ENDPOINT, "before")
    send(core, "before", "after", "other")
    with RawClient(core.port, b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n") as client:
        client.reply()
    core.settled(4)
    endpoint = core.verify(endpoint, "after")
    return endpoint, core.checks.get(endpoint)


def test_what_came_of_it_is_counted(core: Core, row: RecheckRow, qtbot: QtBot) -> None:
    before = core.read(everything)
    endpoint, check = stood(core)
    before = core.read(everything)
    row.set_endpoint(endpoint, check)
    row.set_total(4)
    assert row.button.text() == "Check stored deliveries again (4)"
    row.button.click()
    assert row.stop.isVisible()
    qtbot.waitUntil(lambda: row.button.isVisible())
    assert row.result.text() == (
        "3 checked: 1 verified, 2 not. 2 would be judged differently than at arrival. 1 delivery did not come whole."
    )
    assert core.read(everything) == before


def everything(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    return db.execute("SELECT * FROM delivery JOIN content USING (id) ORDER BY id").fetchall()


def test_it_reads_in_slices_newest_first_and_is_bounded(
    core: Core, row: RecheckRow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, check = stood(core)
    monkeypatch.setattr(rechecking, "SLICE", 1)
    monkeypatch.setattr(rechecking, "MOST", 2)
    tallies: list[Tally] = []
    row._run.went_on.connect(tallies.append)
    row.set_endpoint(endpoint, check)
    row.set_total(4)
    row.start()
    qtbot.waitUntil(lambda: row.button.isVisible())
    assert [(each.looked, each.before, each.over) for each in tallies] == [(1, 4, False), (2, 3, True)]


def test_a_slice_ends_when_its_time_is_over(core: Core, searches: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint, check = stood(core)
    monkeypatch.setattr(rechecking, "READ_S", 0.0)
    job = rechecking._Job(endpoint.id, check, Tally())
    assert searches.submit(lambda db: rechecking.judge_some(db, job)).result().looked == 1


def test_it_can_be_stopped(core: Core, row: RecheckRow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint, check = stood(core)
    monkeypatch.setattr(rechecking, "SLICE", 1)
    row.set_endpoint(endpoint, check)
    row.set_total(4)
    row._run.went_on.connect(lambda tally: row.stop.click() if tally.looked == 2 else None)
    row.start()
    qtbot.waitUntil(lambda: row.button.isVisible())
    assert row.result.text().startswith("Stopped. 1 checked: 0 verified, 1 not.")
    qtbot.wait(100)
    assert row.result.text().startswith("Stopped.")


def test_another_endpoint_ends_a_run(core: Core, row: RecheckRow, qtbot: QtBot) -> None:
    endpoint, check = stood(core)
    row.set_endpoint(endpoint, check)
    row.set_total(4)
    row.start()
    row.set_endpoint(replace(endpoint, id=99), Check())
    assert row.result.text() == ""
    assert not row._run.running
    assert not row.button.isEnabled()


def test_another_way_to_verify_takes_the_result_away(core: Core, row: RecheckRow, qtbot: QtBot) -> None:
    endpoint, check = stood(core)
    row.set_endpoint(endpoint, check)
    row.set_total(4)
    row.start()
    qtbot.waitUntil(lambda: row.result.text().startswith("3 checked"))
    row.set_endpoint(replace(endpoint, reject_unverified=True), check)
    assert row.result.text().startswith("3 checked")
    row.set_endpoint(replace(endpoint, secrets=()), check)
    assert row.result.text() == ""


def test_without_a_scheme_or_deliveries_there_is_nothing_to_check(core: Core, row: RecheckRow) -> None:
    endpoint, check = stood(core)
    row.set_endpoint(endpoint, check)
    assert not row.button.isEnabled()
    row.set_total(1)
    assert row.button.isEnabled()
    row.set_endpoint(endpoint, core.checks.get(replace(endpoint, scheme="")))
    row.set_endpoint(endpoint, Check("vendasta-send", None, "keyring_locked"))
    assert not row.button.isEnabled()
    row.start()
    assert not row.stop.isVisible()


@pytest.mark.parametrize(
    ("tally", "words"),
    [
        (
            Tally(412, 412, 400, 9),
            "412 checked: 400 verified, 12 not. 9 would be judged differently than at arrival.",
        ),
        (Tally(1, 1, 1, 0), "1 checked: 1 verified, 0 not. All as at arrival."),
        (Tally(2, 0), "Nothing to check: no delivery of this endpoint came whole."),
    ],
)
def test_the_result_in_words(tally: Tally, words: str) -> None:
    assert result_words(tally) == words
