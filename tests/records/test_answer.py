"""Bodies within bounds, JSON without surprises, and dates."""

from __future__ import annotations

import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.records.answer import Answer, BadPacking, NotJson, TooLarge, Unpacker, http_date, read_json


def packed(body: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(body) + packer.flush()


def unpacked(data: bytes, encoding: str, largest: int, piece: int) -> bytes:
    unpacker = Unpacker(encoding, largest)
    for start in range(0, len(data), piece):
        unpacker.feed(data[start : start + piece])
    return unpacker.body()


@given(st.binary(max_size=300), st.integers(1, 400), st.booleans())
def test_a_body_comes_out_as_it_was_or_not_at_all(body: bytes, piece: int, is_packed: bool) -> None:
    data, encoding = (packed(body), "gzip") if is_packed else (body, "")
    assert unpacked(data, encoding, max(len(body), len(data)), piece) == body
    if body:
        with pytest.raises(TooLarge):
            unpacked(data, encoding, len(body) - 1, piece)


def test_a_bomb_is_never_unpacked_beyond_the_limit() -> None:
    bomb = packed(b" " * (64 << 20))
    unpacker = Unpacker("gzip", 1_000)
    with pytest.raises(TooLarge):
        unpacker.feed(bomb)
    assert len(unpacker._body) == 1_001


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip"])
def test_an_encoding_that_was_not_asked_for(encoding: str) -> None:
    with pytest.raises(BadPacking):
        Unpacker(encoding)


def test_more_values_than_the_window_can_take() -> None:
    assert read_json(b"[" + b"[]," * 49_998 + b"[]]")[1] == [[]] * 49_999
    for body in (b"[" + b"[]," * 50_000 + b"[]]", b"[" + b"{}," * 50_000 + b"{}]", b"[" + b"1," * 100_000 + b"1]"):
        with pytest.raises(TooLarge):
            read_json(body)
        assert Answer(200, {}, body).document is None


@pytest.mark.parametrize("encoding", ["", "identity", " Identity "])
def test_a_body_that_is_not_packed(encoding: str) -> None:
    assert unpacked(b"body", encoding, 4, 1) == b"body"


def test_a_packed_body_that_ends_early_or_is_none() -> None:
    with pytest.raises(BadPacking):
        unpacked(packed(b"body")[:-1], "gzip", 100, 7)
    with pytest.raises(BadPacking):
        unpacked(b"not packed", "x-gzip", 100, 7)
    assert unpacked(b"", "gzip", 100, 7) == b""


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_json_is_read_and_its_text_kept(document: object) -> None:
    text = json.dumps(document)
    assert read_json(text.encode()) == (text, document)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read_json(b"\xef\xbb\xbf{}") == ("{}", {})


@pytest.mark.parametrize(
    "body", [b"", b"{", b"<html>", b'"\xff"', b"NaN", b'{"a": Infinity}', b"[" * 100_000, b"9" * 5_000]
)
def test_what_is_not_json(body: bytes) -> None:
    with pytest.raises(NotJson) as caught:
        read_json(body)
    assert not caught.value.__context__


def test_dates() -> None:
    assert http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777
    assert http_date("yesterday") is None
    assert Answer(200, {"date": "Sun, 06 Nov 1994 08:49:37 GMT"}, b"").sent_at == 784_111_777
    assert Answer(200, {}, b"").sent_at is None


@given(st.text())
def test_any_text_is_a_date_or_none(text: str) -> None:
    assert isinstance(http_date(text), float | None)


@pytest.mark.parametrize(("status", "is_success"), [(199, False), (200, True), (204, True), (299, True), (300, False)])
def test_success(status: int, is_success: bool) -> None:
    assert Answer(status, {}, b"").is_success is is_success


def test_a_document_is_there_or_not() -> None:
    assert Answer(200, {}, b'{"data": []}').document == {"data": []}
    assert Answer(200, {}, b"<html>").document is None
