"""One record: the fields that are worth reading first, the whole of it, and the ways to others."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QTreeView, QVBoxLayout, QWidget

from hookscope.records.reading import EXAMPLE
from hookscope.ui import scales
from hookscope.ui.inspector.find_bar import FindBar
from hookscope.ui.inspector.text_view import TextView
from hookscope.ui.parts.links import TypesOf
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.parts.strip import Strip
from hookscope.ui.records.fields_view import FieldsView
from hookscope.ui.records.links_list import LinksList
from hookscope.ui.records.shown_record import ShownRecord
from hookscope.ui.records.whole_tree import WholeTree

TEXT_HEIGHT = 240


class RecordView(QWidget):
    """Fields, tree and links in one column that is scrolled as a whole; the search looks through fields and tree."""

    link_chosen = Signal(object)  # LookUp
    look_up_requested = Signal(str, str)
    filter_requested = Signal(str)

    def __init__(self, types_of: TypesOf, parent: QWidget | None = None) -> None:
        """``types_of`` tells which values can be looked up."""
        super().__init__(parent)
        self.example = Strip("info", EXAMPLE)
        self.fields = FieldsView(types_of)
        self.tree = WholeTree()
        self.text = TextView("Whole record as text")
        for whole in (self.tree, self.text):
            whole.set_types_of(types_of)
        self.heading = _heading("Whole record")
        self.links_heading = _heading("Links")
        self.links = LinksList()
        self.find_bar = FindBar(self.find_next, self._focus_found, "the record")
        self._in_whole = False  # the last find
        self._followed: QTreeView = self.fields
        self._follow = QTimer(self)  # once the lines that have come have their place
        self._follow.setSingleShot(True)
        self._follow.setInterval(0)
        self._follow.timeout.connect(self._scroll_to_current)
        self._lay_out()
        self._connect()

    def show_record(self, shown: ShownRecord) -> None:
        """Show another record, from its beginning."""
        self.example.setVisible(shown.record.example)
        self.fields.set_fields(shown.fields)
        self.fields.setVisible(bool(shown.fields))
        self._show_whole(shown)
        self.links.show_links(shown.links, more=shown.more_links)
        self.links_heading.setVisible(bool(shown.links))
        self._area.verticalScrollBar().setValue(0)

    def stops(self) -> list[QWidget]:
        """What Tab reaches, in order."""
        search = (self.find_bar.field, *self.find_bar.findChildren(QAbstractButton))
        return [self.fields, self.tree, self.text.lines, *self.links.stops, *search]

    def find_next(self, text: str) -> bool:
        """Go to the next place with this text: in the fields, then in the whole, and again from the top."""
        if not self._in_whole and self.fields.find_next(text):
            return True
        found, further = self._find_in_whole(text)
        if not further:
            self.fields.setCurrentIndex(QModelIndex())
            if self.fields.find_next(text):
                self._in_whole = False
                return True
        self._in_whole = found
        return found

    def _find_in_whole(self, text: str) -> tuple[bool, bool]:
        """Whether the text is in the whole record, and whether behind the place where the search was."""
        if self.tree.isHidden():
            return (self.text.find_next(text), True) if text else (False, False)
        if not self._in_whole:
            self.tree.setCurrentIndex(QModelIndex())
        before = self.tree.currentIndex()
        found = self.tree.find_next(text)
        self._go_to(self.tree)
        return found, found and (not before.isValid() or self._top(self.tree.currentIndex()) > self._top(before))

    def _top(self, index: QModelIndex) -> int:
        return self.tree.visualRect(index).top()

    def _show_whole(self, shown: ShownRecord) -> None:
        self._in_whole = False
        self.tree.setVisible(shown.tree is not None)
        self.text.setVisible(shown.tree is None)
        self.tree.set_value(shown.tree.value if shown.tree else ())
        self.text.set_text("" if shown.tree else shown.record.text)
        self.heading.setText("Whole record" if shown.tree else "Whole record, too large or too deep for a tree")

    def _lay_out(self) -> None:
        self.text.setFixedHeight(TEXT_HEIGHT)
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, scales.S8)
        column.setSpacing(0)
        for widget in (self.fields, self.heading, self.tree, self.text, self.links_heading, self.links):
            column.addWidget(widget)
        column.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidget(self._content)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.example)
        layout.addWidget(self._area, 1)
        layout.addWidget(self.find_bar)

    def _connect(self) -> None:
        self.links.chosen.connect(self.link_chosen)
        for part in (self.fields, self.tree, self.text):
            part.look_up_requested.connect(self.look_up_requested)
        for values in (self.fields, self.tree):
            values.filter_requested.connect(self.filter_requested)
        self.fields.selectionModel().currentChanged.connect(lambda: self._go_to(self.fields))
        self.tree.moved.connect(lambda: self._go_to(self.tree))

    def _go_to(self, view: QTreeView) -> None:
        self._followed = view
        self._follow.start()

    def _scroll_to_current(self) -> None:
        """Keep the current line in sight: a view that is as high as its lines cannot do that itself."""
        view = self._followed
        if view.currentIndex().isValid():
            line = view.visualRect(view.currentIndex())
            place = view.viewport().mapTo(self._content, line.center())
            self._area.ensureVisible(0, place.y(), 0, line.height())

    def _focus_found(self) -> None:
        (self.tree if self._in_whole and self.tree.isVisible() else self.fields).setFocus()


def _heading(text: str) -> PlainLabel:
    label = PlainLabel(text)
    label.setFont(scales.strong())
    label.setContentsMargins(scales.S12, scales.S8, scales.S12, scales.S4)
    return label
