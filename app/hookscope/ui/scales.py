"""Space, type and heights, in logical pixels; nothing in the window uses a number that is not here."""

from __future__ import annotations

import sys

from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics
from PySide6.QtWidgets import QApplication

S4, S8, S12, S16, S24, S32 = 4, 8, 12, 16, 24, 32
PANE = S12
ICON = 16
BIG_ICON = 48
RADIUS = 4
TARGET = 24
BUTTON = FIELD = 28
TAB = STRIP = 32
BAR = TITLE = 40
SELECTION_BAR = 3
TEXT_COLUMN = 420


def small() -> QFont:
    """0.9 of the body, but never under 8.5 pt (11 pt on macOS)."""
    font = QApplication.font()
    least = 11.0 if sys.platform == "darwin" else 8.5
    font.setPointSizeF(max(font.pointSizeF() * 0.9, least))
    return font


def strong() -> QFont:
    """The body font, DemiBold."""
    font = QApplication.font()
    font.setWeight(QFont.Weight.DemiBold)
    return font


def title() -> QFont:
    """1.25 of the body, DemiBold."""
    font = _larger(1.25)
    font.setWeight(QFont.Weight.DemiBold)
    return font


def heading() -> QFont:
    """1.5 of the body, for the heading of an empty state."""
    return _larger(1.5)


def mono() -> QFont:
    """The system's fixed font at the size of the body."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(QApplication.font().pointSizeF())
    return font


def tabular(font: QFont) -> QFont:
    """The same font with figures of equal width."""
    even = QFont(font)
    even.setFeature(QFont.Tag("tnum"), 1)
    return even


def row_height(metrics: QFontMetrics) -> int:
    """The height of a row of the table and of its header."""
    return metrics.height() + 11


def sidebar_row_height(metrics: QFontMetrics) -> int:
    """The height of a row of the sidebar."""
    return metrics.height() + 13


def tree_row_height(metrics: QFontMetrics) -> int:
    """The height of a row of a tree."""
    return metrics.height() + 7


def _larger(factor: float) -> QFont:
    font = QApplication.font()
    font.setPointSizeF(font.pointSizeF() * factor)
    return font
