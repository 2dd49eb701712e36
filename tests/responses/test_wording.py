"""What rules say in lists."""

from __future__ import annotations

import pytest

from hookscope.responses import BodyKind, Comparison, Condition, Fault, Response, Rule, Subject
from hookscope.responses.wording import condition_words, ordinal, response_words, rule_sentence, shortened

FORWARD = Response(body="http://127.0.0.1:3000/", kind=BodyKind.FORWARD)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition(Subject.METHOD, "POST"), "method is POST"),
        (Condition(Subject.METHOD, "POST", comparison=Comparison.IS_NOT), "method is not POST"),
        (Condition(Subject.PATH, "/a", comparison=Comparison.CONTAINS), "path contains /a"),
        (Condition(Subject.PATH, "/a", comparison=Comparison.STARTS), "path begins with /a"),
        (Condition(Subject.PATH, "/a/*", comparison=Comparison.LIKE), "path is like /a/*"),
        (Condition(Subject.HEADER, "order.created", "X-Event"), "header X-Event is order.created"),
        (Condition(Subject.QUERY, "", "test", Comparison.PRESENT), "query test is there"),
        (Condition(Subject.COOKIE, "", "session", Comparison.ABSENT), "cookie session is missing"),
        (Condition(Subject.COOKIE, "", "session"), "cookie session is empty"),
        (Condition(Subject.COOKIE, "", "session", Comparison.IS_NOT), "cookie session is not empty"),
        (Condition(Subject.COOKIE, "", "session", Comparison.CONTAINS), "cookie session contains “”"),
        (Condition(Subject.BODY, "orderId == 'A-1'"), "body: orderId == 'A-1'"),
        (Condition(Subject.VERDICT, "verified", comparison=Comparison.IS_NOT), "verdict is not verified"),
        (Condition(Subject.ATTEMPT, "<=2"), "attempt ≤ 2"),
        (Condition(Subject.ATTEMPT, " ≤ 2 "), "attempt ≤ 2"),
        (Condition(Subject.ATTEMPT, "<3"), "attempt < 3"),
        (Condition(Subject.ATTEMPT, ">= 3"), "attempt ≥ 3"),
        (Condition(Subject.ATTEMPT, ">3"), "attempt > 3"),
        (Condition(Subject.ATTEMPT, "3"), "attempt 3"),
        (Condition(Subject.ATTEMPT, "=3"), "attempt 3"),
        (Condition(Subject.ATTEMPT, "soon"), "attempt soon"),
        (Condition(Subject.ATTEMPT), "attempt"),
        (Condition(Subject.EVERY, "3"), "every 3rd request"),
        (Condition(Subject.EVERY, "1"), "every request"),
        (Condition(Subject.EVERY, "x"), "every nth request"),
    ],
)
def test_a_condition_reads_as_a_sentence(condition: Condition, words: str) -> None:
    assert condition_words(condition) == words


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (Response(503), "503"),
        (Response(200, delay_s=61.0), "200 after 61 s"),
        (Response(200, delay_s=0.5), "200 after 0.5 s"),
        (Response(fault=Fault.RESET_BEFORE), "dropped"),
        (Response(fault=Fault.CLOSE_BEFORE, delay_s=5), "dropped after 5 s"),
        (Response(fault=Fault.RESET_IN_HEADERS), "breaks off"),
        (Response(fault=Fault.CLOSE_IN_HEADERS), "breaks off"),
        (Response(fault=Fault.RESET_IN_BODY), "breaks off"),
        (Response(fault=Fault.CLOSE_IN_BODY), "breaks off"),
        (Response(fault=Fault.SLOW_BODY), "slow 200"),
        (Response(fault=Fault.SLOW_BODY, delay_s=30), "slow 200 over 30 s"),
        (Response(fault=Fault.HANG, delay_s=5), "no answer"),
        (FORWARD, "my handler’s answer"),
    ],
)
def test_a_response_is_said_in_a_few_words(response: Response, words: str) -> None:
    assert response_words(response) == words


def test_every_fault_has_words_of_its_own_kind() -> None:
    assert {fault for fault in Fault if response_words(Response(fault=fault)) == "200"} == {Fault.NONE}


def test_a_rule_is_a_sentence() -> None:
    attempt, method = Condition(Subject.ATTEMPT, "<=2"), Condition(Subject.METHOD, "POST")
    assert rule_sentence(Rule("a", (attempt,), Response(503))) == "attempt ≤ 2 → 503"
    assert (
        rule_sentence(Rule("a", (attempt, method), FORWARD)) == "attempt ≤ 2 and method is POST → my handler’s answer"
    )
    assert rule_sentence(Rule("a")) == "every request → 200"


def test_what_is_long_or_cannot_be_seen_is_made_fit_for_a_sentence() -> None:
    assert shortened("x" * 60) == "x" * 60
    assert shortened("x" * 61) == "x" * 60 + "…"
    assert condition_words(Condition(Subject.QUERY, "a\nb\u202ec", "d\0")) == "query d‹U+0000› is a↵b‹U+202E›c"


def test_places_in_a_row() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111)] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th"]
    )
