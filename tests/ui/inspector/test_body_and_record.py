from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from hookscope.ui.inspector.body_and_record import BREAK, LEAST, BodyAndRecord


class Pane(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.over = False
        self.field = QLineEdit()
        self.setMinimumWidth(LEAST)
        QVBoxLayout(self).addWidget(self.field)

    def set_over(self, over: bool) -> None:
        self.over = over


class Side:
    """Body and pane, and how often a pane was made."""

    def __init__(self) -> None:
        self.made = 0
        self.field = QLineEdit()
        self.body = QWidget()
        QVBoxLayout(self.body).addWidget(self.field)
        self.both = BodyAndRecord(self.body, self._make)
        self.shown = 0
        self.both.pane_shown.connect(self._count)

    def _make(self) -> Any:
        self.made += 1
        return Pane()

    def _count(self) -> None:
        self.shown += 1

    def seen(self) -> tuple[bool, bool]:
        return self.body.isVisible(), bool(self.both.pane and self.both.pane.isVisible())


@pytest.fixture
def side(qtbot: QtBot) -> Side:
    side = Side()
    qtbot.addWidget(side.both)
    side.both.resize(900, 300)
    side.both.show()
    qtbot.waitActive(side.both)
    return side


def test_the_pane_is_made_when_it_is_asked_for(side: Side) -> None:
    assert side.seen() == (True, False)
    assert side.made == 0
    pane = side.both.open_pane()
    assert side.seen() == (True, True)
    assert LEAST <= pane.width() < 500
    side.both.close_pane()
    assert side.seen() == (True, False)
    assert side.both.open_pane() is pane
    assert (side.made, side.shown) == (1, 2)


def test_the_width_is_remembered(side: Side) -> None:
    side.both.open_pane()
    side.both._splitter.setSizes([500, 400])
    side.both._splitter.splitterMoved.emit(500, 1)
    assert side.both.pane_width == side.both.pane.width()  # type: ignore[union-attr]
    side.both.restore(open=True, width=440)
    assert side.both.pane.width() == 440  # type: ignore[union-attr]
    side.both.resize(1200, 300)
    assert side.both.pane.width() == 440  # type: ignore[union-attr]
    side.both.restore(open=False, width=0)
    assert side.seen() == (True, False)


def test_in_a_narrow_inspector_it_covers_the_body(side: Side) -> None:
    side.both.resize(BREAK - 1, 300)
    side.both.open_pane()
    assert side.seen() == (False, True)
    assert side.both.pane.over  # type: ignore[union-attr]
    side.both.show_body()
    assert side.seen() == (True, False)
    side.both.resize(BREAK, 300)
    assert side.seen() == (True, True)  # it is still open, and there is room again
    assert not side.both.pane.over  # type: ignore[union-attr]


def test_a_pane_that_is_remembered_open_does_not_cover_the_body(side: Side) -> None:
    side.both.resize(BREAK - 1, 300)
    side.both.restore(open=True, width=0)
    assert side.seen() == (True, False)
    assert side.made == 0
    side.both.resize(BREAK, 300)
    assert side.seen() == (True, True)


def test_who_works_in_the_pane_goes_on_when_it_gets_narrow(side: Side) -> None:
    side.both.open_pane().findChild(QLineEdit).setFocus()  # type: ignore[union-attr]
    side.both.resize(BREAK - 1, 300)
    assert side.seen() == (False, True)


def test_the_focus_is_never_in_what_is_hidden(side: Side) -> None:
    side.both.resize(BREAK - 1, 300)
    side.field.setFocus()
    pane = side.both.open_pane()
    assert pane.findChild(QLineEdit).hasFocus()  # type: ignore[union-attr]
    side.both.show_body()
    assert side.field.hasFocus()


def test_nothing_of_records_is_loaded_with_the_inspector() -> None:
    code = f"""
import sys
sys.path[:0] = {sys.path!r}
import hookscope.program, hookscope.ui.window_content, hookscope.ui.inspector.delivery_inspector
print([name for name in sys.modules if name.startswith(("hookscope.ui.records", "httpx", "jwt"))])
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
