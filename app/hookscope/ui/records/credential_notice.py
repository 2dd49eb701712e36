"""What is said about a credential, with what can be done about it under the sentence: panes are narrow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hookscope.ui import scales
from hookscope.ui.endpoint.flow import FlowGroup
from hookscope.ui.parts.flat_button import Action, FlatButton, action_button
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel

_KINDS = {
    "info": ("info", "muted", "Note"),
    "warn": ("warning", "warn", "Warning"),
    "bad": ("cross-circle", "bad", "Error"),
    "ok": ("check", "ok", "Done"),
}


class Notice(QWidget):
    """One sentence of a kind (info, warn, bad, ok) with its buttons; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.buttons: list[FlatButton] = []
        self.sentence = PlainLabel(wrap=True, breaks=True)
        self.detail = PlainLabel(wrap=True, breaks=True, role="muted")
        self._icon = IconLabel("info", "muted", "Note")
        self._group: QWidget | None = None
        self._column = QVBoxLayout()
        self._lay_out()
        self.hide()

    def say(
        self, kind: str, sentence: str, actions: Sequence[Action] = (), *, detail: str = "", primary: bool = False
    ) -> None:
        """Show a sentence in place of the one before; ``primary`` makes the first button the one that is meant."""
        icon, role, spoken = _KINDS[kind]
        self._icon.set_icon(icon, role, spoken)
        self.sentence.set_role(role if kind == "bad" else "")
        self.sentence.setText(sentence)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self._offer(actions, primary=primary)
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))

    def clear(self) -> None:
        """Say nothing, and forget what the buttons would have done."""
        self._offer((), primary=False)
        self.sentence.setText("")
        self.detail.setText("")
        self.hide()

    def _offer(self, actions: Sequence[Action], *, primary: bool) -> None:
        if self._group is not None:
            self._column.removeWidget(self._group)
            self._group.hide()
            self._group.deleteLater()
            self._group = None
        self.buttons = [action_button(*action, primary=primary and not place) for place, action in enumerate(actions)]
        if self.buttons:
            self._group = FlowGroup(*self.buttons)
            self._column.addWidget(self._group)

    def _lay_out(self) -> None:
        self._column.setSpacing(scales.S8)
        self._column.addWidget(self.sentence)
        self._column.addWidget(self.detail)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S8)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(self._column, 1)
