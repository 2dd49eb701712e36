"""Draws the cells of the table, the sidebar and the trees, without asking the style."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, cast

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QTreeView,
)

from hookscope.ui import scales
from hookscope.ui.tokens import disabled_text, tokens
from hookscope.visible import visible

TokenRole = Qt.ItemDataRole.UserRole + 1
TabularRole = Qt.ItemDataRole.UserRole + 2
ElideRole = Qt.ItemDataRole.UserRole + 3

Index = QModelIndex | QPersistentModelIndex

_TEXTS_KEPT = 8192
_PIXMAPS_KEPT = 256
_DISPLAY = Qt.ItemDataRole.DisplayRole
_DECORATION = Qt.ItemDataRole.DecorationRole
_FONT = Qt.ItemDataRole.FontRole
_ALIGNMENT = Qt.ItemDataRole.TextAlignmentRole
# As plain numbers: operators of Python's Flag cost a microsecond each, and this is asked for every visible cell.
_SELECTED = QStyle.StateFlag.State_Selected.value
_FOCUSED = QStyle.StateFlag.State_HasFocus.value
_ENABLED = QStyle.StateFlag.State_Enabled.value
_RIGHT = Qt.AlignmentFlag.AlignRight.value
_CENTRE = Qt.AlignmentFlag.AlignHCenter.value
_LOOKS = frozenset(
    {
        QEvent.Type.PaletteChange,
        QEvent.Type.FontChange,
        QEvent.Type.StyleChange,
        QEvent.Type.DevicePixelRatioChange,
    }
)


class _Face(NamedTuple):
    """A font with what drawing needs of it; ``key`` tells faces apart in the cache of texts."""

    key: int
    font: QFont
    metrics: QFontMetrics
    ascent: int
    line: int


class _Column(NamedTuple):
    """What is the same for all cells of a column: asked once, then kept."""

    face: _Face
    elide: Qt.TextElideMode
    alignment: int
    start: int


class CellDelegate(QStyledItemDelegate):
    """The one delegate of all lists.

    Roles: display text (always made visible, never interpreted), ``DecorationRole`` (a ``QIcon``; alone in its cell it
    is centred) and ``TokenRole`` (the token of the text's colour). ``TabularRole``, ``ElideRole``, ``FontRole`` and
    ``TextAlignmentRole`` are asked once per column, so a model answers them alike for every row, loaded or not; with
    ``cell_fonts`` the font is asked for each cell. ``start`` is the padding at the left of column 0.
    """

    def __init__(
        self,
        view: QAbstractItemView,
        height: Callable[[QFontMetrics], int] = scales.row_height,
        *,
        start: int = scales.S8,
        cell_fonts: bool = False,
    ) -> None:
        super().__init__(view)
        self._height_of = height
        self._start = start
        self._cell_fonts = cell_fonts
        self._model: QAbstractItemModel | None = None
        self._columns: dict[int, _Column] = {}
        self._faces: dict[str, _Face] = {}
        self._texts: dict[tuple[str, int, int, Qt.TextElideMode], tuple[str, int]] = {}
        self._pixmaps: dict[tuple[int, bool], QPixmap] = {}
        self._take_looks()
        view.installEventFilter(self)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        column = self._column(model, index)
        state: int = option.state.value
        rect = option.rect
        if state & _SELECTED:
            self._draw_selection(painter, rect, index)
        text = model.data(index, _DISPLAY)
        icon = model.data(index, _DECORATION)
        taken = 0
        if icon is not None:
            taken = self._draw_icon(painter, icon, rect, column, alone=not text, enabled=bool(state & _ENABLED))
        if text:
            painter.setPen(self._color(model.data(index, TokenRole)) if state & _ENABLED else self._faint)
            self._draw_text(painter, str(text), rect, taken, column, self._face_at(index, column))
        if state & _FOCUSED:
            painter.setPen(self._tokens.accent)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        column = self._column(index.model(), index)
        face = self._face_at(index, column)
        text = face.metrics.horizontalAdvance(visible(str(index.data(_DISPLAY) or "")))
        width = column.start + text + 1 + scales.S8  # one more: advances are rounded
        if index.data(_DECORATION) is not None:
            width += scales.ICON + scales.S4
        return QSize(width, self._height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._view:
            return super().eventFilter(watched, event)
        if event.type() in _LOOKS:
            self._take_looks()
        return False

    def forget_columns(self) -> None:
        """Ask again for what is the same for all cells of a column."""
        self._columns.clear()

    @property
    def _view(self) -> QAbstractItemView:
        # Not kept in a field: the view owns this object, and a circle of both would outlive them.
        return cast("QAbstractItemView", self.parent())

    def _take_looks(self) -> None:
        view = self._view
        self._tokens = tokens(view)
        self._faint = disabled_text(self._tokens)
        self._height = self._height_of(view.fontMetrics())
        self._columns.clear()
        self._faces.clear()
        self._texts.clear()
        self._pixmaps.clear()

    def _column(self, model: QAbstractItemModel, index: Index) -> _Column:
        if model is not self._model:
            self._follow(model)
        number = index.column()
        column = self._columns.get(number)
        if column is None:
            column = self._columns[number] = self._described(index)
        return column

    def _follow(self, model: QAbstractItemModel) -> None:
        self._model = model
        self._columns.clear()
        for signal in (model.modelReset, model.layoutChanged, model.columnsInserted, model.columnsRemoved):
            signal.connect(self.forget_columns)

    def _described(self, index: Index) -> _Column:
        elide = index.data(ElideRole)
        alignment = index.data(_ALIGNMENT)
        font = index.data(_FONT)
        return _Column(
            self._face(self._view.font() if font is None else font, even=bool(index.data(TabularRole))),
            Qt.TextElideMode.ElideRight if elide is None else Qt.TextElideMode(elide),
            0 if alignment is None else Qt.AlignmentFlag(alignment).value,
            self._start if index.column() == 0 else scales.S8,
        )

    def _face_at(self, index: Index, column: _Column) -> _Face:
        font = index.data(_FONT) if self._cell_fonts else None
        return column.face if font is None else self._face(font)

    def _face(self, font: QFont, *, even: bool = False) -> _Face:
        name = f"{font.key()} {even}"
        face = self._faces.get(name)
        if face is None:
            chosen = scales.tabular(font) if even else font
            metrics = QFontMetrics(chosen, self._view)
            face = self._faces[name] = _Face(len(self._faces), chosen, metrics, metrics.ascent(), metrics.height())
        return face

    def _color(self, token: str | None) -> QColor:
        return getattr(self._tokens, token) if token else self._tokens.text

    def _draw_text(self, painter: QPainter, text: str, rect: QRect, taken: int, column: _Column, face: _Face) -> None:
        left = rect.left() + (taken or column.start)
        room = rect.right() + 1 - scales.S8 - left
        shown, width = self._fitted(text, room, column.elide, face)
        if column.alignment & _RIGHT:
            left += room - width
        elif column.alignment & _CENTRE:
            left += (room - width) // 2
        painter.setFont(face.font)
        painter.drawText(left, rect.top() + (rect.height() - face.line) // 2 + face.ascent, shown)

    def _fitted(self, text: str, room: int, elide: Qt.TextElideMode, face: _Face) -> tuple[str, int]:
        key = (text, room, face.key, elide)
        found = self._texts.get(key)
        if found is None:
            if len(self._texts) >= _TEXTS_KEPT:
                self._texts.clear()
            shown = face.metrics.elidedText(visible(text), elide, room)
            found = self._texts[key] = (shown, face.metrics.horizontalAdvance(shown))
        return found

    def _draw_icon(
        self, painter: QPainter, icon: QIcon, rect: QRect, column: _Column, *, alone: bool, enabled: bool
    ) -> int:
        offset = (rect.width() - scales.ICON) // 2 if alone else column.start
        top = rect.top() + (rect.height() - scales.ICON) // 2
        painter.drawPixmap(rect.left() + offset, top, self._pixmap(icon, enabled=enabled))
        return offset + scales.ICON + scales.S4

    def _pixmap(self, icon: QIcon, *, enabled: bool) -> QPixmap:
        key = (icon.cacheKey(), enabled)
        found = self._pixmaps.get(key)
        if found is None:
            if len(self._pixmaps) >= _PIXMAPS_KEPT:
                self._pixmaps.clear()
            mode = QIcon.Mode.Normal if enabled else QIcon.Mode.Disabled
            size = QSize(scales.ICON, scales.ICON)
            found = self._pixmaps[key] = icon.pixmap(size, self._view.devicePixelRatioF(), mode)
        return found

    def _draw_selection(self, painter: QPainter, rect: QRect, index: Index) -> None:
        painter.fillRect(rect, self._tokens.selected)
        header = self._header()
        first = 0 if header is None else _first_section(header)
        if index.column() == first:
            left = rect.left() if header is None else header.sectionViewportPosition(first)
            painter.fillRect(left, rect.top(), scales.SELECTION_BAR, rect.height(), self._tokens.accent)

    def _header(self) -> QHeaderView | None:
        view = self._view
        if isinstance(view, QTableView):
            return view.horizontalHeader()
        return view.header() if isinstance(view, QTreeView) else None


def _first_section(header: QHeaderView) -> int:
    sections = (header.logicalIndex(place) for place in range(header.count()))
    return next((section for section in sections if not header.isSectionHidden(section)), 0)
