"""The tree model: every value is reachable, whatever the size and depth."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QFont
from pytestqt.modeltest import ModelTester

from hookscope.ui.inspector.json_document import parse
from hookscope.ui.inspector.json_model import KEY, VALUE, JsonModel

NOWHERE = QModelIndex()


def model_of(text: str) -> JsonModel:
    model = JsonModel(QFont())
    model.set_value(parse(text))
    return model


def texts(model: JsonModel, parent: QModelIndex = NOWHERE) -> list[tuple[str, str]]:
    rows = range(model.rowCount(parent))
    return [(model.index(row, KEY, parent).data(), model.index(row, VALUE, parent).data()) for row in rows]


@pytest.mark.parametrize(
    "text", ['{"a": {"b": [1, "2"], "b": {}}, "c": null}', "[[[]]]", "12", json.dumps(list(range(2_500)))]
)
def test_qt_accepts_the_model(qtmodeltester: ModelTester, text: str) -> None:
    model = model_of(text)
    qtmodeltester.check(model)
    model.set_value(parse("{}"))


def test_keys_and_values() -> None:
    model = model_of('{"a": "x", "a": 2.0, "list": [true, {}], "\u202e\\n": ""}')
    assert texts(model) == [("a", '"x"'), ("a", "2.0"), ("list", "2 items"), ("‹U+202E›↵", '""')]
    assert texts(model, model.index(2, KEY)) == [("0", "true"), ("1", "{}")]
    assert model.index(0, KEY).data(Qt.ItemDataRole.AccessibleTextRole) == 'a "x"'


def test_a_bare_value_has_one_line() -> None:
    model = model_of("1.50")
    assert texts(model) == [("Value", "1.50")]
    assert model.path(model.index(0, KEY)) == "$"


def test_large_arrays_come_in_pages() -> None:
    model = model_of(json.dumps([{"n": number} for number in range(2_500)]))
    assert texts(model) == [("0 – 999", ""), ("1,000 – 1,999", ""), ("2,000 – 2,499", "")]
    page = model.index(2, KEY)
    assert model.rowCount(page) == 500
    item = model.index(499, KEY, page)
    assert texts(model, item) == [("n", "2499")]
    assert model.path(model.index(0, KEY, item)) == "$[2499].n"
    assert model.parent(model.parent(model.index(0, KEY, item))) == page


def test_pages_of_pages() -> None:
    model = JsonModel(QFont())
    model.set_value([None] * 1_500_000)
    assert texts(model) == [("0 – 999,999", ""), ("1,000,000 – 1,499,999", "")]
    found = model.index(499, KEY, model.index(1, KEY))
    assert model.path(model.index(999, KEY, found)) == "$[1499999]"


def test_paths_of_odd_keys() -> None:
    model = model_of('{"first name": {"$id": 1, "é": 2, "0a": [3], "": 4}}')
    outer = model.index(0, KEY)
    paths = [model.path(model.index(row, KEY, outer)) for row in range(4)]
    assert paths == [
        '$["first name"].$id',
        '$["first name"]["é"]',
        '$["first name"]["0a"]',
        '$["first name"][""]',
    ]


def test_900_levels_are_walked_down_and_up() -> None:
    model = model_of('{"a":' * 900 + "1" + "}" * 900)
    index = QModelIndex()
    for _ in range(900):
        index = model.index(0, KEY, index)
    assert index.siblingAtColumn(VALUE).data() == "1"
    assert model.path(index) == "$" + ".a" * 900
    for _ in range(900):
        index = index.parent()
    assert not index.isValid()


def test_finding_reaches_into_pages() -> None:
    model = model_of(json.dumps({"list": list(range(3_000)), "end": "2999"}))
    found = model.find("2999", QModelIndex())
    assert model.path(found) == "$.list[2999]"
    assert model.path(model.find("2999", found)) == "$.end"
    assert not model.find("no such", found).isValid()


def test_long_values_are_cut() -> None:
    model = model_of(json.dumps(["x" * 1_000_000]))
    assert len(model.index(0, VALUE).data()) < 510
    assert len(model.index(0, VALUE).data(Qt.ItemDataRole.ToolTipRole)) < 600
