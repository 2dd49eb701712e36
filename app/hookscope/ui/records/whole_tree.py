"""The tree of a record among other things in one column: as high as what is open, and scrolled with the rest."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal

from hookscope.ui import scales
from hookscope.ui.inspector.json_model import KEY, AnyIndex
from hookscope.ui.inspector.json_tree import JsonTree

ROWS_AT_MOST = 1_000
"""With more rows open the tree has a scroll bar of its own."""


class WholeTree(JsonTree):
    """``moved`` tells that the current line is another, which is to be in sight."""

    moved = Signal()

    def __init__(self) -> None:
        super().__init__("Whole record as a tree")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)

    def updateGeometries(self) -> None:
        """Qt asks for it whenever lines come or go."""
        super().updateGeometries()
        row = scales.tree_row_height(self.fontMetrics())
        wanted = min(self._bottom(), ROWS_AT_MOST * row)
        if wanted != self.height():
            self.setFixedHeight(wanted)

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        self.moved.emit()

    def _bottom(self) -> int:
        """Where the last open line ends."""
        last = QModelIndex()
        while (count := self.json.rowCount(last)) and (not last.isValid() or self.isExpanded(last)):
            last = self.json.index(count - 1, KEY, last)
        if not last.isValid():
            return 0
        return self.visualRect(last).bottom() + 1 + self.verticalOffset()
