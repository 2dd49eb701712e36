from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from helpers.keyrings import MemoryKeyring
from hookscope.endpoints import Endpoint, ResponseKey
from hookscope.ui.endpoint.history import Came, History
from hookscope.ui.endpoint.setup_tab import SetUpTab
from hookscope.ui.parts import copy_button
from hookscope.ui.parts.flat_button import FlatButton

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from hookscope.program import Program

ENDPOINT = Endpoint("order-created", "/order-created", id=1)
LOCAL, PUBLIC = "http://127.0.0.1:8787/order-created", "https://acme.example/order-created"


@pytest.fixture
def tab(program: Program, qtbot: QtBot) -> SetUpTab:
    tab = SetUpTab(program.checks)
    qtbot.addWidget(tab)
    tab.resize(900, 900)
    tab.show_endpoint(ENDPOINT, LOCAL)
    tab.show()
    return tab


def texts(tab: SetUpTab) -> list[str]:
    return [label.text() for label in tab.findChildren(QLabel) if label.isVisible() and label.text()]


def copies(tab: SetUpTab) -> dict[str, str]:
    """What each button that can be seen puts on the clipboard."""
    found = {}
    for button in tab.steps.findChildren(QAbstractButton):
        if button.isVisible() and button.accessibleName().startswith("Copy"):
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
    order = ["Method", "Webhook URL", "Headers", "JSON Body", "Response body"]
    assert sorted(order, key=lambda text: labels[text]) == order


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
    names = ("Signature", "accountId", "orderId", "marketId", "partnerId", "entityId", "event")
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


def test_a_copy_is_confirmed_for_a_moment(program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_button, "SHOWN_MS", 50)
    fresh = SetUpTab(program.checks)
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
    us = int(moment.timestamp() * 1_000_000)
    tab.show_history(History(1, 0, first=Came(7, us, "verified", "token")))
    assert tab.state.text() == f"First request at {moment:%H:%M:%S}, token matches. The step works."
    assert not tab.look.isVisible()
    tab.show_history(History(1, 0))
    assert tab.state.text() == "Waiting for the first request from the automation…"


def test_a_wrong_token_leads_to_the_delivery(tab: SetUpTab, qtbot: QtBot) -> None:
    tab.show_history(History(1, 0, first=Came(7, 1_000_000, "failed", "token")))
    assert tab.state.text().endswith(", but the token is wrong.")
    with qtbot.waitSignal(tab.delivery_requested) as asked:
        tab.look.click()
    assert asked.args == [7]


@pytest.mark.parametrize(
    ("options", "label", "name"),
    [
        ({}, "Headers", "Signature"),
        ({"place": "header", "name": "X-Token"}, "Headers", "X-Token"),
        ({"place": "query", "name": "t"}, "Query parameters", "t"),
        ({"place": "cookie"}, "Cookies", "Signature"),
        ({"place": "json", "name": "token"}, "JSON Body", "token"),
    ],
)
def test_the_token_stands_where_the_step_sends_it(
    tab: SetUpTab, options: dict[str, str], label: str, name: str
) -> None:
    tab.show_endpoint(replace(ENDPOINT, scheme="vendasta-send", scheme_options=options), LOCAL)
    places = {"Query parameters", "Headers", "Cookies"}
    assert set(texts(tab)) & places == ({label} if label in places else set())
    assert tab.steps.token.isVisible()
    assert tab.steps.token.name.text() == name
    assert copies(tab)[f"Copy the name {name}"] == name
    top = {each.text(): each.mapTo(tab, each.rect().topLeft()).y() for each in tab.findChildren(QLabel)}
    assert (top[name] > top["event"]) == (label == "JSON Body")


def test_the_old_step_has_its_own_header(tab: SetUpTab) -> None:
    tab.show_endpoint(replace(ENDPOINT, scheme="vendasta-trigger"), LOCAL)
    assert tab.steps.token.name.text() == "verifier-token"


def test_another_sender_has_its_secret_elsewhere(tab: SetUpTab, qtbot: QtBot) -> None:
    tab.show_endpoint(replace(ENDPOINT, scheme="github"), LOCAL, "GitHub")
    assert not tab.steps.token.isVisible()
    assert "Requests are verified as those of GitHub. The secret has its place under Verification." in texts(tab)
    with qtbot.waitSignal(tab.verification_asked):
        tab.steps.to_verification.click()
    tab.show_endpoint(replace(ENDPOINT, scheme="vendasta-send"), LOCAL)
    assert tab.steps.token.isVisible()
    assert not tab.steps.to_verification.isVisible()


def test_generating_stores_sets_and_copies(
    tab: SetUpTab, program: Program, memory: MemoryKeyring, qtbot: QtBot
) -> None:
    endpoint = program.endpoints.all()[0]
    tab.show_endpoint(endpoint, LOCAL)
    assert "no token yet" in texts(tab)
    tab.steps.token.generate.click()
    qtbot.waitUntil(lambda: bool(tab.notes.messages()))
    (value,) = memory.items.values()
    assert QGuiApplication.clipboard().text() == value
    assert tab.notes.messages() == [
        "A token for my-automation was generated, stored in the keyring and copied. Paste it into the step."
    ]
    changed = program.endpoints.all()[0]
    assert changed.scheme == "vendasta-send"
    tab.show_endpoint(changed, LOCAL)
    assert tab.steps.token.value.label.text() == f"••••{value[-4:]}"
    tab.steps.token.value.show_button.click()
    qtbot.waitUntil(lambda: tab.steps.token.value.label.text() == value)


def test_a_second_press_makes_no_second_token(
    tab: SetUpTab, program: Program, memory: MemoryKeyring, qtbot: QtBot
) -> None:
    tab.show_endpoint(program.endpoints.all()[0], LOCAL)
    tab.steps.token.generate.click()
    tab.steps.token.generate.click()
    qtbot.waitUntil(lambda: bool(tab.notes.messages()))
    assert len(memory.items) == 1


def test_without_a_keyring_a_token_is_kept_only_when_the_user_agrees(
    tab: SetUpTab, program: Program, qtbot: QtBot
) -> None:
    tab.show_endpoint(program.endpoints.all()[0], LOCAL)
    tab.steps.token.generate.click()
    qtbot.waitUntil(lambda: bool(tab.notes.messages()))
    assert tab.notes.messages() == ["No keyring is available. Tokens can be kept for this run only."]
    assert program.secrets.kept() == frozenset()
    next(each for each in tab.notes.findChildren(FlatButton) if each.text() == "Keep for this run").click()
    qtbot.waitUntil(lambda: any("kept for this run only" in each for each in tab.notes.messages()))
    assert len(program.secrets.kept()) == 1


def test_keys_of_the_response_are_listed_with_their_types(tab: SetUpTab, qtbot: QtBot) -> None:
    assert "Only keys listed here reach the next steps." in texts(tab)
    keys = (ResponseKey("ticket"), ResponseKey("count", "number"))
    tab.show_endpoint(replace(ENDPOINT, response_keys=keys), LOCAL)
    words = ["ticket", "string", "count", "number"]
    qtbot.waitUntil(lambda: [text for text in texts(tab) if text in words] == words)
    assert copies(tab)["Copy the name ticket"] == "ticket"


def test_the_keys_of_the_response_are_edited_elsewhere(tab: SetUpTab, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tab.response_asked, timeout=1000):
        tab.steps.to_keys.click()


PROVED = replace(ENDPOINT, response_keys=(ResponseKey("ticket"), ResponseKey("queue", "number")))
CHECK = Endpoint("order-created-check", "/order-created-check", id=5, proves="order-created")


def test_a_check_endpoint_shows_the_second_step(tab: SetUpTab) -> None:
    tab.show_endpoint(CHECK, PUBLIC, "", PROVED)
    QApplication.processEvents()  # what is added to a layout is shown from there
    shown = texts(tab)
    assert "Add a second step Send a webhook after the first one and fill it in like this." in shown
    labels = {label.text(): label.mapTo(tab, label.rect().topLeft()).y() for label in tab.findChildren(QLabel)}
    rows = ["Method", "Webhook URL", "JSON Body", "Headers", "Response body", "accountId", "event"]
    assert [row for row in rows if row in shown] == rows[:3]
    assert labels["ticket"] < labels["queue"]
    assert shown.count("its value from the outputs of the step Send a webhook") == 2
    assert [name for name in copies(tab) if "name" in name] == ["Copy the name ticket", "Copy the name queue"]
    tab.show_endpoint(PROVED, PUBLIC)
    assert "accountId" in texts(tab)
    assert "its value from the outputs of the step Send a webhook" not in texts(tab)


def test_a_check_endpoint_that_verifies_shows_its_token(tab: SetUpTab) -> None:
    tab.show_endpoint(replace(CHECK, scheme="vendasta-send"), PUBLIC, "", PROVED)
    assert "Headers" in texts(tab)
    assert tab.steps.token.isVisible()


def test_without_keys_to_prove_the_check_endpoint_says_so(tab: SetUpTab) -> None:
    tab.show_endpoint(CHECK, PUBLIC, "", ENDPOINT)
    assert any(text.startswith("order-created declares no keys any more.") for text in texts(tab))
    tab.show_endpoint(CHECK, PUBLIC)
    assert any(
        text.startswith("The endpoint order-created, whose keys come back here, is gone.") for text in texts(tab)
    )


def test_the_state_of_a_check_endpoint_leads_to_what_came_back(tab: SetUpTab) -> None:
    tab.show_endpoint(CHECK, PUBLIC, "", PROVED)
    tab.show_history(History(5, 0, newest=Came(7, 1_000_000, "unconfigured")))
    assert tab.state.text().endswith("Its Body tab shows what came back.")


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


@pytest.mark.parametrize("place", ["header", "json"])
def test_the_keyboard_goes_from_top_to_bottom(tab: SetUpTab, qtbot: QtBot, place: str) -> None:
    tab.show_endpoint(replace(ENDPOINT, scheme="vendasta-send", scheme_options={"place": place}), LOCAL)
    qtbot.waitUntil(tab.isActiveWindow)
    tab.steps.copy.setFocus()
    tops: list[int] = []
    for _ in range(10):
        focused = tab.focusWidget()
        assert focused is not None
        tops.append(focused.mapTo(tab, focused.rect().center()).y())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert tops == sorted(tops)
    assert len(set(tops)) > 6


def test_everything_has_a_name(tab: SetUpTab, unnamed: Callable[[QWidget], list[str]]) -> None:
    assert unnamed(tab) == []
