"""What takes effect at once and is no part of the draft: who sends, and whether requests are held."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from hookscope.endpoints import Endpoint, EndpointError
from hookscope.listener.bounds import USUAL
from hookscope.responses import RuleSet
from hookscope.responses.senders import load_senders, sender_of
from hookscope.ui import scales
from hookscope.ui.endpoint.crossing import Crossing
from hookscope.ui.endpoint.elided_combo import ElidedCombo
from hookscope.ui.endpoint.response_question import question
from hookscope.ui.parts.plain_label import PlainLabel, plain_tooltip

if TYPE_CHECKING:
    from hookscope.program import Program

HOLD = "Hold requests and respond by hand"
SHORT_HOLD = "Hold"
HOLD_TIP = (
    f"Each request waits for you to send a response. After {USUAL.hold_s:g} s the prepared one goes out by itself."
)
SENDER_TIP = "Who sends here. It decides what is said about a response: done, no retry, tries again."
SENDER_WIDTH = 320


class ResponseSettings(QWidget):
    """The choice of the sender and the switch that holds requests; both are saved when they are changed.

    ``status_asked`` comes before a sender is saved to whom a status that is applied does harm: the question, and what
    goes on with that sender.
    """

    message = Signal(str)
    status_asked = Signal(object, object)  # Question, Callable[[], None]

    def __init__(self, program: Program, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._endpoints = program.endpoints
        self._crossing = Crossing(self)
        self._endpoint: Endpoint | None = None
        self._saving = 0
        self.profile = ElidedCombo("Sender", SENDER_WIDTH, scales.TARGET)
        self.hold = QCheckBox(HOLD)
        self._lay_out()
        self.profile.activated.connect(self._choose_sender)
        self.hold.clicked.connect(self._set_hold)

    def show_endpoint(self, endpoint: Endpoint) -> None:
        """Show the settings of this endpoint."""
        if self._saving and self._endpoint and self._endpoint.id == endpoint.id:
            return  # an answer to what was changed before must not turn the switch back
        self._endpoint = endpoint
        self.profile.setCurrentIndex(self.profile.findData(endpoint.sender))
        self.hold.setChecked(endpoint.hold)

    def set_room(self, room: int) -> None:
        """Take no more width than this, with a shorter word for the switch if need be."""
        short = room < self._width_with(HOLD)
        self.hold.setText(SHORT_HOLD if short else HOLD)
        self.setMaximumWidth(max(room, self._width_with(self.hold.text())))

    def _width_with(self, word: str) -> int:
        """The least width with this word at the switch."""
        now = self.fontMetrics().horizontalAdvance(self.hold.text())
        return self.minimumSizeHint().width() - now + self.fontMetrics().horizontalAdvance(word)

    def _lay_out(self) -> None:
        for id, sender in load_senders().items():
            self.profile.addItem(sender.name, id)
        self.profile.fit_list()
        self.profile.setToolTip(plain_tooltip(SENDER_TIP))
        self.hold.setAccessibleName(HOLD)
        self.hold.setToolTip(plain_tooltip(HOLD_TIP))
        self.hold.setMinimumHeight(scales.TARGET)
        label = PlainLabel("Sender", elide="", role="muted")
        label.setBuddy(self.profile)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S8)
        layout.addWidget(label)
        layout.addWidget(self.profile, 1)
        layout.addSpacing(scales.S8)
        layout.addWidget(self.hold)

    def _choose_sender(self, row: int) -> None:
        self._use_sender(self.profile.itemData(row), frozenset())

    def _use_sender(self, id: str, agreed: frozenset[int]) -> None:
        """Save this sender, after the question about each status that does harm there."""
        if self._endpoint is None:
            return
        asked = question(sender_of(id), RuleSet(), self._endpoint.rule_set, agreed)
        if asked is None or id == self._endpoint.sender:
            self._change(partial(_with_sender, sender=id))
        else:
            self.show_endpoint(self._endpoint)
            self.status_asked.emit(asked, partial(self._use_sender, id, agreed | {asked.status}))

    def _set_hold(self, hold: bool) -> None:
        self._change(partial(_with_hold, hold=hold))

    def _change(self, edit: Callable[[Endpoint], Endpoint]) -> None:
        if self._endpoint:
            self._saving += 1
            self._crossing.follow(self._endpoints.change(self._endpoint.id, edit), self._saved)

    def _saved(self, done: Future[Endpoint]) -> None:
        self._saving -= 1
        try:
            saved = done.result()
        except EndpointError as error:
            self.message.emit(str(error))
        except sqlite3.Error as error:
            self.message.emit(f"The endpoint could not be changed ({error}). Try again.")
        else:
            if self._endpoint and self._endpoint.id == saved.id:
                self.show_endpoint(saved)
            return
        if self._endpoint:
            self.show_endpoint(self._endpoints.get(self._endpoint.id) or self._endpoint)


def _with_sender(before: Endpoint, sender: str) -> Endpoint:
    return replace(before, sender=sender)


def _with_hold(before: Endpoint, hold: bool) -> Endpoint:
    return replace(before, hold=hold)
