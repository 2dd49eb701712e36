"""What came back, over the body of a delivery."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QVBoxLayout, QWidget

from hookscope.endpoints import ResponseKey
from hookscope.endpoints.proving import Proof, proof
from hookscope.ui.inspector.proof_strip import ProofStrip
from hookscope.ui.parts.icon_label import IconLabel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

KEYS = [ResponseKey(key) for key in ("ticket", "queue", "note", "x", "y")]
PROVEN = proof(
    b'{"ticket": 42, "queue": "a", "note": {}, "x": 1}',
    b'{"ticket": "42", "queue": "b", "x": "{{ x }}"}',
    KEYS,
)


@pytest.fixture
def strip(qtbot: QtBot) -> Iterator[ProofStrip]:
    window, strip = QWidget(), ProofStrip()
    layout = QVBoxLayout(window)
    layout.addWidget(strip)
    layout.addStretch(1)
    qtbot.addWidget(window)
    window.resize(700, 300)
    window.show()
    yield strip
    window.close()


def lines(strip: ProofStrip) -> list[str]:
    QApplication.processEvents()  # what is added to a layout is shown from there
    return [each.text() for each in strip.findChildren(QLabel) if each.isVisible() and ":" in each.text()]


def test_each_key_has_a_mark_and_a_line(strip: ProofStrip) -> None:
    assert not strip.isVisible()
    strip.show_proof(PROVEN)
    assert strip.isVisible()
    assert lines(strip) == [
        "ticket: sent `42`, came back `42`",
        "queue: sent `a`, came back `b`",
        "note: sent nested, which is not passed on, did not come back",
        "x: sent `1`, came back as the placeholder `{{ x }}`",
        "y: not sent, did not come back",
    ]
    marks = [each.accessibleName() for each in strip.findChildren(IconLabel) if each.isVisible()]
    assert marks == ["Came back", "Different", "Nested", "Not filled in", "Not sent"]
    strip.show_proof(None)
    assert not strip.isVisible()


def test_it_leads_to_the_delivery_that_it_is_compared_with(strip: ProofStrip, qtbot: QtBot) -> None:
    strip.show_proof(Proof(tuple(PROVEN), 7, 1_000_000))
    with qtbot.waitSignal(strip.delivery_requested) as asked:
        strip.compared.click()
    assert asked.args == [7]
    strip.show_proof(PROVEN)
    assert not strip.compared.isVisible()


def test_why_nothing_is_compared_is_said(strip: ProofStrip) -> None:
    strip.show_proof(PROVEN)
    sentence = "The endpoint order-created is gone, so there is nothing to compare with."
    strip.show_proof(Proof(problem=sentence))
    assert strip.problem.isVisible()
    assert strip.problem.text() == sentence
    assert lines(strip) == []
    strip.show_proof(PROVEN)
    assert not strip.problem.isVisible()


def test_many_keys_scroll(strip: ProofStrip, qtbot: QtBot) -> None:
    strip.show_proof(proof(b"{}", b"{}", [ResponseKey(str(number)) for number in range(100)]))
    area = strip.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    assert strip.height() < 200


def test_what_came_is_shown_word_for_word(strip: ProofStrip) -> None:
    strip.show_proof(proof(b'{"ticket": "<b>1</b>"}', b'{"ticket": "<i>1</i>\\u202e"}', KEYS[:1]))
    assert lines(strip) == ["ticket: sent `<b>1</b>`, came back `<i>1</i>‹U+202E›`"]
    assert {each.textFormat() for each in strip.findChildren(QLabel) if each.text()} == {Qt.TextFormat.PlainText}
