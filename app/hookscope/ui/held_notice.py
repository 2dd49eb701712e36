"""The line over the list that says how many requests wait for the user."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from hookscope.ui.parts.message_bar import MessageBar

KEY = "held"
SETTLE_MS = 50  # many may come at once


class HeldNotice(QObject):
    """Says that requests wait; ``show_requested`` has the id of the one that came first.

    The one that is being responded to needs no word: ``on_show`` tells which that is, 0 for none.
    """

    show_requested = Signal(int)

    def __init__(
        self, held: Callable[[], frozenset[int]], messages: MessageBar, on_show: Callable[[], int], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._held = held
        self._messages = messages
        self._on_show = on_show
        self._told: frozenset[int] = frozenset()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._tell)

    def refresh(self) -> None:
        """Look again what waits, in a moment."""
        if not self._settle.isActive():
            self._settle.start()

    def _tell(self) -> None:
        held = self._held()
        wanted = held if held - {self._on_show()} else frozenset()
        if wanted == self._told:
            return  # also when the user has dismissed it
        self._told = wanted
        if wanted:
            self._messages.show_message(words(len(wanted)), "info", [("Show", self._show_oldest)], key=KEY)
        else:
            self._messages.dismiss(KEY)

    def _show_oldest(self) -> None:
        if held := self._held():
            self.show_requested.emit(min(held))


def words(count: int) -> str:
    """The sentence for so many: *2 requests wait for your response*."""
    return "1 request waits for your response." if count == 1 else f"{count:,} requests wait for your response."
