from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hookscope.ui.records.id_chips import CHIPS_AT_MOST, ChipText, IdChips, shortened
from hookscope.ui.records.states import FAILED, FETCHED, NOT_FETCHED

ORDER = ChipText("AG-7PQTGLLXQQ:ORD-S548DKHMKX", "ORD-S548DKHMKX", "Order")
ACCOUNT = ChipText("AG-7PQTGLLXQQ", "AG-7PQTGLLXQQ", "Sales account")
USER = ChipText("U-a6d23f70-fd09-43d2-91d2-a12c032caaa1", "U-a6d23f70-fd09-43d2-91d2-a12c032caaa1", "User")


@pytest.fixture
def chips(qtbot: QtBot) -> IdChips:
    chips = IdChips()
    qtbot.addWidget(chips)
    chips.resize(360, 200)
    chips.show()
    qtbot.waitActive(chips)
    return chips


def test_a_click_asks_for_the_whole_id(chips: IdChips, qtbot: QtBot) -> None:
    chips.show_ids([ORDER, ACCOUNT])
    assert [chip.text() for chip in chips.chips] == ["ORD-S548DKHMKX", "AG-7PQTGLLXQQ"]
    with qtbot.waitSignal(chips.chosen) as asked:
        qtbot.mouseClick(chips.chips[0], Qt.MouseButton.LeftButton)
    assert asked.args == [ORDER.id]
    assert not chips.chips[0].isChecked()  # not before it is the one on show
    chips.mark(ORDER.id)
    assert [chip.isChecked() for chip in chips.chips] == [True, False]


def test_states_are_words_too(chips: IdChips) -> None:
    chips.show_ids([ORDER, ACCOUNT])
    assert chips.chips[0].accessibleName() == f"{ORDER.id}, Order, not fetched"
    chips.chips[0].show_state(FETCHED)
    chips.chips[1].show_state(FAILED)
    assert chips.chips[0].accessibleName() == f"{ORDER.id}, Order, fetched"
    assert "failed" in chips.chips[1].toolTip()


def test_tab_reaches_one_and_arrows_the_others(chips: IdChips, qtbot: QtBot) -> None:
    chips.show_ids([ORDER, ACCOUNT, USER])
    chips.mark(ACCOUNT.id)
    reached = [chip for chip in chips.chips if chip.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert reached == [chips.chips[1]]
    chips.chips[1].setFocus()
    for key, place in ((Qt.Key.Key_Right, 2), (Qt.Key.Key_Right, 0), (Qt.Key.Key_Left, 2), (Qt.Key.Key_Up, 1)):
        qtbot.keyClick(QApplication.focusWidget(), key)
        assert chips.chips[place].hasFocus()


def test_many_ids_take_three_rows_and_the_rest_is_counted(chips: IdChips) -> None:
    chips.show_ids([ORDER])
    one = chips.sizeHint().height()
    chips.show_ids([ChipText(f"AG-{number}", f"AG-{number}", "Account") for number in range(250)])
    assert len(chips.chips) == CHIPS_AT_MOST
    assert chips._more.text() == "and 150 more"
    assert one < chips.sizeHint().height() <= 3 * one + 8
    assert chips._area.verticalScrollBar().maximum() > 0


def test_the_same_ids_stay_as_they_are(chips: IdChips) -> None:
    chips.show_ids([ORDER])
    chip = chips.chips[0]
    chip.show_state(FETCHED)
    chips.show_ids([ORDER])
    assert chips.chips == [chip]
    assert chip.state is FETCHED
    chips.show_ids([ACCOUNT])
    assert chip.state is NOT_FETCHED


def test_what_a_sender_writes_is_pictured_and_shortened(chips: IdChips) -> None:
    chips.show_ids([ChipText("a\u202e&b", "a\u202e&b", "")])
    assert chips.chips[0].text() == "a‹U+202E›&&b"
    assert "&amp;" in chips.chips[0].toolTip()
    assert shortened(USER.id) == "U-a6d23f70-…2c032caaa1"
    assert shortened("AG-7PQTGLLXQQ") == "AG-7PQTGLLXQQ"
