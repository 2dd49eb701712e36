"""Draws the cells of the table, the sidebar and the trees, without asking the style."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QTreeView,
)

from hookscope.ui import scales
from hookscope.ui.parts.links import Extras, IdLink, Laid, lay, room_beside
from hookscope.ui.parts.plain_label import plain_tooltip
from hookscope.ui.tokens import disabled_text, tokens
from hookscope.visible import visible

TokenRole = Qt.ItemDataRole.UserRole + 1
TabularRole = Qt.ItemDataRole.UserRole + 2
ElideRole = Qt.ItemDataRole.UserRole + 3
ExtrasRole = Qt.ItemDataRole.UserRole + 4
HasExtrasRole = Qt.ItemDataRole.UserRole + 5

Index = QModelIndex | QPersistentModelIndex

_TEXTS_KEPT = 8192
_PIXMAPS_KEPT = 256
_ENOUGH = 1 << 20  # px for any line
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
    extras: bool


class CellDelegate(QStyledItemDelegate):
    """The one delegate of all lists.

    Roles: display text (always made visible, never interpreted), ``DecorationRole`` (a ``QIcon``; alone in its cell it
    is centred) and ``TokenRole`` (the token of the text's colour). ``TabularRole``, ``ElideRole``, ``FontRole``,
    ``TextAlignmentRole`` and ``HasExtrasRole`` are asked once per column, so a model answers them alike for every row,
    loaded or not; with ``cell_fonts`` the font is asked for each cell. Cells of a column that has them are asked for
    ``ExtrasRole``, too: ``Extras`` or ``None``. ``start`` is the padding at the left of column 0, ``link_icon`` stands
    behind every link. The link under ``pointer`` is underlined.
    """

    def __init__(
        self,
        view: QAbstractItemView,
        height: Callable[[QFontMetrics], int] = scales.row_height,
        *,
        start: int = scales.S8,
        cell_fonts: bool = False,
        link_icon: QIcon | None = None,
    ) -> None:
        super().__init__(view)
        self.pointer: QPoint | None = None
        self._height_of = height
        self._start = start
        self._cell_fonts = cell_fonts
        self._link_icon = link_icon
        self._tail = scales.S4 + scales.ICON if link_icon else 0
        self._laid: dict[tuple[tuple[IdLink, ...], int, int], Laid] = {}
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
        extras = model.data(index, ExtrasRole) if column.extras else None
        if extras and extras.links:
            self._draw_links(painter, extras.links, rect, column, self._face_at(index, column))
        else:
            self._draw_content(painter, rect, index, column, enabled=bool(state & _ENABLED), extras=extras)
        if state & _FOCUSED:
            painter.setPen(self._tokens.accent)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        column = self._column(index.model(), index)
        face = self._face_at(index, column)
        extras: Extras = (index.data(ExtrasRole) if column.extras else None) or Extras()
        text = face.metrics.horizontalAdvance(visible(str(index.data(_DISPLAY) or "")))
        if extras.links:
            text = self._lay(extras.links, _ENOUGH, face).width
        width = column.start + text + 1 + scales.S8  # one more: advances are rounded
        if index.data(_DECORATION) is not None:
            width += scales.ICON + scales.S4
        if extras.remark:
            width += scales.S8 + self._view.fontMetrics().horizontalAdvance(extras.remark)
        return QSize(width, self._height)

    def link_at(self, index: Index, rect: QRect, place: QPoint) -> IdLink | None:
        """The link at a place of the view, in the cell that has this rectangle there."""
        laid, left = self._laid_in(index, rect)
        x = place.x() - left
        hit = (each.link for each in laid.links if each.left <= x < each.left + each.width)
        return next(hit, None) if rect.contains(place) else None

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        tip = self._tip_at(index, option.rect, event.pos()) if event.type() == QEvent.Type.ToolTip else ""
        if tip:
            QToolTip.showText(event.globalPos(), plain_tooltip(tip), view)
            return True
        return super().helpEvent(event, view, option, index)

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
        self._laid.clear()
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
            bool(index.data(HasExtrasRole)),
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

    def _draw_content(
        self, painter: QPainter, rect: QRect, index: Index, column: _Column, *, enabled: bool, extras: Extras | None
    ) -> None:
        model = index.model()
        text = model.data(index, _DISPLAY)
        icon = model.data(index, _DECORATION)
        taken = 0
        if icon is not None:
            taken = self._draw_icon(painter, icon, rect, column, alone=not text, enabled=enabled)
        remark = extras.remark if extras else ""
        if not text and not remark:
            return
        painter.setPen(self._color(model.data(index, TokenRole)) if enabled else self._faint)
        face = self._face_at(index, column)
        if remark:
            rect = self._draw_remark(painter, remark, str(text or ""), rect, column, face)
        self._draw_text(painter, str(text or ""), rect, taken, column, face)

    def _draw_text(self, painter: QPainter, text: str, rect: QRect, taken: int, column: _Column, face: _Face) -> None:
        left = rect.left() + (taken or column.start)
        room = rect.right() + 1 - scales.S8 - left
        shown, width = self._fitted(text, room, column.elide, face)
        if column.alignment & _RIGHT:
            left += room - width
        elif column.alignment & _CENTRE:
            left += (room - width) // 2
        painter.setFont(face.font)
        painter.drawText(left, _baseline(rect, face), shown)

    def _draw_remark(
        self, painter: QPainter, remark: str, text: str, rect: QRect, column: _Column, face: _Face
    ) -> QRect:
        """Draw a word behind the text, which is still to be drawn; what is left of the cell for it."""
        left = rect.left() + column.start
        room = rect.right() + 1 - scales.S8 - left
        own = self._face(self._view.font())
        for_text = room_beside(own.metrics.horizontalAdvance(remark), room) if text else -scales.S8
        taken = self._fitted(text, for_text, column.elide, face)[1] if text else -scales.S8
        shown, _ = self._fitted(remark, room - for_text - scales.S8, Qt.TextElideMode.ElideRight, own)
        painter.setFont(own.font)
        painter.drawText(left + taken + scales.S8, _baseline(rect, own), shown)
        return rect.adjusted(0, 0, for_text - room, 0)

    # --- links -------------------------------------------------------------------------------------------------------

    def _draw_links(
        self, painter: QPainter, links: tuple[IdLink, ...], rect: QRect, column: _Column, face: _Face
    ) -> None:
        left = rect.left() + column.start
        laid = self._lay(links, rect.right() + 1 - scales.S8 - left, face)
        base = _baseline(rect, face)
        painter.setFont(face.font)
        painter.setPen(self._tokens.link)
        for each in laid.links:
            x = left + each.left
            painter.drawText(x, base, each.text)
            if self._link_icon is not None:
                self._draw_link_icon(painter, self._link_icon, x + each.width - scales.ICON, rect)
            if self.pointer is not None and QRect(x, rect.top(), each.width, rect.height()).contains(self.pointer):
                painter.fillRect(x, base + 2, each.width - self._tail, 1, self._tokens.link)
        if laid.rest:
            painter.setPen(self._tokens.muted)
            painter.drawText(left + laid.rest_left, base, laid.rest)

    def _draw_link_icon(self, painter: QPainter, icon: QIcon, left: int, rect: QRect) -> None:
        painter.drawPixmap(left, rect.top() + (rect.height() - scales.ICON) // 2, self._pixmap(icon, enabled=True))

    def _lay(self, links: tuple[IdLink, ...], room: int, face: _Face) -> Laid:
        key = (links, room, face.key)
        found = self._laid.get(key)
        if found is None:
            if len(self._laid) >= _TEXTS_KEPT:
                self._laid.clear()
            found = self._laid[key] = lay(links, room, face.metrics, self._tail)
        return found

    def _laid_in(self, index: Index, rect: QRect) -> tuple[Laid, int]:
        """The links of a cell, and where the first one begins in the view."""
        column = self._column(index.model(), index) if index.isValid() else None
        extras = index.data(ExtrasRole) if column and column.extras else None
        if column is None or not extras:
            return Laid(()), 0
        left = rect.left() + column.start
        room = rect.right() + 1 - scales.S8 - left
        return self._lay(extras.links, room, self._face_at(index, column)), left

    def _tip_at(self, index: Index, rect: QRect, place: QPoint) -> str:
        """The whole id of the link at a place, or the ids that had no room; nothing elsewhere."""
        link = self.link_at(index, rect, place)
        if link is not None:
            return link.id
        laid, left = self._laid_in(index, rect)
        if not laid.rest or place.x() < left + laid.rest_left:
            return ""
        return "\n".join(link.id for link in index.data(ExtrasRole).links[len(laid.links) :])

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


def _baseline(rect: QRect, face: _Face) -> int:
    return rect.top() + (rect.height() - face.line) // 2 + face.ascent


def _first_section(header: QHeaderView) -> int:
    sections = (header.logicalIndex(place) for place in range(header.count()))
    return next((section for section in sections if not header.isSectionHidden(section)), 0)
