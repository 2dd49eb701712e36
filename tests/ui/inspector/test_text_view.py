"""Text comes in pieces, is complete, and is copied as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from helpers.ids import ACCOUNT, ORDER, SHAPES
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


def at(view: TextView, text: str, offset: int) -> QTextCursor:
    """A caret in a text that is shown."""
    view.lines.moveCursor(QTextCursor.MoveOperation.Start)
    assert view.lines.find(text)
    cursor = view.lines.textCursor()
    cursor.setPosition(cursor.selectionStart() + offset)
    view.lines.setTextCursor(cursor)
    return cursor


def captions(menu: QMenu) -> list[str]:
    found = [action.text().replace("&", "").partition("\t")[0] for action in menu.actions()]
    menu.deleteLater()
    return found


@pytest.fixture
def with_ids(view: TextView) -> TextView:
    view.set_types_of(SHAPES.types_of)
    view.set_text(f'{{"id": "{ORDER}", "text": "see {ACCOUNT}, or x{ACCOUNT}"}}\nid={ACCOUNT}&x=1\n{"y" * 300}')
    return view


@pytest.mark.parametrize(
    ("text", "offset", "id"),
    [
        (ORDER, 0, ORDER),
        (ORDER, 5, ORDER),
        (ORDER, len(ORDER), ORDER),
        (f"see {ACCOUNT}", 6, ACCOUNT),
        (f"id={ACCOUNT}", 5, ACCOUNT),
        (f"id={ACCOUNT}", 1, None),
        (f"x{ACCOUNT}", 3, None),
        ("text", 2, None),
        ("y" * 250, 250, None),
    ],
)
def test_the_menu_of_an_id_under_the_caret_looks_it_up(
    with_ids: TextView, qtbot: QtBot, text: str, offset: int, id: str | None
) -> None:
    cursor = at(with_ids, text, offset)
    assert captions(with_ids.lines.menu(cursor)) == (["Look up", ""] if id else []) + ["Copy", "", "Select All"]
    if id:
        menu = with_ids.lines.menu(cursor)
        with qtbot.waitSignal(with_ids.look_up_requested) as asked:
            menu.actions()[0].trigger()
        assert asked.args == [id, SHAPES.types_of(id)[0]]
        menu.deleteLater()


def test_of_a_selection_the_whole_counts(with_ids: TextView) -> None:
    found = []
    for text in (ORDER, f'"{ORDER}",', f"see {ACCOUNT}", ORDER[:-4] + "\n"):
        cursor = at(with_ids, text.strip("\n"), 0)
        cursor.setPosition(cursor.position() + len(text.strip("\n")), QTextCursor.MoveMode.KeepAnchor)
        with_ids.lines.setTextCursor(cursor)
        link = with_ids.lines.id_at(with_ids.lines.textCursor())
        found.append(link.id if link else None)
    assert found == [ORDER, ORDER, None, ORDER[:-4]]
    with_ids.lines.selectAll()
    assert with_ids.lines.id_at(with_ids.lines.textCursor()) is None


@pytest.mark.parametrize("reason", [QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard])
def test_the_menu_opens_under_the_pointer_or_at_the_caret(
    with_ids: TextView, qtbot: QtBot, reason: QContextMenuEvent.Reason
) -> None:
    lines = with_ids.lines
    at(with_ids, ORDER, 3)
    inside = lines.cursorRect().center()
    place = inside if reason is QContextMenuEvent.Reason.Mouse else QPoint(200, 200)
    QTest.mouseMove(lines.viewport(), place)
    QApplication.sendEvent(lines.viewport(), QContextMenuEvent(reason, place, lines.viewport().mapToGlobal(place)))
    menu = next(menu for menu in lines.findChildren(QMenu) if menu.isVisible())
    assert menu.actions()[0].text() == "Look up"
    menu.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not any(menu.isVisible() for menu in lines.findChildren(QMenu))
