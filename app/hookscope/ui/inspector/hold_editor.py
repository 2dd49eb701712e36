"""Responding by hand to a request that is held."""

from __future__ import annotations

import time
from collections.abc import Collection
from concurrent.futures import Future
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hookscope.deliveries import Delivery, SentResponse
from hookscope.listener.bounds import USUAL
from hookscope.responses import Response, flaws, planned
from hookscope.responses.like import response_like
from hookscope.ui import scales
from hookscope.ui.endpoint.crossing import Crossing
from hookscope.ui.endpoint.response_form import ResponseForm
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.splitter import Line

if TYPE_CHECKING:
    from hookscope.program import Program
    from hookscope.ui.actions import Actions

SECOND_MS = 1000
TOO_LATE = "Too late: the prepared response had gone out already."
STOPPED = "The listener is off, so nothing could be sent."


class HoldEditor(QWidget):
    """An editor filled with the response that goes out by itself when nobody sends another one in time.

    What is typed for one request stays while another one is looked at.
    """

    shown = Signal()  # on screen, or not any more
    message = Signal(str)

    def __init__(self, program: Program, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._action = actions.action("send_held")
        self._crossing = Crossing(self)
        self._delivery: Delivery | None = None
        self._typed: dict[int, Response] = {}
        self._tick = QTimer(self)
        self._tick.setSingleShot(True)
        self._tick.timeout.connect(self._count_down)
        self.remaining = PlainLabel(wrap=True)
        self.drop_button = FlatButton("Drop", icon="drop")
        self.send_button = FlatButton("Send response", primary=True)
        self.form = ResponseForm(by_hand=True)
        self._lay_out()
        self._connect()

    def show_delivery(self, delivery: Delivery, sender: str) -> None:
        """Respond to this held delivery; what is typed for it already stays."""
        if self._delivery is None or self._delivery.id != delivery.id:
            self._delivery = None  # filling the form is no typing
            self.form.set_response(self._typed.get(delivery.id) or prepared(delivery.response), sender)
            self.form.show_flaws([])
            self._delivery = delivery
            self._set_buttons(enabled=True)
        self._count_down()

    def keep_only(self, held: Collection[int]) -> None:
        """Forget what was typed for requests that do not wait any more."""
        self._typed = {id: response for id, response in self._typed.items() if id in held}

    def send(self) -> None:
        """Send what is typed, unless it cannot be sent as it is: then it is marked."""
        if self._delivery is None or not self.send_button.isEnabled():
            return
        response = self.form.response()
        found = flaws(response)
        self.form.show_flaws(found)
        if found:
            self.form.go_to(found[0])
        else:
            self._release(planned(response))

    def drop(self) -> None:
        """End the connection without a response."""
        if self._delivery is not None:
            self._release(None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._action.setEnabled(True)
        self._count_down()
        self.shown.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._action.setEnabled(False)
        self._tick.stop()
        self.shown.emit()

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setContentsMargins(scales.PANE, scales.S8, scales.PANE, scales.S8)
        first.setSpacing(scales.S8)
        first.addWidget(IconLabel("hold", "warn", "Held"))
        first.addWidget(self.remaining, 1)
        first.addWidget(self.drop_button)
        first.addWidget(self.send_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(first)
        layout.addWidget(Line())
        layout.addWidget(self.form, 1)
        self.setTabOrder(self.form, self.drop_button)
        self.setTabOrder(self.drop_button, self.send_button)

    def _connect(self) -> None:
        self.form.changed.connect(self._remember)
        self.send_button.clicked.connect(lambda: self.send())
        self.drop_button.clicked.connect(lambda: self.drop())
        self.send_button.setToolTip(self._action.toolTip())
        self._action.setEnabled(False)
        self._action.triggered.connect(lambda: self.send())

    def _remember(self) -> None:
        if self._delivery is not None:
            self._typed[self._delivery.id] = self.form.response()
            self.form.show_flaws(flaws(self._typed[self._delivery.id]))

    def _release(self, response: SentResponse | None) -> None:
        if self._delivery is not None:
            self._set_buttons(enabled=False)
            self._crossing.follow(self._program.release(self._delivery.id, response), self._released)

    def _released(self, done: Future[bool]) -> None:
        if done.cancelled() or done.exception():
            self.message.emit(STOPPED)
        elif not done.result():
            self.message.emit(TOO_LATE)

    def _set_buttons(self, *, enabled: bool) -> None:
        self.send_button.setEnabled(enabled)
        self.drop_button.setEnabled(enabled)

    def _count_down(self) -> None:
        if self._delivery is None:
            return
        row = self._delivery.row
        left_us = row.received_us + int(USUAL.hold_s * 1_000_000) - time.time_ns() // 1000
        self.remaining.setText(remaining_words(left_us, fixed=bool(row.status)))
        if left_us > 0 and self.isVisible():
            self._tick.start(max(1, left_us // 1000 % SECOND_MS))


def prepared(sent: SentResponse) -> Response:
    """What the editor begins with: the response that is ready to go out, an empty one where that is not fixed."""
    return response_like(sent) if sent.status else Response()


def remaining_words(left_us: int, *, fixed: bool) -> str:
    """*The prepared response goes out by itself in 37 s.*; one that is not ``fixed`` is a handler's, or a fault."""
    what = "The prepared response goes out" if fixed else "What is set for this request (a handler or a fault) happens"
    seconds = -(-left_us // 1_000_000)
    return f"{what} by itself in {seconds} s." if seconds > 0 else f"{what} by itself now."
