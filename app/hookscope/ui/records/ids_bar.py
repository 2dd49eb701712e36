"""The ids of a delivery, and looking them all up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hookscope.ids import Found
from hookscope.ui import scales
from hookscope.ui.inspector.link_button import LinkButton
from hookscope.ui.pane_ring import enter_first
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.records.fetching import Fetching
from hookscope.ui.records.id_chips import CHIPS_AT_MOST, ChipText, IdChips
from hookscope.ui.records.states import EXAMPLE, FETCHED, NOTHING, state_of

if TYPE_CHECKING:
    from hookscope.program import Program
    from hookscope.records.model import LookUp


class IdsBar(QWidget):
    """Chips, and under them *Look up all (50)* or how far that is."""

    chosen = Signal(str)

    def __init__(self, program: Program, fetching: Fetching, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._fetching = fetching
        self._look_ups: dict[str, tuple[LookUp, ...]] = {}
        self.beside: tuple[Found, ...] = ()  # ids below which records of other ids are found
        self.chips = IdChips()
        self.all = LinkButton()
        self.progress = PlainLabel()
        self.stop = FlatButton("Stop")
        self._lay_out()
        self.chips.chosen.connect(self.chosen)
        self.all.clicked.connect(lambda: self._look_up_all())
        self.stop.clicked.connect(lambda: fetching.stop_all())
        fetching.changed.connect(self.refresh)
        fetching.counted.connect(self._count)

    @property
    def look_ups(self) -> list[LookUp]:
        """What is fetched for each id that has a record, in order."""
        return [fitting[0] for fitting in self._look_ups.values() if fitting]

    def show_ids(self, ids: Sequence[Found]) -> None:
        """Show the ids of another delivery."""
        catalogue = self._program.records.catalogue
        self.beside = first_of_each_type(ids)
        self._look_ups = {
            found.value: catalogue.look_ups(found.value, self.beside) if found.fetched else ()
            for found in ids[:CHIPS_AT_MOST]
        }
        self.chips.show_ids([self._text(found) for found in ids])
        self.setVisible(bool(ids))
        self.refresh()

    def stops(self) -> list[QWidget]:
        """What Tab reaches, in order; of the chips it is always one."""
        return [*self.chips.chips[-1:], self.all, self.stop]

    def refresh(self) -> None:
        """Show how far each look-up is."""
        for chip in self.chips.chips:
            chip.show_state(state_of(self._look_ups[chip.id], self._program, self._fetching.is_under_way))
        self._show_all_row()

    def _text(self, found: Found) -> ChipText:
        catalogue = self._program.records.catalogue
        first = next((catalogue.types[type] for type in found.types if type in catalogue.types), None)
        return ChipText(found.value, catalogue.short(found.value), first.title if first else "")

    def _show_all_row(self) -> None:
        running = self._fetching.fetches_all
        states = [chip.state for chip in self.chips.chips if chip.state not in (NOTHING, EXAMPLE)]
        left = any(state is not FETCHED for state in states)
        self.all.set_words(f"Look up all ({len(states)})", "Fetch the records of all these ids")
        self.all.setVisible(not running and left and len(states) > 1)
        if self.stop.hasFocus() and not running:  # it goes, and Qt would pass the focus on to anything
            enter_first(self._row if self.all.isVisible() else self.chips)
        self.progress.setVisible(running)
        self.stop.setVisible(running)
        self._row.setVisible(running or not self.all.isHidden())

    def _look_up_all(self) -> None:
        look_ups = self.look_ups
        self._count(0, len(look_ups))
        focused = self.all.hasFocus()
        self._fetching.fetch_all(look_ups)
        self._show_all_row()
        if focused:
            self.stop.setFocus()

    def _count(self, done: int, of: int) -> None:
        self.progress.setText(f"{done} of {of}")
        self.progress.setAccessibleName(f"Looking up all ids: {done} of {of}")

    def _lay_out(self) -> None:
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(scales.S8)
        self.stop.setFixedHeight(scales.TARGET)
        self.progress.setFont(scales.tabular(self.font()))
        for widget in (self.chips, self.progress):
            widget.setContentsMargins(scales.S4, 0, 0, 0)  # where the text of links begins
        row.addWidget(self.all)
        row.addWidget(self.progress)
        row.addWidget(self.stop)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(scales.S8, scales.S8, scales.S8, 0)
        layout.setSpacing(scales.S4)
        layout.addWidget(self.chips)
        layout.addWidget(self._row)


def first_of_each_type(ids: Sequence[Found]) -> tuple[Found, ...]:
    """All that counts of what stands beside an id; there may be hundreds."""
    first: dict[str, Found] = {}
    for found in ids:
        for type in found.types:
            first.setdefault(type, found)
    return tuple(dict.fromkeys(first.values()))
