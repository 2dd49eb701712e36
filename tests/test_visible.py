"""Text of a sender, made safe to show."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("plain, with spaces <b>&amp;</b>", "plain, with spaces <b>&amp;</b>"),
        ("Größe 你好 \U0001f600 \xa0", "Größe 你好 \U0001f600 \xa0"),
        ("a\x00b\x07c\x1b[31m", "a‹U+0000›b‹U+0007›c‹U+001B›[31m"),
        ("a\tb\r\nc", "a⇥b‹U+000D›↵c"),
        ("\x7f\x80\x9f", "‹U+007F›‹U+0080›‹U+009F›"),
        ("abc\u202egpj.exe", "abc‹U+202E›gpj.exe"),
        ("\u2066x\u2069\u200e\u200f\u061c", "‹U+2066›x‹U+2069›‹U+200E›‹U+200F›‹U+061C›"),
        ("zero\u200bwidth\ufeff\u00ad\u2060", "zero‹U+200B›width‹U+FEFF›‹U+00AD›‹U+2060›"),
        ("line\u2028paragraph\u2029", "line‹U+2028›paragraph‹U+2029›"),
        ("lone \ud800 and \udfff", "lone ‹U+D800› and ‹U+DFFF›"),
        ("tag \U000e0041", "tag ‹U+E0041›"),
    ],
)
def test_what_cannot_be_seen_is_pictured(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_joiners_of_scripts_and_emoji_stay() -> None:
    family = "\U0001f468\u200d\U0001f469"
    assert visible(family) == family


def test_long_text_is_cut() -> None:
    assert visible("x" * 500) == "x" * 500
    assert visible("x" * 501) == "x" * 500 + "…"
    assert visible("\x00" * 501) == "‹U+0000›" * 500 + "…"
    assert visible("abcdef", 3) == "abc…"
    assert visible("x" * 10_000, 0) == "x" * 10_000


def test_lines_stay_lines() -> None:
    assert visible("a\n\tb\r\u202e\x00", lines=True) == "a\n\tb‹U+000D›‹U+202E›‹U+0000›"


@given(st.text(st.characters()))
def test_nothing_that_is_shown_controls_anything(text: str) -> None:
    shown = visible(text, 0)
    assert not [char for char in shown if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}]
    assert not [char for char in shown if unicodedata.bidirectional(char) in {"LRE", "RLE", "LRO", "RLO", "PDF"}]
    assert not [char for char in shown if unicodedata.bidirectional(char) in {"LRI", "RLI", "FSI", "PDI"}]
    shown.encode()
