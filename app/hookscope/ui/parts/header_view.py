"""A flat header over the table: muted words and one line under them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from hookscope.ui import scales
from hookscope.ui.tokens import tokens

_CACHE_LIMIT = 512
_ROLE = Qt.ItemDataRole


class HeaderView(QHeaderView):
    """The header of a table or tree, as high as a row of the table."""

    def __init__(self, orientation: Qt.Orientation = Qt.Orientation.Horizontal, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self._elided: dict[tuple[str, int], str] = {}
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setMinimumSectionSize(scales.TARGET)
        self.setAccessibleName("Columns")
        self._take_colors()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), scales.row_height(self.fontMetrics()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._elided.clear()
            self._take_colors()

    def paintEvent(self, event: QPaintEvent) -> None:
        # Without super(): it would fill sections and the place right of the last one as the style likes them.
        painter = QPainter(self.viewport())
        area = event.rect()
        painter.fillRect(area, self._tokens.base)
        painter.fillRect(area.left(), self.viewport().height() - 1, area.width(), 1, self._tokens.line)
        for logical in range(self.count()):
            section = QRect(self.sectionViewportPosition(logical), 0, self.sectionSize(logical), self.height())
            if section.intersects(area):
                self.paintSection(painter, section, logical)

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        text = self._text(logical)
        if not text:
            return
        area = rect.adjusted(scales.S8, 0, -scales.S8, -1)
        painter.setPen(self._tokens.muted)
        painter.drawText(area, self._alignment(logical), self._fitted(text, area.width()))

    def _take_colors(self) -> None:
        self._tokens = tokens(self)

    def _text(self, logical: int) -> str:
        return str(self.model().headerData(logical, self.orientation(), _ROLE.DisplayRole) or "")

    def _alignment(self, logical: int) -> int:
        given = self.model().headerData(logical, self.orientation(), _ROLE.TextAlignmentRole)
        chosen = self.defaultAlignment() if given is None else Qt.AlignmentFlag(given)
        return int(chosen | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)

    def _fitted(self, text: str, width: int) -> str:
        found = self._elided.get((text, width))
        if found is None:
            if len(self._elided) >= _CACHE_LIMIT:
                self._elided.clear()
            found = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
            self._elided[text, width] = found
        return found
