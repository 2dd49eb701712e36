"""Help: the sheet of keys, what is kept of a request, where a credential comes from, and what this program is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QMessageBox, QScrollArea, QVBoxLayout, QWidget

from hookscope import __version__
from hookscope.ui import scales
from hookscope.ui.actions import Entry
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.parts.shortcut_sheet import ShortcutSheet
from hookscope.ui.parts.tab_bar import Tabs
from hookscope.ui.records import credential_words as words
from hookscope.ui.records.credential_steps import HelpPage

SIZE = (760, 620)
KEYS, KEPT, WHERE = range(3)
EVIDENCE = (
    "Of every request Hookscope keeps the request line, the header lines with their order, case and repetitions, and"
    " the body to the byte; of a chunked body what its chunks contain."
)
NOT_KEPT = "Blanks around the value of a header, the sizes of chunks and the fields after the last one are not kept."
SAVED = (
    "A request is on disk before it is answered. When it cannot be saved, the sender gets 503, so that it tries again."
)
LIMITS = "When there are more, older or larger deliveries than the settings allow, the oldest go; pinned ones never."


class HelpDialog(QDialog):
    """Keys, what is kept and where a credential comes from, in a window that blocks nothing.

    ``page`` is :data:`KEYS`, :data:`KEPT` or :data:`WHERE`.
    """

    def __init__(self, entries: Sequence[Entry], data_dir: Path, page: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Help")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.tabs = Tabs("Help")
        self.tabs.add(_scrolling(ShortcutSheet(entries), "Keyboard shortcuts"), "Keyboard shortcuts")
        self.tabs.add(_scrolling(_kept(data_dir), "What is kept"), "What is kept")
        self.tabs.add(_scrolling(HelpPage(), words.WHERE), "Credentials for records")
        self.tabs.set_current(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)
        self.resize(*SIZE)


def about_box(parent: QWidget) -> QMessageBox:
    """What this program is, in a box that blocks nothing."""
    box = QMessageBox(parent)
    box.setWindowTitle("About Hookscope")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Hookscope {__version__}")
    box.setInformativeText("A desktop webhook inspector. MIT licence.")
    box.setIconPixmap(parent.window().windowIcon().pixmap(scales.BIG_ICON, scales.BIG_ICON))
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setModal(False)
    return box


def _kept(data_dir: Path) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(scales.S24, scales.S24, scales.S24, scales.S24)
    layout.setSpacing(scales.S12)
    for sentence in (
        EVIDENCE,
        NOT_KEPT,
        SAVED,
        LIMITS,
        f"Everything is in this folder, which only you can read: {data_dir}",
    ):
        layout.addWidget(PlainLabel(sentence, wrap=True))
    layout.addStretch(1)
    return page


def _scrolling(widget: QWidget, name: str) -> QScrollArea:
    area = QScrollArea()
    area.setAccessibleName(name)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(widget)
    return area
