"""*Passed to the next step*: what the automation reads of a response, beside the editor or as one line under it."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hookscope.endpoints import ResponseKey
from hookscope.responses import Response
from hookscope.responses.passing import Passing, expected_payload, line_words, passing_of
from hookscope.ui import scales
from hookscope.ui.endpoint.escape import ClosedByEscape
from hookscope.ui.endpoint.key_rows import DeclaredKeys, OtherKeys, wrapped
from hookscope.ui.endpoint.keys_editor import KeysEditor
from hookscope.ui.endpoint.line import Line
from hookscope.ui.parts.copy_button import CopyButton
from hookscope.ui.parts.flat_button import FlatButton, IconButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.tokens import tokens

WIDTH = 240
POPUP_HEIGHT = 420
HEADING = "Passed to the next step"
NO_KEYS = "No keys are declared. Declare those that later steps need, as under Response body in the step."
HINT = (
    "Not offered in later steps? Some accounts only offer response values of the step Call an endpoint;"
    " its request looks the same here."
)
PROVE = "Add an endpoint to which a second step sends the values back"


class PassingPanel(QWidget):
    """Shows what is passed on, edits the declared keys, and offers to prove it."""

    keys_edited = Signal(object)  # tuple[ResponseKey, ...]
    prove_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._given: tuple[ResponseKey, ...] = ()
        self._passing = Passing()
        self._editing = False
        self.mark = IconLabel("check", "ok", "Flat")
        self.summary = PlainLabel(wrap=True)
        self.no_keys = PlainLabel(NO_KEYS, wrap=True, role="muted")
        self.declared = DeclaredKeys()
        self.editor = KeysEditor()
        self.edit = FlatButton("")
        self.prove = FlatButton("Prove it")
        self.others_heading = PlainLabel("Also in the body", role="muted")
        self.others = OtherKeys()
        self.expected = _Expected()
        self.setFixedWidth(WIDTH)
        self._lay_out()
        self._connect()
        self.show_response(Response(), None, ())

    def show_response(self, response: Response, rendered: bytes | None, keys: tuple[ResponseKey, ...]) -> None:
        """Show what a step with these keys passes on; ``rendered`` is the body as it goes out, where that is known."""
        changed, self._given = keys != self._given, keys
        if self._editing and changed and keys != self.editor.keys():
            self._set_editing(False)  # changed elsewhere, or another endpoint's
        self._passing = passing_of(response, rendered, keys)
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        self._set_editing(False)
        super().hideEvent(event)

    def _lay_out(self) -> None:
        heading = PlainLabel(HEADING)
        heading.setFont(scales.strong())
        summary = QHBoxLayout()
        summary.setSpacing(scales.S8)
        summary.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        summary.addWidget(self.summary, 1)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(scales.PANE, scales.S8, scales.PANE, scales.S8)
        buttons.setSpacing(scales.S8)
        buttons.addWidget(self.edit)
        buttons.addWidget(self.prove)
        buttons.addStretch(1)
        content = QWidget()
        self._content = QVBoxLayout(content)
        self._content.setContentsMargins(scales.PANE, scales.PANE, scales.PANE, scales.PANE)
        self._content.setSpacing(scales.S8)
        self._content.addWidget(heading)
        self._content.addLayout(summary)
        for widget in (self.no_keys, self.declared, self.editor):
            self._content.addWidget(widget)
        for below in (self.others_heading, self.others, self.expected, PlainLabel(HINT, wrap=True, role="muted")):
            self._content.addWidget(below)
        self._content.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(_scrolled(content), 1)
        layout.addWidget(Line())
        layout.addLayout(buttons)

    def _connect(self) -> None:
        self.edit.clicked.connect(self._toggle)
        self.editor.closed.connect(lambda: self._set_editing(False))
        self.editor.changed.connect(self._take_edited)
        self.others.declare_asked.connect(self._declare)
        self.prove.clicked.connect(lambda: self.prove_requested.emit())

    def _show(self) -> None:
        found, declared = self._passing, bool(self._given)
        self.mark.set_icon(*_mark(found, declared=declared))
        self.summary.setText(_summary(found))
        self.no_keys.setVisible(not declared and not self._editing)
        self.declared.show_keys(found.keys)
        self.declared.setVisible(declared and not self._editing)
        self.editor.setVisible(self._editing)
        self.edit.setText("Done" if self._editing else "Edit keys" if declared else "Add a key")
        self.prove.setEnabled(declared)
        self.prove.setToolTip(PROVE if declared else "Declare a key first")
        self.others_heading.setVisible(bool(found.others))
        self.others.show_keys(found.others, found.more)
        self.others.setVisible(bool(found.others))
        self.expected.show_keys(self._given)
        self._order_keys()

    def _order_keys(self) -> None:
        """Let Tab go from top to bottom, also to what was made later."""
        order = [self.editor.add, *self.others.buttons, self.expected.copy, self.edit, self.prove]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _toggle(self) -> None:
        self._set_editing(not self._editing)
        if self._editing and self._given:
            self.editor.go_to_first()
        elif self._editing:
            self.editor.add_empty()

    def _set_editing(self, editing: bool) -> None:
        if editing == self._editing:
            return
        if editing:
            self.editor.set_keys(self._given)
        elif any(child.hasFocus() for child in self.editor.findChildren(QWidget)):
            self.edit.setFocus()  # which ends the edit of the field that had it
        self._editing = editing
        self._show()

    def _take_edited(self) -> None:
        keys = self.editor.keys()
        if self._editing and keys != self._given:
            self.keys_edited.emit(keys)

    def _declare(self, key: str) -> None:
        kind = next((each.type for each in self._passing.others if each.key == key), "")
        self.edit.setFocus()  # the button that was pressed goes
        self.keys_edited.emit((*self._given, ResponseKey(key, kind)))


class PassingLine(QWidget):
    """The same in one line, for narrow inspectors; a click opens the panel."""

    keys_edited = Signal(object)  # tuple[ResponseKey, ...]
    prove_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = PlainLabel()
        self.open_button = IconButton("chevron-down", HEADING)
        self.panel = PassingPanel()
        self._popup = _Popup(self, self.panel)
        self.setFixedHeight(scales.STRIP)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(scales.PANE, 0, scales.S8, 0)
        layout.setSpacing(scales.S8)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.open_button)
        self.open_button.clicked.connect(self.open)
        self.panel.keys_edited.connect(self.keys_edited)
        self.panel.prove_requested.connect(self._prove)

    def show_response(self, response: Response, rendered: bytes | None, keys: tuple[ResponseKey, ...]) -> None:
        """As that of the panel."""
        self.words.setText(line_words(passing_of(response, rendered, keys)))
        self.open_button.set_name(f"{HEADING}: {self.words.raw_text()}")
        self.panel.show_response(response, rendered, keys)

    def open(self) -> None:
        """List what is passed on, over the line where there is room, else under it."""
        self._popup.resize(WIDTH + 2, POPUP_HEIGHT)
        corner = self.mapToGlobal(QPoint(self.width() - self._popup.width(), -POPUP_HEIGHT))
        room = self.screen().availableGeometry()
        top = corner.y() if corner.y() >= room.top() else min(corner.y() + POPUP_HEIGHT + self.height(), room.bottom())
        self._popup.move(max(room.left(), corner.x()), top)
        self._popup.show()
        self.panel.edit.setFocus()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._popup.hide()
        super().resizeEvent(event)

    def _prove(self) -> None:
        self._popup.hide()
        self.prove_requested.emit()


class _Popup(ClosedByEscape):
    def __init__(self, parent: QWidget, panel: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(panel)
        self.closed.connect(self.hide)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(tokens(self).line)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class _Expected(QWidget):
    """The preview *Expected payload*, as in the step."""

    def __init__(self) -> None:
        super().__init__()
        self.text = wrapped("")
        self.text.setFont(scales.mono())
        self.copy = CopyButton("the expected payload")
        self.copy.setFixedSize(scales.TARGET, scales.TARGET)
        first = QHBoxLayout()
        first.addWidget(PlainLabel("Expected payload", role="muted"), 1)
        first.addWidget(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(first)
        layout.addWidget(self.text)

    def show_keys(self, keys: tuple[ResponseKey, ...]) -> None:
        payload = expected_payload(keys)
        self.text.setText(payload)
        self.copy.set_text(payload)
        self.setVisible(bool(keys))


def _mark(found: Passing, *, declared: bool) -> tuple[str, str, str]:
    if found.problem:
        is_bad = declared and not found.is_unknown
        return ("cross-circle", "bad", "Not flat") if is_bad else ("info", "muted", "Information")
    return ("check", "ok", "Flat") if found.is_flat and not found.note else ("warning", "warn", "Warning")


def _summary(found: Passing) -> str:
    if found.problem:
        return found.problem
    if found.nested:
        values = "1 value is" if found.nested == 1 else f"{found.nested:,} values are"
        flat = f"The body is not flat: {values} nested."
    else:
        flat = "The body is one flat JSON object."
    return f"{flat} {found.note}" if found.note else flat


def _scrolled(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(HEADING)
    return area
