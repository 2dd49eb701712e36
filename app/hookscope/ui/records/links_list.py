"""The ways from a record to others."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hookscope.records.model import Link, LookUp
from hookscope.ui import scales
from hookscope.ui.endpoint.key_rows import clear
from hookscope.ui.inspector.link_button import LinkButton
from hookscope.ui.parts.copy_button import CopyButton
from hookscope.ui.parts.plain_label import PlainLabel

MORE = "There may be more links; they stand in the whole record."
SHOWN = 300  # characters of an address


class LinksList(QWidget):
    """One line for each: a link to a record, or an address that is not followed, and why."""

    chosen = Signal(object)  # LookUp

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[LinkButton] = []
        self.stops: list[QWidget] = []  # what Tab reaches, in order
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(scales.S8, 0, scales.S8, 0)
        self._column.setSpacing(0)

    def show_links(self, links: Sequence[Link], *, more: bool) -> None:
        """Show these; with ``more`` they may not be all."""
        clear(self._column)
        self.buttons, self.stops = [], []
        for link in links:
            self._column.addWidget(self._line(link))
        if more:
            self._column.addWidget(_muted(MORE))

    def _line(self, link: Link) -> QWidget:
        line = QWidget()
        lines = QVBoxLayout(line)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        first = QHBoxLayout()
        first.setSpacing(scales.S8)
        lines.addLayout(first)
        if link.look_up is not None:
            self._fill_look_up(first, link, link.look_up)
        else:
            self._fill_address(first, link)
            lines.addWidget(_muted(link.why))
        return line

    def _fill_look_up(self, row: QHBoxLayout, link: Link, look_up: LookUp) -> None:
        button = LinkButton(whole=True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.set_words(link.title, "Look it up")
        button.clicked.connect(lambda: self.chosen.emit(look_up))
        self.buttons.append(button)
        self.stops.append(button)
        row.addWidget(button)
        row.addStretch(1)

    def _fill_address(self, row: QHBoxLayout, link: Link) -> None:
        title = PlainLabel(link.title)
        title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        address = PlainLabel(link.address[:SHOWN], role="muted", elide="middle")
        copy = CopyButton("the address", link.address)
        copy.setFixedSize(scales.TARGET, scales.TARGET)
        row.addSpacing(scales.S4)
        row.addWidget(title)
        row.addWidget(address, 1)
        row.addWidget(copy)
        self.stops.append(copy)


def _muted(sentence: str) -> PlainLabel:
    label = PlainLabel(sentence, role="muted", wrap=True, breaks=True)
    label.setMinimumWidth(1)
    label.setContentsMargins(scales.S4, 0, 0, scales.S4)
    return label
