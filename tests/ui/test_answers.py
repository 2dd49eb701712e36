"""Results of the readers on their way to the window."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from hookscope.deliveries import Reader, Store
from hookscope.ui.answers import Answers

ENDLESS = "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    store = Store(tmp_path)
    reader = Reader(tmp_path, "pages")
    yield reader
    reader.close()
    store.close()


@pytest.fixture
def answers(qapp: object) -> Answers:
    return Answers()


def test_an_answer_comes_in_the_thread_of_the_window(answers: Answers, reader: Reader, qtbot: QtBot) -> None:
    told: list[tuple[object, threading.Thread]] = []
    answers.ask(
        reader, lambda db: db.execute("SELECT 7").fetchone(), lambda got: told.append((got, threading.current_thread()))
    )
    assert not told
    qtbot.waitUntil(lambda: bool(told))
    assert told == [((7,), threading.main_thread())]


def test_what_somebody_interrupted_is_asked_again(answers: Answers, reader: Reader, qtbot: QtBot) -> None:
    turns: list[int] = []
    told: list[str] = []

    def job(db: sqlite3.Connection) -> str:
        turns.append(1)
        if len(turns) == 1:
            db.execute(ENDLESS).fetchone()
        return "found"

    answers.ask(reader, job, told.append)
    qtbot.waitUntil(lambda: bool(turns))
    qtbot.wait(50)
    reader.interrupt()
    qtbot.waitUntil(lambda: bool(told))
    assert (len(turns), told) == (2, ["found"])


def test_what_nobody_wants_any_more_is_dropped(answers: Answers, reader: Reader, qtbot: QtBot) -> None:
    told: list[int] = []
    answers.ask(reader, lambda db: 1, told.append, wanted=lambda: False)
    answers.ask(reader, lambda db: 2, told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [2]


@pytest.mark.logs("The history could not be read: no such table: history")
def test_a_failure_is_logged_and_told(answers: Answers, reader: Reader, qtbot: QtBot) -> None:
    told: list[str] = []
    answers.ask(
        reader,
        lambda db: db.execute("SELECT * FROM history"),
        lambda got: told.append("answered"),
        failed=lambda: told.append("failed"),
    )
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["failed"]


def test_an_answer_after_the_window_went_is_dropped_silently(
    reader: Reader, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    from shiboken6 import delete

    answers, free = Answers(), threading.Event()
    answers.ask(reader, lambda db: free.wait(10), lambda got: None)
    delete(answers)
    free.set()
    assert reader.submit(lambda db: 3).result(timeout=10) == 3  # and the reader goes on
    assert not caplog.records
