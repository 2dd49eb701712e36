"""The *Response* tab of a delivery: which rule answered, what went wrong, what is passed on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from hookscope.deliveries import Outcome, Passed, SentResponse
from hookscope.endpoints import Endpoint, ResponseKey
from hookscope.listener.waiting import DROPPED_BY_HAND, SENT_BY_HAND
from hookscope.responses import Rule
from hookscope.ui.actions import Actions
from hookscope.ui.inspector.content import Content
from hookscope.ui.inspector.hold_editor import HoldEditor
from hookscope.ui.inspector.response_tab import WIDE, ResponseTab
from hookscope.ui.inspector.wording import answered_by
from hookscope.ui.parts.icon_label import IconLabel

if TYPE_CHECKING:
    from hookscope.program import Program

Make = Callable[..., Content]
RULE = Rule("fail twice")
PASSED = (Passed("paid orders", "the header X-Event is order.created, not order.paid"),)
AWAY = "It was not verified, so this endpoint answered 401 as it is set to."
CROWDED = "400 answers were held back already, so the sender got 503 at once."


@pytest.fixture
def tab(program: Program, actions: Actions, qtbot: QtBot) -> ResponseTab:
    found = ResponseTab(HoldEditor(program, actions))
    qtbot.addWidget(found)
    found.resize(1096, 300)
    found.show()
    return found


@pytest.fixture
def endpoint(program: Program) -> Endpoint:
    return program.endpoints.all()[0]


def show(tab: ResponseTab, content: Content, endpoint: Endpoint | None) -> None:
    tab.show_content(content, endpoint, held=False, masking=True)


def test_a_long_name_of_a_rule_does_not_cut_what_is_said_beside_it(
    tab: ResponseTab, content: Make, endpoint: Endpoint, qtbot: QtBot
) -> None:
    tab.resize(900, 300)
    show(tab, content(rule="W" * 80, passed=(Passed("W" * 80, "N" * 200),)), endpoint)
    story = tab.findChild(QScrollArea)
    assert story is not None
    words = story.widget()
    assert words is not None
    qtbot.waitUntil(tab.trace.isVisible)
    assert words.width() == story.viewport().width()


@pytest.mark.parametrize(
    ("changes", "has_rules", "words"),
    [
        ({"rule": "fail twice"}, True, "Answered by the rule “fail twice”"),
        ({"rule": "gone since"}, False, "Answered by the rule “gone since”"),
        ({"passed": PASSED}, True, "Answered by the default response"),
        ({"passed": PASSED}, False, "Answered by the default response"),
        ({}, True, "Answered by the default response"),
        ({}, False, ""),
        ({"rule": "drop", "outcome": Outcome.DROPPED}, True, "Answered by the rule “drop”"),
        ({"rule": "late", "outcome": Outcome.WAITING}, True, "Chosen: the rule “late”"),
        ({"rule": "late", "outcome": Outcome.SENDER_GONE}, True, "Chosen: the rule “late”"),
        ({"rule": "late", "problem": CROWDED}, True, "Chosen: the rule “late”"),
        ({"rule": "late", "problem": SENT_BY_HAND}, True, "Chosen: the rule “late”"),
        ({"problem": AWAY}, True, ""),
        ({"outcome": Outcome.INCOMPLETE}, True, ""),
        ({"outcome": Outcome.TOO_LARGE}, True, ""),
        ({"outcome": Outcome.REFUSED, "method": ""}, True, ""),
    ],
)
def test_what_answered(content: Make, changes: dict[str, Any], has_rules: bool, words: str) -> None:
    found = content(**{"outcome": Outcome.ANSWERED, **changes})
    assert answered_by(found.delivery, has_rules=has_rules) == words


def test_the_rule_that_answered_and_why_others_did_not(tab: ResponseTab, content: Make, endpoint: Endpoint) -> None:
    show(tab, content(outcome=Outcome.ANSWERED, rule="fail twice", passed=PASSED), endpoint)
    assert tab.trace.answered.texts() == ["Answered by the rule “fail twice”"]
    assert tab.trace.passed.texts() == ["“paid orders”: the header X-Event is order.created, not order.paid"]
    show(tab, content(outcome=Outcome.ANSWERED), endpoint)
    assert tab.trace.isHidden()
    show(tab, content(outcome=Outcome.ANSWERED), replace(endpoint, rules=(RULE,)))
    assert tab.trace.answered.texts() == ["Answered by the default response"]


@pytest.mark.parametrize(
    ("problem", "spoken"),
    [
        ("The template failed at line 2 (`orderid` is not in the body). The sender got 500.", "Error"),
        ("Your handler at 127.0.0.1:3000 does not answer. The sender got 502.", "Error"),
        (CROWDED, "Error"),
        (SENT_BY_HAND, "By hand"),
        (DROPPED_BY_HAND, "By hand"),
    ],
)
def test_what_went_wrong(tab: ResponseTab, content: Make, endpoint: Endpoint, problem: str, spoken: str) -> None:
    show(tab, content(outcome=Outcome.ANSWERED, problem=problem), endpoint)
    assert tab.problem.texts() == [problem]
    assert [icon.accessibleName() for icon in tab.problem.findChildren(IconLabel)] == [spoken]
    show(tab, content(outcome=Outcome.ANSWERED), endpoint)
    assert tab.problem.isHidden()


JSON_HEADERS = (("Content-Type", "application/json"), ("Content-Length", "16"))


@pytest.mark.parametrize(
    ("sent", "status", "fact"),
    [
        (SentResponse(0), "No response", "The connection was dropped before the response."),
        (SentResponse(200), "200 OK, broken off", "The connection broke off in the middle of the headers."),
        (
            SentResponse(200, JSON_HEADERS, b'{"ticke'),
            "200 OK, broken off",
            "The connection broke off after 7 of the 16 bytes of the body.",
        ),
        (
            SentResponse(200, (("Content-Length", "soon"),), b"abc"),
            "200 OK, broken off",
            "The connection broke off after 3 bytes of the body.",
        ),
    ],
)
def test_faults_in_words(
    tab: ResponseTab, content: Make, endpoint: Endpoint, sent: SentResponse, status: str, fact: str
) -> None:
    show(tab, content(outcome=Outcome.DROPPED, planned=sent), endpoint)
    assert tab.status.raw_text() == status
    assert tab.effect.raw_text() == f"{fact} An automation then sends again."


def test_declared_keys(tab: ResponseTab, content: Make, endpoint: Endpoint) -> None:
    keys = (ResponseKey("ticket"), ResponseKey("queue"), ResponseKey("note"), ResponseKey("lost"))
    declared = replace(endpoint, response_keys=keys)
    body = b'{"ticket": "42", "queue": {"a": 1}, "note": "", "other": 1}'
    show(tab, content(outcome=Outcome.ANSWERED, planned=SentResponse(200, (), body)), declared)
    assert tab.keys_heading.isVisible()
    assert tab.keys.texts() == ["ticket: 42", "queue: nested: not passed on", "note: empty", "lost: not in the body"]
    spoken = [icon.accessibleName() for icon in tab.keys.findChildren(IconLabel)]
    assert spoken == ["Passed on", "Not passed on", "Empty", "Not passed on"]
    show(tab, content(outcome=Outcome.ANSWERED, planned=SentResponse(503, (), b"no")), declared)
    assert tab.keys.texts()[-2:] == [
        "The body is not JSON, so nothing is passed on.",
        "The step fails with a 503. Whether it passes values on is not published.",
    ]
    show(tab, content(outcome=Outcome.DROPPED, planned=SentResponse(0)), declared)
    assert (tab.keys_heading.isHidden(), tab.keys.isHidden()) == (True, True)
    show(tab, content(outcome=Outcome.ANSWERED), endpoint)
    assert tab.keys_heading.isHidden()


def test_respond_like_this(tab: ResponseTab, content: Make, endpoint: Endpoint, qtbot: QtBot) -> None:
    show(tab, content(outcome=Outcome.ANSWERED), endpoint)
    with qtbot.waitSignal(tab.like_requested):
        tab.like.click()
    show(tab, content(), endpoint)
    assert tab.like.isHidden()
    show(tab, content(outcome=Outcome.ANSWERED), None)
    assert (tab.like.isHidden(), tab.change.isHidden()) == (True, True)


@pytest.mark.parametrize(("width", "height"), [(1096, 228), (780, 328), (360, 500)])
def test_headers_and_body_have_room_beside_a_long_story(
    tab: ResponseTab, content: Make, endpoint: Endpoint, qtbot: QtBot, width: int, height: int
) -> None:
    tab.resize(width, height)
    problem = "The template failed at line 2 (`orderid` is not in the body). The sender got 500."
    show(tab, content(outcome=Outcome.ANSWERED, problem=problem, rule="a", passed=PASSED * 3), endpoint)
    qtbot.waitUntil(lambda: tab.body.height() >= 40)
    beside = tab.body.mapTo(tab, tab.body.rect().topLeft()).x() > 0
    assert beside is (width >= WIDE)
    assert tab.width() == width
    for button in (tab.change, tab.like):
        assert 0 < button.mapTo(tab, button.rect().topRight()).x() < (width if not beside else width // 2)
        assert button.mapTo(tab, button.rect().bottomLeft()).y() < height
