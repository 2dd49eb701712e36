"""The body, and the record beside it or over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from hookscope.ui.pane_ring import enter_first, has_focus
from hookscope.ui.splitter import Splitter

if TYPE_CHECKING:
    from hookscope.ui.records.record_pane import RecordPane

BREAK = 760  # under this width the record covers the body
SHARE, LEAST, MOST = 0.42, 360, 480  # of the width, until the user chooses
LEAST_BODY = 280


class BodyAndRecord(QWidget):
    """The pane is made when it is first on show; in a narrow inspector it is only over the body when asked for.

    ``pane_shown`` tells that the pane came into sight.
    """

    pane_shown = Signal()

    def __init__(self, body: QWidget, make: Callable[[], RecordPane], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._body = body
        self._make = make
        self.pane: RecordPane | None = None
        self._open = False
        self._over = False  # in a narrow inspector: the pane is over the body now
        self._narrow = False
        self._width = 0  # of the pane, 0: not chosen yet
        self._splitter = Splitter(Qt.Orientation.Horizontal)
        body.setMinimumWidth(LEAST_BODY)
        self._splitter.addWidget(body)
        self._splitter.splitterMoved.connect(self._moved)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)

    @property
    def open(self) -> bool:
        """Whether the pane is wanted beside the body."""
        return self._open

    @property
    def pane_width(self) -> int:
        """The width of the pane as the user chose it, 0 where he never did."""
        return self._width

    @property
    def shows_pane(self) -> bool:
        """Whether the pane has a place now."""
        return self.pane is not None and not self.pane.isHidden()

    def restore(self, *, open: bool, width: int) -> None:
        """Take up a remembered state."""
        self._open, self._over, self._width = open, False, width
        self._show()

    def open_pane(self) -> RecordPane:
        """Show the pane, over the body where there is no other place."""
        self._open = self._over = True
        self._show()
        assert self.pane is not None  # noqa: S101  just made
        return self.pane

    def close_pane(self) -> None:
        """Put the pane away."""
        self._open = self._over = False
        self._show()

    def show_body(self) -> None:
        """Make the body visible; where there is room for both the pane stays."""
        self._over = False
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < BREAK
        if narrow != self._narrow:
            self._narrow = narrow
            self._over = narrow and self.shows_pane and has_focus(self.pane)  # who works in it goes on
            self._show()
        else:
            self._divide()

    def _show(self) -> None:
        wanted = self._over if self._narrow else self._open
        shown = self.shows_pane
        focused = has_focus(self._body) or has_focus(self.pane)
        if wanted and self.pane is None:
            self.pane = self._made()
        self._body.setVisible(not (wanted and self._narrow))
        if self.pane is not None:
            self.pane.set_over(self._narrow)
            self.pane.setVisible(wanted)
            if focused and not self._is_focus_seen():
                enter_first(self.pane if wanted else self._body)
        self._divide()
        if wanted and not shown:
            self.pane_shown.emit()

    def _is_focus_seen(self) -> bool:
        """Whether the focus is still here: what is hidden keeps it, or passes it on to anything in the window."""
        focused = QApplication.focusWidget()
        return focused is not None and focused.isVisible() and self.isAncestorOf(focused)

    def _made(self) -> RecordPane:
        pane = self._make()
        pane.hide()
        self._splitter.addWidget(pane)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        return pane

    def _divide(self) -> None:
        wanted = self._width or min(max(round(self.width() * SHARE), LEAST), MOST)
        self._splitter.setSizes([max(self.width() - wanted, 0), wanted])

    def _moved(self) -> None:
        self._width = self._splitter.sizes()[1]
