"""The list of deliveries: ids in memory, the rows that are looked at from the database."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QIcon

from hookscope.deliveries import Changes, Outcome, Reader, Row, queries
from hookscope.ui.answers import Answers
from hookscope.ui.deliveries.columns import COLUMNS, Column
from hookscope.ui.deliveries.id_list import IdList
from hookscope.ui.deliveries.live import Live
from hookscope.ui.deliveries.row_cache import PAGE, RowCache
from hookscope.ui.deliveries.search import Search
from hookscope.ui.deliveries.source import Source
from hookscope.ui.icons import icon
from hookscope.ui.parts.cell_delegate import ElideRole, ExtrasRole, HasExtrasRole, TabularRole, TokenRole
from hookscope.ui.parts.plain_label import plain_tooltip
from hookscope.visible import visible

IdRole = Qt.ItemDataRole.UserRole + 10
RowRole = Qt.ItemDataRole.UserRole + 11
CopyRole = Qt.ItemDataRole.UserRole + 12

Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole

_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_ROW_ROLES = frozenset(
    {
        _Role.DisplayRole,
        _Role.DecorationRole,
        TokenRole,
        ExtrasRole,
        _Role.AccessibleTextRole,
        _Role.ToolTipRole,
        RowRole,
        CopyRole,
    }
)
_CHANGED = [role for role in _ROW_ROLES if role != CopyRole]
PLACEHOLDER = "…"


class DeliveryModel(QAbstractTableModel):
    """Deliveries, newest on top, of one endpoint or all, and with a text those in which it occurs.

    ``counted`` carries how many are shown, of how many, and whether the search still runs; ``searched`` its percents;
    ``hidden_arrivals`` how many came since the filter was set that it does not let through.
    """

    counted = Signal(int, int, bool)
    searched = Signal(int)
    hidden_arrivals = Signal(int)

    def __init__(
        self,
        pages: Reader,
        searches: Reader,
        live: Live,
        columns: Sequence[Column] = COLUMNS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._pages = pages
        self._searches = searches
        self._columns = columns
        self._by_column = [_column_roles(column) for column in columns]
        self._icons: dict[tuple[str, str], QIcon] = {}
        self._answers = Answers(self)
        self._cache = RowCache()
        self._text = ""
        self._hidden = 0
        self._told_counts = (-1, -1, False)
        self._told_percent = 100
        self._search: Search | None = None
        self._source = self._new_source(None)
        self._ids = IdList()
        live.changed.connect(self._apply)

    # --- what is shown -----------------------------------------------------------------------------------------------

    def set_filter(self, text: str, endpoint_id: int | None) -> None:
        """Show only what holds this text, of this endpoint. The list changes as soon as the first finds are there."""
        if (text, endpoint_id) == (self._text, self._source.endpoint_id):
            return
        self._text = text
        self._set_hidden(0)
        if self._search:
            self._search.stop()
        if endpoint_id != self._source.endpoint_id:
            self._source.stop()
            self._source = self._new_source(endpoint_id)
        self._search = self._new_search(text) if text else None
        self._progressed()

    def stop_search(self) -> None:
        """Be content with what was found."""
        if self._search:
            self._search.stop_scan()

    @property
    def filter(self) -> tuple[str, int | None]:
        """The text and the endpoint that are asked for."""
        return self._text, self._source.endpoint_id

    @property
    def counts(self) -> tuple[int, int, bool]:
        """How many match, of how many, and whether the search still runs."""
        searching = self._search is not None and not self._search.complete
        return len(self._listing().ids), len(self._source.ids), searching

    @property
    def percent(self) -> int:
        """How much was searched."""
        return self._search.percent if self._search else 100

    @property
    def is_settled(self) -> bool:
        """Whether the rows are those of the filter, though perhaps not all yet."""
        return self._listing().ids is self._ids

    @property
    def is_complete(self) -> bool:
        """Whether all rows of the filter are there."""
        return self.is_settled and self._listing().complete

    def row_id(self, row: int) -> int:
        """The id in a row, 0 when there is no such row."""
        return self._ids[row] if 0 <= row < len(self._ids) else 0

    def ids(self, first: int, last: int) -> array[int]:
        """The ids of these rows, the last included."""
        return self._ids.slice(first, last + 1)

    def index_of(self, id: int) -> int:
        """The row of a delivery, -1 when it is not in the list (or not yet)."""
        return self._ids.row_of(id)

    def place_of(self, id: int) -> int:
        """The row of a delivery, or the row it would have."""
        return self._ids.place(id)

    def cached(self, row: int) -> Row | None:
        """What is known of a row without asking for it."""
        return self._cache.get(self._ids[row]) if 0 <= row < len(self._ids) else None

    def waits(self, first: int, last: int) -> bool:
        """Whether one of these rows waits for its response."""
        found = (self.cached(row) for row in range(first, last + 1))
        return any(row is not None and row.outcome == Outcome.WAITING for row in found)

    def touch(self, first: int, last: int) -> None:
        """Have these rows painted again, because time has passed or their sender is another."""
        if 0 <= first <= last < len(self._ids):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1), _CHANGED)

    # --- the model of Qt ---------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return _FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == _Role.DisplayRole:
            return column.title
        if role == _Role.AccessibleTextRole:
            return column.label
        return column.align if role == _Role.TextAlignmentRole else None

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        at = index.row()
        if not 0 <= at < len(self._ids):
            return None
        if role not in _ROW_ROLES:
            return self._ids[at] if role == IdRole else self._by_column[index.column()].get(role)
        row = self._cache.get(self._ids[at])
        column = self._columns[index.column()]
        if row is None:
            self._fetch(at)
            return PLACEHOLDER if column.key == "time" and role == _Role.DisplayRole else None
        return self._value(row, column, role)

    def _value(self, row: Row, column: Column, role: int) -> Any:
        if role == _Role.DisplayRole:
            return column.text(row)
        if role == TokenRole:
            return column.token(row)
        if role == ExtrasRole:
            return column.extras(row) if column.extras else None
        if role == _Role.DecorationRole:
            return self._icon(column.icon(row))
        if role == _Role.ToolTipRole:
            return plain_tooltip(column.tooltip(row))
        if role == _Role.AccessibleTextRole:
            return visible(column.accessible(row) or column.text(row) or "empty")
        if role == CopyRole:
            return column.copied(row) or column.text(row) or column.accessible(row)
        return row

    def _icon(self, key: tuple[str, str] | None) -> QIcon | None:
        if key is None:
            return None
        found = self._icons.get(key)
        if found is None:
            found = self._icons[key] = icon(*key)
        return found

    # --- rows from the database --------------------------------------------------------------------------------------

    def _fetch(self, row: int) -> None:
        """Ask for the page of a row. Pages count from the oldest row, so that arrivals do not move them."""
        from_oldest = len(self._ids) - 1 - row
        stop = len(self._ids) - from_oldest // PAGE * PAGE
        wanted = self._cache.ask(self._ids.slice(max(0, stop - PAGE), stop))
        if wanted:
            job, give_up = partial(queries.rows, ids=wanted), partial(self._cache.give_up, wanted)
            self._answers.ask(self._pages, job, partial(self._fetched, wanted), failed=give_up)

    def _fetched(self, wanted: array[int], rows: dict[int, Row]) -> None:
        self._cache.fill(rows)
        last = min(self._ids.place(wanted[-1]), len(self._ids) - 1)
        self.touch(self._ids.place(wanted[0]), last)

    # --- changes -----------------------------------------------------------------------------------------------------

    def _apply(self, changes: Changes) -> None:
        if changes.new:
            self._take(changes.new)
        if changes.changed:
            self._change(changes.changed)
        if changes.removed:
            self._remove(changes.removed)
        self._tell()

    def _take(self, rows: Sequence[Row]) -> None:
        self._cache.put(rows)
        mine = self._source.take(rows)
        if self._search:
            self._search.take(mine)
        if len(mine) < len(rows):
            self._set_hidden(self._hidden + len(rows) - len(mine))

    def _change(self, rows: Sequence[Row]) -> None:
        places = [place for id in self._cache.change(rows) if (place := self._ids.row_of(id)) >= 0]
        if places:
            self.touch(min(places), max(places))

    def _remove(self, ids: Sequence[int]) -> None:
        self._cache.remove(ids)
        self._source.remove(ids)
        if self._search:
            self._search.remove(ids)
        if not self.is_settled:
            self._ids.remove(ids)

    def _new_source(self, endpoint_id: int | None) -> Source:
        return Source(self._answers, self._pages, self._searches, endpoint_id, self._progressed)

    def _new_search(self, text: str) -> Search:
        return Search(self._answers, self._searches, self._source, text, self._progressed, self._hide)

    def _hide(self, count: int) -> None:
        if count:
            self._set_hidden(self._hidden + count)

    def _set_hidden(self, count: int) -> None:
        if count != self._hidden:
            self._hidden = count
            self.hidden_arrivals.emit(count)

    def _listing(self) -> Search | Source:
        return self._search or self._source

    def _progressed(self) -> None:
        if self._search:
            self._search.resume()
        listing = self._listing()
        if listing.ready and listing.ids is not self._ids:
            self._show(listing.ids)
        self._tell()

    def _show(self, ids: IdList) -> None:
        self.beginResetModel()
        self._ids.watcher = None
        self._ids = ids
        ids.watcher = self
        self.endResetModel()

    def _tell(self) -> None:
        """Say how many are shown and how far the search is, if that is news and the rows are those of the filter."""
        if not self.is_settled:
            return
        if self.counts != self._told_counts:
            self._told_counts = self.counts
            self.counted.emit(*self.counts)
        if self.percent != self._told_percent:
            self._told_percent = self.percent
            self.searched.emit(self.percent)

    # --- the watcher of the shown ids --------------------------------------------------------------------------------

    def inserting(self, first: int, last: int) -> None:
        self.beginInsertRows(QModelIndex(), first, last)

    def inserted(self) -> None:
        self.endInsertRows()

    def removing(self, first: int, last: int) -> None:
        self.beginRemoveRows(QModelIndex(), first, last)

    def removed(self) -> None:
        self.endRemoveRows()

    def resetting(self) -> None:
        self.beginResetModel()

    def reset(self) -> None:
        self.endResetModel()


def _column_roles(column: Column) -> dict[int, Any]:
    return {
        int(_Role.TextAlignmentRole): column.align | Qt.AlignmentFlag.AlignVCenter,
        int(TabularRole): column.tabular,
        int(ElideRole): column.elide,
        int(HasExtrasRole): column.extras is not None,
    }
