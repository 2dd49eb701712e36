"""A body as text, taken in piece by piece so that no body holds up the window."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QTextCursor
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from hookscope.ids.shapes import LONGEST_ID
from hookscope.ui.inspector.copying import LOOK_UP
from hookscope.ui.parts.code_view import CodeView
from hookscope.ui.parts.links import IdLink, TypesOf, no_types
from hookscope.ui.parts.strip import Strip
from hookscope.visible import visible

FIRST = 1 << 20
"""Characters that are shown without being asked for."""

LINES_AT_MOST = 200_000
_LONGEST_LINE = 4_096
_LINES, _CHARS = 500, 4 << 10  # of one piece: 8 ms at worst
_AT_ONCE_S = 0.01
_SPLIT = 1  # the state of a line that CodeView copies without a line break
_WORD = re.compile(r"[^\s\"'<>(){}\[\],;=&?]+")  # what stands between the marks of JSON, forms, XML and addresses
_MARKS = " \t\r\n\"',;"


class ShownLine(NamedTuple):
    """A line as it is shown; a ``split`` one goes on in the next."""

    text: str
    split: bool


class Piece(NamedTuple):
    """Lines that stand for so many characters of the text."""

    length: int
    lines: list[ShownLine]


def pieces(text: str) -> Iterator[Piece]:
    """A text in pieces that take about the same short time to show; lines end with a line feed alone."""
    start = 0
    while start < len(text):
        stop = min(start + _CHARS, len(text))
        if stop < len(text):
            stop = text.rfind("\n", start, stop) + 1 or stop
        lines = text[start:stop].split("\n", _LINES)
        if len(lines) > _LINES:
            stop -= len(lines[-1])
            lines[-1] = ""
        goes_on = bool(lines[-1]) and stop < len(text)
        if not lines[-1] and (stop < len(text) or len(lines) == 1):
            lines.pop()
        yield Piece(stop - start, _shown(lines, goes_on=goes_on))
        start = stop


def _shown(lines: list[str], *, goes_on: bool) -> list[ShownLine]:
    shown: list[ShownLine] = []
    for line in lines:
        pictured = visible(line, 0, lines=True)
        places = range(0, max(len(pictured), 1), _LONGEST_LINE)
        shown += [ShownLine(pictured[at : at + _LONGEST_LINE], at + _LONGEST_LINE < len(pictured)) for at in places]
    if goes_on:
        shown[-1] = shown[-1]._replace(split=True)
    return shown


def _word_at(line: str, place: int) -> str:
    """The word of a line that this place is in, or at the end of; empty for one too long for an id."""
    start = max(place - LONGEST_ID, 0)
    words = _WORD.finditer(line, start, min(place + LONGEST_ID, len(line)))
    return next((word[0] for word in words if word.start() <= place <= word.end()), "")


class _Lines(CodeView):
    look_up_requested = Signal(str, str)

    def __init__(self, accessible_name: str) -> None:
        super().__init__(accessible_name)
        self.set_wrapped(True)
        self._empty = True
        self.types_of: TypesOf = no_types

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        cursor = self.textCursor() if by_key else self.cursorForPosition(event.pos())
        menu = self.menu(cursor)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._under_caret() if by_key else event.globalPos())

    def menu(self, cursor: QTextCursor) -> QMenu:
        """What is offered for the selection, or without one for the word at a place."""
        menu = self.createStandardContextMenu()
        link = self.id_at(cursor)
        if link is not None:
            look_up = QAction(LOOK_UP, menu)
            look_up.triggered.connect(lambda: self.look_up_requested.emit(link.id, link.type))
            first = menu.actions()[0]
            menu.insertAction(first, look_up)
            menu.insertSeparator(first)
        return menu

    def id_at(self, cursor: QTextCursor) -> IdLink | None:
        """The selected text, or without a selection the word at a place, where that is an id."""
        if self.textCursor().hasSelection():
            selection = self.textCursor()
            short = selection.selectionEnd() - selection.selectionStart() <= 2 * LONGEST_ID
            text = self._selected().strip(_MARKS) if short else ""
        else:
            text = _word_at(cursor.block().text(), cursor.positionInBlock())
        types = self.types_of(text, "") if 0 < len(text) <= LONGEST_ID else ()
        return IdLink(text, text, types[0]) if types else None

    def _under_caret(self) -> QPoint:
        return self.viewport().mapToGlobal(self.cursorRect().bottomLeft())

    def clear_lines(self) -> None:
        self.clear()
        self._empty = True

    def append_lines(self, lines: list[ShownLine]) -> None:
        first = 0 if self._empty else self.blockCount()
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        last = cursor.block().userState()
        cursor.insertText(("" if self._empty else "\n") + "\n".join(line.text for line in lines))
        self._empty = False
        # A line break behind a line moves the state of that line to the new one.
        self._mark(first - 1, split=last == _SPLIT)
        self._mark(first + len(lines) - 1, split=lines[-1].split)
        for place, line in enumerate(lines):
            if line.split:
                self._mark(first + place, split=True)

    def _mark(self, number: int, *, split: bool) -> None:
        self.document().findBlockByNumber(number).setUserState(_SPLIT if split else -1)


class TextView(QWidget):
    """The first megabyte of a text, and the rest when asked for. The menu of a text that is an id looks it up."""

    look_up_requested = Signal(str, str)

    def __init__(self, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = _Lines(accessible_name)
        self._text = ""
        self._pieces: Iterator[Piece] = iter(())
        self._taken = self._wanted = 0
        self._strip: Strip | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._take)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.lines)
        self.lines.look_up_requested.connect(self.look_up_requested)
        self.setFocusProxy(self.lines)

    def set_types_of(self, types_of: TypesOf) -> None:
        """Tell ids by this from now on."""
        self.lines.types_of = types_of

    def set_text(self, text: str) -> None:
        """Show the beginning of another text."""
        self._text = text.replace("\r\n", "\n")
        self._pieces = pieces(self._text)
        self._taken, self._wanted = 0, min(FIRST, len(self._text))
        self._say("", load=False)
        self.lines.clear_lines()
        self._take()

    def load_all(self) -> None:
        """Show the rest, too."""
        self._wanted = len(self._text)
        self._say("", load=False)
        self._timer.start()

    @property
    def loading(self) -> bool:
        """Whether more text comes by itself."""
        return self._timer.isActive()

    @property
    def complete(self) -> bool:
        """Whether the whole text is shown."""
        return self._taken >= len(self._text)

    def find_next(self, text: str) -> bool:
        """Select the next place with this text in what is shown."""
        return self.lines.find_next(text)

    def _take(self) -> None:
        self._take_for_a_moment()
        if self.complete:
            self._timer.stop()
        elif self.lines.blockCount() >= LINES_AT_MOST:
            self._timer.stop()
            self._say(f"Only the first {LINES_AT_MOST:,} lines are shown. Bytes shows everything.", load=False)
        elif self._taken >= self._wanted:
            self._timer.stop()
            self._say(f"The first {self._taken * 100 // len(self._text)} % of the text are shown.", load=True)
        elif not self._timer.isActive():
            self._timer.start()

    def _take_for_a_moment(self) -> None:
        until = time.perf_counter() + _AT_ONCE_S
        while self._taken < self._wanted and self.lines.blockCount() < LINES_AT_MOST:
            piece = next(self._pieces)
            self._taken += piece.length
            self.lines.append_lines(piece.lines)
            if time.perf_counter() > until:
                return

    def _say(self, sentence: str, *, load: bool) -> None:
        if self._strip is not None:
            self._layout.removeWidget(self._strip)
            self._strip.hide()
            self._strip.deleteLater()
        self._strip = Strip("info", sentence, ("Load all", self.load_all) if load else None) if sentence else None
        if self._strip is not None:
            self._layout.addWidget(self._strip)
