"""Parameters, fields, cookies, unpacked bytes and text, of well-meaning and of hostile senders."""

from __future__ import annotations

import gzip
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.deliveries import Headers, parts
from hookscope.deliveries.parts import Field, Form, Pair

URLENCODED = (("Content-Type", "application/x-www-form-urlencoded"),)


def multipart(boundary: str = "B") -> tuple[tuple[str, str], ...]:
    return (("content-type", f"multipart/form-data; boundary={boundary}"),)


def packed(coding: str) -> tuple[tuple[str, str], ...]:
    return (("Content-Encoding", coding),)


@pytest.mark.parametrize(
    ("target", "pairs"),
    [
        ("/a", ()),
        ("/a?", ()),
        ("/a?x=1&x=2&y", (("x", "1"), ("x", "2"), ("y", ""))),
        ("/a?q=a+b%20c&%C3%A9=%26", (("q", "a b c"), ("é", "&"))),
        ("/a?u=http://x/?b=1", (("u", "http://x/?b=1"),)),
        ("/a?bad=%FF%zz", (("bad", "\ufffd%zz"),)),
        ("/a?raw=\xc3\xa9", (("raw", "é"),)),
    ],
)
def test_query_parameters(target: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert parts.query_parameters(target) == pairs


def test_content_type_with_quoted_parameter() -> None:
    kind = parts.content_type((("CONTENT-TYPE", 'Multipart/Mixed; Boundary="a;\\"b" ; charset=utf-8'),))
    assert kind.media == "multipart/mixed"
    assert kind.parameters == {"boundary": 'a;"b', "charset": "utf-8"}
    assert not kind.is_json
    assert parts.content_type((("Content-Type", "application/vnd.api+json"),)).is_json


def test_cookies_keep_order_and_duplicates() -> None:
    headers = (("Cookie", "a=1; b=x=y;a=2"), ("X", "c=3"), ("cookie", " d ; "))
    assert parts.cookies(headers) == (Pair("a", "1"), Pair("b", "x=y"), Pair("a", "2"), Pair("d", ""))


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("Authorization", True),
        ("Cookie", True),
        ("Set-Cookie", True),
        ("X-Hub-Signature-256", True),
        ("verifier-token", True),
        ("X-Api-Key", True),
        ("X-Author", False),
        ("Content-Type", False),
        ("Idempotency-Key", False),
    ],
)
def test_headers_that_hold_secrets(name: str, secret: bool) -> None:
    assert parts.holds_secret(name) is secret


def test_urlencoded_form() -> None:
    form = parts.form(URLENCODED, b"ticket=42&note=a+b%0Ac&empty=&ticket=43\r\n")
    expected = (Field("ticket", b"42"), Field("note", b"a b\nc"), Field("empty", b""), Field("ticket", b"43"))
    assert form == Form(expected)


def test_other_bodies_are_no_form() -> None:
    assert parts.form((("Content-Type", "application/json"),), b"a=1") is None
    assert parts.form((), b"a=1") is None


def test_multipart_form() -> None:
    picture = bytes(range(256)) + b"\r\n--Bee\r\n-- B\r\n"
    disposition = b"\r\nContent-Disposition: form-data; "
    body = b"preamble\r\n--B" + disposition + b'name="note"\r\n\r\nline 1\r\nline 2\r\n'
    body += b"--B  " + disposition.lower() + b'name="file"; filename="a \\"b\\".png"\r\nContent-Type: image/png\r\n\r\n'
    body += picture + b"\r\n--B" + disposition + b"name=n; filename=x; filename*=UTF-8''na%C3%AFve.txt\r\n\r\n"
    body += b"\r\n--B--\r\nend"
    form = parts.form(multipart(), body)
    assert form == Form(
        (
            Field("note", b"line 1\r\nline 2"),
            Field("file", picture, 'a "b".png', "image/png"),
            Field("n", b"", "naïve.txt"),
        )
    )


def test_multipart_without_part_headers() -> None:
    form = parts.form(multipart(), b"--B\n\nbare\n--B--")
    assert form == Form((Field("", b"bare"),))


@pytest.mark.parametrize(
    ("headers", "body", "fields", "word"),
    [
        ((("Content-Type", "multipart/form-data"),), b"--B\r\n", 0, "no boundary"),
        (multipart(), b"nothing of the kind", 0, "not in the body"),
        (multipart(), b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf", 1, "breaks off"),
        (URLENCODED, b"&".join([b"a=1"] * 2_000), 1_000, "first 1,000"),
        (URLENCODED, b"a=" + b"%41" * 300_000, 1, "first 256 KiB"),
        (multipart(), b"--B\n\nx\n" * 2_000, 1_000, "first 1,000"),
    ],
)
def test_forms_that_are_not_whole_say_so(headers: Headers, body: bytes, fields: int, word: str) -> None:
    form = parts.form(headers, body)
    assert form is not None
    assert len(form.fields) == fields
    assert word in form.problem


@given(st.binary(max_size=400), st.sampled_from([b"B", b"", b"\r\n", b"--"]))
def test_no_form_raises(body: bytes, boundary: bytes) -> None:
    assert parts.form(multipart(boundary.decode()), b"--B" + body.replace(b"0", b"\r\n--B")) is not None


@given(st.lists(st.binary(max_size=60).filter(lambda value: b"--B" not in value), max_size=6))
def test_multipart_values_come_back_byte_for_byte(values: list[bytes]) -> None:
    head = b'Content-Disposition: form-data; name="v"\r\n\r\n'
    body = b"".join(b"--B\r\n" + head + value + b"\r\n" for value in values) + b"--B--\r\n"
    form = parts.form(multipart(), body)
    assert form is not None
    assert [field.data for field in form.fields] == values


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(b"hello " * 100, mtime=0)),
        ("X-GZIP", gzip.compress(b"hello " * 100, mtime=0)),
        ("deflate", zlib.compress(b"hello " * 100)),
        ("deflate", zlib.compress(b"hello " * 100)[2:-4]),
        ("deflate, gzip", gzip.compress(zlib.compress(b"hello " * 100), mtime=0)),
        ("gzip", gzip.compress(b"hello " * 40, mtime=0) + gzip.compress(b"hello " * 60, mtime=0)),
        ("gzip", gzip.compress(b"hello " * 100, mtime=0) + b"\0\0"),
    ],
)
def test_packed_bodies_are_unpacked(coding: str, body: bytes) -> None:
    unpacked = parts.unpacked(packed(coding), body)
    assert unpacked.data == b"hello " * 100
    assert unpacked.codings
    assert unpacked.problem == ""


def test_plain_bodies_stay() -> None:
    assert parts.unpacked((), b"x") == parts.Unpacked(b"x")
    assert parts.unpacked(packed("identity"), b"x") == parts.Unpacked(b"x")
    assert parts.unpacked(packed("gzip"), b"") == parts.Unpacked(b"")


@pytest.mark.parametrize(
    ("coding", "body", "word"),
    [
        ("gzip", b"no gzip at all", "is gzip but is not"),
        ("gzip", gzip.compress(b"hello " * 100, mtime=0)[:-9], "breaks off"),
        ("gzip", gzip.compress(b"hello " * 100, mtime=0)[:-8] + b"\0" * 8, "is not"),
        ("br", b"\x0b\x02", "“br”"),
        (", ".join(["gzip"] * 9), b"\x1f\x8b", "9 times"),
    ],
)
def test_what_cannot_be_unpacked_says_so_and_stays(coding: str, body: bytes, word: str) -> None:
    unpacked = parts.unpacked(packed(coding), body)
    assert unpacked.data == body
    assert unpacked.codings == ()
    assert word in unpacked.problem


def test_decompression_bombs_are_cut() -> None:
    bomb = gzip.compress(bytes(64 << 20))
    start = time.perf_counter()
    unpacked = parts.unpacked(packed("gzip"), bomb)
    assert len(unpacked.data) == parts.UNPACKED_AT_MOST
    assert "Only the first 10,485,760 bytes" in unpacked.problem
    assert time.perf_counter() - start < 2


def test_a_body_of_many_empty_members_is_cut() -> None:
    start = time.perf_counter()
    unpacked = parts.unpacked(packed("gzip"), gzip.compress(b"") * 500_000)
    assert unpacked.problem
    assert time.perf_counter() - start < 2


def test_a_body_of_nothing_but_boundaries_ends_soon() -> None:
    start = time.perf_counter()
    assert parts.form(multipart("a"), b"--a" * 4_000_000) is not None
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("data", "charset", "expected"),
    [
        ("é".encode(), "", parts.Text("é", "utf-8")),
        (b"\xef\xbb\xbfa", "", parts.Text("a", "utf-8")),
        (b"\xef\xbb\xbfa", "UTF-8", parts.Text("a", "utf-8")),
        ("aé".encode("utf-16"), "", parts.Text("aé", "utf-16")),
        (b"\xe9", "iso-8859-1", parts.Text("é", "iso-8859-1")),
        (b"a\xff", "", parts.Text("a\ufffd", "utf-8", valid=False)),
        (b"a", "punycode", parts.Text("a", "utf-8")),
        (b"a", "rot13", parts.Text("a", "utf-8")),
        (b"a", "no\0ne", parts.Text("a", "utf-8")),
    ],
)
def test_text(data: bytes, charset: str, expected: parts.Text) -> None:
    assert parts.text_of(data, charset) == expected


@given(st.binary(), st.text(max_size=12))
def test_no_bytes_and_no_charset_raise(data: bytes, charset: str) -> None:
    assert isinstance(parts.text_of(data, charset).text, str)


def test_binary_is_told_from_text() -> None:
    assert parts.looks_binary(b"\x89PNG\0\0")
    assert not parts.looks_binary(b"{}")
    assert not parts.looks_binary("text".encode("utf-16"))
