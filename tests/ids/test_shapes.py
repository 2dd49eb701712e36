"""Which types a value has."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.ids import ACCOUNT, ORDER, PARTNER, SHAPES, USER
from hookscope.ids import Shape, Shapes
from hookscope.ids.shapes import LONGEST_ID

PATTERNS = [
    "AG-[A-Z]+",
    "AG-[A-Z]{2}:ORD-[0-9]+",
    "^AG-A$",
    "A?G-A",
    "A[GB]-A",
    "AB|AG-A",
    "AG?-A",
    "AG*-A",
    "AG{0,1}-A",
]


@pytest.mark.parametrize(
    ("value", "types"),
    [
        (ORDER, ("order",)),
        (ACCOUNT, ("account", "location")),
        (USER, ("user",)),
        (f"\t {USER}\r\n", ("user",)),
        (f"x{USER}", ()),
        (f"{USER}x", ()),
        (f"{ACCOUNT}, {ACCOUNT}", ()),
        (ACCOUNT.lower(), ()),
        ("", ()),
        (" ", ()),
    ],
)
def test_the_whole_value_tells_its_types_in_their_order(value: str, types: tuple[str, ...]) -> None:
    assert SHAPES.types_of(value) == types


@pytest.mark.parametrize("key", ["partnerId", "partner_id", "Partner-ID", "PARTNERID", "_partner_id", "-partnerid"])
def test_a_shape_with_keys_counts_under_one_of_them(key: str) -> None:
    assert SHAPES.types_of(PARTNER, key) == ("partner",)
    assert SHAPES.types_of(ACCOUNT, key) == ("account", "location")


@pytest.mark.parametrize("key", ["", "partner", "partnerIds", "id", "status", "p"])
def test_a_shape_with_keys_counts_nowhere_else(key: str) -> None:
    assert SHAPES.types_of(PARTNER, key) == ()


def test_under_a_key_all_types_come_in_their_order() -> None:
    shapes = Shapes([Shape("keyed", "AG-.*", frozenset({"id"})), Shape("free", "AG-.*"), Shape("last", ".G-.*")])
    assert shapes.types_of("AG-1", "id") == ("keyed", "free", "last")
    assert shapes.types_of("AG-1", "other") == ("free", "last")
    assert list(shapes.ranks) == ["keyed", "free", "last"]


def test_what_is_too_long_is_no_id() -> None:
    shapes = Shapes([Shape("any", ".*")])
    assert shapes.types_of("x" * LONGEST_ID) == ("any",)
    assert shapes.types_of("x" * (LONGEST_ID + 1)) == ()


@pytest.mark.parametrize("value", ["AG-\n1", "AG-\ud8001", "AG-\u202e1", "AG-\x001", "AG-\u20281"])
def test_what_cannot_be_seen_is_no_id(value: str) -> None:
    assert Shapes([Shape("any", r"[\s\S]*")]).types_of(value) == ()


def test_a_pattern_may_have_groups_and_flags() -> None:
    shapes = Shapes([Shape("doubled", r"(.)\1"), Shape("any case", "(?i)ag-[a-z]+"), Shape("account", "AG-[A-Z]+")])
    assert shapes.types_of("xx") == ("doubled",)
    assert shapes.types_of("ag-x") == ("any case",)
    assert shapes.types_of("AG-X") == ("any case", "account")


def test_what_has_no_record() -> None:
    assert SHAPES.are_fetched(("order",))
    assert SHAPES.are_fetched(("partner", "account"))
    assert not SHAPES.are_fetched(("partner",))


def test_no_shapes() -> None:
    assert not Shapes()
    assert Shapes().types_of(ORDER, "orderId") == ()
    assert [shape.type for shape in SHAPES] == ["order", "account", "location", "user", "partner"]


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(re.error):
        Shapes([Shape("broken", "AG-(")])


def test_how_a_pattern_begins_changes_nothing() -> None:
    fitting = "AG-XY", "AG-AB:ORD-1", "AG-A", "G-A", "AG-A", "AB-A", "AB", "A-A", "AGG-A", "B-A", "x"
    for value in fitting:
        for pattern in PATTERNS:
            types = Shapes([Shape("last", "A.*"), Shape("one", pattern)]).types_of(value)
            assert ("one" in types) == bool(re.fullmatch(pattern, value)), (pattern, value)


@given(st.lists(st.sampled_from(PATTERNS), unique=True), st.sampled_from(PATTERNS).flatmap(st.from_regex))
def test_many_patterns_are_asked_as_each_alone(patterns: list[str], value: str) -> None:
    whole = value.strip()
    wanted = tuple(pattern for pattern in patterns if whole.isprintable() and re.fullmatch(pattern, whole))
    assert Shapes(Shape(pattern, pattern) for pattern in patterns).types_of(value) == wanted
