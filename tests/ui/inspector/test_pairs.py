"""Names and values: sections, masks, menus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from helpers.ids import ACCOUNT, ORDER, PARTNER, SHAPES
from hookscope.ui.inspector.pairs import EYE, NAME, VALUE, Line, PairsModel, PairsView, Section, mask
from hookscope.ui.parts.cell_delegate import ExtrasRole, TokenRole

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
    entries = dict(view.entries(view.pairs.index(2, VALUE)))
    assert list(entries) == ["Copy value", "Copy name", "Show value"]
    entries["Copy value"]()
    assert QGuiApplication.clipboard().text() == "0123456789abcdef"
    entries["Copy name"]()
    assert QGuiApplication.clipboard().text() == "Signature"
    entries["Show value"]()
    assert [caption for caption, _ in view.entries(view.pairs.index(2, VALUE))][-1] == "Mask value"
    assert view.entries(view.pairs.index(0, VALUE)) == []


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


SENT = [
    Section(
        "Headers",
        (
            Line("X-Order", ORDER),
            Line("partner-id", PARTNER),
            Line("X-Secret", ACCOUNT, secret=True),
            Line("X-Empty"),
            Line("X-Name", "{{ accountName }}"),
            Line("iat", "1", shown="23 Nov 2026 (1)"),
        ),
        sent=True,
    ),
    Section("Sender", (Line("Account", ACCOUNT), Line("Sent from"))),
]
SECRET = 3


def told(view: PairsView) -> tuple[list[tuple[str, str]], list[str]]:
    """What the view asks for from now on: records, and texts to filter by."""
    asked: list[tuple[str, str]] = []
    filters: list[str] = []
    view.look_up_requested.connect(lambda id, type: asked.append((id, type)))
    view.filter_requested.connect(filters.append)
    return asked, filters


@pytest.fixture
def sent(view: PairsView) -> PairsView:
    view.set_types_of(SHAPES.types_of)
    view.set_sections(SENT, masking=True)
    return view


def click(view: PairsView, row: int) -> None:
    rect = view.visualRect(view.pairs.index(row, VALUE))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(rect.left() + 12, rect.center().y()))


def test_values_that_are_ids_are_links(sent: PairsView, qtbot: QtBot) -> None:
    asked, _ = told(sent)
    for row in range(sent.pairs.rowCount()):
        click(sent, row)
    assert asked == [(ORDER, "order"), (PARTNER, "partner"), (ACCOUNT, "account")]
    asked.clear()
    for row in range(sent.pairs.rowCount()):
        if sent.pairs.line(row) is not None:
            sent.setCurrentIndex(sent.pairs.index(row, NAME))
            qtbot.keyClick(sent, Qt.Key.Key_Return)
    assert asked == [(ORDER, "order"), (PARTNER, "partner"), (ACCOUNT, "account")]
    assert sent.pairs.index(1, VALUE).data(Role.AccessibleTextRole) == f"{ORDER}, link"


def test_a_masked_value_is_no_link_and_its_menu_tells_nothing_of_it(sent: PairsView, qtbot: QtBot) -> None:
    asked, _ = told(sent)
    assert [caption for caption, _ in sent.entries(sent.pairs.index(SECRET, VALUE))] == [
        "Copy value",
        "Copy name",
        "Show value",
    ]
    assert sent.pairs.index(SECRET, VALUE).data(ExtrasRole).links == ()
    assert sent.pairs.index(SECRET, VALUE).data(Role.AccessibleTextRole) == mask(ACCOUNT)
    click(sent, SECRET)
    assert asked == []
    sent.pairs.toggle(SECRET)
    assert [caption for caption, _ in sent.entries(sent.pairs.index(SECRET, VALUE)) if caption] == [
        "Look up",
        "Copy value",
        "Copy name",
        "Mask value",
    ]
    click(sent, SECRET)
    assert asked == [(ACCOUNT, "account")]
    sent.pairs.toggle(SECRET)
    click(sent, SECRET)
    assert len(asked) == 1


def test_no_secret_becomes_a_filter_which_would_be_remembered(sent: PairsView) -> None:
    sent.set_sections(SENT, masking=False)
    captions = {
        row: [caption for caption, _ in sent.entries(sent.pairs.index(row, VALUE))]
        for row in range(sent.pairs.rowCount())
    }
    assert [row for row, found in captions.items() if "Filter by this value" in found] == [1, 2, 5, 6]
    _, filters = told(sent)
    dict(sent.entries(sent.pairs.index(1, VALUE)))["Filter by this value"]()
    assert filters == [ORDER]
    assert captions[1] == ["Look up", "", "Copy value", "Copy name", "", "Filter by this value"]


def test_what_was_sent_empty_or_not_filled_in_has_a_word(sent: PairsView) -> None:
    cells = [sent.pairs.index(row, VALUE) for row in range(sent.pairs.rowCount())]
    words = {cell.row(): cell.data(ExtrasRole).remark for cell in cells if cell.data(ExtrasRole)}
    assert {row: word for row, word in words.items() if word} == {4: "empty", 5: "not filled in"}
    assert [cells[row].data(TokenRole) for row in (1, 4, 5, 6)] == ["text", "warn", "warn", "muted"]
    assert cells[4].data(Role.AccessibleTextRole) == "empty"
    assert cells[5].data(Role.AccessibleTextRole) == "{{ accountName }}, not filled in"
    assert cells[5].data() == "{{ accountName }}"


def test_a_masked_value_has_no_word_either(view: PairsView) -> None:
    view.set_sections([Section("Cookies", (Line("sid", "", secret=True),), sent=True)], masking=True)
    assert view.pairs.index(1, VALUE).data(ExtrasRole).remark == ""
    assert view.pairs.index(1, VALUE).data() == "••••"


def test_other_lines_are_looked_at_anew(sent: PairsView) -> None:
    assert sent.link(sent.pairs.index(1, VALUE)) is not None
    sent.set_sections([Section("Headers", (Line("a", "b"),), sent=True)])
    assert sent.link(sent.pairs.index(1, VALUE)) is None
    sent.set_sections(SENT)
    assert sent.link(sent.pairs.index(1, VALUE)) is not None
    sent.set_types_of(lambda value, key: ())
    assert sent.link(sent.pairs.index(1, VALUE)) is None
