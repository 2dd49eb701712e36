"""An icon that is looked at and not pressed."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel

from hookscope.ui import scales
from hookscope.ui.icons import icon


class IconLabel(QLabel):
    """One icon that follows the palette; ``accessible_name`` is what a screen reader says."""

    def __init__(self, name: str, role: str, accessible_name: str, side: int = scales.ICON) -> None:
        super().__init__()
        self._icon = icon(name, role)
        self.setFixedSize(QSize(side, side))
        self.setAccessibleName(accessible_name)

    def set_icon(self, name: str, role: str, accessible_name: str) -> None:
        """Show another icon."""
        self._icon = icon(name, role)
        self.setAccessibleName(accessible_name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._icon.paint(QPainter(self), self.rect())
