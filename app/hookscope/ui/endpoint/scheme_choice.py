"""Which scheme an endpoint has: the platform's own three, none, or one that is searched for."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QRadioButton, QWidget

from hookscope.ui import scales
from hookscope.ui.endpoint.token_place import MARKETPLACE, SEND, TRIGGER
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import plain_tooltip

USUAL = (
    (SEND, "Send a webhook token"),
    (TRIGGER, "Trigger a webhook token"),
    (MARKETPLACE, "Marketplace"),
    ("", "None"),
)
LONGEST_NAME = 40
LEAST_NAME = 64  # pixels


class SchemeChoice(QWidget):
    """One of the usual schemes, or the one that was found with the search, which then stands among them."""

    chosen = Signal(str)
    search_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.buttons = {scheme: QRadioButton(word) for scheme, word in USUAL}
        self.found = QRadioButton()
        self.found.setAccessibleName("The sender that was found")
        self.search = FlatButton("Search senders…", icon="search")
        self._found_id = ""
        self._name = ""
        self._group = QButtonGroup(self)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lay_out()
        for scheme, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, scheme=scheme: self.chosen.emit(scheme))
        self.found.clicked.connect(lambda: self.chosen.emit(self._found_id))
        self.search.clicked.connect(self.search_asked)

    def set_count(self, count: int) -> None:
        """How many schemes the search is over."""
        self.search.setText(f"Search {count} senders…")
        self._turn()

    def set_chosen(self, scheme: str, name: str) -> None:
        """Mark a scheme; ``name`` is for one that is not among the usual ones."""
        if scheme in self.buttons:
            self.buttons[scheme].setChecked(True)
            self.found.setVisible(bool(self._found_id))
        else:
            self._found_id = scheme
            self._name = _short(name)
            self.found.setAccessibleName(name)
            self.found.setToolTip(plain_tooltip(name))
            self.found.setChecked(True)
            self.found.show()
        self._turn()

    def forget_found(self) -> None:
        """Offer only the usual ones again."""
        self._found_id = ""
        self.found.hide()

    def minimumSizeHint(self) -> QSize:
        widest = max(button.sizeHint().width() for button in (*self.buttons.values(), self.search))
        return QSize(widest + 2 * scales.PANE, super().minimumSizeHint().height())  # they can stand one under the other

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _lay_out(self) -> None:
        self._layout.setContentsMargins(scales.PANE, scales.S8, scales.PANE, scales.S8)
        self._layout.setSpacing(scales.S16)
        for button in (*self.buttons.values(), self.found):
            self._group.addButton(button)
            button.setMinimumHeight(scales.TARGET)
            self._layout.addWidget(button)
        self._layout.addWidget(self.search)
        self._layout.addStretch(1)
        self.found.hide()

    def _turn(self) -> None:
        """One beside the other where there is room, with the found name cut if need be; else one under the other."""
        self.found.setText(self._name.replace("&", "&&"))
        room = self.width() - self._needed()
        if room < 0 and not self.found.isHidden():
            room += self._shorten(room)
        direction = QBoxLayout.Direction
        self._layout.setDirection(direction.TopToBottom if room < 0 else direction.LeftToRight)
        self._layout.setSpacing(0 if room < 0 else scales.S16)

    def _needed(self) -> int:
        shown = [button for button in (*self.buttons.values(), self.found, self.search) if not button.isHidden()]
        return sum(button.sizeHint().width() + scales.S16 for button in shown) + 2 * scales.PANE

    def _shorten(self, room: int) -> int:
        """Cut the found name by the room that is lacking, if enough of it remains; how much was won."""
        metrics = self.found.fontMetrics()
        before = metrics.horizontalAdvance(self._name)
        if before + room < LEAST_NAME:
            return 0
        cut = metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, before + room)
        self.found.setText(cut.replace("&", "&&"))
        return before - metrics.horizontalAdvance(cut)


def _short(name: str) -> str:
    """A name as it fits beside the others; what stands in brackets is the first to go."""
    if len(name) > LONGEST_NAME:
        name = name.partition(" (")[0]
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
