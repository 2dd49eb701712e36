"""The bar at the top: who can reach this computer, and at which address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from hookscope.ui import scales
from hookscope.ui.parts.flat_button import FlatButton, IconButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel, plain_tooltip

if TYPE_CHECKING:
    from hookscope.listener import ListenerState


@dataclass(frozen=True, slots=True)
class Look:
    """What the bar shows for a state."""

    icon: str
    role: str
    text: str
    shows_address: bool = False
    can_retry: bool = False


def look_of(state: ListenerState) -> Look:
    """What the bar shows for this state of the listener (INTERFACE.md 2.9, without a public address)."""
    if state.state == "failed":
        return Look("cross-circle", "bad", state.problem, can_retry=True)
    if state.state == "listening":
        return Look("circle", "muted", "Only this computer can reach you.", shows_address=True)
    return Look("ring", "muted", "Starting to listen…")


class ConnectionBar(QWidget):
    """State, address and the buttons beside it; an address is always that of the chosen endpoint."""

    copy_asked = Signal()
    sample_asked = Signal()
    port_asked = Signal(int)  # listen there instead
    retry_asked = Signal()

    def __init__(self, menu: QMenu | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = IconLabel("ring", "muted", "")
        self._text = PlainLabel()
        self._address = PlainLabel(elide="middle")
        self._narrow = False
        self.copy = self._button("Copy address", "copy")
        self.use_free = self._button("", "play")
        self.retry = self._button("Try again", "refresh")
        self.sample = self._button("Send a sample", "sample")
        self.menu = IconButton("menu", "Menu")
        self._free_port = 0
        self._lay_out(menu)
        self._connect()

    def show_state(self, state: ListenerState) -> None:
        """Show the state of the listener."""
        look = look_of(state)
        self._mark.set_icon(look.icon, look.role, "")
        self._text.setText(look.text)
        self._free_port = state.free_port
        self._address.setVisible(look.shows_address)
        self.copy.setVisible(look.shows_address)
        self.sample.setEnabled(state.state == "listening")
        self.retry.setVisible(look.can_retry)
        self.use_free.setVisible(look.can_retry and bool(state.free_port))
        self._word(self.use_free, f"Use {state.free_port}")

    def show_address(self, address: str) -> None:
        """Show the address of the chosen endpoint."""
        self._address.setText(address)
        self._address.setToolTip(plain_tooltip(address))

    def address(self) -> str:
        """The address on show."""
        return self._address.raw_text()

    def text(self) -> str:
        """The sentence on show."""
        return self._text.raw_text()

    def set_narrow(self, narrow: bool) -> None:
        """Show the buttons as icons with tooltips."""
        self._narrow = narrow
        for button in (self.copy, self.use_free, self.retry, self.sample):
            self._word(button, button.accessibleName())

    def _button(self, word: str, icon_name: str) -> FlatButton:
        button = FlatButton("", icon=icon_name)
        self._word(button, word)
        return button

    def _word(self, button: FlatButton, word: str) -> None:
        button.setAccessibleName(word)
        button.setText("" if self._narrow else word)
        button.setToolTip(word if self._narrow else "")

    def _lay_out(self, menu: QMenu | None) -> None:
        self.setFixedHeight(scales.BAR)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(scales.S12, 0, scales.S8, 0)
        layout.setSpacing(scales.S8)
        for widget in (self._mark, self._text, self._address, self.copy, self.use_free, self.retry):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self.sample)
        layout.addWidget(self.menu)
        self.menu.setVisible(menu is not None)
        if menu is not None:
            self.menu.setMenu(menu)

    def _connect(self) -> None:
        self.copy.clicked.connect(self.copy_asked)
        self.sample.clicked.connect(self.sample_asked)
        self.retry.clicked.connect(self.retry_asked)
        self.use_free.clicked.connect(lambda: self.port_asked.emit(self._free_port))
