"""Tinted bands with an icon, a sentence and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from hookscope.ui import scales
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.tokens import tokens

Action = tuple[str, Callable[[], None]]

_KINDS = {
    "info": ("info", "Information"),
    "warn": ("warning", "Warning"),
    "bad": ("cross-circle", "Error"),
    "ok": ("check", "Done"),
}


class Band(QWidget):
    """A line in the tint of its kind (info, warn, bad, ok): icon, sentence and actions; it grows with its sentence."""

    def __init__(self, kind: str, text: str, actions: Sequence[Action] = (), *, wrap: bool = False) -> None:
        super().__init__()
        name, spoken = _KINDS[kind]
        self.kind = kind
        self.label = PlainLabel(text, wrap=wrap)
        self.setMinimumHeight(scales.STRIP)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{spoken}: {text}")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(scales.S12, 2, scales.S8, 2)
        self.row.setSpacing(scales.S8)
        self.row.addWidget(IconLabel(name, kind, spoken))
        self.row.addWidget(self.label, 1)
        for caption, call in actions:
            self.row.addWidget(_button(caption, call))

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


def _button(caption: str, call: Callable[[], None]) -> FlatButton:
    button = FlatButton(caption)
    button.setFixedHeight(scales.TARGET)
    button.clicked.connect(lambda: call())
    return button
