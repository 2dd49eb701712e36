"""Paths lead back to where something was found."""

from __future__ import annotations

from functools import reduce
from typing import Any

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.ids.paths import WHOLE, below, path_to


def test_the_whole_has_a_path_of_its_own() -> None:
    assert path_to([]) == WHOLE
    assert jmespath.search(WHOLE, {"a": 1}) == {"a": 1}


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        (["data", "attributes", "lineItems", 0, "sku"], "data.attributes.lineItems[0].sku"),
        ([3, "a", 0, 1], "[3].a[0][1]"),
        (["first name", "a-b", "1a", "_a1", ""], '"first name"."a-b"."1a"._a1.""'),
        (["straße", "\u202e"], '"straße"."\\u202e"'),
        (["\ud800", '"\\'], '"\\ud800"."\\"\\\\"'),
    ],
)
def test_a_path_is_written_as_people_know_it(keys: list[str | int], path: str) -> None:
    assert path_to(keys) == reduce(below, keys, "") == path


@given(st.lists(st.text() | st.integers(0, 5), min_size=1, max_size=6))
def test_a_path_leads_to_the_value(keys: list[str | int]) -> None:
    document: Any = "here"
    for key in reversed(keys):
        document = [None] * key + [document] if isinstance(key, int) else {"other": 1, key: document}
    assert jmespath.search(path_to(keys), document) == "here"
