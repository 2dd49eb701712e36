"""Two digests one under the other, with what differs marked."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from hookscope.ui import scales
from hookscope.ui.tokens import Tokens, tokens
from hookscope.visible import visible

LONGEST = 40
_CUT = "…"


class DigestPair(QWidget):
    """The beginnings of the digest that was sent and the one that was computed, in mono, digit under digit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_digests(self, sent: str, computed: str) -> None:
        """Show two digests, each as the hexadecimal digits that are known of it."""
        self._rows = (("Sent", visible(sent, LONGEST)), ("Computed", visible(computed, LONGEST)))
        self.setAccessibleName(". ".join(f"{name}: {digits}" for name, digits in self._rows))
        self.updateGeometry()
        self.update()

    def differing(self) -> list[int]:
        """The places at which the two differ; the mark that both are cut is none."""
        (_, sent), (_, computed) = self._rows
        shorter, longer = sorted((sent.rstrip(_CUT), computed.rstrip(_CUT)), key=len)
        return [place for place, digit in enumerate(longer) if shorter[place : place + 1] != digit]

    def sizeHint(self) -> QSize:
        mono = QFontMetrics(scales.mono())
        widest = max((mono.horizontalAdvance(digits) for _, digits in self._rows), default=0)
        return QSize(self._start() + widest + 1, 2 * self._line())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, current = QPainter(self), tokens(self)
        marked = self.differing() if self._rows else []
        for number, (name, digits) in enumerate(self._rows):
            self._paint_row(painter, current, number * self._line(), name, digits, marked)

    def _paint_row(
        self, painter: QPainter, current: Tokens, top: int, name: str, digits: str, marked: list[int]
    ) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self.font())
        painter.setPen(current.muted)
        painter.drawText(QRect(0, top, self._start(), self._line()), middle, name)
        mono = scales.mono()
        metrics = QFontMetrics(mono)
        for place in (place for place in marked if place < len(digits)):
            left = self._start() + metrics.horizontalAdvance(digits[:place])
            width = metrics.horizontalAdvance(digits[: place + 1]) + self._start() - left
            painter.fillRect(QRect(left, top + 1, width, self._line() - 2), current.difference)
        painter.setFont(mono)
        painter.setPen(current.text)
        painter.drawText(QRect(self._start(), top, self.width() - self._start(), self._line()), middle, digits)

    def _start(self) -> int:
        return self.fontMetrics().horizontalAdvance("Computed") + scales.S12

    def _line(self) -> int:
        return scales.tree_row_height(QFontMetrics(scales.mono()))
