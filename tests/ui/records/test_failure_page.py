from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from hookscope.records.model import Code, LookUpFailed
from hookscope.ui.records.failure_page import DETAIL_AT_MOST, FailurePage
from hookscope.ui.records.remedies import hint, remedies


@pytest.fixture
def page(qtbot: QtBot) -> FailurePage:
    page = FailurePage()
    qtbot.addWidget(page)
    page.resize(360, 200)
    page.show()
    return page


def test_a_sentence_with_what_to_do(page: FailurePage) -> None:
    done: list[str] = []
    page.show_failure("No answer for 15 s.", [("Try again", lambda: done.append("again"))])
    assert page.sentence.raw_text() == "No answer for 15 s."
    page.buttons[0].click()
    assert done == ["again"]
    assert page.unfold.isHidden()
    assert page.hint.isHidden()


def test_the_words_of_the_platform_are_folded_plain_and_bounded(page: FailurePage) -> None:
    page.show_failure("It failed.", detail="<b>bold</b>\u202e" + "x" * 100_000)
    assert page.detail.isHidden()
    page.unfold.click()
    assert page.detail.isVisible()
    assert page.detail.textFormat() == Qt.TextFormat.PlainText
    assert page.detail.raw_text().startswith("<b>bold</b>\u202e")
    assert "‹U+202E›" in page.detail.text()
    assert len(page.detail.raw_text()) < DETAIL_AT_MOST + 100
    assert page.detail.width() <= page.viewport().width()  # no long word makes it wider
    page.show_failure("Another.", detail="again")
    assert page.detail.isHidden()


def captions(code: Code, *, before: bool = False) -> list[str]:
    def nothing() -> None: ...

    return [caption for caption, _ in remedies(LookUpFailed(code, ""), nothing, nothing, nothing if before else None)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (Code.TOKEN_REFUSED, ["Get a new one", "Try again"]),
        (Code.KEY_REFUSED, ["Get a new one", "Try again"]),
        (Code.FORBIDDEN, ["Try again", "Use another credential"]),
        (Code.KEYRING, ["Try again", "Enter a credential"]),
        (Code.TIMEOUT, ["Try again"]),
        (Code.RATE_LIMITED, ["Try again"]),
        (Code.NOTHING_TO_FETCH, []),
    ],
)
def test_every_failure_has_its_remedy(code: Code, expected: list[str]) -> None:
    assert captions(code) == expected


def test_a_failed_refresh_leads_back_to_what_there_was() -> None:
    assert captions(Code.NETWORK, before=True)[-1] == "Show what was fetched before"


def test_scopes_that_nobody_verified_are_marked() -> None:
    assert hint(LookUpFailed(Code.FORBIDDEN, ""), granted=True) == "The scopes it has are those the token itself names."
    assert hint(LookUpFailed(Code.FORBIDDEN, ""), granted=False) == ""
    assert hint(LookUpFailed(Code.TIMEOUT, ""), granted=True) == ""
