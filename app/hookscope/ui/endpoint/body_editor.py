"""The editor of a response's body: JSON in colour, line numbers, and a mark where the text is wrong."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QRect, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from hookscope.responses import BodyKind, Flaw
from hookscope.ui import scales
from hookscope.ui.endpoint.json_colors import JsonColors, units
from hookscope.ui.endpoint.json_text import laid_out
from hookscope.ui.parts.code_view import CodeView
from hookscope.ui.tokens import mix, tokens

INDENT = "  "
LONGEST_PASTE = 500_000  # characters


class BodyEditor(CodeView):
    """Edits a body to the byte: what was not edited comes back as it was given, line ends included."""

    paste_refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Body of the response", editable=True, parent=parent)
        self._given = ""
        self._line_end = "\n"
        self._flaw: Flaw | None = None
        self._kind = BodyKind.JSON
        self._colors = JsonColors(self)
        self._numbers = _LineNumbers(self)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._follow)
        self._make_room()

    def set_body(self, text: str, kind: BodyKind) -> None:
        """Edit this text from now on; what was undone or redone before is forgotten."""
        self._given = text
        self._line_end = "\r\n" if "\r\n" in text else "\n"
        self.set_kind(kind)
        self.setPlainText(text)

    def body(self) -> str:
        """The text as it is to be sent."""
        if not self.document().isModified():
            return self._given
        # toPlainText would make plain blanks of no-break spaces
        return self.document().toRawText().replace("\u2029", self._line_end)

    def set_kind(self, kind: BodyKind) -> None:
        """Colour the text as what it is."""
        self._kind = kind
        self._colors.set_kind(kind)

    def lay_out(self) -> None:
        """Lay the JSON out with one member a line, as one step that can be undone."""
        before = self.body()
        after = laid_out(before).replace("\r\n", "\n")
        if after != before:
            cursor = self.textCursor()
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.insertText(after)
            self.moveCursor(QTextCursor.MoveOperation.Start)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take what is pasted or dropped, unless laying it out would take seconds for every key."""
        size = len(source.text())
        if size > LONGEST_PASTE:
            self.paste_refused.emit(f"That is too long to edit here ({size:,} characters). Choose File instead.")
        else:
            super().insertFromMimeData(source)

    def insert(self, text: str, back: int = 0) -> None:
        """Insert a text in the place of what is selected, and leave the cursor so many characters before its end."""
        cursor = self.textCursor()
        cursor.insertText(text)
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.MoveAnchor, back)
        self.setTextCursor(cursor)
        self.setFocus()

    def mark(self, flaw: Flaw | None) -> None:
        """Mark the place of a flaw of the body; ``None`` takes the mark away."""
        if flaw != self._flaw:
            self._flaw = flaw
            self._draw_mark()

    def flaw_line(self) -> int:
        """The line that is marked, counted from 1; 0 when none is."""
        return self._flaw.line if self._flaw else 0

    def go_to_flaw(self) -> None:
        """Put the cursor where the text is wrong."""
        self.setFocus()
        if self._flaw:
            self.setTextCursor(self._flaw_cursor(self._flaw))
            self.ensureCursorVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers()
            and self._kind is not BodyKind.TEXT
        ):
            self.textCursor().insertText("\n" + self._indent())
            self.ensureCursorVisible()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colors.rehighlight()
            self._draw_mark()
        elif event.type() == QEvent.Type.ApplicationFontChange:
            self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_numbers()

    def blocks_in(self, area: QRect) -> list[tuple[QTextBlock, QRect]]:
        """The lines of text that can be seen in an area of the viewport, with their places."""
        found = []
        block = self.firstVisibleBlock()
        while block.isValid():
            place = self.blockBoundingGeometry(block).translated(self.contentOffset()).toRect()
            if place.top() > area.bottom():
                break
            found.append((block, place))
            block = block.next()
        return found

    def number_width(self) -> int:
        """How wide the column of line numbers is."""
        digits = max(2, len(str(self.blockCount())))
        return self.fontMetrics().horizontalAdvance("0") * digits + scales.S12

    def _indent(self) -> str:
        before = self.textCursor().block().text()[: self.textCursor().positionInBlock()]
        own = before[: len(before) - len(before.lstrip(" \t"))]
        return own + (INDENT if before.rstrip().endswith(("{", "[")) else "")

    def _flaw_cursor(self, flaw: Flaw) -> QTextCursor:
        block = self.document().findBlockByNumber(max(0, flaw.line - 1))
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + units(block.text()[: max(0, flaw.column - 1)]))
        return cursor

    def _flaw_place(self, flaw: Flaw) -> QTextCursor:
        """What is underlined: the character that is wrong, or what a line holds when no column is known."""
        place = self._flaw_cursor(flaw)
        move, keep = QTextCursor.MoveOperation, QTextCursor.MoveMode.KeepAnchor
        if self._kind is BodyKind.TEMPLATE:
            text = place.block().text()
            place.setPosition(place.block().position() + units(text) - units(text.lstrip()))
            place.movePosition(move.EndOfBlock, keep)
        else:
            place.movePosition(move.Left if place.atBlockEnd() and not place.atBlockStart() else move.Right, keep)
        return place

    def _draw_mark(self) -> None:
        if self._flaw is None:
            self.setExtraSelections([])
        else:
            line, place = self._flaw_cursor(self._flaw), self._flaw_place(self._flaw)
            self.setExtraSelections([_selection(line, self._line_format()), _selection(place, self._place_format())])
        self._numbers.update()

    def _line_format(self) -> QTextCharFormat:
        look = QTextCharFormat()
        look.setBackground(tokens(self).strip_bad)
        look.setProperty(QTextFormat.Property.FullWidthSelection, True)
        return look

    def _place_format(self) -> QTextCharFormat:
        current = tokens(self)
        look = QTextCharFormat()
        if self._kind is not BodyKind.TEMPLATE:  # of which only the line is known
            look.setBackground(mix(current.strip_bad, current.bad, 0.3))
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(current.bad)
        return look

    def _make_room(self) -> None:
        self.setViewportMargins(self.number_width(), 0, 0, 0)
        self._place_numbers()

    def _place_numbers(self) -> None:
        inner = self.contentsRect()
        width = self.number_width() + round(self.document().documentMargin())
        self._numbers.setGeometry(inner.left(), inner.top(), width, self.viewport().height())

    def _follow(self, area: QRect, dy: int) -> None:
        if dy:
            self._numbers.scroll(0, dy)
        else:
            self._numbers.update(0, area.y(), self._numbers.width(), area.height())


class _LineNumbers(QWidget):
    def __init__(self, editor: BodyEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = tokens(self)
        painter.fillRect(event.rect(), current.base)
        painter.setFont(self._editor.font())
        wrong = self._editor.flaw_line()
        for block, place in self._editor.blocks_in(event.rect()):
            number = block.blockNumber() + 1
            if number == wrong:
                painter.fillRect(0, place.top(), self.width(), place.height(), current.strip_bad)
            painter.setPen(current.bad if number == wrong else current.muted)
            area = QRect(0, place.top(), self._editor.number_width() - scales.S4, place.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, str(number))


def _selection(cursor: QTextCursor, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
    selection = QTextEdit.ExtraSelection()
    selection.cursor = cursor
    selection.format = look
    return selection
