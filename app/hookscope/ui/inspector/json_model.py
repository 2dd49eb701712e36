"""A JSON value as a tree of keys and values, built only where somebody looks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from hookscope.ui.inspector import json_document as document
from hookscope.ui.inspector.json_document import Value
from hookscope.ui.parts.cell_delegate import TokenRole
from hookscope.ui.parts.plain_label import plain_tooltip
from hookscope.visible import visible

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
PAGE = 1_000
"""A view takes time for every row it shows, so an object or array shows at most so many, in pages beyond that."""

KEY, VALUE = 0, 1
_TITLES = ("Key", "Value")
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)


class Node:
    """A line of the tree: a value, or with ``key`` ``None`` the items ``start`` to ``stop`` of one."""

    __slots__ = ("children", "key", "parent", "row", "start", "step", "stop", "value")

    def __init__(self, parent: int, row: int, key: str | int | None, value: Value, start: int, stop: int) -> None:
        self.parent = parent
        self.row = row
        self.key = key
        self.value = value
        self.start = start
        self.stop = stop
        self.step = _step(stop - start)
        self.children: dict[int, int] = {}

    def lines(self) -> int:
        """How many lines are directly under this one."""
        return (self.stop - self.start + self.step - 1) // self.step


def _step(count: int) -> int:
    step = 1
    while count > step * PAGE:
        step *= PAGE
    return step


class JsonModel(QAbstractItemModel):
    """The members of an object or array, or the one value there is; indexes carry numbers, never Python objects."""

    def __init__(self, mono: QFont, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mono = mono
        self._nodes: list[Node] = [Node(0, 0, None, [], 0, 0)]
        self._bare = False

    def set_value(self, value: Value) -> None:
        """Show another value."""
        self.beginResetModel()
        self._bare = not document.is_container(value)
        whole: Value = [value] if self._bare else value
        self._nodes = [Node(0, 0, "", whole, 0, len(document.items_of(whole)))]
        self.endResetModel()

    def node(self, index: AnyIndex) -> Node:
        """The line at an index; the whole for an invalid one."""
        return self._nodes[index.internalId() if index.isValid() else 0]

    def find(self, text: str, after: AnyIndex) -> QModelIndex:
        """The next line whose key or value has this text, an invalid index when there is none."""
        items = document.find(document.items_of(self._nodes[0].value), text, self._items(after))
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
        """Where a value stands: ``$.orders[0]["first name"]``."""
        steps: list[str] = []
        number = index.internalId() if index.isValid() else 0
        while number:
            node = self._nodes[number]
            if node.key is not None and not (self._bare and node.parent == 0):
                steps.append(_path_step(node.key))
            number = node.parent
        return "$" + "".join(reversed(steps))

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
            return _token(node, index.column())
        if role == Qt.ItemDataRole.FontRole and index.column() == VALUE:
            return self._mono
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return " ".join(filter(None, (self._text(node, KEY), self._text(node, VALUE))))
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(node.value, (str, bytes)) and len(node.value) > 40:
            return plain_tooltip(document.short(node.value))
        return None

    def _text(self, node: Node, column: int) -> str:
        if column == KEY:
            return _key_text(node, self._bare)
        return "" if node.key is None else visible(document.short(node.value))


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


def _token(node: Node, column: int) -> str:
    if column == KEY:
        return "json_key" if isinstance(node.key, str) else "muted"
    return document.token(node.value)


def _path_step(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if _IDENTIFIER.fullmatch(key) else f"[{document.to_json(key)}]"
