"""Profile and credential together, as a page of the settings and as a window of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from hookscope.ui import scales
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.records.credential_panel import CredentialPanel
from hookscope.ui.records.credential_profile import ProfileChoice

if TYPE_CHECKING:
    from hookscope.program import Program
    from hookscope.ui.tasks import Tasks

SIZE = (560, 500)


class RecordsPage(QWidget):
    """The section *Records*: which platform is asked, and with what. All of it takes effect at once."""

    changed = Signal()

    def __init__(self, program: Program, tasks: Tasks) -> None:
        super().__init__()
        self.profile = ProfileChoice(program)
        self.panel = CredentialPanel(program, tasks)
        self._lay_out()
        self.profile.changed.connect(self.panel.refresh)
        self.profile.changed.connect(self.changed)
        self.panel.page.profile_changed.connect(self.profile.refresh)
        self.panel.changed.connect(self.changed)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(scales.S16, scales.S16, scales.S16, scales.S8)
        layout.setSpacing(scales.S8)
        layout.addWidget(_heading("Profile"))
        layout.addWidget(self.profile)
        layout.addSpacing(scales.S8)
        layout.addWidget(_heading("Credential"))
        layout.addWidget(self.panel, 1)


class CredentialDialog(QDialog):
    """The same in a window of its own, for who comes from a record; open it with ``open()``."""

    changed = Signal()

    def __init__(self, program: Program, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = RecordsPage(program, tasks)
        self.close_button = FlatButton("Close")
        self.setWindowTitle("Credential for records")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(scales.S16, 0, scales.S16, scales.S16)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S8)
        layout.addWidget(self.page, 1)
        layout.addLayout(buttons)
        self.resize(*SIZE)
        self.page.changed.connect(self.changed)
        self.close_button.clicked.connect(self.close)


def _heading(text: str) -> PlainLabel:
    label = PlainLabel(text, elide="")
    label.setFont(scales.strong())
    return label
