"""The bar at the top: what it says in each state, and what its buttons ask for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from hookscope.listener import ListenerState
from hookscope.ui.connection_bar import ConnectionBar

LISTENING = ListenerState("listening", "127.0.0.1", 8787)
TAKEN = ListenerState("failed", "127.0.0.1", 8787, "Port 8787 is in use by node (4123).", 8788)


@pytest.fixture
def bar(qtbot: QtBot) -> ConnectionBar:
    menu = QMenu()
    bar = ConnectionBar(menu)
    menu.setParent(bar, menu.windowFlags())
    qtbot.addWidget(bar)
    bar.resize(1280, 40)
    bar.show_state(LISTENING)
    bar.show_address("http://127.0.0.1:8787/order-created")
    bar.show()
    return bar


def test_listening_shows_the_address(bar: ConnectionBar) -> None:
    assert bar.sample.text() == "Send a sample"
    assert bar.text() == "Only this computer can reach you."
    assert bar.address() == "http://127.0.0.1:8787/order-created"
    assert bar.copy.isVisible()
    assert bar.sample.isEnabled()
    assert not bar.retry.isVisible()


def test_a_taken_port_names_who_has_it_and_offers_another(bar: ConnectionBar, qtbot: QtBot) -> None:
    bar.show_state(TAKEN)
    assert bar.text() == "Port 8787 is in use by node (4123)."
    assert bar.use_free.text() == "Use 8788"
    assert not bar.copy.isVisible()
    assert not bar.sample.isEnabled()
    with qtbot.waitSignal(bar.port_asked) as asked:
        qtbot.mouseClick(bar.use_free, Qt.MouseButton.LeftButton)
    assert asked.args == [8788]
    with qtbot.waitSignal(bar.retry_asked):
        qtbot.mouseClick(bar.retry, Qt.MouseButton.LeftButton)
    bar.show_state(LISTENING)
    assert not bar.use_free.isVisible()


def test_without_a_free_port_only_trying_again_is_offered(bar: ConnectionBar) -> None:
    bar.show_state(TAKEN._replace(free_port=0))
    assert not bar.use_free.isVisible()
    assert bar.retry.isVisible()


def test_the_buttons_ask(bar: ConnectionBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.copy_asked):
        qtbot.mouseClick(bar.copy, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(bar.sample_asked):
        qtbot.mouseClick(bar.sample, Qt.MouseButton.LeftButton)


def test_a_narrow_bar_has_icons_with_tooltips(bar: ConnectionBar) -> None:
    wide = bar.sample.sizeHint().width()
    bar.set_narrow(True)
    bar.show_state(TAKEN)
    for button, name in ((bar.sample, "Send a sample"), (bar.copy, "Copy address"), (bar.use_free, "Use 8788")):
        assert button.text() == ""
        assert name in button.toolTip()
        assert button.accessibleName() == name
        assert not button.icon().isNull()
    assert bar.sample.sizeHint().width() < wide
    bar.set_narrow(False)
    assert (bar.sample.text(), bar.sample.toolTip()) == ("Send a sample", "")


def test_a_hostile_problem_is_shown_word_for_word(bar: ConnectionBar) -> None:
    bar.show_state(TAKEN._replace(problem="Port 1 is in use by <img src=x>\n (4)."))
    assert bar.text() == "Port 1 is in use by <img src=x>\n (4)."
    assert bar._text.text() == "Port 1 is in use by <img src=x>↵ (4)."
