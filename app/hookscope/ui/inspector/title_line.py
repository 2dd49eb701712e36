"""The first line of the inspector: which delivery this is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from hookscope.deliveries import Row
from hookscope.ui import scales
from hookscope.ui.deliveries.texts import time_text, time_tooltip
from hookscope.ui.inspector.link_button import LinkButton
from hookscope.ui.inspector.wording import summary
from hookscope.ui.parts.plain_label import PlainLabel, plain_tooltip


class TitleLine(QWidget):
    """Endpoint as a link, method and path strong, the rest muted."""

    endpoint_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.endpoint = LinkButton()
        self.endpoint.clicked.connect(lambda: self.endpoint_clicked.emit())
        self._arrow = PlainLabel("›", role="muted")
        self.request = PlainLabel(elide="middle")
        self.request.setFont(scales.strong())
        self.request.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.time = PlainLabel(role="muted")
        self.time.setFont(scales.tabular(self.time.font()))
        self.time.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.summary = PlainLabel(role="muted")
        self.setFixedHeight(scales.TITLE)
        self._lay_out()

    def show_row(self, row: Row, sender: str, *, endpoint_exists: bool) -> None:
        """Describe another delivery, or the same one as it is now."""
        self.endpoint.setEnabled(endpoint_exists)
        self.endpoint.set_words(row.endpoint_name or "", "Show the endpoint")
        for part in (self.endpoint, self._arrow):
            part.setVisible(bool(row.endpoint_name))
        self.request.setText(f"{row.method} {row.target}" if row.method else "No HTTP request")
        self.time.setText(time_text(row.received_us))
        self.time.setToolTip(plain_tooltip(time_tooltip(row.received_us)))
        self.summary.setText(f"· {summary(row, sender)}")

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(scales.S8, 0, scales.S12, 0)
        layout.setSpacing(scales.S4)
        layout.addWidget(self.endpoint)
        layout.addWidget(self._arrow)
        layout.addWidget(self.request)
        layout.addSpacing(scales.S8)
        layout.addWidget(self.time)
        layout.addWidget(self.summary, 1)
        self._arrow.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
