"""Controls in a line that goes on in the next one where there is no more room."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from hookscope.ui import scales


class FlowLayout(QLayout):
    """Places its items one after the other, as words are placed in a paragraph."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setSpacing(scales.S8)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # Qt asks until it gets none
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, area: QRect) -> None:
        super().setGeometry(area)
        self._place(area, move=True)

    def sizeHint(self) -> QSize:
        """All in one line."""
        sizes = [item.sizeHint() for item in self._shown()]
        width = sum(size.width() for size in sizes) + self.spacing() * max(0, len(sizes) - 1)
        return self._with_margins(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        """Each in a line of its own, of which Qt asks the height for a width."""
        sizes = [item.minimumSize() for item in self._shown()]
        widest = max((size.width() for size in sizes), default=0)
        return self._with_margins(widest, max((size.height() for size in sizes), default=0))

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _with_margins(self, width: int, height: int) -> QSize:
        margins = self.contentsMargins()
        return QSize(width + margins.left() + margins.right(), height + margins.top() + margins.bottom())

    def _place(self, area: QRect, *, move: bool) -> int:
        """Give every item its place; the height they take."""
        inner = area.marginsRemoved(self.contentsMargins())
        top = inner.top()
        for line in self._lines(inner.width()):
            height = max(size.height() for _, size in line)
            left = inner.left()
            for item, size in line:
                if move:
                    item.setGeometry(QRect(left, top + (height - size.height()) // 2, size.width(), size.height()))
                left += size.width() + self.spacing()
            top += height + self.spacing()
        return max(inner.top(), top - self.spacing()) - area.top() + self.contentsMargins().bottom()

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        left = 0
        for item in self._shown():
            size = _size(item, width)
            if not lines or left + size.width() > width:
                lines.append([])
                left = 0
            lines[-1].append((item, size))
            left += size.width() + self.spacing()
        return lines


def _size(item: QLayoutItem, width: int) -> QSize:
    """As wide as it wants to be, if there is so much room in a line."""
    wanted = item.sizeHint()
    got = min(wanted.width(), max(width, item.minimumSize().width()))
    return QSize(got, item.heightForWidth(got) if item.hasHeightForWidth() else wanted.height())


class FlowGroup(QWidget):
    """Controls that belong together: in one line, and under each other where a line is too short for them."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        layout = FlowLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in widgets:
            layout.addWidget(widget)
        self.setLayout(layout)
