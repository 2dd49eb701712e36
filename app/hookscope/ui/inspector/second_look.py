"""A delivery judged once more, as of its arrival, with what its endpoint verifies with now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from hookscope.deliveries import Delivery, is_complete
from hookscope.endpoints import Endpoint
from hookscope.ui.answers import Answers

if TYPE_CHECKING:
    from hookscope.program import Program
    from hookscope.verification import Verdict


class SecondLook(QObject):
    """Judges deliveries; ``judged`` carries the delivery's id and the verdict."""

    judged = Signal(int, object)

    def __init__(self, program: Program, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._answers = Answers(self)
        self._turn = 0

    def endpoint(self, delivery: Delivery) -> Endpoint | None:
        """The endpoint as it is now, if this delivery can be judged at all."""
        row = delivery.row
        if row.endpoint_id is None or not is_complete(row) or not row.method:
            return None
        return self._program.endpoints.get(row.endpoint_id)

    def secrets(self, endpoint: Endpoint) -> tuple[str, ...]:
        """The names of the secrets in the order in which a verdict counts them; none unless all could be read."""
        verifier = self._program.checks.get(endpoint).verifier
        return endpoint.secrets if verifier and len(verifier.secrets) == len(endpoint.secrets) else ()

    def look(self, delivery: Delivery) -> None:
        """Judge a delivery; a later call ends this one."""
        self._turn += 1
        endpoint, turn = self.endpoint(delivery), self._turn
        if endpoint is None:
            return
        check, request, at = self._program.checks.get(endpoint), delivery.request, delivery.row.received_us / 1_000_000

        def then(verdict: Verdict) -> None:
            self.judged.emit(delivery.id, verdict)

        # On a reader's thread, as a large body takes long; not on that of the pages, for which the table would wait.
        self._answers.ask(
            self._program.searches, lambda db: check.verdict(request, at), then, wanted=lambda: turn == self._turn
        )
