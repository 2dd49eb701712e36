"""The address of the handler whose answer is relayed."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hookscope.responses.forward_url import address_problem, handler_address, is_loopback
from hookscope.ui import scales
from hookscope.ui.endpoint.note_line import NoteLine
from hookscope.ui.parts.plain_label import PlainLabel

EXAMPLE = "http://127.0.0.1:3000/hooks"
HANDED_ON = "The rest of the path and the query follow. Headers and body are handed on to the byte."
LEAVES = "Requests leave this computer. Hookscope asks before it does that."


class ForwardField(QWidget):
    """Edits an address; one that is not edited comes back as it was given."""

    changed = Signal()

    def __init__(self, allowed_hosts: Callable[[], Collection[str]] = tuple) -> None:
        super().__init__()
        self._allowed_hosts = allowed_hosts
        self._given = ""
        self.address = QLineEdit()
        self.problem = NoteLine()
        self.leaves = NoteLine()
        self.note = PlainLabel(HANDED_ON, wrap=True, role="muted")
        self._lay_out()
        self.address.textChanged.connect(self._edited)

    def set_url(self, url: str) -> None:
        """Show this address."""
        self._given = url
        self.address.setText(url)
        self.address.setModified(False)
        self.show_flaw("")
        self._describe()

    def url(self) -> str:
        """The address as it is typed in."""
        return self.address.text().strip() if self.address.isModified() else self._given

    def show_flaw(self, sentence: str) -> None:
        """Say why no request can be forwarded there; ``""`` when nothing is against it."""
        self.problem.show_flaw(sentence)

    def _edited(self) -> None:
        self._describe()
        self.changed.emit()

    def _describe(self) -> None:
        host = "" if address_problem(self.url()) else handler_address(self.url()).host
        if not host or is_loopback(host):
            self.leaves.show_warning("")
        elif host in self._allowed_hosts():
            self.leaves.show_note(f"Requests leave this computer. You have allowed that for {host}.")
        else:
            self.leaves.show_warning(LEAVES)

    def _lay_out(self) -> None:
        self.address.setPlaceholderText(EXAMPLE)
        self.address.setFont(scales.mono())
        self.address.setFixedHeight(scales.FIELD)
        self.address.setAccessibleName("Address of my handler")
        label = PlainLabel("Address", elide="", role="muted")
        label.setBuddy(self.address)
        line = QHBoxLayout()
        line.setContentsMargins(scales.PANE, scales.S12, scales.PANE, scales.S8)
        line.setSpacing(scales.S8)
        line.addWidget(label)
        line.addWidget(self.address, 1)
        below = QHBoxLayout()
        below.setContentsMargins(scales.PANE, scales.S4, scales.PANE, scales.S4)
        below.addWidget(self.note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(line)
        layout.addWidget(self.problem)
        layout.addWidget(self.leaves)
        layout.addLayout(below)
        layout.addStretch(1)
