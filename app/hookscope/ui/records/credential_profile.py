"""Which platform records are looked up on: production, demo, or an address of the user's own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from hookscope.records.profiles import CUSTOM
from hookscope.ui import scales
from hookscope.ui.endpoint.flow import FlowGroup
from hookscope.ui.parts.flat_button import Action, FlatButton
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.records import credential_words as words
from hookscope.ui.records.credential_notice import Notice

if TYPE_CHECKING:
    from hookscope.program import Program


# Tab is to reach the choice that is made; Qt sees to that only once one of them has had the focus.
_REACHED, _NOT_REACHED = Qt.FocusPolicy.StrongFocus, Qt.FocusPolicy.ClickFocus


class ProfileChoice(QWidget):
    """Takes effect at once; only an address of the user's own has to be used with its button.

    One that is not of this computer is confirmed first, in place, because tokens are sent to it.
    """

    changed = Signal()

    def __init__(self, program: Program) -> None:
        super().__init__()
        self._program = program
        self.buttons = {id: QRadioButton(word) for id, word in _choices().items()}
        self.hosts = PlainLabel(wrap=True, breaks=True, role="muted")
        self.base = QLineEdit()
        self.use = FlatButton("Use this address")
        self.notice = Notice()
        self._group = QButtonGroup(self)
        self._row = QWidget()
        self._lay_out()
        self.refresh()
        self._connect()

    def refresh(self) -> None:
        """Show the profile that is in use, whoever has changed it."""
        profile = self._program.records.profile
        self.base.setText(self._program.settings.records_base)
        for id, button in self.buttons.items():
            button.setChecked(id == profile.id)
            button.setFocusPolicy(_REACHED if id == profile.id else _NOT_REACHED)
        self._row.setVisible(profile.id == CUSTOM)
        self.hosts.setText(words.hosts_words(profile))
        self.notice.clear()
        self._enable()

    def _chosen(self, id: str) -> None:
        self.notice.clear()
        self._row.setVisible(id == CUSTOM)
        if id == self._program.records.profile.id:
            self.refresh()
        elif id != CUSTOM:
            self._use(id, "")
        elif self.base.text().strip():
            self._take_base()
        else:
            self.hosts.setText(words.still_words(self._program.records.profile))
            self.base.setFocus()

    def _take_base(self) -> None:
        from hookscope.records.profiles import BadBase, custom_profile, is_loopback

        try:
            base = custom_profile(self.base.text()).apis["platform"]
        except BadBase as fault:
            self.notice.say("bad", str(fault))
            return
        if is_loopback(base) or base == self._base_in_use():
            self._use(CUSTOM, base)
            return
        actions: list[Action] = [(words.CANCEL, self._give_up), ("Use it", partial(self._use, CUSTOM, base))]
        self.notice.say("warn", words.confirm_words(base), actions)
        self.notice.buttons[0].setFocus()

    def _give_up(self) -> None:
        self.refresh()
        self.buttons[self._program.records.profile.id].setFocus()

    def _use(self, id: str, base: str) -> None:
        try:
            self._program.records.use_profile(id, base)
        except OSError as error:
            self.refresh()
            self.notice.say("bad", words.unsaved_words(error))
            return
        self.refresh()
        self.buttons[id].setFocus()
        self.changed.emit()

    def _base_in_use(self) -> str:
        return self._program.settings.records_base if self._program.records.profile.id == CUSTOM else ""

    def _edited(self) -> None:
        self.notice.clear()
        self._enable()

    def _enable(self) -> None:
        base = self.base.text().strip()
        self.use.setEnabled(bool(base) and base != self._base_in_use())

    def _connect(self) -> None:
        for id, button in self.buttons.items():
            button.clicked.connect(partial(self._chosen, id))
        self.base.textEdited.connect(self._edited)
        self.base.returnPressed.connect(self._take_base)
        self.use.clicked.connect(self._take_base)

    def _lay_out(self) -> None:
        for button in self.buttons.values():
            self._group.addButton(button)
            button.setMinimumHeight(scales.TARGET)
        self.base.setAccessibleName("Address of the API")
        self.base.setPlaceholderText("http://127.0.0.1:4010")
        self.base.setFixedHeight(scales.FIELD)
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(scales.S8)
        row.addWidget(self.base, 1)
        row.addWidget(self.use)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S8)
        for widget in (FlowGroup(*self.buttons.values()), self._row, self.notice, self.hosts):
            layout.addWidget(widget)


def _choices() -> dict[str, str]:
    from hookscope.records.profiles import load_profiles

    return {profile.id: profile.name for profile in load_profiles().values()} | {CUSTOM: "Custom address"}
