"""The *Headers* tab: request line, headers as sent, cookies, and who sent them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hookscope.deliveries.parts import holds_secret
from hookscope.ui.deliveries.texts import via_text
from hookscope.ui.inspector.content import Content
from hookscope.ui.inspector.pairs import Line, PairsView, Section
from hookscope.ui.parts.links import TypesOf


class HeadersTab(QWidget):
    """Everything of a request but its body, in order and in the case it was sent in."""

    look_up_requested = Signal(str, str)  # an id, and its type or nothing: the first that fits
    filter_requested = Signal(str)  # show only deliveries that hold this text

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pairs = PairsView("Headers")
        self.pairs.look_up_requested.connect(self.look_up_requested)
        self.pairs.filter_requested.connect(self.filter_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pairs)

    def set_types_of(self, types_of: TypesOf) -> None:
        """Tell ids by this from now on."""
        self.pairs.set_types_of(types_of)

    def show_content(self, content: Content, *, masking: bool) -> None:
        """Show another delivery; with ``masking`` tokens, cookies and signatures are masked until asked for."""
        self.pairs.set_sections(sections(content), masking=masking)


def sections(content: Content) -> list[Section]:
    """Only what exists: bytes that were no request have a sender and nothing else."""
    delivery = content.delivery
    request = delivery.request
    request_line = f"{request.method} {request.target} HTTP/{delivery.http_version}"
    found = [
        Section(
            "Request", (Line("Request line", request_line), Line("Address", request.url)) if request.method else ()
        ),
        Section("Headers", tuple(Line(name, value, holds_secret(name)) for name, value in request.headers), sent=True),
        Section("Cookies", tuple(Line(name, value, secret=True) for name, value in content.cookies), sent=True),
        Section("Sender", (Line("Sent from", delivery.peer), Line("Came", via_text(delivery.row.via)))),
    ]
    return [section for section in found if section.lines]
