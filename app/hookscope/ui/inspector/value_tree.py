"""A tree of values: ids among them are links, and every value has a menu."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from hookscope.ui import scales
from hookscope.ui.inspector.copying import Entry, menu_place, popup, value_entries
from hookscope.ui.parts.cell_delegate import ExtrasRole
from hookscope.ui.parts.links import Extras, IdLink
from hookscope.ui.parts.tree_view import TreeView

VALUE = 1  # the column of the values
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ValueTree(TreeView):
    """A click or Return on an id asks for its record; ``filter_requested`` has the text to filter deliveries by."""

    filter_requested = Signal(str)

    def __init__(self, accessible_name: str, *, start: int = scales.S4, parent: QWidget | None = None) -> None:
        super().__init__(accessible_name, start=start, links=True, parent=parent)
        self.setHeaderHidden(True)

    def link(self, index: QModelIndex) -> IdLink | None:
        """The id that the value of a line is."""
        extras: Extras | None = index.siblingAtColumn(VALUE).data(ExtrasRole)
        return next(iter(extras.links), None) if extras else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        link = self.link(self.currentIndex()) if event.key() in _RETURN else None
        if link is not None:
            self._look_up(link)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index, place = menu_place(self, event)
        popup(self, self.entries(index), place)

    def entries(self, index: QModelIndex) -> list[Entry]:
        """What the menu of a line offers."""
        raise NotImplementedError

    def _entries(self, index: QModelIndex, copies: Sequence[Entry], filter_text: str) -> list[Entry]:
        """The menu of a value; without a ``filter_text`` one cannot filter by it."""
        link = self.link(index)
        look_up = partial(self._look_up, link) if link else None
        return value_entries(copies, look_up, partial(self.filter_requested.emit, filter_text) if filter_text else None)

    def _look_up(self, link: IdLink) -> None:
        self.look_up_requested.emit(link.id, link.type)
