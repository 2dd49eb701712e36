"""A form that is scrolled where it does not fit, without changing fields that the wheel passes over."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QFrame, QScrollArea, QSlider, QWidget

_TURNED = (QAbstractSpinBox, QComboBox, QSlider)  # what a wheel changes, with or without the focus


class FormArea(QScrollArea):
    """Scrolls a form up and down; a field takes the wheel only while it has the focus."""

    def __init__(self, form: QWidget) -> None:
        super().__init__()
        self._form = form
        self.setWidget(form)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._guard()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, _TURNED) and not watched.hasFocus():
            event.ignore()  # it goes on to the area
            return True
        if event.type() == QEvent.Type.LayoutRequest and watched is self._form:
            self._guard()
        return super().eventFilter(watched, event)

    def _guard(self) -> None:
        """Look after the fields there are, also those that were added since."""
        for kind in _TURNED:
            for field in self._form.findChildren(kind):
                if field.focusPolicy() == Qt.FocusPolicy.WheelFocus:
                    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                field.removeEventFilter(self)
                field.installEventFilter(self)
