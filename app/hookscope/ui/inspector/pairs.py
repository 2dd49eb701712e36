"""Names and values in sections: parameters, form fields, headers, cookies; tokens can be masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QContextMenuEvent, QFont, QFontMetrics, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem, QWidget

from hookscope.ui import scales
from hookscope.ui.icons import icon
from hookscope.ui.inspector.copying import Entry, copy, copying, menu_place, popup
from hookscope.ui.parts.cell_delegate import TokenRole
from hookscope.ui.parts.plain_label import plain_tooltip
from hookscope.ui.parts.tree_view import TreeView
from hookscope.ui.tokens import tokens
from hookscope.visible import visible

AnyIndex = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NAME, VALUE, EYE = range(3)
_ROOT = QModelIndex()
_NAME_WIDTH, _NAME_WIDEST = 180, 280


@dataclass(frozen=True, slots=True)
class Line:
    """A name and its value. ``shown`` stands in for the value (muted), a ``secret`` one can be masked."""

    name: str
    value: str = ""
    secret: bool = False
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading; without a title the heading is left out."""

    title: str
    lines: tuple[Line, ...]


def mask(value: str) -> str:
    """A secret as it stands there while it is masked: its last four characters, of a short one none."""
    return f"••••{value[-4:]}" if len(value) >= 12 else "••••"


class PairsModel(QAbstractTableModel):
    """The lines of all sections, headings among them (a line that is a ``str``)."""

    def __init__(self, mono: QFont, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mono = mono
        self._rows: list[Line | str] = []
        self._masking = False
        self._revealed: set[int] = set()

    def set_sections(self, sections: Sequence[Section], *, masking: bool) -> None:
        """Show other lines, the secret ones masked or not."""
        self.beginResetModel()
        self._masking = masking
        self._revealed.clear()
        self._rows = []
        for section in sections:
            self._rows += [section.title] if section.title else []
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
        if role == Role.FontRole:
            return self._mono if index.column() == VALUE else None
        line = self.line(index.row())
        if line is None:
            return self.heading(index.row()) if index.column() == NAME and role == Role.AccessibleTextRole else None
        if index.column() == EYE:
            return self._eye(index.row(), line, role)
        if role in (Role.DisplayRole, Role.AccessibleTextRole):
            return visible(line.name if index.column() == NAME else self._shown(index.row(), line))
        if role == TokenRole:
            return "json_key" if index.column() == NAME else "muted" if line.shown else "text"
        if role == Role.ToolTipRole and index.column() == VALUE and not self.is_masked(index.row()):
            return plain_tooltip(line.value) if len(line.value) > 40 else None
        return None

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


class PairsView(TreeView):
    """A list of names and values; Space or a click on the eye shows a masked one."""

    def __init__(self, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(accessible_name, start=scales.S12, parent=parent)
        self.pairs = PairsModel(scales.mono(), self)
        self.setModel(self.pairs)
        self.setHeaderHidden(True)
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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index, place = menu_place(self, event)
        popup(self, self.entries(index.row()), place)

    def entries(self, row: int) -> list[Entry]:
        """What the menu of a row offers."""
        line = self.pairs.line(row)
        if line is None:
            return []
        found = [copying("Copy value", lambda: line.value), copying("Copy name", lambda: line.name)]
        if line.secret and self.pairs.can_mask:
            found.append(("Show value" if self.pairs.is_masked(row) else "Mask value", lambda: self.pairs.toggle(row)))
        return found

    def _clicked(self, index: QModelIndex) -> None:
        if index.column() == EYE:
            self.pairs.toggle(index.row())
