"""Lines of one pixel between the parts of the window; those of a splitter can be grabbed over six."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

BEFORE, AFTER = 2, 3  # pixels to grab on both sides of the line


class Splitter(QSplitter):
    """Panes that cannot be dragged shut; ``line_double_clicked`` tells of a double-click on the line."""

    line_double_clicked = Signal()

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)

    def createHandle(self) -> QSplitterHandle:
        """Qt asks for one handle per pane."""
        return _Line(self.orientation(), self)


class _Line(QSplitterHandle):
    def resizeEvent(self, event: QResizeEvent) -> None:
        # As Qt gives a handle of one pixel its five to grab: drawn is the mask, the mouse gets all. Without Qt's own,
        # which would set its margins again: every change of them is a resize event.
        if self.orientation() == Qt.Orientation.Horizontal:
            self.setContentsMargins(BEFORE, 0, AFTER, 0)
        else:
            self.setContentsMargins(0, BEFORE, 0, AFTER)
        self.setAttribute(Qt.WidgetAttribute.WA_MouseNoMask)
        self.setMask(QRegion(self.contentsRect()))

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.contentsRect(), self.palette().mid())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        splitter = self.splitter()
        if isinstance(splitter, Splitter):
            splitter.line_double_clicked.emit()


class Line(QWidget):
    """Across or upright, in the colour of all lines."""

    def __init__(self, *, upright: bool = False) -> None:
        super().__init__()
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self.palette().mid())
