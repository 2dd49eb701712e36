"""The tree model: every value is reachable, whatever the size and depth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QFont
from pytestqt.modeltest import ModelTester

from helpers.ids import ACCOUNT, ORDER, PARTNER, SHAPES, USER
from hookscope.responses.expressions import expression_problem
from hookscope.ui.inspector.json_document import parse, to_json
from hookscope.ui.inspector.json_model import KEY, VALUE, JsonModel
from hookscope.ui.parts.cell_delegate import ExtrasRole, HasExtrasRole, TokenRole

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
    assert model.path(model.index(0, KEY)) == "@"
    assert model.at("@") == model.index(0, KEY)
    assert not model.at("a").isValid()


def test_large_arrays_come_in_pages() -> None:
    model = model_of(json.dumps([{"n": number} for number in range(2_500)]))
    assert texts(model) == [("0 – 999", ""), ("1,000 – 1,999", ""), ("2,000 – 2,499", "")]
    page = model.index(2, KEY)
    assert model.rowCount(page) == 500
    item = model.index(499, KEY, page)
    assert texts(model, item) == [("n", "2499")]
    assert model.path(model.index(0, KEY, item)) == "[2499].n"
    assert model.parent(model.parent(model.index(0, KEY, item))) == page


def test_pages_of_pages() -> None:
    model = JsonModel(QFont())
    model.set_value([None] * 1_500_000)
    assert texts(model) == [("0 – 999,999", ""), ("1,000,000 – 1,499,999", "")]
    found = model.index(499, KEY, model.index(1, KEY))
    assert model.path(model.index(999, KEY, found)) == "[1499999]"


def test_paths_of_odd_keys() -> None:
    model = model_of('{"first name": {"$id": 1, "é": 2, "0a": [3], "": 4}}')
    outer = model.index(0, KEY)
    paths = [model.path(model.index(row, KEY, outer)) for row in range(4)]
    assert paths == ['"first name"."$id"', '"first name"."é"', '"first name"."0a"', '"first name".""']
    assert model.path(model.index(0, KEY, model.index(2, KEY, outer))) == '"first name"."0a"[0]'


KEYS = st.text(st.characters(exclude_categories=()), max_size=6) | st.sampled_from(
    ["a", "a.b", "a b", '"', "\\", "[0]", "@"]
)


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, min_size=1, max_size=3) | st.dictionaries(KEYS, inner, min_size=1, max_size=3)


DOCUMENTS = containers(st.recursive(st.just(None), containers, max_leaves=8))


def numbered(value: Any, numbers: Iterator[int]) -> Any:
    """The same with a number of its own in the place of each leaf."""
    if isinstance(value, dict):
        return {key: numbered(each, numbers) for key, each in value.items()}
    return [numbered(each, numbers) for each in value] if isinstance(value, list) else next(numbers)


def lines(model: JsonModel, parent: QModelIndex = NOWHERE) -> Iterator[QModelIndex]:
    for row in range(model.rowCount(parent)):
        index = model.index(row, KEY, parent)
        yield index
        yield from lines(model, index)


@given(DOCUMENTS)
def test_a_path_finds_its_value_in_a_rule_and_here(shape: Any) -> None:
    document = numbered(shape, iter(range(1, 1_000)))
    model = model_of(json.dumps(document))
    seen = 0
    for index in lines(model):
        path = model.path(index)
        assert jmespath.search(path, document) == json.loads(to_json(model.node(index).value))
        assert expression_problem(path) == ""
        assert model.at(path) == index
        seen += 1
    assert seen


def test_900_levels_are_walked_down_and_up() -> None:
    model = model_of('{"a":' * 900 + "1" + "}" * 900)
    index = QModelIndex()
    for _ in range(900):
        index = model.index(0, KEY, index)
    assert index.siblingAtColumn(VALUE).data() == "1"
    assert model.path(index) == ".".join("a" * 900)
    assert model.at(".".join("a" * 900)) == index
    for _ in range(900):
        index = index.parent()
    assert not index.isValid()


def test_finding_reaches_into_pages() -> None:
    model = model_of(json.dumps({"list": list(range(3_000)), "end": "2999"}))
    found = model.find("2999", QModelIndex())
    assert model.path(found) == "list[2999]"
    assert model.path(model.find("2999", found)) == "end"
    assert not model.find("no such", found).isValid()


def test_long_values_are_cut() -> None:
    model = model_of(json.dumps(["x" * 1_000_000]))
    assert len(model.index(0, VALUE).data()) < 510
    assert len(model.index(0, VALUE).data(Qt.ItemDataRole.ToolTipRole)) < 600


def extras(model: JsonModel, path: str) -> tuple[list[tuple[str, ...]], str]:
    found = model.at(path).siblingAtColumn(VALUE).data(ExtrasRole)
    return [tuple(link) for link in found.links], found.remark


def test_values_that_are_ids_are_links() -> None:
    model = JsonModel(QFont())
    model.set_types_of(SHAPES.types_of)
    body = {
        "id": ORDER,
        "partnerId": PARTNER,
        "other": PARTNER,
        "users": [USER, f" {ACCOUNT} "],
        "text": f"see {ORDER}",
    }
    model.set_value(parse(json.dumps(body)))
    assert extras(model, "id") == ([(f'"{ORDER}"', ORDER, "order")], "")
    assert extras(model, "partnerId") == ([('"9YW9"', PARTNER, "partner")], "")
    assert extras(model, "users[1]") == ([(f'" {ACCOUNT} "', ACCOUNT, "account")], "")
    assert extras(model, "other") == extras(model, "text") == extras(model, "users") == ([], "")
    spoken = [model.at(path).data(Qt.ItemDataRole.AccessibleTextRole) for path in ("id", "other")]
    assert spoken == [f'id "{ORDER}", link', 'other "9YW9"']


def test_an_item_of_an_array_has_the_name_of_the_array_also_in_pages() -> None:
    model = JsonModel(QFont())
    model.set_types_of(SHAPES.types_of)
    model.set_value(parse(json.dumps({"partnerId": [[PARTNER] * 2_500]})))
    assert extras(model, "partnerId[0][2400]") == ([('"9YW9"', PARTNER, "partner")], "")
    model.set_value(parse(f'"{ACCOUNT}"'))
    assert extras(model, "@") == ([(f'"{ACCOUNT}"', ACCOUNT, "account")], "")


def test_each_short_text_is_looked_at_once_and_nothing_else() -> None:
    asked: list[tuple[str, str]] = []

    def types_of(value: str, key: str) -> tuple[str, ...]:
        asked.append((value, key))
        return ()

    model = JsonModel(QFont(), marks=True)
    model.set_types_of(types_of)
    model.set_value(parse(json.dumps({"a": "x", "n": 1, "o": {"b": "y"}, "long": "z" * 201, "no": None, "e": ""})))
    for _ in range(3):
        for row in range(model.rowCount()):
            model.index(row, VALUE).data(ExtrasRole)
            model.index(row, VALUE).data(TokenRole)
    assert asked == [("x", "a")]
    model.set_types_of(types_of)
    model.index(0, VALUE).data(ExtrasRole)
    assert asked == [("x", "a")] * 2


@pytest.mark.parametrize(
    ("value", "remark"),
    [("", "empty"), ("{{ accountName }}", "not filled in"), ("for {.WorkflowStep.trigger.task_id}", "not filled in"),
     (" ", ""), ("{}", ""), ("a", "")],
)  # fmt: skip
def test_what_was_probably_not_meant_has_a_word(value: str, remark: str) -> None:
    model = JsonModel(QFont(), marks=True)
    model.set_value(parse(json.dumps({"a": value, "b": None})))
    cell = model.index(0, VALUE)
    assert cell.data(ExtrasRole).remark == remark
    assert cell.data(TokenRole) == ("warn" if remark else "json_string")
    assert cell.data() == json.dumps(value)
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == f"a {json.dumps(value)}" + (f", {remark}" if remark else "")
    assert model.index(1, VALUE).data(ExtrasRole).remark == ""
    plain = model_of(json.dumps({"a": value}))
    assert plain.index(0, VALUE).data(ExtrasRole).remark == ""


def test_only_the_column_of_values_has_links_and_words() -> None:
    model = model_of('{"a": ""}')
    assert [model.index(0, column).data(HasExtrasRole) for column in (KEY, VALUE)] == [False, True]
    assert model.index(0, KEY).data(ExtrasRole) is None
