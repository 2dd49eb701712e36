"""Rules that cannot be applied say why, and where."""

from __future__ import annotations

import pytest

from hookscope.responses import BodyKind, Comparison, Condition, Flaw, Response, Rule, RuleSet, Subject, rule_set_flaws
from hookscope.responses.rules import (
    MOST_CONDITIONS,
    MOST_RULES,
    VERDICTS,
    attempt_range,
    condition_problem,
    every,
    name_problem,
)

IS, NOT, HAS, STARTS, LIKE, THERE, MISSING = Comparison
EVER = 1 << 62


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("1", (1, 1)),
        ("=3", (3, 3)),
        (" <= 2 ", (1, 2)),
        ("<2", (1, 1)),
        (">=3", (3, EVER)),
        (">3", (4, EVER)),
        ("≤2", (1, 2)),
        ("≥2", (2, EVER)),
        ("999999", (999_999, 999_999)),
        ("<1", (1, 0)),
        *(
            (text, None)
            for text in ("", "0", "-1", "1.5", "2-3", "=<2", "=> 2", "1000000", "x", "٣", "<=", "1 2", "==1")
        ),
    ],
)
def test_attempts_are_read(value: str, found: tuple[int, int] | None) -> None:
    assert attempt_range(value) == found


def test_every_nth_is_read() -> None:
    assert [every(value) for value in ("1", " 3 ", "999999")] == [1, 3, 999_999]
    assert [every(value) for value in ("", "0", "-1", "1.5", "3rd", "٣", "1000000")] == [0] * 7


GOOD = [
    Condition(Subject.METHOD, "POST"),
    Condition(Subject.METHOD, "", "", NOT),
    Condition(Subject.METHOD, "P*", "", LIKE),
    Condition(Subject.PATH, "/"),
    Condition(Subject.PATH, "*"),
    Condition(Subject.PATH, "orders", "", HAS),
    Condition(Subject.HEADER, "", "X.Y"),
    Condition(Subject.HEADER, "", "'quoted'", THERE),
    Condition(Subject.QUERY, "a\r\n\0b", 'odd "name" = é'),
    Condition(Subject.COOKIE, "x" * 10_000, "a.b"),
    Condition(Subject.BODY, "a"),
    Condition(Subject.ATTEMPT, "<=2"),
    Condition(Subject.EVERY, "3"),
    *(Condition(Subject.VERDICT, state, "", how) for state in VERDICTS for how in (IS, NOT)),
]


@pytest.mark.parametrize("condition", GOOD)
def test_a_condition_can_be_used(condition: Condition) -> None:
    assert condition_problem(condition) == ""


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (Condition(Subject.METHOD), "Enter a method, such as POST."),
        (Condition(Subject.METHOD, "PO ST"), "Enter a method, such as POST."),
        (Condition(Subject.METHOD, "", "", THERE), "Every request has a method. Compare it with a value."),
        (Condition(Subject.PATH), "Enter a path that begins with /."),
        (Condition(Subject.PATH, "orders"), "Enter a path that begins with /."),
        (Condition(Subject.PATH, "", "", MISSING), "Every request has a path. Compare it with a value."),
        (Condition(Subject.HEADER, "a"), "Enter the name of the header."),
        (Condition(Subject.HEADER, "a", "X A"), "“X A” is not a header name. Use letters, digits and dashes."),
        (Condition(Subject.HEADER, "a", "X-A:"), "“X-A:” is not a header name. Use letters, digits and dashes."),
        (Condition(Subject.QUERY, "a", " "), "Enter the name of the query parameter."),
        (
            Condition(Subject.QUERY, "a", " b"),
            "The name of a query parameter has up to 200 characters and no blanks around it.",
        ),
        (
            Condition(Subject.COOKIE, "a", "x" * 201),
            "The name of a cookie has up to 200 characters and no blanks around it.",
        ),
        (
            Condition(Subject.COOKIE, "a", "\ud800"),
            "The name of a cookie has up to 200 characters and no blanks around it.",
        ),
        (Condition(Subject.COOKIE, "a"), "Enter the name of the cookie."),
        (Condition(Subject.HEADER, "x" * 10_001, "X-A"), "A value has at most 10,000 characters."),
        (Condition(Subject.HEADER, "\ud800", "X-A"), "There is half of a character in the value. Delete it."),
        (Condition(Subject.BODY), "Enter a JMESPath expression, such as orderId == 'A-1'."),
        (Condition(Subject.BODY, "a", "", HAS), "A condition on body has only a value. Take “contains” out."),
        (Condition(Subject.ATTEMPT, "2", "", NOT), "A condition on attempt has only a value. Take “not” out."),
        (Condition(Subject.ATTEMPT), "Write the attempt as a number or comparison: 1, <=2, >=3."),
        (Condition(Subject.ATTEMPT, "<1"), "Write the attempt as a number or comparison: 1, <=2, >=3."),
        (Condition(Subject.EVERY, "0"), "Write how many requests: 3 answers every third."),
        (
            Condition(Subject.VERDICT, "ok"),
            "A verdict is one of verified, failed, unsigned, unavailable, unconfigured.",
        ),
        (
            Condition(Subject.VERDICT, "verified", "", HAS),
            "A verdict is one of verified, failed, unsigned, unavailable, unconfigured.",
        ),
    ],
)
def test_a_condition_that_cannot_be_used_says_why(condition: Condition, sentence: str) -> None:
    assert condition_problem(condition) == sentence


@pytest.mark.parametrize(
    ("one", "other", "sentence"),
    [
        (
            Condition(Subject.METHOD, "A"),
            Condition(Subject.METHOD, "B"),
            "There are two conditions on method. Keep one of them.",
        ),
        (
            Condition(Subject.HEADER, "a", "X-A"),
            Condition(Subject.HEADER, "b", "x-a"),
            "There are two conditions on header x-a. Keep one of them.",
        ),
        (Condition(Subject.QUERY, "a", "A"), Condition(Subject.QUERY, "a", "a"), ""),
        (Condition(Subject.QUERY, "a", "a"), Condition(Subject.COOKIE, "a", "a"), ""),
        (
            Condition(Subject.COOKIE, "a", "a"),
            Condition(Subject.COOKIE, "", "a", THERE),
            "There are two conditions on cookie a. Keep one of them.",
        ),
    ],
)
def test_one_thing_has_one_condition(one: Condition, other: Condition, sentence: str) -> None:
    assert condition_problem(other, [one]) == sentence


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("fail twice", ""),
        ("Über 9000 “🎉”", ""),
        ("x" * 80, ""),
        ("", "A rule needs a name."),
        ("  ", "A rule needs a name."),
        ("FIRST", "There is a rule “FIRST” already."),
        *(
            (bad, "The name of a rule has up to 80 characters, no line breaks, and no blanks around it.")
            for bad in ("x" * 81, "a\nb", " a", "a ", "a\x1bb", "\u202ea", "\ud800")
        ),
    ],
)
def test_names_of_rules(name: str, sentence: str) -> None:
    assert name_problem(name, ["first"]) == sentence


def test_flaws_come_with_the_number_of_the_rule_and_of_the_condition_the_default_last() -> None:
    rules = (
        Rule("a", (Condition(Subject.METHOD, "POST"), Condition(Subject.ATTEMPT, "soon")), Response(99)),
        Rule("A", (), Response(headers=(("Connection", "close"),))),
        Rule("off", (Condition(Subject.BODY, "a b"),), Response(body="{"), on=False),
    )
    found = rule_set_flaws(RuleSet(rules, Response(delay_s=-1)))
    assert [(flaw.rule, flaw.place, flaw.line, flaw.column) for flaw in found] == [
        (1, "when", 2, 0),
        (1, "status", 0, 0),
        (2, "name", 0, 0),
        (2, "headers", 1, 0),
        (3, "when", 1, 0),
        (3, "body", 1, 2),
        (0, "delay", 0, 0),
    ]
    assert found[0] == Flaw("when", "Write the attempt as a number or comparison: 1, <=2, >=3.", 2, rule=1)


def test_a_rule_set_without_flaws() -> None:
    forward = Response(body="http://127.0.0.1:3000/", kind=BodyKind.FORWARD)
    rules = (Rule("a", (GOOD[0], GOOD[6]), forward), Rule("b", on=False))
    assert rule_set_flaws(RuleSet(rules)) == []
    assert RuleSet(rules, Response(204)).responses() == (forward, Response(), Response(204))


def test_there_are_only_so_many_rules_and_conditions() -> None:
    rules = tuple(Rule(f"r{number}") for number in range(MOST_RULES + 1))
    assert rule_set_flaws(RuleSet(rules[:-1])) == []
    assert rule_set_flaws(RuleSet(rules)) == [
        Flaw("name", "There are 201 rules. An endpoint has at most 200.", rule=MOST_RULES + 1)
    ]
    when = tuple(Condition(Subject.QUERY, "a", f"q{number}") for number in range(MOST_CONDITIONS + 1))
    assert rule_set_flaws(RuleSet((Rule("r", when[:-1]),))) == []
    (flaw,) = rule_set_flaws(RuleSet((Rule("r", when),)))
    assert flaw == Flaw("when", "A rule has at most 20 conditions.", MOST_CONDITIONS + 1, rule=1)
