"""The response of an endpoint as a draft, until it is applied."""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hookscope.endpoints import Endpoint, EndpointError
from hookscope.responses import Flaw, RuleSet, flaws
from hookscope.ui import scales
from hookscope.ui.endpoint.crossing import Crossing
from hookscope.ui.endpoint.history import History
from hookscope.ui.endpoint.response_form import ResponseForm
from hookscope.ui.endpoint.wording import clock, counted
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import PlainLabel

if TYPE_CHECKING:
    from hookscope.program import Program

SETTLE_MS = 300  # without an edit, before a draft is checked and kept


class ResponseEditor(QWidget):
    """Edits what an endpoint answers. Edits are a draft that is kept at once; requests get it from *Apply* on."""

    draft_changed = Signal(bool)  # whether there is something to apply
    message = Signal(str)

    def __init__(self, program: Program, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._endpoints = program.endpoints
        self._crossing = Crossing(self)
        self._endpoint: Endpoint | None = None
        self._sent = 0
        self._flaws: list[Flaw] = []
        self._loading = False
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self.form = ResponseForm()
        self.state = PlainLabel(role="muted")
        self.discard_button = FlatButton("Discard")
        self.apply_button = FlatButton("Apply", primary=True)
        self._lay_out()
        self._settle.timeout.connect(self._check)
        self.form.changed.connect(self._edited)
        self.discard_button.clicked.connect(self.discard)
        self.apply_button.clicked.connect(self.apply)

    def show_endpoint(self, endpoint: Endpoint) -> None:
        """Edit the response of this endpoint, from its draft when it has one."""
        self.flush()
        before, self._endpoint = self._endpoint, endpoint
        if before is None or before.id != endpoint.id:
            self._sent = 0
            self._load()
        elif self.form.response() == before.response != endpoint.response:
            self._load()  # applied elsewhere, and not edited here
        self._check()

    def show_history(self, history: History) -> None:
        """Take over how often the response was sent."""
        self._sent = history.sent
        self._describe()

    def has_draft(self) -> bool:
        """Whether the response differs from what requests get now."""
        return self._endpoint is not None and self.form.response() != self._endpoint.response

    def apply(self) -> None:
        """Let requests get this response from the next one on; one that cannot be sent shows where it is wrong."""
        self.flush()
        if self._endpoint is None or not self.has_draft():
            return
        if self._flaws:
            self.form.go_to(self._flaws[0])
            return
        current = self._endpoints.get(self._endpoint.id) or self._endpoint
        saved = self._endpoints.save(replace(current, response=self.form.response()))
        self._crossing.follow(saved, self._tell_problem)

    def discard(self) -> None:
        """Go back to what requests get now."""
        if self._endpoint:
            self._endpoints.keep_draft(self._endpoint.id, None)
            self._load()
            self._check()

    def flush(self) -> None:
        """Keep the draft now instead of in a moment."""
        if self._settle.isActive():
            self._check()

    def hideEvent(self, event: QHideEvent) -> None:
        self.flush()
        super().hideEvent(event)

    def _lay_out(self) -> None:
        self.discard_button.setToolTip("Go back to the response that requests get now")
        last = QHBoxLayout()
        last.setContentsMargins(scales.PANE, scales.S8, scales.PANE, scales.S8)
        last.setSpacing(scales.S8)
        last.addWidget(self.state, 1)
        last.addWidget(self.discard_button)
        last.addWidget(self.apply_button)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.form, 1)
        middle.addLayout(last)
        # The list of rules goes to the left of the middle column, what is passed to the next step to its right.
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(0)
        columns.addLayout(middle, 1)

    def _load(self) -> None:
        if self._endpoint:
            self._settle.stop()
            self._loading = True
            draft = self._endpoints.draft(self._endpoint.id)
            response = draft.default if draft else self._endpoint.response
            self.form.set_response(response, self._endpoint.sender)
            self._loading = False

    def _edited(self) -> None:
        if not self._loading:
            self._settle.start()
            self._enable(True)

    def _check(self) -> None:
        """Look for flaws, and keep the draft."""
        self._settle.stop()
        if self._endpoint is None:
            return
        response = self.form.response()
        self._flaws = flaws(response)
        self.form.show_flaws(self._flaws)
        draft = None if response == self._endpoint.response else RuleSet(self._endpoint.rules, response)
        if draft != self._endpoints.draft(self._endpoint.id):
            self._endpoints.keep_draft(self._endpoint.id, draft)
        self._describe()

    def _describe(self) -> None:
        if self._endpoint is None:
            return
        drafted = self.has_draft()
        applied_us, now = self._endpoints.applied_us(self._endpoint.id), datetime.now(UTC)
        if drafted:
            self.state.setText(
                f"Draft. Requests still get the response applied at {clock(applied_us, now, seconds=False)}."
            )
        else:
            self.state.setText(f"In use since {clock(applied_us, now)}, {_times(self._sent)}.")
        self._enable(drafted)

    def _enable(self, drafted: bool) -> None:
        self.discard_button.setEnabled(drafted)
        self.apply_button.setEnabled(drafted)
        self.draft_changed.emit(drafted)

    def _tell_problem(self, saved: Future[Endpoint]) -> None:
        try:
            saved.result()
        except EndpointError as error:
            self.message.emit(str(error))
        except sqlite3.Error as error:
            self.message.emit(f"The response could not be applied ({error}). Requests get the one before. Try again.")


def _times(sent: int) -> str:
    if sent == 0:
        return "not sent yet"
    return "sent once" if sent == 1 else f"sent {counted(sent, 'time', 'times')}"
