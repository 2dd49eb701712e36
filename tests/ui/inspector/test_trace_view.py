"""Which rule answered and why others did not, folded when there are many."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from hookscope.deliveries import Passed
from hookscope.ui.inspector.trace_view import MOST, TraceView
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel

ANSWERED = "Answered by the rule “fail twice”"


@pytest.fixture
def view(qtbot: QtBot) -> TraceView:
    found = TraceView()
    qtbot.addWidget(found)
    found.resize(400, 300)
    return found


def passed(count: int) -> tuple[Passed, ...]:
    return tuple(Passed(f"rule {number}", "it is switched off") for number in range(count))


def test_nothing_is_said_where_nothing_is_known(view: TraceView) -> None:
    view.show_trace("", ())
    assert view.isHidden()


def test_few_rules_are_all_told(view: TraceView) -> None:
    view.show_trace(ANSWERED, (Passed("paid orders", "the header X-Event is order.created, not order.paid"),))
    assert not view.isHidden()
    assert view.answered.texts() == [ANSWERED]
    assert view.passed.texts() == ["“paid orders”: the header X-Event is order.created, not order.paid"]
    assert view.unfold.isHidden()
    assert [icon.accessibleName() for icon in view.findChildren(IconLabel)] == ["Answered", "Passed over"]
    view.show_trace("", ())
    assert view.isHidden()


def test_many_rules_are_folded_until_asked_for(view: TraceView, qtbot: QtBot) -> None:
    view.show()
    view.show_trace(ANSWERED, passed(4))
    assert view.unfold.isVisible()
    assert view.passed.texts() == []
    assert view.unfold.accessibleName() == "Why 4 rules did not answer: Show them here"
    qtbot.mouseClick(view.unfold, Qt.MouseButton.LeftButton)
    assert len(view.passed.texts()) == 4
    assert view.passed.isVisible()
    view.show_trace(ANSWERED, passed(4))  # the same delivery, when its response has gone out
    assert len(view.passed.texts()) == 4
    view.unfold.click()
    assert view.passed.isHidden()
    view.show_trace(ANSWERED, passed(MOST + 5))
    view.unfold.click()
    assert view.passed.texts()[-1] == "and 5 more"


def test_what_a_sender_put_into_a_reason_stays_on_its_line(view: TraceView) -> None:
    view.show_trace(ANSWERED, (Passed("<b>x</b>", "the path is /a\n✓ Answered\u202e<img src=x>, not /b"),))
    (label,) = view.passed.findChildren(PlainLabel)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == "“<b>x</b>”: the path is /a↵✓ Answered‹U+202E›<img src=x>, not /b"
