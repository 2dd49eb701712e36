"""A JSON value as a tree of keys and values, built only where somebody looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from hookscope.ids.paths import WHOLE, path_to
from hookscope.ids.shapes import LONGEST_ID
from hookscope.ui.inspector import json_document as document
from hookscope.ui.inspector.json_document import Value
from hookscope.ui.inspector.remarks import remark_of
from hookscope.ui.parts.cell_delegate import ExtrasRole, HasExtrasRole, TokenRole
from hookscope.ui.parts.links import Extras, IdLink, TypesOf, no_types
from hookscope.ui.parts.plain_label import plain_tooltip
from hookscope.visible import visible

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
PAGE = 1_000
"""A view takes time for every row it shows, so an object or array shows at most so many, in pages beyond that."""

KEY, VALUE = 0, 1
_TITLES = ("Key", "Value")
_NO_EXTRAS = Extras()


class Node:
    """A line of the tree: a value, or with ``key`` ``None`` the items ``start`` to ``stop`` of one."""

    __slots__ = ("children", "extras", "key", "parent", "row", "start", "step", "stop", "value")

    def __init__(self, parent: int, row: int, key: str | int | None, value: Value, start: int, stop: int) -> None:
        self.parent = parent
        self.row = row
        self.key = key
        self.value = value
        self.start = start
        self.stop = stop
        self.step = _step(stop - start)
        self.children: dict[int, int] = {}
        self.extras: Extras | None = None  # not known before somebody looks

    def lines(self) -> int:
        """How many lines are directly under this one."""
        return (self.stop - self.start + self.step - 1) // self.step


def _step(count: int) -> int:
    step = 1
    while count > step * PAGE:
        step *= PAGE
    return step


class JsonModel(QAbstractItemModel):
    """The members of an object or array, or the one value there is; indexes carry numbers, never Python objects.

    Values that are ids are links; with ``marks`` a word stands beside what is empty or was not filled in.
    """

    def __init__(self, mono: QFont, parent: QObject | None = None, *, marks: bool = False) -> None:
        super().__init__(parent)
        self._mono = mono
        self._marks = marks
        self._types_of: TypesOf = no_types
        self._nodes: list[Node] = [Node(0, 0, None, [], 0, 0)]
        self._bare = False

    def set_value(self, value: Value) -> None:
        """Show another value."""
        self.beginResetModel()
        self._bare = not document.is_container(value)
        whole: Value = [value] if self._bare else value
        self._nodes = [Node(0, 0, "", whole, 0, len(document.items_of(whole)))]
        self.endResetModel()

    def set_types_of(self, types_of: TypesOf) -> None:
        """Tell ids by this from now on."""
        self._types_of = types_of
        for node in self._nodes:
            node.extras = None

    def node(self, index: AnyIndex) -> Node:
        """The line at an index; the whole for an invalid one."""
        return self._nodes[index.internalId() if index.isValid() else 0]

    def find(self, text: str, after: AnyIndex) -> QModelIndex:
        """The next line whose key or value has this text, an invalid index when there is none."""
        items = document.find(document.items_of(self._nodes[0].value), text, self._items(after))
        return QModelIndex() if items is None else self._index_of(items)

    def at(self, path: str) -> QModelIndex:
        """The line of what stands at a JMESPath, an invalid index when nothing does."""
        if self._bare:
            return self.index(0, KEY) if path == WHOLE else QModelIndex()
        items = document.items_at(document.items_of(self._nodes[0].value), path)
        return QModelIndex() if items is None else self._index_of(items)

    def _items(self, index: AnyIndex) -> list[int]:
        items: list[int] = []
        number = index.internalId() if index.isValid() else 0
        while number:
            node = self._nodes[number]
            above = self._nodes[node.parent]
            if node.key is not None:
                items.append(above.start + node.row)
            number = node.parent
        return items[::-1]

    def _index_of(self, items: Sequence[int]) -> QModelIndex:
        index = QModelIndex()
        for item in items:
            index = self._item(item, index)
            while self.node(index).key is None:
                index = self._item(item, index)
        return index

    def _item(self, item: int, parent: QModelIndex) -> QModelIndex:
        node = self.node(parent)
        return self.index((item - node.start) // node.step, KEY, parent)

    def path(self, index: AnyIndex) -> str:
        """Where a value stands, as a JMESPath: ``orders[0]."first name"``."""
        steps: list[str | int] = []
        number = index.internalId() if index.isValid() else 0
        while number:
            node = self._nodes[number]
            if node.key is not None and not (self._bare and node.parent == 0):
                steps.append(node.key)
            number = node.parent
        return path_to(reversed(steps))

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return self.node(parent).lines() if parent.column() <= 0 else 0

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        return len(_TITLES)

    def hasChildren(self, parent: AnyIndex = _ROOT) -> bool:
        return self.rowCount(parent) > 0

    def index(self, row: int, column: int, parent: AnyIndex = _ROOT) -> QModelIndex:
        node = self.node(parent)
        if not (0 <= row < self.rowCount(parent) and 0 <= column < len(_TITLES)):
            return QModelIndex()
        if row not in node.children:
            node.children[row] = len(self._nodes)
            self._nodes.append(_child(node, parent.internalId() if parent.isValid() else 0, row))
        return self.createIndex(row, column, node.children[row])

    def parent(self, index: AnyIndex) -> QModelIndex:  # type: ignore[override]
        number = self.node(index).parent
        return self.createIndex(self._nodes[number].row, 0, number) if number else QModelIndex()

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node = self.node(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(node, index.column())
        if role == TokenRole:
            return self._token(node, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(node)
        if index.column() == VALUE and role == ExtrasRole:
            return self._extras(node)
        if role == HasExtrasRole:
            return index.column() == VALUE
        if role == Qt.ItemDataRole.FontRole and index.column() == VALUE:
            return self._mono
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(node.value, (str, bytes)) and len(node.value) > 40:
            return plain_tooltip(document.short(node.value))
        return None

    def _text(self, node: Node, column: int) -> str:
        if column == KEY:
            return _key_text(node, self._bare)
        return "" if node.key is None else visible(document.short(node.value))

    def _spoken(self, node: Node) -> str:
        extras = self._extras(node)
        words = " ".join(filter(None, (self._text(node, KEY), self._text(node, VALUE))))
        word = "link" if extras.links else extras.remark
        return f"{words}, {word}" if word else words

    def _token(self, node: Node, column: int) -> str:
        if column == KEY:
            return "json_key" if isinstance(node.key, str) else "muted"
        return "warn" if self._extras(node).remark else document.token(node.value)

    def _extras(self, node: Node) -> Extras:
        if node.extras is None:
            node.extras = self._looked_at(node)
        return node.extras

    def _looked_at(self, node: Node) -> Extras:
        value = node.value
        if node.key is None or not isinstance(value, str):
            return _NO_EXTRAS
        if self._marks and (word := remark_of(value)):
            return Extras(remark=word)
        types = self._types_of(value, self._name(node)) if len(value) <= LONGEST_ID else ()
        return Extras((IdLink(document.short(value), value.strip(), types[0]),)) if types else _NO_EXTRAS

    def _name(self, node: Node) -> str:
        """The key of a value, of an item the key of its array."""
        while not isinstance(node.key, str):
            node = self._nodes[node.parent]
        return node.key


def _child(node: Node, number: int, row: int) -> Node:
    start = node.start + row * node.step
    if node.step > 1:
        return Node(number, row, None, node.value, start, min(start + node.step, node.stop))
    key, value = document.member_of(document.items_of(node.value), start)
    return Node(number, row, key, value, 0, len(document.items_of(value)))


def _key_text(node: Node, bare: bool) -> str:
    if node.key is None:
        return f"{node.start:,} – {node.stop - 1:,}"
    if bare and node.parent == 0:
        return "Value"
    return visible(node.key) if isinstance(node.key, str) else str(node.key)
