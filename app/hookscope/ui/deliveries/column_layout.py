"""Which columns are shown and how wide: what the user wants, and what there is room for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView

from hookscope.ui.deliveries.columns import ELASTIC, GIVE_WAY, Column

MOST = 2_000  # px that a remembered width may have
ALWAYS = "time"


def fit(widths: Mapping[str, int], wanted: Collection[str], staying: Collection[str], room: int) -> set[str]:
    """The wanted columns that have room beside the elastic one; ``staying`` never give way."""
    shown = set(wanted)
    for key in GIVE_WAY:
        taken = sum(widths[other] for other in shown if other != ELASTIC)
        if room - taken >= (widths[ELASTIC] if ELASTIC in shown else 0):
            break
        if key not in staying:
            shown.discard(key)
    return shown


class ColumnLayout(QObject):
    """Shows, hides and sizes the columns of a table, and remembers what the user changed."""

    def __init__(self, view: QTableView, columns: Sequence[Column]) -> None:
        super().__init__(view)
        self._view = view
        self._columns = columns
        self._places = {column.key: place for place, column in enumerate(columns)}
        self._widths = {column.key: column.width for column in columns}
        self._added: set[str] = set()
        self._hidden: set[str] = set()
        self._not_now: set[str] = set()
        self._busy = False
        self._set_up(view.horizontalHeader())
        self.fit()

    def set_not_now(self, keys: Collection[str]) -> None:
        """Leave these columns out for the time being, whatever the user wants."""
        self._not_now = set(keys)
        self.fit()

    def fit(self) -> None:
        """Show what there is room for and give the rest of the room to the elastic column."""
        if self._busy:
            return
        self._busy = True
        room = self._view.viewport().width()
        shown = fit(self._widths, self.wanted() - self._not_now, self._added, room)
        for place, column in enumerate(self._columns):
            self._view.setColumnHidden(place, column.key not in shown)
            if column.key != ELASTIC:
                self._view.setColumnWidth(place, self._widths[column.key])
        taken = sum(self._widths[key] for key in shown if key != ELASTIC)
        self._view.setColumnWidth(self._places[ELASTIC], max(self._widths[ELASTIC], room - taken))
        self._busy = False

    def wanted(self) -> set[str]:
        """The columns the user wants to see."""
        usual = {column.key for column in self._columns if column.shown}
        return usual - self._hidden | self._added

    def want(self, key: str, wanted: bool) -> None:
        """Add a column, which then stays even without room, or hide it."""
        (self._added.add if wanted else self._added.discard)(key)
        (self._hidden.discard if wanted else self._hidden.add)(key)
        self.fit()

    def fill_menu(self, menu: QMenu) -> None:
        """The columns with boxes, and the way back."""
        menu.clear()
        wanted = self.wanted()
        for column in self._columns:
            action = menu.addAction(column.label)
            action.setCheckable(True)
            action.setChecked(column.key in wanted)
            action.setEnabled(column.key != ALWAYS)
            action.toggled.connect(lambda on, key=column.key: self.want(key, on))
        menu.addSeparator()
        menu.addAction("Reset columns").triggered.connect(lambda: self.restore({}))

    def state(self) -> dict[str, Any]:
        """Order, widths and choice of columns, to be remembered."""
        header = self._view.horizontalHeader()
        order = [self._columns[header.logicalIndex(place)].key for place in range(header.count())]
        widths = {column.key: self._widths[column.key] for column in self._columns if self._is_changed(column)}
        return {"order": order, "widths": widths, "added": sorted(self._added), "hidden": sorted(self._hidden)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up a remembered state; what is missing or makes no sense in it is as at first."""
        widths = _mapping(state.get("widths"))
        self._widths = {column.key: _width(widths.get(column.key), column) for column in self._columns}
        self._added = _known(state.get("added"), self._places)
        self._hidden = _known(state.get("hidden"), self._places) - {ALWAYS}
        self._order(state.get("order"))
        self.fit()

    def _set_up(self, header: QHeaderView) -> None:
        header.setSectionsMovable(True)
        header.setSectionsClickable(False)
        header.setStretchLastSection(False)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        for place, column in enumerate(self._columns):
            fixed = column.key == ELASTIC or column.width == column.min
            mode = QHeaderView.ResizeMode.Fixed if fixed else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(place, mode)
        header.sectionResized.connect(self._resized)
        header.customContextMenuRequested.connect(self._open_menu)

    def _resized(self, place: int, _before: int, width: int) -> None:
        if not self._busy and width:
            column = self._columns[place]
            self._widths[column.key] = max(width, column.min)
            self.fit()

    def _open_menu(self, place: QPoint) -> None:
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_menu(menu)
        menu.popup(self._view.horizontalHeader().viewport().mapToGlobal(place))

    def _order(self, order: Any) -> None:
        header = self._view.horizontalHeader()
        keys = [key for key in order if isinstance(key, str) and key in self._places] if isinstance(order, list) else []
        known = dict.fromkeys([*keys, *self._places] if len(set(keys)) == len(self._places) else self._places)
        for place, key in enumerate(known):
            header.moveSection(header.visualIndex(self._places[key]), place)

    def _is_changed(self, column: Column) -> bool:
        return self._widths[column.key] != column.width


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _known(value: Any, keys: Collection[str]) -> set[str]:
    return {key for key in value if isinstance(key, str) and key in keys} if isinstance(value, list | tuple) else set()


def _width(value: Any, column: Column) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return min(max(value, column.min), MOST)
    return column.width
