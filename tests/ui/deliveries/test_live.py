"""Changes of the store on their way to the window."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from pytestqt.qtbot import QtBot

from hookscope.deliveries import Changes
from hookscope.ui.deliveries.live import FRAME, Live
from ui.deliveries.conftest import Arrive, row, settle

if TYPE_CHECKING:
    from hookscope.program import Program


@pytest.fixture
def heard(live: Live) -> list[tuple[float, Changes]]:
    heard: list[tuple[float, Changes]] = []
    live.changed.connect(lambda changes: heard.append((time.monotonic() * 1000, changes)))
    return heard


def test_what_is_stored_is_told(live: Live, heard: list[tuple[float, Changes]], arrive: Arrive, qtbot: QtBot) -> None:
    ids = arrive(3)
    qtbot.waitUntil(lambda: bool(heard))
    assert [row.id for row in heard[0][1].new] == ids
    assert {row.outcome for row in heard[0][1].new} == {"answered"}  # its end came before it was told


def test_the_first_change_comes_at_once_and_the_next_a_frame_later(
    live: Live, heard: list[tuple[float, Changes]], qtbot: QtBot
) -> None:
    start = time.monotonic() * 1000
    live._take(Changes(new=(row(1),)))
    qtbot.waitUntil(lambda: len(heard) == 1)
    assert heard[0][0] - start < FRAME
    live._take(Changes(new=(row(2),)))
    live._take(Changes(new=(row(3),)))
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard[1][0] - heard[0][0] > FRAME / 2
    assert [row.id for row in heard[1][1].new] == [2, 3]


def test_a_new_row_that_changed_is_told_once(live: Live, heard: list[tuple[float, Changes]], qtbot: QtBot) -> None:
    live._take(Changes(new=(row(1, status=0), row(2)), changed=(row(9, seen=True),)))
    live._take(Changes(changed=(row(1, status=503), row(9, pinned=True))))
    qtbot.waitUntil(lambda: bool(heard))
    changes = heard[0][1]
    assert [(row.id, row.status) for row in changes.new] == [(1, 503), (2, 200)]
    assert [(row.id, row.pinned) for row in changes.changed] == [(9, True)]


def test_a_removed_row_is_only_told_as_removed(live: Live, heard: list[tuple[float, Changes]], qtbot: QtBot) -> None:
    live._take(Changes(new=(row(1), row(2)), changed=(row(7),)))
    live._take(Changes(removed=(1, 7)))
    qtbot.waitUntil(lambda: bool(heard))
    changes = heard[0][1]
    assert ([row.id for row in changes.new], changes.changed, changes.removed) == ([2], (), (1, 7))


def test_nothing_runs_while_nothing_changes(live: Live, heard: list[tuple[float, Changes]], qtbot: QtBot) -> None:
    live._take(Changes(new=(row(1),)))
    qtbot.waitUntil(lambda: bool(heard))
    qtbot.waitUntil(lambda: not live._frame.isActive())
    assert not live._awake
    live._take(Changes(new=(row(2),)))  # and it wakes up again
    qtbot.waitUntil(lambda: len(heard) == 2)


def test_after_stop_nothing_is_told(
    program: Program, live: Live, heard: list[tuple[float, Changes]], arrive: Arrive, qtbot: QtBot
) -> None:
    live._take(Changes(new=(row(1),)))
    live.stop()
    arrive(1)
    settle(program)
    qtbot.wait(2 * FRAME)
    assert not heard
