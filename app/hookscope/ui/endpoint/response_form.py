"""The fields of a response: status, what happens then and when, headers, kind of body and body."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from hookscope.responses import BodyKind, Flaw, Response, has_body, implied_headers
from hookscope.responses.senders import sender_of
from hookscope.ui import scales
from hookscope.ui.endpoint.body_area import BodyArea
from hookscope.ui.endpoint.delay_field import DelayField, LateHint
from hookscope.ui.endpoint.fault_field import FaultField
from hookscope.ui.endpoint.flow import FlowGroup, FlowLayout
from hookscope.ui.endpoint.headers_editor import HeadersEditor
from hookscope.ui.endpoint.line import Line
from hookscope.ui.endpoint.note_line import NoteLine
from hookscope.ui.endpoint.sending_words import effect_of, fault_words, late_words
from hookscope.ui.endpoint.status_field import StatusField
from hookscope.ui.endpoint.template_menu import TemplateMenu
from hookscope.ui.parts.flat_button import FlatButton

if TYPE_CHECKING:
    from hookscope.program import Program

KINDS = (
    (BodyKind.JSON, "JSON"),
    (BodyKind.TEXT, "Text"),
    (BodyKind.TEMPLATE, "Template"),
    (BodyKind.FILE, "File"),
    (BodyKind.FORWARD, "What my handler answers"),
)
BY_HAND = KINDS[:2]
PLACES = ("status", "headers", "delay", "body")
HEADERS_HEIGHT = 168  # about five headers; more are scrolled


class ResponseForm(QWidget):
    """Edits a response; ``changed`` comes with every edit, also with one that leads back.

    ``by_hand`` leaves only what can be sent to a request that waits: status, headers, and JSON or text. ``previewed``
    has the body that a template gives for a stored delivery, ``None`` while there is none.
    """

    changed = Signal()
    previewed = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, program: Program | None = None, by_hand: bool = False) -> None:
        super().__init__(parent)
        self._by_hand = by_hand
        self._loading = False
        self._sender = sender_of("")
        self.status = StatusField()
        self.delay = DelayField()
        self.late = LateHint()
        self.fault = FaultField()
        self.headers_button = FlatButton("Headers")
        self.kind = QComboBox()
        self.format = FlatButton("Format")
        self.insert = TemplateMenu()
        self.fault_note = NoteLine()
        self.headers = HeadersEditor()
        self.area = BodyArea(program)
        self.body = self.area.editor
        self.note = NoteLine()
        self._headers_area = _HeadersArea(self.headers)
        self._lay_out()
        self._order_tabs()
        self._connect()

    def set_place(self, endpoint_id: int) -> None:
        """Preview templates with the stored deliveries of this endpoint."""
        if self.area.preview:
            self.area.preview.set_place(endpoint_id)

    def look_again(self) -> None:
        """Offer deliveries that have come meanwhile to preview with."""
        if self.area.preview:
            self.area.preview.look_again()

    def set_response(self, response: Response, sender: str) -> None:
        """Edit this response of an endpoint with this sender from now on."""
        self._loading = True
        self._sender = sender_of(sender)
        self.status.set_status(response.status)
        self.delay.set_delay(response.delay_s, self._sender.waits_s)
        self.fault.set_fault(response.fault)
        self.headers.set_headers(response.headers)
        kind = BodyKind.TEXT if self._by_hand and response.kind is not BodyKind.JSON else response.kind
        self.kind.setCurrentIndex(self.kind.findData(kind.value))
        self.area.set_body(response.body, kind)
        self._describe()
        self._loading = False

    def response(self) -> Response:
        """The response as it is typed in."""
        made = Response(self.status.status(), self.headers.headers(), self.area.body(), self._chosen_kind())
        if self._by_hand:
            return made
        return Response(made.status, made.headers, made.body, made.kind, self.delay.delay(), self.fault.fault())

    def show_flaws(self, found: Sequence[Flaw]) -> None:
        """Mark what cannot be sent and say why, the first flaw in words; those of a rule itself are not ours."""
        ours = [flaw for flaw in found if flaw.place in PLACES]
        self.area.show_flaw(next((flaw for flaw in ours if flaw.place == "body"), None))
        self.headers.mark({flaw.line for flaw in ours if flaw.place == "headers"})
        told = [flaw for flaw in ours if flaw.place != "body" or not self.area.says_its_flaws()]
        if told:
            self.note.show_flaw(told[0].message)
        else:
            self.note.show_note(_note(self.response()))

    def go_to(self, flaw: Flaw) -> None:
        """Put the cursor where a flaw is."""
        if flaw.place == "status":
            self.status.number.setFocus()
            self.status.number.selectAll()
        elif flaw.place == "delay":
            self.delay.seconds.setFocus()
            self.delay.seconds.selectAll()
        elif flaw.place == "headers":
            self.headers_button.setChecked(True)
            self.headers.go_to(flaw.line)
        else:
            self.area.go_to_flaw()

    def minimumSizeHint(self) -> QSize:
        # One under the other at the narrowest, also while they are not.
        return QSize(self.status.minimumSizeHint().width() + 2 * scales.PANE, super().minimumSizeHint().height())

    def _lay_out(self) -> None:
        for kind, word in BY_HAND if self._by_hand else KINDS:
            self.kind.addItem(word, kind.value)
        self.kind.setAccessibleName("Kind of body")
        self.kind.setFixedHeight(scales.FIELD)
        self.headers_button.setCheckable(True)
        self.format.setToolTip("Lay the JSON out with one member a line; values stay as they are written")
        self._headers_area.hide()
        first = FlowLayout()
        first.setContentsMargins(scales.PANE, scales.S8, scales.PANE, scales.S8)
        timing = FlowGroup(self.delay, self.late)  # they stay together
        tools = FlowGroup(self.headers_button, self.kind, self.format, self.insert)
        for widget in (self.status, timing, self.fault, tools):
            first.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(first)
        layout.addWidget(self.fault_note)
        layout.addWidget(self._headers_area)
        layout.addWidget(Line())
        layout.addWidget(self.area, 1)
        layout.addWidget(self.note)
        for widget in (timing, self.fault):
            widget.setHidden(self._by_hand)

    def _order_tabs(self) -> None:
        tools = (self.headers_button, self.kind, self.format, self.insert)
        preview = (self.area.preview.choice, self.area.preview.text) if self.area.preview else ()
        area = (self.body, *preview, self.area.file.choose, self.area.forward.address)
        timing = (self.delay.slider, self.delay.seconds, self.fault.choice)
        for before, after in pairwise((self.status.number, *timing, *tools, self.headers.add, *area)):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        fields = (self.status, self.delay, self.fault, self.headers, self.area)
        for field in fields:
            field.changed.connect(self._tell)
        self.kind.currentIndexChanged.connect(self._choose_kind)
        self.headers_button.toggled.connect(self._show_headers)
        self.format.clicked.connect(self.body.lay_out)
        self.insert.chosen.connect(self.body.insert)
        self.body.paste_refused.connect(self.note.show_flaw)
        self.area.previewed.connect(self.previewed)

    def _chosen_kind(self) -> BodyKind:
        return BodyKind(self.kind.currentData())

    def _choose_kind(self) -> None:
        if not self._loading:
            self.area.set_kind(self._chosen_kind())
            self._tell()

    def _tell(self) -> None:
        if not self._loading:
            self._describe()
            self.changed.emit()

    def _describe(self) -> None:
        response = self.response()
        is_ours = response.kind is not BodyKind.FORWARD
        effect = effect_of(response, self._sender)
        self.status.show_number(is_ours)
        self.status.show_effect(self._sender, effect)
        self.status.setVisible(is_ours or effect is not None)
        self.late.show_words(late_words(response, self._sender))
        self.fault_note.show_note(fault_words(response, self._sender))
        self.headers_button.setVisible(is_ours)
        self._headers_area.setVisible(is_ours and self.headers_button.isChecked())
        self.format.setVisible(response.kind in (BodyKind.JSON, BodyKind.TEXT))
        self.format.setEnabled(response.kind is BodyKind.JSON)
        self.insert.setVisible(response.kind is BodyKind.TEMPLATE)
        body = response.body if response.kind is BodyKind.FILE else "…"
        self.headers.set_implied(implied_headers(Response(response.status, response.headers, body, response.kind)))
        number = len(response.headers)
        self.headers_button.setText(f"Headers {number}" if number else "Headers")

    def _show_headers(self, shown: bool) -> None:
        self._headers_area.setVisible(shown)


def _note(response: Response) -> str:
    if response.body and not has_body(response.status) and response.kind is not BodyKind.FORWARD:
        return f"A {response.status} comes without a body: what stands here is not sent."
    return ""


class _HeadersArea(QScrollArea):
    """As high as its headers, up to a bound."""

    def __init__(self, headers: HeadersEditor) -> None:
        super().__init__()
        self._headers = headers
        headers.setContentsMargins(scales.PANE, 0, scales.PANE, scales.S8)
        self.setWidget(headers)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        wanted = self._headers.sizeHint()
        return QSize(wanted.width(), min(wanted.height(), HEADERS_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(self.sizeHint().height(), scales.BUTTON + scales.S8))
