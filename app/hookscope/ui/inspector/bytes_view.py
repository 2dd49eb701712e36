"""Bytes as offsets, hexadecimal digits and characters, painted only where they are seen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QMenu, QWidget

from hookscope.ui import scales
from hookscope.ui.tokens import Tokens, tokens

WIDTH = 16
"""Bytes in a row."""

_OFFSET = 8
_HEX = _OFFSET + 2
_TEXT = _HEX + 3 * WIDTH + 2
_CHARS = _TEXT + WIDTH
_SHOWN = "".join(chr(code) if 32 <= code < 127 else "·" for code in range(256))
_MARGIN = 12
Key = Qt.Key


class BytesView(QAbstractScrollArea):
    """A read-only view of bytes, with a caret and a selection."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = b""
        self._anchor = self._caret = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(scales.mono())
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)

    def set_bytes(self, data: bytes) -> None:
        """Show other bytes from their beginning."""
        self._data = data
        self._anchor = self._caret = 0
        self._measure()
        self.verticalScrollBar().setValue(0)
        self.viewport().update()

    def selected(self) -> bytes:
        """The selected bytes; the one at the caret when only that is."""
        first, last = self._selection()
        return self._data[first : last + 1]

    def select(self, first: int, last: int) -> None:
        """Select the bytes from ``first`` to ``last``, both included."""
        self._anchor = first
        self._move_to(last, keep=True)

    def find_next(self, text: str) -> bool:
        """Select the next place with this text, from the beginning when there is no more; false when there is none."""
        wanted = text.encode("utf-8", "replace")
        at = self._data.find(wanted, self._selection()[0] + 1)
        at = self._data.find(wanted) if at < 0 else at
        if at >= 0 and wanted:
            self.select(at, at + len(wanted) - 1)
        return at >= 0 and bool(wanted)

    def copy_hex(self) -> None:
        """Put the selected bytes on the clipboard as hexadecimal digits."""
        QGuiApplication.clipboard().setText(self.selected().hex(" "))

    def copy_text(self) -> None:
        """Put the selected bytes on the clipboard as text."""
        QGuiApplication.clipboard().setText(self.selected().decode("utf-8", "replace"))

    def _selection(self) -> tuple[int, int]:
        return min(self._anchor, self._caret), max(self._anchor, self._caret)

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(self.font())

    def _char(self) -> int:
        return max(self._metrics().horizontalAdvance("0"), 1)

    def _line(self) -> int:
        return self._metrics().height() + 2

    def _rows(self) -> int:
        return -(-len(self._data) // WIDTH)

    def _rows_seen(self) -> int:
        return max(self.viewport().height() // self._line(), 1)

    def _measure(self) -> None:
        across = 2 * _MARGIN + _CHARS * self._char() - self.viewport().width()
        self.horizontalScrollBar().setRange(0, max(across, 0))
        self.horizontalScrollBar().setPageStep(self.viewport().width())
        self.verticalScrollBar().setRange(0, max(self._rows() - self._rows_seen(), 0))
        self.verticalScrollBar().setPageStep(self._rows_seen())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        colours = tokens(self)
        painter.fillRect(event.rect(), colours.base)
        painter.setFont(self.font())
        first = self.verticalScrollBar().value()
        for place in range(self._rows_seen() + 1):
            if first + place < self._rows():
                self._paint_row(painter, colours, first + place, place * self._line())
        if self.hasFocus() and self._data:
            self._paint_caret(painter, colours)
        painter.end()

    def _paint_row(self, painter: QPainter, colours: Tokens, row: int, top: int) -> None:
        start = row * WIDTH
        piece = self._data[start : start + WIDTH]
        self._paint_selection(painter, colours, start, len(piece), top)
        base = top + 1 + self._metrics().ascent()
        painter.setPen(colours.muted)
        painter.drawText(self._x(0), base, f"{start:0{_OFFSET}x}")
        painter.setPen(colours.text)
        painter.drawText(self._x(_HEX), base, piece[:8].hex(" "))
        painter.drawText(self._x(_hex_column(8)), base, piece[8:].hex(" "))
        painter.drawText(self._x(_TEXT), base, "".join(map(_SHOWN.__getitem__, piece)))

    def _paint_selection(self, painter: QPainter, colours: Tokens, start: int, count: int, top: int) -> None:
        first, last = (place - start for place in self._selection())
        first, last = max(first, 0), min(last, count - 1)
        if first > last or self._anchor == self._caret:
            return
        columns = ((_hex_column(first), _hex_column(last) + 2), (_TEXT + first, _TEXT + last + 1))
        for begin, end in columns:
            left = self._x(begin)
            painter.fillRect(QRect(left, top, self._x(end) - left, self._line()), colours.selected)

    def _paint_caret(self, painter: QPainter, colours: Tokens) -> None:
        row, column = divmod(self._caret, WIDTH)
        top = (row - self.verticalScrollBar().value()) * self._line()
        painter.setPen(colours.accent)
        for begin, chars in ((_hex_column(column), 2), (_TEXT + column, 1)):
            painter.drawRect(QRect(self._x(begin) - 1, top, chars * self._char() + 1, self._line() - 1))

    def _x(self, column: int) -> int:
        return _MARGIN + column * self._char() - self.horizontalScrollBar().value()

    def _offset_at(self, place: QPoint) -> int:
        row = self.verticalScrollBar().value() + place.y() // self._line()
        column = (place.x() - self._x(0)) / self._char()
        if column >= _TEXT - 1:
            byte = int(column - _TEXT)
        else:
            byte = int((column - _HEX - (1 if column >= _hex_column(8) else 0)) // 3)
        return row * WIDTH + min(max(byte, 0), WIDTH - 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            keep = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._move_to(self._offset_at(event.position().toPoint()), keep=keep)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move_to(self._offset_at(event.position().toPoint()), keep=True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_hex()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select(0, len(self._data) - 1)
        elif (target := self._target(event)) is not None:
            self._move_to(target, keep=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)

    def _target(self, event: QKeyEvent) -> int | None:
        caret, page = self._caret, self._rows_seen() * WIDTH
        whole = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        row = caret - caret % WIDTH
        targets = {
            Key.Key_Left: caret - 1,
            Key.Key_Right: caret + 1,
            Key.Key_Up: caret - WIDTH if caret >= WIDTH else caret,
            Key.Key_Down: caret + WIDTH if caret + WIDTH < len(self._data) else caret,
            Key.Key_PageUp: caret - page,
            Key.Key_PageDown: caret + page,
            Key.Key_Home: 0 if whole else row,
            Key.Key_End: len(self._data) - 1 if whole else row + WIDTH - 1,
        }
        return targets.get(Key(event.key()))

    def _move_to(self, offset: int, *, keep: bool) -> None:
        self._caret = min(max(offset, 0), max(len(self._data) - 1, 0))
        if not keep:
            self._anchor = self._caret
        self._show_caret()
        if self._data:
            self.setAccessibleDescription(f"Byte {self._caret:,} of {len(self._data):,}: {self._data[self._caret]:02x}")
        self.viewport().update()

    def _show_caret(self) -> None:
        row, bar = self._caret // WIDTH, self.verticalScrollBar()
        if row < bar.value():
            bar.setValue(row)
        elif row >= bar.value() + self._rows_seen():
            bar.setValue(row - self._rows_seen() + 1)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy as hexadecimal", self.copy_hex)
        menu.addAction("Copy as text", self.copy_text)
        menu.addSeparator()
        menu.addAction("Select all", lambda: self.select(0, len(self._data) - 1))
        menu.popup(event.globalPos())


def _hex_column(byte: int) -> int:
    return _HEX + 3 * byte + (1 if byte >= 8 else 0)
