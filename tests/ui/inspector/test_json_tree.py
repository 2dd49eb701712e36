"""The tree one looks through: what opens, what is copied, what is found."""

from __future__ import annotations

import json

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from hookscope.ui.inspector.json_document import parse
from hookscope.ui.inspector.json_model import KEY
from hookscope.ui.inspector.json_tree import KEY_WIDTH, JsonTree


def tree_of(qtbot: QtBot, text: str) -> JsonTree:
    tree = JsonTree("Body as a tree")
    qtbot.addWidget(tree)
    tree.resize(600, 300)
    tree.set_value(parse(text))
    tree.show()
    return tree


def test_small_values_are_open_at_first(qtbot: QtBot) -> None:
    tree = tree_of(qtbot, '{"a": {"b": {"c": {"d": {"e": 1}}}}, "x": []}')
    index, opened = tree.json.index(0, KEY), []
    while index.isValid():
        opened.append(tree.isExpanded(index))
        index = tree.json.index(0, KEY, index)
    assert opened == [True, True, True, False, False]


def test_large_values_are_closed_at_first(qtbot: QtBot) -> None:
    tree = tree_of(qtbot, json.dumps({"list": list(range(100)), "x": {"y": 1}}))
    assert not tree.isExpanded(tree.json.index(0, KEY))


def test_the_menu_copies(qtbot: QtBot) -> None:
    tree = tree_of(qtbot, '{"list": [{"id": "ORD-1"}, 2.0]}')
    index = tree.json.index(0, KEY, tree.json.index(0, KEY, tree.json.index(0, KEY)))
    copied = {}
    for caption, call in tree.entries(index):
        call()
        copied[caption] = QGuiApplication.clipboard().text()
    assert copied == {"Copy value": "ORD-1", "Copy path": "$.list[0].id", "Copy as JSON": '"ORD-1"'}
    assert list(copied) == ["Copy value", "Copy path", "Copy as JSON"]
    assert tree.entries(QModelIndex()) == []


def test_the_copy_key_takes_the_value(qtbot: QtBot) -> None:
    tree = tree_of(qtbot, '{"list": [1, 2.0]}')
    tree.setCurrentIndex(tree.json.index(0, KEY))
    qtbot.keyClick(tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "[1, 2.0]"


def test_finding_opens_the_way(qtbot: QtBot) -> None:
    tree = tree_of(qtbot, "[" * 900 + '"deep"' + "]" * 900)
    assert tree.find_next("DEEP")
    assert tree.currentIndex().siblingAtColumn(1).data() == '"deep"'
    assert tree.isExpanded(tree.currentIndex().parent())
    assert tree.header().sectionSize(KEY) > 900 * tree.indentation()
    assert not tree.find_next("no such")
    tree.set_value(parse("{}"))
    assert tree.header().sectionSize(KEY) == KEY_WIDTH
