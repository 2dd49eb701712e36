"""Names and values in sections: parameters, form fields, headers, cookies; tokens can be masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem, QWidget

from hookscope.ids.shapes import LONGEST_ID
from hookscope.ui import scales
from hookscope.ui.icons import icon
from hookscope.ui.inspector.copying import Entry, copy, copying, filter_text
from hookscope.ui.inspector.remarks import remark_of
from hookscope.ui.inspector.value_tree import ValueTree
from hookscope.ui.parts.cell_delegate import ExtrasRole, HasExtrasRole, TokenRole
from hookscope.ui.parts.links import Extras, IdLink, TypesOf, no_types
from hookscope.ui.parts.plain_label import plain_tooltip
from hookscope.ui.tokens import tokens
from hookscope.visible import visible

AnyIndex = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NAME, VALUE, EYE = range(3)
_ROOT = QModelIndex()
_NAME_WIDTH, _NAME_WIDEST = 180, 280
_NO_EXTRAS = Extras()


@dataclass(frozen=True, slots=True)
class Line:
    """A name and its value. ``shown`` stands in for the value (muted), a ``secret`` one can be masked."""

    name: str
    value: str = ""
    secret: bool = False
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading; without a title the heading is left out.

    Values that were ``sent`` have a word beside them when they are empty or were not filled in, and filter deliveries.
    """

    title: str
    lines: tuple[Line, ...]
    sent: bool = False


def mask(value: str) -> str:
    """A secret as it stands there while it is masked: its last four characters, of a short one none."""
    return f"••••{value[-4:]}" if len(value) >= 12 else "••••"


class PairsModel(QAbstractTableModel):
    """The lines of all sections, headings among them (a line that is a ``str``). Values that are ids are links."""

    def __init__(self, mono: QFont, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mono = mono
        self._rows: list[Line | str] = []
        self._sent: set[int] = set()  # rows
        self._masking = False
        self._revealed: set[int] = set()
        self._types_of: TypesOf = no_types
        self._known: dict[int, Extras] = {}  # rows that were looked at

    def set_types_of(self, types_of: TypesOf) -> None:
        """Tell ids by this from now on."""
        self._types_of = types_of
        self._known.clear()

    def set_sections(self, sections: Sequence[Section], *, masking: bool) -> None:
        """Show other lines, the secret ones masked or not."""
        self.beginResetModel()
        self._masking = masking
        for before in (self._revealed, self._sent, self._known, self._rows):
            before.clear()
        for section in sections:
            self._rows += [section.title] if section.title else []
            if section.sent:
                self._sent.update(range(len(self._rows), len(self._rows) + len(section.lines)))
            self._rows += section.lines
        self.endResetModel()

    @property
    def can_mask(self) -> bool:
        """Whether there is a value to mask."""
        return self._masking and any(isinstance(row, Line) and row.secret for row in self._rows)

    def heading(self, row: int) -> str:
        """The heading in this row, empty when a line is there."""
        found = self._rows[row]
        return found if isinstance(found, str) else ""

    def line(self, row: int) -> Line | None:
        """The line in this row."""
        found = self._rows[row] if 0 <= row < len(self._rows) else None
        return found if isinstance(found, Line) else None

    def is_masked(self, row: int) -> bool:
        """Whether the value of this row is masked now."""
        line = self.line(row)
        return self._masking and line is not None and line.secret and row not in self._revealed

    def filter_of(self, row: int) -> str:
        """The text that finds deliveries with this value. None for a secret: filters are remembered."""
        line = self.line(row)
        return filter_text(line.value) if line is not None and row in self._sent and not line.secret else ""

    def toggle(self, row: int) -> None:
        """Show the secret of this row, or mask it again."""
        line = self.line(row)
        if line is not None and line.secret and self._masking:
            self._revealed ^= {row}
            self.dataChanged.emit(self.index(row, VALUE), self.index(row, EYE))

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else 3

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self.line(index.row()) is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return ("Name", "Value", "Masked")[section]
        return None

    def data(self, index: AnyIndex, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in (Role.FontRole, HasExtrasRole):
            return (self._mono if role == Role.FontRole else True) if index.column() == VALUE else None
        line = self.line(index.row())
        if line is None:
            return self.heading(index.row()) if index.column() == NAME and role == Role.AccessibleTextRole else None
        if index.column() == EYE:
            return self._eye(index.row(), line, role)
        if index.column() == NAME:
            return _of_name(line, role)
        return self._of_value(index.row(), line, role)

    def _of_value(self, row: int, line: Line, role: int) -> Any:
        extras = self._extras(row)
        if role == Role.DisplayRole:
            return visible(self._shown(row, line))
        if role == ExtrasRole:
            return extras
        if role == TokenRole:
            return "warn" if extras.remark else "muted" if line.shown else "text"
        if role == Role.AccessibleTextRole:
            words = (visible(self._shown(row, line)), "link" if extras.links else extras.remark)
            return ", ".join(filter(None, words))
        if role == Role.ToolTipRole and not self.is_masked(row):
            return plain_tooltip(line.value) if len(line.value) > 40 else None
        return None

    def _extras(self, row: int) -> Extras:
        line = self.line(row)
        if line is None or line.shown or self.is_masked(row):
            return _NO_EXTRAS
        if row not in self._known:
            self._known[row] = self._looked_at(row, line)
        return self._known[row]

    def _looked_at(self, row: int, line: Line) -> Extras:
        if row in self._sent and (word := remark_of(line.value)):
            return Extras(remark=word)
        types = self._types_of(line.value, line.name) if len(line.value) <= LONGEST_ID else ()
        return Extras((IdLink(line.value, line.value.strip(), types[0]),)) if types else _NO_EXTRAS

    def _shown(self, row: int, line: Line) -> str:
        return mask(line.value) if self.is_masked(row) else line.shown or line.value

    def _eye(self, row: int, line: Line, role: int) -> Any:
        if not line.secret or not self._masking:
            return None
        masked = self.is_masked(row)
        if role == Role.DecorationRole:
            return icon("eye" if masked else "eye-off")
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            return "Show the value" if masked else "Mask the value"
        return None


def _of_name(line: Line, role: int) -> str | None:
    if role in (Role.DisplayRole, Role.AccessibleTextRole):
        return visible(line.name)
    return "json_key" if role == TokenRole else None


class PairsView(ValueTree):
    """A list of names and values; Space or a click on the eye shows a masked one."""

    def __init__(self, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(accessible_name, start=scales.S12, parent=parent)
        self.pairs = PairsModel(scales.mono(), self)
        self.setModel(self.pairs)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(VALUE, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(EYE, scales.BUTTON)
        self.clicked.connect(self._clicked)

    def set_sections(self, sections: Sequence[Section], *, masking: bool = False, least: int = _NAME_WIDTH) -> None:
        """Show other lines, the secret ones masked or not; ``least`` is the width that names have at least."""
        self.pairs.set_sections(sections, masking=masking)
        self.setColumnHidden(EYE, not self.pairs.can_mask)
        names = [line.name for section in sections for line in section.lines[:200]]
        widest = max((self.fontMetrics().horizontalAdvance(visible(name, 60)) for name in names), default=0)
        wanted = widest + scales.S12 + scales.S8
        self.header().resizeSection(NAME, min(max(wanted, least), _NAME_WIDEST))

    def set_types_of(self, types_of: TypesOf) -> None:
        """Tell ids by this from now on."""
        self.pairs.set_types_of(types_of)
        self.viewport().update()

    def needed_height(self) -> int:
        """The height at which all lines are seen."""
        return self.pairs.rowCount() * scales.tree_row_height(QFontMetrics(self.font()))

    def find_next(self, text: str) -> bool:
        """Go to the next line with this text; false when there is none."""
        count, wanted = self.pairs.rowCount(), text.lower()
        current = self.currentIndex().row()
        for row in (*range(current + 1, count), *range(min(current + 1, count))):
            line = self.pairs.line(row)
            if wanted and line is not None and (wanted in line.name.lower() or wanted in line.value.lower()):
                self.setCurrentIndex(self.pairs.index(row, VALUE))
                return True
        return False

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        heading = self.pairs.heading(index.row())
        if not heading:
            super().drawRow(painter, option, index)
            return
        painter.setPen(tokens(self).text)
        painter.setFont(scales.strong())
        painter.drawText(option.rect.adjusted(scales.S12, 0, -scales.S12, 0), Qt.AlignmentFlag.AlignVCenter, heading)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        line = self.pairs.line(row)
        if line is not None and event.matches(QKeySequence.StandardKey.Copy):
            copy(line.value)
        elif line is not None and line.secret and event.key() == Qt.Key.Key_Space:
            self.pairs.toggle(row)
        else:
            super().keyPressEvent(event)

    def entries(self, index: QModelIndex) -> list[Entry]:
        row = index.row()
        line = self.pairs.line(row)
        if line is None:
            return []
        copies = [copying("Copy value", lambda: line.value), copying("Copy name", lambda: line.name)]
        if line.secret and self.pairs.can_mask:
            copies.append(("Show value" if self.pairs.is_masked(row) else "Mask value", lambda: self.pairs.toggle(row)))
        return self._entries(index, copies, self.pairs.filter_of(row))

    def _clicked(self, index: QModelIndex) -> None:
        if index.column() == EYE:
            self.pairs.toggle(index.row())
