"""Templates of signed texts: what is a placeholder, what is literal, and what comes out."""

from __future__ import annotations

import hashlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.verification.template import (
    FILTERS,
    WITH_ARGUMENT,
    WITHOUT_ARGUMENT,
    Absent,
    Placeholder,
    TemplateError,
    parse_template,
    render,
)

VALUES = {"body": b"B", "timestamp": b"1", "header:X": b"Hx", "query:q": b"Q"}

LITERALS = st.text(st.characters(codec="utf-8", exclude_characters="{}[]?"), max_size=5)
PLACEHOLDERS = st.builds(
    lambda kind, argument, filters: Placeholder(kind, argument if kind in WITH_ARGUMENT else "", tuple(filters)),
    st.sampled_from(sorted(WITH_ARGUMENT | WITHOUT_ARGUMENT)),
    st.text(st.characters(codec="utf-8", exclude_characters="{}|"), min_size=1, max_size=5),
    st.lists(st.sampled_from(sorted(FILTERS)), max_size=2),
)


def rendered(text: str) -> bytes:
    return render(parse_template(text), lambda placeholder: VALUES.get(str(placeholder)[1:-1]))


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("", b""),
        ("{body}", b"B"),
        ("v0:{timestamp}:{body}", b"v0:1:B"),
        ("{header:X}.{query:q}", b"Hx.Q"),
        ("é{body}\n\x00", "éB\n\0".encode()),
        ("{Body}{ body}{}{{body}}", b"{Body}{ body}{}{B}"),
        ("[?id:{query:q};?]ts:{timestamp};", b"id:Q;ts:1;"),
        ("[?id:{query:missing};?]ts:{timestamp};", b"ts:1;"),
        ("[?{header:missing}{body}?][?{body}?]", b"B"),
        ("[?only text?]", b"only text"),
        ("[]?", b"[]?"),
    ],
)
def test_render(text: str, made: bytes) -> None:
    assert rendered(text) == made


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{nonsense}", "{nonsense} is not known. Use one of body, form"),
        ("{nonsense:x}", "{nonsense:x} is not known"),
        ("{header}", "{header} needs a name, as in {header:name}."),
        ("{body:x}", "{body} takes no name."),
        ("{body|rot13}", "The filter rot13 is not known. Use one of crc32"),
        ("{body|}", "The filter  is not known"),
        ("[?{body}", "[? has no ?] behind it."),
        ("{body}?]", "?] has no [? before it."),
        ("[?[?{body}?]?]", "An optional part [?…?] cannot stand in another one."),
    ],
)
def test_faults(text: str, words: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse_template(text)
    assert words in str(caught.value)


def test_absent_outside_of_an_optional_part() -> None:
    with pytest.raises(Absent) as caught:
        rendered("{body}.{header:missing|lower}")
    assert caught.value.placeholder == Placeholder("header", "missing", ("lower",))


@pytest.mark.parametrize(
    ("filters", "made"),
    [
        (["lower"], b"a\xc3\x89%3a"),  # only ASCII letters change
        (["upper"], b"A\xc3\x89%3A"),
        (["sha256hex"], hashlib.sha256(b"A\xc3\x89%3A").hexdigest().encode()),
        (["crc32"], str(zlib.crc32(b"A\xc3\x89%3A")).encode()),
        (["hubspot-unescape"], b"A\xc3\x89:"),
        (["lower", "hubspot-unescape", "upper"], b"A\xc3\x89:"),
    ],
)
def test_filters(filters: list[str], made: bytes) -> None:
    value = "AÉ%3A".encode()
    for name in filters:
        value = FILTERS[name](value)
    assert value == made


def test_hubspot_decodes_only_its_list_and_once() -> None:
    codes = b"%2F%2f%3A%3F%40%21%24%27%28%29%2A%2C%3B"
    assert FILTERS["hubspot-unescape"](codes) == b"//:?@!$'()*,;"
    assert FILTERS["hubspot-unescape"](b"%20%25%26%253A%%3A%3") == b"%20%25%26%253A%:%3"


@given(st.lists(st.one_of(LITERALS, PLACEHOLDERS), max_size=6))
def test_what_is_written_is_what_is_read(pieces: list[str | Placeholder]) -> None:
    template = parse_template("".join(map(str, pieces)))
    assert list(template.placeholders()) == [piece for piece in pieces if isinstance(piece, Placeholder)]
    names = render(template, lambda placeholder: str(placeholder).encode())
    assert names.decode() == template.text == "".join(map(str, pieces))


@given(st.text(max_size=30))
def test_any_text_is_a_template_or_refused_in_a_sentence(text: str) -> None:
    try:
        fault = "" if parse_template(text).text == text else "another text"
    except TemplateError as error:
        fault = str(error)
    assert not fault or fault.endswith(".")


def test_values_are_not_read_as_templates() -> None:
    template = parse_template("{body}{header:X}")
    assert render(template, lambda _: b"{timestamp}[?x?]{body|upper}") == b"{timestamp}[?x?]{body|upper}" * 2
