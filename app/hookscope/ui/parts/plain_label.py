"""Labels and tooltips for text that a sender controls: nothing in it is ever interpreted."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from hookscope.ui.tokens import tokens
from hookscope.visible import visible

LONGEST_WORD = 32
"""So many characters stay together in a label that breaks words; without, it is as wide as its longest word."""

_BREAK = "\u200b"  # has no width
_LONG = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")
_ELIDE = {"end": Qt.TextElideMode.ElideRight, "middle": Qt.TextElideMode.ElideMiddle}


def plain_tooltip(text: str) -> str:
    """The text as a tooltip shows it word for word, line by line."""
    shown = visible(text, lines=True)
    return f"<qt>{html.escape(shown).replace(chr(10), '<br>')}</qt>" if shown else ""


class PlainLabel(QLabel):
    """A label that shows its text word for word.

    ``elide`` is ``end``, ``middle`` or empty; a label that wraps or can be selected is never elided. ``role`` is the
    token of the text's colour. What does not fit stands in the tooltip. One that wraps can break long words, too.
    """

    def __init__(
        self,
        text: str = "",
        *,
        elide: str = "end",
        selectable: bool = False,
        wrap: bool = False,
        breaks: bool = False,
        role: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role = role
        self._raw = ""
        self._breaks = breaks
        self._elide = None if wrap or selectable else _ELIDE.get(elide)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if selectable:
            flags = Qt.TextInteractionFlag
            self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        if self._elide is not None:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)
        self._tint()

    def setText(self, text: str) -> None:
        self._raw = text
        shown = visible(text, 0, lines=self.wordWrap())
        super().setText(_LONG.sub(rf"\g<0>{_BREAK}", shown) if self._breaks else shown)

    def raw_text(self) -> str:
        """The text as it was set, before anything in it was pictured."""
        return self._raw

    def set_role(self, role: str) -> None:
        """Take another token for the colour of the text; empty for the usual colour."""
        self._role = role
        if role:
            self._tint()
        else:
            self.setPalette(QPalette())

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        if self._elide is not None:
            hint.setWidth(min(hint.width(), self.fontMetrics().horizontalAdvance("…") * 3))
        return hint

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and not self.toolTip() and self._is_elided():
            QToolTip.showText(event.globalPos(), plain_tooltip(self._raw), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._is_elided():
            super().paintEvent(event)
            return
        area = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), self._elide or Qt.TextElideMode.ElideRight, area.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(area, int(self.alignment()) | int(Qt.TextFlag.TextSingleLine), text)

    def _is_elided(self) -> bool:
        if self._elide is None:
            return False
        return self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()

    def _tint(self) -> None:
        if not self._role:
            return
        color = tokens(self).color(self._role)
        if self.palette().color(QPalette.ColorRole.WindowText) != color:
            palette = QPalette()
            for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
                palette.setColor(group, QPalette.ColorRole.WindowText, color)
            self.setPalette(palette)
