from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent, QPalette
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from hookscope.ui.parts.plain_label import PlainLabel, plain_tooltip
from hookscope.ui.tokens import DARK, LIGHT
from hookscope.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("order-created", "order-created"),
        ("Zoë 北京 👩‍🚀", "Zoë 北京 👩‍🚀"),
        ("a\x00b\x1b[31m", "a‹U+0000›b‹U+001B›[31m"),
        ("one\ntwo\tthree\r", "one↵two⇥three‹U+000D›"),
        ("\u202egnp.exe", "‹U+202E›gnp.exe"),
        ("\u2066x\u2069\ufeff\u200b\x85\x7f", "‹U+2066›x‹U+2069›‹U+FEFF›‹U+200B›‹U+0085›‹U+007F›"),
        ("\ud800 alone", "‹U+D800› alone"),
        ("tag\U000e0041", "tag‹U+E0041›"),
    ],
)
def test_what_cannot_be_seen_is_pictured(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_label_that_breaks_words_is_as_narrow_as_it_has_to_be(qtbot: QtBot) -> None:
    texts = ("W" * 80, f"“{'漢W' * 60}”: no", "short words")
    labels = [PlainLabel(text, wrap=True, breaks=True) for text in texts]
    for label, text in zip(labels, texts, strict=True):
        qtbot.addWidget(label)
        assert label.minimumSizeHint().width() < 33 * label.fontMetrics().horizontalAdvance("W")
        assert label.raw_text() == text
    assert labels[2].text() == "short words"
    whole = PlainLabel("W" * 80, wrap=True)
    qtbot.addWidget(whole)
    assert whole.text() == "W" * 80


def test_long_text_is_cut() -> None:
    assert visible("x" * 501) == "x" * 500 + "…"
    assert visible("x" * 500) == "x" * 500
    assert visible("x" * 501, 0) == "x" * 501
    assert visible("x" * 11, 10) == "x" * 10 + "…"


def test_lines_can_stay_lines() -> None:
    assert visible("a\n\tb\r\x07", lines=True) == "a\n\tb‹U+000D›‹U+0007›"


@given(st.text(st.characters(codec="utf-16", exclude_categories=()) | st.sampled_from("\u202e\x00\ud800")))
def test_nothing_that_turns_or_hides_text_is_left(text: str) -> None:
    shown = visible(text)
    assert not set(shown) & {"\x00", "\n", "\u202a", "\u202e", "\u2066", "\u2028", "\ud800", "\ufeff"}
    assert visible(shown) == shown or len(shown) > 500


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<img src='file:///etc/passwd'>", "<qt>&lt;img src=&#x27;file:///etc/passwd&#x27;&gt;</qt>"),
        ("one\ntwo", "<qt>one<br>two</qt>"),
        ("", ""),
    ],
)
def test_a_tooltip_is_not_interpreted(text: str, shown: str) -> None:
    assert plain_tooltip(text) == shown


def test_a_label_is_not_interpreted(qtbot: QtBot) -> None:
    label = PlainLabel("<b>bold</b> & \u202eevil")
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == "<b>bold</b> & ‹U+202E›evil"
    assert label.raw_text() == "<b>bold</b> & \u202eevil"


def test_a_label_can_get_narrower_than_its_text(qtbot: QtBot) -> None:
    label, whole = PlainLabel("a rather long sentence"), PlainLabel("a rather long sentence", elide="")
    qtbot.addWidget(label)
    qtbot.addWidget(whole)
    assert label.sizeHint() == whole.sizeHint()
    assert label.minimumSizeHint().width() < whole.minimumSizeHint().width()


@pytest.mark.parametrize("elide", ["end", "middle"])
def test_a_narrow_label_differs_from_a_cut_one(qtbot: QtBot, elide: str) -> None:
    label, cut = PlainLabel("mmmmmmmm wwwwwwww", elide=elide), PlainLabel("mmmmmmmm wwwwwwww", elide="")
    for widget in (label, cut):
        qtbot.addWidget(widget)
        widget.resize(80, 20)
    assert label.grab().toImage() != cut.grab().toImage()


@pytest.mark.qt_log_ignore("This plugin does not support raise")  # offscreen says so of tooltips
def test_the_tooltip_has_what_does_not_fit(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    label = PlainLabel("<i>a rather long</i> sentence", parent=window)
    label.resize(60, 20)
    window.show()
    event = QHelpEvent(QHelpEvent.Type.ToolTip, QPoint(5, 5), label.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(label, event)
    assert QToolTip.text() == "<qt>&lt;i&gt;a rather long&lt;/i&gt; sentence</qt>"
    QToolTip.hideText()


def test_a_selectable_label_gives_its_text(qtbot: QtBot) -> None:
    label = PlainLabel("http://127.0.0.1:8787/", selectable=True)
    qtbot.addWidget(label)
    assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    label.setSelection(0, 4)
    assert label.selectedText() == "http"


def test_the_colour_of_a_role_follows_the_theme(qtbot: QtBot, go_dark: Callable[[], None]) -> None:
    label = PlainLabel("200 done", role="ok")
    qtbot.addWidget(label)
    assert label.palette().color(QPalette.ColorRole.WindowText) == LIGHT.ok
    go_dark()
    assert label.palette().color(QPalette.ColorRole.WindowText) == DARK.ok
    assert label.palette().color(QPalette.ColorRole.Base) == DARK.base
    label.set_role("bad")
    assert label.palette().color(QPalette.ColorRole.WindowText) == DARK.bad
    label.set_role("")
    assert label.palette().color(QPalette.ColorRole.WindowText) == DARK.text


def test_the_colour_is_what_is_painted(qtbot: QtBot, colors: Callable[[QWidget], set[str]]) -> None:
    label = PlainLabel("█████████████", role="bad")
    qtbot.addWidget(label)
    label.resize(30, 20)
    assert LIGHT.bad.name() in colors(label)
