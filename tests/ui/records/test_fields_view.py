from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from hookscope.records.model import ShownField
from hookscope.ui.records.fields_view import NAME, VALUE, FieldsView
from hookscope.ui.tokens import LIGHT

ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole
FIELDS = (
    ShownField("Status", "Submitted", "submitted", "data.attributes.statusCode", "draft", "status"),
    ShownField("Total", "AUD 53.00", "5300", "data.attributes.amount"),
    ShownField("Account", "AG-7PQTGLLXQQ", path="data.relationships.account.data.id"),
)


@pytest.fixture
def view(qtbot: QtBot) -> FieldsView:
    view = FieldsView(lambda value, key: ("account",) if value.startswith("AG-") else ())
    qtbot.addWidget(view)
    view.resize(360, 200)
    view.set_fields(FIELDS)
    view.show()
    return view


def cells(view: FieldsView) -> list[tuple[str, str]]:
    model = view.fields
    return [(model.index(row, NAME).data(), model.index(row, VALUE).data()) for row in range(model.rowCount())]


def test_the_model_keeps_the_rules(view: FieldsView) -> None:
    QAbstractItemModelTester(view.fields, QAbstractItemModelTester.FailureReportingMode.Fatal)
    view.set_fields(FIELDS[:1])
    view.set_fields(FIELDS)


def test_a_difference_has_a_row_of_its_own_with_words_and_tint(view: FieldsView) -> None:
    assert cells(view) == [
        ("Status", "Submitted"),
        ("", "payload: draft"),
        ("Total", "AUD 53.00"),
        ("Account", "AG-7PQTGLLXQQ"),
    ]
    spoken = view.fields.index(1, VALUE).data(ACCESSIBLE)
    assert spoken == "Status, the payload says otherwise: draft"
    assert view.fields.index(2, VALUE).data(ACCESSIBLE) == "Total: AUD 53.00, as sent 5300"
    picture = view.viewport().grab().toImage()
    right = picture.width() - 2
    tints = [
        QColor(picture.pixelColor(right, view.visualRect(view.fields.index(row, 0)).center().y())) for row in (0, 1, 2)
    ]
    assert tints == [LIGHT.difference, LIGHT.difference, LIGHT.base]


def test_it_is_as_high_as_its_rows(view: FieldsView) -> None:
    last = view.visualRect(view.fields.index(3, 0))
    assert view.height() == last.bottom() + 1
    view.set_fields(())
    assert view.height() == 0


def captions(view: FieldsView, row: int) -> list[str]:
    return [caption for caption, _ in view.entries(view.fields.index(row, VALUE)) if caption]


def run(view: FieldsView, row: int, caption: str) -> None:
    dict(view.entries(view.fields.index(row, VALUE)))[caption]()


def test_the_menu_of_a_field(view: FieldsView, qtbot: QtBot) -> None:
    assert captions(view, 2) == ["Copy value", "Copy path", "Filter by this value"]
    assert captions(view, 3) == ["Look up", "Copy value", "Copy path", "Filter by this value"]
    assert captions(view, 1) == ["Copy value", "Filter by this value"]
    assert captions(view, 9) == []
    run(view, 2, "Copy value")
    assert QGuiApplication.clipboard().text() == "5300"
    run(view, 2, "Copy path")
    assert QGuiApplication.clipboard().text() == "data.attributes.amount"
    run(view, 1, "Copy value")
    assert QGuiApplication.clipboard().text() == "draft"
    with qtbot.waitSignal(view.look_up_requested) as asked:
        run(view, 3, "Look up")
    assert asked.args == ["AG-7PQTGLLXQQ", "account"]
    with qtbot.waitSignal(view.filter_requested) as filtered:
        run(view, 2, "Filter by this value")
    assert filtered.args == ["5300"]


def test_an_id_is_a_link(view: FieldsView, qtbot: QtBot) -> None:
    view.set_fields([ShownField("Account", "AG-7P…", "AG-7PQTGLLXQQ")])
    index = view.fields.index(0, VALUE)
    assert index.data(ACCESSIBLE) == "Account: AG-7P…, as sent AG-7PQTGLLXQQ, link"
    assert view.fields.raw(0) == ""  # the link shows it
    place = view.visualRect(index).topLeft() + QPoint(20, 8)
    with qtbot.waitSignal(view.look_up_requested) as asked:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == ["AG-7PQTGLLXQQ", "account"]
    view.setCurrentIndex(index)
    with qtbot.waitSignal(view.look_up_requested):
        qtbot.keyClick(view, Qt.Key.Key_Return)


def test_the_search_looks_at_readable_and_raw_values(view: FieldsView) -> None:
    assert view.find_next("53")
    assert view.currentIndex().row() == 2
    assert not view.find_next("53")
    view.setCurrentIndex(view.fields.index(-1, 0))
    assert view.find_next("PAYLOAD")
    assert view.currentIndex().row() == 1
    assert not view.find_next("")


def test_text_of_the_platform_is_pictured_and_cut(view: FieldsView) -> None:
    view.set_fields([ShownField("Na\u202eme", "<b>x</b>\n" + "y" * 10_000, "\x00")])
    text = view.fields.index(0, VALUE).data()
    assert text.startswith("<b>x</b>↵")
    assert len(text) < 600
    assert "\u202e" not in view.fields.index(0, NAME).data()
    view.viewport().grab()
