"""Which record is shown: title, age, the way back, other types of the same id, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from hookscope.ui import scales
from hookscope.ui.endpoint.flow import FlowLayout
from hookscope.ui.inspector.link_button import LinkButton
from hookscope.ui.parts.flat_button import IconButton
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.records.age_label import AgeLabel

NOTHING = "Record"


class RecordHead(QWidget):
    """Signals carry what is asked for; ``back_requested`` and ``type_requested`` a place in what was given."""

    refresh_requested = Signal()
    close_requested = Signal()
    body_requested = Signal()
    back_requested = Signal(int)
    type_requested = Signal(int)
    copy_json_requested = Signal()
    copy_curl_requested = Signal()
    credential_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = LinkButton()
        self.body.set_words("‹ Body", "Show the body again")
        self.title = PlainLabel(NOTHING, elide="middle")
        self.title.setFont(scales.strong())
        self.refresh = IconButton("refresh", "Fetch again")
        self.more = IconButton("more", "More")
        self.close_button = IconButton("close", "Close the record")
        self.age = AgeLabel()
        self.crumbs = _Links()
        self.types = _Links("also")
        self._fill_menu()
        self._lay_out()
        self._connect()
        self.set_over(False)
        self.show_title("")

    def show_title(self, title: str, *, types: Sequence[str] = (), trail: Sequence[str] = ()) -> None:
        """Name what is shown or asked for, the other ``types`` its id can be, and the way that led here."""
        self.title.setText(title or NOTHING)
        self.crumbs.show_words([f"‹ {words}" for words in trail], "Go back to this record")
        self.types.show_words(types, "Look it up as this")
        self._show_second_line()

    def show_record(self, fetched_at: float | None, *, example: bool = False) -> None:
        """Show the age of the record and what can be done with it; ``None`` while there is none."""
        there = fetched_at is not None
        if fetched_at is not None and not example:
            self.age.set_time(fetched_at)
        self.age.setVisible(there and not example)
        self.refresh.setVisible(there and not example)
        self.more.setVisible(there)
        self._show_second_line()

    def stops(self) -> list[QWidget]:
        """What Tab reaches, in order."""
        buttons = (self.body, self.refresh, self.more, self.close_button)
        return [*self.crumbs.links, *buttons, *self.types.links]

    def set_over(self, over: bool) -> None:
        """Offer the way back to the body, which the pane covers."""
        self.body.setVisible(over)

    def _show_second_line(self) -> None:
        self._second.setVisible(not (self.age.isHidden() and self.types.isHidden()))

    def _fill_menu(self) -> None:
        menu = QMenu(self)
        menu.addAction("Copy as JSON").triggered.connect(lambda: self.copy_json_requested.emit())
        menu.addAction("Copy as cURL (without the token)").triggered.connect(lambda: self.copy_curl_requested.emit())
        menu.addSeparator()
        menu.addAction("Credential…").triggered.connect(lambda: self.credential_requested.emit())
        self.more.setMenu(menu)

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setContentsMargins(0, 0, 0, 0)
        first.setSpacing(0)
        first.addWidget(self.body)
        self.title.setContentsMargins(scales.S4, 0, scales.S4, 0)  # where the text of links begins
        first.addWidget(self.title, 1)
        for button in (self.refresh, self.more, self.close_button):
            first.addWidget(button)
        self._second = QWidget()
        second = QHBoxLayout(self._second)
        second.setContentsMargins(scales.S4, 0, 0, 0)
        second.setSpacing(scales.S8)
        self.age.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        second.addWidget(self.age)
        second.addWidget(self.types, 1)
        second.addStretch(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(scales.S8, scales.S4, scales.S8, scales.S4)
        layout.setSpacing(0)
        layout.addWidget(self.crumbs)
        layout.addLayout(first)
        layout.addWidget(self._second)

    def _connect(self) -> None:
        self.body.clicked.connect(lambda: self.body_requested.emit())
        self.refresh.clicked.connect(lambda: self.refresh_requested.emit())
        self.close_button.clicked.connect(lambda: self.close_requested.emit())
        self.crumbs.chosen.connect(self.back_requested)
        self.types.chosen.connect(self.type_requested)


class _Links(QWidget):
    """Words that lead somewhere, one after the other."""

    chosen = Signal(int)

    def __init__(self, lead: str = "") -> None:
        super().__init__()
        self._lead = lead
        self.links: list[LinkButton] = []
        self._flow = FlowLayout()
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._flow.setSpacing(0)
        self.setLayout(self._flow)
        self.hide()

    def show_words(self, words: Sequence[str], purpose: str) -> None:
        while item := self._flow.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        if self._lead:
            self._flow.addWidget(PlainLabel(self._lead, role="muted"))
        self.links = [self._link(place, word, purpose) for place, word in enumerate(words)]
        self.setVisible(bool(words))

    def _link(self, place: int, word: str, purpose: str) -> LinkButton:
        link = LinkButton()
        link.set_words(word, purpose)
        link.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        link.clicked.connect(lambda: self.chosen.emit(place))
        self._flow.addWidget(link)
        link.show()
        return link
