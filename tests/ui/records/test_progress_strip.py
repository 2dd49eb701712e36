from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from hookscope.ui.records.progress_strip import ProgressStrip


@pytest.fixture
def strip(qtbot: QtBot) -> ProgressStrip:
    strip = ProgressStrip()
    qtbot.addWidget(strip)
    return strip


def test_what_is_quick_is_not_seen(strip: ProgressStrip, qtbot: QtBot) -> None:
    seen: list[bool] = []
    strip.shown.connect(lambda: seen.append(True))
    strip.start("Order ORD-1")
    strip.end()
    qtbot.wait(400)
    assert not seen
    assert strip.isHidden()


def test_what_takes_longer_is_said_and_can_be_stopped(strip: ProgressStrip, qtbot: QtBot) -> None:
    with qtbot.waitSignal(strip.shown):
        strip.start("Order ORD-1")
    assert strip.words.raw_text() == "Fetching Order ORD-1…"
    with qtbot.waitSignal(strip.stopped):
        strip.stop.click()


def test_a_wait_is_counted_down_at_once(strip: ProgressStrip, qtbot: QtBot) -> None:
    strip.start("Order ORD-1")
    strip.wait(2.0)
    assert strip.isVisible()
    assert strip.words.raw_text() == "Too many requests. Trying again in 2 s."
    qtbot.waitUntil(lambda: strip.words.raw_text() == "Too many requests. Trying again in 1 s.")
    qtbot.waitUntil(lambda: strip.words.raw_text() == "Fetching Order ORD-1…")
    strip.wait(30)
    strip.wait(0)
    assert strip.words.raw_text() == "Fetching Order ORD-1…"
