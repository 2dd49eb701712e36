from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from hookscope.endpoints import Endpoint
from hookscope.ui.endpoint.history import History
from hookscope.ui.endpoint.setup_tab import SetUpTab
from hookscope.ui.parts import copy_button

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ENDPOINT = Endpoint("order-created", "/order-created", id=1)
LOCAL, PUBLIC = "http://127.0.0.1:8787/order-created", "https://acme.example/order-created"


@pytest.fixture
def tab(qtbot: QtBot) -> SetUpTab:
    tab = SetUpTab()
    qtbot.addWidget(tab)
    tab.resize(900, 500)
    tab.show_endpoint(ENDPOINT, LOCAL)
    tab.show()
    return tab


def texts(tab: SetUpTab) -> list[str]:
    return [label.text() for label in tab.findChildren(QLabel) if label.isVisible() and label.text()]


def copies(tab: SetUpTab) -> dict[str, str]:
    """What each button that can be seen puts on the clipboard."""
    found = {}
    for button in tab.steps.findChildren(QAbstractButton):
        if button.isVisible():
            button.click()
            found[button.accessibleName()] = QGuiApplication.clipboard().text()
    return found


def test_the_rows_stand_in_the_order_of_the_step(tab: SetUpTab) -> None:
    shown = texts(tab)
    wanted = [
        "Set up the automation step",
        "In Partner Center open the automation, add the step Send a webhook, and fill it in like this.",
        "Put ids here, not under Headers. All values must be text.",
        "Automations run once per account unless their settings allow more. Keep that in mind when you test again.",
        "Waiting for the first request from the automation…",
    ]
    assert [text for text in shown if text in wanted] == wanted
    labels = {label.text(): label.mapTo(tab, label.rect().topLeft()).y() for label in tab.findChildren(QLabel)}
    rows = sorted(("Method", "Webhook URL", "JSON Body"), key=lambda text: labels[text])
    assert rows == ["Method", "Webhook URL", "JSON Body"]


def test_ids_are_chosen_and_the_event_is_a_constant(tab: SetUpTab) -> None:
    shown = texts(tab)
    assert "choose the order's id with {}" in shown
    assert [text for text in shown if text.endswith("Id")] == [
        "accountId",
        "orderId",
        "marketId",
        "partnerId",
        "entityId",
    ]
    assert shown[shown.index("event") + 1] == "order-created"


def test_names_constant_and_address_can_be_copied(tab: SetUpTab) -> None:
    names = ("accountId", "orderId", "marketId", "partnerId", "entityId", "event")
    assert copies(tab) == {
        "Copy the webhook URL": LOCAL,
        **{f"Copy the name {name}": name for name in names},
        "Copy the value of event": "order-created",
    }


def test_only_a_public_address_can_be_copied_without_its_scheme(tab: SetUpTab) -> None:
    assert "Only this computer reaches this address." in tab.steps.reach.text()
    assert tab.steps.reach.isVisible()
    tab.show_endpoint(ENDPOINT, PUBLIC)
    assert copies(tab)["Copy the webhook URL without https://"] == "acme.example/order-created"
    assert not tab.steps.reach.isVisible()


def test_a_copy_is_confirmed_for_a_moment(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_button, "SHOWN_MS", 50)
    fresh = SetUpTab()
    qtbot.addWidget(fresh)
    fresh.show_endpoint(ENDPOINT, LOCAL)
    fresh.steps.copy.click()
    assert fresh.steps.copy.text() == "Copied"
    qtbot.waitUntil(lambda: fresh.steps.copy.text() == "Copy")
    fresh.steps.copy_event.click()
    assert fresh.steps.copy_event.icon().name() == "check"
    qtbot.waitUntil(lambda: fresh.steps.copy_event.icon().name() == "copy")


def test_the_first_request_shows_that_the_step_works(tab: SetUpTab) -> None:
    moment = datetime.now(UTC).astimezone().replace(microsecond=0)
    tab.show_history(History(1, 0, first_us=int(moment.timestamp() * 1_000_000)))
    assert tab.state.text() == f"First request at {moment:%H:%M:%S}. The step works."
    tab.show_history(History(1, 0))
    assert tab.state.text() == "Waiting for the first request from the automation…"


def test_what_the_user_named_is_shown_word_for_word(tab: SetUpTab) -> None:
    tab.show_endpoint(replace(ENDPOINT, name="<b>x</b>"), LOCAL)
    assert tab.steps.event_value.textFormat() is Qt.TextFormat.PlainText
    assert tab.steps.event_value.text() == "<b>x</b>"


def test_the_catch_all_is_no_step(tab: SetUpTab, qtbot: QtBot) -> None:
    tab.show_endpoint(Endpoint("Anything else", "", id=2), LOCAL)
    assert not tab.steps.isVisible()
    assert "Anything else" in texts(tab)
    with qtbot.waitSignal(tab.new_endpoint_asked):
        next(button for button in tab.findChildren(QAbstractButton) if button.isVisible()).click()
    tab.show_endpoint(ENDPOINT, LOCAL)
    assert tab.steps.isVisible()


def test_everything_has_a_name(tab: SetUpTab, unnamed: Callable[[QWidget], list[str]]) -> None:
    assert unnamed(tab) == []
