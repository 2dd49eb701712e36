"""Hexadecimal and base64: one way to write every value, and no other is read."""

from __future__ import annotations

import base64

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hookscope.verification.encodings import ENCODINGS, decode, decode_base64url, decode_key, encode

BYTES = st.binary(min_size=1, max_size=40)
ENCODING = st.sampled_from(ENCODINGS)


@given(BYTES, ENCODING)
def test_round_trip(data: bytes, encoding: str) -> None:
    assert decode(encode(data, encoding), encoding) == data
    assert decode_key(encode(data, encoding), encoding) == data


@given(st.binary(max_size=20), ENCODING)
@example(b"QQ=", "base64")
@example(b"QR==", "base64")  # bits left over
@example(b"QQ==QQ==", "base64")
@example(b"QQ==\n", "base64")
@example(b"QQ", "base64")
@example(b"QQ==", "base64url")
@example(b"QR", "base64url")
@example(b"0g", "hex")
@example(b"0x00", "hex")
@example(b"00 ", "hex")
@example("٣٣".encode(), "hex")
def test_only_the_one_way_to_write_it_is_read(text: bytes, encoding: str) -> None:
    decoded = decode(text, encoding)
    if decoded is not None:
        written = text.lower() if encoding == "hex" else text
        assert encode(decoded, encoding) == written
        assert decoded


@given(BYTES, ENCODING, st.data())
def test_variations_are_refused(data: bytes, encoding: str, more: st.DataObject) -> None:
    text = encode(data, encoding)
    at = more.draw(st.integers(0, len(text)))
    added = more.draw(
        st.sampled_from([b"=", b" ", b"\n", b"\r\n", b"\t", b"!", b"\x00", b"\xa0", b"%3D", b".", b"_-+/"])
    )
    varied = text[:at] + added + text[at:]
    decoded = decode(varied, encoding)
    assert decoded is None or encode(decoded, encoding) == varied


@given(BYTES)
def test_alphabets_are_not_mixed(data: bytes) -> None:
    standard, url = encode(data, "base64"), encode(data, "base64url")
    if standard != url:
        assert decode(standard, "base64url") is None
        assert decode(url, "base64") is None or b"=" not in standard


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_nothing_is_no_value(encoding: str) -> None:
    assert decode(b"", encoding) is None
    assert decode_key(b"", encoding) in (None, b"")
    assert not decode_key(b"==", encoding)


@given(BYTES)
def test_case_of_hexadecimal(data: bytes) -> None:
    text = data.hex()
    assert decode(text.upper().encode(), "hex") == data
    assert decode(text.encode(), "hex", "lower") == data
    assert decode(text.upper().encode(), "hex", "upper") == data
    if text != text.upper():
        assert decode(text.upper().encode(), "hex", "lower") is None
        assert decode(text.encode(), "hex", "upper") is None


@given(BYTES)
def test_padding_of_keys_may_be_missing_and_no_more(data: bytes) -> None:
    for encoding, full in (("base64", base64.b64encode(data)), ("base64url", base64.urlsafe_b64encode(data))):
        assert decode_key(full, encoding) == decode_key(full.rstrip(b"="), encoding) == data
        assert decode_key(full + b"!", encoding) is None
        assert decode_key(b" " + full, encoding) is None


@given(BYTES)
def test_padding_of_tokens_is_right_or_missing(data: bytes) -> None:
    full, bare = base64.urlsafe_b64encode(data), encode(data, "base64url")
    assert decode_base64url(bare) == decode_base64url(full, padded=True) == data
    assert decode_base64url(full + b"=", padded=True) is None
    assert decode_base64url(full + b"====", padded=True) is None
    assert full == bare or decode_base64url(full) is None
