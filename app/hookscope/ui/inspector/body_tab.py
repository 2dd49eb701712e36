"""The *Body* tab: parameters of the query, the body, and what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hookscope.deliveries import Outcome, Row
from hookscope.endpoints import Endpoint
from hookscope.ui import scales
from hookscope.ui.deliveries.texts import size_text
from hookscope.ui.deliveries.words import was_by_hand
from hookscope.ui.inspector.body_view import BodyView
from hookscope.ui.inspector.content import Body, Content
from hookscope.ui.inspector.finding_strip import FindingStrip
from hookscope.ui.inspector.pairs import Line, PairsView, Section
from hookscope.ui.inspector.proof_strip import ProofStrip
from hookscope.ui.inspector.wording import size_words
from hookscope.ui.parts.copy_button import CopyButton
from hookscope.ui.parts.links import TypesOf
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.parts.strip import Strip

_PROBLEMS: Mapping[str, str] = {
    Outcome.REFUSED: "This is not an HTTP request that can be read.",
    Outcome.INCOMPLETE: "The body broke off.",
    Outcome.TOO_LARGE: "The body is larger than allowed.",
    Outcome.NOT_SAVED: "The body was not kept.",
}


class BodyTab(QWidget):
    """Only what exists is shown; a request that is not whole says why on top.

    ``endpoint_requested`` carries the id of the endpoint that a request was probably meant for.
    """

    endpoint_requested = Signal(int)
    look_up_requested = Signal(str, str)  # an id, and its type or nothing: the first that fits
    filter_requested = Signal(str)  # show only deliveries that hold this text

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.findings = FindingStrip()
        self.proof = ProofStrip()
        self.body = BodyView("Body", sent=True)
        self.query = PairsView("Query parameters")
        self.heading = PlainLabel("Body")
        self.heading.setFont(scales.strong())
        self.heading.setContentsMargins(scales.S12, scales.S4, 0, scales.S4)
        self.facts = PlainLabel(role="muted", elide="middle")
        self.copy_digest = CopyButton("the SHA-256 of the body")
        self._problem: Strip | None = None
        self._lay_out()
        self.findings.endpoint_requested.connect(self.endpoint_requested)
        for part in (self.body, self.query):
            part.look_up_requested.connect(self.look_up_requested)
            part.filter_requested.connect(self.filter_requested)
        self.findings.place_requested.connect(self.body.show_place)

    def set_types_of(self, types_of: TypesOf) -> None:
        """Tell ids by this from now on."""
        self.body.set_types_of(types_of)
        self.query.set_types_of(types_of)

    def show_content(self, content: Content, endpoints: Iterable[Endpoint] = ()) -> None:
        """Show another delivery; ``endpoints`` are those there are."""
        row = content.delivery.row
        self._show_problem("" if was_by_hand(row) else row.problem or _PROBLEMS.get(row.outcome, ""), row.outcome)
        self.findings.show_findings(content.findings, endpoints)
        self.proof.show_proof(content.proof)
        lines = tuple(Line(pair.name, pair.value) for pair in content.query)
        self.query.set_sections([Section("Query parameters", lines, sent=True)] if lines else [])
        self.query.setVisible(bool(lines))
        self.heading.setVisible(bool(lines) and content.request_body.form is None)
        self.body.show_body(_without_repetition(content), raw_first=row.outcome == Outcome.REFUSED)
        self.facts.setText(facts(row, content.request_body))
        self.copy_digest.set_text(row.body_sha256.hex())
        self.copy_digest.setVisible(bool(row.body_sha256))
        self._share_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_height()

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(scales.S12, 0, scales.S8, 0)
        foot.setSpacing(scales.S4)
        foot.addStretch(1)
        foot.addWidget(self.facts)
        foot.addWidget(self.copy_digest)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        for widget in (self.findings, self.proof, self.query, self.heading):
            self._layout.addWidget(widget)
        self._layout.addWidget(self.body, 1)
        self._layout.addLayout(foot)

    def _share_height(self) -> None:
        """The parameters take what they need, but never more than a third."""
        self.query.setFixedHeight(min(self.query.needed_height(), max(self.height() // 3, scales.TARGET * 2)))

    def _show_problem(self, sentence: str, outcome: str) -> None:
        if self._problem is not None:
            self._layout.removeWidget(self._problem)
            self._problem.hide()
            self._problem.deleteLater()
        self._problem = Strip("bad" if outcome in _PROBLEMS else "warn", sentence) if sentence else None
        if self._problem is not None:
            self._layout.insertWidget(0, self._problem)


def _without_repetition(content: Content) -> Body:
    """The body without the notes that a finding says, too, and more of it."""
    said = {finding.sentence for finding in content.findings}
    body = content.request_body
    return replace(body, notes=tuple(note for note in body.notes if note not in said)) if said else body


def facts(row: Row, body: Body) -> str:
    """What a body is, in one line: ``application/json · 152 B · SHA-256 5f3a…``."""
    packed = ", ".join(body.unpacked.codings)
    unpacked = f"{packed}, unpacked {size_text(len(body.unpacked.data))}" if packed else ""
    digest = f"SHA-256 {row.body_sha256.hex()[:8]}…" if row.body_sha256 else ""
    return " · ".join(filter(None, (body.media, size_words(row), unpacked, digest)))
