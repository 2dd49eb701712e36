"""Names and values: sections, masks, menus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from hookscope.ui.inspector.pairs import EYE, NAME, VALUE, Line, PairsModel, PairsView, Section, mask

SECTIONS = [
    Section("Headers", (Line("Host", "x"), Line("Signature", "0123456789abcdef", secret=True))),
    Section("Cookies", (Line("sid", "short", secret=True),)),
]
Role = Qt.ItemDataRole


@pytest.fixture
def view(qtbot: QtBot) -> PairsView:
    found = PairsView("Headers")
    qtbot.addWidget(found)
    found.resize(500, 200)
    found.set_sections(SECTIONS, masking=True)
    found.show()
    return found


def column(view: PairsView, number: int) -> list[object]:
    return [view.pairs.index(row, number).data() for row in range(view.pairs.rowCount())]


def test_qt_accepts_the_model(qtmodeltester: ModelTester) -> None:
    model = PairsModel(QFont())
    model.set_sections(SECTIONS, masking=True)
    qtmodeltester.check(model)


def test_secrets_are_masked(view: PairsView) -> None:
    assert column(view, VALUE) == [None, "x", "••••cdef", None, "••••"]
    assert view.pairs.index(2, VALUE).data(Role.ToolTipRole) is None
    assert mask("0123456789a") == "••••"


def test_the_eye_shows_a_secret_and_masks_it_again(view: PairsView, qtbot: QtBot) -> None:
    eye = view.pairs.index(2, EYE)
    assert eye.data(Role.AccessibleTextRole) == "Show the value"
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(eye).center())
    assert column(view, VALUE)[2] == "0123456789abcdef"
    assert eye.data(Role.AccessibleTextRole) == "Mask the value"
    view.setCurrentIndex(view.pairs.index(2, NAME))
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert column(view, VALUE)[2] == "••••cdef"


def test_without_masking_there_is_no_eye(view: PairsView) -> None:
    view.set_sections(SECTIONS, masking=False)
    assert column(view, VALUE)[2] == "0123456789abcdef"
    assert view.isColumnHidden(EYE)


def test_the_menu_copies_what_is_there_and_not_the_mask(view: PairsView) -> None:
    entries = dict(view.entries(2))
    assert list(entries) == ["Copy value", "Copy name", "Show value"]
    entries["Copy value"]()
    assert QGuiApplication.clipboard().text() == "0123456789abcdef"
    entries["Copy name"]()
    assert QGuiApplication.clipboard().text() == "Signature"
    entries["Show value"]()
    assert [caption for caption, _ in view.entries(2)][-1] == "Mask value"
    assert view.entries(0) == []


def test_nothing_in_names_and_values_is_interpreted(view: PairsView) -> None:
    view.set_sections([Section("", (Line("<b>x</b>\x00", "<img src='file:///x'>" * 100 + "\u202e"),))])
    name, value = (view.pairs.index(0, number) for number in (NAME, VALUE))
    assert name.data() == "<b>x</b>‹U+0000›"
    assert len(value.data()) < 520
    assert "<img" not in value.data(Role.ToolTipRole)
    assert "&lt;img" in value.data(Role.ToolTipRole)


def test_finding_goes_round(view: PairsView) -> None:
    found = [view.find_next("s") and view.currentIndex().row() for _ in range(4)]
    assert found == [1, 2, 4, 1]
    assert not view.find_next("no such")


def test_headings_are_not_chosen_with_the_keys(view: PairsView, qtbot: QtBot) -> None:
    view.setCurrentIndex(view.pairs.index(2, NAME))
    qtbot.keyClick(view, Qt.Key.Key_Down)
    selected = {index.row() for index in view.selectedIndexes()}
    assert 3 not in selected
