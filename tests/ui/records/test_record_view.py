"""The view of one record, whatever the platform sent."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from hookscope.records.catalogue import Catalogue, load_catalogue
from hookscope.records.links import LINKS_AT_MOST
from hookscope.records.model import Record
from hookscope.records.profiles import load_profiles
from hookscope.ui.records.record_view import RecordView
from hookscope.ui.records.shown_record import ShownRecord, prepare
from hookscope.ui.records.whole_tree import ROWS_AT_MOST

ORDER = "AG-X5FZQG6T25:ORD-K3J2H1G0F9"
PLAIN = {
    "data": {
        "type": "orders",
        "id": ORDER,
        "attributes": {"statusCode": "draft", "currencyCode": "AUD", "note": "plain"},
        "relationships": {"customFields": {"links": {"related": "https://elsewhere.example/x"}}},
    }
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()[0]


@pytest.fixture
def view(catalogue: Catalogue, qtbot: QtBot) -> RecordView:
    view = RecordView(catalogue.shapes.types_of)
    qtbot.addWidget(view)
    view.resize(360, 300)
    view.show()
    return view


def shown(catalogue: Catalogue, document: Any, text: str = "", payload: Any = ()) -> ShownRecord:
    record = Record(catalogue.look_ups(ORDER)[0], "", 200, text or json.dumps(document), document, time.time())
    return prepare(record, catalogue, load_profiles()["production"], lambda: payload)


def bottom_of(view: RecordView) -> int:
    """Where the last line of the tree ends."""
    last = view.tree.json.index(0, 0)
    while view.tree.isExpanded(last) and view.tree.json.rowCount(last):
        last = view.tree.json.index(view.tree.json.rowCount(last) - 1, 0, last)
    return view.tree.visualRect(last).bottom() + 1


def test_fields_tree_and_links_stand_in_one_column(view: RecordView, catalogue: Catalogue) -> None:
    view.show_record(shown(catalogue, PLAIN, payload=(("status", "paid"),)))
    QApplication.processEvents()
    assert view.fields.fields.rowCount() == 3  # two fields, and what the payload says of one
    assert view.tree.height() == bottom_of(view)
    assert view.fields.geometry().bottom() < view.tree.geometry().top() < view.links.geometry().top()
    assert view.example.isHidden()
    assert len(view.links.buttons) == 2  # what is related to an order; the other leads elsewhere


def test_the_tree_is_as_high_as_what_is_open(view: RecordView, catalogue: Catalogue) -> None:
    view.show_record(shown(catalogue, PLAIN))
    QApplication.processEvents()
    before = view.tree.height()
    view.tree.collapse(view.tree.json.index(0, 0))
    assert view.tree.height() == bottom_of(view) < before
    view.tree.expandAll()
    assert view.tree.height() == bottom_of(view) >= before


def test_the_line_with_the_keyboard_is_in_sight(view: RecordView, catalogue: Catalogue, qtbot: QtBot) -> None:
    view.show_record(shown(catalogue, [f"line {number}" for number in range(60)]))
    view.tree.setCurrentIndex(view.tree.json.index(0, 0))
    qtbot.keyClick(view.tree, Qt.Key.Key_End)
    bar = view._area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() > 500)
    qtbot.keyClick(view.tree, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: bar.value() < 100)


def test_the_search_goes_round(view: RecordView, catalogue: Catalogue) -> None:
    view.show_record(shown(catalogue, PLAIN))
    places = []
    for _ in range(4):
        assert view.find_next("AUD")
        tree = view.tree.currentIndex()
        places.append("tree" if tree.isValid() and view._in_whole else view.fields.currentIndex().row())
    assert places == [1, "tree", 1, "tree"]
    assert not view.find_next("nowhere in it")
    assert not view.find_next("")
    assert view.find_next("plain")
    assert view.find_next("plain")  # the only place there is


def test_text_from_the_platform_is_never_interpreted(view: RecordView, catalogue: Catalogue) -> None:
    hostile = "<img src=x>\u202e\x00" + "y" * 5_000
    document = {"data": {"attributes": {"statusCode": hostile, "tags": [hostile], hostile: hostile}}}
    view.show_record(shown(catalogue, document, payload=(("status", hostile),)))
    view.grab()
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in view.findChildren(QLabel) if label.text())
    for row in range(view.fields.fields.rowCount()):
        text = view.fields.fields.index(row, 1).data()
        assert len(text) < 600
        assert "\u202e" not in text
        assert "\x00" not in text


def many_links(count: int) -> dict[str, Any]:
    related = {"links": {"related": "https://elsewhere.example/" + "x" * 300}}
    ways = {
        f"way{number}": {"data": {"type": "salesAccounts", "id": f"AG-WAY{number:05}"}, **related}
        for number in range(count)
    }
    return {"data": {"relationships": ways}}


def test_ten_thousand_links_are_cut_and_that_is_said(view: RecordView, catalogue: Catalogue) -> None:
    view.show_record(shown(catalogue, many_links(10_000)))
    assert len(view.links.buttons) <= LINKS_AT_MOST + 5
    assert any(
        text.startswith("There may be more links") for text in (each.text() for each in view.findChildren(QLabel))
    )
    view.show_record(shown(catalogue, many_links(3)))
    assert len(view.links.buttons) == 5


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5_000 + "]" * 5_000,
        json.dumps({"data": list(range(110_000))}),
        json.dumps({"data": "x" * (4 << 20)}),
        json.dumps([{"a": number} for number in range(1_000)]),
    ],
    ids=["deep", "many values", "4 MiB in one value", "a long list"],
)
def test_no_record_holds_up_the_window(view: RecordView, catalogue: Catalogue, text: str) -> None:
    document: Any = {} if text.startswith("[[") else json.loads(text)
    ready = shown(catalogue, document, text)
    since = time.thread_time()
    view.show_record(ready)
    QApplication.processEvents()
    view.grab()
    assert time.thread_time() - since < 1.0  # some hundredths in fact
    assert view.tree.isVisible() is (ready.tree is not None)
    assert view.text.isVisible() is (ready.tree is None)
    if ready.tree is not None:
        view.tree.expandAll()
        assert view.tree.height() <= ROWS_AT_MOST * view.tree.visualRect(view.tree.json.index(0, 0)).height()
    assert view.tree.json.rowCount(QModelIndex()) <= 1_000
