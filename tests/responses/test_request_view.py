"""What rules and templates see of a request."""

from __future__ import annotations

import gzip
import json

import pytest

from hookscope.deliveries import Request
from hookscope.responses import NotJson, RequestView
from hookscope.responses.request_view import LARGEST_JSON


def view(target: str = "/", *headers: tuple[str, str], body: bytes = b"") -> RequestView:
    return RequestView(Request("POST", target, headers, body))


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/", "/"),
        ("/a/b?c=/d", "/a/b"),
        ("/a%20b%2Fc%C3%A9", "/a b/cé"),
        ("/a%", "/a%"),
        ("/a+b", "/a+b"),
        ("http://example.com/a/b?c", "/a/b"),
        ("https://user@example.com:8443", "/"),
        ("https://example.com?a=/b", "/"),
        ("HTTP://example.com//a", "//a"),
        ("*", "*"),
        ("", ""),
    ],
)
def test_the_path_is_decoded_and_alone(target: str, path: str) -> None:
    assert view(target).path == path


def test_of_several_the_first_counts() -> None:
    seen = view("/?a=1&a=2&A=3&%C3%A9=x+y", ("X-A", "1"), ("x-a", "2"), ("Cookie", "s=1; s=2"), ("cookie", "s=3; t=4"))
    assert dict(seen.query) == {"a": "1", "A": "3", "é": "x y"}
    assert dict(seen.headers) == {"x-a": "1", "cookie": "s=1; s=2"}
    assert dict(seen.cookies) == {"s": "1", "t": "4"}


@pytest.mark.parametrize(
    "body", [b'{"a": 1}', b'\xef\xbb\xbf{"a": 1}', '{"a": 1}'.encode("utf-16"), '{"a": 1}'.encode("utf-32")]
)
def test_json_is_read_as_it_is_encoded(body: bytes) -> None:
    assert view(body=body).json == {"a": 1}


def test_json_null_is_json() -> None:
    assert view(body=b"null").json is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the body is empty"),
        (b"\n ", "the body is empty"),
        (b"{", "the body is not JSON"),
        (b"\xff\xfe\xff", "the body is not JSON"),
        (b'{"a": "\xe9"}', "the body is not JSON"),
        (b"Infinity", "the body is not JSON"),
        (b"-Infinity", "the body is not JSON"),
        (b"[" * 200_000, "the body is nested too deep"),
        (b"1" * 4_301, "the body has a number that is too long"),
        (b" " * LARGEST_JSON + b"1", "the body is larger than 1 MiB"),
    ],
)
def test_what_is_not_json_is_said_again_and_again(body: bytes, reason: str) -> None:
    seen = view(body=body)
    for _ in range(2):
        with pytest.raises(NotJson) as raised:
            _ = seen.json
        assert str(raised.value) == reason


def test_a_packed_body_is_seen_unpacked() -> None:
    gzipped = ("Content-Encoding", "gzip")
    seen = view("/", gzipped, body=gzip.compress(b'{"a": 1}'))
    assert (seen.text, seen.json) == ('{"a": 1}', {"a": 1})
    huge = view("/", gzipped, body=gzip.compress(b"a" * (3 << 20)))
    assert len(huge.text) == LARGEST_JSON + 1
    with pytest.raises(NotJson, match="larger than 1 MiB"):
        _ = huge.json
    broken = view("/", gzipped, body=b"no gzip")
    assert broken.text == "no gzip"


def test_a_body_that_is_no_text_is_shown_with_marks() -> None:
    assert view(body=b"a\xff").text == "a�"


def test_largest_is_what_the_sentence_says() -> None:
    assert LARGEST_JSON == 1 << 20
    body = json.dumps("a" * (LARGEST_JSON - 2)).encode()
    assert len(view(body=body).json) == LARGEST_JSON - 2
