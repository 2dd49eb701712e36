"""What the mouse does to the links in the cells of a view."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractItemView

from hookscope.ui.parts.cell_delegate import CellDelegate
from hookscope.ui.parts.links import IdLink


class LinkPointer(QObject):
    """Underlines the link under the pointer, shows the pointing hand, and tells a click: ``followed`` has id and type.

    The view takes every click as before; with a key held down it only selects.
    """

    followed = Signal(str, str)

    def __init__(self, view: QAbstractItemView, delegate: CellDelegate) -> None:
        super().__init__(view)
        self._delegate = delegate
        self._pressed: IdLink | None = None
        self._lit: tuple[IdLink, QRect] | None = None  # the link under the pointer and its cell
        view.viewport().setMouseTracking(True)
        view.viewport().installEventFilter(self)
        for bar in (view.verticalScrollBar(), view.horizontalScrollBar()):
            bar.valueChanged.connect(self._scrolled)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._move(None)
        elif isinstance(event, QMouseEvent):
            self._take(event)
        return False

    @property
    def _view(self) -> QAbstractItemView:
        return cast("QAbstractItemView", self.parent())

    def _take(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if event.type() == QEvent.Type.MouseMove:
            self._move(place)
        elif event.button() != Qt.MouseButton.LeftButton or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            self._pressed = None
        elif event.type() == QEvent.Type.MouseButtonPress:
            self._pressed = self._link_at(place)
        elif event.type() == QEvent.Type.MouseButtonRelease:
            pressed, self._pressed = self._pressed, None
            if pressed is not None and self._link_at(place) == pressed:
                self.followed.emit(pressed.id, pressed.type)

    def _link_at(self, place: QPoint) -> IdLink | None:
        index = self._view.indexAt(place)
        return self._delegate.link_at(index, self._view.visualRect(index), place)

    def _scrolled(self) -> None:
        """Other cells are under the pointer now, and their pixels were moved as they were."""
        if self._lit is not None:
            self._view.viewport().update()
        self._move(self._delegate.pointer)

    def _move(self, place: QPoint | None) -> None:
        self._delegate.pointer = place
        lit = self._under(place) if place is not None else None
        if lit == self._lit:
            return
        viewport = self._view.viewport()
        for each in (self._lit, lit):
            if each is not None:
                viewport.update(each[1])
        self._lit = lit
        if lit is None:
            viewport.unsetCursor()
        else:
            viewport.setCursor(Qt.CursorShape.PointingHandCursor)

    def _under(self, place: QPoint) -> tuple[IdLink, QRect] | None:
        index = self._view.indexAt(place)
        rect = self._view.visualRect(index)
        link = self._delegate.link_at(index, rect, place)
        return None if link is None else (link, rect)
