"""The *Verification* tab over a real program: what was recorded, what can be done, and what today's check says."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import keyring
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from helpers import verdicts
from helpers.keyrings import MemoryKeyring
from helpers.verdicts import PASSWORD, SIGNING, TOKEN, LockedKeyring, signed
from hookscope.deliveries import Outcome, Request, SentResponse, VerdictNote
from hookscope.endpoints import Endpoint
from hookscope.ui.deliveries.words import NOT_VERIFIED
from hookscope.ui.inspector.content import Content, load
from hookscope.ui.inspector.verification_tab import SET, VerificationTab
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.verification import Diagnosis, Repair, Verdict, note_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hookscope.program import Program

Make = Callable[..., Content]
Use = Callable[..., Endpoint]
Headers = tuple[tuple[str, str], ...]
RIGHT: Headers = (("Signature", TOKEN),)


@pytest.fixture
def tab(program: Program, qtbot: QtBot) -> VerificationTab:
    found = VerificationTab(program)
    qtbot.addWidget(found)
    found.resize(900, 400)
    found.show()
    return found


@pytest.fixture
def use(program: Program) -> Use:
    """Gives the first endpoint a scheme and a secret that is kept for this run."""

    def change(scheme: str = "vendasta-send", secret: str = TOKEN, **changes: Any) -> Endpoint:
        program.secrets.keep_for_this_run("s", secret)
        endpoint = replace(program.endpoints.all()[0], scheme=scheme, secrets=("s",), **changes)
        saved = program.endpoints.save(endpoint).result(timeout=10)
        program.checks.read().result(timeout=10)
        return saved

    return change


@pytest.fixture
def arrived(program: Program, content: Make) -> Make:
    """A delivery with the verdict that the first endpoint gives it now."""

    def make(body: bytes = b"{}", headers: Headers = RIGHT, **changes: Any) -> Content:
        at = time.time()
        check = program.checks.get(program.endpoints.all()[0])
        note = check.note(Request("POST", "/x", headers, body), at)
        return content(
            body, **{"headers": headers, "verdict": note, "received_us": int(at * 1_000_000), "target": "/x", **changes}
        )

    return make


@pytest.fixture
def locked(program: Program) -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(LockedKeyring())
    yield
    keyring.set_keyring(before)


def buttons(tab: VerificationTab) -> list[str]:
    return [found.text() for found in tab.recorded.findChildren(QPushButton) if not found.isHidden()]


def settled(tab: VerificationTab, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: tab._now is not None)


def test_a_token_that_matches(tab: VerificationTab, use: Use, arrived: Make, qtbot: QtBot) -> None:
    use()
    tab.show_content(arrived())
    settled(tab, qtbot)
    assert tab.text().split("\n") == [
        "The token is right. It does not protect the body; this sender offers nothing stronger.",
        "Found the header `Signature`.",
        "It is the secret.",
        "It fits the token “s”.",
    ]
    assert tab.recorded.icon.accessibleName() == "Token matches"
    assert buttons(tab) == ["Check again"]
    assert tab.now.isHidden()


def test_the_label_and_date_of_the_secret_are_told_and_never_its_value(
    tab: VerificationTab, program: Program, use: Use, arrived: Make, qtbot: QtBot
) -> None:
    endpoint = use()
    program.endpoints.save(replace(endpoint, secrets=())).result(timeout=10)
    program.endpoints.attach_secret(endpoint.id, "s", "of the new step").result(timeout=10)
    program.checks.read().result(timeout=10)
    tab.show_content(arrived())
    settled(tab, qtbot)
    assert "It fits the token “of the new step” of " in tab.recorded.secret.text()
    assert TOKEN not in tab.text()


def test_a_wrong_signature_has_both_digests(tab: VerificationTab, use: Use, arrived: Make, qtbot: QtBot) -> None:
    use("github", SIGNING)
    tab.show_content(arrived(b"{}", (("X-Hub-Signature-256", f"sha256={signed('other', b'{}')}"),)))
    settled(tab, qtbot)
    assert tab.recorded.sentence.raw_text() == "The signature does not fit body and secret."
    assert f"Sent: {signed('other', b'{}')[:16]}…" in tab.recorded.digests.accessibleName()
    assert f"Computed: {signed(SIGNING, b'{}')[:16]}…" in tab.recorded.digests.accessibleName()
    assert tab.recorded.steps[0].text() == "Found 1 signature in the header `X-Hub-Signature-256`."
    tab.show_content(arrived(b"{}", (("X-Hub-Signature-256", f"sha256={signed(SIGNING, b'{}')}"),)))
    assert tab.recorded.digests.isHidden()
    assert tab.recorded.icon.accessibleName() == "Signed"


def test_one_button_repairs_the_endpoint(
    tab: VerificationTab, program: Program, use: Use, arrived: Make, qtbot: QtBot
) -> None:
    use()
    shown = arrived(headers=(("X-Signature", TOKEN),))
    tab.show_content(shown)
    settled(tab, qtbot)
    assert tab.recorded.sentence.raw_text() == "The request has no header `Signature`."
    assert tab.recorded.diagnosis.raw_text() == "There is a `X-Signature` with the right value."
    assert buttons(tab) == ["Use that name", "Check again"]
    tab.recorded.repair.click()
    qtbot.waitUntil(lambda: tab.recorded.told.raw_text() == SET)
    assert program.endpoints.all()[0].scheme_options["name"] == "X-Signature"
    qtbot.waitUntil(lambda: not tab.now.isHidden())
    assert buttons(tab) == ["Check this delivery again"]
    assert tab.now.title.raw_text() == "Now: Token matches"
    assert tab.recorded.icon.accessibleName() == "No token"
    assert tab.again.hasFocus()
    assert program.pages.submit(
        lambda db: db.execute("SELECT verdict_state FROM delivery WHERE id = ?", (shown.delivery.id,)).fetchone()
    ).result(timeout=10) == ("unsigned",)


def test_a_repair_can_change_the_scheme(
    tab: VerificationTab, program: Program, use: Use, content: Make, qtbot: QtBot
) -> None:
    use("vendasta-trigger")
    repair = Repair("Look for it there", (("place", "query"), ("name", "t")), "vendasta-send")
    mistake = Diagnosis("x", "It is somewhere else.", repair)
    verdict = Verdict("unsigned", "unsigned", "No.", "token", "vendasta-trigger", diagnosis=(mistake,))
    tab.show_content(content(verdict=note_of(verdict), headers=()))
    assert buttons(tab)[0] == "Look for it there"
    tab.recorded.repair.click()
    qtbot.waitUntil(lambda: tab.recorded.told.raw_text() == SET)
    endpoint = program.endpoints.all()[0]
    assert (endpoint.scheme, endpoint.scheme_options) == ("vendasta-send", {"place": "query", "name": "t"})


def test_a_repair_that_cannot_be_kept_says_why(tab: VerificationTab, use: Use, content: Make, qtbot: QtBot) -> None:
    use()
    mistake = Diagnosis("x", "Wrong.", Repair("Use that", (("nonsense", "x"),)))
    verdict = Verdict("unsigned", "unsigned", "No.", "token", "vendasta-send", diagnosis=(mistake,))
    tab.show_content(content(verdict=note_of(verdict), headers=()))
    tab.recorded.repair.click()
    qtbot.waitUntil(lambda: "has no option “nonsense”" in tab.recorded.told.raw_text())


def test_a_repair_of_another_scheme_is_not_offered(tab: VerificationTab, use: Use, arrived: Make, qtbot: QtBot) -> None:
    use()
    shown = arrived(headers=(("X-Signature", TOKEN),))
    use("vendasta-trigger")
    tab.show_content(shown)
    settled(tab, qtbot)
    assert tab.recorded.diagnosis.raw_text()
    assert "Use that name" not in buttons(tab)


def test_an_endpoint_without_verification(tab: VerificationTab, content: Make, qtbot: QtBot) -> None:
    tab.show_content(content())
    assert tab.recorded.sentence.raw_text() == "No verification is set for this endpoint."
    assert tab.recorded.icon.accessibleName() == "Not checked"
    assert buttons(tab) == ["Choose one"]
    with qtbot.waitSignal(tab.configure_requested):
        tab.configure.click()


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict("failed", "invalid_secret", "The stored secret is empty.", "token", "vendasta-send"), "Enter another"),
        (Verdict("unavailable", "secret_missing", "There is none.", "token", "vendasta-send"), "Enter one"),
        (Verdict("unavailable", "keyring_absent", "No keyring.", "token", "vendasta-send"), "Enter one"),
    ],
)
def test_a_secret_that_is_no_use(
    tab: VerificationTab, use: Use, content: Make, qtbot: QtBot, verdict: Verdict, words: str
) -> None:
    use()
    tab.show_content(content(verdict=note_of(verdict)))
    assert buttons(tab) == [words, "Check again"]
    with qtbot.waitSignal(tab.configure_requested):
        tab.configure.click()


@pytest.mark.usefixtures("locked")
def test_a_locked_keyring_is_unlocked_and_the_delivery_checked_again(
    tab: VerificationTab, program: Program, arrived: Make, qtbot: QtBot
) -> None:
    endpoint = replace(program.endpoints.all()[0], scheme="vendasta-send", secrets=("locked",))
    program.endpoints.save(endpoint).result(timeout=10)
    program.checks.read().result(timeout=10)
    tab.show_content(arrived())
    settled(tab, qtbot)
    assert tab.recorded.sentence.raw_text() == "The keyring is locked, so the token could not be read."
    assert buttons(tab) == ["Unlock and check again"]
    assert tab.now.isHidden()
    tab.unlock.click()
    qtbot.waitUntil(lambda: not tab.now.isHidden())
    assert tab.now.title.raw_text() == "Now: Can't check"
    unlocked = MemoryKeyring()
    unlocked.items["hookscope", "locked"] = TOKEN
    keyring.set_keyring(unlocked)
    tab.unlock.click()
    qtbot.waitUntil(lambda: tab.now.title.raw_text() == "Now: Token matches")
    assert tab.recorded.icon.accessibleName() == "Can't check"
    assert tab.unlock.isEnabled()


def test_it_follows_a_change_of_the_checks(tab: VerificationTab, use: Use, content: Make, qtbot: QtBot) -> None:
    tab.show_content(content(headers=RIGHT))
    assert tab.now.isHidden()
    use()
    qtbot.waitUntil(lambda: not tab.now.isHidden())
    assert tab.now.title.raw_text() == "Now: Token matches"
    assert buttons(tab) == ["Check again"]
    use(secret="another")
    qtbot.waitUntil(lambda: tab.now.title.raw_text() == "Now: Wrong token")
    assert "expected 7" in tab.now.sentence.raw_text()


def test_a_hidden_tab_judges_when_it_is_looked_at(tab: VerificationTab, use: Use, content: Make, qtbot: QtBot) -> None:
    tab.hide()
    tab.show_content(content(headers=RIGHT))
    use()
    qtbot.wait(50)
    assert tab._now is None
    tab.show()
    qtbot.waitUntil(lambda: not tab.now.isHidden())


def test_checking_again_comes_to_the_same_and_says_so(
    tab: VerificationTab, use: Use, arrived: Make, qtbot: QtBot
) -> None:
    use()
    tab.show_content(arrived())
    settled(tab, qtbot)
    tab.again.click()
    qtbot.waitUntil(lambda: not tab.now.isHidden())
    assert tab.now.title.raw_text() == "Now: Token matches"
    assert tab.now.note.raw_text() == "What was recorded at arrival stays."
    tab.show_content(arrived())
    settled(tab, qtbot)
    assert tab.now.isHidden()


def test_it_is_judged_as_of_its_arrival(tab: VerificationTab, use: Use, arrived: Make, qtbot: QtBot) -> None:
    use("stripe", SIGNING)
    then = int(time.time()) - 86_400
    header = ("Stripe-Signature", f"t={then},v1={signed(SIGNING, b'%d.{}' % then)}")
    tab.show_content(arrived(headers=(header,), received_us=then * 1_000_000))
    qtbot.waitUntil(lambda: not tab.now.isHidden())
    assert (tab.recorded.icon.accessibleName(), tab.now.title.raw_text()) == ("Too old", "Now: Signed")


def test_the_diagnosis_of_a_large_body_is_made_when_it_is_looked_at(
    tab: VerificationTab, program: Program, use: Use, arrived: Make, qtbot: QtBot
) -> None:
    use()
    body, headers = b'{"a": "' + b"x" * 100_000 + b'"}', (("X-Signature", TOKEN),)
    check = program.checks.get(program.endpoints.all()[0])
    note = check.note(Request("POST", "/x", headers, body), time.time(), diagnose=False)
    tab.show_content(arrived(body, headers, verdict=note))
    assert tab.recorded.diagnosis.isHidden()
    qtbot.waitUntil(lambda: not tab.recorded.diagnosis.isHidden())
    assert tab.recorded.diagnosis.raw_text() == "There is a `X-Signature` with the right value."
    assert buttons(tab) == ["Use that name", "Check again"]
    assert tab.now.isHidden()


def test_what_was_turned_away_says_so(tab: VerificationTab, use: Use, arrived: Make) -> None:
    use(reject_unverified=True)
    sentence = "It was not verified, so this endpoint answered 401 as it is set to."
    tab.show_content(arrived(headers=(), problem=sentence, planned=SentResponse(401)))
    assert tab.text().startswith(f"{sentence}\nThe request has no header `Signature`.")
    assert tab.turned_away.isVisible()
    tab.show_content(arrived(headers=()))
    assert not tab.turned_away.isVisible()


def test_what_did_not_come_whole_cannot_be_checked(tab: VerificationTab, use: Use, content: Make, qtbot: QtBot) -> None:
    use()
    tab.show_content(content(outcome=Outcome.INCOMPLETE, problem="The body broke off."))
    assert tab.text() == "The request did not come whole, so it was not verified."
    assert buttons(tab) == []
    qtbot.wait(50)
    assert tab.now.isHidden()


def test_a_delivery_of_a_deleted_endpoint_is_only_told(tab: VerificationTab, use: Use, arrived: Make) -> None:
    use()
    tab.show_content(arrived(headers=(("X-Signature", TOKEN),), endpoint_id=999))
    assert tab.recorded.diagnosis.raw_text()
    assert buttons(tab) == []


def test_it_explains_in_place(tab: VerificationTab, use: Use, arrived: Make, qtbot: QtBot) -> None:
    use("basic", PASSWORD)
    tab.show_content(arrived(headers=()))
    assert not tab.answer.isVisible()
    qtbot.keyClick(tab.question, Qt.Key.Key_Space)
    assert tab.answer.isVisible()
    assert tab.answer.raw_text().startswith("The endpoint expects a token")
    tab.question.click()
    assert not tab.answer.isVisible()


@pytest.mark.parametrize("width", [420, 900, 1600])
def test_no_line_is_cut_at_any_width(tab: VerificationTab, use: Use, content: Make, qtbot: QtBot, width: int) -> None:
    use()
    tab.resize(width, 300)
    long = " ".join(["Most of this sentence is not on the first line."] * 8)
    mistakes = (Diagnosis("x", long),)
    verdict = Verdict("failed", "timestamp_too_old", long, "token", "vendasta-send", (long,), diagnosis=mistakes)
    tab.show_content(content(verdict=note_of(verdict), problem=f"{NOT_VERIFIED}{long}"))
    tab.question.click()

    def wrapped() -> list[PlainLabel]:
        return [label for label in tab.findChildren(PlainLabel) if label.isVisible() and label.wordWrap()]

    def whole() -> bool:
        return all(
            label.width() <= 760 and label.height() >= label.heightForWidth(label.width()) for label in wrapped()
        )

    qtbot.waitUntil(lambda: len(wrapped()) >= 4 and whole() and tab.horizontalScrollBar().maximum() == 0)


def test_what_becomes_of_a_delivery_does_not_tell_the_story_again(
    tab: VerificationTab, use: Use, arrived: Make, qtbot: QtBot
) -> None:
    use()
    shown = arrived()
    tab.show_content(shown)
    settled(tab, qtbot)
    tab.question.click()
    steps = tab.recorded.steps
    tab.show_content(shown)
    assert tab.answer.isVisible()
    assert tab.recorded.steps is steps


def test_hostile_text_is_shown_plainly(tab: VerificationTab, use: Use, content: Make, qtbot: QtBot) -> None:
    use()
    hostile = "<b>x</b>\u202e\x00" + "y" * 3_000_000 + " <img src=x>" * 1_000
    mistake = Diagnosis("x", hostile, None)
    verdict = Verdict("failed", "signature_mismatch", hostile, "token", hostile, (hostile,), (), (mistake,))
    tab.show_content(content(verdict=note_of(verdict), problem=hostile[:1000]))
    tab.grab()
    labels = (tab.recorded.sentence, tab.recorded.diagnosis, tab.recorded.warnings, tab.turned_away)
    for label in labels:
        assert label.textFormat() is Qt.TextFormat.PlainText
        assert label.text().startswith("<b>x</b>‹U+202E›‹U+0000›")
    assert tab.horizontalScrollBar().maximum() == 0


def test_all_can_be_copied(tab: VerificationTab, use: Use, arrived: Make) -> None:
    use()
    tab.show_content(arrived())
    place = tab.rect().center()
    tab.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, tab.mapToGlobal(place)))
    (menu,) = tab.findChildren(QMenu)
    menu.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == tab.text()
    menu.close()


@pytest.mark.usefixtures("locked")
def test_every_kind_of_request_from_the_socket_to_the_tab(tab: VerificationTab, program: Program, qtbot: QtBot) -> None:
    verdicts.set_up(program)
    program.checks.read().result(timeout=10)
    count = verdicts.send_all(program.listener_state.port)
    words = {}
    for id, (name, _) in zip(range(1, count + 1), verdicts.requests(), strict=True):
        shown = program.pages.submit(partial(load, id=id, schemes=program.endpoints.schemes)).result(timeout=10)
        assert shown is not None
        tab.show_content(shown)
        settled(tab, qtbot)
        assert tab.now.isHidden()
        assert not any(secret in tab.text() for secret in verdicts.SECRETS.values())
        words[name] = tab.recorded.icon.accessibleName()
    assert words == {
        "open": "Not checked",
        "locked": "Can't check",
        "password": "Password matches",
        "token": "Token matches",
        "signed": "Signed",
        "old": "Too old",
        "ahead": "Clock ahead",
        "twice": "Header twice",
        "wrong-signature": "Wrong signature",
        "unsigned-token": "No token",
        "unsigned-name": "No token",
        "wrong-token": "Wrong token",
        "blank": "Wrong token",
        "turned-away": "Wrong token",
        "marketplace": "Wrong signature",
    }


def test_an_unknown_verdict_is_told_all_the_same(tab: VerificationTab, content: Make) -> None:
    tab.show_content(content(verdict=VerdictNote("failed", None, "of_a_newer_version", "", "")))
    assert tab.recorded.icon.accessibleName() == "Wrong signature"
