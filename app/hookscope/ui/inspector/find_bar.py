"""Find in the pane: a field under the body."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from hookscope.ui import scales
from hookscope.ui.parts.flat_button import FlatButton, IconButton
from hookscope.ui.parts.plain_label import PlainLabel


class _Field(QLineEdit):
    def __init__(self, escape: Callable[[], None], what: str) -> None:
        super().__init__()
        self._escape = escape
        self.setPlaceholderText(f"Find in {what}")
        self.setAccessibleName(f"Find in {what}")
        self.setFixedHeight(scales.FIELD)
        self.setMaximumWidth(320)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:  # else the window takes Esc to go back to the list
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._escape()
                return True
        return super().event(event)


class FindBar(QWidget):
    """A field, *Next*, and what came of it. ``find`` goes to the next place and tells whether there is one."""

    def __init__(
        self,
        find: Callable[[str], bool],
        closed: Callable[[], None],
        what: str = "the body",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._find = find
        self._closed = closed
        self.result = PlainLabel(role="muted")
        self.field = _Field(self.shut, what)
        self.field.returnPressed.connect(self.find_next)
        self.field.textChanged.connect(lambda: self.result.setText(""))
        button = FlatButton("Next")
        button.clicked.connect(lambda: self.find_next())
        close = IconButton("close", "Close the search")
        close.clicked.connect(lambda: self.shut())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(scales.S12, scales.S4, scales.S8, scales.S4)
        layout.setSpacing(scales.S8)
        for widget in (self.field, button):
            layout.addWidget(widget)
        layout.addWidget(self.result, 1)
        layout.addWidget(close)
        self.hide()

    def open(self) -> None:
        """Show the field and give it the focus."""
        self.show()
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def shut(self) -> None:
        """Put the field away."""
        self.hide()
        self._closed()

    def find_next(self) -> None:
        """Go to the next place; without a text the field opens."""
        if not self.field.text():
            self.open()
            return
        self.result.setText("" if self._find(self.field.text()) else "Not found")
