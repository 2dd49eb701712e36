"""Tinted bands with an icon, a sentence and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QWidget

from hookscope.ui import scales
from hookscope.ui.parts.flat_button import Action, FlatButton, action_button
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.tokens import tokens

_KINDS = {
    "info": ("info", "Information"),
    "warn": ("warning", "Warning"),
    "bad": ("cross-circle", "Error"),
    "ok": ("check", "Done"),
}


NARROW = 400
"""The width under which the actions stand below the sentence, if they may."""


class Band(QWidget):
    """A line in the tint of its kind (info, warn, bad, ok): icon, sentence and actions; it grows with its sentence."""

    def __init__(
        self, kind: str, text: str, actions: Sequence[Action] = (), *, wrap: bool = False, stacks: bool = False
    ) -> None:
        """With ``stacks`` the actions stand below the sentence where there is little room."""
        super().__init__()
        name, spoken = _KINDS[kind]
        self._stacks = stacks
        self.kind = kind
        self.label = PlainLabel(text, wrap=wrap)
        self.setMinimumHeight(scales.STRIP)
        # Not fixed where it wraps: that is the height for another width.
        height = QSizePolicy.Policy.Minimum if wrap else QSizePolicy.Policy.Fixed
        self.setSizePolicy(QSizePolicy.Policy.Preferred, height)
        self.setAccessibleName(f"{spoken}: {text}")
        sentence = QHBoxLayout()
        sentence.setContentsMargins(0, 2, 0, 2)  # so that several lines do not touch the edges
        sentence.setSpacing(scales.S8)
        sentence.addWidget(IconLabel(name, kind, spoken))
        sentence.addWidget(self.label, 1)
        self.row = QHBoxLayout()  # of the buttons
        self.row.setSpacing(scales.S8)
        for action in actions:
            self.row.addWidget(_low_button(action))
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._parts.setContentsMargins(scales.S12, 2, scales.S8, 2)
        self._parts.setSpacing(scales.S8)
        self._parts.addLayout(sentence, 1)
        self._parts.addLayout(self.row)
        self._parts.setAlignment(self.row, Qt.AlignmentFlag.AlignRight)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        below = self._stacks and self.width() < NARROW
        self._parts.setDirection(QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = tokens(self)
        painter.fillRect(self.rect(), current.color(f"strip_{self.kind}"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, current.line)


class Strip(Band):
    """A finding over the content of a tab, 32 px high, with at most one action."""

    def __init__(self, kind: str, text: str, action: Action | None = None) -> None:
        super().__init__(kind, text, () if action is None else (action,))
        self.setFixedHeight(scales.STRIP)


def _low_button(action: Action) -> FlatButton:
    button = action_button(*action)
    button.setFixedHeight(scales.TARGET)
    return button
