"""Buttons that copy a text and say so for a moment."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from hookscope.ui.parts.flat_button import FlatButton, IconButton

SHOWN_MS = 1200


class CopyButton(IconButton):
    """Copies a short text; ``what`` completes *Copy* for the tooltip and a screen reader."""

    def __init__(self, what: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__("copy", f"Copy {what}", parent=parent)
        self._text = text
        self._back = _back_timer(self)
        self._back.timeout.connect(lambda: self.set_icon("copy"))
        self.clicked.connect(self._copy)

    def set_text(self, text: str) -> None:
        """Copy this text from now on."""
        self._text = text

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
        self.set_icon("check", "ok")
        self._back.start()


class CopyTextButton(FlatButton):
    """The same with a word on it, which turns into *Copied*."""

    def __init__(self, word: str, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(word, icon="copy", parent=parent)
        self.setAccessibleName(accessible_name)
        self._word = word
        self._text = ""
        self._back = _back_timer(self)
        self._back.timeout.connect(lambda: self.setText(self._word))
        self.clicked.connect(self._copy)

    def set_text(self, text: str) -> None:
        """Copy this text from now on."""
        self._text = text

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
        self.setText("Copied")
        self._back.start()


def _back_timer(parent: QWidget) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(SHOWN_MS)
    return timer
