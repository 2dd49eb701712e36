"""Paths that no endpoint claims, but nearly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findings.conftest import CATCH_ALL, ENDPOINTS, SEND_A_WEBHOOK, findings
from hookscope.endpoints import Endpoint, Matcher
from hookscope.findings.near_path import MOST_LETTERS, distance


def near(target: str, *paths: str) -> str:
    """The path that is offered for a target, as the listener asks: only if nothing but the catch-all takes it."""
    endpoints = (CATCH_ALL, *(Endpoint(path, path) for path in paths))
    taken_by = Matcher(endpoints).match(target)
    wrong = [each.near for each in findings(SEND_A_WEBHOOK, target=target, endpoint=taken_by, endpoints=endpoints)]
    return "".join(wrong)


def test_the_sentences() -> None:
    (only,) = findings(SEND_A_WEBHOOK, target="/order-creatd", endpoint=CATCH_ALL)
    assert (only.code, only.words, only.near) == ("wrong-path", "wrong path", "/order-created")
    assert only.sentence == "No endpoint has this path; Anything else took it."
    assert only.fix == "Did you mean /order-created?"


@pytest.mark.parametrize(
    "target",
    [
        "/order-creatd",
        "/order-craeted",  # two letters swapped are one mistake
        "/rodre-created",
        "/order_created",
        "/ordercreated",
        "/order-created1",
        "/Order-Created",
        "/ORDER-CREATED",
        "/order/created",
        "//order-created",
        "/order-creatd?id=1",
        "/order-creatd/",
        "/order-creatd/more/below",
        "/order%2Dcreatd",
        "http://127.0.0.1:8787/order-creatd",
    ],
)
def test_up_to_two_letters_are_near(target: str) -> None:
    assert near(target, "/order-created", "/github", "/invoices") == "/order-created"


@pytest.mark.parametrize(
    "target", ["/order-cre", "/invoices-2024", "/", "", "*", "/favicon.ico", "host:80", "/a" * 500]
)
def test_more_is_another_path(target: str) -> None:
    assert near(target, "/order-created", "/github") == ""


def test_what_an_endpoint_takes_is_right() -> None:
    for target in ("/order-created", "/order-created/below", "/order-create"):
        assert near(target, "/order-created", "/order-create") == ""


def test_the_nearest_is_offered() -> None:
    assert near("/order-creats", "/order-created", "/order-create") == "/order-create"
    assert near("/orders-1/42x", "/orders-1/42/lines", "/orders-2") == "/orders-2"


def test_short_paths_say_too_little() -> None:
    assert near("/b", "/a") == near("/ab", "/ac") == near("/abxy", "/abcd") == ""
    assert near("/abd", "/abc") == "/abc"


def test_a_wildcard_is_any_segment() -> None:
    assert near("/users/81/updatd", "/users/*/updated") == "/users/*/updated"
    assert near("/user/a-long-id/updated", "/users/*/updated") == "/users/*/updated"
    assert near("/anything-long", "/*/x") == ""
    assert near("/users/updated", "/users/*/updated") == ""


def test_an_endpoint_that_came_later_claims_it_by_now() -> None:
    assert findings(SEND_A_WEBHOOK, target="/github", endpoint=CATCH_ALL) == ()
    assert findings(SEND_A_WEBHOOK, target="/order-created", endpoint=CATCH_ALL) == ()


def test_only_the_catch_all_is_asked() -> None:
    assert findings(SEND_A_WEBHOOK, target="/order-creatd", endpoint=ENDPOINTS[1]) == ()
    assert findings(SEND_A_WEBHOOK, target="/order-creatd", endpoint=None) == ()


@pytest.mark.parametrize(
    ("one", "other", "letters"),
    [
        ("", "", 0),
        ("a", "", 1),
        ("", "ab", 2),
        ("ab", "ba", 1),
        ("abcd", "badc", 2),
        ("abc", "xyz", 3),
        ("kit", "sit", 1),
    ],
)
def test_distances(one: str, other: str, letters: int) -> None:
    assert distance(one, other, MOST_LETTERS) == letters


@given(st.text("abc/", max_size=7), st.text("abc/", max_size=7))
def test_distances_are_those_of_the_table(one: str, other: str) -> None:
    assert distance(one, other, 2) == min(_by_table(one, other), 3)
    assert distance(one, other, 2) == distance(other, one, 2)


def _by_table(one: str, other: str) -> int:
    """The usual way to count, with a table of all beginnings."""
    table = {(-1, -1): 0} | {(i, -1): i + 1 for i in range(len(one))} | {(-1, j): j + 1 for j in range(len(other))}
    for i, letter in enumerate(one):
        for j, its_other in enumerate(other):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (letter != its_other))
            if i and j and letter == other[j - 1] and one[i - 1] == its_other:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one) - 1, len(other) - 1]
