"""Which endpoint takes a request: by example, and against a slow and obvious way to decide."""

from __future__ import annotations

import time
from collections.abc import Sequence
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.endpoints import CATCH_ALL_NAME, Endpoint, Matcher
from hookscope.endpoints.matching import segments

CATCH_ALL = Endpoint(CATCH_ALL_NAME, "")


def matcher(*paths: str) -> Matcher:
    return Matcher([*(Endpoint(path, path) for path in paths), CATCH_ALL])


def taker(target: str, *paths: str) -> str:
    return matcher(*paths).match(target).path


@pytest.mark.parametrize(
    ("target", "paths", "winner"),
    [
        # its path and everything below
        ("/a", ["/a"], "/a"),
        ("/a/b/c", ["/a"], "/a"),
        ("/ab", ["/a"], ""),
        ("/", ["/a"], ""),
        ("/A", ["/a"], ""),
        # the most segments win
        ("/a/b/c", ["/a", "/a/b"], "/a/b"),
        ("/a/b", ["/a", "/a/b/c"], "/a"),
        # the query does not count, nor does what a fragment would be
        ("/a?x=/b", ["/a", "/a/b"], "/a"),
        ("/a?b#c", ["/a"], "/a"),
        ("/a#b/c?d", ["/a"], "/a"),
        ("/?", ["/"], "/"),
        # * is one segment that is not empty and loses to a literal
        ("/a/b", ["/a/*", "/a/b"], "/a/b"),
        ("/a/x", ["/a/*", "/a/b"], "/a/*"),
        ("/a/x/y", ["/a/*", "/a/b"], "/a/*"),
        ("/a", ["/a/*"], ""),
        ("/a/", ["/a/*"], ""),
        ("/a/", ["/a/*", "/a"], "/a"),
        ("/a/b", ["/*/b", "/a/*"], "/a/*"),
        ("/a/b/c", ["/*/b/c", "/a/*"], "/*/b/c"),
        ("/a/b/c", ["/a/b", "/a/*/c"], "/a/*/c"),
        ("/a/b/d", ["/a/b/c", "/a/*/d", "/a"], "/a/*/d"),
        ("/a/b/d", ["/a/b", "/*/*/c"], "/a/b"),
        ("/x", ["/*", "/"], "/*"),
        # a literal * is written %2A
        ("/*", ["/%2A", "/*"], "/%2A"),
        ("/%2a", ["/%2A"], "/%2A"),
        ("/x", ["/%2A"], ""),
        # split before decoding
        ("/a%2Fb", ["/a"], ""),
        ("/a%2fb/c", ["/a", "/a%2Fb"], "/a%2Fb"),
        ("/a/b", ["/a%2Fb"], ""),
        ("/%61", ["/a"], "/a"),
        ("/a", ["/%61"], "/%61"),
        ("/%C3%A9", ["/%c3%a9"], "/%c3%a9"),
        ("/\xc3\xa9", ["/%c3%a9"], "/%c3%a9"),
        ("/%zz%", ["/%25zz%25"], "/%25zz%25"),
        ("/a%3Fb", ["/a"], ""),
        # slashes
        ("/a/", ["/a"], "/a"),
        ("/a", ["/a/"], "/a/"),
        ("/a/b", ["/a/"], "/a/"),
        ("//a", ["/a"], ""),
        ("//a/b", ["//a"], "//a"),
        ("/a//b", ["/a/b", "/a"], "/a"),
        ("/a//", ["/a//", "/a"], "/a//"),
        ("/a/./b", ["/a/b", "/a"], "/a"),
        ("/a/../b", ["/b", "/a"], "/a"),
        # / takes every path
        ("/", ["/"], "/"),
        ("//", ["/"], "/"),
        ("/any/thing?x", ["/", "/any/other"], "/"),
        # absolute form goes by its path, what is no path to the catch-all
        ("http://host:80/a/b?c", ["/a"], "/a"),
        ("HTTPS://u@host/a", ["/a"], "/a"),
        ("http://host", ["/"], "/"),
        ("http://host?x=/a", ["/a", "/"], "/"),
        ("http:///a", ["/a"], "/a"),
        ("*", ["/", "/*"], ""),
        ("host:443", ["/"], ""),
        ("host:443/a", ["/", "/a"], ""),
        ("a", ["/", "/a"], ""),
        ("", ["/"], ""),
        ("?x", ["/"], ""),
        ("/a://b/c", ["/c", "/a:"], "/a:"),
    ],
)
def test_examples(target: str, paths: list[str], winner: str) -> None:
    assert taker(target, *paths) == winner
    assert taker(target, *reversed(paths)) == winner


def test_the_whole_endpoint_is_given() -> None:
    endpoint = Endpoint("orders", "/orders", id=7)
    assert Matcher([CATCH_ALL, endpoint]).match("/orders/1") is endpoint
    assert Matcher([CATCH_ALL, endpoint]).match("/") is CATCH_ALL


def test_a_catch_all_is_needed() -> None:
    with pytest.raises(ValueError, match="catch-all"):
        Matcher([Endpoint("a", "/a")])


def covers(pattern: tuple[str | None, ...], target: Sequence[str]) -> bool:
    pairs = zip(pattern, target, strict=False)
    return len(pattern) <= len(target) and all(own == part if own is not None else part != "" for own, part in pairs)


def slowly(paths: Sequence[str], target: str) -> str:
    """The winner by the words of the rule: of all that cover the target the longest, then the most literal."""
    parts = [unquote(part, encoding="latin-1") for part in target.partition("?")[0].split("/")[1:]]
    patterns = {segments(path): path for path in paths}
    fitting = [pattern for pattern in patterns if covers(pattern, parts)]
    best = max(fitting, key=lambda pattern: (len(pattern), [part is not None for part in pattern]), default=None)
    return "" if best is None else patterns[best]


SEGMENT = st.sampled_from(["a", "b", "%61", "", "a%2Fb", "%2A"])
PATHS = st.lists(st.lists(SEGMENT | st.just("*"), max_size=4).map(lambda parts: "/" + "/".join(parts)), max_size=12)
TARGETS = st.lists(SEGMENT | st.text("ab/%?*", max_size=3), max_size=6).map(lambda parts: "/" + "/".join(parts))


@given(PATHS.map(lambda paths: list({segments(path): path for path in paths}.values())), TARGETS)
def test_it_agrees_with_the_slow_way(paths: list[str], target: str) -> None:
    assert taker(target, *paths) == slowly(paths, target)


@given(st.lists(st.text(st.characters(codec="latin-1")), min_size=1, max_size=4))
def test_a_percent_encoded_path_takes_its_plain_and_its_encoded_target(parts: list[str]) -> None:
    path = "/" + "/".join(quote(part, safe="", encoding="latin-1") or "-" for part in parts)
    assert taker(path + "?x", path) == path
    assert taker(path.replace("%E9", "\xe9").lower(), path.lower()) == path.lower()


@given(st.text(st.characters(codec="latin-1")))
def test_no_target_raises(target: str) -> None:
    assert taker(target, "/a", "/*/b", "/") in {"/a", "/*/b", "/", ""}


def test_hostile_targets_take_no_time() -> None:
    deep = matcher("/a", *("/" + "/".join(["*"] * depth) for depth in range(1, 30)), *(f"/{n}/b" for n in range(1000)))
    start = time.process_time()
    for target in ("/" * 65_000, "/a" * 30_000, "/%61" * 16_000, "a" * 65_000, "http://" + "a" * 65_000, "%" * 65_000):
        deep.match(target)
    assert time.process_time() - start < 0.2
