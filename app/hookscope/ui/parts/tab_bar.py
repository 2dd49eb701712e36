"""Underlined tabs, 32 px high."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from hookscope.ui import scales
from hookscope.ui.tokens import Tokens, disabled_text, tokens


class TabBar(QTabBar):
    """A tab bar that marks the chosen tab with a line under its word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def tabSizeHint(self, index: int) -> QSize:
        width = self.fontMetrics().horizontalAdvance(_shown(self.tabText(index))) + 2 * scales.S12
        return QSize(width, scales.TAB)

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = tokens(self)
        under_pointer = self.tabAt(self.mapFromGlobal(self.cursor().pos())) if self.underMouse() else -1
        for index in range(self.count()):
            if self.isTabVisible(index) and self.tabRect(index).intersects(event.rect()):
                self._draw_tab(painter, current, index, hovered=index == under_pointer)

    def _draw_tab(self, painter: QPainter, current: Tokens, index: int, *, hovered: bool) -> None:
        area = self.tabRect(index)
        chosen = index == self.currentIndex()
        if not self.isTabEnabled(index):
            painter.setPen(disabled_text(current))
        else:
            painter.setPen(current.text if chosen or hovered else current.muted)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, _shown(self.tabText(index)))
        if chosen:
            inner = area.adjusted(scales.S12, 0, -scales.S12, 0)
            painter.fillRect(QRect(inner.left(), area.bottom() - 1, inner.width(), 2), current.accent)
            if self.hasFocus():
                painter.setPen(QPen(current.accent, 1))
                painter.drawRect(area.adjusted(scales.S4, scales.S4, -scales.S4 - 1, -scales.S4 - 1))


class Tabs(QWidget):
    """Tabs over their pages, with room for a widget at the right of the bar."""

    current_changed = Signal(int)

    def __init__(self, accessible_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = TabBar()
        self.bar.setAccessibleName(accessible_name or "Tabs")
        self._pages = QStackedWidget()
        self._row = _BarRow(self.bar)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._row)
        layout.addWidget(self._pages, 1)
        self.bar.currentChanged.connect(self._show)

    def add(self, widget: QWidget, title: str) -> int:
        """Add a page behind the others; returns its index."""
        index = self._pages.addWidget(widget)
        self.bar.addTab(_escaped(title))
        return index

    def set_title(self, index: int, title: str) -> None:
        """Change the word of a tab."""
        if self.bar.tabText(index) != _escaped(title):
            self.bar.setTabText(index, _escaped(title))

    def set_corner(self, widget: QWidget | None) -> None:
        """Show a widget at the right end of the bar, in place of the one that was there."""
        self._row.set_corner(widget)

    def current(self) -> int:
        """The index of the page that is shown; -1 when there is none."""
        return self.bar.currentIndex()

    def set_current(self, index: int) -> None:
        """Show a page; an index that does not exist changes nothing."""
        if 0 <= index < self.count():
            self.bar.setCurrentIndex(index)

    def count(self) -> int:
        """How many pages there are."""
        return self._pages.count()

    def page(self, index: int) -> QWidget | None:
        """The page at an index."""
        return self._pages.widget(index)

    def _show(self, index: int) -> None:
        self._pages.setCurrentIndex(index)
        self.current_changed.emit(index)


class _BarRow(QWidget):
    def __init__(self, bar: TabBar) -> None:
        super().__init__()
        self.setFixedHeight(scales.TAB + 1)
        self._corner: QWidget | None = None
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, scales.S8, 1)
        self._layout.setSpacing(scales.S8)
        self._layout.addWidget(bar, 1)

    def set_corner(self, widget: QWidget | None) -> None:
        if self._corner is not None:
            self._layout.removeWidget(self._corner)
            self._corner.hide()
        self._corner = widget
        if widget is not None:
            self._layout.addWidget(widget)
            widget.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        bottom = self.rect().bottom()
        painter = QPainter(self)
        painter.setPen(tokens(self).line)
        painter.drawLine(QPoint(0, bottom), QPoint(self.width(), bottom))


def _escaped(title: str) -> str:
    return title.replace("&", "&&")


def _shown(title: str) -> str:
    return title.replace("&&", "&")
