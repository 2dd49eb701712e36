"""The *Response* tab: what was answered and what that makes the sender do."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hookscope.deliveries import Row
from hookscope.deliveries.parts import holds_secret
from hookscope.ui import scales
from hookscope.ui.deliveries.texts import took_text
from hookscope.ui.inspector.body_view import BodyView
from hookscope.ui.inspector.content import Content
from hookscope.ui.inspector.pairs import Line, PairsView, Section
from hookscope.ui.inspector.wording import sender_sentence, status_words
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import PlainLabel


class ResponseTab(QWidget):
    """Status, its effect, headers as sent, body and timing."""

    change_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.status = PlainLabel(elide="")
        self.status.setFont(scales.strong())
        self.timing = PlainLabel(role="muted")
        self.effect = PlainLabel(role="muted")
        self.change = FlatButton("Change this response…")
        self.change.clicked.connect(lambda: self.change_requested.emit())
        self.headers = PairsView("Headers of the response")
        self.heading = PlainLabel("Body")
        self.heading.setFont(scales.strong())
        self.heading.setContentsMargins(scales.S12, scales.S4, 0, scales.S4)
        self.body = BodyView("Body of the response")
        self._lay_out()

    def show_content(self, content: Content, sender: str, *, endpoint_exists: bool, masking: bool) -> None:
        """Show the response to another delivery, or what has become of it."""
        row, response = content.delivery.row, content.delivery.response
        words = status_words(row, sender)
        self.status.setText(words.text)
        self.status.set_role(words.token)
        self.timing.setText(timing(row, content.delivery.duration_us))
        self.effect.setText(sender_sentence(row, sender))
        self.change.setVisible(endpoint_exists)
        lines = tuple(Line(name, value, holds_secret(name)) for name, value in response.headers)
        self.headers.set_sections([Section("Headers", lines)] if lines else [], masking=masking)
        self.headers.setVisible(bool(lines))
        self.body.show_body(content.response_body)
        self._share_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_height()

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(scales.S8)
        first.addWidget(self.status)
        first.addWidget(self.timing, 1)
        words = QVBoxLayout()
        words.setSpacing(scales.S4)
        words.addLayout(first)
        words.addWidget(self.effect)
        top = QHBoxLayout()
        top.setContentsMargins(scales.S12, scales.S8, scales.S12, scales.S8)
        top.setSpacing(scales.S8)
        top.addLayout(words, 1)
        top.addWidget(self.change)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.headers)
        layout.addWidget(self.heading)
        layout.addWidget(self.body, 1)

    def _share_height(self) -> None:
        """The headers take what they need, but never more than a third."""
        self.headers.setFixedHeight(min(self.headers.needed_height(), max(self.height() // 3, scales.TARGET * 2)))


def timing(row: Row, duration_us: int) -> str:
    """How long the request took to come and the response to go."""
    sent = f"sent {took_text(row.took_us)} after the request" if row.took_us is not None else ""
    return " · ".join(
        filter(None, (sent, f"the request took {took_text(duration_us)} to arrive" if duration_us else ""))
    )
