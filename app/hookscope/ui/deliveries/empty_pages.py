"""What the list shows instead of rows, and why there are none."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QWidget

from hookscope.ui.parts.empty_state import EmptyState
from hookscope.ui.parts.flat_button import FlatButton, action_button


class EmptyPages(QStackedWidget):
    """One page per reason; the buttons do what is given here."""

    def __init__(
        self,
        *,
        send_sample: Callable[[], object],
        set_up: Callable[[], object],
        copy_address: Callable[[], object],
        clear_filter: Callable[[], object],
        stop_search: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        first = [
            action_button("Send a sample", send_sample, primary=True),
            action_button("Set up an automation step", set_up),
        ]
        line = "Send a sample to see how it looks. No account, no network."
        self._first = EmptyState("inbox", "Ready for the first request", line, first)
        endpoint = [action_button("Copy address", copy_address), action_button("Send a sample", send_sample)]
        self._endpoint = EmptyState("inbox", "", "", endpoint)
        self._no_match = EmptyState(
            "search", "No delivery matches", "", [action_button("Clear the filter", clear_filter)]
        )
        self._searching = EmptyState("search", "", "", [action_button("Stop", stop_search)])
        for page in (self._first, self._endpoint, self._no_match, self._searching):
            self.addWidget(page)

    def focus_first(self) -> None:
        """Give the keyboard to the first button."""
        for button in self.findChildren(FlatButton):
            if button.isVisibleTo(self):
                button.setFocus()
                return

    def show_first_start(self) -> None:
        """Nothing has ever come."""
        self.setCurrentWidget(self._first)

    def show_endpoint(self, name: str, url: str) -> None:
        """Nothing has come to this endpoint."""
        self._endpoint.set_texts(f"Nothing has come to {name} yet", f"Its address is {url}.")
        self.setCurrentWidget(self._endpoint)

    def show_no_match(self, stored: int) -> None:
        """The search is over and has found nothing."""
        self._no_match.set_texts("No delivery matches", stored_text(stored))
        self.setCurrentWidget(self._no_match)

    def show_searching(self, percent: int, stored: int) -> None:
        """The search has found nothing so far."""
        self._searching.set_texts(searching_text(percent), stored_text(stored))
        self.setCurrentWidget(self._searching)


def stored_text(count: int) -> str:
    """How much there is: *10,412 deliveries are stored*."""
    return "1 delivery is stored." if count == 1 else f"{count:,} deliveries are stored."


def searching_text(percent: int) -> str:
    """How far the search is: *Searching… 38 %*."""
    return f"Searching… {percent} %"
