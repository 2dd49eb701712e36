"""*Tree · Text · Bytes*: how bodies are shown."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hookscope.ui.inspector.body_view import BYTES, TEXT, TREE
from hookscope.ui.parts.flat_button import IconButton
from hookscope.ui.parts.tab_bar import TabBar

_VIEWS = ((TREE, "Tree"), (TEXT, "Text"), (BYTES, "Bytes"))


class ViewSwitch(QWidget):
    """The three views, and the way to the search; ``chosen`` carries the view a person picks."""

    chosen = Signal(str)
    find_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = TabBar()
        self.bar.setAccessibleName("View of the body")
        for _, word in _VIEWS:
            self.bar.addTab(word)
        self.bar.currentChanged.connect(lambda place: self.chosen.emit(_VIEWS[place][0]))
        find = IconButton("search", "Find in the body")
        find.clicked.connect(lambda: self.find_asked.emit())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(find)

    def show_view(self, view: str, *, tree: bool) -> None:
        """Mark the view that is shown; ``tree`` tells whether this body has one."""
        with QSignalBlocker(self.bar):
            self.bar.setTabEnabled(0, tree)
            self.bar.setTabToolTip(0, "" if tree else "This body is neither JSON nor a form.")
            self.bar.setCurrentIndex([name for name, _ in _VIEWS].index(view))
