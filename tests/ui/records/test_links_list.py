from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from hookscope.records.links import ELSEWHERE
from hookscope.records.model import Link, LookUp
from hookscope.ui.parts.copy_button import CopyButton
from hookscope.ui.records.links_list import MORE, LinksList

ACCOUNT = LookUp("AG-1", "account", "Sales account", "platform", "/salesAccounts/AG-1")
AWAY = Link("Invoice", address="https://elsewhere.example/<b>a</b>\u202e", why=ELSEWHERE)


def texts(links: LinksList) -> list[str]:
    return [label.text() for label in links.findChildren(QLabel) if label.isVisibleTo(links) and label.text()]


def test_a_link_is_followed_with_one_click(qtbot: QtBot) -> None:
    links = LinksList()
    qtbot.addWidget(links)
    links.show_links([Link("Account AG-1", ACCOUNT)], more=False)
    with qtbot.waitSignal(links.chosen) as asked:
        qtbot.mouseClick(links.buttons[0], Qt.MouseButton.LeftButton)
    assert asked.args == [ACCOUNT]
    assert type(asked.args[0]) is LookUp
    assert texts(links) == []


def test_an_address_elsewhere_is_shown_with_the_reason_and_leads_nowhere(qtbot: QtBot) -> None:
    links = LinksList()
    qtbot.addWidget(links)
    links.show_links([AWAY], more=True)
    assert links.buttons == []
    assert texts(links) == ["Invoice", "https://elsewhere.example/<b>a</b>‹U+202E›", ELSEWHERE, MORE]
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in links.findChildren(QLabel))
    links.findChildren(CopyButton)[0].click()
    assert QGuiApplication.clipboard().text() == AWAY.address
    links.show_links([], more=False)
    assert texts(links) == []


def test_a_long_link_has_the_room_that_is_there(qtbot: QtBot) -> None:
    links = LinksList()
    qtbot.addWidget(links)
    links.show_links([Link("Salesperson U-0b9f1c52-7a44-4a0e-9d55-1c9be2f0a7d3", ACCOUNT)], more=False)
    links.resize(600, 40)
    links.show()
    (button,) = links.buttons
    assert button.width() == button.sizeHint().width() > 240
    links.resize(200, 40)
    qtbot.waitUntil(lambda: button.width() < 200)
