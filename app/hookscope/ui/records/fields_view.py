"""The fields of a record that are worth reading first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem, QWidget

from hookscope.records.model import ShownField
from hookscope.ui import scales
from hookscope.ui.inspector.copying import Entry, copy, copying, filter_text
from hookscope.ui.inspector.value_tree import ValueTree
from hookscope.ui.parts.cell_delegate import ExtrasRole, HasExtrasRole, TokenRole
from hookscope.ui.parts.links import Extras, IdLink, TypesOf
from hookscope.ui.parts.plain_label import plain_tooltip
from hookscope.ui.tokens import tokens
from hookscope.visible import visible

AnyIndex = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NAME, VALUE = range(2)
_ROOT = QModelIndex()
_NAME_LEAST, _NAMES_AT_MOST = 96, 0.45  # px, and the share of the width
_RAW_LEAST = 24  # px, under which a raw value tells nothing
SHOWN = 500


class _Row(NamedTuple):
    field: ShownField
    payload: bool = False  # the line under a field: what the webhook said of it


class FieldsModel(QAbstractTableModel):
    """A row for each field, and one more under a field of which the webhook said something else."""

    def __init__(self, types_of: TypesOf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._types_of = types_of
        self._rows: list[_Row] = []
        self._links: dict[int, IdLink] = {}

    def set_fields(self, fields: Sequence[ShownField]) -> None:
        """Show other fields."""
        self.beginResetModel()
        self._rows = []
        for field in fields:
            self._rows.append(_Row(field))
            if field.payload is not None:
                self._rows.append(_Row(field, payload=True))
        self._links = {row: link for row in range(len(self._rows)) if (link := self._link(row))}
        self.endResetModel()

    def field(self, row: int) -> ShownField | None:
        """The field that this row tells of."""
        return self._rows[row].field if 0 <= row < len(self._rows) else None

    def raw(self, row: int) -> str:
        """The value as it was sent, where that is not what is read."""
        return "" if self.is_payload(row) or row in self._links else self._rows[row].field.raw

    def _link(self, row: int) -> IdLink | None:
        value = self.value(row)
        types = () if self.is_payload(row) else self._types_of(value, "")
        return IdLink(value, value.strip(), types[0]) if types else None

    def value(self, row: int) -> str:
        """What *Copy value* takes: the raw value, and of the payload what that said."""
        found = self._rows[row]
        return found.field.payload or "" if found.payload else found.field.raw or found.field.text

    def is_payload(self, row: int) -> bool:
        """Whether the row tells what the webhook said."""
        return 0 <= row < len(self._rows) and self._rows[row].payload

    def differs(self, row: int) -> bool:
        """Whether record and webhook disagree about the field of this row."""
        field = self.field(row)
        return field is not None and field.payload is not None

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else 2

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return ("Field", "Value")[section]
        return None

    def data(self, index: AnyIndex, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == Role.DisplayRole:
            return visible(_cell(row, column), SHOWN)
        if role == Role.AccessibleTextRole:
            return visible(_spoken(row), SHOWN) + (", link" if index.row() in self._links else "")
        if role == TokenRole:
            return "text" if column == VALUE else "muted"
        if role == HasExtrasRole:
            return column == VALUE
        if role == ExtrasRole:
            link = self._links.get(index.row())
            return Extras((link,)) if link else None
        if role == Role.ToolTipRole and column == VALUE:
            return plain_tooltip("\n".join(filter(None, (_cell(row, VALUE)[:SHOWN], self.raw(index.row())[:SHOWN]))))
        return None


def _cell(row: _Row, column: int) -> str:
    field = row.field
    if row.payload:
        return f"payload: {field.payload}" if column == VALUE else ""
    return field.title if column == NAME else field.text


def _spoken(row: _Row) -> str:
    field = row.field
    if row.payload:
        return f"{field.title}, the payload says otherwise: {field.payload}"
    return f"{field.title}: {field.text}" + (f", as sent {field.raw}" if field.raw else "")


class FieldsView(ValueTree):
    """Names and readable values, the raw ones muted behind them; as high as its rows."""

    def __init__(self, types_of: TypesOf, parent: QWidget | None = None) -> None:
        super().__init__("Fields of the record", start=scales.S12, parent=parent)
        self._names = 0  # the width that they need
        self.fields = FieldsModel(types_of, self)
        self.setModel(self.fields)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(VALUE, QHeaderView.ResizeMode.Stretch)

    def set_fields(self, fields: Sequence[ShownField]) -> None:
        """Show other fields."""
        self.fields.set_fields(fields)
        widest = max((self.fontMetrics().horizontalAdvance(visible(field.title, 60)) for field in fields), default=0)
        self._names = max(widest + 1 + scales.S12 + scales.S8, _NAME_LEAST)  # one more: advances are rounded
        self._share_width()
        self.setFixedHeight(self.fields.rowCount() * scales.tree_row_height(QFontMetrics(self.font())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        self.header().resizeSection(NAME, min(self._names, round(self.width() * _NAMES_AT_MOST)))

    def find_next(self, text: str) -> bool:
        """Go to the next row with this text behind the current one; false when there is none."""
        wanted = text.lower()
        for row in range(self.currentIndex().row() + 1, self.fields.rowCount()):
            index = self.fields.index(row, VALUE)
            if wanted and wanted in index.data(Role.AccessibleTextRole).lower():
                self.setCurrentIndex(index)
                return True
        return False

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        if self.fields.differs(index.row()):
            painter.fillRect(option.rect, tokens(self).difference)
        super().drawRow(painter, option, index)
        if raw := self.fields.raw(index.row()):
            self._draw_raw(painter, self.fields.index(index.row(), VALUE), raw)

    def _draw_raw(self, painter: QPainter, index: QModelIndex, raw: str) -> None:
        area = self.visualRect(index)
        taken = self.fontMetrics().horizontalAdvance(index.data()) + scales.S8 + scales.S12
        area.adjust(taken, 0, -scales.S8, 0)
        if area.width() < _RAW_LEAST:
            return
        font = scales.mono()
        text = QFontMetrics(font).elidedText(visible(raw, SHOWN), Qt.TextElideMode.ElideRight, area.width())
        painter.setFont(font)
        painter.setPen(tokens(self).muted)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.currentIndex().isValid():
            copy(self.fields.value(self.currentIndex().row()))
        else:
            super().keyPressEvent(event)

    def entries(self, index: QModelIndex) -> list[Entry]:
        row = index.row()
        field = self.fields.field(row)
        if field is None:
            return []
        value = self.fields.value(row)
        copies = [copying("Copy value", lambda: value)]
        if field.path and not self.fields.is_payload(row):
            copies.append(copying("Copy path", lambda: field.path))
        return self._entries(index, copies, filter_text(value))
