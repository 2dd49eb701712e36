"""Pasting a token: a masked field, and what is to be said about what is in it."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from hookscope.ui import scales
from hookscope.ui.endpoint.escape import ClosedByEscape
from hookscope.ui.endpoint.flow import FlowGroup
from hookscope.ui.parts.flat_button import FlatButton, IconButton
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.records import credential_words as words
from hookscope.ui.records.credential_file import LARGEST
from hookscope.ui.records.credential_notice import Notice
from hookscope.ui.records.credential_paste import KEY_FILE, TOKEN, Pasted, pasted
from hookscope.ui.records.credential_steps import column, main_button, title


class PasteStep(ClosedByEscape):
    """Asks for a token. What is entered is forgotten when it is handed over and when the step is left."""

    submitted = Signal(object)  # Pasted, a token or a key file

    def __init__(self) -> None:
        super().__init__()
        self.value = QLineEdit()
        self.reveal = IconButton("eye", "Show what is entered")
        self.save = main_button("Save")
        self.cancel = FlatButton(words.CANCEL)
        self.notice = Notice()
        self._lay_out()
        self._connect()
        self.forget()
        self._check()

    def forget(self) -> None:
        """Forget what was entered, also what could be brought back by *Undo*, and mask the field again."""
        self.value.setText("")  # which clear() would only add to the history
        self._mask(True)
        self.notice.clear()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.forget()

    def _lay_out(self) -> None:
        self.value.setFont(scales.mono())
        self.value.setFixedHeight(scales.FIELD)
        self.value.setAccessibleName("Access token")
        self.value.setPlaceholderText("Access token")
        self.value.setMaxLength(LARGEST + 1)  # so that one that is too long is refused and not cut
        field = QHBoxLayout()
        field.setSpacing(scales.S8)
        field.addWidget(self.value, 1)
        field.addWidget(self.reveal)
        layout = column(self)
        layout.addWidget(title("Paste a token"))
        layout.addWidget(PlainLabel(words.PASTE_LINE, wrap=True, role="muted"))
        layout.addLayout(field)
        layout.addWidget(self.notice)
        layout.addWidget(FlowGroup(self.save, self.cancel))
        layout.addStretch(1)

    def _connect(self) -> None:
        self.value.textChanged.connect(self._check)
        self.value.returnPressed.connect(self._submit)
        self.reveal.clicked.connect(lambda: self._mask(self.value.echoMode() is QLineEdit.EchoMode.Normal))
        self.save.clicked.connect(self._submit)
        self.cancel.clicked.connect(self.closed)

    def _mask(self, masked: bool) -> None:
        self.value.setEchoMode(QLineEdit.EchoMode.Password if masked else QLineEdit.EchoMode.Normal)
        self.reveal.set_icon("eye" if masked else "eye-off")
        self.reveal.set_name("Show what is entered" if masked else "Hide what is entered")

    def _entered(self) -> Pasted:
        return pasted(self.value.text(), time.time())

    def _check(self) -> None:
        entered = self._entered()
        self.save.setEnabled(entered.kind in (TOKEN, KEY_FILE))
        kind = "bad" if entered.fault else "warn" if entered.warning else "info"
        sentence = " ".join(filter(None, (*entered.notes, entered.warning, entered.fault)))
        if not sentence:
            self.notice.clear()
        elif sentence != self.notice.sentence.raw_text():  # or a screen reader would hear it with every letter
            self.notice.say(kind, sentence)

    def _submit(self) -> None:
        entered = self._entered()
        if entered.kind not in (TOKEN, KEY_FILE):
            return
        self.forget()
        self.submitted.emit(entered)
