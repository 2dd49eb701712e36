"""*Prove it*: adds the endpoint to which a second step sends back what the first one passed on."""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from hookscope.endpoints import Endpoint, EndpointError
from hookscope.endpoints.proving import check_endpoint, check_of_proved
from hookscope.ui.endpoint.crossing import Crossing
from hookscope.ui.endpoint.history import Came
from hookscope.ui.endpoint.step_state import WAITING, StepState
from hookscope.ui.endpoint.wording import clock

if TYPE_CHECKING:
    from hookscope.program import Program


class Prove(QObject):
    """Adds check endpoints. ``ready`` has the id of the one to show, whose *Set up* says what to do."""

    ready = Signal(int)
    message = Signal(str)

    def __init__(self, program: Program, parent: QObject) -> None:
        super().__init__(parent)
        self._endpoints = program.endpoints
        self._crossing = Crossing(self)

    def start(self, id: int) -> None:
        """Prove what this endpoint answers, by the check endpoint that it has, else by a new one."""
        proved, others = self._endpoints.get(id), self._endpoints.all()
        if proved is None:
            return
        if (known := check_of_proved(proved, others)) is not None:
            self.ready.emit(known.id)
            return
        try:
            check = check_endpoint(proved, others)
        except EndpointError as error:
            self.message.emit(str(error))
        else:
            self._crossing.follow(self._endpoints.save(check), self._added)

    def _added(self, saved: Future[Endpoint]) -> None:
        try:
            self.ready.emit(saved.result().id)
        except EndpointError as error:
            self.message.emit(str(error))
        except sqlite3.Error as error:
            self.message.emit(f"The check endpoint could not be added ({error}). Try again.")


def check_state(newest: Came | None, now: datetime) -> StepState:
    """Whether something has come to a check endpoint, and where to see what it proves."""
    if newest is None:
        return StepState(WAITING)
    return StepState(
        f"Last request at {clock(newest.us, now)}. Its Body tab shows what came back.", "check", "ok", "Done"
    )
