"""Which rule answers, and word for word why the rules before it did not."""

from __future__ import annotations

import gzip
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hookscope.deliveries import Passed, Request
from hookscope.responses import Choice, Chooser, Comparison, Condition, RequestView, Response, Rule, RuleSet, Subject
from hookscope.responses.choosing import is_like

BODY = b'{"orderId": "A-1", "total": 5}'
HEADERS = (
    ("X-Event", "order.created"),
    ("x-event", "second"),
    ("X-Empty", ""),
    ("X.Y", "dot"),
    ("Authorization", "Bearer s3cret"),
    ("Cookie", "session=abc; a.b=c"),
)
REQUEST = Request("POST", "/orders/7%2F8?test=1&test=2&a.b=c&empty=&token=s3cret", HEADERS, BODY)
VIEW = RequestView(REQUEST, "verified", 2)
DEFAULT = Response(599)


def reason(*conditions: Condition, view: RequestView = VIEW) -> str:
    """Why a rule with these conditions does not answer, empty when it does."""
    choice = Chooser(RuleSet((Rule("r", conditions, Response(201)),), DEFAULT)).choose(view, {})
    if choice.rule:
        assert choice == Choice("r", Response(201))
        return ""
    assert choice.response == DEFAULT
    (passed,) = choice.passed
    assert passed.rule == "r"
    return passed.reason


IS, NOT, HAS, STARTS, LIKE, THERE, MISSING = Comparison

TEXTS: list[tuple[Subject, str, Comparison, str, str]] = [
    (Subject.METHOD, "", IS, "POST", ""),
    (Subject.METHOD, "", IS, "PUT", "the method is POST, not PUT"),
    (Subject.METHOD, "", IS, "post", "the method is POST, not post"),
    (Subject.METHOD, "", NOT, "PUT", ""),
    (Subject.METHOD, "", NOT, "POST", "the method is POST, which is excluded"),
    (Subject.METHOD, "", HAS, "OS", ""),
    (Subject.METHOD, "", HAS, "X", "the method is POST, without X"),
    (Subject.METHOD, "", STARTS, "PO", ""),
    (Subject.METHOD, "", STARTS, "OS", "the method is POST, which does not begin with OS"),
    (Subject.METHOD, "", LIKE, "P*T", ""),
    (Subject.METHOD, "", LIKE, "G*", "the method is POST, which is not like G*"),
    (Subject.METHOD, "", THERE, "", ""),
    (Subject.METHOD, "", MISSING, "", "the method is there"),
    (Subject.PATH, "", IS, "/orders/7/8", ""),
    (Subject.PATH, "", IS, "/orders", "the path is /orders/7/8, not /orders"),
    (Subject.PATH, "", NOT, "/orders/7/8", "the path is /orders/7/8, which is excluded"),
    (Subject.PATH, "", HAS, "ers/7", ""),
    (Subject.PATH, "", HAS, "test", "the path is /orders/7/8, without test"),
    (Subject.PATH, "", STARTS, "/orders/", ""),
    (Subject.PATH, "", STARTS, "orders", "the path is /orders/7/8, which does not begin with orders"),
    (Subject.PATH, "", LIKE, "/orders/*/8", ""),
    (Subject.PATH, "", LIKE, "/orders/*/9", "the path is /orders/7/8, which is not like /orders/*/9"),
    (Subject.PATH, "", THERE, "", ""),
    (Subject.PATH, "", MISSING, "", "the path is there"),
    (Subject.HEADER, "x-EVENT", IS, "order.created", ""),
    (Subject.HEADER, "X-Event", IS, "second", "the header X-Event is order.created, not second"),
    (Subject.HEADER, "X-None", IS, "a", "the header X-None is missing"),
    (Subject.HEADER, "X-Empty", IS, "", ""),
    (Subject.HEADER, "X-Empty", IS, "a", "the header X-Empty is empty, not a"),
    (Subject.HEADER, "X-Event", IS, "", "the header X-Event is order.created, not"),
    (Subject.HEADER, "X.Y", IS, "dot", ""),
    (Subject.HEADER, "X-Event", NOT, "order.created", "the header X-Event is order.created, which is excluded"),
    (Subject.HEADER, "X-Event", NOT, "other", ""),
    (Subject.HEADER, "X-None", NOT, "a", ""),
    (Subject.HEADER, "X-Event", HAS, "created", ""),
    (Subject.HEADER, "X-None", HAS, "", "the header X-None is missing"),
    (Subject.HEADER, "X-Event", STARTS, "order.", ""),
    (Subject.HEADER, "X-Event", LIKE, "order.*", ""),
    (Subject.HEADER, "X-Event", LIKE, "*.deleted", "the header X-Event is order.created, which is not like *.deleted"),
    (Subject.HEADER, "X-Event", THERE, "", ""),
    (Subject.HEADER, "X-Empty", THERE, "", ""),
    (Subject.HEADER, "X-None", THERE, "", "the header X-None is missing"),
    (Subject.HEADER, "X-None", MISSING, "", ""),
    (Subject.HEADER, "X-Event", MISSING, "", "the header X-Event is there"),
    (Subject.QUERY, "test", IS, "1", ""),
    (Subject.QUERY, "test", IS, "2", "the query parameter test is 1, not 2"),
    (Subject.QUERY, "TEST", IS, "1", "the query parameter TEST is missing"),
    (Subject.QUERY, "a.b", IS, "c", ""),
    (Subject.QUERY, "empty", THERE, "", ""),
    (Subject.QUERY, "none", THERE, "", "the query parameter none is missing"),
    (Subject.QUERY, "test", MISSING, "", "the query parameter test is there"),
    (Subject.QUERY, "test", NOT, "1", "the query parameter test is 1, which is excluded"),
    (Subject.QUERY, "test", HAS, "1", ""),
    (Subject.QUERY, "test", STARTS, "1", ""),
    (Subject.QUERY, "test", LIKE, "*", ""),
    (Subject.COOKIE, "session", IS, "abc", ""),
    (Subject.COOKIE, "a.b", STARTS, "c", ""),
    (Subject.COOKIE, "session", HAS, "b", ""),
    (Subject.COOKIE, "session", LIKE, "a*c", ""),
    (Subject.COOKIE, "none", IS, "abc", "the cookie none is missing"),
    (Subject.COOKIE, "none", NOT, "abc", ""),
    (Subject.COOKIE, "none", MISSING, "", ""),
    (Subject.COOKIE, "session", THERE, "", ""),
    (Subject.VERDICT, "", IS, "verified", ""),
    (Subject.VERDICT, "", IS, "failed", "the verdict is verified, not failed"),
    (Subject.VERDICT, "", NOT, "failed", ""),
    (Subject.VERDICT, "", NOT, "verified", "the verdict is verified, which is excluded"),
]


@pytest.mark.parametrize(("subject", "name", "comparison", "value", "words"), TEXTS)
def test_every_text_is_compared_in_every_way(
    subject: Subject, name: str, comparison: Comparison, value: str, words: str
) -> None:
    assert reason(Condition(subject, value, name, comparison)) == words


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition(Subject.HEADER, "Bearer other", "Authorization"), "the header Authorization has another value"),
        (Condition(Subject.HEADER, "Basic", "authorization", STARTS), "the header authorization has another value"),
        (
            Condition(Subject.HEADER, "Bearer s3cret", "Authorization", NOT),
            "the header Authorization has the excluded value",
        ),
        (Condition(Subject.HEADER, "", "Authorization", MISSING), "the header Authorization is there"),
        (Condition(Subject.QUERY, "x", "token"), "the query parameter token has another value"),
        (Condition(Subject.COOKIE, "x", "session"), "the cookie session has another value"),
    ],
)
def test_no_token_gets_into_a_reason(condition: Condition, words: str) -> None:
    assert reason(condition) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2", ""),
        ("=2", ""),
        ("<=2", ""),
        (">=2", ""),
        ("≥ 2", ""),
        ("<3", ""),
        (">1", ""),
        ("3", "this is attempt 2, not 3"),
        ("<=1", "this is attempt 2, not ≤ 1"),
        (">=3", "this is attempt 2, not ≥ 3"),
        ("<2", "this is attempt 2, not < 2"),
        (">2", "this is attempt 2, not > 2"),
    ],
)
def test_attempts_are_compared(value: str, words: str) -> None:
    assert reason(Condition(Subject.ATTEMPT, value)) == words


@pytest.mark.parametrize(
    ("source", "body", "words"),
    [
        ("orderId == 'A-1'", BODY, ""),
        ("orderId == 'A-2'", BODY, "orderId == 'A-2' does not hold for the body"),
        ("a" * 70, BODY, "a" * 60 + "… does not hold for the body"),
        ("a", b"", "the body is empty"),
        ("a", b" \r\n", "the body is empty"),
        ("a", b"a=1", "the body is not JSON"),
        ("a", b'{"a": NaN}', "the body is not JSON"),
        ("a", b'{"a": "\xff"}', "the body is not JSON"),
        ("a", b'{"a": ' + b"1" * 5_000 + b"}", "the body has a number that is too long"),
        ("a", b"[" * 100_000, "the body is nested too deep"),
        ("a", b'"' + b"a" * (1 << 20) + b'"', "the body is larger than 1 MiB"),
        ("@", b'"' + b"a" * ((1 << 20) - 2) + b'"', ""),
        (
            "length(total)",
            BODY,
            "the expression cannot be used on this body (length() takes string or array or object, not number)",
        ),
        ("[?a > `1`]", b"[" + b"{}," * 60_000 + b"{}]", "the expression takes too long on this body"),
    ],
)
def test_bodies_are_looked_at(source: str, body: bytes, words: str) -> None:
    view = RequestView(Request("POST", "/", (), body))
    assert reason(Condition(Subject.BODY, source), view=view) == words


def test_a_packed_body_is_unpacked() -> None:
    packed = Request("POST", "/", (("Content-Encoding", "gzip"),), gzip.compress(BODY))
    assert reason(Condition(Subject.BODY, "orderId == 'A-1'"), view=RequestView(packed)) == ""
    bomb = Request("POST", "/", (("Content-Encoding", "gzip"),), gzip.compress(b'"' + b"a" * (20 << 20)))
    assert reason(Condition(Subject.BODY, "a"), view=RequestView(bomb)) == "the body is larger than 1 MiB"


def test_many_rules_on_a_costly_body_cost_no_more_than_one() -> None:
    body = b"[" + b"{}," * 60_000 + b"{}]"
    rules = tuple(Rule(f"r{n}", (Condition(Subject.BODY, f"[?a > `{n}`]"),)) for n in range(100))
    choice = Chooser(RuleSet(rules)).choose(RequestView(Request("POST", "/", (), body)), {})
    assert {passed.reason for passed in choice.passed} == {"the expression takes too long on this body"}


# --- bytes that are no ASCII -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
@pytest.mark.parametrize("comparison", [IS, HAS, STARTS, LIKE])
def test_a_letter_is_found_in_utf_8_and_in_latin_1(encoding: str, comparison: Comparison) -> None:
    wire = "é".encode(encoding).decode("latin-1")
    request = Request("POST", f"/{wire}", (("X-A", wire), ("Cookie", f"a={wire}")))
    for condition in (
        Condition(Subject.HEADER, "é", "X-A", comparison),
        Condition(Subject.COOKIE, "é", "a", comparison),
        Condition(Subject.PATH, "/é", "", comparison),
    ):
        assert reason(condition, view=RequestView(request)) == ""


def test_what_is_excluded_is_excluded_in_every_reading() -> None:
    utf8 = Request("POST", "/", (("X-A", "Ã©"),))
    excluded = Condition(Subject.HEADER, "é", "X-A", NOT)
    assert reason(excluded, view=RequestView(utf8)) == "the header X-A is é, which is excluded"
    assert reason(Condition(Subject.HEADER, "e", "X-A"), view=RequestView(utf8)) == "the header X-A is é, not e"


def test_reasons_show_what_cannot_be_seen() -> None:
    request = Request("POST", "/?a=x%0Ay%E2%80%AE" + "z" * 100)
    words = reason(Condition(Subject.QUERY, "b", "a"), view=RequestView(request))
    assert words == f"the query parameter a is x↵y‹U+202E›{'z' * 56}…, not b"


# --- several rules ---------------------------------------------------------------------------------------------------

POST, PUT = Condition(Subject.METHOD, "POST"), Condition(Subject.METHOD, "PUT")


def test_the_first_rule_that_fits_answers() -> None:
    rules = (
        Rule("off", (), Response(201), on=False),
        Rule("put", (PUT,), Response(202)),
        Rule("third", (POST, Condition(Subject.HEADER, "a", "X-None")), Response(203)),
        Rule("post", (POST,), Response(204)),
        Rule("all", (), Response(205)),
    )
    passed = (
        Passed("off", "it is switched off"),
        Passed("put", "the method is POST, not PUT"),
        Passed("third", "the header X-None is missing"),
    )
    chooser = Chooser(RuleSet(rules, DEFAULT))
    assert chooser.choose(VIEW, {}) == Choice("post", Response(204), passed)
    assert Chooser(RuleSet(rules[::-1], DEFAULT)).choose(VIEW, {}) == Choice("all", Response(205))
    assert Chooser(RuleSet(rules[:3], DEFAULT)).choose(VIEW, {}) == Choice("", DEFAULT, passed)


def test_without_rules_the_default_answers() -> None:
    assert Chooser(RuleSet((), DEFAULT)).choose(VIEW, {}) == Choice("", DEFAULT)


def test_the_first_condition_that_does_not_hold_is_the_reason() -> None:
    assert reason(PUT, Condition(Subject.VERDICT, "failed")) == "the method is POST, not PUT"


def test_every_third_request_is_answered_and_the_others_say_which_they_are() -> None:
    chooser, turns = Chooser(RuleSet((Rule("r", (Condition(Subject.EVERY, "3"),)),))), dict[str, int]()
    choices = [chooser.choose(VIEW, turns) for _ in range(7)]
    assert [bool(choice.rule) for choice in choices] == [False, False, True, False, False, True, False]
    first, second = (
        "it answers every 3rd request, and this is number 1",
        "it answers every 3rd request, and this is number 2",
    )
    reasons = [choice.passed[0].reason if choice.passed else "" for choice in choices]
    assert reasons == [first, second, "", first, second, "", first]


def test_only_requests_that_fit_the_other_conditions_count() -> None:
    every_second = Rule("r", (Condition(Subject.EVERY, "2"), POST))
    chooser, turns = Chooser(RuleSet((every_second,))), dict[str, int]()
    views = [RequestView(Request(method, "/")) for method in ("POST", "GET", "GET", "POST", "POST", "GET", "POST")]
    answered = [bool(chooser.choose(view, turns).rule) for view in views]
    assert answered == [False, False, False, True, False, False, True]


def test_each_rule_counts_for_itself_and_those_after_the_answer_do_not() -> None:
    rules = (Rule("second", (Condition(Subject.EVERY, "2"),)), Rule("third", (Condition(Subject.EVERY, "3"),)))
    chooser, turns = Chooser(RuleSet(rules)), dict[str, int]()
    answered = [chooser.choose(VIEW, turns).rule for _ in range(10)]
    # The third one is reached by requests 1, 3, 5, 7, 9.
    assert answered == ["", "second", "", "second", "third", "second", "", "second", "", "second"]
    off = Chooser(RuleSet((Rule("off", (Condition(Subject.EVERY, "2"),), on=False),)))
    off.choose(VIEW, counted := dict[str, int]())
    assert counted == {}


# --- is like ---------------------------------------------------------------------------------------------------------


@example("aba", "ab*ba")
@example("ab", "ab*b")
@example("abcbc", "a*bc*bc*bc")
@given(st.text("ab*", max_size=12), st.text("ab*", max_size=8))
def test_a_star_stands_for_anything(text: str, pattern: str) -> None:
    oracle = ".*".join(map(re.escape, pattern.split("*")))
    assert is_like(text, pattern) == bool(re.fullmatch(oracle, text, re.DOTALL))


@given(st.text(), st.lists(st.text(max_size=3), max_size=4))
def test_any_text_is_like_its_pieces_with_stars_between(start: str, pieces: list[str]) -> None:
    text = start + "".join(pieces)
    assert is_like(text, "*".join([start, *pieces]))
    assert is_like(text, "*")
    assert is_like(text, text)


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("*a" * 2_000 + "*b", False),
        ("*" * 5_000 + "a", True),
        ("a*" * 4_000, True),
        ("*" + "aaaaaaaa*" * 500 + "b*", False),
        ("a" * 4_000 + "*b*" + "a" * 4_000, False),
        ("*" + "a" * 4_999 + "b*", False),
    ],
)
def test_a_pattern_made_to_take_long_does_not(pattern: str, fits: bool) -> None:
    assert is_like("a" * (1 << 20), pattern) is fits


def test_conditions_on_a_huge_text_have_an_end() -> None:
    slow = Condition(Subject.HEADER, "a" * 50 + "b", "X", Comparison.CONTAINS)
    rules = tuple(Rule(f"r{number}", (slow,)) for number in range(200))
    view = RequestView(Request("POST", "/", (("X", "a" * 10_000_000),)))
    passed = Chooser(RuleSet(rules, DEFAULT)).choose(view, {}).passed
    assert passed[0].reason.startswith("the header X is aaa")
    assert passed[-1] == Passed("r199", "the conditions take too long on this request")
