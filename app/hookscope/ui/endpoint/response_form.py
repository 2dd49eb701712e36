"""The fields of a response: status, headers, kind of body and body."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from hookscope.responses import BodyKind, Flaw, Response, has_body, implied_headers
from hookscope.ui import scales
from hookscope.ui.endpoint.body_editor import BodyEditor
from hookscope.ui.endpoint.headers_editor import HeadersEditor
from hookscope.ui.endpoint.line import Line
from hookscope.ui.endpoint.status_field import StatusField
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel

KINDS = ((BodyKind.JSON, "JSON"), (BodyKind.TEXT, "Text"))
NARROW = 640  # under this width status and tools stand one under the other
HEADERS_HEIGHT = 168  # about five headers; more are scrolled


class ResponseForm(QWidget):
    """Edits a response; ``changed`` comes with every edit, also with one that leads back."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.status = StatusField()
        self.headers_button = FlatButton("Headers")
        self.kind = QComboBox()
        self.format = FlatButton("Format")
        self.headers = HeadersEditor()
        self.body = BodyEditor()
        self.note = NoteLine()
        self._headers_area = _HeadersArea(self.headers)
        self._first = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._tools = QHBoxLayout()
        self._lay_out()
        self._connect()

    def set_response(self, response: Response, sender: str) -> None:
        """Edit this response of an endpoint with this sender from now on."""
        self.status.set_status(response.status, sender)
        self.headers.set_headers(response.headers)
        self.kind.setCurrentIndex([kind for kind, _ in KINDS].index(response.kind))
        self.body.set_body(response.body, response.kind)
        self._describe()

    def response(self) -> Response:
        """The response as it is typed in."""
        kind = KINDS[self.kind.currentIndex()][0]
        return Response(self.status.status(), self.headers.headers(), self.body.body(), kind)

    def show_flaws(self, found: Sequence[Flaw]) -> None:
        """Mark what cannot be sent and say why, the first flaw in words."""
        self.body.mark(next((flaw for flaw in found if flaw.place == "body"), None))
        self.headers.mark({flaw.line for flaw in found if flaw.place == "headers"})
        if found:
            self.note.show_flaw(found[0].message)
        else:
            self.note.show_note(_note(self.response()))

    def go_to(self, flaw: Flaw) -> None:
        """Put the cursor where a flaw is."""
        if flaw.place == "status":
            self.status.number.setFocus()
            self.status.number.selectAll()
        elif flaw.place == "headers":
            self.headers_button.setChecked(True)
            self.headers.go_to(flaw.line)
        else:
            self.body.go_to_flaw()

    def minimumSizeHint(self) -> QSize:
        narrowest = (
            self.status.minimumSizeHint().width() + 2 * scales.PANE
        )  # one under the other, also while they are not
        return QSize(narrowest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        self._first.setDirection(direction.TopToBottom if self.width() < NARROW else direction.LeftToRight)

    def _lay_out(self) -> None:
        for _, word in KINDS:
            self.kind.addItem(word)
        self.kind.setAccessibleName("Kind of body")
        self.kind.setFixedHeight(scales.FIELD)
        self.headers_button.setCheckable(True)
        self.format.setToolTip("Lay the JSON out with one member a line; values stay as they are written")
        self._headers_area.hide()
        for widget in (self.headers_button, self.kind, self.format):
            self._tools.addWidget(widget)
        self._first.setContentsMargins(scales.PANE, scales.S8, scales.PANE, scales.S8)
        self._first.setSpacing(scales.S8)
        self._first.addWidget(self.status)
        self._first.addStretch(1)
        self._first.addLayout(self._tools)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._first)
        layout.addWidget(self._headers_area)
        layout.addWidget(Line())
        layout.addWidget(self.body, 1)
        layout.addWidget(self.note)

    def _connect(self) -> None:
        for signal in (self.status.changed, self.headers.changed, self.body.textChanged, self.kind.currentIndexChanged):
            signal.connect(self._tell)
        self.headers_button.toggled.connect(self._show_headers)
        self.format.clicked.connect(self.body.lay_out)

    def _tell(self) -> None:
        self._describe()
        self.changed.emit()

    def _describe(self) -> None:
        kind = KINDS[self.kind.currentIndex()][0]
        self.body.set_kind(kind)
        self.format.setEnabled(kind is BodyKind.JSON)
        headers = self.headers.headers()
        self.headers.set_implied(implied_headers(Response(self.status.status(), headers, "…", kind)))
        self.headers_button.setText(f"Headers {len(headers)}" if headers else "Headers")

    def _show_headers(self, shown: bool) -> None:
        self._headers_area.setVisible(shown)


class NoteLine(QWidget):
    """One line under the editor: why the response cannot be applied, or something worth knowing; hidden while empty."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = IconLabel("cross-circle", "bad", "Error")
        self.label = PlainLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(scales.PANE, scales.S4, scales.PANE, scales.S4)
        layout.setSpacing(scales.S8)
        layout.addWidget(self._icon)
        layout.addWidget(self.label, 1)
        self.hide()

    def show_flaw(self, sentence: str) -> None:
        """Say why the response cannot be applied."""
        self._show(sentence, "cross-circle", "bad", "Error")

    def show_note(self, sentence: str) -> None:
        """Say something worth knowing, or nothing with ``""``."""
        self._show(sentence, "info", "muted", "Note")

    def _show(self, sentence: str, icon: str, role: str, spoken: str) -> None:
        self._icon.set_icon(icon, role, spoken)
        self.label.set_role(role)
        self.label.setText(sentence)
        self.setVisible(bool(sentence))


def _note(response: Response) -> str:
    if response.body and not has_body(response.status):
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
