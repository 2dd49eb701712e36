"""The list of endpoints at the left, with how many new deliveries each has."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from hookscope.deliveries import Changes, Reader, queries
from hookscope.endpoints import Endpoint
from hookscope.ui import scales
from hookscope.ui.answers import Answers
from hookscope.ui.parts.cell_delegate import TabularRole, TokenRole
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import PlainLabel, plain_tooltip
from hookscope.ui.parts.tree_view import TreeView
from hookscope.visible import visible

ALL = 0  # the id that stands for *All deliveries*
ALL_NAME = "All deliveries"
COUNTED = 999  # more new deliveries than this are shown as 999+

Index = QModelIndex | QPersistentModelIndex


class NewCounts:
    """Which deliveries of an endpoint came since its list was last looked at and are not looked at themselves."""

    def __init__(self, looked: Mapping[str, Any]) -> None:
        self._looked = {int(key): value for key, value in looked.items() if key.isdigit() and isinstance(value, int)}
        self._new: dict[int, set[int]] = {}
        self._chosen: int | None = None

    def start(self, unseen: Mapping[int, Sequence[int]]) -> None:
        """Take what the history knows: per endpoint the newest ids that nobody looked at."""
        for endpoint_id, ids in unseen.items():
            after = self._looked.get(endpoint_id, 0)
            self._set_of(endpoint_id).update(id for id in ids if id > after)
        self.look_at(self._chosen)

    def look_at(self, endpoint_id: int | None) -> None:
        """From now on this endpoint's list is on screen; what it has is not new any more."""
        self._chosen = endpoint_id
        if endpoint_id is not None:
            self._forget(endpoint_id)

    def apply(self, changes: Changes) -> None:
        """Count what came, take off what was looked at or removed."""
        for row in changes.new:
            if row.endpoint_id is not None and not row.seen:
                self._add(row.endpoint_id, row.id)
        gone = {*changes.removed, *(row.id for row in changes.changed if row.seen)}
        for known in self._new.values():
            known.difference_update(gone)

    def count(self, endpoint_id: int) -> int:
        """How many are new, at most :data:`COUNTED` + 1."""
        return len(self._new.get(endpoint_id, ()))

    def looked(self) -> dict[str, int]:
        """What to remember: per endpoint the newest delivery that its list has shown."""
        return {str(key): value for key, value in self._looked.items()}

    def _add(self, endpoint_id: int, id: int) -> None:
        if endpoint_id == self._chosen:
            self._looked[endpoint_id] = id
        elif self.count(endpoint_id) <= COUNTED:
            self._set_of(endpoint_id).add(id)

    def _forget(self, endpoint_id: int) -> None:
        known = self._new.pop(endpoint_id, set())
        if known:
            self._looked[endpoint_id] = max(known)

    def _set_of(self, endpoint_id: int) -> set[int]:
        return self._new.setdefault(endpoint_id, set())


class EndpointModel(QAbstractTableModel):
    """*All deliveries*, the endpoints and *Anything else*; the second column says how many are new."""

    def __init__(self, counts: NewCounts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = counts
        self._endpoints: tuple[Endpoint, ...] = ()

    def set_endpoints(self, endpoints: tuple[Endpoint, ...]) -> None:
        """Show these, in this order."""
        self.beginResetModel()
        self._endpoints = endpoints
        self.endResetModel()

    def counts_changed(self) -> None:
        """Read the counts again."""
        if self._endpoints:
            last = self.index(self.rowCount() - 1, 1)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.FontRole])

    def endpoint_id(self, row: int) -> int:
        """The endpoint of a row, :data:`ALL` for the first one."""
        return self._endpoints[row - 1].id if 0 < row <= len(self._endpoints) else ALL

    def row_of(self, endpoint_id: int) -> int:
        """The row of an endpoint; 0, which is *All deliveries*, when there is none."""
        return next((row for row, item in enumerate(self._endpoints, 1) if item.id == endpoint_id), 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._endpoints) + 1

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        return self._name(index.row(), role) if index.column() == 0 else self._count(index.row(), role)

    def _name(self, row: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            new = self._new(row)
            return f"{self._text(row)}, {new} new" if new else self._text(row)
        if role == Qt.ItemDataRole.ToolTipRole and row:
            endpoint = self._endpoints[row - 1]
            return plain_tooltip(f"{endpoint.name}\n{endpoint.path}" if endpoint.path else endpoint.name)
        return None

    def _count(self, row: int, role: int) -> Any:
        new = self._new(row)
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if not new else f"{COUNTED}+" if new > COUNTED else str(new)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{new} new"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return {TabularRole: True, TokenRole: "muted"}.get(role)

    def _text(self, row: int) -> str:
        return visible(self._endpoints[row - 1].name) if row else ALL_NAME

    def _new(self, row: int) -> int:
        return self._counts.count(self._endpoints[row - 1].id) if row else 0


class Sidebar(QWidget):
    """The endpoints; ``chosen`` has an endpoint's id, or :data:`ALL`, also when it is clicked once more."""

    chosen = Signal(int)
    menu_asked = Signal(int, QPoint)  # endpoint id, place on the screen
    new_endpoint_asked = Signal()

    def __init__(self, counts: NewCounts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.counts = counts
        self._quiet = False
        self._answers = Answers(self)
        self.model = EndpointModel(counts, self)
        self.view = _view(self)
        self.view.setModel(self.model)
        _size_columns(self.view)
        self._new = FlatButton("New endpoint", icon="plus")
        self._heading = PlainLabel("Endpoints", role="muted")
        self._lay_out()
        self._connect()

    def set_endpoints(self, endpoints: tuple[Endpoint, ...]) -> None:
        """Show these endpoints and keep the chosen one; *All deliveries* when it is gone."""
        before = self.current()
        self._quiet = True
        self.model.set_endpoints(endpoints)
        self.choose(before)
        self._quiet = False
        if self.current() != before:
            self.chosen.emit(self.current())

    def apply(self, changes: Changes) -> None:
        """Count new deliveries."""
        self.counts.apply(changes)
        self.model.counts_changed()

    def look_at(self, endpoint_id: int) -> None:
        """This endpoint's list is on screen now, or with :data:`ALL` that of no single one."""
        self.counts.look_at(None if endpoint_id == ALL else endpoint_id)
        self.model.counts_changed()

    def count_unseen(self, pages: Reader, endpoint_ids: Sequence[int]) -> None:
        """Count what came before the window was opened."""
        self._answers.ask(pages, partial(unseen_ids, endpoint_ids=endpoint_ids), self._start_counts)

    def current(self) -> int:
        """The chosen endpoint's id, or :data:`ALL`."""
        return self.model.endpoint_id(self.view.currentIndex().row())

    def choose(self, endpoint_id: int) -> None:
        """Choose an endpoint, :data:`ALL` when it does not exist."""
        self.view.setCurrentIndex(self.model.index(self.model.row_of(endpoint_id), 0))

    def _lay_out(self) -> None:
        self._heading.setFont(scales.small())
        self._heading.setContentsMargins(scales.S12, 0, scales.S8, 0)
        self._heading.setFixedHeight(scales.BAR)
        self._new.setAccessibleName("New endpoint")
        self._new.setFlat(True)
        last = QHBoxLayout()
        last.setContentsMargins(scales.S4, scales.S8, scales.S8, scales.S8)
        last.addWidget(self._new)
        last.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._heading)
        layout.addWidget(self.view, 1)
        layout.addLayout(last)

    def _connect(self) -> None:
        self.view.selectionModel().currentChanged.connect(lambda now, _before: self._tell(now))
        self.view.clicked.connect(self._tell)
        self.view.customContextMenuRequested.connect(self._ask_menu)
        self._new.clicked.connect(self.new_endpoint_asked)

    def _start_counts(self, unseen: Mapping[int, Sequence[int]]) -> None:
        self.counts.start(unseen)
        self.model.counts_changed()

    def _tell(self, index: QModelIndex) -> None:
        if index.isValid() and not self._quiet:
            self.chosen.emit(self.model.endpoint_id(index.row()))

    def _ask_menu(self, place: QPoint) -> None:
        endpoint_id = self.model.endpoint_id(self.view.indexAt(place).row())
        if endpoint_id != ALL:
            self.menu_asked.emit(endpoint_id, self.view.viewport().mapToGlobal(place))


def unseen_ids(db: sqlite3.Connection, endpoint_ids: Sequence[int]) -> dict[int, list[int]]:
    """Per endpoint those of its newest deliveries that nobody has looked at."""
    found = {}
    for endpoint_id in endpoint_ids:
        newest = queries.newest_ids(db, None, COUNTED + 1, endpoint_id)
        found[endpoint_id] = [row.id for row in queries.rows(db, newest).values() if not row.seen]
    return found


def _view(parent: QWidget) -> TreeView:
    view = TreeView("Endpoints", scales.sidebar_row_height, start=scales.S12, parent=parent)
    view.setHeaderHidden(True)
    view.setRootIsDecorated(False)
    view.viewport().setBackgroundRole(QPalette.ColorRole.Window)
    view.setAllColumnsShowFocus(True)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    return view


def _size_columns(view: TreeView) -> None:
    header = view.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
