"""Patterns of ids: what may be one, and that none that may takes long."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.records.patterns import MOST_WAYS, PatternError, check_pattern

UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


@pytest.mark.parametrize(
    "pattern",
    [
        "AG-[A-Z0-9]{4,40}",
        f"U-{UUID}",
        "MP-[a-z]{3,40}(?::EDITION-[a-z]{3,40})?",
        r"^ID\.[^\]x-]{1,20}$",
        r"INV-\d{1,9}?",
        "(?:CUST|CLIENT)-[0-9]{1,9}",
        "[]x]{1,5}abc",
        "AB{x}-1",  # braces that are no bounds
    ],
)
def test_patterns_that_will_do(pattern: str) -> None:
    check_pattern(pattern)
    re.compile(pattern)


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("ABC-[A-Z]+", "write {1,40} instead of +"),
        ("ABC-.*", "write {1,40} instead of *"),
        ("ABC-[A-Z]{4,}", "write a second number in {4,}"),
        ("ABC-[A-Z]{4,400}", "fits more than 200 characters"),
        ("AB[A-Z]{4,40}", "fewer than 3 fixed characters"),
        ("(?:ABCDEF|A)-[0-9]{4}", "fewer than 3 fixed characters"),
        ("(?:ABC)?-[0-9]{4}", "fewer than 3 fixed characters"),
        ("ABC-(?:[a-z]{1,9}-){1,9}", "repeats a group that has alternatives or repeats in it"),
        ("ABC-(?:a|ab){1,9}", "repeats a group that has alternatives or repeats in it"),
        ("ABC-(?:a?){1,9}", "repeats a group that has alternatives or repeats in it"),
        ("ABC-(?:(?:a{1,2}){2}){2}", "repeats a group that has alternatives or repeats in it"),
        ("ABC-[a-z]{1,40}[a-z]{1,40}[a-z]{1,40}", "may take too long"),
        ("ABC-([0-9]{4})", "must have (?:…) instead of (…)"),
        ("ABC-(?=x)", "no other groups with ? than (?:…)"),
        ("(?i)ABC", "no other groups with ? than (?:…)"),
        (r"ABC-(?P<x>a)\1", "no other groups with ? than (?:…)"),
        (r"ABC-\1", "cannot have \\1"),
        (r"ABC-\x41", "cannot have \\x"),
        ("ABC-\\", "cannot have \\."),
        ("ABC-[a-z", "has a set that does not end"),
        ("ABC-[[a]", "has a set with [ or a doubled sign"),
        ("ABC-[a--b]", "has a set with [ or a doubled sign"),
        ("ABC-(?:a", "has a group that does not end"),
        ("ABC-a)", "has a bracket too much at character 6"),
        ("ABC-[z-a]", "is no regular expression"),
        ("ABC-a{3,2}", "is no regular expression"),
        ("?ABC", "is no regular expression"),
        ("(?:" * 11 + "ABC" + ")" * 11, "groups deeper than 10"),
        ("A" * 301, "more than 300 characters"),
    ],
)
def test_faults_are_named(pattern: str, fault: str) -> None:
    with pytest.raises(PatternError, match=re.escape(fault)):
        check_pattern(pattern)


def test_with_keys_nothing_has_to_be_fixed_but_an_empty_text_is_no_id() -> None:
    check_pattern("[A-Z0-9]{3,4}", literals=0)
    with pytest.raises(PatternError, match="fits an empty text"):
        check_pattern("[A-Z0-9]{0,4}", literals=0)


def test_what_is_taken_of_an_id_needs_a_group() -> None:
    check_pattern("A-(B-[0-9]{1,5})", literals=0, captures=True)
    with pytest.raises(PatternError, match="has no group"):
        check_pattern("A-(?:B-[0-9]{1,5})", literals=0, captures=True)


PIECES = st.recursive(
    st.sampled_from(["a", "[ab]", ".", r"\w", "ab", r"\.", "^", "[^a]"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["?", "{2}", "{1,3}", "{0,30}", "*", "+", "{1,90}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=14,
)


@given(pattern=PIECES, text=st.text("ab.", max_size=200))
def test_whatever_may_be_used_ends_soon(pattern: str, text: str) -> None:
    try:
        check_pattern(pattern, literals=0)
    except PatternError:
        return
    compiled = re.compile(pattern)
    began = time.process_time()
    compiled.fullmatch(text)
    compiled.fullmatch("a" * 199 + "!")
    assert time.process_time() - began < 5


def test_the_worst_that_may_be_used_ends_soon() -> None:
    pattern = "abc[a-z]{1,70}[a-z]{1,70}x"
    check_pattern(pattern)
    assert MOST_WAYS > 70 * 70
    began = time.process_time()
    for _ in range(20):
        assert re.fullmatch(pattern, "abc" + "a" * 197) is None
    assert time.process_time() - began < 5


@given(st.text(max_size=40))
def test_no_text_makes_more_than_a_sentence(source: str) -> None:
    problem = ""
    try:
        check_pattern(source, literals=0)
    except PatternError as error:
        problem = str(error)
    assert problem.endswith(".") if problem else re.compile(source).fullmatch("") is None
