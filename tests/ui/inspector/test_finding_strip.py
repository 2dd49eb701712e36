"""What is wrong with a request, over its body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from hookscope.endpoints import Endpoint
from hookscope.findings import Finding
from hookscope.ui import scales
from hookscope.ui.inspector.finding_strip import FindingStrip
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.strip import Band

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

EMPTY = Finding("body-empty", "body empty", "The body is empty, and 3 ids came as headers.", "Put them in the body.")
WRONG = Finding("wrong-path", "wrong path", "No endpoint has this path.", "Did you mean /a?", near="/a")
NUMBER = Finding("value-not-text", "value not text", "`n` is a number.", "Enter it as text.", "info", path="n")
ENDPOINTS = (Endpoint("Anything else", "", id=1), Endpoint("first", "/a", id=7))


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    window = QWidget()
    QVBoxLayout(window).setContentsMargins(0, 0, 0, 0)
    qtbot.addWidget(window)
    window.resize(900, 300)
    window.show()
    yield window
    window.close()


@pytest.fixture
def strip(window: QWidget) -> FindingStrip:
    layout = window.layout()
    assert isinstance(layout, QVBoxLayout)
    strip = FindingStrip()
    layout.addWidget(strip)
    layout.addStretch(1)
    return strip


def buttons(strip: FindingStrip) -> dict[str, FlatButton]:
    return {each.text(): each for each in strip.findChildren(FlatButton) if each.isVisible()}


def test_one_line_has_what_is_wrong_and_what_to_do(strip: FindingStrip, qtbot: QtBot) -> None:
    assert not strip.isVisible()
    strip.show_findings([EMPTY])
    qtbot.waitUntil(lambda: strip.height() == scales.STRIP)
    assert strip.lines() == ["The body is empty, and 3 ids came as headers. Put them in the body."]
    assert buttons(strip) == {}
    (band,) = strip.findChildren(Band)
    assert band.accessibleName() == f"Warning: {strip.lines()[0]}"
    strip.show_findings([])
    assert not strip.isVisible()
    assert strip.lines() == []


def test_others_are_shown_on_request(strip: FindingStrip, qtbot: QtBot) -> None:
    strip.show_findings([WRONG, EMPTY, NUMBER], ENDPOINTS)
    assert len(strip.lines()) == 1
    assert list(buttons(strip)) == ["Show first", "and 2 more"]
    qtbot.mouseClick(buttons(strip)["and 2 more"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: strip.height() == 3 * scales.STRIP)
    assert strip.lines() == [f"{each.sentence} {each.fix}" for each in (WRONG, EMPTY, NUMBER)]
    assert [band.kind for band in strip.findChildren(Band) if band.isVisible()] == ["warn", "warn", "info"]
    qtbot.keyClick(buttons(strip)["Only the first"], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: strip.height() == scales.STRIP)
    assert len(strip.lines()) == 1


def test_another_delivery_begins_with_its_first(strip: FindingStrip, qtbot: QtBot) -> None:
    strip.show_findings([WRONG, EMPTY, NUMBER])
    buttons(strip)["and 2 more"].click()
    strip.show_findings([EMPTY, NUMBER])
    assert len(strip.lines()) == 1
    qtbot.waitUntil(lambda: list(buttons(strip)) == ["and 1 more"])


def test_it_leads_to_the_endpoint_that_was_meant(strip: FindingStrip, qtbot: QtBot) -> None:
    strip.show_findings([WRONG], ENDPOINTS)
    with qtbot.waitSignal(strip.endpoint_requested) as asked:
        buttons(strip)["Show first"].click()
    assert asked.args == [7]
    strip.show_findings([WRONG], ENDPOINTS[:1])  # which was deleted in the meantime
    assert buttons(strip) == {}


def test_it_leads_to_the_place_in_the_body(strip: FindingStrip, qtbot: QtBot) -> None:
    strip.show_findings([NUMBER])
    with qtbot.waitSignal(strip.place_requested) as asked:
        buttons(strip)["Show it"].click()
    assert asked.args == ["n"]


def test_long_sentences_take_more_lines_instead_of_being_cut(
    strip: FindingStrip, window: QWidget, qtbot: QtBot
) -> None:
    window.resize(320, 300)
    strip.show_findings([EMPTY._replace(fix="Put them under JSON Body, not under Headers. " * 4)])
    label = strip.findChildren(QLabel)[-1]
    qtbot.waitUntil(lambda: strip.height() > 2 * scales.STRIP)
    assert strip.width() == 320
    assert label.height() >= label.heightForWidth(label.width())


def test_what_came_is_shown_word_for_word(strip: FindingStrip) -> None:
    strip.show_findings([NUMBER._replace(sentence="`<b>x</b>\u202e` is a number.")], ENDPOINTS)
    label = next(each for each in strip.findChildren(QLabel) if "number" in each.text())
    assert label.text() == "`<b>x</b>‹U+202E›` is a number. Enter it as text."
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_the_name_of_an_endpoint_is_cut(strip: FindingStrip) -> None:
    strip.show_findings([WRONG], [Endpoint("n" * 200, "/a", id=1)])
    assert list(buttons(strip)) == ["Show " + "n" * 32 + "…"]
