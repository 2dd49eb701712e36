from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from hookscope.ui.parts.message_bar import MessageBar


@pytest.fixture
def bar(qtbot: QtBot) -> MessageBar:
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


def press(qtbot: QtBot, bar: MessageBar, name: str) -> None:
    buttons = [button for button in bar.findChildren(QAbstractButton) if button.isVisibleTo(bar)]
    found = [button for button in buttons if name in {button.text(), button.accessibleName()}]
    qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)


def test_the_bar_is_hidden_while_there_is_nothing_to_say(bar: MessageBar) -> None:
    assert bar.isHidden()
    bar.show_message("Saved.", "ok", key="saved")
    assert not bar.isHidden()
    bar.dismiss("saved")
    assert bar.isHidden()
    bar.dismiss("saved")


def test_the_same_key_replaces_in_its_place(bar: MessageBar) -> None:
    bar.show_message("Port 8787 is in use.", "bad", key="port")
    bar.show_message("The disk is full.", "warn", key="disk")
    bar.show_message("Port 8788 is in use.", "bad", key="port")
    assert bar.messages() == ["Port 8788 is in use.", "The disk is full."]


def test_a_message_can_be_closed(qtbot: QtBot, bar: MessageBar) -> None:
    bar.show_message("The disk is full.", "warn", key="disk")
    press(qtbot, bar, "Dismiss")
    assert bar.messages() == []


def test_an_action_is_done_and_the_message_goes(qtbot: QtBot, bar: MessageBar) -> None:
    done: list[str] = []
    bar.show_message("Port 8787 is in use.", "bad", [("Use 8788", lambda: done.append("8788"))], key="port")
    press(qtbot, bar, "Use 8788")
    assert (done, bar.messages()) == (["8788"], [])


def test_what_an_action_says_stays(qtbot: QtBot, bar: MessageBar) -> None:
    again = ("Try again", lambda: bar.show_message("Still in use.", "bad", key="port"))
    bar.show_message("In use.", "bad", [again], key="port")
    press(qtbot, bar, "Try again")
    assert bar.messages() == ["Still in use."]


def test_a_long_sentence_takes_more_lines(bar: MessageBar) -> None:
    bar.resize(300, 40)
    bar.show_message("The history could not be opened. " * 6, "bad")
    bar.resize(300, bar.heightForWidth(300))
    assert bar.heightForWidth(300) > bar.heightForWidth(2000)
    assert bar.heightForWidth(2000) == 32


def test_text_from_outside_is_not_interpreted(bar: MessageBar) -> None:
    bar.show_message("<b>x</b>\u202e", "info")
    assert bar.messages() == ["<b>x</b>\u202e"]
