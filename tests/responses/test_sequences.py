"""Sequences: what is typed, the rules it makes, and what those answer attempt by attempt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.deliveries import Request
from hookscope.responses import (
    BodyKind,
    Chooser,
    Condition,
    Fault,
    RequestView,
    Response,
    RuleSet,
    Subject,
    rule_set_flaws,
)
from hookscope.responses.sequences import MOST, SequenceFlaw, sequence_rules, statuses_of
from hookscope.responses.wording import rule_sentence

DEFAULT = Response(200, (("X-A", "1"),), '{"ticket": "42"}')


@pytest.mark.parametrize(
    "text",
    [
        "503, 503, then 200",
        "503 503 200",
        "2x503, 200",
        " 2 X 503,200 ",
        "2×503; then 200",
        "2*503 and then 200",
        "503 → 503 → 200",
        "503->503->200",
        "503\n503\n200\n",
        "THEN 503,,503 200",
    ],
)
def test_a_sequence_is_read_however_it_is_written(text: str) -> None:
    assert statuses_of(text) == [503, 503, 200]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Enter statuses, such as 503, 503, then 200."),
        (" , then ", "Enter statuses, such as 503, 503, then 200."),
        ("503, oops", "“oops” is not a status. Write for example 503, 503, then 200."),
        ("503, -1", "“-1” is not a status. Write for example 503, 503, then 200."),
        ("5e2", "“5e2” is not a status. Write for example 503, 503, then 200."),
        ("٥٠٣", "“٥٠٣” is not a status. Write for example 503, 503, then 200."),
        ("y" * 1_000_000, f"“{'y' * 20}” is not a status. Write for example 503, 503, then 200."),
        ("700", "700 is not a status. Use 200 to 599."),
        ("503, 100", "100 announces a response and cannot be the response. Use 200 to 599."),
        ("0x503", "Write how often a status comes as a number from 1, such as 2x503."),
        ("21x503", "A sequence has at most 20 statuses."),
        ("999999x503", "A sequence has at most 20 statuses."),
        ("503 " * 21, "A sequence has at most 20 statuses."),
    ],
)
def test_what_is_no_sequence_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(SequenceFlaw) as raised:
        sequence_rules(text, DEFAULT, ())
    assert str(raised.value) == sentence


def rules(text: str, default: Response = DEFAULT, *taken: str) -> list[tuple[str, str]]:
    return [(rule.name, rule_sentence(rule)) for rule in sequence_rules(text, default, taken)]


def test_equal_neighbours_are_one_rule_and_the_default_says_the_last() -> None:
    assert rules("503, 503, then 200") == [("Attempts 1–2: 503", "attempt ≤ 2 → 503")]
    assert rules("503, 500, 500, 404, 200, 200") == [
        ("Attempt 1: 503", "attempt 1 → 503"),
        ("Attempts 2–3: 500", "attempt ≤ 3 → 500"),
        ("Attempt 4: 404", "attempt 4 → 404"),
    ]
    assert rules("200") == []


@pytest.mark.parametrize(
    "default",
    [
        Response(204, body=""),
        Response(delay_s=1.0),
        Response(fault=Fault.HANG),
        Response(body="http://127.0.0.1:3000/", kind=BodyKind.FORWARD),
    ],
)
def test_where_the_default_does_not_plainly_say_the_last_a_rule_does(default: Response) -> None:
    assert rules("503, 503, then 200", default)[1] == ("From attempt 3: 200", "attempt ≥ 3 → 200")
    assert rules("200", default) == [("All attempts: 200", "every request → 200")]


def test_headers_and_body_are_those_of_the_default() -> None:
    (rule,) = sequence_rules("503, 200", DEFAULT, ())
    assert rule.response == Response(503, DEFAULT.headers, DEFAULT.body)
    assert rule.when == (Condition(Subject.ATTEMPT, "1"),)


def test_names_stay_unique() -> None:
    taken = ("attempts 1–2: 503", "Attempts 1–2: 503 (2)")
    assert [name for name, _ in rules("503, 503, 200", DEFAULT, *taken)] == ["Attempts 1–2: 503 (3)"]


STATUSES = st.lists(st.sampled_from([200, 204, 205, 302, 304, 404, 500, 503]), min_size=1, max_size=MOST)
DEFAULTS = [
    DEFAULT,
    Response(503, body=""),
    Response(200, delay_s=2.0),
    Response(205, body=""),
    Response(body="x", kind=BodyKind.TEXT),
]


@given(STATUSES, st.sampled_from(DEFAULTS))
def test_attempt_by_attempt_the_sender_gets_what_was_written(statuses: list[int], default: Response) -> None:
    made = RuleSet(sequence_rules(" ".join(map(str, statuses)), default, ()), default)
    assert [flaw for flaw in rule_set_flaws(made) if flaw.rule] == []
    chooser = Chooser(made)
    for attempt in range(1, len(statuses) + 3):
        response = chooser.choose(RequestView(Request("POST", "/"), attempt=attempt), {}).response
        assert (response.status, response.delay_s) == (statuses[min(attempt, len(statuses)) - 1], 0)


@given(st.text(alphabet="0123456789xX×*, ;->→thenand\n", max_size=60))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    try:
        statuses, problem = statuses_of(text), ""
    except SequenceFlaw as flaw:
        statuses, problem = [200], str(flaw)
    assert not problem or problem.endswith(".")
    assert 0 < len(statuses) <= MOST
    assert all(200 <= status <= 599 for status in statuses)
