"""Text in the fixed font that stays fast with a megabyte in one line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from hookscope.ui import scales
from hookscope.visible import visible

# Layout of one long line takes time by the square of its length: 10 000 characters are quick, 50 000 are felt.
_LONGEST_LINE = 4096
_SPLIT = 1


class CodeView(QPlainTextEdit):
    """Plain text in the fixed font, for reading unless ``editable``.

    Text that is shown has its control and direction marks pictured and its long lines split; copying joins them again.
    """

    def __init__(self, accessible_name: str, *, editable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(accessible_name)
        self.setReadOnly(not editable)
        self.setUndoRedoEnabled(editable)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(scales.mono())
        self.setTabChangesFocus(True)
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(" ") * 2)
        self.document().setDocumentMargin(scales.S8)
        self.set_wrapped(False)

    def set_wrapped(self, wrapped: bool) -> None:
        """Break lines at the right edge, or scroll sideways."""
        mode = QPlainTextEdit.LineWrapMode
        self.setLineWrapMode(mode.WidgetWidth if wrapped else mode.NoWrap)

    def show_text(self, text: str) -> None:
        """Show text from a sender, from its beginning."""
        lines, split = _lines(visible(text.replace("\r\n", "\n"), 0, lines=True))
        self.setPlainText("\n".join(lines))
        for number in split:
            self.document().findBlockByNumber(number).setUserState(_SPLIT)

    def find_next(self, text: str, *, backward: bool = False) -> bool:
        """Select the next place with this text, from the other end when there is no more; False when there is none."""
        if not text:
            return False
        flags = QTextDocument.FindFlag.FindBackward if backward else QTextDocument.FindFlag(0)
        if self.find(text, flags):
            return True
        before = self.textCursor()
        self.moveCursor(QTextCursor.MoveOperation.End if backward else QTextCursor.MoveOperation.Start)
        if self.find(text, flags):
            return True
        self.setTextCursor(before)
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self.setFont(scales.mono())

    def createMimeDataFromSelection(self) -> QMimeData:
        # Qt makes the object: one made here would be collected while the clipboard still has it. It fills itself when
        # it is first asked, which must not happen after our text is in it.
        data = super().createMimeDataFromSelection()
        data.text()
        data.clear()
        data.setText(self._selected())
        return data

    def _selected(self) -> str:
        cursor = self.textCursor()
        block = self.document().findBlock(cursor.selectionStart())
        parts = []
        for line in cursor.selectedText().split("\u2029"):
            parts += [line, "" if block.userState() == _SPLIT else "\n"]
            block = block.next()
        return "".join(parts[:-1])


def _lines(text: str) -> tuple[list[str], list[int]]:
    lines: list[str] = []
    split: list[int] = []
    for line in text.split("\n"):
        pieces = [line[at : at + _LONGEST_LINE] for at in range(0, len(line), _LONGEST_LINE)] or [""]
        split += range(len(lines), len(lines) + len(pieces) - 1)
        lines += pieces
    return lines, split
