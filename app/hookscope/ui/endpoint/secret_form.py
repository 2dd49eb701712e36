"""Entering a secret: a masked field, a label, and what looks wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hookscope.secret_store import LONGEST_VALUE
from hookscope.ui import scales
from hookscope.ui.endpoint.escape import ClosedByEscape
from hookscope.ui.parts.flat_button import FlatButton, IconButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel

if TYPE_CHECKING:
    from hookscope.verification import Scheme

VALUE_WIDTH, LABEL_WIDTH = 280, 160
TAKE_SPACE = "Take the white space away"
_WORDS = {"token": "Token", "password": "user:password", "public": "Public key", "any": "Secret or public key"}


class SecretForm(ClosedByEscape):
    """Asks for a secret; the text is exactly what was entered, unless the user takes the white space away."""

    submitted = Signal(str, str)  # value, label

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scheme: Scheme | None = None
        self.value = _field("Secret", VALUE_WIDTH)
        self.label = _field("Label", LABEL_WIDTH)
        self.reveal = IconButton("eye", "Show what is entered")
        self.add = FlatButton("Add", primary=True)
        self.cancel = FlatButton("Cancel")
        self.take_space = FlatButton(TAKE_SPACE)
        self._doubts = QVBoxLayout()
        self._said: Sequence[str] = ()
        self._lay_out()
        self._connect()
        self.clear()

    def start(self, scheme: Scheme) -> None:
        """Ask for a secret of this scheme."""
        from hookscope.endpoints.secret_entry import wanted

        word = _WORDS.get(wanted(scheme), "Secret")
        self._scheme = scheme
        self.value.setPlaceholderText(word)
        self.value.setAccessibleName(word)
        self.clear()
        self.show()
        self.value.setFocus()

    def clear(self) -> None:
        """Forget what was entered, and mask the field again."""
        self.value.clear()
        self.label.clear()
        self._mask(True)
        self._check()

    def doubts(self) -> list[str]:
        """The sentences on show."""
        return list(self._said)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._mask(True)

    def _lay_out(self) -> None:
        self.value.setFont(scales.mono())
        self.value.setMaxLength(LONGEST_VALUE + 1)  # so that one that is too long is refused and not cut
        self.label.setPlaceholderText("Label, if you like")
        first = QHBoxLayout()
        first.setSpacing(scales.S8)
        for widget, stretch in ((self.value, 4), (self.reveal, 0), (self.label, 2), (self.add, 0), (self.cancel, 0)):
            first.addWidget(widget, stretch)
        first.addStretch(1)
        self._doubts.setSpacing(scales.S4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S4)
        layout.addLayout(first)
        layout.addLayout(self._doubts)
        layout.addWidget(self.take_space)

    def _connect(self) -> None:
        self.value.textChanged.connect(self._check)
        for field in (self.value, self.label):
            field.returnPressed.connect(self._submit)
        self.reveal.clicked.connect(lambda: self._mask(self.value.echoMode() is QLineEdit.EchoMode.Normal))
        self.add.clicked.connect(self._submit)
        self.cancel.clicked.connect(self.closed)
        self.take_space.clicked.connect(self._take_space)

    def _mask(self, masked: bool) -> None:
        self.value.setEchoMode(QLineEdit.EchoMode.Password if masked else QLineEdit.EchoMode.Normal)
        self.reveal.set_icon("eye" if masked else "eye-off")
        self.reveal.set_name("Show what is entered" if masked else "Hide what is entered")

    def _submit(self) -> None:
        if self.value.text().strip():
            self.submitted.emit(self.value.text(), self.label.text().strip())

    def _take_space(self) -> None:
        from hookscope.endpoints.secret_entry import without_space

        self.value.setText(without_space(self.value.text()))
        self.value.setFocus()

    def _check(self) -> None:
        text = self.value.text()
        self.add.setEnabled(bool(text.strip()))
        sentences, spaced = _doubts_of(text, self._scheme)
        self._say(sentences)
        self.take_space.setVisible(spaced)

    def _say(self, sentences: Sequence[str]) -> None:
        if sentences == self._said:
            return
        self._said = sentences
        while item := self._doubts.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for sentence in sentences:
            self._doubts.addWidget(_DoubtLine(sentence))


def _doubts_of(text: str, scheme: Scheme | None) -> tuple[Sequence[str], bool]:
    if not text or scheme is None:
        return (), False
    from hookscope.endpoints.secret_entry import doubts

    found = doubts(text, scheme)
    return tuple(doubt.sentence for doubt in found), any(doubt.code == "space" for doubt in found)


class _DoubtLine(QWidget):
    def __init__(self, sentence: str) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S8)
        layout.addWidget(IconLabel("warning", "warn", "Warning"), 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(PlainLabel(sentence, wrap=True, role="warn"), 1)


def _field(name: str, width: int) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setFixedHeight(scales.FIELD)
    field.setMaximumWidth(width)
    field.setMinimumWidth(width // 2)
    return field
