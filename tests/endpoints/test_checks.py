"""What an endpoint must be like, and how it is said."""

from __future__ import annotations

import pytest

from hookscope.endpoints import CATCH_ALL_NAME, Endpoint, Schemes, name_problem, path_problem
from hookscope.endpoints.checks import problem
from hookscope.responses import BodyKind, Response

ORDERS = Endpoint("Orders", "/orders", id=1)
CATCH_ALL = Endpoint(CATCH_ALL_NAME, "", id=2)
OTHERS = (ORDERS, CATCH_ALL)


@pytest.mark.parametrize(
    "path", ["/a", "/", "/a/", "/a/*/b", "/*", "/orders/x", "//a", "/a%20b%C3%A9", "/a:b@c;d=1,2~!$&'()+", "/.."]
)
def test_paths_that_can_be_used(path: str) -> None:
    assert path_problem(path, OTHERS) == ""


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "Enter a path that begins with /."),
        ("orders", "begins with /"),
        ("http://host/a", "begins with /"),
        ("/a?x=1", "before ? and #"),
        ("/a#b", "before ? and #"),
        ("/a b", "A blank cannot stand in a path. Write it as %20."),
        ("/é", "“é” cannot stand in a path. Write it as %C3%A9."),
        ("/{id}", "“{” cannot stand in a path. Write it as %7B."),
        ("/a\\b", "Write it as %5C."),
        ("/a\x00", "A hidden character cannot stand in a path. Write it as %00."),
        ("/a\n", "Write it as %0A."),
        ("/\u202ea", "A hidden character"),
        ("/\ud800", "cannot stand in a path"),
        ("/a%2", "two hexadecimal digits"),
        ("/100%", "%25"),
        ("/a*", "* stands for one whole segment"),
        ("/**", "* stands for one whole segment"),
        ("/.well-known/hookscope", "taken by Hookscope itself"),
        ("/.well-known/hookscope/x", "taken by Hookscope itself"),
        ("/.well-known/%68ookscope/", "taken by Hookscope itself"),
        ("/orders", "The path /orders belongs to “Orders” already."),
        ("/orders/", "belongs to “Orders” already"),
        ("/%6frders", "belongs to “Orders” already"),
    ],
)
def test_paths_that_cannot(path: str, words: str) -> None:
    assert words in path_problem(path, OTHERS)


@pytest.mark.parametrize("path", ["/.well-known", "/.well-known/hookscopes", "/x/.well-known/hookscope", "/Orders"])
def test_near_misses_of_taken_paths_can_be_used(path: str) -> None:
    assert path_problem(path, OTHERS) == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Enter a name."),
        (" \t", "Enter a name."),
        (" a", "no blanks around it"),
        ("a\nb", "no line breaks"),
        ("a\u202eb", "no hidden characters"),
        ("\ud800", "no hidden characters"),
        ("oRDERS", "There is an endpoint “oRDERS” already."),
    ],
)
def test_names_that_cannot_be_given(name: str, words: str) -> None:
    assert words in name_problem(name, OTHERS)


def test_names_beyond_ascii_are_compared_without_case_too() -> None:
    assert name_problem("ÜBUNG", [Endpoint("übung", "/a")])
    assert name_problem("Bestellung Ü 1 🚀", OTHERS) == ""


def test_an_endpoint_does_not_stand_in_its_own_way() -> None:
    assert problem(Endpoint("ORDERS", "/orders/", id=1), OTHERS, Schemes()) is None
    assert problem(CATCH_ALL, OTHERS, Schemes()) is None
    assert problem(Endpoint("new", "/new"), OTHERS, Schemes()) is None


@pytest.mark.parametrize(
    ("endpoint", "field", "words"),
    [
        (Endpoint("orders", "/new"), "name", "already"),
        (Endpoint("new", "/orders"), "path", "already"),
        (Endpoint("new", ""), "path", "Enter a path"),
        (Endpoint(CATCH_ALL_NAME, "/x", id=2), "name", "Choose another"),
        (Endpoint("anything ELSE", "/x", id=2), "name", "Choose another"),
        (Endpoint("anything ELSE", "", id=2), "name", "Choose another"),
        (Endpoint("new", "/new", Response(status=99)), "response.status", "99"),
        (Endpoint("new", "/new", Response(headers=(("a b", "c"),))), "response.headers", "a b"),
        (Endpoint("new", "/new", Response(body="{")), "response.body", "Line 1"),
        (Endpoint("new", "/new", Response(body="\ud800", kind=BodyKind.TEXT)), "response.body", "half of a character"),
        (Endpoint("new", "/new", Response(status=204, body="\ud800")), "response.body", "half of a character"),
        (Endpoint("new", "/new", sender="\udc00"), "sender", "half of a character"),
        (
            Endpoint("new", "/new", sender="vendasta-automations"),
            "sender",
            "There is no sender profile “vendasta-automations”. Did you mean vendasta-automation?",
        ),
        (
            Endpoint("new", "/new", sender=""),
            "sender",
            "There are: generic, vendasta-automation, vendasta-marketplace, vendasta-marketplace-purchase.",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_field(endpoint: Endpoint, field: str, words: str) -> None:
    found = problem(endpoint, OTHERS, Schemes())
    assert found is not None
    assert found.field == field
    assert words in found.message
