from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from keyring.errors import KeyringLocked
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from helpers.core import Hold
from helpers.keyrings import MemoryKeyring, chosen
from hookscope.endpoints import Endpoint
from hookscope.secret_store import WAITING
from hookscope.ui.endpoint.history import History
from hookscope.ui.endpoint.secret_value import SecretValue
from hookscope.ui.endpoint.verification_tab import VerificationTab
from hookscope.ui.parts.flat_button import FlatButton, IconButton
from hookscope.ui.relay import Relay

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from hookscope.program import Program

LONG = "0123456789abcdef-long-enough"
SEND, TRIGGER, MARKETPLACE = "vendasta-send", "vendasta-trigger", "vendasta-marketplace"
NO_KEYRING = "No keyring is available. Tokens can be kept for this run only."
LOCKED = "The keyring is locked, so the token could not be {}. Unlock it and {} again."


class LockedKeyring(MemoryKeyring):
    """Locked until it is unlocked, which nobody is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.locked = True

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked
        super().set_password(service, username, password)


class Tab:
    """The tab over a real program that shows an endpoint, and what the tests do with it."""

    def __init__(self, program: Program, relay: Relay, qtbot: QtBot) -> None:
        self.program = program
        self.relay = relay
        self.qtbot = qtbot
        self.tab = VerificationTab(program, relay)
        self.id: int = program.endpoints.all()[0].id
        self._is_open = True
        relay.endpoints_changed.connect(self.refresh)
        self.show(self.id)

    def refresh(self) -> None:
        """As the inspector does."""
        endpoint = self.program.endpoints.get(self.id)
        if self._is_open and endpoint is not None:
            self.tab.show_endpoint(endpoint)

    def close(self) -> None:
        """Follow no more news: what is on its way to this thread already comes after the tab is gone."""
        self._is_open = False
        self.relay.endpoints_changed.disconnect(self.refresh)

    def show(self, id: int) -> None:
        endpoint = self.program.endpoints.get(id)
        assert endpoint is not None
        self.id = id
        self.tab.show_endpoint(endpoint)

    def endpoint(self) -> Endpoint:
        found = self.program.endpoints.get(self.id)
        assert found is not None
        return found

    def choose(self, scheme: str) -> None:
        """Choose one of the usual schemes, or one with the search."""
        if scheme in self.tab.choice.buttons:
            self.tab.choice.buttons[scheme].click()
        else:
            self.tab.choice.search.click()
            self.tab.search.field.setText(scheme)
            self.qtbot.keyClick(self.tab.search.field, Qt.Key.Key_Return)

    def use(self, scheme: str) -> None:
        """The same, until it is in use."""
        self.choose(scheme)
        self.until(lambda: self.tab._endpoint is not None and self.tab._endpoint.scheme == scheme)

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()))

    def texts(self) -> set[str]:
        return {label.text() for label in self.tab.findChildren(QLabel) if label.isVisible()}

    def press(self, word: str) -> None:
        buttons = [*self.tab.findChildren(FlatButton), *self.tab.findChildren(IconButton)]
        shown = [each for each in buttons if each.isVisible()]
        next(each for each in shown if word in (each.text(), each.accessibleName())).click()

    def generate(self) -> None:
        """Generate a token, until it is said here: what the program has already may still be on its way to the tab."""
        self.press("Generate")
        self.until(lambda: any("was generated" in each for each in self.said()))

    def said(self) -> list[str]:
        return self.tab.notes.messages()

    def says(self, sentence: str) -> None:
        self.until(lambda: sentence in self.said())


@pytest.fixture
def relay(program: Program) -> Relay:
    return Relay(program)


@pytest.fixture
def tab(program: Program, relay: Relay, window: QWidget, qtbot: QtBot) -> Iterator[Tab]:
    tab = Tab(program, relay, qtbot)
    QVBoxLayout(window).addWidget(tab.tab)
    window.resize(1100, 700)
    window.show()
    qtbot.waitUntil(tab.tab.isEnabled)
    yield tab
    tab.close()
    program.searches.submit(lambda db: None).result()


def test_schemes_are_loaded_when_it_is_first_shown(program: Program, relay: Relay, qtbot: QtBot) -> None:
    tab = VerificationTab(program, relay)
    qtbot.addWidget(tab)
    tab.show_endpoint(program.endpoints.all()[0])
    program.searches.submit(lambda db: None).result()
    qtbot.wait(10)
    assert not tab._schemes
    assert tab.choice.search.text() == "Search senders…"
    tab.show()
    qtbot.waitUntil(tab.isEnabled)
    assert tab.choice.search.text() == f"Search {len(program.endpoints.schemes.all())} senders…"


def test_at_first_nothing_is_chosen(tab: Tab) -> None:
    assert tab.tab.choice.buttons[""].isChecked()
    assert not tab.tab.page.reject.isVisible()
    assert any(text.startswith("Every request is taken as it comes.") for text in tab.texts())


def test_a_choice_is_in_use_at_once_with_only_its_fields(tab: Tab) -> None:
    tab.use(SEND)
    assert set(tab.tab.page.options.fields) == {"place", "name"}
    assert tab.tab.page.generate.isVisible()
    assert "None yet, so requests cannot be checked." in tab.texts()
    tab.use(TRIGGER)
    assert tab.tab.page.options.fields == {}
    tab.use("")
    assert not tab.tab.page.generate.isVisible()


def test_the_published_key_needs_no_secret(tab: Tab) -> None:
    tab.use(MARKETPLACE)
    assert "No secret is needed: the public key comes with Hookscope." in tab.texts()
    assert not tab.tab.page.add_secret.isVisible()


def test_the_arrow_keys_pass_by_a_choice_without_using_it(tab: Tab) -> None:
    tab.use(SEND)
    tab.tab._settle.setInterval(1000)
    seen: set[str] = set()
    tab.program.endpoints.subscribe(lambda endpoints: seen.add(endpoints[0].scheme))
    tab.choose(TRIGGER)
    tab.choose(MARKETPLACE)
    tab.until(lambda: MARKETPLACE in seen)
    assert TRIGGER not in seen  # news of SEND may still be on their way


def test_leaving_uses_a_choice_that_was_just_made(tab: Tab) -> None:
    tab.choose(SEND)
    tab.tab.hide()
    tab.until(lambda: tab.endpoint().scheme == SEND)


def test_place_and_name_of_the_token_are_saved(tab: Tab) -> None:
    tab.use(SEND)
    place, name = tab.tab.page.options.fields["place"], tab.tab.page.options.fields["name"]
    assert isinstance(place, QComboBox)
    assert isinstance(name, QLineEdit)
    assert [place.itemText(row) for row in range(place.count())] == [
        "Header",
        "Cookie",
        "Query parameter",
        "JSON body key",
    ]
    tab.qtbot.keyClick(place, Qt.Key.Key_Down)
    tab.until(lambda: tab.endpoint().scheme_options == {"place": "cookie"})
    name.selectAll()
    tab.qtbot.keyClicks(name, " sid ")
    tab.qtbot.keyClick(name, Qt.Key.Key_Return)
    tab.until(lambda: tab.endpoint().scheme_options == {"place": "cookie", "name": "sid"})
    name.clear()
    tab.qtbot.keyClick(name, Qt.Key.Key_Return)
    tab.until(lambda: tab.endpoint().scheme_options == {"place": "cookie"})
    assert name.text() == "Signature"


def test_what_somebody_types_is_not_taken_away_by_news(tab: Tab) -> None:
    tab.use(SEND)
    name = tab.tab.page.options.fields["name"]
    assert isinstance(name, QLineEdit)
    name.setFocus()
    tab.qtbot.keyClicks(name, "-2")
    tab.program.read_secrets().result()
    tab.program.endpoints.change(tab.id, lambda before: replace(before, reject_unverified=True)).result()
    tab.until(tab.tab.page.reject.isChecked)
    assert name.text() == "Signature-2"


def test_a_scheme_is_not_in_use_before_it_is_complete(tab: Tab) -> None:
    tab.use(SEND)
    tab.choose("static-header")
    tab.until(lambda: "Not in use yet. Fill in: Name of the header." in tab.texts())
    field = tab.tab.page.options.fields["header_name"]
    assert field.hasFocus()
    tab.qtbot.wait(300)
    assert tab.endpoint().scheme == SEND
    tab.qtbot.keyClicks(field, "X-Token")
    tab.qtbot.keyClick(field, Qt.Key.Key_Return)
    tab.until(lambda: tab.endpoint().scheme == "static-header")
    assert tab.endpoint().scheme_options == {"header_name": "X-Token"}
    assert not any(text.startswith("Not in use yet") for text in tab.texts())


def test_a_sender_that_was_found_stands_among_the_others(tab: Tab) -> None:
    tab.use("github")
    assert tab.tab.choice.found.isVisible()
    assert tab.tab.choice.found.text() == "GitHub"
    assert tab.tab.choice.found.isChecked()
    assert not tab.tab.page.generate.isVisible()
    tab.use("")
    assert not tab.tab.choice.found.isChecked()
    tab.tab.choice.found.click()
    tab.until(lambda: tab.endpoint().scheme == "github")


def test_the_search_is_left_without_a_change(tab: Tab) -> None:
    tab.tab.choice.search.click()
    assert tab.tab.search.isVisible()
    tab.qtbot.keyClick(tab.tab.search.field, Qt.Key.Key_Escape)
    assert not tab.tab.search.isVisible()
    assert tab.tab.choice.search.hasFocus()
    assert tab.endpoint().scheme == ""


def test_secrets_stay_when_another_kind_is_wanted(tab: Tab, memory: MemoryKeyring) -> None:
    tab.use(SEND)
    tab.generate()
    tab.use("discord")
    assert "The secret stays, entered as a token. Discord wants a public key." in tab.texts()
    assert len(tab.endpoint().secrets) == 1
    tab.use(SEND)
    assert not any(text.startswith("The secret stays") for text in tab.texts())


def test_generating_is_one_action(tab: Tab, memory: MemoryKeyring) -> None:
    tab.use(SEND)
    tab.press("Generate")
    tab.says("A token for my-automation was generated, stored in the keyring and copied. Paste it into the step.")
    (value,) = memory.items.values()
    assert QGuiApplication.clipboard().text() == value
    tab.until(lambda: {"generated", f"••••{value[-4:]}"} <= tab.texts())
    assert value not in tab.texts()
    assert any(text.startswith("added today ") for text in tab.texts())


def test_a_second_token_leaves_the_first_one_valid(tab: Tab, memory: MemoryKeyring) -> None:
    tab.use(SEND)
    tab.press("Generate")
    tab.until(lambda: len(tab.endpoint().secrets) == 1 and not tab.tab.deeds._generating)
    tab.press("Generate")
    tab.until(lambda: len(tab.endpoint().secrets) == 2)
    tab.until(lambda: any("The one before stays valid until you remove it." in each for each in tab.said()))
    tab.until(lambda: len(tab.tab.page.secrets.lines) == 2)


def test_a_secret_is_entered_with_a_label(tab: Tab, memory: MemoryKeyring) -> None:
    tab.use("github")
    tab.press("Add a secret…")
    assert tab.tab.page.form.value.hasFocus()
    assert not tab.tab.page.add_secret.isVisible()
    tab.tab.page.form.value.setText(LONG)
    tab.tab.page.form.label.setText("old")
    tab.press("Add")
    tab.until(lambda: "old" in tab.texts() and not tab.tab.page.form.isVisible())
    assert list(memory.items.values()) == [LONG]
    assert tab.tab.page.form.value.text() == ""


def test_a_value_is_shown_and_copied_from_the_keyring_and_masked_again(tab: Tab, memory: MemoryKeyring) -> None:
    tab.use(SEND)
    tab.generate()
    tab.until(lambda: tab.tab.page.secrets.findChild(SecretValue))
    (value,) = memory.items.values()
    shown = tab.tab.page.secrets.findChild(SecretValue)
    assert isinstance(shown, SecretValue)
    QGuiApplication.clipboard().clear()
    shown.copy_button.click()
    tab.until(lambda: QGuiApplication.clipboard().text() == value)
    shown.show_button.click()
    tab.until(lambda: value in tab.texts())
    tab.program.read_secrets().result()
    tab.qtbot.wait(50)
    assert value in tab.texts()
    tab.tab.hide()
    assert shown.label.text() == f"••••{value[-4:]}"


def test_removing_asks_in_a_line(tab: Tab, memory: MemoryKeyring) -> None:
    tab.use(SEND)
    tab.generate()
    tab.until(lambda: tab.tab.page.secrets.lines)
    line = tab.tab.page.secrets.lines[0]
    tab.until(lambda: any(each.accessibleName().startswith("Remove") for each in tab.tab.findChildren(IconButton)))
    tab.press(f"Remove the token {line.spoken}")
    assert tab.said() == [f"Remove “{line.spoken}”? Requests with it fail from then on."]
    tab.press("Keep")
    assert tab.said() == []
    assert memory.items
    tab.press(f"Remove the token {line.spoken}")
    tab.press("Remove")
    tab.until(lambda: not memory.items)
    tab.until(lambda: "None yet, so requests cannot be checked." in tab.texts())
    assert tab.endpoint().secrets == ()


def test_without_a_keyring_it_asks_before_it_keeps_a_secret(tab: Tab) -> None:
    tab.use("github")
    tab.press("Add a secret…")
    tab.tab.page.form.value.setText(LONG)
    tab.press("Add")
    tab.says(NO_KEYRING)
    assert tab.endpoint().secrets == ()
    assert tab.program.secrets.kept() == frozenset()
    tab.press("Keep for this run")
    tab.until(lambda: tab.endpoint().secrets)
    tab.until(lambda: "for this run only" in tab.texts())
    assert not tab.tab.page.form.isVisible()
    with chosen() as memory:
        tab.press("Save in the keyring")
        tab.says("Saved in the keyring.")
        tab.until(lambda: "for this run only" not in tab.texts())
        assert list(memory.items.values()) == [LONG]


def test_a_locked_keyring_is_told_with_what_to_do(tab: Tab) -> None:
    locked = LockedKeyring()
    with chosen(locked):
        tab.use(SEND)
        tab.press("Generate")
        tab.says(LOCKED.format("saved", "try"))
        locked.locked = False
        tab.press("Unlock and check again")
        tab.until(lambda: tab.endpoint().secrets)
        assert len(locked.items) == 1


def test_requests_that_cannot_be_checked_are_told_until_they_can(tab: Tab) -> None:
    locked = LockedKeyring()
    with chosen(locked):
        locked.items["hookscope", "t"] = LONG
        change = tab.program.endpoints.change(tab.id, lambda before: replace(before, scheme=SEND, secrets=("t",)))
        change.result()
        tab.says(LOCKED.format("read", "check"))
        locked.locked = False
        tab.press("Unlock and check again")
        tab.until(lambda: tab.said() == [])
        tab.until(lambda: f"••••{LONG[-4:]}" in tab.texts())


def test_a_value_that_cannot_be_read_is_told(tab: Tab, memory: MemoryKeyring) -> None:
    tab.use(SEND)
    tab.generate()
    tab.until(lambda: tab.tab.page.secrets.findChild(SecretValue))
    memory.items.clear()
    shown = tab.tab.page.secrets.findChild(SecretValue)
    assert isinstance(shown, SecretValue)
    shown.show_button.click()
    (name,) = tab.endpoint().secrets
    tab.says(f"The keyring has no secret named {name}. Enter it again.")


def test_a_keyring_that_takes_long_is_told(tab: Tab) -> None:
    tab.relay.keyring_waiting.emit(WAITING)
    assert tab.said() == [WAITING]
    tab.relay.keyring_waiting.emit("")
    assert tab.said() == []


def test_what_does_not_match_can_be_turned_away(tab: Tab) -> None:
    tab.use(SEND)
    assert not tab.tab.page.reject.isChecked()
    assert "A wrong token then ends that run: automations do not try again after a 4xx." in tab.texts()
    tab.tab.page.reject.click()
    tab.until(lambda: tab.endpoint().reject_unverified)
    tab.tab.page.reject.click()
    tab.until(lambda: not tab.endpoint().reject_unverified)


@pytest.mark.parametrize(
    ("sender", "warning"),
    [
        (
            "vendasta-marketplace-purchase",
            (
                "The sender gets a 401 then."
                " The Marketplace rejects the activation after a 4xx and does not send it again."
            ),
        ),
        ("generic", "The sender gets a 401 then, and may not try again."),
    ],
)
def test_what_a_401_makes_another_sender_do(tab: Tab, sender: str, warning: str) -> None:
    tab.use(SEND)
    tab.program.endpoints.change(tab.endpoint().id, lambda before: replace(before, sender=sender)).result(10)
    tab.until(lambda: warning in tab.texts())


def test_news_do_not_turn_a_switch_back_while_it_is_saved(tab: Tab) -> None:
    tab.use(SEND)
    with Hold(tab.program.store):
        tab.tab.page.reject.click()
        tab.relay.checks_changed.emit()
        assert tab.tab.page.reject.isChecked()
    tab.until(lambda: tab.endpoint().reject_unverified)


def test_a_change_that_cannot_be_kept_is_told(tab: Tab) -> None:
    tab.use(SEND)
    tab.program.endpoints.delete(tab.id).result()
    tab.choose(TRIGGER)
    tab.says("Not changed. The endpoint was deleted meanwhile.")
    assert tab.tab.choice.buttons[SEND].isChecked()


def test_stored_deliveries_are_counted_on_the_button(tab: Tab) -> None:
    tab.use(SEND)
    tab.tab.show_history(History(tab.id, 0, total=1412))
    assert tab.tab.page.recheck.button.text() == "Check stored deliveries again (1,412)"
    tab.until(tab.tab.page.recheck.button.isEnabled)


def test_another_endpoint_brings_nothing_along(tab: Tab) -> None:
    other = tab.program.endpoints.save(Endpoint("other", "/other")).result()
    tab.use("github")
    tab.press("Add a secret…")
    tab.tab.page.form.value.setText(LONG)
    tab.press("Add")
    tab.says(NO_KEYRING)
    tab.show(other.id)
    assert tab.said() == []
    assert tab.tab.page.form.value.text() == ""
    assert tab.tab.choice.buttons[""].isChecked()
    assert not tab.tab.choice.found.isVisible()
    tab.choose("static-query")
    tab.show(tab.program.endpoints.all()[0].id)
    assert tab.tab.choice.found.text() == "GitHub"


def test_everything_has_a_name(tab: Tab, memory: MemoryKeyring, unnamed: Callable[[QWidget], list[str]]) -> None:
    tab.use(SEND)
    tab.generate()
    tab.until(lambda: tab.tab.page.secrets.lines)
    tab.press("Add a secret…")
    assert unnamed(tab.tab) == []


def test_the_keyboard_goes_from_top_to_bottom(tab: Tab, memory: MemoryKeyring) -> None:
    tab.use(SEND)
    tab.generate()
    tab.until(lambda: tab.tab.page.secrets.findChild(SecretValue))
    tab.until(lambda: tab.said())
    tab.tab.choice.buttons[SEND].setFocus()
    tops: list[int] = []
    for _ in range(8):
        focused = tab.tab.focusWidget()
        assert focused is not None
        tops.append(focused.mapTo(tab.tab, focused.rect().center()).y())
        tab.qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert tops == sorted(tops)
