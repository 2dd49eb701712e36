"""Single values as people read them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.records import values
from hookscope.visible import visible


@pytest.fixture(autouse=True)
def _in_hobart(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("this system has one time zone for all processes")
    monkeypatch.setitem(os.environ, "TZ", "XXX-10:30")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (5300, "AUD", "AUD 53.00"),
        ("5300", "aud", "AUD 53.00"),
        (5300.0, "AUD", "AUD 53.00"),
        (0, "USD", "USD 0.00"),
        (5, "USD", "USD 0.05"),
        (-150, "EUR", "EUR -1.50"),
        (1234567890, "CAD", "CAD 12,345,678.90"),
        (5300, "JPY", "JPY 5,300"),
        (5300, "KWD", "KWD 5.300"),
        (53000, "CLF", "CLF 5.3000"),
        (10**18 - 1, "USD", "USD 9,999,999,999,999,999.99"),
        (10**18, "USD", None),
        (53.5, "AUD", None),
        (float("nan"), "AUD", None),
        (float("inf"), "AUD", None),
        (True, "AUD", None),
        ("53.00", "AUD", None),
        ("٥٣", "AUD", None),
        (5300, "", None),
        (5300, None, None),
        (5300, "<b>", None),
        (5300, "DOLLAR", None),
        ([5300], "AUD", None),
    ],
)
def test_amounts(value: Any, currency: Any, text: str | None) -> None:
    assert values.amount(value, currency) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2026-11-25T09:20:00Z", "25 Nov 2026, 19:50"),
        ("2026-11-25T09:20:00.123456789Z", "25 Nov 2026, 19:50"),
        ("2026-11-25T20:20:00+11:00", "25 Nov 2026, 19:50"),
        ("2026-11-25T19:50:00", "25 Nov 2026, 19:50"),
        ("2026-11-25", "25 Nov 2026"),
        (1795598400, "25 Nov 2026, 19:50"),
        (1795598400.5, "25 Nov 2026, 19:50"),
        (1795598400000, "25 Nov 2026, 19:50"),
        ("9999-12-31T23:59:59Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("2026-13-45", None),
        ("yesterday", None),
        ("2026-11-25T09:20:00Z" + " " * 50 + "x", None),
        (12, None),
        (1e300, None),
        (float("nan"), None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_times_are_local(value: Any, text: str | None) -> None:
    assert values.time(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Example", "Example"),
        ("two\nlines", "two↵lines"),
        ("\u202eevil", "‹U+202E›evil"),
        (12, "12"),
        (1.5, "1.5"),
        (True, "yes"),
        (False, "no"),
        (["a", 1, True], "a, 1, yes"),
        (["a", {"b": 1}, None, ["c"]], "a"),
        ([{}], None),
        ([], None),
        (None, None),
        ({"a": 1}, None),
        (list("abcdefghijklm"), "a, b, c, d, e, f, g, h, i, j and 3 more"),
    ],
)
def test_texts(value: Any, text: str | None) -> None:
    assert values.plain(value) == text


def test_long_texts_are_cut_and_endless_numbers_left_out() -> None:
    assert values.plain(10**5_000) is None
    assert values.plain("x" * 10_000) == "x" * values.LONGEST_TEXT + "…"
    assert len(values.plain(["x" * 10_000] * 100) or "") < 250


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("draft", "Draft"),
        ("DRAFT", "Draft"),
        ("NotReady", "Not ready"),
        ("brandNew", "brandNew"),
        (7, "7"),
        (None, None),
        ([], None),
    ],
)
def test_words(raw: Any, text: str | None) -> None:
    assert values.words(raw, {"draft": "Draft", "NotReady": "Not ready"}) == text


@pytest.mark.parametrize(
    ("id", "text"),
    [
        ("MP-fba21121b71148c9bb33e11fcd92d520", "MP-fba2…"),
        ("U-a6d23f70-fd09-43d2-91d2-a12c032caaa1", "U-a6d2…"),
        ("MP-abc123", "MP-abc123"),
        ("x" * 40, "xxxxxxx…"),
        (7, None),
    ],
)
def test_long_ids_show_their_beginning(id: Any, text: str | None) -> None:
    assert values.shortened_id(id) == text


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(value=ANYTHING, other=ANYTHING)
def test_no_value_is_too_odd(value: Any, other: Any) -> None:
    texts = [values.plain(value), values.amount(value, other), values.time(value), values.words(value, {"a": "A"})]
    for text in filter(None, [*texts, values.shortened_id(value)]):
        assert visible(text, limit=0) == text
        assert len(text) < 300


@given(st.integers(-(10**17), 10**17), st.sampled_from(["USD", "JPY", "KWD"]))
def test_an_amount_in_major_units_is_the_same_amount(minor: int, currency: str) -> None:
    shown = values.amount(minor, currency)
    assert shown is not None
    major = shown.split(" ")[1].replace(",", "")
    assert values.same_amount(minor, currency, major) is ("." in major)
    assert not values.same_amount(minor + 1, currency, major)


def test_a_title_inside_of_a_sentence() -> None:
    assert [values.in_sentence(title) for title in ("Sales account", "SMS", "")] == ["sales account", "SMS", ""]
