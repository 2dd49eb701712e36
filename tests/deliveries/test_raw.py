"""Requests from files: what a wire would carry, and what people save."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.raw_client import chunked, request
from hookscope.deliveries import Request
from hookscope.deliveries.raw import NotARequest, address, parse_raw

NAMES = st.text("abcXYZ-_0", min_size=1).filter(
    lambda name: name.lower() not in ("content-length", "transfer-encoding")
)
VALUES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f")).map(str.strip)


def test_a_request_as_it_comes_over_a_wire() -> None:
    data = request("PUT", "/a?b=%20", b"\r\n\r\n{}\x00\xff", (("X-Twice", " a "), ("x-twice", "b")))
    assert parse_raw(data, "https://acme.example/a?b=%20") == Request(
        "PUT",
        "/a?b=%20",
        (("Host", "h"), ("X-Twice", "a"), ("x-twice", "b"), ("Content-Length", "8")),
        b"\r\n\r\n{}\x00\xff",
        "https://acme.example/a?b=%20",
    )


def test_line_feeds_alone_end_lines_too() -> None:
    assert parse_raw(b"POST / HTTP/1.1\nHost: h\n\na\r\nb") == Request(
        "POST", "/", (("Host", "h"),), b"a\r\nb", "http://h/"
    )


def test_a_head_without_its_blank_line_has_no_body() -> None:
    assert parse_raw(b"GET /x HTTP/1.1\r\nHost: h\r\n").body == b""


def test_a_chunked_body_is_decoded() -> None:
    assert parse_raw(chunked(b"ab", b"c\r\n", b"d")).body == b"abc\r\nd"
    assert parse_raw(b"POST / HTTP/1.1\nTransfer-Encoding: gzip, chunked\n\n2;x=1\nab\n0\nTrailer: x\n\n").body == b"ab"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The first line is not a request line"),
        (b"POST /\n\n", "The first line is not a request line"),
        (b"POST / HTTP/2\n\n", "The first line ends in 'HTTP/2'"),
        (b"P\x00ST / HTTP/1.1\n\n", "The first line is not a request line"),
        (b"POST / HTTP/1.1\nHost: h\n folded\n\n", "Line 3 is not a header."),
        (b"POST / HTTP/1.1\nHost\n\n", "Line 2 is not a header."),
        (b"POST / HTTP/1.1\nHost : h\n\n", "Line 2 is not a header."),
        (b"POST / HTTP/1.1\nContent-Length: 3\n\nab", "Content-Length says 3, and 2 bytes follow"),
        (b"POST / HTTP/1.1\nTransfer-Encoding: chunked\n\nzz\n", "The chunked body cannot be read from byte 0 on."),
        (b"POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n5\nab\n", "The chunked body breaks off after byte 5."),
        (b"POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n2\nab\n", "The chunked body cannot be read from byte 5 on."),
    ],
)
def test_what_is_no_request_says_where(data: bytes, sentence: str) -> None:
    with pytest.raises(NotARequest) as raised:
        parse_raw(data)
    assert str(raised.value).startswith(sentence)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=5), st.binary(max_size=200))
def test_what_is_written_is_read_back(headers: list[tuple[str, str]], body: bytes) -> None:
    data = request("POST", "/x", body, tuple(headers))
    read = parse_raw(data)
    assert (read.headers[1 : len(headers) + 1], read.body) == (tuple(headers), body)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_request_or_are_refused(data: bytes) -> None:
    with suppress(NotARequest):
        assert parse_raw(b"POST / HTTP/1.1\r\n" + data).method == "POST"


def test_the_address_that_was_used() -> None:
    assert address("http://other/x", (("Host", "h"),)) == "http://other/x"
    assert address("*", (("hOST", "h:1"),)) == "http://h:1"
    assert address("/x", (("Host", "h"),), "https") == "https://h/x"
