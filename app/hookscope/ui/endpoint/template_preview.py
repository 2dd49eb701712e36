"""What a template makes of a stored delivery, while it is written."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hookscope.deliveries import Delivery, Reader, Row, is_complete, queries
from hookscope.responses import Flaw, RequestView
from hookscope.ui import scales
from hookscope.ui.answers import Answers
from hookscope.ui.endpoint.elided_combo import ElidedCombo
from hookscope.ui.endpoint.note_line import NoteLine
from hookscope.ui.endpoint.wording import clock
from hookscope.ui.parts.code_view import CodeView
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.visible import visible

SETTLE_MS = 150
OFFERED = 20
CHOICE_WIDTH = 280
LOOKED_AT = 60  # some of the newest may not have come whole
LONGEST_SHOWN = 64 << 10  # characters: more is not looked at, and felt while typing
NONE_YET = "No delivery to preview with yet. Send a sample."


def newest(db: sqlite3.Connection, endpoint_id: int) -> list[Row]:
    """The newest deliveries of an endpoint that came whole, newest first."""
    ids = queries.newest_ids(db, None, LOOKED_AT, endpoint_id)
    found = queries.rows(db, ids)
    whole = [found[id] for id in ids if id in found and is_complete(found[id])]
    return whole[:OFFERED]


class TemplatePreview(QWidget):
    """Fills in a template for the delivery that is chosen; ``changed`` comes with every other result.

    ``rendered`` is the body as it would go out, ``None`` while there is none; ``failure`` says why and where.
    """

    changed = Signal()

    def __init__(self, pages: Reader) -> None:
        super().__init__()
        self.rendered: bytes | None = None
        self.failure: Flaw | None = None
        self._pages = pages
        self._answers = Answers(self)
        self._endpoint_id = 0
        self._source: str | None = None
        self._view: RequestView | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self.choice = ElidedCombo("Delivery to preview with", CHOICE_WIDTH)
        self.text = CodeView("Preview of the response")
        self.none_yet = PlainLabel(NONE_YET, wrap=True, role="muted")
        self.problem = NoteLine()
        self._lay_out()
        self._settle.timeout.connect(self._render)
        self.choice.currentIndexChanged.connect(self._load)

    def set_place(self, endpoint_id: int) -> None:
        """Offer the deliveries of this endpoint."""
        if endpoint_id != self._endpoint_id:
            self._endpoint_id = endpoint_id
            self._take_rows([])
        self.look_again()

    def look_again(self) -> None:
        """Offer what has come meanwhile; the delivery that is chosen stays chosen."""
        if self._source is not None and self._endpoint_id:
            wanted = partial(self._is_here, self._endpoint_id)
            job = partial(newest, endpoint_id=self._endpoint_id)
            self._answers.ask(self._pages, job, self._take_rows, wanted=wanted)

    def show_template(self, source: str | None) -> None:
        """Preview this template in a moment; ``None`` when it is no template that is edited."""
        begins = self._source is None
        self._source = source
        if source is None:
            self._settle.stop()
            self._finish(None, None)
        elif begins or self._view is None:
            self._render()
            self.look_again()
        else:
            self._settle.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look_again()

    def _is_here(self, endpoint_id: int) -> bool:
        return endpoint_id == self._endpoint_id and self._source is not None

    def _take_rows(self, rows: list[Row]) -> None:
        before = self.choice.currentData()
        now = datetime.now(UTC)
        with QSignalBlocker(self.choice):
            self.choice.clear()
            for row in rows:
                self.choice.addItem(_words(row, now), row.id)
            self.choice.setCurrentIndex(max(0, self.choice.findData(before)) if rows else -1)
        self.choice.setEnabled(bool(rows))
        self.choice.fit_list()
        self.none_yet.setVisible(not rows)
        self.text.setVisible(bool(rows))
        if not rows or self.choice.currentData() != before:
            self._load()

    def _load(self) -> None:
        """Ask for the whole of the delivery that is chosen."""
        id = self.choice.currentData()
        if id is None:
            self._view = None
            self._render()
        else:
            job = partial(queries.delivery, id=id)
            self._answers.ask(self._pages, job, self._take, wanted=lambda: self.choice.currentData() == id)

    def _take(self, delivery: Delivery | None) -> None:
        if delivery is None:  # it has just gone
            self._view = None
            self.look_again()
        else:
            self._view = view_of(delivery)
        self._render()

    def _render(self) -> None:
        self._settle.stop()
        if self._source is None or self._view is None:
            self._finish(None, None)
            return
        # brings a library that most starts can miss
        from hookscope.responses.templates import TemplateFailure, TemplateFlaw, compiled

        try:
            self._finish(compiled(self._source).render(self._view), None)
        except TemplateFlaw:  # a flaw of the response, which is told with the others
            self._finish(None, None)
        except TemplateFailure as failure:
            why = f"The template failed at line {failure.line} ({failure.reason}). The sender would get 500."
            self._finish(None, Flaw("body", why, failure.line, 1))

    def _finish(self, text: str | None, failure: Flaw | None) -> None:
        rendered = None if text is None else text.encode()
        is_other = (rendered, failure) != (self.rendered, self.failure)
        self.rendered, self.failure = rendered, failure
        self._show(text or "", failure)
        if is_other:
            self.changed.emit()

    def _show(self, text: str, failure: Flaw | None) -> None:
        place = self.text.verticalScrollBar().value()
        self.text.show_text(text[:LONGEST_SHOWN])
        self.text.verticalScrollBar().setValue(place)
        if failure:
            self.problem.show_flaw(failure.message)
        elif len(text) > LONGEST_SHOWN:
            self.problem.show_note(f"Only the first {LONGEST_SHOWN:,} of {len(text):,} characters are shown.")
        else:
            self.problem.show_note("")

    def _lay_out(self) -> None:
        self.choice.setEnabled(False)
        self.text.hide()
        label = PlainLabel("Preview with", elide="", role="muted")
        label.setBuddy(self.choice)
        self.none_yet.setContentsMargins(scales.PANE, scales.S4, scales.PANE, scales.S4)
        head = QHBoxLayout()
        head.setContentsMargins(scales.PANE, scales.S4, scales.PANE, scales.S4)
        head.setSpacing(scales.S8)
        head.addWidget(label)
        head.addWidget(self.choice, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.problem)
        layout.addWidget(self.none_yet)
        layout.addWidget(self.text, 1)
        layout.addStretch()


def view_of(delivery: Delivery) -> RequestView:
    """A stored delivery as a template saw it when it arrived."""
    row = delivery.row
    return RequestView(delivery.request, row.verdict_state, row.attempt or 1, row.received_us, row.ids)


def _words(row: Row, now: datetime) -> str:
    return f"{row.id} · {clock(row.received_us, now)} · {row.method} {visible(row.target, 100)}"
