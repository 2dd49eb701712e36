"""Sentences for the user, in a bar and not in a box."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from hookscope.ui.parts.flat_button import Action, IconButton
from hookscope.ui.parts.strip import Band


class MessageBar(QWidget):
    """The messages that hold now, one line each; hidden while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bands: dict[str, Band] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_message(self, text: str, kind: str = "info", actions: Sequence[Action] = (), key: str = "") -> None:
        """Show a sentence of a kind (info, warn, bad, ok); one of the same key is replaced, in its place."""
        place = self._take_away(key)
        band = Band(kind, text, [(caption, self._then_dismiss(call, key)) for caption, call in actions], wrap=True)
        close = IconButton("close", "Dismiss")
        close.clicked.connect(lambda: self.dismiss(key))
        band.row.addWidget(close)
        self._bands[key] = band
        self._layout.insertWidget(place, band)
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def dismiss(self, key: str) -> None:
        """Take a message away; nothing happens when it is not shown."""
        self._take_away(key)
        self.setVisible(bool(self._bands))

    def messages(self) -> list[str]:
        """The sentences shown now, from top to bottom."""
        shown = sorted(self._bands.values(), key=self._layout.indexOf)
        return [band.label.raw_text() for band in shown]

    def _take_away(self, key: str) -> int:
        band = self._bands.pop(key, None)
        if band is None:
            return self._layout.count()
        place = self._layout.indexOf(band)
        self._layout.removeWidget(band)
        band.hide()
        band.deleteLater()
        return place

    def _then_dismiss(self, call: Callable[[], object], key: str) -> Callable[[], None]:
        def press() -> None:
            band = self._bands.get(key)
            call()
            # The action may have put a new message of this key here: that one stays.
            if self._bands.get(key) is band:
                self.dismiss(key)

        return press
