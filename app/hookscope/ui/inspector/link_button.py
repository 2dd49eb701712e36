"""A word that leads somewhere."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from hookscope.ui import scales
from hookscope.ui.parts.flat_button import click_on_return
from hookscope.ui.parts.plain_label import plain_tooltip
from hookscope.ui.tokens import tokens
from hookscope.visible import visible

_WIDEST = 240


class LinkButton(QPushButton):
    """A button that looks like a link; disabled it is a muted word."""

    def __init__(self, parent: QWidget | None = None, *, whole: bool = False) -> None:
        """``whole`` gives even long words the room they need where it is there."""
        super().__init__(parent)
        self._words = ""
        self._whole = whole
        self.setFlat(True)
        self.setAutoDefault(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_words(self, words: str, purpose: str) -> None:
        """Show other words; ``purpose`` says where they lead, in the tooltip and to a screen reader."""
        self._words = visible(words)
        self.setAccessibleName(f"{self._words}: {purpose}")
        self.setToolTip(plain_tooltip(f"{self._words}\n{purpose}" if self.isEnabled() else self._words))
        self.updateGeometry()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not click_on_return(self, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._words) + 1  # the advance is rounded
        width = width if self._whole else min(width, _WIDEST)
        return QSize(width + 2 * scales.S4, max(scales.TARGET, self.fontMetrics().height() + scales.S8))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 48), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = tokens(self)
        area = self.rect().adjusted(scales.S4, 0, -scales.S4, 0)
        text = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, area.width())
        painter.setPen(current.link if self.isEnabled() else current.muted)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        if self.isEnabled() and self.underMouse():
            below = (self.height() + self.fontMetrics().height()) // 2 - 1
            painter.fillRect(QRect(area.left(), below, self.fontMetrics().horizontalAdvance(text), 1), current.link)
        if self.hasFocus():
            painter.setPen(QPen(current.accent, 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
