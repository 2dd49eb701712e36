"""Text comes in pieces, is complete, and is copied as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from hookscope.ui.inspector import text_view
from hookscope.ui.inspector.text_view import TextView, pieces
from hookscope.ui.parts.strip import Strip


@pytest.fixture
def view(qtbot: QtBot) -> TextView:
    found = TextView("Body as text")
    qtbot.addWidget(found)
    found.resize(600, 300)
    found.show()
    return found


def joined(text: str) -> str:
    lines = [line for piece in pieces(text) for line in piece.lines]
    return "".join(line.text if line.split else f"{line.text}\n" for line in lines)[:-1]


@given(st.text(alphabet="ab\n\t", max_size=60), st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))
def test_pieces_are_the_text(text: str, longest: int, lines: int, chars: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_view, "_LONGEST_LINE", longest)
        patch.setattr(text_view, "_LINES", lines)
        patch.setattr(text_view, "_CHARS", chars)
        assert joined(text) == text
        assert sum(piece.length for piece in pieces(text)) == len(text)
        assert all(len(line.text) <= longest for piece in pieces(text) for line in piece.lines)


def wait_for_all(qtbot: QtBot, view: TextView) -> None:
    qtbot.waitUntil(lambda: not view.loading, timeout=20_000)


@pytest.mark.parametrize("text", ["", "a", "a\n", "\n\n", "x" * 100_000, "line\n" * 10_000, "y" * 40_000 + "\nz"])
def test_everything_is_copied_as_it_was(view: TextView, qtbot: QtBot, text: str) -> None:
    view.set_text("before")
    view.set_text(text.replace("\n", "\r\n"))
    wait_for_all(qtbot, view)
    view.lines.selectAll()
    view.lines.copy()
    assert view.complete
    assert not text or QGuiApplication.clipboard().text() == text


def test_control_and_direction_marks_are_pictured(view: TextView) -> None:
    view.set_text("a\x00b\u202ec\td\x1b[31m")
    assert view.lines.toPlainText() == "a‹U+0000›b‹U+202E›c\td‹U+001B›[31m"


def test_long_lines_are_split_for_display(view: TextView, qtbot: QtBot) -> None:
    view.set_text("x" * 1_000_000)
    wait_for_all(qtbot, view)
    assert view.lines.blockCount() > 200
    assert view.find_next("x" * 100)


def test_the_rest_comes_when_asked_for(view: TextView, qtbot: QtBot) -> None:
    view.set_text("0123456789abcde\n" * 200_000)
    wait_for_all(qtbot, view)
    complete = [view.complete]
    strip = view.findChild(Strip)
    assert isinstance(strip, Strip)
    assert strip.label.raw_text() == "The first 32 % of the text are shown."
    strip.findChildren(QPushButton)[0].click()
    wait_for_all(qtbot, view)
    complete.append(view.complete)
    assert complete == [False, True]
    assert view.lines.blockCount() == 200_001
    assert not view.findChildren(Strip)


def test_lines_without_end_are_bounded(view: TextView, qtbot: QtBot) -> None:
    view.set_text("\n" * 1_000_000)
    wait_for_all(qtbot, view)
    assert text_view.LINES_AT_MOST <= view.lines.blockCount() < text_view.LINES_AT_MOST + 5_000
    assert "Only the first 200,000 lines" in view.findChildren(Strip)[-1].label.raw_text()


def test_another_text_ends_the_one_that_was_coming(view: TextView, qtbot: QtBot) -> None:
    view.set_text("x" * 1_000_000)
    loading = [view.loading]
    view.set_text("short")
    loading.append(view.loading)
    assert loading == [True, False]
    assert view.lines.toPlainText() == "short"
