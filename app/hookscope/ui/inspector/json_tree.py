"""The JSON of a body as a tree that one can look through, search and copy from."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSignalBlocker
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QWidget

from hookscope.ui import scales
from hookscope.ui.inspector import json_document as document
from hookscope.ui.inspector.copying import Entry, copy, copying, filter_text
from hookscope.ui.inspector.json_document import Value
from hookscope.ui.inspector.json_model import KEY, JsonModel
from hookscope.ui.inspector.value_tree import ValueTree
from hookscope.ui.parts.links import TypesOf

KEY_WIDTH, WIDEST_KEY = 180, 320
OPEN_AT_FIRST, LEVELS_AT_FIRST = 60, 4
"""A value is opened level by level while it has at most so many lines and levels."""


class JsonTree(ValueTree):
    """Keys and values; an object or array opens in place.

    With ``marks`` a word stands beside what is empty or was not filled in.
    """

    def __init__(self, accessible_name: str, parent: QWidget | None = None, *, marks: bool = False) -> None:
        super().__init__(accessible_name, parent=parent)
        self.json = JsonModel(scales.mono(), self, marks=marks)
        self.setModel(self.json)
        self.setAnimated(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header().setStretchLastSection(True)
        self.header().resizeSection(KEY, KEY_WIDTH)
        self.expanded.connect(self._make_room)

    def set_value(self, value: Value) -> None:
        """Show another value."""
        self.json.set_value(value)
        self.header().resizeSection(KEY, KEY_WIDTH)
        self._open_first_levels()

    def set_types_of(self, types_of: TypesOf) -> None:
        """Tell ids by this from now on."""
        self.json.set_types_of(types_of)
        self.viewport().update()

    def show_long_keys(self) -> None:
        """Give the keys that are shown the room they need, within reason."""
        wanted = min(self.sizeHintForColumn(KEY), WIDEST_KEY)
        self.header().resizeSection(KEY, max(wanted, self.header().sectionSize(KEY)))

    def find_next(self, text: str) -> bool:
        """Go to the next line with this text; false when there is none."""
        return self._select(self.json.find(text, self.currentIndex()) if text else QModelIndex())

    def select_path(self, path: str) -> bool:
        """Go to what stands at a JMESPath; false when nothing does."""
        return self._select(self.json.at(path))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.currentIndex().isValid():
            copy(document.plain(self.json.node(self.currentIndex()).value))
        else:
            super().keyPressEvent(event)

    def entries(self, index: QModelIndex) -> list[Entry]:
        if not index.isValid() or self.json.node(index).key is None:
            return []
        value, path = self.json.node(index).value, self.json.path(index)
        copies = [
            copying("Copy value", lambda: document.plain(value)),
            copying("Copy path", lambda: path),
            copying("Copy as JSON", lambda: document.to_json(value)),
        ]
        return self._entries(index, copies, _filter_of(value))

    def _select(self, index: QModelIndex) -> bool:
        if index.isValid():
            with QSignalBlocker(self):  # every line on the way opens, and one deep down has hundreds above it
                self.setCurrentIndex(index)
            self._make_room(index.parent())
        return index.isValid()

    def _open_first_levels(self) -> None:
        level = [QModelIndex()]
        room = OPEN_AT_FIRST
        for _ in range(LEVELS_AT_FIRST):
            room -= sum(self.json.rowCount(index) for index in level)
            if room < 0:
                return
            for index in level:
                self.setExpanded(index, True)
            level = [child for index in level for child in self._openable(index)]

    def _openable(self, index: QModelIndex) -> list[QModelIndex]:
        children = (self.json.index(row, KEY, index) for row in range(self.json.rowCount(index)))
        return [child for child in children if self.json.hasChildren(child)]

    def _make_room(self, index: QModelIndex) -> None:
        depth = 0
        while index.isValid():
            index, depth = index.parent(), depth + 1
        wanted = (depth + 1) * self.indentation() + KEY_WIDTH // 2
        if wanted > self.header().sectionSize(KEY):
            self.header().resizeSection(KEY, wanted)


def _filter_of(value: Value) -> str:
    """The text that finds deliveries with this value; none for what a body may have written in another way."""
    if isinstance(value, bytes):
        return filter_text(value.decode())
    text = filter_text(value) if isinstance(value, str) else ""
    return text if document.to_json(text) == f'"{text}"' else ""
