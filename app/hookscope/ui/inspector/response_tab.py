"""The *Response* tab: what was answered and why, and what that makes the sender do; of a held request, the editor."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from hookscope.deliveries import Delivery, Outcome, Row
from hookscope.deliveries.parts import holds_secret
from hookscope.endpoints import Endpoint
from hookscope.responses import Response
from hookscope.responses.passing import KeyState, PassedKey, passing_of
from hookscope.ui import scales
from hookscope.ui.deliveries.texts import took_text
from hookscope.ui.deliveries.words import can_be_repeated, was_by_hand
from hookscope.ui.endpoint.flow import FlowGroup
from hookscope.ui.inspector.body_view import BodyView
from hookscope.ui.inspector.content import Content
from hookscope.ui.inspector.hold_editor import HoldEditor
from hookscope.ui.inspector.pairs import Line, PairsView, Section
from hookscope.ui.inspector.trace_view import Note, NoteList, TraceView
from hookscope.ui.inspector.wording import answered_by, broke_off, sender_sentence, status_words
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.splitter import Line as Edge

WIDE = 820  # from this width on the story stands beside headers and body
STORY, STORY_LEAST = 440, 340
SENT, HELD = range(2)
_LEAST_HEIGHT = 120
_NO_LIMIT = 16_777_215  # of Qt


class ResponseTab(QWidget):
    """Status, its effect, which rule answered, headers as sent, body and timing.

    ``change_requested`` asks for the response at its endpoint, ``like_requested`` for a rule like this delivery.
    """

    change_requested = Signal()
    like_requested = Signal()

    def __init__(self, hold: HoldEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hold = hold
        self.status = PlainLabel(elide="")
        self.status.setFont(scales.strong())
        self.timing = PlainLabel(role="muted")
        self.effect = PlainLabel(role="muted", wrap=True)
        self.problem = NoteList()
        self.trace = TraceView()
        self.keys_heading = PlainLabel("Passed to the next step")
        self.keys_heading.setFont(scales.strong())
        self.keys = NoteList()
        self.change = FlatButton("Change this response…")
        self.like = FlatButton("Respond like this from now on…")
        self.headers = PairsView("Headers of the response")
        self.heading = PlainLabel("Body")
        self.heading.setFont(scales.strong())
        self.heading.setContentsMargins(scales.S12, scales.S4, 0, scales.S4)
        self.body = BodyView("Body of the response")
        self._lay_out()
        self.change.clicked.connect(lambda: self.change_requested.emit())
        self.like.clicked.connect(lambda: self.like_requested.emit())

    def show_content(self, content: Content, endpoint: Endpoint | None, *, held: bool, masking: bool) -> None:
        """Show the response to another delivery, or what has become of it; a ``held`` one waits for the user."""
        self._tell(content, endpoint)
        response = content.delivery.response
        lines = tuple(Line(name, value, holds_secret(name)) for name, value in response.headers)
        self.headers.set_sections([Section("Headers", lines)] if lines else [], masking=masking)
        self.headers.setVisible(bool(lines))
        self.body.show_body(content.response_body)
        if held:
            self.hold.show_delivery(content.delivery, endpoint.sender if endpoint else "")
        self._buttons.setVisible(endpoint is not None and not held)
        self._pages.setCurrentIndex(HELD if held else SENT)
        self._share()

    def is_held(self) -> bool:
        """Whether the editor for a held request is shown."""
        return self._pages.currentIndex() == HELD

    def minimumSizeHint(self) -> QSize:
        """That of one part over the other, also while they are side by side, so that there is a way back."""
        return QSize(self._pages.minimumSizeHint().width(), _LEAST_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _tell(self, content: Content, endpoint: Endpoint | None) -> None:
        delivery, row = content.delivery, content.delivery.row
        sender = endpoint.sender if endpoint else ""
        words = status_words(row, sender)
        self.status.setText(words.text)
        self.status.set_role(words.token)
        self.timing.setText(timing(row, delivery.duration_us))
        self.effect.setText(sender_sentence(row, sender, broke_off(delivery)))
        self.effect.setVisible(bool(self.effect.raw_text()))
        self.problem.show_notes([_problem(row)] if row.problem else [])
        self.trace.show_trace(answered_by(delivery, has_rules=bool(endpoint and endpoint.rules)), delivery.passed)
        self._show_keys(delivery, endpoint)
        self.change.setVisible(endpoint is not None)
        self.like.setVisible(endpoint is not None and can_be_repeated(row))

    def _show_keys(self, delivery: Delivery, endpoint: Endpoint | None) -> None:
        """What the response hands to the steps after it, where their keys are listed."""
        listed = endpoint.response_keys if endpoint and delivery.row.outcome == Outcome.ANSWERED else ()
        self.keys_heading.setVisible(bool(listed))
        notes = []
        if listed:
            found = passing_of(Response(delivery.response.status), delivery.response.body, listed)
            sentences = [Note("info", "muted", "Note", each) for each in (found.problem, found.note) if each]
            notes = [*map(_key, found.keys), *sentences]
        self.keys.show_notes(notes)

    def _lay_out(self) -> None:
        first = FlowGroup(self.status, self.timing)
        self._buttons = FlowGroup(self.change, self.like)
        self._buttons.setContentsMargins(scales.PANE, scales.S4, scales.PANE, scales.S8)
        words = _Words()
        words.changed.connect(self._share)
        column = QVBoxLayout(words)
        column.setContentsMargins(scales.PANE, scales.S8, scales.PANE, scales.S8)
        column.setSpacing(scales.S8)
        for part in (first, self.effect, self.problem, self.trace, self.keys_heading, self.keys):
            column.addWidget(part)
        column.addStretch(1)
        self._story = _Story(words, self._buttons)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._sent_page())
        self._pages.addWidget(self.hold)
        self._edges = (Edge(), Edge(upright=True))
        self._across = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._across.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._across.setContentsMargins(0, 0, 0, 0)
        self._across.setSpacing(0)
        self._across.addWidget(self._story)
        for edge in self._edges:
            self._across.addWidget(edge)
        self._across.addWidget(self._pages, 1)

    def _sent_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.headers)
        layout.addWidget(self.heading)
        layout.addWidget(self.body, 1)
        return page

    def _share(self) -> None:
        """Story beside or over the rest; the headers take what they need, but never more than a third."""
        wide = self.width() >= WIDE
        direction = QBoxLayout.Direction
        self._across.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self._edges[0].setVisible(not wide)
        self._edges[1].setVisible(wide)
        width = min(max(self.width() * 2 // 5, STORY_LEAST), STORY) if wide else 0
        self._story.take_room(width, self.height() // 2, self.width())
        height = self.height() if wide else self.height() - self._story.height()
        self.headers.setFixedHeight(min(self.headers.needed_height(), max(height // 3, scales.TARGET * 2)))


class _Words(QWidget):
    """A column that tells when it needs another height."""

    changed = Signal()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.changed.emit()
        return done

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())  # a long word must not cut the sentences beside it


class _Story(QWidget):
    """The words about a response, which scroll where there is too little room, and under them what can be done."""

    def __init__(self, words: QWidget, buttons: QWidget) -> None:
        super().__init__()
        area = QScrollArea()
        area.setAccessibleName("About the response")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(words)
        self._words, self._buttons = words, buttons
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(area, 1)
        layout.addWidget(buttons)

    def take_room(self, width: int, most: int, room: int) -> None:
        """Be as wide as that; or with 0 as wide as there is ``room``, and at most so high."""
        self.setMinimumWidth(width)
        self.setMaximumWidth(width or _NO_LIMIT)
        if width:
            self.setMinimumHeight(0)
            self.setMaximumHeight(_NO_LIMIT)
        else:
            buttons = 0 if self._buttons.isHidden() else self._buttons.heightForWidth(room)
            self.setFixedHeight(min(self._words.heightForWidth(room) + buttons, most))


def _problem(row: Row) -> Note:
    if was_by_hand(row):
        return Note("note", "info", "By hand", row.problem)
    return Note("cross-circle", "bad", "Error", row.problem)


def _key(key: PassedKey) -> Note:
    icon, role, spoken = _KEY_MARKS[key.state]
    remark = f" ({key.remark})" if key.remark else ""
    return Note(icon, role, spoken, f"{key.key}: {key.words}{remark}")


_KEY_MARKS = {
    KeyState.PASSED: ("check", "ok", "Passed on"),
    KeyState.EMPTY: ("dash-circle", "warn", "Empty"),
    KeyState.MISSING: ("cross-circle", "bad", "Not passed on"),
    KeyState.NESTED: ("cross-circle", "bad", "Not passed on"),
    KeyState.UNKNOWN: ("dash-circle", "warn", "Not known"),
}


def timing(row: Row, duration_us: int) -> str:
    """How long the request took to come and the response to go."""
    sent = f"sent {took_text(row.took_us)} after the request" if row.took_us is not None else ""
    return " · ".join(
        filter(None, (sent, f"the request took {took_text(duration_us)} to arrive" if duration_us else ""))
    )
