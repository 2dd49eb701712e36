"""The tree one looks through: what opens, what is copied, what is found."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from helpers.ids import ACCOUNT, ORDER, SHAPES
from hookscope.ui.inspector.json_document import parse
from hookscope.ui.inspector.json_model import KEY, VALUE
from hookscope.ui.inspector.json_tree import KEY_WIDTH, JsonTree


def tree_of(qtbot: QtBot, text: str) -> JsonTree:
    tree = JsonTree("Body as a tree")
    tree.set_types_of(SHAPES.types_of)
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
    copied = {}
    for caption, call in tree.entries(tree.json.at("list[0].id"))[:3]:
        call()
        copied[caption] = QGuiApplication.clipboard().text()
    assert copied == {"Copy value": "ORD-1", "Copy path": "list[0].id", "Copy as JSON": '"ORD-1"'}
    assert list(copied) == ["Copy value", "Copy path", "Copy as JSON"]
    assert tree.entries(QModelIndex()) == []


COPIES = ["Copy value", "Copy path", "Copy as JSON"]


@pytest.mark.parametrize(
    ("value", "captions", "filter"),
    [
        (ORDER, ["Look up", "", *COPIES, "", "Filter by this value"], ORDER),
        (" text ", [*COPIES, "", "Filter by this value"], "text"),
        (5300, [*COPIES, "", "Filter by this value"], "5300"),
        ("", COPIES, None),
        (None, COPIES, None),
        (True, COPIES, None),
        ({"a": 1}, COPIES, None),
        ([], COPIES, None),
        ("two\nlines", COPIES, None),
        ('with "quotes"', COPIES, None),  # written in another way in the body
        ("x" * 201, COPIES, None),
    ],
)
def test_the_menu_has_only_what_the_value_is_good_for(
    qtbot: QtBot, value: object, captions: list[str], filter: str | None
) -> None:
    tree = tree_of(qtbot, json.dumps({"a": value}))
    entries = tree.entries(tree.json.index(0, KEY))
    assert [caption for caption, _ in entries] == captions
    asked: list[str] = []
    tree.filter_requested.connect(asked.append)
    for caption, call in entries:
        if caption == "Filter by this value":
            call()
    assert asked == ([] if filter is None else [filter])


def test_the_menu_opens_at_the_value_and_its_first_line_looks_it_up(qtbot: QtBot) -> None:
    tree = tree_of(qtbot, json.dumps({"a": 1, "id": ORDER}))
    place = tree.visualRect(tree.json.index(1, KEY)).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, tree.viewport().mapToGlobal(place))
    QApplication.sendEvent(tree.viewport(), event)
    menu = next(menu for menu in tree.findChildren(QMenu) if menu.isVisible())
    assert [action.text() for action in menu.actions() if not action.isSeparator()] == [
        "Look up",
        *COPIES,
        "Filter by this value",
    ]
    with qtbot.waitSignal(tree.look_up_requested) as asked:
        menu.actions()[0].trigger()
    assert asked.args == [ORDER, "order"]
    menu.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # while the tree is there, which its lines hold


def value_place(tree: JsonTree, path: str, x: int) -> QPoint:
    """A place in the value of a line, counted from where its text begins."""
    rect = tree.visualRect(tree.json.at(path).siblingAtColumn(VALUE))
    return QPoint(rect.left() + 8 + x, rect.center().y())


def test_a_click_on_the_text_of_an_id_asks_for_its_record(qtbot: QtBot) -> None:
    tree = tree_of(qtbot, json.dumps({"id": ORDER, "text": "x" * 20, "list": [{"account": ACCOUNT}]}))
    asked: list[tuple[str, str]] = []
    tree.look_up_requested.connect(lambda id, type: asked.append((id, type)))
    for path, x in (("id", 10), ("list[0].account", 10), ("text", 10), ("id", -12), ("id", 360)):
        QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=value_place(tree, path, x))
    key = tree.visualRect(tree.json.at("id")).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=key)
    assert asked == [(ORDER, "order"), (ACCOUNT, "account")]
    assert tree.currentIndex().row() == 0


def test_return_asks_for_the_record_of_the_line(qtbot: QtBot) -> None:
    tree = tree_of(qtbot, json.dumps({"id": ORDER, "text": "x", "list": [1]}))
    asked: list[str] = []
    tree.look_up_requested.connect(lambda id, type: asked.append(id))
    for path in ("text", "list", "id"):
        tree.select_path(path)
        qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert asked == [ORDER]
    qtbot.keyClick(tree, Qt.Key.Key_Enter)
    assert asked == [ORDER] * 2


def test_a_word_beside_a_value_is_never_copied(qtbot: QtBot) -> None:
    tree = JsonTree("Body as a tree", marks=True)
    qtbot.addWidget(tree)
    tree.set_value(parse('{"a": "{{ x }}"}'))
    dict(tree.entries(tree.json.index(0, KEY)))["Copy value"]()
    assert QGuiApplication.clipboard().text() == "{{ x }}"
    tree.setCurrentIndex(tree.json.index(0, KEY))
    qtbot.keyClick(tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "{{ x }}"


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


def test_a_path_leads_to_its_line(qtbot: QtBot) -> None:
    tree = tree_of(qtbot, json.dumps({"list": list(range(3000)), "a.b": {"c d": [1, {"x": "here"}]}, "a": {"b": 2}}))
    places = {
        '"a.b"."c d"[1].x': "here",
        "list[2500]": b"2500",
        "a.b": b"2",
        '"a.b"': (("c d", [b"1", (("x", "here"),)]),),
    }
    for path, value in places.items():
        assert tree.select_path(path)
        assert tree.json.node(tree.currentIndex()).value == value
        assert tree.visualRect(tree.currentIndex()).isValid()
    before = tree.currentIndex()
    for path in ("b", "a.b.c", "list[3000]", "list.x", "a.", "lis"):
        assert not tree.select_path(path)
    assert tree.currentIndex() == before


def test_of_two_members_with_one_name_the_path_leads_to_the_last(qtbot: QtBot) -> None:
    tree = tree_of(qtbot, '{"a": 1, "a": {"b": 2}}')
    assert tree.select_path("a.b")
