"""The ids of a delivery as chips, each with how far its look-up is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from hookscope.ui import scales
from hookscope.ui.endpoint.flow import FlowLayout
from hookscope.ui.icons import icon
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import PlainLabel, plain_tooltip
from hookscope.ui.records.states import NOT_FETCHED, State
from hookscope.visible import visible

CHIPS_AT_MOST = 100
ROWS_AT_MOST = 3
LONGEST = 22  # characters of an id on its chip
_BACKWARD, _FORWARD = (Qt.Key.Key_Left, Qt.Key.Key_Up), (Qt.Key.Key_Right, Qt.Key.Key_Down)


class ChipText(NamedTuple):
    """An id, what of it stands on its chip, and the title of its type."""

    id: str
    short: str
    title: str


class IdChip(FlatButton):
    """One id; pressed it is looked up. ``stepped`` asks for the next chip or the one before."""

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__("")
        self._text = ChipText("", "", "")
        self.state = NOT_FETCHED
        self.setCheckable(True)
        self.setFixedHeight(scales.TARGET)
        self.hide()

    @property
    def id(self) -> str:
        """The whole id."""
        return self._text.id

    def show_id(self, text: ChipText) -> None:
        """Show another id, of which nothing is fetched yet."""
        self._text = text
        self.setText(shortened(visible(text.short)))
        self._say(NOT_FETCHED)
        self.show()

    def show_state(self, state: State) -> None:
        """Show how far the look-up is."""
        if state is not self.state:
            self._say(state)

    def _say(self, state: State) -> None:
        self.state = state
        self.setIcon(icon(state.icon, state.role))
        id = visible(self.id)
        self.setAccessibleName(", ".join(filter(None, (id, self._text.title, state.words))))
        self.setToolTip(plain_tooltip(f"{id}\n{', '.join(filter(None, (self._text.title, state.words)))}"))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), scales.TARGET)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = 1 if event.key() in _FORWARD else -1 if event.key() in _BACKWARD else 0
        if step:
            self.stepped.emit(step)
        else:
            super().keyPressEvent(event)

    def _padding(self) -> int:
        return scales.S8


class IdChips(QWidget):
    """The chips in rows; what does not fit in three rows is scrolled to.

    Tab reaches one of them, from there the arrow keys lead to the others.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips: list[IdChip] = []  # that are shown
        self._pool: list[IdChip] = []
        self._texts: tuple[ChipText, ...] = ()
        self._marked = ""
        self._more = PlainLabel(role="muted")
        self._inside = _Rows()
        self._add_chip()
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._area)

    def show_ids(self, texts: Sequence[ChipText]) -> None:
        """Show other ids, the first :data:`CHIPS_AT_MOST` of them; the same ones stay as they are."""
        if tuple(texts) == self._texts:
            return
        self._texts = tuple(texts)
        while len(self._pool) < min(len(texts), CHIPS_AT_MOST):
            self._add_chip()
        self.chips = self._pool[: min(len(texts), CHIPS_AT_MOST)]
        for chip, text in zip(self.chips, texts, strict=False):
            chip.show_id(text)
        for chip in self._pool[len(self.chips) :]:
            chip.hide()
        more = len(texts) - len(self.chips)
        self._more.setText(f"and {more:,} more")
        self._more.setVisible(more > 0)
        self._inside.rows.removeWidget(self._more)
        self._inside.rows.addWidget(self._more)
        self.mark()
        self._fit()

    def mark(self, *ids: str) -> None:
        """Show which id the record belongs to: the first of these that has a chip."""
        shown = {chip.id for chip in self.chips}
        id = self._marked = next((each for each in ids if each in shown), "")
        reached = next((chip for chip in self.chips if chip.id == id), self.chips[0] if self.chips else None)
        for chip in self.chips:
            chip.setChecked(chip.id == id)
            chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chip is reached else Qt.FocusPolicy.ClickFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _add_chip(self) -> None:
        chip = IdChip()
        chip.clicked.connect(lambda: self._choose(chip.id))
        chip.stepped.connect(self._step)
        self._inside.rows.addWidget(chip)
        if self._pool:
            QWidget.setTabOrder(self._pool[-1], chip)
        self._pool.append(chip)

    def _step(self, step: int) -> None:
        here = next(place for place, chip in enumerate(self.chips) if chip.hasFocus())
        chip = self.chips[(here + step) % len(self.chips)]
        chip.setFocus(Qt.FocusReason.OtherFocusReason)
        self._area.ensureWidgetVisible(chip, 0, 0)

    def _choose(self, id: str) -> None:
        self.mark(self._marked)  # a click has toggled the chip; it is the pane that marks it
        self.chosen.emit(id)

    def _fit(self) -> None:
        """As many rows as are needed, at most three; then a bar takes its room at the right."""
        most = ROWS_AT_MOST * (scales.TARGET + scales.S4) - scales.S4
        width = self.contentsRect().width()
        height = self._inside.rows.heightForWidth(width)
        if height > most:
            width -= self._area.verticalScrollBar().sizeHint().width()
            height = self._inside.rows.heightForWidth(width)
        self._inside.resize(width, height)
        self._area.setFixedHeight(min(height, most))


class _Rows(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.rows = FlowLayout()
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(scales.S4)
        self.setLayout(self.rows)


def shortened(id: str) -> str:
    """A long id without its middle: ``U-a6d23f70…a12c032caaa1``."""
    half = LONGEST // 2
    return id if len(id) <= LONGEST else f"{id[:half]}…{id[1 - half :]}"
