from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.endpoints import Endpoint, path_problem
from hookscope.ui.endpoint.naming import free_name, free_path, name_of_path, path_of_target, slug


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("order-created", "order-created"),
        ("Order créé!", "order-cree"),
        ("  a / b_c  ", "a-b-c"),
        ("日本", ""),
        ("x" * 80, "x" * 60),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_a_name_becomes_one_segment(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_a_proposed_path_is_free() -> None:
    others = [Endpoint("a", "/paid"), Endpoint("b", "/paid-2"), Endpoint("Anything else", "")]
    assert free_path("Paid", others) == "/paid-3"
    assert free_path("!", others) == "/"


@given(st.text(max_size=80))
def test_a_proposed_path_can_be_used(name: str) -> None:
    assert not path_problem(free_path(name, []), [])


def test_a_copy_counts_on() -> None:
    others = [Endpoint("orders", "/a"), Endpoint("Orders 2", "/b")]
    assert free_name("orders", others) == "orders 3"
    assert free_name("Orders 2", others) == "Orders 3"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/order-creatd?x=1", "/order-creatd"),
        ("/a*b/*#c", "/a%2Ab/%2A"),
        ("http://example.com/a/b?c", "/a/b"),
        ("http://example.com", "/"),
        ("*", "/"),
        ("example.com:443", "/"),
    ],
)
def test_the_path_of_a_request_that_no_endpoint_took(target: str, expected: str) -> None:
    assert path_of_target(target) == expected


@pytest.mark.parametrize(
    ("path", "expected"), [("/order-created", "order-created"), ("/a/b%20c/*/", "a-b-c"), ("/", "")]
)
def test_a_path_gives_a_name(path: str, expected: str) -> None:
    assert name_of_path(path) == expected
