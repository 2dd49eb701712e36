"""A tree whose selected row has the soft tint up to its left edge."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics, QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QStyleOptionViewItem, QTreeView, QWidget

from hookscope.ui import scales
from hookscope.ui.icons import icon
from hookscope.ui.parts.cell_delegate import CellDelegate
from hookscope.ui.parts.header_view import HeaderView
from hookscope.ui.parts.link_pointer import LinkPointer
from hookscope.ui.tokens import tokens


class TreeView(QTreeView):
    """A tree without a frame, drawn by the ``CellDelegate``; every focusable tree needs its name.

    With ``links`` a click on an id asks for its record: ``look_up_requested`` has the id and its type.
    """

    look_up_requested = Signal(str, str)

    def __init__(
        self,
        accessible_name: str,
        height: Callable[[QFontMetrics], int] = scales.tree_row_height,
        *,
        start: int = scales.S4,
        cell_fonts: bool = False,
        links: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(accessible_name)
        self.setHeader(HeaderView(parent=self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformRowHeights(True)
        self.setIndentation(scales.S16)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        link_icon = icon("look-up", "link") if links else None
        delegate = CellDelegate(self, height, start=start, cell_fonts=cell_fonts, link_icon=link_icon)
        self.setItemDelegate(delegate)
        if links:
            LinkPointer(self, delegate).followed.connect(self.look_up_requested)

    def initViewItemOption(self, option: QStyleOptionViewItem) -> None:
        # Left of the first cell the style fills a selected row with Highlight, which is far stronger than our tint.
        super().initViewItemOption(option)
        palette = QPalette(option.palette)
        palette.setColor(QPalette.ColorRole.Highlight, tokens(self).selected)
        option.palette = palette
