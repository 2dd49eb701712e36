from __future__ import annotations

from dataclasses import replace

import pytest

from hookscope.responses import BodyKind, Condition, Fault, Response, Rule, RuleSet, Subject
from hookscope.responses.senders import sender_of
from hookscope.ui.endpoint.response_question import Question, question

PURCHASE = sender_of("vendasta-marketplace-purchase")
ASKED = "A {} here rejects a real purchase. Use it anyway?"
OLD = Rule("old", (Condition(Subject.METHOD, "PUT"),), Response(410))
APPLIED = RuleSet((OLD,), Response(200))


@pytest.mark.parametrize("status", [302, 404, 499])
def test_a_new_rule_that_rejects_is_asked_about(status: int) -> None:
    draft = replace(APPLIED, rules=(OLD, Rule("new", (), Response(status))))
    assert question(PURCHASE, APPLIED, draft, ()) == Question(ASKED.format(status), status, 1)
    assert question(PURCHASE, APPLIED, draft, {status}) is None


def test_a_default_that_rejects_is_asked_about() -> None:
    assert question(PURCHASE, APPLIED, replace(APPLIED, default=Response(404)), ()) == Question(
        ASKED.format(404), 404, 1
    )


@pytest.mark.parametrize(
    "rule",
    [
        replace(OLD, name="renamed"),
        Rule("off", (), Response(404), on=False),
        Rule("fine", (), Response(200)),
        Rule("retried", (), Response(503)),
        Rule("dropped", (), Response(404, fault=Fault.RESET_BEFORE)),
        Rule("too late", (), Response(404, delay_s=31)),
        Rule("handler", (), Response(404, body="http://127.0.0.1:3000", kind=BodyKind.FORWARD)),
    ],
)
def test_what_rejects_nothing_new_is_not(rule: Rule) -> None:
    assert question(PURCHASE, APPLIED, replace(APPLIED, rules=(rule,)), ()) is None


def test_a_rule_that_is_switched_on_is() -> None:
    off = RuleSet((replace(OLD, on=False),))
    assert question(PURCHASE, off, RuleSet((OLD,)), ()) == Question(ASKED.format(410), 410, 0)


def test_a_sender_that_rejects_nothing_is_never_asked_about() -> None:
    for sender in ("vendasta-automation", "generic", "vendasta-marketplace"):
        assert question(sender_of(sender), APPLIED, RuleSet((), Response(404)), ()) is None
