"""A combo box that ends what does not fit with an ellipsis instead of cutting it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

from hookscope.ui import scales

LEAST = 96


class ElidedCombo(QComboBox):
    """As wide as it is wanted where there is room, and never wider."""

    def __init__(self, accessible_name: str, width: int, height: int = scales.FIELD) -> None:
        super().__init__()
        self._wanted = width
        self.setAccessibleName(accessible_name)
        self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        return QSize(self._wanted, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST, super().minimumSizeHint().height())

    def fit_list(self) -> None:
        """Make the list as wide as its longest entry; to be called once it is filled."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + scales.S32)

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        control, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, field, self).width() - 2 * scales.S4
        if not option.currentIcon.isNull():
            room -= scales.ICON + scales.S4
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)
        painter = QStylePainter(self)
        painter.drawComplexControl(control, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
