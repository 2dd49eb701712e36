"""List and inspector: one under the other or side by side, both or one of them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from hookscope.ui import scales
from hookscope.ui.splitter import Splitter

LIST_SHARE = 0.34  # of the height: seven rows at the usual window size
LIST_SHARE_BESIDE = 0.55  # of the width: the tabs fit beside it from 1600 px on
LIST_ROWS = 4  # at least
LOW = 620  # a window lower than this has room for the list or the inspector
INSPECTOR_LEAST = 200
INSPECTOR_LEAST_WIDTH = 360


class Panes(QWidget):
    """The list above, the inspector below; in a low window the inspector opens over the list."""

    def __init__(self, list_pane: QWidget, inspector: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = list_pane
        self._inspector = inspector
        self._splitter = Splitter(Qt.Orientation.Vertical, self)
        self._open = True
        self._idle = False
        self._low = False
        self._over = False  # in a low window: the inspector is over the list now
        self._full = False  # double-click on the line: the inspector has all the height
        self._size = {Qt.Orientation.Vertical: 0, Qt.Orientation.Horizontal: 0}  # the inspector's, 0: not chosen yet
        self._lay_out()

    @property
    def open(self) -> bool:
        """Whether the inspector is wanted beside the list."""
        return self._open

    @property
    def right(self) -> bool:
        """Whether the inspector is at the right."""
        return self._splitter.orientation() == Qt.Orientation.Horizontal

    def sizes(self) -> tuple[int, int]:
        """Height and width of the inspector as the user chose them, 0 where he never did."""
        return self._size[Qt.Orientation.Vertical], self._size[Qt.Orientation.Horizontal]

    def restore(self, *, height: int, width: int, open: bool, right: bool) -> None:
        """Take up a remembered state."""
        self._size = {Qt.Orientation.Vertical: height, Qt.Orientation.Horizontal: width}
        self._open, self._over, self._full = open, False, False
        self.set_right(right)

    def set_right(self, right: bool) -> None:
        """Put the inspector at the right, or below."""
        self._splitter.setOrientation(Qt.Orientation.Horizontal if right else Qt.Orientation.Vertical)
        self._list.setMinimumHeight((1 + LIST_ROWS) * scales.row_height(self.fontMetrics()))
        self._inspector.setMinimumHeight(0 if right else INSPECTOR_LEAST)
        self._inspector.setMinimumWidth(INSPECTOR_LEAST_WIDTH if right else 0)
        self._full = False
        self._show()

    def set_low(self, low: bool) -> None:
        """Say whether the window is too low for both."""
        if low != self._low:
            self._low = low
            self._over = low and self._is_used()
            self._show()

    def set_idle(self, idle: bool) -> None:
        """Say whether the inspector has nothing to show and nothing could be chosen: then the list has all the room."""
        if idle != self._idle:
            self._idle = idle
            self._show()

    def toggle_inspector(self) -> None:
        """Show the inspector, or put it away."""
        self.show_inspector(not self.inspector_visible())

    def show_inspector(self, wanted: bool = True) -> None:
        """Show the inspector, or put it away."""
        if self._alone():
            self._over = wanted
        else:
            self._open = wanted
        self._full = False
        self._show()

    def cover_list(self) -> None:
        """In a low window, where there is no other place, show the inspector over a list that has nothing to show."""
        if self._alone():
            self.show_inspector()

    def show_list(self) -> None:
        """Make the list visible, whatever covers it."""
        self._over = self._full = False
        self._show()

    def inspector_visible(self) -> bool:
        """Whether the inspector is on show now."""
        return not self._inspector.isHidden()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._divide()

    def _lay_out(self) -> None:
        self._splitter.addWidget(self._list)
        self._splitter.addWidget(self._inspector)
        self._splitter.splitterMoved.connect(self._moved)
        self._splitter.line_double_clicked.connect(self._toggle_full)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        self.set_right(False)

    def _is_used(self) -> bool:
        """Whether somebody works in the inspector, which then stays when the window gets low."""
        focused = QApplication.focusWidget()
        return self.inspector_visible() and focused is not None and self._inspector.isAncestorOf(focused)

    def _alone(self) -> bool:
        return self._low and not self.right

    def _show(self) -> None:
        inspector = not self._idle and (self._over if self._alone() else self._open)
        self._inspector.setVisible(inspector)
        self._list.setVisible(not (inspector and self._alone()))
        self._divide()

    def _divide(self) -> None:
        # Shut rather than hidden when the inspector has all the height: the line stays there for the way back.
        self._splitter.setCollapsible(0, self._full)
        orientation = self._splitter.orientation()
        total = self.width() if self.right else self.height()
        chosen = self._size[orientation] or total - self._usual_list_size(total)
        self._splitter.setSizes([0, total] if self._full else [max(total - chosen, 0), chosen])

    def _usual_list_size(self, total: int) -> int:
        if self.right:
            return round(total * LIST_SHARE_BESIDE)
        row = scales.row_height(self.fontMetrics())
        return round(total * LIST_SHARE / row) * row  # no row is cut

    def _moved(self) -> None:
        list_size, inspector_size = self._splitter.sizes()
        self._full = list_size == 0
        if not self._full:
            self._size[self._splitter.orientation()] = inspector_size

    def _toggle_full(self) -> None:
        self._full = not self._full
        self._show()
