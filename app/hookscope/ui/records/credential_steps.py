"""The steps on the way to a credential: what is needed, where to get it, and the file."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hookscope.ui import scales
from hookscope.ui.endpoint.escape import ClosedByEscape
from hookscope.ui.endpoint.flow import FlowGroup
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.records import credential_words as words
from hookscope.ui.records.credential_notice import Notice


class StartStep(ClosedByEscape):
    """Says what is needed and offers the ways to it; while a credential is replaced, also the way back."""

    def __init__(self) -> None:
        super().__init__()
        self.heading = _centred("")
        self.line = _centred("muted")
        self.import_button = main_button(words.IMPORT)
        self.paste_button = FlatButton(words.PASTE)
        self.where_button = FlatButton(words.WHERE)
        self.cancel_button = FlatButton(words.CANCEL)
        self.cancel_button.clicked.connect(self.closed)
        self._lay_out()
        self.set_replaced("")

    def set_replaced(self, name: str) -> None:
        """Say what a new credential takes the place of; nothing with ``""``."""
        self.heading.setText("Replace the credential" if name else words.HEADING)
        self.line.setText(f"{name} stays until there is a new one. {words.STAYS}" if name else words.NEEDED)
        self.cancel_button.setVisible(bool(name))

    def _lay_out(self) -> None:
        self.heading.setFont(scales.heading())
        layout = column(self)
        layout.addStretch(1)
        layout.addWidget(IconLabel("key", "muted", "", scales.BIG_ICON), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.heading)
        layout.addWidget(self.line)
        layout.addSpacing(scales.S4)
        layout.addLayout(_centred_row(self.import_button, self.paste_button))
        layout.addLayout(_centred_row(self.where_button, self.cancel_button))
        layout.addStretch(1)


class ImportStep(ClosedByEscape):
    """Says where a key file comes from, before one is chosen, and what is wrong with the one that was."""

    def __init__(self) -> None:
        super().__init__()
        self.choose = main_button("Choose the file…")
        self.page_button = page_button()
        self.cancel = FlatButton(words.CANCEL)
        self.notice = Notice()
        self.cancel.clicked.connect(self.closed)
        layout = column(self)
        layout.addWidget(title("Import a key file"))
        layout.addWidget(PlainLabel(words.PATH, wrap=True))
        layout.addWidget(PlainLabel(words.NO_ENTRY, wrap=True, role="muted"))
        layout.addWidget(FlowGroup(self.choose, self.cancel, self.page_button))
        layout.addWidget(PlainLabel("Or drop the file here.", wrap=True, role="muted"))
        layout.addWidget(self.notice)
        layout.addStretch(1)


class WhereStep(ClosedByEscape):
    """*Where do I get one?*, answered in place."""

    def __init__(self) -> None:
        super().__init__()
        self.page_button = page_button()
        self.back = FlatButton("Back", icon="chevron-left")
        self.back.clicked.connect(self.closed)
        layout = column(self)
        layout.addWidget(title(words.WHERE))
        for sentence in where_sentences():
            layout.addWidget(PlainLabel(sentence, wrap=True))
        layout.addWidget(FlowGroup(self.page_button, self.back))
        layout.addStretch(1)


class OutcomeStep(QWidget):
    """What came of it, and what is left to decide."""

    def __init__(self) -> None:
        super().__init__()
        self.notice = Notice()
        layout = column(self)
        layout.addWidget(self.notice)
        layout.addStretch(1)


class HelpPage(QWidget):
    """The same answer as a page of the help."""

    def __init__(self) -> None:
        super().__init__()
        self.page_button = page_button()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(scales.S24, scales.S24, scales.S24, scales.S24)
        layout.setSpacing(scales.S12)
        for sentence in (words.NEEDED, *where_sentences(), words.ABOUT_KEYRINGS):
            layout.addWidget(PlainLabel(sentence, wrap=True))
        layout.addWidget(self.page_button)
        layout.addStretch(1)


def where_sentences() -> tuple[str, ...]:
    """Where a credential comes from, a paragraph each."""
    return words.PATH, words.NO_ENTRY, words.ONCE, words.DEMO


def main_button(text: str) -> FlatButton:
    """The button that is meant, but not that of a dialog around it: Return in another field would press it."""
    button = FlatButton(text, primary=True)
    button.setAutoDefault(False)
    return button


def page_button() -> FlatButton:
    """A button that opens the page of the service accounts in the browser."""
    button = FlatButton(words.OPEN_PAGE, icon="external")
    button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(words.ADDRESS)))
    return button


def column(widget: QWidget) -> QVBoxLayout:
    """The layout of a step: one under the other, without margins of its own."""
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(scales.S8)
    return layout


def title(text: str) -> PlainLabel:
    """The heading of a step."""
    label = PlainLabel(text, wrap=True)
    label.setFont(scales.strong())
    return label


def _centred(role: str) -> PlainLabel:
    label = PlainLabel(wrap=True, role=role)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


def _centred_row(*buttons: FlatButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(scales.S8)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
